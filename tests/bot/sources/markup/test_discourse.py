"""Discourse's cooked HTML: its quotations, previews, spoilers, and what its feeds add."""

import pytest

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["discourse"]


def quote(words: str, name: str = "willow") -> str:
    return (
        f'<aside class="quote no-group" data-username="{name}" data-post="4" data-topic="90">\n<div class="title">\n'
        f'<div class="quote-controls"></div>\n<img alt="" src="a.png" class="avatar"> {name}:</div>\n'
        f"<blockquote>\n{words}\n</blockquote>\n</aside>\n"
    )


def test_quotations_in_quotations_keep_their_own_words_and_authors() -> None:
    inner = quote("<p>Boil it.</p>", "moss")
    reading = read(quote(f"{inner}<p>Never boil it.</p>") + "<p>Both of you, stop.</p>" + quote("<p>Fine.</p>"))

    assert reading.own == "Both of you, stop."
    assert reading.quotations == (
        Quotation(text="Never boil it.", author="willow"),
        Quotation(text="Boil it.", author="moss"),
        Quotation(text="Fine.", author="willow"),
    )


def test_a_blockquote_cites_something_from_outside() -> None:
    outside = "<blockquote>\n<p>Clause 4: no dogs.</p>\n</blockquote>\n"
    reading = read(quote(outside + "<p>So it says.</p>") + outside + "<p>Who wrote this?</p>")

    assert reading.own == "Who wrote this?"
    assert [(one.text, one.author) for one in reading.quotations] == [
        ("So it says.", "willow"),
        ("Clause 4: no dogs.", None),
        ("Clause 4: no dogs.", None),
    ]


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            '<p>see <a class="inline-onebox" href="https://example.org/a">Ten ways to knot</a></p>',
            "see https://example.org/a",
        ),
        (
            '<p>this:</p><aside class="onebox allowlistedgeneric" data-onebox-src="https://example.org/b"><header>'
            "example.org</header><article><h3>Knots</h3><p>Fetched.</p></article></aside>",
            "this:\n\nhttps://example.org/b",
        ),
        (
            '<aside class="quote" data-post="1" data-topic="7"><div class="title"><div class="quote-controls"></div>'
            '<div class="quote-title__text-content"><a href="https://example.org/t/knots/7">Knots</a></div></div>'
            "<blockquote>Fetched.</blockquote></aside>",
            "https://example.org/t/knots/7",
        ),
        (
            '<div class="youtube-onebox lazy-video-container" data-video-title="Knots"><a href="https://example.org/v">'
            '<img src="t.jpg" alt=""></a></div>',
            "https://example.org/v",
        ),
        (
            '<p><div class="lightbox-wrapper"><a class="lightbox" href="/u.png"><img src="/u.png" alt="knot">'
            '<div class="meta"><span class="filename">knot</span><span>719×216</span></div></a></div></p><p>mine</p>',
            "mine",
        ),
        ("<details><summary>\nThe end</summary>\n<p>He did it.</p>\n</details>", "The end\n\nHe did it."),
        ('<p><span class="spoiler">He did it.</span></p>', "He did it."),
        ('<p>hi <img src="w.png" title=":wave:" class="emoji" alt=":wave:" width="20"></p>', "hi :wave:"),
        (
            '<p><a class="mention" href="/u/moss">@moss</a> in <a class="hashtag-cooked" href="/c/sea/5" '
            'data-slug="sea"><span class="hashtag-icon-placeholder"></span><span>At sea</span></a></p>',
            "@moss in #sea",
        ),
        (
            "<ol start='3'>\n<li>three</li>\n<li>four\n<ul>\n<li>sub</li>\n</ul>\n</li>\n</ol>",
            "3. three\n4. four\n- sub",
        ),
        ('<pre><code class="lang-sh">a  b\n  &gt; c\n</code></pre>', "a  b\n  > c"),
    ],
    ids=[
        "inline preview",
        "preview",
        "topic",
        "video",
        "image",
        "details",
        "spoiler",
        "emoji",
        "names",
        "lists",
        "code",
    ],
)
def test_own_words(html: str, own: str) -> None:
    assert read(html).own == own


def test_the_link_below_each_post_of_a_topic_feed_is_nobodys_words() -> None:
    link = '<p><a href="https://example.org/t/knots/7/31">Read full topic</a></p>'

    assert read(f"\n <p>mine</p>\n   {link}\n ").own == "mine"
    assert read(f"{link}<p>mine</p>").own == "Read full topic\n\nmine"
    assert read('<p><a href="https://example.org/t/7">https://example.org/t/7</a></p>').own == "https://example.org/t/7"


def test_what_a_reply_by_mail_carried_along_is_a_quotation() -> None:
    reading = read('<p>mine</p><details class="elided"><summary title="trimmed">···</summary><p>theirs</p></details>')

    assert reading.own == "mine"
    assert reading.quotations == (Quotation(text="theirs"),)


def test_quoted_chat_messages() -> None:
    reading = read(
        '<div class="chat-transcript chat-transcript-chained" data-message-id="8" data-username="moss">'
        '<div class="chat-transcript-meta">Originally sent in #sea</div><div class="chat-transcript-user">'
        '<div class="chat-transcript-username">moss</div><div class="chat-transcript-datetime">noon</div></div>'
        '<div class="chat-transcript-messages"><p>theirs</p></div></div><p>mine</p>'
    )

    assert reading.own == "mine"
    assert reading.quotations == (Quotation(text="theirs", author="moss"),)
