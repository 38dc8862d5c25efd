"""Numbers of things in words, as commands, cards and answers tell them."""


def count(number: int, noun: str) -> str:
    """`1 post`, `2,000 posts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def last_days(number: int) -> str:
    """`last day`, `last 14 days`."""
    return "last day" if number == 1 else f"last {number:,} days"
