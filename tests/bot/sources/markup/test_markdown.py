"""Markdown of Discourse and NodeBB: read as the forum shows it, and so as its HTML is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import READERS
from classifier.post import Quotation

FORUMS = ("discourse", "nodebb")
discourse = READERS["discourse-markdown"]
nodebb = READERS["nodebb-markdown"]


@pytest.mark.parametrize(
    ("source", "own"),
    [
        ("one *two* **three** ~~four~~ _five_\nsix\n\n seven", "one two three four five\nsix\n\nseven"),
        ("- one\n- two\n  1. three\n\n# Head\ntext", "- one\n- two\n1. three\n\nHead\n\ntext"),
        ("see [this page](https://example.org/a_b_c) <https://example.org>", "see this page https://example.org"),
        (
            "```py\n> if x:\n    [quote]y[/quote]\n```\nrun `a  > b` now",
            "> if x:\n    [quote]y[/quote]\n\nrun a  > b now",
        ),
        ("|a|b|\n|-|-|\n|c|d|\n\nend", "a b\nc d\n\nend"),
        ("fish & chips &lt;3 \\*so\\* :smile: :)", "fish & chips <3 *so* :smile: :)"),
        ("![red boat](https://example.org/b.png)look", "look"),
    ],
)
@pytest.mark.parametrize("forum", FORUMS)
def test_the_words_a_reader_sees(forum: str, source: str, own: str) -> None:
    reading = READERS[f"{forum}-markdown"](source)

    assert reading.own == own
    assert reading.quotations == ()


@pytest.mark.parametrize("forum", FORUMS)
def test_what_stands_behind_marks_is_quoted(forum: str) -> None:
    reading = READERS[f"{forum}-markdown"]("> One.\nstill one\n> > Two.\n\nMine.\n> Three.\n\n- mine\n  > Four.")

    assert reading.own == "Mine.\n\n- mine"
    assert [quotation.text for quotation in reading.quotations] == ["One.\nstill one", "Two.", "Three.", "Four."]


@pytest.mark.parametrize("said", ["said", "schrieb"])
def test_nodebb_names_author_and_post_on_top(said: str) -> None:
    one = f"> moss [{said}](/post/30):\n> One."
    two = f"> Old Tom [{said}](/post/31):\n>\n" + "".join(f"> {line}\n" for line in one.split("\n")) + "> \n> Two."
    reading = nodebb(f"{two}\n\nMine.\n\n{one}\n\nToo.")

    assert reading.own == "Mine.\n\nToo."
    assert reading.quotations == (
        Quotation(text="Two.", author="Old Tom", post_id="31"),
        Quotation(text="One.", author="moss", post_id="30"),
        Quotation(text="One.", author="moss", post_id="30"),
    )


def test_nodebb_shows_html_as_it_was_typed() -> None:
    assert nodebb("<b>one</b> [quote]two[/quote]").own == "<b>one</b> [quote]two[/quote]"


@pytest.mark.parametrize(
    ("opening", "author"),
    [
        ('[quote="tom, post:31, topic:8"]', "tom"),
        ('[quote="tom, post:31, topic:8, full:true"]', "tom"),
        ('[quote="Old Tom, post:31, topic:8, username:tom"]', "tom"),
        ('[quote="Tom [old], post:31, topic:8"]', "Tom [old]"),
        ("[quote=\"<Tom> & 'co', post:31, topic:8\"]", "<Tom> & 'co'"),
        ("[quote=tom]", "tom"),
        ("[QUOTE]", None),
    ],
)
def test_discourse_names_the_author(opening: str, author: str | None) -> None:
    reading = discourse(f"First.\n\n{opening}\nIt is not.\n[/quote]\n\nIt *is*.")

    assert reading.own == "First.\n\nIt is."
    assert reading.quotations == (Quotation(text="It is not.", author=author),)


@pytest.mark.parametrize(
    ("source", "own", "quoted"),
    [
        ('[quote="a"]\n[quote="b"]\n1\n[/quote]\n2\n> 3\n\n4\n[/quote]\nmine', "mine", ["2\n\n4", "1", "3"]),
        ('mine\n[quote="a"]\n1\n[/quote]\ntoo\n[quote="b"]\n2\n[/quote]', "mine\n\ntoo", ["1", "2"]),
        ('> 1\n[quote="a"]\n2\n[/quote]\nmine', "mine", ["1", "2"]),
        ('- mine\n[quote="a"]\n- 1\n[/quote]\ntoo', "- mine\n\ntoo", ["- 1"]),
        ('1. mine\n   [quote="a"]\n   1\n   [/quote]\n   too', "1. mine\n\ntoo", ["1"]),
        ('[quote="a"]1[/quote] mine\ntoo', "mine\n\ntoo", ["1"]),
        ('I read [quote="a"]1[/quote] mine', "I read\n\nmine", ["1"]),
        ('[quote="a, post:1"]: 1\n2[/quote]\nmine', "mine", [": 1\n\n2"]),
        ('mine\n[quote="a"]\n1\n\n2', "mine", ["1\n\n2"]),
        ("mine\n[/quote]\ntoo", "mine\n\ntoo", []),
        ('`[quote="a"]` mine\n\n    [quote="a"]\n    mine', '[quote="a"] mine\n\n[quote="a"]\nmine', []),
        ("[quote](https://example.org) mine", "quote mine", []),
        ("<aside class='quote'><blockquote>1</blockquote></aside>\n\n<b>mine</b>", "mine", ["1"]),
    ],
)
def test_discourse_quotations_are_taken_out(source: str, own: str, quoted: list[str]) -> None:
    reading = discourse(source)

    assert reading.own == own
    assert [quotation.text for quotation in reading.quotations] == quoted


@pytest.mark.parametrize(
    ("source", "own"),
    [
        ('[details="The end & more"]\nHe did it.\n[/details]\nNo!', "The end & more\n\nHe did it.\n\nNo!"),
        ("[spoiler]He did it.[/spoiler] No! [b]Yes[/b]", "He did it. No! Yes"),
        ("[poll type=regular]\n* tea\n* coffee\n[/poll]", "- tea\n- coffee"),
        ("a[1] [i am] [sic]", "a[1] [i am] [sic]"),
    ],
)
def test_other_tags_of_discourse(source: str, own: str) -> None:
    assert discourse(source).own == own


PIECES = (
    *("> ", ">", "- ", "1. ", "# ", "    ", "\n", "\n\n", "```\n", "`", "*", "_", "**", "[", "](", ")", "]", "!["),
    *("<", "<b>", "<!--", "&#0;", "&gt;", "\\", "|", "|-|-|\n", "http://", "[a]: b\n", "---\n", "\0", "a", "\ud800"),
    *('[quote="a, post:1"]', "[quote]", "[/quote]", "[details=", "[b]", "[/b]", "a [said](/post/2):\n"),
)
SOURCES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(st.characters(exclude_categories=()))
)


@pytest.mark.parametrize("forum", FORUMS)
@given(source=SOURCES)
def test_own_words_read_again_as_code_are_the_same(forum: str, source: str) -> None:
    read = READERS[f"{forum}-markdown"]
    own = read(source).own
    fence = "`" * (own.count("`") + 3)

    assert read(f"{fence}\n{own}\n{fence}").own == own


LINES = st.lists(
    st.sampled_from(
        ["mine", "", "- mine", "# mine", "`mine`", "*mine", "|a|b|", "|-|-|", "mine [b]", "mine [x", "---"]
    ),
    max_size=5,
)


def quoted(marker: str, levels: list[list[str]]) -> list[str]:
    """Lines of quotations in each other."""
    lines: list[str] = []
    for number, inside in enumerate(levels):
        words = [*lines, *inside, "", f"MARK{number} MARK{number}"]
        lines = [f"> {line}" for line in words] if marker == ">" else [marker, *words, "[/quote]"]
    return lines


@pytest.mark.parametrize("marker", [">", '[quote="tom, post:3, topic:1"]'])
@given(parts=st.lists(st.tuples(LINES, st.lists(LINES, min_size=1, max_size=4)), max_size=4))
def test_quoted_words_are_never_own_and_each_stand_in_one_quotation(
    marker: str, parts: list[tuple[list[str], list[list[str]]]]
) -> None:
    source = "\n".join("\n".join([*before, "", *quoted(marker, levels), ""]) for before, levels in parts)
    for read in (discourse, nodebb) if marker == ">" else (discourse,):
        reading = read(source)
        texts = [quotation.text for quotation in reading.quotations]

        assert "MARK" not in reading.own
        assert sum(text.count("MARK") for text in texts) == source.count("MARK")
        assert all(len({word for word in text.split() if "MARK" in word}) <= 1 for text in texts)


@pytest.mark.parametrize("forum", FORUMS)
@pytest.mark.parametrize(
    "source",
    [
        "> " * 500_000 + "theirs",
        ("> " * 100 + "theirs\n") * 5_000,
        "> theirs\n" * 30_000,
        '[quote="tom, post:3, topic:1"]\ntheirs\n' * 21_000 + "[/quote]\n" * 21_000,
        '[quote="tom, post:3, topic:1"]\n' * 32_000,
        "[quote=tom]" * 90_000,
        "[" * 100_000,
        "[a](" * 40_000,
        ("- " * 45 + "a\n") * 500,
        "*a" * 60_000,
    ],
    ids=[
        "marks",
        "marks in lines",
        "lines",
        "quotations",
        "quotations that nothing closes",
        "quotations in a line",
        "brackets",
        "links that nothing closes",
        "lists",
        "emphasis",
    ],
)
def test_no_content_runs_away(forum: str, source: str) -> None:
    if forum == "discourse" or "[quote" not in source:
        assert "theirs" not in READERS[f"{forum}-markdown"](source).own
