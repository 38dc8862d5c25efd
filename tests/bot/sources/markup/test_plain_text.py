"""Plain text: `>` quotes, a line on top may say whom, and everything else is the author's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["quoted-text"]


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("> theirs\nmine", "mine", ["theirs"]),
        ("first\n>one\n> two\nsecond\n\n > three", "first\n\nsecond", ["one\ntwo", "three"]),
        ("> one\n\n> two\nmine\n\nstill mine", "mine\n\nstill mine", ["one", "two"]),
        ("> outer\n> > inner\n>> too\n> outer again\nmine", "mine", ["outer\nouter again", "inner\ntoo"]),
        (">>> deep\n> shallow", "", ["shallow", "deep"]),
        (">\n> \nmine", "mine", []),
        ("> one\r\n> two\r\nmine\r\n", "mine", ["one\ntwo"]),
        (">:( grr\n>_< ow\n>= 3 of you\na > b", ">:( grr\n>_< ow\n>= 3 of you\na > b", []),
        ("> >:(\nmine", "mine", [">:("]),
        ("    indented\n  text ", "indented\n  text", []),
    ],
)
def test_marked_lines_are_quoted(text: str, own: str, quoted: list[str]) -> None:
    reading = read(text)

    assert reading.own == own
    assert [quotation.text for quotation in reading.quotations] == quoted


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Ann wrote:", "Ann"),
        ("@old tom said:", "old tom"),
        ("On Mon, Mar 2, 2026 at 7:15 PM Old Tom <tom@example.org> wrote:", "Old Tom"),
        ("On 2 Mar 2026, at 19:15, Old Tom wrote:", "Old Tom"),
        ("In article <1@example.org>, Old Tom <tom@example.org> writes:", "Old Tom"),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_line_in_front_names_the_author_and_is_nobodys_words(line: str, author: str, gap: str) -> None:
    reading = read(f"Hello.\n\n{line}{gap}> No.\nYes.")

    assert reading.own == "Hello.\n\nYes."
    assert reading.quotations == (Quotation(text="No.", author=author),)


@pytest.mark.parametrize(
    "line",
    [
        "You are a fool, Tom. This is what you wrote:",
        "Look what that fool Tom with his silly little boat wrote:",
        "wrote:",
        "Ann wrote",
        "Ann wrote:\nand then",
        "Ann wrote:\n\n",
    ],
)
def test_a_line_that_says_more_stays_with_its_author(line: str) -> None:
    reading = read(f"{line}\n> No.")

    assert reading.own == line.strip()
    assert reading.quotations == (Quotation(text="No."),)


def test_every_level_has_an_author_of_its_own() -> None:
    reading = read("Ann wrote:\n> Tom wrote:\n>> One.\n>\n> Moss wrote:\n>> Two.\n>\n> Three.\nFour.")

    assert reading.own == "Four."
    assert reading.quotations == (
        Quotation(text="Three.", author="Ann"),
        Quotation(text="One.", author="Tom"),
        Quotation(text="Two.", author="Moss"),
    )


MARKS = [">", "> ", " ", "\n", "\r", "\x0b", "\x85", "\u2028", "x wrote:", "On 1:00 ", ":(", "<"]
TEXT_LIKE = st.lists(st.sampled_from(MARKS), max_size=30).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(st.one_of(TEXT_LIKE, ANY_TEXT))
def test_own_words_read_again_are_the_same(text: str) -> None:
    own = read(text).own

    assert read(own).own == own
    assert read(own).quotations == ()


@given(st.lists(st.sampled_from(["mine", "", "> MARK", ">> MARK", " > > MARK", "mine > mine", "x wrote:"]), max_size=8))
def test_quoted_words_are_never_own_and_never_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    reading = read(text)

    assert "MARK" not in reading.own
    assert sum(quotation.text.count("MARK") for quotation in reading.quotations) == text.count("MARK")
    assert reading.own.count("mine") == text.count("mine")


@pytest.mark.parametrize(
    "text",
    [
        ">" * 1_000_000,
        "> " * 500_000 + "x",
        "\n".join(">" * depth for depth in range(1_400)),
        "\n\n> x" * 200_000,
        "\n" * 500_000 + "> x\n\n" * 100_000,
        "x wrote:\n> x\n" * 75_000,
        " " * 1_000_000,
    ],
    ids=["marks", "marks and spaces", "stairs", "quotations", "empty lines", "attributions", "spaces"],
)
def test_a_megabyte_does_not_run_away(text: str) -> None:
    assert "x" not in read(text).own
