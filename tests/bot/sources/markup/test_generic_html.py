"""HTML is read as a reader of the page would, with the quotations taken out, whatever the markup."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import READERS, read_html


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
        ("<pre><code>if x:\n    y()\n</code></pre>done", "if x:\n    y()\n\ndone"),
        ("run <code>a  b</code> now", "run a  b now"),
        ("&lt;b&gt; &amp;amp; caf&eacute; &#128512;", "<b> &amp; café 😀"),
        ('nice <img class="emoji" alt=":smile:" src="x.png"> one<img src="y.png">', "nice :smile: one"),
        ('see <a href="http://example.org">this page</a>.', "see this page."),
        ("<html><head><title>t</title><style>s</style></head><body>words</body></html>", "words"),
        ("a<script>b</script><style>c</style><template>d</template><noscript>e</noscript><!-- f -->g", "ag"),
        ('<p hidden>a</p><p style="color:red; display : none">b</p>c', "c"),
        ("", ""),
    ],
)
def test_the_words_a_reader_sees(html: str, own: str) -> None:
    reading = read_html(html)

    assert reading.own == own
    assert reading.quotations == ()


@pytest.mark.parametrize(
    ("html", "own", "quoted"),
    [
        ("<blockquote><p>theirs</p></blockquote><p>mine</p>", "mine", ["theirs"]),
        ("before<blockquote>theirs</blockquote>after", "before\n\nafter", ["theirs"]),
        ("<blockquote>a<blockquote>b</blockquote>c</blockquote>d<blockquote>e</blockquote>", "d", ["a\n\nc", "b", "e"]),
        (
            '<aside class="quote no-group"><div class="title">bo:</div><blockquote>no</blockquote></aside>yes',
            "yes",
            ["no"],
        ),
        ('<div class="bbcode_quote">old</div>new', "new", ["old"]),
        ('<aside>mine</aside><div class="quotes quoted">too</div>', "mine\ntoo", []),
        ('<blockquote class="postcontent">mine<blockquote>theirs</blockquote></blockquote>', "mine", ["theirs"]),
        ("<blockquote><img src='x.png'></blockquote>mine", "mine", []),
        ("<ul><li><blockquote>theirs</blockquote>mine</li></ul>", "- mine", ["theirs"]),
        ("<p>mine<blockquote>never closed", "mine", ["never closed"]),
    ],
)
def test_quotations_are_taken_out(html: str, own: str, quoted: list[str]) -> None:
    reading = read_html(html)

    assert reading.own == own
    assert [quotation.text for quotation in reading.quotations] == quoted


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 40_000 + "theirs" + "</blockquote>" * 40_000 + "mine",
        "<div>" * 100_000 + "</div>" * 100_000 + "mine",
        '<b class="x">' * 80_000 + "mine",
        "<p>mine" + "".join(f"<b id={number}>" for number in range(1_000)) + "<p>" * 300_000,
        "<a" * 400_000 + "><br>mine",
    ],
    ids=["blockquotes", "divs", "bold", "bold opened again in every paragraph", "no end of a tag"],
)
def test_a_megabyte_of_nested_markup_does_not_run_away(html: str) -> None:
    assert read_html(html).own == "mine"


FRAGMENTS = (
    *("<", ">", "</", "<!--", "-->", "<![CDATA[", "&amp;", "&#", "&#0;", "&#13;", "&nbsp;", "<img alt='x'>"),
    *("<p>", "</p>", "<li>", "<td>", "<table>", "<pre>", "</pre>", "<code>", "<br>", "<b>", "</b>", "<blockquote>"),
    *("</blockquote>", "<template>", "<svg>", "<select>", "<textarea>", "<plaintext>", "<body>", "<frameset>"),
)
HTML_LIKE = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=20).map("".join)


@given(st.one_of(HTML_LIKE, st.text()))
def test_own_words_read_again_are_the_same(html: str) -> None:
    own = read_html(html).own

    assert read_html(f"<pre>{escape(own)}</pre>").own == own


FORUM_NAMES = ("p", "div", "b", "i", "a", "span", "ul", "li", "pre", "code", "h2", "table")
SURROUNDINGS = st.lists(
    st.one_of(st.sampled_from([f"<{slash}{name}>" for name in FORUM_NAMES for slash in ("", "/")]), st.just("mine")),
    max_size=6,
).map("".join)
OPENED = st.lists(st.sampled_from([f"<{name}>" for name in FORUM_NAMES if name != "table"]), max_size=4).map("".join)
QUOTES = st.lists(OPENED, min_size=1, max_size=4).map(
    lambda levels: "".join(f"<blockquote>{tags}" for tags in levels) + "MARK" + "MARK</blockquote>" * len(levels)
)


@given(st.lists(st.tuples(SURROUNDINGS, QUOTES, SURROUNDINGS).map("".join), max_size=4).map("".join))
def test_quoted_words_are_never_own(html: str) -> None:
    reading = read_html(html)

    assert "MARK" not in reading.own
    assert sum(quotation.text.count("MARK") for quotation in reading.quotations) == html.count("MARK")


def test_every_reader_reads_what_it_is_named_for() -> None:
    assert READERS["html"]("<i>a</i>").own == "a"
    assert READERS["discord"]("> b\na").own == "a"
    assert READERS["plain"]("> b <i>a</i>").own == "> b <i>a</i>"
