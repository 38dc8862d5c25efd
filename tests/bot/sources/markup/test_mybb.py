"""MyBB: quotations, code and smileys of a post."""

import pytest

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["mybb"]


def quote(number: int, name: str, words: str) -> str:
    return (
        f'<blockquote class="mycode_quote"><cite><span> (11-22-2026, 01:33 PM)</span>{name} Wrote:  '
        f'<a href="https://example.org/showthread.php?pid={number}#pid{number}" class="quick_jump"></a></cite>{words}'
        "</blockquote>"
    )


def test_quotations_in_quotations() -> None:
    reading = read(quote(31, "Old Tom", quote(30, "moss", "Two.") + "Three.") + "<br />\nFour.")

    assert reading.own == "Four."
    assert reading.quotations == (
        Quotation(text="Three.", author="Old Tom", post_id="31"),
        Quotation(text="Two.", author="moss", post_id="30"),
    )


def test_quotations_without_a_post_or_a_name() -> None:
    found = read(
        '<blockquote class="mycode_quote"><cite>Old Tom Wrote:</cite>No.</blockquote>'
        '<blockquote class="mycode_quote"><cite>Quote:</cite>Clause 4.</blockquote><blockquote>Bare.</blockquote>'
    ).quotations

    assert found == (Quotation(text="No.", author="Old Tom"), Quotation(text="Clause 4."), Quotation(text="Bare."))


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            'so:<br />\n<div class="codeblock"><div class="title">Code:</div><div class="body" dir="ltr"><code>if '
            "x:<br />"
            "\n&nbsp;&nbsp;&nbsp;&nbsp;y()</code></div></div>ok",
            "so:\nif x:\n    y()\nok",
        ),
        ('hi <img src="s.png" alt="Big Grin" title="Big Grin" class="smilie smilie_4" />', "hi :Big Grin:"),
        ('<div class="title">mine</div><span class="edited_post">(This post was last modified: now)</span>', "mine"),
    ],
    ids=["code", "smiley", "edit notice"],
)
def test_own_words(html: str, own: str) -> None:
    assert read(html).own == own
