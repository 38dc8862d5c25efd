"""phpBB: the same post on the page and in the feed, which says less and adds a paragraph of its own."""

import pytest

from bot.sources.markup import READERS
from bot.sources.markup.phpbb import author_in_feed
from classifier.post import Quotation

read = READERS["phpbb"]


def cited(post: int, member: int, name: str, words: str) -> str:
    return (
        f'<blockquote cite="./viewtopic.php?p={post}&amp;sid=0a#p{post}"><div><cite><a href="./memberlist.php?mode='
        f'viewprofile&amp;u={member}&amp;sid=0a">{name}</a> wrote: <a '
        f'href="./viewtopic.php?p={post}&amp;sid=0a#p{post}" '
        f'aria-label="View quoted post" data-post-id="{post}"><i class="icon fa-fw" aria-hidden="true"></i></a>'
        f'<span class="responsive-hide">Sun Nov 22, 2026 1:33 pm</span></cite>\n{words}\n</div></blockquote>\n'
    )


def uncited(words: str) -> str:
    return f'<blockquote class="uncited"><div>{words}</div></blockquote>'


STATISTICS = (
    '<p>Statistics: Posted by <a href="https://example.org/memberlist.php?mode=viewprofile&amp;u=58">moss</a> '
    "— Sun Nov 22, 2026 1:33 pm</p><hr />\n"
)


def test_the_page_says_who_is_quoted() -> None:
    reading = read(cited(31, 8, "Old Tom", cited(30, 9, "moss", "Two knots.") + "Three.") + "Who counts?")

    assert reading.own == "Who counts?"
    assert reading.quotations == (
        Quotation(text="Three.", author="Old Tom", post_id="31"),
        Quotation(text="Two knots.", author="moss", post_id="30"),
    )


def test_the_feed_gives_the_same_own_words_without_its_statistics() -> None:
    words = "Who <strong>counts</strong>?<br>{}<br>{}I do."
    page = read(cited(31, 8, "Old Tom", cited(30, 9, "moss", "Two knots.") + "Three.") + words.format("\n", "\n"))
    feed = read("\n" + uncited(uncited("Two knots.") + "Three.") + words.format("", "") + STATISTICS)

    assert feed.own == page.own == "Who counts?\n\nI do."
    assert [one.text for one in feed.quotations] == [one.text for one in page.quotations]
    assert {one.author for one in feed.quotations} == {None}


def test_statistics_name_the_author() -> None:
    assert author_in_feed("words" + STATISTICS) == "58"
    assert author_in_feed(uncited("u=7") + "words<p>Statistics: Posted by Guest — Sun Nov 22</p><hr />") is None
    assert author_in_feed("words") is None
    assert author_in_feed("") is None


@pytest.mark.parametrize(
    ("quotation", "author"),
    [
        ("<blockquote><div><cite>Old Tom wrote:</cite>No.</div></blockquote>", "Old Tom"),
        ('<blockquote class="uncited"><div>No.</div></blockquote>', None),
        ('<div class="quotetitle">Old Tom wrote:</div><div class="quotecontent">No.</div>', "Old Tom"),
    ],
    ids=["a guest, or phpBB 3.0", "unnamed", "subsilver2"],
)
def test_older_and_unnamed_quotations(quotation: str, author: str | None) -> None:
    reading = read(f"{quotation}<br />Yes.")

    assert reading.own == "Yes."
    assert reading.quotations == (Quotation(text="No.", author=author),)


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            'so:<br>\n\n<div class="codebox"><p>Code: <a href="#">Select all</a></p><pre><code>if x:\n    y()'
            "</code></pre></div>\n\nok",
            "so:\n\nif x:\n    y()\n\nok",
        ),
        (
            '<dl class="codebox"><dt>Code: <a href="#">Select all</a></dt><dd><code>if x:<br />&nbsp; &nbsp; y()'
            "</code></dd></dl>",
            "if x:\n    y()",
        ),
        (
            'see <a href="https://example.org/sea?knots=2&amp;rope=long" class="postlink">https://example.org/sea?kn '
            "... rope=long</a>",
            "see https://example.org/sea?knots=2&rope=long",
        ),
        (
            'hi <img class="smilies" src="s.gif" alt=":)" title="Smile"> <img alt="😀" class="emoji smilies" '
            'src="//cdn.example.org/1.svg"> <img src="i.png" class="postimage" alt="Image">',
            "hi :) 😀",
        ),
        (
            '<div><div class="quotetitle"><b>Spoiler:</b> <input type="button" value="Show" /></div>'
            '<div class="quotecontent"><div style="display: none;">He did it.</div></div></div>',
            "He did it.",
        ),
        (
            'mine<div class="inline-attachment"><dl class="file"><dt>boat.pdf</dt><dd>Downloaded 3 '
            "times</dd></dl></div>"
            '<div class="notice">Last edited by moss.</div><div class="signature">My boat is for sale</div>',
            "mine",
        ),
    ],
    ids=["code", "code of phpBB 3.0", "shortened address", "smileys", "spoiler", "attachment, notice, signature"],
)
def test_own_words(html: str, own: str) -> None:
    reading = read(html)

    assert reading.own == own
    assert reading.quotations == ()
