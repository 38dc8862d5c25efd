"""A poller of a feed on the server of the test."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.config import FeedSource
from bot.sources.feed import FeedPoller


@pytest.fixture
def feed(site: Any) -> Callable[..., FeedPoller]:
    """`feed(platform, address)`, the address counted from the server's root."""

    def feed(platform: Any, address: str) -> FeedPoller:
        table = FeedSource(kind="feed", url=site.url + address, platform=platform, allow_private=True)
        return FeedPoller("meadow", table)

    return feed
