"""`/flagpost forget`: words and names go from the store, the cards and the copy index."""

from typing import Any

from bot.review.texts.commands import FORGET_SURELY
from bot.store.privacy import Leftover
from classifier.post import PostKey

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
HERS = "and everybody here hates you"


async def test_a_lead_erases_what_a_member_wrote_and_the_cards_follow(world: Any) -> None:
    await world.ann.send(
        world.general, "The tide tables for next week are on the board by the door, take one with you."
    )
    message = await world.ann.send(world.general, INSULT)
    await world.sam.send(world.general, "What an idiot you are, a stupid worthless liar. Everybody hates you, moron.")
    card, later_card = world.review.history()
    assert HERS in card.embeds[0].description
    assert "tide tables" in str(later_card.embeds[0].to_dict()), "what was said just before"
    key = PostKey("discord", str(message.id))
    assert key in world.bot.pipeline.index

    question = await world.slash(world.dana, "forget", member=world.ann)
    assert "the 2 posts of **Ann**" in world.words(question)
    assert HERS in world.review.history()[0].embeds[0].description, "not yet"
    answer = world.answer(await world.dana.click(question, label=FORGET_SURELY))
    assert "**Erased**: texts and names in 2 posts" in world.words(answer)
    assert not answer.components
    await world.env.advance_time(60)
    for shown in world.review.history():
        everything = str(shown.embeds[0].to_dict())
        assert HERS not in everything
        assert "tide tables" not in everything
        assert "Ann" not in everything
    assert "liar" in str(world.review.history()[1].embeds[0].to_dict()), "what others wrote stays"
    assert key not in world.bot.pipeline.index
    assert world.store.privacy.leftover() == Leftover()
    assert "No post of theirs" in await world.ask(world.dana, "forget", member=world.ann)


async def test_what_a_stop_or_discord_cut_off_is_done_later(world: Any) -> None:
    await world.ann.send(world.general, INSULT)
    world.store.privacy.forget("discord", str(world.ann.id))  # as `flagpost store forget` does
    (card,) = world.review.history()
    assert HERS in card.embeds[0].description
    await world.start()
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=403)
    await world.env.advance_time(180)
    (card,) = world.review.history()
    assert HERS not in card.embeds[0].description
    assert world.store.privacy.leftover() == Leftover()


async def test_nobody_is_forgotten_by_whom_it_does_not_concern(world: Any) -> None:
    world.flagged(1, author="Maple")
    leads = world.general.guild.create_role("Leads")
    question = await world.slash(world.dana, "forget", author="discord/Maple")
    await world.restart_with(lead_roles=(leads.id,))
    told = world.words(world.answer(await world.dana.click(question, label=FORGET_SURELY)))
    assert "Only leads" in told, "the question was asked before there were leads"
    assert world.store.flags()[0].post.text == "words 1"
    await world.restart_with(lead_roles=())
    for author in ("Maple", "discord/", "discord/" + "9" * 100):
        assert "Please name a member" in await world.ask(world.dana, "forget", author=author)
