"""What holds for the HTML of every platform: quoted words are nobody's own, and no markup makes a reader fail."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import READERS
from classifier.post import Quotation

PLATFORMS = ("discourse", "misago", "mybb", "nodebb", "phpbb", "smf", "vbulletin", "xenforo")
HTML = (*PLATFORMS, "html")

QUOTATIONS = {
    "discourse": '<aside class="quote" data-username="tom"><div class="title">tom:</div><blockquote>{}</blockquote>'
    "</aside>",
    "misago": '<aside class="quote-block"><div class="quote-heading">tom</div><blockquote class="quote-body">{}'
    "</blockquote></aside>",
    "mybb": '<blockquote class="mycode_quote"><cite>tom Wrote:</cite>{}</blockquote>',
    "nodebb": '<blockquote><p>tom <a href="/post/3">said</a>:</p>{}</blockquote>',
    "phpbb": '<blockquote cite="./viewtopic.php?p=3"><div><cite>tom wrote:</cite>{}</div></blockquote>',
    "smf": '<blockquote class="bbc_standard_quote"><cite><a href="?msg=3">Quote from: tom on Today</a></cite>{}'
    "</blockquote>",
    "vbulletin": '<div class="bbcode_quote"><div class="quote_container"><div class="message">{}</div></div></div>',
    "xenforo": '<blockquote class="bbCodeBlock--quote" data-quote="tom"><div class="bbCodeBlock-content">{}</div>'
    "</blockquote>",
    "html": "<blockquote>{}</blockquote>",
}


@pytest.mark.parametrize(
    ("html", "own"),
    [
        ("<p>First  <b>bold</b>\nline<br>second</p>\n<p>third</p>", "First bold line\nsecond\n\nthird"),
        ("<ul>\n<li>one</li>\n<li>two<ol><li>three</ol></li>\n<li></li></ul>end", "- one\n- two\n1. three\nend"),
        ('<ol start="9"><li>a</li><li>b</li></ol><ol start="x"><li>c</li></ol><li>d</li>', "9. a\n10. b\n1. c\n- d"),
        ("<pre><code>if x:\n    y()\n</code></pre>run <code>a  b</code> now", "if x:\n    y()\n\nrun a  b now"),
        ('<a href="https://example.org/x">this page</a>', "this page"),
        ('<a href="https://example.org/long/way">example.org/lo…way</a>', "https://example.org/long/way"),
        ('<a href="https://example.net/b">example.org/a...b</a> <a>and...</a>', "example.org/a...b and..."),
        ("a<script>b</script><style>c</style><template>d</template><!-- f -->g", "ag"),
        ("<p>&nbsp;</p>a&nbsp; b<p>&nbsp;c</p>", "a  b\n\n c"),
    ],
)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_plain_words_read_alike_on_every_platform(platform: str, html: str, own: str) -> None:
    reading = READERS[platform](html)

    assert reading.own == own
    assert reading.quotations == ()


@pytest.mark.parametrize("platform", HTML)
def test_quotations_typed_by_hand(platform: str) -> None:
    html = "Ann wrote:<br>&gt; Two.<br>&gt; &gt; One.<br>Three.<pre>&gt; prompt</pre>it is <code>&gt; 4</code> &gt;:("
    reading = READERS[platform](QUOTATIONS[platform].format("Zero.") + html)

    assert reading.own == "Three.\n\n> prompt\n\nit is > 4 >:("
    assert reading.quotations[0].text == "Zero."
    assert reading.quotations[1:] == (Quotation(text="Two.", author="Ann"), Quotation(text="One."))


FRAGMENTS = (
    *("<", ">", "</", "<!--", "-->", "<![CDATA[", "&amp;", "&gt;", "&#", "&#0;", "&#13;", "&nbsp;", "\0", "> "),
    *("<p>", "</p>", "<li>", "<ol start='7'>", "</ol>", "<td>", "<table>", "<pre>", "</pre>", "<code>", "<br>", "<b>"),
    *(
        "</b>",
        "<blockquote>",
        "</blockquote>",
        "<template>",
        "<svg>",
        "<select>",
        "<plaintext>",
        "<body>",
        "<frameset>",
    ),
    *("<cite>", "</cite>", "wrote:", "<a href='/post/1'>", "</a>", "...", "<hr>", "<img class='emoji' alt='> x'>"),
    *("<aside class='quote'>", "<div class='title'>", "<div class='quote-block'>", "<div class='bbcode_quote'>"),
    *("<td class='alt2'>", "<div class='quotecontent'>", "<button class='bbCodeSpoiler-button'>", "</div>", "</aside>"),
)
HTML_LIKE = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=20).map("".join)


@pytest.mark.parametrize("platform", HTML)
@given(html=st.one_of(HTML_LIKE, st.text(st.characters())))
def test_own_words_read_again_are_the_same(platform: str, html: str) -> None:
    own = READERS[platform](html).own

    assert READERS[platform](f"<pre>{escape(own)}</pre>").own == own


NAMES = ("p", "div", "b", "i", "a", "span", "ul", "li", "pre", "code", "h2", "table")
SURROUNDINGS = st.lists(
    st.one_of(st.sampled_from([f"<{slash}{name}>" for name in NAMES for slash in ("", "/")]), st.just("mine")),
    max_size=6,
).map("".join)
OPENED = st.lists(st.sampled_from([f"<{name}>" for name in NAMES if name != "table"]), max_size=3).map("".join)
NESTED = st.lists(OPENED, min_size=1, max_size=4)


def nested(platform: str, levels: list[str]) -> str:
    """Quotations in each other; what each says goes on behind the inner one, in elements that nothing closes.

    vBulletin's quotations are made of `div` alone, which unclosed elements would break open in any browser.
    """
    html = ""
    for number, opened in enumerate(levels):
        unclosed = opened if "blockquote" in QUOTATIONS[platform] else ""
        html = QUOTATIONS[platform].format(f"{html}{unclosed}MARK{number} MARK{number}")
    return html


@pytest.mark.parametrize("platform", HTML)
@given(parts=st.lists(st.tuples(SURROUNDINGS, NESTED, SURROUNDINGS), max_size=4))
def test_quoted_words_are_never_own_and_each_stand_in_one_quotation(
    platform: str, parts: list[tuple[str, list[str], str]]
) -> None:
    html = "".join(before + nested(platform, levels) + after for before, levels, after in parts)
    reading = READERS[platform](html)
    texts = [quotation.text for quotation in reading.quotations]

    assert "MARK" not in reading.own
    assert sum(text.count("MARK") for text in texts) == html.count("MARK")
    assert all(len({word for word in text.split() if "MARK" in word}) <= 1 for text in texts)


@pytest.mark.parametrize("platform", HTML)
def test_a_megabyte_of_quotations_does_not_run_away(platform: str) -> None:
    before, after = QUOTATIONS[platform].split("{}")
    times = 1_000_000 // len(before + after)

    assert "theirs" not in READERS[platform](before * times + "theirs" + after * times).own
    assert "theirs" not in READERS[platform]((before + "theirs") * times).own
    assert READERS[platform]((before + "theirs" + after) * times).own == ""


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "</div>" * 100_000 + "mine",
        "<ol><li>" * 120_000 + "mine",
        "<p>mine" + "".join(f"<b id={number}>" for number in range(1_000)) + "<p>" * 300_000,
        f'<p class="{"x " * 500_000}">mine</p>',
        "<p><button>" * 90_000 + "</button>" * 90_000 + "mine",
        "<a" * 400_000 + "><br>mine",
        "&gt; " * 200_000 + "<br>mine",
    ],
    ids=["divs", "lists", "bold opened again", "classes", "buttons in paragraphs", "no end of a tag", "quoted by hand"],
)
@pytest.mark.parametrize("platform", ["html", "discourse"])
def test_a_megabyte_of_other_markup_does_not_run_away(platform: str, html: str) -> None:
    assert READERS[platform](html).own.endswith("mine")
