"""XenForo: its posts by asking (poller) and by being told (receiver)."""

from bot.sources.xenforo.poller import XenForoPoller
from bot.sources.xenforo.receiver import XenForoReceiver

__all__ = ["XenForoPoller", "XenForoReceiver"]
