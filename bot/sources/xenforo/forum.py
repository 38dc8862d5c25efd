"""What a XenForo forum has that is new: its threads, those with the newest posts first, and the posts of each."""

from math import ceil
from urllib.parse import quote

from pydantic import Field

from bot.sources.errors import SourceError
from bot.sources.payloads import Payload, checked
from bot.sources.site import Site, unexpected
from bot.sources.xenforo.payloads import Thread, XenForoPost

MOST_PAGES = 50
"""Pages of threads that one poll looks through."""

_REDIRECT = "redirect"
"""What is left of a thread that was moved or merged; it has no posts."""

_KIND = "XenForo"


class Pages(Payload):
    """How many pages there are, and how many items on each."""

    last_page: int
    per_page: int = Field(ge=1)


class Forum:
    """Reads a forum. `per_page`, the posts on a page of a thread, is a setting of the forum's that its answers tell."""

    def __init__(self, site: Site, per_page: int | None) -> None:
        self.per_page = per_page
        self.warnings: tuple[str, ...] = ()
        self._site = site

    async def threads_since(self, date: int) -> list[Thread]:
        """The threads with a post of that date (in seconds since 1970) or later. Raises SourceError."""
        found: dict[int, Thread] = {}
        for number in range(1, MOST_PAGES + 1):
            threads, pages = await self.threads(number)
            found |= {thread.thread_id: thread for thread in threads if thread.last_post_date >= date}
            if not threads or threads[-1].last_post_date < date or number >= pages.last_page:
                return list(found.values())
        self._warn(f"more than {len(found)} threads have new posts; those that have rested longest are not read")
        return list(found.values())

    async def threads(self, number: int) -> tuple[list[Thread], Pages]:
        """A page of threads, those with the newest posts first. Raises SourceError."""
        path = "/api/threads/"
        match await self._site.get(path, order="last_post_date", direction="desc", page=number):
            case {"threads": [*rows], "pagination": pagination}:
                threads, warnings = checked(Thread, rows, "thread")
                self.warnings += warnings
                return [thread for thread in threads if thread.discussion_type != _REDIRECT], _pages(pagination, path)
        raise unexpected(path, _KIND)

    async def posts_since(self, thread: Thread, date: int) -> list[XenForoPost]:
        """The posts of a thread that were written or edited at that date or later; none of one that is gone.

        Of the edited ones only those on a page that has to be read anyway. Raises SourceError.
        """
        last = await self._last_page(thread)
        if last is None:
            return []
        number, posts = last
        earliest = posts
        while number > 1 and (not earliest or earliest[0].post_date >= date):
            number -= 1
            page = await self._page(thread, number)
            earliest = page[0] if page else []
            posts = [*earliest, *posts]
        return [post for post in posts if max(post.post_date, post.last_edit_date) >= date]

    async def post(self, id: str) -> XenForoPost | None:
        """The post by itself, None where there is none. Raises SourceError."""
        path = f"/api/posts/{quote(id, safe='')}/"
        match await self._site.find(path):
            case None:
                return None
            case {"post": row}:
                for post in checked(XenForoPost, [row])[0]:
                    return post
        raise unexpected(path, _KIND)

    async def _last_page(self, thread: Thread) -> tuple[int, list[XenForoPost]] | None:
        number = ceil((thread.reply_count + 1) / self.per_page) if self.per_page else 1
        try:
            page = await self._page(thread, number)
        except SourceError:
            if number == 1:
                raise
            page = None
        if page is None and number > 1:  # there are fewer pages, each with more posts, than there were
            number, page = 1, await self._page(thread, 1)
        if page is not None and page[1].last_page > number:  # staff see deleted posts too, which no reply count has
            number = page[1].last_page
            page = await self._page(thread, number)
        return None if page is None else (number, page[0])

    async def _page(self, thread: Thread, number: int) -> tuple[list[XenForoPost], Pages] | None:
        path = f"/api/threads/{thread.thread_id}/posts"
        match await self._site.find(path, page=number):
            case None:
                return None
            case {"posts": [*rows], "pagination": pagination}:
                posts, warnings = checked(XenForoPost, rows)
                self.warnings += warnings
                pages = _pages(pagination, path)
                self.per_page = pages.per_page
                return posts, pages
        raise unexpected(path, _KIND)

    def _warn(self, warning: str) -> None:
        self.warnings = (*self.warnings, warning)


def _pages(pagination: object, path: str) -> Pages:
    for pages in checked(Pages, [pagination])[0]:
        return pages
    raise unexpected(path, _KIND)
