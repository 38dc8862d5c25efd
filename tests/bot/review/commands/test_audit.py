"""An audit: random unflagged posts, judged one after another, blind, also over a restart."""

from typing import Any

import discord

from bot.review.commands.controls import button
from classifier.labels import Label


async def test_an_audit_from_the_first_post_to_the_result(world: Any) -> None:
    assert "no post to judge" in await world.ask(world.dana, "audit")
    for number in range(3):
        await world.ann.send(world.general, f"Good morning, number {number}. Has anybody seen the boat?")
    await world.env.advance_time(60)
    question = await world.slash(world.dana, "audit", posts=20)
    assert "Post 1 of 3" in world.words(question)
    assert "Good morning" in world.words(question)
    assert "Ann" not in world.words(question), "who wrote it is left out"
    question = world.answer(await world.dana.click(question, label="Harmless"))
    assert "Post 2 of 3" in world.words(question)
    await world.start()
    question = await world.slash(world.dana, "audit")
    assert "Post 2 of 3" in world.words(question), "an audit that was begun goes on"
    menu = question.message.components[-1].children[0].custom_id
    chosen = await world.dana.select(question, ["trolling", "personal_attack"], custom_id=menu)
    result = world.answer(await world.dana.click(world.answer(chosen), label="Cannot tell"))
    assert "In your sample of 2, 1 was missed (1 trolling, 1 personal attack): between" in world.words(result)
    assert "of the 3 posts" in world.words(result)
    assert "1 of the sample could not be judged" in world.words(result)
    (sample,) = world.store.samples.since(world.env.now().replace(year=2000))
    assert (sample.judged, sample.missed[Label.TROLLING], sample.missed_any) == (2, 1, 1)
    await world.env.advance_time(60)
    assert "1 of 2 unflagged posts judged in 1 audit" in await world.ask(world.dana, "stats")


async def test_an_audit_belongs_to_who_began_it(world: Any) -> None:
    await world.ann.send(world.general, "Good morning, has anybody seen the boat?")
    await world.env.advance_time(60)
    question = await world.slash(world.dana, "audit")
    (sample,) = world.store.samples.since(world.env.now().replace(year=2000))
    eli = world.moderator("eli")
    assert "Post 1 of 1" in await world.ask(eli, "audit"), "others draw their own"
    view = discord.ui.View(timeout=None)
    view.add_item(button("Press", "audit", 1, f"{sample.id} trolling"))
    forged = await world.bot.get_channel(world.review.id).send("look", view=view)
    assert "not an audit of yours" in world.words(world.answer(await eli.click(forged, label="Press")))
    assert world.store.samples.judge(sample.id, 1, [], world.env.now())
    again = world.words(world.answer(await world.dana.click(question, label="Trolling")))
    assert "none were missed" in again, "the first word on a post counts"
