"""Topic pages: where the rest of a post stands of which the feed carried the beginning only."""

import asyncio
import re
from dataclasses import dataclass

from bot.sources.feed.links import same_host
from bot.sources.http import PoliteClient
from bot.sources.markup.html_tree import parse

MOST_PAGES = 5
"""Pages read in one poll, so that a feed that cuts every post does not become a crawl. The rest waits for the next."""

CLOSED = (401, 403, 404, 410)
"""What pages answer that guests may not read or that are gone: no trouble of the host's."""


@dataclass(frozen=True, slots=True)
class Body:
    """The HTML of a whole post and the platform whose it is."""

    platform: str
    html: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a platform marks a post: the element whose attribute is `prefix` and the post's id, and the body inside."""

    platform: str
    post: str
    attribute: str
    prefix: str
    body: str | None = None


_LAYOUTS = (
    _Layout("smf", "div.inner[id^='msg_']", "id", "msg_"),
    _Layout("phpbb", "div.post[id^='p']", "id", "p", ".content"),
    _Layout("mybb", "div.post_body[id^='pid_']", "id", "pid_"),
    _Layout("nodebb", "[component='post'][data-pid]", "data-pid", "", "[component='post/content']"),
    _Layout("xenforo", "article.message[data-content^='post-']", "data-content", "post-", ".bbWrapper"),
    _Layout("xenforo", "li.message[id^='post-']", "id", "post-", ".messageText"),
    _Layout("vbulletin", "[id^='post_message_']", "id", "post_message_"),
)
"""The default themes; others keep these marks, since the forum's own scripts look for them."""


def posts_on_page(html: str) -> dict[str, Body]:
    """The posts that a topic page shows, by id."""
    page = parse(html)
    found: dict[str, Body] = {}
    for layout in _LAYOUTS:
        for post in page.css(layout.post) if page is not None else ():
            body = post.css_first(layout.body) if layout.body else post
            id = (post.attributes.get(layout.attribute) or "").removeprefix(layout.prefix)
            if body is not None and id:
                found.setdefault(id, Body(layout.platform, body.inner_html or ""))
    return found


_ID_ON_PAGE = re.compile(r"#[^\d#]*(\d+)$")
"""The part of a link that leads to a post on its page: `#msg47`, `#p47`, `#post-47`."""


class NoMorePages(Exception):
    """As many pages were read in this poll as may be."""


class TopicPages:
    """The topic pages read in one poll of the feed at `feed_url`, each once."""

    def __init__(self, client: PoliteClient, feed_url: str, allow_private: bool) -> None:
        self._client = client
        self._feed_url = feed_url
        self._allow_private = allow_private
        self._posts: dict[str, Body] = {}
        self._read = 0

    async def body_of(self, id: str, link: str | None) -> Body | None:
        """The whole of a post; None if the page at `link` does not show it. Raises SourceError and NoMorePages."""
        if link is None or not same_host(link, self._feed_url):
            return None
        if on_page := _ID_ON_PAGE.search(link):
            id = on_page[1]
        if id not in self._posts:
            if self._read == MOST_PAGES:
                raise NoMorePages
            self._read += 1
            answer = await self._client.get(link, allow_private=self._allow_private, also=CLOSED)
            if answer.status == 200:
                self._posts |= await asyncio.to_thread(posts_on_page, answer.text)
        return self._posts.get(id)
