"""SMF: quotations on the page and in feeds, and bodies that a feed has cut short."""

import pytest

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["smf"]


def quote(kind: str, number: int, name: str, words: str) -> str:
    return (
        f'<blockquote class="bbc_{kind}_quote"><cite><a '
        f'href="https://example.org/index.php?PHPSESSID=1&amp;msg={number}">'
        f"Quote from: {name} on <strong>Today</strong> at 01:44 PM</a></cite>{words}<br></blockquote>"
    )


def test_quotations_in_quotations() -> None:
    reading = read(quote("standard", 31, "Old Tom", quote("alternate", 30, "moss on sea", "Two.") + "Three.") + "Four.")

    assert reading.own == "Four."
    assert reading.quotations == (
        Quotation(text="Three.", author="Old Tom", post_id="31"),
        Quotation(text="Two.", author="moss on sea", post_id="30"),
    )


@pytest.mark.parametrize(
    ("quotation", "author", "post_id"),
    [
        ('<blockquote class="bbc_standard_quote"><cite>Quote from: Old Tom</cite>No.</blockquote>', "Old Tom", None),
        ('<blockquote class="bbc_standard_quote"><cite>Quote</cite>No.</blockquote>', None, None),
        (
            '<div class="quoteheader"><div class="topslice_quote"><a href="index.php?topic=4.msg31#msg31">Quote from: '
            'Old Tom on May 01, 2012</a></div></div><blockquote class="bbc_standard_quote">No.</blockquote>'
            '<div class="quotefooter"><div class="botslice_quote"></div></div>',
            "Old Tom",
            "31",
        ),
    ],
    ids=["without a post", "unnamed", "SMF 2.0"],
)
def test_other_forms_of_quotation(quotation: str, author: str | None, post_id: str | None) -> None:
    reading = read(f"{quotation}Yes.")

    assert reading.own == "Yes."
    assert reading.quotations == (Quotation(text="No.", author=author, post_id=post_id),)


def test_a_body_cut_inside_its_quotation_has_no_own_words() -> None:
    cut = quote("standard", 31, "Old Tom", "You tie knots like a f...").replace("<br>", "")

    assert read(cut).own == ""
    assert read(cut).quotations[0].text.endswith("...")


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            'so:<br><br><div class="codeheader"><span class="code floatleft">Code</span> <a '
            'class="codeoperation">Select'
            '</a></div><code class="bbc_code">if x:<br>&nbsp; &nbsp; y &gt; 1</code><br>ok',
            "so:\n\nif x:\n    y > 1\nok",
        ),
        ("faster.&nbsp; (edited) &#128512;", "faster.  (edited) 😀"),
        (
            'nice <img src="s.png" alt="&#58;&#41;" title="Smiley" class="smiley"><img class="bbc_img" alt="" '
            'src="b.png">',
            "nice :)",
        ),
        ('mine<div class="attachments">boat.jpg (12 kB)</div><span class="modified">Last Edit: now</span>', "mine"),
    ],
    ids=["code", "double spaces", "smileys", "attachments and edits"],
)
def test_own_words(html: str, own: str) -> None:
    assert read(html).own == own
