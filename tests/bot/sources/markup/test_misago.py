"""Misago: quotations name a member, and spoilers look much like them."""

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["misago"]


def quote(heading: str, author: str, words: str) -> str:
    return (
        f'<aside class="quote-block">\n<div class="quote-heading" data-noquote="1">{heading}</div>\n<blockquote '
        f'class="quote-body" data-block="quote"{author}>\n<p>{words}</p>\n</blockquote>\n</aside>\n'
    )


def test_quotations_name_their_author() -> None:
    named = quote('<a href="/u/tom/5/" data-quote="@tom">tom</a> has written:', ' data-author="@tom"', "No.")
    reading = read(
        f"{named}{quote('Quoted message:', '', 'Bare.')}<blockquote><p>Clause 4.</p></blockquote><p>Yes.</p>"
    )

    assert reading.own == "Yes."
    assert reading.quotations == (
        Quotation(text="No.", author="tom"),
        Quotation(text="Bare."),
        Quotation(text="Clause 4."),
    )


def test_spoilers_are_own_words() -> None:
    reading = read(
        '<aside class="spoiler-block"><blockquote class="spoiler-body" data-block="spoiler"><p>He did '
        "it.</p></blockquote>"
        '<div class="spoiler-overlay"><button class="spoiler-reveal" type="button">Reveal</button></div></aside>'
    )

    assert reading.own == "He did it."
    assert reading.quotations == ()


def test_addresses_have_their_scheme_back() -> None:
    assert read('<p>see <a href="https://example.org/a">example.org/a</a></p>').own == "see https://example.org/a"
    assert read('<p>see <a href="https://example.org/a">this</a></p>').own == "see this"
