"""Words from outside, as they can stand in a terminal or a log: members choose their names and their posts' ids."""


def harmless(text: str) -> str:
    """The text with a question mark for each character that a terminal might obey, line breaks among them."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def printable(text: str, encoding: str) -> str:
    """The same with a question mark for what the encoding cannot show, too."""
    return harmless(text).encode(encoding, "replace").decode(encoding)
