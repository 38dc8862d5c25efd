"""NodeBB: quotations have no mark-up of their own, only a line on top."""

import pytest

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["nodebb"]


@pytest.mark.parametrize(
    "line",
    [
        '<p dir="auto">Old Tom <a href="/post/31">said</a>:</p>\n<p dir="auto">No.</p>',
        '<p dir="auto">Old Tom <a href="https://example.org/post/31">schrieb</a>:<br />\nNo.</p>',
        '<p>@Old Tom <a href="/post/31">said</a> in <a href="/post/31">Knots: which?</a>:</p><p>No.</p>',
        '<p><a class="plugin-mentions-user" href="/user/tom">@<bdi>Old Tom</bdi></a> said in <a '
        'href="/post/31">Knots</a>:'
        "</p><p>No.</p>",
    ],
    ids=["as now", "translated, in one paragraph", "with the topic", "as once"],
)
def test_the_line_on_top_names_author_and_post(line: str) -> None:
    reading = read(f"<blockquote>\n{line}\n</blockquote>\n<p>Yes.</p>\n")

    assert reading.own == "Yes."
    assert reading.quotations == (Quotation(text="No.", author="Old Tom", post_id="31"),)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<p>No.</p>", "No."),
        ('<p>See <a href="/post/31">this post</a> on knots</p>', "See this post on knots"),
        ('<p><a href="https://example.org/31">said</a>:</p>', "said:"),
        ("<h2>Clause 4</h2>", "Clause 4"),
    ],
)
def test_other_quotations_stay_whole_and_unnamed(inside: str, text: str) -> None:
    assert read(f"<blockquote>{inside}</blockquote>").quotations == (Quotation(text=text),)


def test_two_quotations_and_one_inside_another() -> None:
    inner = '<blockquote><p>moss <a href="/post/3">said</a>:</p><p>One.</p></blockquote>'
    outer = f'<blockquote><p>tom <a href="/post/4">said</a>:</p>{inner}<p>Two.</p></blockquote>'
    reading = read(f"{outer}<p>Mine.</p>{inner}")

    assert reading.own == "Mine."
    assert [(one.text, one.post_id) for one in reading.quotations] == [("Two.", "4"), ("One.", "3"), ("One.", "3")]


def test_an_address_stands_for_the_preview_of_its_page() -> None:
    card = (
        '<div class="card position-relative link-preview p-0"><a href="https://example.org/a"><img src="c.png"></a>'
        '<div class="card-body"><h5><a href="https://example.org/a">Ten knots</a></h5><p>Fetched.</p></div></div>'
    )

    assert read(f"<p>look:</p><p>{card}</p>").own == "look:\n\nhttps://example.org/a"


def test_emoji_are_read_as_they_were_typed() -> None:
    html = (
        '<p>hi <img class="not-responsive emoji" title=":)" alt="🙂" src="s.png" /> <img alt="boat" src="b.png" /></p>'
    )

    assert read(html).own == "hi :)"
