"""XML before its parser: decoded, rid of what XML forbids, and known to be well-formed."""

import codecs
import re
from xml.parsers import expat

from bot.sources.errors import SourceError

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_DECLARED = re.compile(rb"""\s*<\?xml\b[^>]*\bencoding=["']([\w.:-]+)""", re.ASCII)
_SENT = re.compile(r"charset=[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

_FORBIDDEN = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {*b"\t\n\r"})
"""Members can write these characters, and not every forum takes them out of its feed."""


def clean_xml(body: bytes, content_type: str) -> bytes:
    """The document in UTF-8, without a declaration. Raises SourceError unless it is whole and declares no entities.

    Libraries that make the best of a broken document take minutes for it, and its end may be missing.
    """
    text = _decoded(body, content_type)
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]
    clean = text.translate(_FORBIDDEN).encode("utf-8", "replace")
    parser = expat.ParserCreate("utf-8")
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(clean, True)
    except expat.ExpatError as error:
        raise SourceError(
            f"the feed is not well-formed XML (line {error.lineno}), so none of it is read; it has to be mended there"
        ) from error
    return clean


def _refuse(*_: object) -> None:
    raise SourceError("the feed declares entities of its own, which no feed needs; none of it is read")


def _decoded(body: bytes, content_type: str) -> str:
    mark = next((mark for mark in _MARKS if body.startswith(mark)), None)
    sent, declared = _SENT.search(content_type), _DECLARED.match(body)
    encoding = _MARKS[mark] if mark else sent[1] if sent else declared[1].decode() if declared else "utf-8"
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # some encodings cannot replace
        raise SourceError(f"the feed is in an encoding that nobody knows, {encoding[:40]}") from None
