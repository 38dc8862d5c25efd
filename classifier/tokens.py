"""Tokens: the words and signs of a folded text."""

import re

_TOKEN = re.compile(
    r"""
    (?:https?://|www\.)\S+                            # address
  | (?<!\w)@\w+                                      # mention
  | :[a-z0-9_+\-]+:                                  # :shortcode:
  | (?<!\w)[:;=]['\-]?[()\[\]dpo/\\|*](?!\w) | <3    # emoticon
  | [^\W_]+(?:['*]+[^\W_]+)*\**                      # word, apostrophes and blanked letters inside
  | [!?]+
  | [^\w\s\x00-\x7f]                                 # emoji and other signs
    """,
    re.VERBOSE,
)
_ADDRESS = ("http://", "https://", "www.")

_SECOND_PERSON = {
    "u": "you",
    "ya": "you",
    "yu": "you",
    "yuo": "you",
    "ur": "your",
    "youre": "you're",
    "urself": "yourself",
    "yourselves": "yourself",
    "yall": "y'all",
}
"""Who is meant decides what is an attack, so the ways to write it are one word."""


def tokenize(folded: str) -> list[str]:
    """The tokens of a folded text in order.

    Words keep their apostrophes; second-person words, addresses (`http`) and mentions (`@`) are each one token
    however they are written; emoticons, `:shortcodes:`, runs of ! and ?, and emoji are tokens too.
    """
    if folded.isalnum():  # three words in four, and a tenth of the time
        return [_SECOND_PERSON.get(folded, folded)]
    tokens = [_SECOND_PERSON.get(token, token) for token in _TOKEN.findall(folded)]
    if "@" in folded or "://" in folded or "www." in folded:
        return [_name(token) for token in tokens]
    return tokens


def _name(token: str) -> str:
    if token.startswith("@"):
        return "@"
    return "http" if token.startswith(_ADDRESS) else token
