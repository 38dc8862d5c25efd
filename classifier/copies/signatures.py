"""Signatures: the closing lines that a member puts below every post, whatever it says."""

import re
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from classifier.copies.alignment import align_prints
from classifier.copies.fingerprints import NOTICED, Fingerprints

MAX_SIGNATURE = 150
"""Letters and digits of the longest signature, two full lines: more than that is worth a look when it is repeated."""


def above_signature(one: str, other: str) -> tuple[str, str]:
    """Two texts of one author without the closing lines that both share, indents aside.

    They stay when they are more than MAX_SIGNATURE letters, and when either text says nothing above them: then they are
    what it says. Takes time in proportion to the lengths.
    """
    texts = one.rstrip(), other.rstrip()
    lines, other_lines = (text.splitlines(keepends=True) for text in texts)
    pairs = zip(reversed(lines), reversed(other_lines), strict=False)
    closing = list(takewhile(lambda pair: pair[0].strip() == pair[1].strip(), pairs))
    letters = sum(map(str.isalnum, "".join(line for line, _ in closing)))
    above = "".join(lines[: len(lines) - len(closing)]), "".join(other_lines[: len(other_lines) - len(closing)])
    return above if letters <= MAX_SIGNATURE and all(map(str.strip, above)) else (one, other)


def above_shared_signature(text: str, prints: Fingerprints, shared: NDArray[np.uint32]) -> str:
    """`text`, whose fingerprints are `prints`, without closing lines whose fingerprints a text that is gone has, too.

    Whether they closed that one nobody can tell. The same exceptions hold.
    """
    stretches = align_prints(prints, shared).stretches
    if not stretches or len(prints.letters) - stretches[-1].end >= NOTICED:
        return text
    # By chance the stretch begins a few letters before the signature, and without its first fingerprint a few behind.
    lines = np.array([0, *(match.end() for match in re.finditer("\n", text))])
    away = np.abs(np.searchsorted(prints.starts, lines) - stretches[-1].start)
    return _above_closing(text, int(lines[away.argmin()])) if away.min() < NOTICED else text


def _above_closing(text: str, line: int) -> str:
    """`text` without what stands from character `line` on, where a line begins, if that may be a signature."""
    above, closing = text[:line], text[line:]
    is_signature = any(map(str.isalnum, above)) and sum(map(str.isalnum, closing)) <= MAX_SIGNATURE
    return above if is_signature else text
