"""XenForo 1 and 2: both forms of quotation of each, and what the page puts around the words."""

import pytest

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["xenforo"]


def block(attributes: str, title: str, words: str) -> str:
    return (
        f'<blockquote {attributes} class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch">'
        f'{title}<div class="bbCodeBlock-content"><div class="bbCodeBlock-expandContent">{words}</div>'
        '<div class="bbCodeBlock-expandLink js-expandLink"><a role="button">Click to expand...</a></div></div>'
        "</blockquote>"
    )


TITLE = (
    '<div class="bbCodeBlock-title">\n<a href="/goto/post?id=77" class="bbCodeBlock-sourceJump" '
    'data-content-selector="#post-77">Old Tom said:</a>\n</div>'
)
LATER = block('data-attributes="member: 5" data-quote="Old Tom" data-source="post: 77"', TITLE, "No.<br />\nNever.")
EARLIER = block("", TITLE, "No.<br />\nNever.")
XENFORO_1 = (
    '<div class="bbCodeBlock bbCodeQuote" data-author="Old Tom">\n<aside>\n<div class="attribution type">Old Tom said:'
    '\n<a href="goto/post?id=77#post-77" class="AttributionLink">&uarr;</a>\n</div>\n<blockquote '
    'class="quoteContainer">'
    '<div class="quote">No.<br/>\nNever.</div><div class="quoteExpand"><span class="expander">Click to expand...</span>'
    '<span class="shrinker">Click to shrink...</span></div></blockquote>\n</aside>\n</div>'
)


@pytest.mark.parametrize("quotation", [LATER, EARLIER, XENFORO_1], ids=["later", "earlier", "XenForo 1"])
def test_every_form_of_quotation_names_author_and_post(quotation: str) -> None:
    reading = read(f"First.{quotation}Second.")

    assert reading.own == "First.\n\nSecond."
    assert reading.quotations == (Quotation(text="No.\nNever.", author="Old Tom", post_id="77"),)


def test_names_without_a_post_and_quotations_without_a_name() -> None:
    named = block("", '<div class="bbCodeBlock-title">Old Tom said:</div>', "No.")
    profile = block('data-quote="Old Tom" data-source="profile_post: 77"', "", "On my wall.")
    found = read(named + profile + block('data-quote="" data-source=""', "", "ls -l")).quotations

    assert found == (
        Quotation(text="No.", author="Old Tom"),
        Quotation(text="On my wall.", author="Old Tom"),
        Quotation(text="ls -l"),
    )


def test_quotations_in_quotations() -> None:
    outer = block('data-quote="Ann" data-source="post: 80"', "", f"{LATER}That is rude.")
    reading = read(f"{outer}It is.")

    assert reading.own == "It is."
    assert [(one.text, one.author) for one in reading.quotations] == [
        ("That is rude.", "Ann"),
        ("No.\nNever.", "Old Tom"),
    ]


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            '<blockquote class="messageText SelectQuoteContainer ugc baseHtml">mine'
            '<div class="messageTextEndMarker">&nbsp;</div></blockquote><div class="editDate">Last edited: now</div>',
            "mine",
        ),
        (
            '<div class="message-content"><article class="message-body"><div class="bbWrapper">mine</div>'
            '<div class="js-selectToQuoteEnd">&nbsp;</div></article><div class="message-lastEdit">Last edited: '
            "now</div>"
            '<aside class="message-signature"><div class="bbWrapper">My boat is for sale</div></aside></div>',
            "mine",
        ),
        (
            '<div class="bbCodeBlock bbCodeBlock--code"><div class="bbCodeBlock-title">Code:</div><div '
            'class="bbCodeBlock-content"><pre class="bbCodeCode"><code>if x:\n    y &gt; 1\n</code></pre></div></div>',
            "if x:\n    y > 1",
        ),
        (
            '<div class="bbCodeSpoiler"><button class="button bbCodeSpoiler-button"><span class="button-text"><span>'
            'Spoiler: <span class="bbCodeSpoiler-button-title">the end</span></span></span></button>'
            '<div class="bbCodeSpoiler-content"><div class="bbCodeBlock bbCodeBlock--spoiler">He did '
            "it.</div></div></div>",
            "the end\nHe did it.",
        ),
        (
            'look <div class="bbCodeBlock bbCodeBlock--unfurl js-unfurl" data-url="https://example.org/a"><div '
            'class="contentRow"><h3>Fetched</h3></div></div>',
            "look\nhttps://example.org/a",
        ),
        (
            'ok <img src="d.gif" class="smilie smilie--sprite" alt=":)" title="Smile    :)"> <img '
            'class="mceSmilieSprite '
            'mceSmilie3" alt=":(" src="c.png"> <img class="bbImage" alt="boat.jpg" src="b.jpg"> <img class="smilie '
            'smilie--emoji" alt="😀" src="e.png">',
            "ok :) :( 😀",
        ),
        (
            '<a href="https://www.example.org/a/very/long/path/to/x" '
            'class="link">https://www.example.org/a/ve...th/to/x</a>',
            "https://www.example.org/a/very/long/path/to/x",
        ),
    ],
    ids=["page of XenForo 1", "page of XenForo 2", "code", "spoiler", "preview", "smileys", "shortened address"],
)
def test_own_words(html: str, own: str) -> None:
    reading = read(html)

    assert reading.own == own
    assert reading.quotations == ()
