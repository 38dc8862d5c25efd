"""Reading forum markup into own words and quotations.

The peer is what one would write first. For HTML: parse, cut out every `blockquote`, take the text; for what members
typed: cut out quotations by a regular expression. It knows no author, no code, no chrome, no quotation in a quotation.
"""

import re
from collections.abc import Callable
from html import escape

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
TYPED = {
    "bbcode": '[quote="ann, post: 4, member: 8"]{}[/quote]\n',
    "discourse-markdown": '[quote="ann, post:4, topic:9"]\n{}\n[/quote]\n\n',
    "nodebb-markdown": "> ann [said](/post/4):\n> \n> {}\n\n",
    "quoted-text": "ann wrote:\n> {}\n\n",
}
MARKED = ("nodebb-markdown", "quoted-text")
"""What is quoted bears a mark on every line."""
MEGABYTE = 1_000_000


def report() -> None:
    """Print one row per platform: posts a second, and how long a megabyte of quotations in quotations takes."""
    texts = [post.text for post in written_posts()]
    html = [escape(text).replace("\n", "<br>\n") for text in texts]
    print(f"{len(texts) - 2} posts, each with one quotation in another, {ROUNDS} rounds, medians")
    print(f"{'posts a second':<20}{'flagpost':>12}{'peer':>12}{'ratio':>9}{'1 MB nested':>16}{'peer':>10}")
    for platform, quotation in QUOTATIONS.items():
        row(platform, quotation, html, plain_text)
    for platform, quotation in TYPED.items():
        row(platform, quotation, texts, cut_text)


def row(platform: str, quotation: str, texts: list[str], peer: Callable[[str], object]) -> None:
    """Time both on posts that each quote the one before, which quotes the one before that."""
    posts = in_quotations(platform, quotation, texts)
    before, after = ("> ", "") if platform in MARKED else quotation.split("{}")
    times = MEGABYTE // len(before + after)
    mine, theirs = medians(*on(platform, posts, peer))
    my_megabyte, their_megabyte = medians(*on(platform, [before * times + after * times], peer))
    print(
        f"{platform:<20}{len(posts) / mine:>12,.0f}{len(posts) / theirs:>12,.0f}{mine / theirs:>8.1f}×"
        f"{my_megabyte:>14.2f} s{their_megabyte:>8.2f} s"
    )


def in_quotations(platform: str, quotation: str, texts: list[str]) -> list[str]:
    """Posts that each quote the one before, which quotes the one before that."""
    quoted = [in_quotation(platform, quotation, text) for text in texts]
    answers = [
        in_quotation(platform, quotation, first + second) for first, second in zip(quoted, texts[1:], strict=False)
    ]
    return [answer + text for answer, text in zip(answers, texts[2:], strict=False)]


def readings(platform: str, texts: list[str]) -> tuple[Callable[[], object], Callable[[], object], int]:
    """The reading of such posts by flagpost and by the peer, and how many they are."""
    if platform in TYPED:
        posts = in_quotations(platform, TYPED[platform], texts)
        return *on(platform, posts, cut_text), len(posts)
    posts = in_quotations(platform, QUOTATIONS[platform], [escape(text).replace("\n", "<br>\n") for text in texts])
    return *on(platform, posts, plain_text), len(posts)


def in_quotation(platform: str, quotation: str, text: str) -> str:
    """The text, quoted as members of the platform quote."""
    return quotation.format(text.replace("\n", "\n> ") if platform in MARKED else text)


def on(
    platform: str, posts: list[str], peer: Callable[[str], object]
) -> tuple[Callable[[], object], Callable[[], object]]:
    """The reading of these posts by flagpost and by the peer."""
    return lambda: [READERS[platform](post) for post in posts], lambda: [peer(post) for post in posts]


def plain_text(html: str) -> str:
    """The peer for HTML."""
    tree = LexborHTMLParser(html)
    for node in tree.css("blockquote"):
        node.decompose()
    return tree.text()


_QUOTED = re.compile(r"\[quote[^]]*\].*?\[/quote\]|^>[^\n]*$", re.IGNORECASE | re.DOTALL | re.MULTILINE)


def cut_text(text: str) -> str:
    """The peer for what members typed."""
    return _QUOTED.sub("", text)
