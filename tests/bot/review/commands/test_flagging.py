"""What a person flags is a missed post; and any post can be asked why it scored so."""

import asyncio
from typing import Any

import pytest

from bot.config import Mode, ModesTable
from bot.review.commands import flagging
from bot.store.records import FlagState, Silence
from classifier.labels import Label

MILD = "Nobody asked you. Go and read the manual again, if you can."
INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."


async def flag(world: Any, message: Any, channel: Any = None, *labels: str) -> str:
    """Flag a message as Dana; the answer's words."""
    form = await world.menu(world.dana, "Flag for review", message, channel)
    assert form.modal
    result = await world.dana.submit_modal(form, {"labels": list(labels) or ["trolling"]})
    return str(world.words(world.answer(result)))


async def at_once(world: Any, message: Any) -> str:
    """The words of what Dana is answered who wants to flag a message, and gets no form."""
    answer = await world.menu(world.dana, "Flag for review", message)
    assert not answer.modal
    return str(world.words(world.answer(answer)))


async def test_a_missed_post_is_flagged_with_what_the_model_had_said(world: Any) -> None:
    message = await world.ann.send(world.general, MILD)
    assert world.store.flags() == []
    assert "its card" in await flag(world, message, None, "trolling", "personal_attack")
    (found,) = world.store.flags()
    assert found.labels == (Label.TROLLING, Label.PERSONAL_ATTACK)
    assert found.report.reporter.name == "Dana"
    assert found.report.silence == dict.fromkeys(Label, Silence.BELOW_THRESHOLD)
    assert 0 < found.assessment.probabilities[Label.TROLLING] < found.report.thresholds[Label.TROLLING]
    (card,) = world.review.history()
    assert found.card.message_id == card.id
    assert "Dana" in world.words(card), "the card says that a person flagged it"
    assert card.embeds[0].title == "Trolling, Personal attack · flagged by staff"
    assert "Trolling: unlikely (" in world.words(card), "what the model says stands below"
    assert "Trolling, Personal attack · flagged by staff" in await world.ask(world.dana, "queue")
    told = await at_once(world, message)
    assert "flagged already" in told
    assert card.jump_url in told
    await world.dana.click(card, label="Confirm")
    assert world.store.flag(found.id).state is FlagState.CONFIRMED
    assert "confirmed" in await at_once(world, message)


async def test_two_who_fill_in_the_form_at_the_same_time_raise_one_flag(world: Any) -> None:
    message = await world.ann.send(world.general, MILD)
    form = await world.menu(world.dana, "Flag for review", message)
    assert "its card" in await flag(world, message)
    second = await world.dana.submit_modal(form, {"labels": ["trolling"]})
    assert "flagged already" in world.words(world.answer(second))
    assert len(world.store.flags()) == 1


async def test_the_form_does_not_wait_for_a_slow_store(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await world.ann.send(world.general, INSULT)

    async def take_long(*_: object) -> None:
        await world.env.external_wait(asyncio.Event().wait(), reason="the store is busy")

    monkeypatch.setattr(flagging, "PATIENCE", 0.05)
    monkeypatch.setattr(asyncio, "to_thread", take_long)
    assert (await world.menu(world.dana, "Flag for review", message)).modal


async def test_a_post_that_was_never_read_is_judged_and_kept(world: Any) -> None:
    world.settings = world.settings.model_copy(
        update={"discord": world.settings.discord.model_copy(update={"ignore_channels": (world.general.id,)})}
    )
    await world.start()
    message = await world.ann.send(world.general, INSULT)
    assert world.store.flags() == []
    await flag(world, message)
    (found,) = world.store.flags()
    assert set(found.report.silence.values()) == {Silence.NOT_WATCHED}
    assert found.assessment.probabilities[Label.PERSONAL_ATTACK] > 0.5
    assert found.post.text == INSULT


async def test_what_came_while_the_bot_was_away_was_never_seen(world: Any) -> None:
    world.env.backend.create_message(world.general.id, world.ann.id, MILD)
    message = world.general.history()[-1]
    world.store.take_in([], world.env.now())
    await flag(world, message)
    (found,) = world.store.flags()
    assert found.report.silence[Label.TROLLING] in (Silence.NOT_SEEN, Silence.BELOW_THRESHOLD)


async def test_why_a_post_scored_so(world: Any) -> None:
    message = await world.ann.send(world.general, f"{INSULT} @everyone")
    words = world.words(world.answer(await world.menu(world.dana, "Why this score?", message)))
    assert "Personal attack: " in words
    assert "threshold 50% · flagged" in words
    assert "**__" in words, "the words that weigh most are marked"
    assert "\\@everyone" in words
    assert world.bot.pipeline.model.version in words.replace("\\", "")
    assert len(world.store.flags()) == 1, "asking changes nothing"


async def test_a_label_that_is_only_logged_is_off(world: Any) -> None:
    modes = ModesTable(trolling=Mode.LOG, personal_attack=Mode.LOG)
    world.settings = world.settings.model_copy(update={"modes": modes})
    await world.start()
    message = await world.ann.send(world.general, INSULT)
    words = world.words(world.answer(await world.menu(world.dana, "Why this score?", message)))
    assert "threshold 50% · not shown here" in words
    await flag(world, message, None, "personal_attack")
    (found,) = world.store.flags()
    assert found.report.silence[Label.PERSONAL_ATTACK] is Silence.LABEL_OFF


async def test_what_is_no_post_is_not_judged(world: Any) -> None:
    notice = await world.bot.get_channel(world.general.id).send("a word of my own")
    for name in ("Why this score?", "Flag for review"):
        assert "cannot judge" in world.words(world.answer(await world.menu(world.dana, name, notice)))
