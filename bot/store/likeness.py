"""What makes two flagged posts alike: the same community, and the same text however it was dressed."""

import hashlib
import re

from bot.store.reach import DISCORD
from classifier.post import Post
from classifier.text import letters_of

_MESSAGE_LINK = re.compile(r"https://(?:\w+\.)?discord\.com/channels/(\d+)/")


def guild_of(post: Post) -> str | None:
    """The id of the Discord server where a post stands; None for a forum's."""
    found = _MESSAGE_LINK.match(post.link or "") if post.source == DISCORD else None
    return found[1] if found else None


def community(post: Post) -> str:
    """The Discord server or the forum where a post stands: what its moderators decide holds there."""
    guild = guild_of(post)
    return f"{post.source}/{guild}" if guild else post.source


def fingerprint(text: str) -> str:
    """Thirty-two hexadecimal digits: the same for texts that differ in case, spacing, punctuation or disguise only."""
    letters = letters_of(text) or text
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32]
