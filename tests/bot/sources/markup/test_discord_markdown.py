"""Quotations in Discord messages are told from own words as Discord's clients tell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import read_discord


@pytest.mark.parametrize(
    ("content", "own", "quoted"),
    [
        ("> you said this\nand I say no", "and I say no", ["you said this"]),
        ("first\n> one\n> two\nsecond\n\n> three", "first\nsecond", ["one\ntwo", "three"]),
        ("mine\n>>> all\nthe\n> rest", "mine", ["all\nthe\n> rest"]),
        ("   > behind spaces\nmine", "mine", ["behind spaces"]),
        ("> one\n>>> the rest", "", ["one", "the rest"]),
        ("> > twice", "", ["> twice"]),
        ("> \n> text\nmine", "mine", ["text"]),
        ("> \nmine", "mine", []),
        (">no space\n>>>none\n>\nmine", ">no space\n>>>none\n>\nmine", []),
        ("\\> escaped\na > b", "\\> escaped\na > b", []),
        ("two\n\nparagraphs ", "two\n\nparagraphs", []),
    ],
)
def test_quotations(content: str, own: str, quoted: list[str]) -> None:
    reading = read_discord(content)

    assert reading.own == own
    assert [quotation.text for quotation in reading.quotations] == quoted


@pytest.mark.parametrize(
    "content",
    [
        "```\n> output\n>>> more\n```",
        "look: ```py\n>>> 1 + 1\n```",
        "`one\n> two`",
        "``a ` b\n> c``",
        "\\``x\n> y`",
        "``x\n> y`",
        "``` a ```` b\n> c`",
    ],
)
def test_code_holds_no_quotation(content: str) -> None:
    assert read_discord(content).own == content


@pytest.mark.parametrize(
    ("content", "own"),
    [
        ("```\n> never closed", "```"),
        ("`\n> never closed", "`"),
        ("\\`\n> escaped`", "\\`"),
        ("`\n> other length``", "`"),
        ("> ```\nnot code\n```", "not code\n```"),
    ],
)
def test_backticks_that_make_no_code_hide_no_quotation(content: str, own: str) -> None:
    assert read_discord(content).own == own


def test_custom_emoji_are_read_by_name() -> None:
    reading = read_discord("well <:clown:216154654256398347>\n> <a:party_blob:216154654256398348> ok <:x>")

    assert reading.own == "well :clown:"
    assert reading.quotations[0].text == ":party_blob: ok <:x>"


MARKUP = st.lists(
    st.sampled_from(["> ", ">>> ", ">", "```", "`", "``", "\n", " ", "\\", "word", "\t", "<:a_b:216154654256398347>"]),
    max_size=30,
).map("".join)


@given(st.one_of(MARKUP, st.text()))
def test_no_line_of_own_words_outside_code_is_a_quotation(content: str) -> None:
    own = read_discord(content).own

    if "`" not in own:
        assert not any(line.lstrip(" ").startswith(("> ", ">>> ")) for line in own.split("\n")[1:])


@given(st.lists(st.sampled_from(["own", "> MARK", ">  MARK, own", "  > MARK"]), max_size=8))
def test_quoted_words_are_never_own(lines: list[str]) -> None:
    assert "MARK" not in read_discord("\n".join(lines)).own
    assert "MARK" not in read_discord("\n".join([*lines, ">>> MARK", "MARK"])).own


@pytest.mark.parametrize(
    "content",
    [
        "`" * 200_000,
        " ".join("`" * length for length in range(1, 600)),
        "> \n" * 60_000,
        "\\`" * 100_000,
        " " * 200_000,
    ],
    ids=["one run", "runs of every length", "quotations", "escapes", "spaces"],
)
def test_no_content_runs_away(content: str) -> None:
    assert len(read_discord(content).own) <= len(content)
