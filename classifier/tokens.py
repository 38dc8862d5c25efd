"""Tokens: the words and signs of a folded text, with their places."""

import re

_TOKEN = re.compile(
    r"""
    (?P<address>(?:https?://|www\.)\S+)
  | (?P<mention>(?<!\w)@\w+)
  | :[a-z0-9_+\-]+:                                  # :shortcode:
  | (?<!\w)[:;=]['\-]?[()\[\]dpo/\\|*](?!\w) | <3    # emoticon
  | [^\W_]+(?:['*]+[^\W_]+)*\**                      # word, apostrophes and blanked letters inside
  | [!?]+
  | [^\w\s\x00-\x7f]                                 # emoji and other signs
    """,
    re.VERBOSE,
)

_SECOND_PERSON = {
    "u": "you",
    "ya": "you",
    "yu": "you",
    "ur": "your",
    "youre": "you're",
    "urself": "yourself",
    "yourselves": "yourself",
    "yall": "y'all",
}
"""Who is meant decides what is an attack, so the ways to write it are one word."""


def tokenize(folded: str) -> list[tuple[str, int, int]]:
    """The tokens of a folded text in order, each with its characters there: start and end (exclusive).

    Words keep their apostrophes; second-person words, addresses (`http`) and mentions (`@`) are each one token
    however they are written; emoticons, `:shortcodes:`, runs of ! and ?, and emoji are tokens too.
    """
    return [(_name(match), *match.span()) for match in _TOKEN.finditer(folded)]


def _name(match: re.Match[str]) -> str:
    if match.lastgroup:
        return "http" if match.lastgroup == "address" else "@"
    return _SECOND_PERSON.get(match[0], match[0])
