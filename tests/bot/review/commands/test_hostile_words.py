"""Whatever members write and call themselves: every answer keeps to Discord's limits, and nothing in it acts."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.review.controls import Deed
from bot.review.marking import units
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post, Quotation
from tests.bot.review.commands.verb_table import NOTHING_CAME_OF_IT, ROWS, Row, Scene, in_menu, told, unchanged

pytestmark = pytest.mark.asyncio(loop_scope="module")

PIECES = (
    "@everyone ",
    "<@&1> <@2> <#3> ",
    "[x](https://evil.example) ",
    "https://evil.example/",
    "<a:party:12345678901234567> ",
    "**`||~~__*_",
    "```\n",
    "> # - ",
    "\\",
    "\u202eright to left ",
    "עברית العربية ",
    "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
    "\u200b\u2060",
    "𝕏👩‍👩‍👧‍👦",
    "\n",
    "\x1f:",
    "a",
)


def repeated(most: int) -> st.SearchStrategy[str]:
    """Up to so many characters of one piece over and over."""
    pieces = st.sampled_from(PIECES) | st.text(min_size=1, max_size=9)
    return st.builds(lambda piece, size: (piece * most)[:size], pieces, st.integers(1, most) | st.just(most))


posts = st.fixed_dictionaries(
    {"text": repeated(40_000), "author_name": repeated(500), "place_name": repeated(500), "quoted": repeated(3_000)}
)


def embeds_in(message: Any) -> Iterator[list[str]]:
    """All texts of each embed, checked one by one."""
    for embed in message.embeds:
        parts = [(embed.title, 256), (embed.description, 4_096), (embed.footer.text, 2_048)]
        parts += [part for field in embed.fields for part in ((field.name, 256), (field.value, 1_024))]
        for text, limit in parts:
            assert units(text or "") <= limit
        assert all(field.name and field.value for field in embed.fields)
        yield [text for text, _ in parts if text]


def controls_in(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        yield from controls_in(part.get("components", []))


def check(message: Any) -> None:
    """That Discord would take an answer, and that nothing in it links or mentions but what flagpost wrote."""
    texts = [message.content, *(text for texts in embeds_in(message) for text in texts)]
    assert any(texts)
    assert units(message.content) <= 2_000
    assert sum(map(units, texts[1:])) <= 6_000
    footers = {embed.footer.text for embed in message.embeds}  # in which Discord reads no Markdown
    for text in set(texts) - footers:
        for active in ("@everyone", "<@", "](https://evil", "<a:party", "\u202e"):
            assert active not in text.replace("\\@everyone", "")
    for control in controls_in(message.components):
        assert units(control.get("label") or "") <= 80
        assert len(control.get("custom_id") or "") <= 100
        for option in control.get("options", []):
            assert 1 <= units(option["label"]) <= 100
            assert units(option.get("description") or "") <= 100


async def added(scene: Scene, said: dict[str, str], number: int) -> None:
    """Two posts with those words: one that was flagged, with another on its card, and one that was not."""
    world = scene.world
    words = {"text": said["text"], "author_name": said["author_name"], "place_name": said["place_name"]}
    quoted = (Quotation(text=said["quoted"], author=said["author_name"]),)
    scene.flag = world.flagged(
        number, author=str(world.ann.id), thread=str(world.general.id), quotations=quoted, **words
    )
    await world.bot.desk.show(scene.flag)
    scene.joined = world.joined(scene.flag, **words)
    link = f"https://discord.com/channels/{world.general.guild.id}/{world.general.id}/{number + 1}"
    unflagged = Post(source="discord", id=str(number + 1), author="7", link=link, quotations=quoted, **words)
    world.store.save_post(unflagged)
    judged = Assessment(probabilities=dict.fromkeys(Label, 0.1), model="m1", spans={})
    world.store.save_assessment(unflagged, judged, (), world.env.now())


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(said=posts)
async def test_no_words_break_an_answer(scene: Scene, said: dict[str, str]) -> None:
    world = scene.world
    with world.env.time_context():
        await scene.set(Row(world.dana.click))
        await added(scene, said, 10**7 + 10 * next(scene.numbers))
        asked = {"search": {"author": said["author_name"][:24]}, "user": {"author": f"discord/{world.ann.id}"}}
        asked["forget"] = asked["user"]
        for name in ("queue", "next", "search", "user", "status", "stats", "audit", "forget"):
            result = await world.dana.slash(world.review, f"flagpost {name}", **asked.get(name, {}))
            assert not any(words in told(result) for words in NOTHING_CAME_OF_IT), name
            check(result.response)
        for name in (Deed.MORE, Deed.SEEN, Deed.HISTORY, Deed.WARN, "button card", "button queue", "button user"):
            row = in_menu(name, unchanged) if name in frozenset(Deed) else ROWS[name]  # type: ignore[arg-type]
            result = await row.ask(scene)
            assert not any(words in told(result) for words in NOTHING_CAME_OF_IT), name
            check(result.response)
