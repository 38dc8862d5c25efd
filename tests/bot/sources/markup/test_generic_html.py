"""HTML of no known platform is read as a reader of the page would, with every sort of quotation taken out."""

import pytest

from bot.sources.markup import READERS, read_html
from classifier.post import Quotation


@pytest.mark.parametrize(
    ("html", "own"),
    [
        ("<p>First  <b>bold</b>\nline<br>second</p>\n<p>third</p>", "First bold line\nsecond\n\nthird"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("two<br><br>breaks", "two\n\nbreaks"),
        ("a<i> b </i> c", "a b c"),
        (
            "<ul>\n<li>one</li>\n<li><p>two</p><ul><li>three</ul></li>\n<li></li></ul>end",
            "- one\n\n- two\n\n- three\nend",
        ),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("&lt;b&gt; &amp;amp; caf&eacute; &#128512;", "<b> &amp; café 😀"),
        ('nice <img class="emoji" alt=":smile:" src="x.png"> one<img alt="boat" src="y.png">', "nice :smile: one"),
        ("<html><head><title>t</title><style>s</style></head><body>words</body></html>", "words"),
        ("a<script>b</script><style>c</style><template>d</template><noscript>e</noscript><!-- f -->g", "ag"),
        ('<p hidden>a</p><p style="color:red; display : none">b</p>c', "c"),
        ('<div class="title">a</div><div class="notice">b</div><div class="type file signature">c</div>', "a\nb\nc"),
        ("", ""),
    ],
)
def test_the_words_a_reader_sees(html: str, own: str) -> None:
    assert read_html(html) == READERS["plain"](own)


@pytest.mark.parametrize(
    ("html", "own", "quoted"),
    [
        ("<blockquote><p>theirs</p></blockquote><p>mine</p>", "mine", ["theirs"]),
        ("before<blockquote>theirs</blockquote>after", "before\n\nafter", ["theirs"]),
        (
            "<blockquote>a<blockquote>b</blockquote>c</blockquote>d<blockquote>e</blockquote>",
            "d",
            ["a\n\nc", "b", "e"],
        ),
        ('<table><tr><td class="quote">theirs</td></tr></table>mine', "mine", ["theirs"]),
        ('<div class="gmail_quote">theirs</div>mine', "mine", ["theirs"]),
        ('<aside>mine</aside><div class="quotes quoted">too</div>', "mine\ntoo", []),
        ("<blockquote><img src='x.png'></blockquote>mine", "mine", []),
        ("<ul><li><blockquote>theirs</blockquote>mine</li></ul>", "- mine", ["theirs"]),
        ("<p>mine<blockquote>never closed", "mine", ["never closed"]),
        ('<blockquote class="messageText">mine<blockquote>theirs</blockquote></blockquote>', "mine", ["theirs"]),
        (
            '<blockquote class="postcontent">mine</blockquote><blockquote class="spoiler-body">too</blockquote>',
            "mine\ntoo",
            [],
        ),
    ],
)
def test_quotations_are_taken_out(html: str, own: str, quoted: list[str]) -> None:
    reading = read_html(html)

    assert reading.own == own
    assert [quotation.text for quotation in reading.quotations] == quoted


@pytest.mark.parametrize(
    "html",
    [
        '<aside class="quote no-group" data-username="tom"><div '
        'class="title">tom:</div><blockquote>No.</blockquote></aside>',
        '<aside class="quote-block"><div class="quote-heading">@tom</div><blockquote class="quote-body" '
        'data-author="@tom">'
        "No.</blockquote></aside>",
        '<blockquote class="mycode_quote"><cite>tom Wrote:</cite>No.</blockquote>',
        '<blockquote><p>tom <a href="/post/3">said</a>:</p><p>No.</p></blockquote>',
        '<blockquote cite="?p=3"><div><cite><a href="?u=5">tom</a> wrote: <a '
        'data-post-id="3"></a></cite>No.</div></blockquote>',
        '<blockquote><cite><a href="?msg=3">Quote from: tom on Today</a></cite>No.</blockquote>',
        '<div class="bbcode_quote"><div class="quote_container"><div class="bbcode_postedby">Posted by '
        "<strong>tom</strong>"
        "</div>No.</div></div>",
        '<blockquote class="bbCodeBlock bbCodeBlock--quote"><div class="bbCodeBlock-title">tom '
        "said:</div>No.</blockquote>",
        '<div class="bbCodeBlock bbCodeQuote" data-author="tom"><aside><div class="attribution">tom '
        "said:</div><blockquote "
        'class="quoteContainer"><div class="quote">No.</div></blockquote></aside></div>',
    ],
    ids=["Discourse", "Misago", "MyBB", "NodeBB", "phpBB", "SMF", "vBulletin", "XenForo 2", "XenForo 1"],
)
def test_each_platforms_quotations_are_known(html: str) -> None:
    [quotation] = read_html(f"{html}mine").quotations

    assert (quotation.text, quotation.author) == ("No.", "tom")


def test_unknown_attributions_are_left_out() -> None:
    assert read_html("<blockquote><cite>Tom</cite>No.</blockquote>").quotations == (Quotation(text="No."),)


def test_every_reader_reads_what_it_is_named_for() -> None:
    assert READERS["html"]("<i>a</i>").own == "a"
    assert READERS["discord"]("> b\na").own == "a"
    assert READERS["plain"]("> b <i>a</i>").own == "> b <i>a</i>"
