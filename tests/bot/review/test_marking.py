"""Posts on a card: whatever they hold, it is shown as text, in full or around what matters, and within its room."""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens

from bot.review.marking import MARK_END, MARK_START, MOST_COMBINING, inert, passage, plain, units
from classifier.assessment import Span

ROOM = 100_000
_PIECE = re.compile(r"\\(?P<mark>[^0-9A-Za-z\s])|(?P<ours>\*\*__|__\*\*)|(?P<text>.)", re.DOTALL)

letters_and_marks = st.text(st.sampled_from(string.printable[:95] + "\näößЖ字😀é‘’"))
spans = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40)), max_size=5).map(
    lambda pairs: [Span(start, start + length, 1.0) for start, length in pairs]
)


class _Anybody(dict[str, Any]):
    """A server on which every id that a post could mention exists."""

    def get(self, _key: str, default: Any = None) -> Any:  # noqa: ARG002
        return "somebody"


def rendered(sent: str) -> tuple[str, set[str]]:
    """What a renderer of Discord's Markdown shows for a message, and which kinds of formatting it found in it."""
    everything = {"users": _Anybody(), "roles": _Anybody(), "channels": _Anybody(), "everyone": True}
    shown: list[str] = []
    kinds: set[str] = set()

    def visit(tokens: Iterable[Mapping[str, Any]]) -> None:
        for token in tokens:
            match token["type"]:
                case "text":
                    shown.append(token["content"])
                case "break" | "paragraph":
                    shown.append("\n")
                case "inline":
                    pass
                case kind:
                    kinds.add(kind)
            visit(token.get("children", ()))

    visit(markdown_tokens(sent, "message", context=everything))
    return "".join(shown), kinds


def visible(sent: str) -> str:
    """What Discord shows for a text in which only our marks act: they and the backslashes are taken away."""
    return "".join(piece["mark"] or piece["text"] or "" for piece in _PIECE.finditer(sent))


def squeezed(text: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


@pytest.mark.parametrize(
    "text",
    [
        "*a* **b** __c__ ~~d~~ ||e|| `f`",
        "```py\nprint()\n```",
        "# heading\n## heading\n> quote\n>>> quote\n- item\n* item\n1. item",
        "@everyone @here <@1> <@!1> <@&1> <#1> </ban:1> <id:guide>",
        "[click](https://evil.example) <https://evil.example> https://evil.example discord.gg/abc www.evil.example",
        "<t:0:R> :smile: <:party:1> <a:party:1>",
        "\\*a\\* *b* \\\\ \\",
        "&lt;b&gt; <b>bold</b> ![x](https://evil.example/x.png)",
        "    four spaces\n\ttab\nunder\n=====\n---\n***",
    ],
)
def test_nothing_in_a_post_acts(text: str) -> None:
    assert rendered(text)[1], "unescaped, it would act"
    shown, kinds = rendered(passage(text, ROOM))
    assert kinds == set()
    assert squeezed(shown) == squeezed(text)


def test_what_the_renderer_does_not_know_is_escaped_too() -> None:
    assert passage("-# small :smile: @silent", ROOM) == r"\-\# small \:smile\: \@silent"


@given(letters_and_marks)
def test_every_character_survives(text: str) -> None:
    shown, kinds = rendered(passage(text, ROOM))
    assert kinds == set()
    assert squeezed(shown) == squeezed(text)
    assert visible(inert(text, ROOM)) == " ".join(text.split()) == plain(text, ROOM)


@given(letters_and_marks, spans)
def test_marks_take_nothing_away(text: str, marks: list[Span]) -> None:
    sent = passage(text, ROOM, marks)
    assert visible(sent) == visible(passage(text, ROOM))
    ours = [piece["ours"] for piece in _PIECE.finditer(sent) if piece["ours"]]
    assert ours == [MARK_START, MARK_END] * (len(ours) // 2)
    for stretch in re.findall(r"\*\*__(.*?)__\*\*", sent, re.DOTALL):
        assert stretch.strip() == stretch != ""
        assert "\n" not in stretch


@given(st.text(), st.integers(60, 200), spans, st.integers(0, 100))
def test_any_text_keeps_to_its_room(text: str, room: int, marks: list[Span], focus: int) -> None:
    for sent in (passage(text, room, marks, focus), inert(text, room), plain(text, room)):
        assert units(sent) <= room
        sent.encode()  # a lone surrogate could not be sent
        assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in sent.replace("\n", ""))


def test_whole_words_are_marked_and_neighbours_joined() -> None:
    text = "you absolute clown, go"
    assert passage(text, ROOM, [Span(6, 9, 1.0), Span(13, 16, 1.0)]) == "you **__absolute clown__**\\, go"


def test_marks_stop_at_the_end_of_a_line() -> None:
    assert passage("one\ntwo", ROOM, [Span(0, 7, 1.0)]) == "**__one__**\n**__two__**"


def test_a_long_post_is_shown_around_the_heaviest_words() -> None:
    text = "filler " * 3_000 + "you clown " + "filler " * 3_000
    at = text.index("clown")
    sent = passage(text, 400, [Span(at, at + 5, 2.0)], at)
    assert "you **__clown__** filler" in sent
    assert sent.startswith("… filler")
    assert sent.endswith("filler …")
    assert 350 < units(sent) <= 400


def test_a_mark_on_every_line_keeps_to_its_room_as_well() -> None:
    text = "ab\n" * 400
    sent = passage(text, 300, [Span(0, len(text), 1.0)], 600)
    assert units(sent) <= 300
    assert sent.count("\n") == 6
    assert sent.count(MARK_START) == sent.count(MARK_END)


def test_the_end_of_a_long_post_fills_the_room() -> None:
    sent = passage("word " * 1_000 + "clown", 300, focus=5_000)
    assert sent.endswith("word clown")
    assert units(sent) > 250


def test_a_post_without_spaces_is_cut_all_the_same() -> None:
    assert 150 < units(passage("字" * 40_000, 200, [Span(0, 40_000, 1.0)], 20_000)) <= 200


@pytest.mark.parametrize(
    "control", ["\u202e", "\u202b", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\x00", "\x1b"]
)
def test_what_turns_or_hides_text_is_left_out(control: str) -> None:
    assert passage(f"ab{control}cd", ROOM) == inert(f"ab{control}cd", ROOM) == plain(f"ab{control}cd", ROOM) == "abcd"


def test_towers_of_accents_are_capped_and_ordinary_ones_kept() -> None:
    tower = "a" + "\u0301" * 50 + "b"
    assert passage(tower, ROOM) == "a" + "\u0301" * MOST_COMBINING + "b"
    assert passage("e\u0301 ни\u0306 👨\u200d👩\u200d👧", ROOM) == "e\u0301 ни\u0306 👨\u200d👩\u200d👧"


def test_empty_lines_do_not_stretch_a_card() -> None:
    assert passage("one" + "\n \n" * 200 + "two", ROOM) == "one\n\ntwo"


def test_spans_beyond_the_text_are_ignored() -> None:
    assert passage("", ROOM, [Span(3, 9, 1.0)], 3) == ""
    assert passage("word", ROOM, [Span(50, 60, 1.0)], 50) == "word"
