"""Discourse: its posts and chat messages by asking (poller) and by being told (receiver)."""

from bot.sources.discourse.poller import DiscoursePoller
from bot.sources.discourse.receiver import DiscourseReceiver

__all__ = ["DiscoursePoller", "DiscourseReceiver"]
