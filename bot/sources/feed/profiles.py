"""What each forum software does to its feeds: where it puts the ids, which feeds mislead, and what it cuts off."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.sources.feed.entries import Entry
from bot.sources.markup.attribution import child, number_in, words
from bot.sources.markup.html_tree import LINK, parse
from bot.sources.markup.phpbb import author_in_feed


class Author(NamedTuple):
    """Who wrote an entry: the id and the name, as far as the feed tells."""

    id: str | None
    name: str | None


class Profile:
    """Feeds of no software in particular; those of a platform override what they know better.

    `reader` names the markup. `thread_in_link` and `thread_in_feed` find the topic's id in an entry's link and in the
    address of a feed that holds one topic only.
    """

    reader = "html"
    cut_advice: str | None = None
    thread_in_link: re.Pattern[str] | None = None
    thread_in_feed: re.Pattern[str] | None = None

    def refusal(self, url: str) -> str | None:  # noqa: ARG002
        """Why the feed at this address is not read, and which to take instead; None for one that is."""
        return None

    def warning(self, url: str) -> str | None:  # noqa: ARG002
        """What the feed at this address lacks."""
        return None

    def post_id(self, entry: Entry) -> str | None:
        """The id of the post; None for an entry that is none."""
        return entry.guid or None

    def author(self, entry: Entry) -> Author:
        """Who wrote the entry."""
        return Author(None, entry.author)

    def topic(self, entry: Entry) -> str:
        """The title of its topic."""
        return entry.title

    def thread(self, entry: Entry, url: str) -> str | None:
        """The id of its topic or, where neither its link nor the feed's address tells, `title:TITLE`."""
        for pattern, where in ((self.thread_in_link, entry.link), (self.thread_in_feed, url)):
            if pattern is not None and (found := _found(pattern, where)):
                return found
        title = self.topic(entry)
        return f"title:{title}" if title else None

    def place(self, entry: Entry) -> str | None:  # noqa: ARG002
        """The id of its forum or category."""
        return None

    def place_name(self, entry: Entry, feed_title: str) -> str | None:
        """Forum and category, or topic where the category is not told."""
        parts = [feed_title, entry.category or self.topic(entry)]
        return " › ".join(dict.fromkeys(part for part in parts if part)) or None

    def cut(self, entries: Sequence[Entry]) -> set[str]:
        """The guids of those whose body may be the beginning of a longer one."""
        texts = {entry.guid: _text(entry.html) for entry in entries}
        # A feed that cuts lets nothing much longer through; and members, too, end posts in dots.
        least = max(_SHORTEST_CUT, max(map(len, texts.values()), default=0) / 2)
        return {guid for guid, text in texts.items() if len(text) >= least and text.endswith(_ELLIPSES)}


_SHORTEST_CUT = 100
"""Characters: no feed cuts shorter."""

_ELLIPSES = ("...", "…", "[...]", "[…]", "(...)", "(…)")


class _Uncut(Profile):
    """Feeds that hold each post whole, also one that ends in dots."""

    def cut(self, entries: Sequence[Entry]) -> set[str]:  # noqa: ARG002
        return set()


class _Phpbb(_Uncut):
    reader = "phpbb"
    thread_in_link = re.compile(r"[?&]t=(\d+)")
    thread_in_feed = re.compile(r"/feed/topic/(\d+)|feed\.php\?[^?]*\bt=(\d+)")

    def refusal(self, url: str) -> str | None:
        if re.search(r"/feed/forums\b|mode=forums\b", url):
            return "this feed lists forums, not posts. Take the one that ends in /app.php/feed."
        return None

    def warning(self, url: str) -> str | None:
        if re.search(r"/feed/(?:topics|topics_active|news)\b|mode=(?:topics|topics_active|news)\b", url):
            return "this feed holds one post of each topic only. The one that ends in /app.php/feed holds them all."
        return None

    def post_id(self, entry: Entry) -> str | None:
        return _found(re.compile(r"[?&]p=(\d+)|#p(\d+)$"), entry.link, entry.guid)

    def author(self, entry: Entry) -> Author:
        return Author(author_in_feed(entry.html), entry.author)

    def topic(self, entry: Entry) -> str:
        # "Forum • Re: Topic" in the feed of a board or a forum, "Re: Topic" in that of a topic.
        return entry.title.rpartition(" • ")[2].removeprefix("Re: ")

    def place(self, entry: Entry) -> str | None:
        return _found(re.compile(r"[?&]f=(\d+)"), entry.category_link)


class _Smf(Profile):
    reader = "smf"
    cut_advice = (
        "the forum cuts the posts in its feed, so flagpost reads the rest on the topic pages, with a request for each "
        "topic. An administrator can end that: News and Newsletters, Settings, Maximum message length 0"
    )
    thread_in_link = re.compile(r"[?&;]topic=(\d+)")

    def warning(self, url: str) -> str | None:
        if "sa=recent" not in url:
            return "this feed holds the first posts of topics only. Add ;sa=recent to its address."
        if "type=atom" not in url:
            return "this feed does not tell who wrote the posts. Write type=atom in its address."
        if "limit=" not in url:
            return "this feed holds five posts, fewer than may come between two polls. Add ;limit=50 to its address."
        return None

    def post_id(self, entry: Entry) -> str | None:
        return _found(re.compile(r"\bmsg=?(\d+)"), entry.guid, entry.link)

    def author(self, entry: Entry) -> Author:
        return Author(_found(re.compile(r"[?&;]u=(\d+)"), entry.author_link), entry.author)

    def topic(self, entry: Entry) -> str:
        return entry.title.removeprefix("Re: ")

    def cut(self, entries: Sequence[Entry]) -> set[str]:
        # The source of the post is cut, quotations included, and then its tags are closed: nothing else marks it.
        return {entry.guid for entry in entries if _text(entry.html).endswith("...")}


class _NodeBB(_Uncut):
    reader = "nodebb"
    thread_in_feed = re.compile(r"/topic/(\d+)")

    def refusal(self, url: str) -> str | None:
        if re.search(r"/(?:recentposts|topic/\d+)\.rss$", urlsplit(url).path):
            return None
        return (
            "this feed has an entry for each topic, in which words that were quoted look like those of who quoted "
            'them. Take /recentposts.rss or /topic/NUMBER.rss, or better, kind = "nodebb".'
        )

    def post_id(self, entry: Entry) -> str | None:
        return _found(re.compile(r"/post/([^/?#]+)$"), entry.guid, entry.link)

    def place_name(self, entry: Entry, feed_title: str) -> str | None:  # noqa: ARG002
        # The feed's own title is "Recent Posts" or that of the topic.
        return self.topic(entry) or None

    def topic(self, entry: Entry) -> str:
        # The feed of a topic says "Reply to TOPIC on DATE", with the date of the last edit.
        found = re.fullmatch(r"Reply to (.+) on \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", entry.title)
        return found[1] if found else entry.title


class _Discourse(_Uncut):
    reader = "discourse"
    thread_in_link = re.compile(r"/t/(?:[^/?#]+/)?(\d+)(?=[/?#]|$)")

    def refusal(self, url: str) -> str | None:
        path = urlsplit(url).path
        if re.search(r"/(?:posts|activity(?:/\w+)?)\.rss$", path) or ("/t/" in path and path.endswith(".rss")):
            return None
        return 'this feed holds the first posts of topics only. Take /posts.rss, or better, kind = "discourse".'

    def warning(self, url: str) -> str | None:  # noqa: ARG002
        return (
            'Discourse leaves spoilers and folded parts out of its feeds. kind = "discourse" reads them, and edits too.'
        )

    def post_id(self, entry: Entry) -> str | None:
        # HOST-post-ID in the feed of all posts, HOST-post-TOPIC-NUMBER in that of a topic, which tells no id.
        if found := _found(re.compile(r"-post-(\d+)$"), entry.guid):
            return found
        return entry.guid if "-post-" in entry.guid else None

    def author(self, entry: Entry) -> Author:
        # "@username" or "@username Full Name", but the bare username in the feed of a topic.
        return Author(None, _found(re.compile(r"^@(\S+)"), entry.author or "") or entry.author)

    def place_name(self, entry: Entry, feed_title: str) -> str | None:
        # "FORUM - Latest posts"
        return super().place_name(entry, feed_title.rpartition(" - ")[0] or feed_title)


class _MyBB(_Uncut):
    reader = "mybb"
    thread_in_link = re.compile(r"[?&;]tid=(\d+)|/thread-(\d+)")

    def warning(self, url: str) -> str | None:  # noqa: ARG002
        return "MyBB's feed holds the first posts of threads only: flagpost sees no reply."

    def author(self, entry: Entry) -> Author:
        # In Atom the name is a link to the member's page, written in HTML.
        if entry.author is None or "<" not in entry.author:
            return Author(None, entry.author)
        link = child(child(parse(entry.author), "body"), LINK)
        return Author(number_in(link, "href", re.compile(r"[?&;]uid=(\d+)")), words(link) or None)


PROFILES = {
    "phpbb": _Phpbb(),
    "smf": _Smf(),
    "nodebb": _NodeBB(),
    "discourse": _Discourse(),
    "mybb": _MyBB(),
    "other": Profile(),
}
"""The profile of each platform that a config can name."""


def _found(pattern: re.Pattern[str], *places: str) -> str | None:
    """What one of the pattern's groups finds in the first place that has it."""
    found = next(filter(None, map(pattern.search, places)), None)
    return next(filter(None, found.groups()), None) if found else None


def _text(html: str) -> str:
    root = parse(html)
    return root.text().rstrip() if root is not None else ""
