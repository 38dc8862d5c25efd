"""Flow: text laid out in lines as a browser would lay it out."""

import re

_SPACES = re.compile(r"[ \t\n\f\r]+")
_NEWLINES = re.compile(r"\r\n?")
_FIXED_SPACE = "\xa0"
"""Forum software writes it for the second of two spaces, and members hardly ever: it comes out as a space."""


class Flow:
    """Takes texts and breaks in document order. Breaks that touch are one, the widest; those at the edges are none."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._breaks = 0
        self._space = False
        self._bullet = ""

    def write(self, text: str) -> None:
        """Add running text: white space becomes one space, and none next to a break."""
        spaced = _SPACES.sub(" ", text)
        words = spaced.strip(" ")
        self._space = self._space or spaced.startswith(" ")
        if words.strip(_FIXED_SPACE):
            self._add(words)
            self._space = spaced.endswith(" ")
        elif words:
            self._space = True

    def write_as_is(self, text: str) -> None:
        """Add preformatted text: white space stays."""
        text = _NEWLINES.sub("\n", text)
        inner = text.lstrip("\n")
        self._breaks += len(text) - len(inner)
        body = inner.rstrip("\n")
        if body:
            self._add(body)
            self._breaks = len(inner) - len(body)

    def newline(self) -> None:
        """Begin a new line, even after an empty one."""
        self._breaks += 1
        self._space = False

    def separate(self, lines: int = 1) -> None:
        """Let what follows stand on a line of its own (1), or behind an empty line (2)."""
        self._breaks = max(self._breaks, lines)
        self._space = False

    def bullet(self, mark: str) -> None:
        """Put `mark` in front of the next text; an empty mark takes back one that found no text."""
        self._bullet = mark

    def space(self) -> None:
        """Keep what follows apart from what stands before, on the same line."""
        self._space = True

    @property
    def text(self) -> str:
        """All that was written, without white space at the edges."""
        return "".join(self._parts).strip()

    def _add(self, text: str) -> None:
        if self._parts:
            self._parts.append("\n" * self._breaks or " " * self._space)
        self._parts += (self._bullet, text.replace(_FIXED_SPACE, " "))
        self._breaks, self._space, self._bullet = 0, False, ""
