"""Reading forum markup into own words and quotations.

The peer is what a user of selectolax would write first: parse, cut out every `blockquote`, take the text. It knows no
author, no code, no chrome, and no quotation that is not a `blockquote`.
"""

from collections.abc import Callable
from html import escape
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser

from benchmarks.rounds import ROUNDS, medians
from bot.sources.markup import READERS
from classifier.dataset import written_posts

QUOTATIONS = {
    "discourse": '<aside class="quote no-group" data-username="ann" data-post="4" data-topic="9"><div '
    'class="title"><div '
    'class="quote-controls"></div><img src="a.png" class="avatar"> '
    "ann:</div><blockquote><p>{}</p></blockquote></aside>",
    "misago": '<aside class="quote-block"><div class="quote-heading"><a href="/u/ann/">ann</a> has written:</div>'
    '<blockquote class="quote-body" data-author="@ann"><p>{}</p></blockquote></aside>',
    "mybb": '<blockquote class="mycode_quote"><cite><span> (11-22-2026, 01:33 PM)</span>ann Wrote: <a '
    'href="showthread.php?pid=4#pid4" class="quick_jump"></a></cite>{}</blockquote>',
    "nodebb": '<blockquote><p dir="auto">ann <a href="/post/4">said</a>:</p><p dir="auto">{}</p></blockquote>',
    "phpbb": '<blockquote cite="./viewtopic.php?p=4#p4"><div><cite><a href="./memberlist.php?u=8">ann</a> wrote: <a '
    'href="./viewtopic.php?p=4#p4" data-post-id="4"></a><span>Sun Nov 22, 2026</span></cite>{}</div></blockquote>',
    "smf": '<blockquote class="bbc_standard_quote"><cite><a href="index.php?msg=4">Quote from: ann on '
    "<strong>Today</strong> at 01:44 PM</a></cite>{}<br></blockquote>",
    "vbulletin": '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div '
    'class="bbcode_postedby">Originally Posted by <strong>ann</strong> <a href="showthread.php?p=4#post4"></a></div>'
    '<div class="message">{}</div></div></div></div>',
    "xenforo": '<blockquote data-quote="ann" data-source="post: 4" class="bbCodeBlock bbCodeBlock--quote"><div '
    'class="bbCodeBlock-title"><a href="/goto/post?id=4">ann said:</a></div><div class="bbCodeBlock-content">{}</div>'
    "</blockquote>",
    "html": "<blockquote>{}</blockquote>",
}
MEGABYTE = 1_000_000


def report() -> None:
    """Print one row per platform: posts a second, and how long a megabyte of quotations in quotations takes."""
    texts = [escape(post.text).replace("\n", "<br>\n") for post in written_posts()]
    print(f"{len(texts) - 2} posts, each with one quotation in another, {ROUNDS} rounds, medians")
    print(f"{'posts a second':<16}{'flagpost':>12}{'peer':>12}{'ratio':>9}{'1 MB nested':>16}{'peer':>10}")
    for platform, quotation in QUOTATIONS.items():
        row(platform, quotation, texts)


def row(platform: str, quotation: str, texts: list[str]) -> None:
    """Time both on posts that each quote the one before, which quotes the one before that."""
    answers = [quotation.format(first) + second for first, second in pairwise(texts)]
    posts = [quotation.format(answer) + text for answer, text in zip(answers, texts[2:], strict=False)]
    before, after = quotation.split("{}")
    times = MEGABYTE // len(before + after)
    mine, peer = medians(*on(platform, posts))
    my_megabyte, peer_megabyte = medians(*on(platform, [before * times + after * times]))
    print(
        f"{platform:<16}{len(posts) / mine:>12,.0f}{len(posts) / peer:>12,.0f}{mine / peer:>8.1f}×"
        f"{my_megabyte:>14.2f} s{peer_megabyte:>8.2f} s"
    )


def on(platform: str, posts: list[str]) -> tuple[Callable[[], object], Callable[[], object]]:
    """The reading of these posts by flagpost and by the peer."""
    return lambda: [READERS[platform](post) for post in posts], lambda: [plain_text(post) for post in posts]


def plain_text(html: str) -> str:
    """The peer."""
    tree = LexborHTMLParser(html)
    for node in tree.css("blockquote"):
        node.decompose()
    return tree.text()
