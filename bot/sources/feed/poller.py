"""A feed by asking: what is new in it or changed, each post whole."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.config.sources import FeedSource
from bot.sources.errors import SourceError
from bot.sources.feed.entries import Entry, Feed, read_feed
from bot.sources.feed.links import cleaned
from bot.sources.feed.pages import NoMorePages, TopicPages
from bot.sources.feed.profiles import PROFILES
from bot.sources.http import PoliteClient
from bot.sources.markup import READERS
from bot.sources.newest_first import stamp
from bot.sources.polling import FIRST_LOOK
from bot.sources.source import Batch, State
from bot.store.limits import LONGEST_ID
from classifier.post import Post

MOST_ENTRIES = 500
"""Entries of one feed that are read: ten times what forums put into theirs."""

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Found:
    """A post in the feed. `stamp` is another one after every change that shows; `is_cut`: the rest is on its page."""

    post: Post
    stamp: str
    is_cut: bool


@dataclass(slots=True)
class _Whole:
    """The posts that are whole by now, the ids of those that have to wait for the next poll, and what went wrong."""

    posts: list[Post] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class FeedPoller:
    """Asks for the feed of a forum.

    An edit shows when the own words in the feed change. No deletion is seen: what leaves a feed may just be old.
    The state holds the feed's `validators`, the stamps of the posts `seen` in it, and the time of the newest, `until`.
    """

    def __init__(self, name: str, table: FeedSource) -> None:
        self.name = name
        self.every_seconds: float = table.every_seconds
        self._table = table
        self._profile = PROFILES[table.platform]

    async def poll(self, client: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:  # noqa: ARG002
        """What is new or changed since `state`. Raises SourceError."""
        if refusal := self._profile.refusal(self._table.url):
            raise SourceError(refusal)
        answer = await client.get(
            self._table.url,
            headers={"Accept": _ACCEPT},
            validators=state.get("validators"),
            allow_private=self._table.allow_private,
        )
        if answer.not_modified:
            return Batch(state=state)
        feed = await asyncio.to_thread(read_feed, answer.body, answer.headers.get("content-type", ""))
        found = await asyncio.to_thread(self._read, feed)
        seen: Mapping[str, str] = state.get("seen", {})
        changed = [each for each in found if seen.get(each.post.id) != each.stamp]
        whole = await self._whole(client, changed if state else _recent(changed))
        stamps = {each.post.id: each.stamp for each in found if each.post.id not in whole.waiting}
        return Batch(
            posts=tuple(whole.posts),
            state={
                # While posts wait, to hear that the feed is still the same would not help them.
                "validators": {} if whole.waiting else answer.validators,
                "seen": stamps,
                "until": _newest(found) or state.get("until"),
            },
            warnings=(*self._about(feed, found), *_gap(found, seen, state.get("until")), *whole.warnings),
        )

    def _read(self, feed: Feed) -> list[_Found]:
        """The posts in a feed, oldest first."""
        entries = feed.entries[:MOST_ENTRIES]
        cut = self._profile.cut(entries)
        found: dict[str, _Found] = {}
        for entry in entries:
            id = self._profile.post_id(entry)
            if id is not None and len(id) <= LONGEST_ID and id not in found:
                post = self._post(id, entry, feed.title)
                # What a feed cuts off may change too: then only the time of the edit tells.
                found[id] = _Found(post, stamp(f"{entry.updated} {post.text}"), entry.guid in cut)
        if entries and not found:
            raise SourceError(f"no entry of the feed is a post of {self._table.platform}; is its platform right?")
        newest_last = list(found.values())[::-1]
        return sorted(newest_last, key=lambda each: _order(each.post))

    def _post(self, id: str, entry: Entry, feed_title: str) -> Post:
        profile, url = self._profile, self._table.url
        reading = READERS[profile.reader](entry.html)
        author, name = profile.author(entry)
        return Post(
            source=self.name,
            id=id,
            text=reading.own,
            quotations=reading.quotations,
            author=author or (f"name:{name}" if name else None),
            author_name=name,
            thread=profile.thread(entry, url),
            place=profile.place(entry),
            place_name=profile.place_name(entry, feed_title),
            created_at=entry.published or entry.updated,
            link=cleaned(entry.link, url),
        )

    async def _whole(self, client: PoliteClient, changed: Sequence[_Found]) -> _Whole:
        """Complete those that the feed cut."""
        whole = _Whole()
        pages: TopicPages | None = TopicPages(client, self._table.url, self._table.allow_private)
        for each in changed:
            post = each.post
            if not each.is_cut:
                whole.posts.append(post)
                continue
            try:
                body = await pages.body_of(post.id, post.link) if pages is not None else None
            except NoMorePages:
                pages = None
            except SourceError as error:
                pages = None
                whole.warnings.append(f"posts that the feed cuts have to wait: {error}")
            if pages is None:
                whole.waiting.append(post.id)
            elif body is None:
                whole.warnings.append(
                    f"post {post.id} is cut in the feed and its topic page does not show it, so it is not judged"
                )
            else:
                reading = await asyncio.to_thread(READERS[body.platform], body.html)
                whole.posts.append(replace(post, text=reading.own, quotations=reading.quotations))
        return whole

    def _about(self, feed: Feed, found: Sequence[_Found]) -> Iterable[str]:
        """What is to be said of this feed in general."""
        if warning := self._profile.warning(self._table.url):
            yield warning
        if len(found) < len(feed.entries):
            yield f"some entries of the feed are no posts of {self._table.platform} and are passed over"
        if self._profile.cut_advice and any(each.is_cut for each in found):
            yield self._profile.cut_advice


def _recent(found: Sequence[_Found]) -> list[_Found]:
    """At the first poll: of the posts that the feed cut only those that will be judged, or the newest as a sample."""
    since = datetime.now(UTC) - FIRST_LOOK
    cut = [each for each in found if each.is_cut]
    wanted = [each for each in cut if _order(each.post) >= since] or cut[-1:]
    return [each for each in found if not each.is_cut or each in wanted]


def _order(post: Post) -> datetime:
    return post.created_at or datetime.min.replace(tzinfo=UTC)


def _newest(found: Sequence[_Found]) -> str | None:
    return found[-1].post.created_at.isoformat() if found and found[-1].post.created_at else None


def _gap(found: Sequence[_Found], seen: Mapping[str, str], until: str | None) -> Iterable[str]:
    """Whether more came since the last poll than the feed holds."""
    if found and seen and not any(each.post.id in seen for each in found):
        since = f"{datetime.fromisoformat(until):%Y-%m-%d %H:%M} UTC" if until else "the last poll"
        yield (
            f"posts after {since} may have been missed: nothing that the feed held then is left in it. "
            "Ask more often, or let the feed hold more posts"
        )
