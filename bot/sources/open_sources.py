"""From the config to the sources themselves: which class reads which kind of table."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.config import (
    DiscourseSource,
    FeedSource,
    FileSource,
    NodeBBSource,
    Secrets,
    SourceSettings,
    WebhookSource,
    XenForoSource,
)
from bot.sources.discourse import DiscoursePoller, DiscourseReceiver
from bot.sources.feed import FeedPoller
from bot.sources.generic_webhook import GenericWebhook
from bot.sources.nodebb import NodeBBPoller, NodeBBReceiver
from bot.sources.post_file import PostFile
from bot.sources.source import Poller, Receiver
from bot.sources.xenforo import XenForoPoller, XenForoReceiver


@dataclass(frozen=True, slots=True)
class OpenSource:
    """One forum: as it is asked, as it is told of, or both."""

    poller: Poller | None = None
    receiver: Receiver | None = None


def open_sources(tables: Mapping[str, SourceSettings], secrets: Mapping[str, Secrets]) -> dict[str, OpenSource]:
    """The sources of a config by their names. `secrets` has an entry for each, as `read_secrets` makes them."""
    return {name: _open(name, table, secrets[name]) for name, table in tables.items()}


def _open(name: str, table: SourceSettings, secrets: Secrets) -> OpenSource:
    key, secret = secrets.key, secrets.secret
    match table:
        case DiscourseSource():
            asked = DiscoursePoller(name, table, key)
            return OpenSource(asked, DiscourseReceiver(name, table, _known(secret)) if table.webhook else None)
        case XenForoSource():
            xenforo = XenForoPoller(name, table, _known(key))
            return OpenSource(xenforo, XenForoReceiver(name, table, _known(secret)) if table.webhook else None)
        case NodeBBSource():
            nodebb = NodeBBPoller(name, table, key)
            return OpenSource(nodebb, NodeBBReceiver(name, table, _known(secret)) if table.webhook else None)
        case FeedSource():
            return OpenSource(FeedPoller(name, table))
        case WebhookSource():
            return OpenSource(receiver=GenericWebhook(name, _known(secret)))
        case FileSource():
            return OpenSource(PostFile(name, table.path))


def _known(secret: str | None) -> str:
    assert secret, "read_secrets lets no source through without what it needs"
    return secret
