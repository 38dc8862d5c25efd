"""Feeds of posts: Atom, RSS and JSON Feed, with what each forum software does to them."""

from bot.sources.feed.poller import FeedPoller

__all__ = ["FeedPoller"]
