"""The list of recent posts that NodeBB keeps: it tells which posts are new and which changed, not what they say.

NodeBB strips headings, lists, code and tables from it. Its words would be others than those of the webhooks, and a post
would be judged twice: so each post is asked for by itself.
"""

from urllib.parse import quote

from bot.sources.newest_first import UNKNOWN, Page, Row, stamp
from bot.sources.nodebb.payloads import NodeBBPost, RecentPost
from bot.sources.payloads import checked
from bot.sources.site import Site, unexpected

_PATH = "/api/recent/posts/month"


class Recent:
    """The posts of the last thirty days, by their ids."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.warnings: tuple[str, ...] = ()

    async def page(self, older: int | None) -> Page[str]:
        """The page with the number `older`: what stood there when it was named has moved back since, if at all."""
        number = older or 1
        answer = await self._site.get(_PATH, page=number)
        if not isinstance(answer, list):
            raise unexpected(_PATH, "NodeBB")
        posts, warnings = checked(RecentPost, answer)
        self.warnings += warnings
        rows = [Row(post.pid, post.timestamp, "" if post.deleted else stamp(post.content), post.pid) for post in posts]
        return Page(rows, min((row.order for row in rows), default=UNKNOWN), number + 1 if answer else None)

    async def is_gone(self, id: str) -> bool:
        """Whether it was deleted or purged."""
        post = await read_post(self._site, id)
        return post is None or post.deleted


async def read_post(site: Site, pid: str) -> NodeBBPost | None:
    """The post as its readers see it, None where there is none to be seen. Raises SourceError."""
    path = f"/api/v3/posts/{quote(pid, safe='')}/summary"
    match await site.find(path):
        case None:
            return None
        case {"response": response}:
            for post in checked(NodeBBPost, [response])[0]:
                return post
    raise unexpected(path, "NodeBB")
