"""BBCode: whose words a quotation holds, in the dialect of every platform, and what a reader would see of the rest."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import READERS
from classifier.post import Quotation

read = READERS["bbcode"]


@pytest.mark.parametrize(
    ("opening", "author", "post_id"),
    [
        ('[QUOTE="Old Tom, post: 31, member: 5"]', "Old Tom", "31"),
        ('[QUOTE="Tom, the [old] one, post: 31, member: 5"]', "Tom, the [old] one", "31"),
        ('[QUOTE="Old Tom, profile-post: 31, member: 5"]', "Old Tom", None),
        ("[QUOTE=Old Tom, post: 31, member: 5]", "Old Tom", "31"),
        ("[quote=tom post_id=31 time=1767225600 user_id=5]", "tom", "31"),
        ('[quote="Old Tom" post_id=31 time=1767225600 user_id=5]', "Old Tom", "31"),
        ('[quote="Old Tom"]', "Old Tom", None),
        ("[quote=O'Tom]", "O'Tom", None),
        ("[quote author=Old Tom link=topic=8.msg31#msg31 date=1767225600]", "Old Tom", "31"),
        ("[quote author=&quot;Tom&quot; link=msg=31 date=1767225600]", '"Tom"', "31"),
        ("[quote=\"Old Tom\" pid='31' dateline='1767225600']", "Old Tom", "31"),
        ("[quote='\"Tom\"' pid='31' dateline='1767225600']", '"Tom"', "31"),
        ("[QUOTE=Old Tom;31]", "Old Tom", "31"),
        ("[QUOTE=[OLD]Tom;31]", "[OLD]Tom", "31"),
        ('[QUOTE="O\'Tom;31"]', "O'Tom", "31"),
        ("[QUOTE=Old Tom;n31]", "Old Tom", "31"),
        ("[quote]", None, None),
    ],
)
@pytest.mark.parametrize("gap", ["", "\n", "\r\n"])
def test_every_dialect_names_author_and_post(opening: str, author: str | None, post_id: str | None, gap: str) -> None:
    reading = read(f"First.{gap}{opening}{gap}It isn't.{gap}[/quote]{gap}It's so.")

    assert reading.own == "First.\n\nIt's so."
    assert reading.quotations == (Quotation(text="It isn't.", author=author, post_id=post_id),)


@pytest.mark.parametrize(
    ("source", "own", "quoted"),
    [
        ("[quote=a]1[quote=b]2[quote=c]3[/quote]4[/quote]5[/quote]mine", "mine", ["1\n\n5", "2\n\n4", "3"]),
        ("a[quote=x]1[/quote]b[quote=x]2[/quote]c", "a\n\nb\n\nc", ["1", "2"]),
        ("[list][*][quote=x]1[/list]2[/quote]mine[/list]", "- mine", ["1\n2"]),
        ("[b][quote=x]1[/b][/quote]mine", "mine", ["1"]),
        ("mine[quote=x]never closed [b]either", "mine", ["never closed either"]),
        ("never opened[/quote][/quote] mine", "never opened mine", []),
        ("[quote=x][/quote][quote=x] \n[/quote]mine", "mine", []),
        ("mine [code][quote=x]1[/code] too", "mine\n\n[quote=x]1\n\ntoo", []),
        ("mine [plain][quote=x]1[/quote][/plain]", "mine [quote=x]1[/quote]", []),
        ("mine [code][quote=x]1[/quote]2", "mine\n\n2", ["1"]),
        ("[I read [quote=x]1[/quote]]", "[I read\n\n]", ["1"]),
    ],
)
def test_quotations_are_taken_out(source: str, own: str, quoted: list[str]) -> None:
    reading = read(source)

    assert reading.own == own
    assert [quotation.text for quotation in reading.quotations] == quoted


def test_quotations_typed_by_hand() -> None:
    reading = read("[quote=a]0[/quote]Tom wrote:\n> 1\nmine [code]> 2[/code] and [c]> 3[/c]\n[plain]> 4[/plain]")

    assert reading.own == "mine\n\n> 2\n\nand > 3\n> 4"
    assert reading.quotations == (Quotation(text="0", author="a"), Quotation(text="1", author="Tom"))


@pytest.mark.parametrize(
    ("source", "own"),
    [
        (
            "two\nlines  and\n\na [b]bold[/b] [COLOR=red][size=5]big[/size][/COLOR] one :)",
            "two\nlines and\n\na bold big one :)",
        ),
        ("this [sic] is a[1] [url] [quote me] [b here]", "this [sic] is a[1] [quote me] [b here]"),
        ("[list]\n[*]one\n[*]two\n[list=1][*]a\n[*]b[/list]\n[/list]\nend", "- one\n- two\n1. a\n2. b\nend"),
        ("[list type=decimal]\n[li]one[/li]\n[li]two[/li]\n[/list]", "1. one\n2. two"),
        ("[url=https://example.org/x?a=1]this page[/url] [url]example.org[/url]", "this page example.org"),
        ('a [img]https://example.org/b.png[/img] [IMG alt="red boat" width="9"]b.png[/IMG] c', "a red boat c"),
        (
            "do\n[code=python]\nif x:\n    y()\n[/code]\nthen [icode]a  [b][/icode]",
            "do\n\nif x:\n    y()\n\nthen a [b]",
        ),
        ('[spoiler="the end"]He did it.[/spoiler]No!', "the end\nHe did it.\nNo!"),
        ("[table][tr][td]a[/td][td]b[/td][/tr][tr][td]c[/td][/tr][/table]", "a b\nc"),
        ("[h1]Knots[/h1]\nBowline.[hr]\nReef.", "Knots\n\nBowline.\nReef."),
        ("[attach=full]123[/attach][media=youtube]x1y2[/media]look", "look"),
        ("[USER=5]@Old Tom[/USER] [i]no", "@Old Tom no"),
    ],
)
def test_the_words_a_reader_sees(source: str, own: str) -> None:
    reading = read(source)

    assert reading.own == own
    assert reading.quotations == ()


NAMES = ("b", "i", "size=5", "url", "url=x", "list", "*", "code", "plain", "img", "spoiler", "td", "quote", "hr", "sic")
TAGS = [f"[{slash}{name}]" for name in NAMES for slash in ("", "/")]
PIECES = [
    *TAGS,
    "[",
    "]",
    "[/",
    '[quote="',
    "[quote author=",
    "=",
    '"',
    "'",
    ";1",
    ", post: 1",
    "\n",
    " ",
    "> ",
    "\0",
    "a",
]
SOURCES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(st.characters(exclude_categories=()))
)


@given(SOURCES)
def test_own_words_read_again_as_code_are_the_same(source: str) -> None:
    own = read(source).own

    if "[/code]" not in own.lower():
        assert read(f"[code]{own}[/code]").own == own


# A fixed space becomes one that lays out text, and so may vanish when it is laid out again.
@given(SOURCES.filter(lambda source: "[" not in source and "\xa0" not in source))
def test_own_words_without_tags_read_again_are_the_same(source: str) -> None:
    own = read(source).own

    assert read(own).own == own


SURROUNDINGS = st.lists(
    st.sampled_from(
        [tag for tag in TAGS if not any(raw in tag for raw in ("quote", "code", "plain", "img"))] + ["mine"]
    ),
    max_size=6,
).map("".join)


@given(st.lists(st.tuples(SURROUNDINGS, st.lists(SURROUNDINGS, min_size=1, max_size=4), SURROUNDINGS), max_size=4))
def test_quoted_words_are_never_own_and_each_stand_in_one_quotation(parts: list[tuple[str, list[str], str]]) -> None:
    source = ""
    for before, levels, after in parts:
        nested = ""
        for number, inside in enumerate(levels):
            nested = f"[quote=tom]{nested}{inside}MARK{number} MARK{number}[/quote]"
        source += before + nested + after
    reading = read(source)
    texts = [quotation.text for quotation in reading.quotations]

    assert "MARK" not in reading.own
    assert sum(text.count("MARK") for text in texts) == source.count("MARK")
    assert all(len(set(re.findall(r"MARK\d", text))) <= 1 for text in texts)


@pytest.mark.parametrize(
    "source",
    [
        "[quote=a]theirs" * 66_000 + "[/quote]" * 66_000,
        "[quote=a]" * 110_000,
        "[" * 1_000_000,
        '[a="' * 250_000,
        "[a='[a=\"" * 125_000,
        "[a=[" * 250_000,
        "[code]" * 160_000,
        "[code]" * 160_000 + "[/code]",
        "[code]x[/code]" * 70_000,
        "[quote=" + ", a" * 330_000 + "]",
        "[quote=" + ";1" * 500_000 + "x]",
        "[list][*]a" * 100_000,
        "\n" * 1_000_000,
    ],
    ids=[
        "quotations",
        "quotations that nothing closes",
        "brackets",
        "values that nothing closes",
        "values in values",
        "brackets in values",
        "code that nothing closes",
        "code that one tag closes",
        "code",
        "commas",
        "semicolons",
        "lists",
        "lines",
    ],
)
def test_a_megabyte_does_not_run_away(source: str) -> None:
    assert "theirs" not in read(source).own
