"""vBulletin 3, 4 and 5: three ways to set a quotation."""

import pytest

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["vbulletin"]

VBULLETIN_3 = (
    '<div style="margin:20px; margin-top:5px; ">\n<div class="smallfont" '
    'style="margin-bottom:2px">Quote:</div>\n<table '
    'cellpadding="6" cellspacing="0" border="0" width="100%"><tr><td class="alt2" style="border:1px inset">\n<div>\n'
    'Originally Posted by <strong>Old Tom</strong>\n<a href="showthread.php?p=31#post31" rel="nofollow"><img '
    'class="inlineimg" src="v.gif" alt="View Post" /></a>\n</div>\n<div style="font-style:italic">No.</div>\n</td></tr>'
    "</table></div>"
)
VBULLETIN_4 = (
    '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div '
    'class="bbcode_quote_container"></div><div class="bbcode_postedby"><img src="q.png" alt="Quote" /> Originally '
    "Posted by "
    '<strong>Old Tom</strong> <a href="showthread.php?p=31#post31" rel="nofollow"><img class="inlineimg" src="v.png" '
    'alt="View Post" /></a></div><div class="message">No.</div></div></div></div>'
)
VBULLETIN_5 = (
    '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div '
    'class="bbcode_quote_container b-icon b-icon__ldquo-l--gray"></div><div class="bbcode_postedby">Originally '
    "posted by "
    '<strong>Old Tom</strong> <a href="https://example.org/forum/sea/15-knots?p=31#post31" rel="nofollow"><span '
    'class="b-icon b-icon__double-arrow-right--dark">View Post</span></a></div><div '
    'class="message">No.</div></div></div></div>'
)


@pytest.mark.parametrize("quotation", [VBULLETIN_3, VBULLETIN_4, VBULLETIN_5], ids=["3", "4", "5"])
def test_every_form_of_quotation_names_author_and_post(quotation: str) -> None:
    reading = read(f'<blockquote class="postcontent restore ">{quotation}Yes. {quotation}</blockquote>')

    assert reading.own == "Yes."
    assert reading.quotations == (Quotation(text="No.", author="Old Tom", post_id="31"),) * 2


@pytest.mark.parametrize(
    "quotation",
    [
        '<div class="smallfont">Quote:</div><table><tr><td class="alt2" style="border:1px inset">No.</td></tr></table>',
        '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="'
        'bbcode_quote_container"></div>No.</div></div></div>',
    ],
    ids=["3", "4"],
)
def test_quotations_without_a_name(quotation: str) -> None:
    reading = read(f"{quotation}Yes.")

    assert reading.own == "Yes."
    assert reading.quotations == (Quotation(text="No."),)


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            '<div style="margin:20px"><div class="smallfont">Code:</div><pre class="alt2" dir="ltr">if x:\n    '
            "y()</pre></div>",
            "if x:\n    y()",
        ),
        (
            '<div class="bbcode_container"><div class="bbcode_description">Code:</div><pre class="bbcode_code">if x:\n'
            "    y()</pre></div>",
            "if x:\n    y()",
        ),
        ('hi <img src="s.png" border="0" alt="" title="Smile" class="inlineimg" />', "hi :Smile:"),
        ('mine<blockquote class="postcontent lastedited">Last edited by moss</blockquote>', "mine"),
    ],
    ids=["code of 3", "code of 4", "smiley", "edit notice"],
)
def test_own_words(html: str, own: str) -> None:
    reading = read(html)

    assert reading.own == own
    assert reading.quotations == ()
