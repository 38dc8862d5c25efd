"""Signatures: the closing lines that a member puts below every post, whatever it says."""

from itertools import takewhile

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
