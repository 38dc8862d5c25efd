"""NodeBB: its posts by asking (poller) and by being told (receiver)."""

from bot.sources.nodebb.poller import NodeBBPoller
from bot.sources.nodebb.receiver import NodeBBReceiver

__all__ = ["NodeBBPoller", "NodeBBReceiver"]
