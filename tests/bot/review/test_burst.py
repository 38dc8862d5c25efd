"""What a card tells when it stands for several posts: within every limit of Discord, and nothing in it acts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.review.burst import burst_embed
from bot.review.marking import units
from bot.store.folding import Folding
from bot.store.records import Burst, BurstPost, Reason
from classifier.assessment import Assessment, Copy
from classifier.labels import Label
from classifier.post import Post

HOSTILE = "[@everyone](https://evil.example) **||x||** <@&1> " * 900


def burst(post: Post, number: int = 12, **fields: Any) -> Burst:
    assert post.created_at is not None
    shown = tuple(
        BurstPost(replace(post, id=str(n), link=f"https://discord.com/channels/1/5/{n}"), **fields)
        for n in range(number)
    )
    return Burst(
        posts=100,
        authors=3,
        places=1,
        first=post.created_at,
        last=post.created_at + timedelta(minutes=4),
        newest=shown,
        last_flag=7,
    )


def test_it_tells_how_many_whose_where_and_when(world: Any) -> None:
    embed = burst_embed(burst(world.post, 2, reason=Reason.COPY, labels=(Label.COPY_PASTE,)), 1000)
    assert str(embed.description).split("\n") == [
        "**100 posts** by 3 members in 1 place",
        "<t:1767268800:f> to <t:1767269040:f>",
        "The same text, posted again.",
        "… and 98 more, before these:",
        *(
            f"• **Maple** · \\#general · <t:1767268800:T> · [open that post](https://discord.com/channels/1/5/{n})"
            for n in range(2)
        ),
    ]


def test_within_a_minute_one_time_is_enough(world: Any) -> None:
    found = burst(world.post, 2, reason=Reason.COPY, labels=(Label.COPY_PASTE,))
    at_once = replace(found, last=found.first + timedelta(seconds=20))
    assert str(burst_embed(at_once, 1000).description).split("\n")[1] == "<t:1767268800:f>"


def test_what_is_no_copy_is_told_with_its_words(world: Any) -> None:
    raid = burst(world.post, 1, reason=Reason.RAID, labels=(Label.TROLLING,), deleted=True)
    last = str(burst_embed(raid, 1000).description).split("\n")[-1]
    assert last.endswith(r"🗑️ deleted: *Trolling* Nobody asked you\. You absolute clown\, go back to your cave\.")


def test_it_keeps_to_its_room_and_nothing_in_it_acts(world: Any) -> None:
    post = replace(world.post, text=HOSTILE, author_name=HOSTILE, place_name=HOSTILE)
    for room in (400, 1000, 3000):
        embed = burst_embed(burst(post, reason=Reason.AUTHOR, labels=tuple(Label)), room)
        assert units(str(embed.title)) + units(str(embed.description)) <= room
        assert "<@" not in str(embed.description)
        assert "](https://evil" not in str(embed.description)


async def test_the_largest_card_with_a_burst_is_accepted(world: Any) -> None:
    folding = Folding(same_author=timedelta(minutes=10))
    earlier = replace(world.post, id="0", text=HOSTILE, author_name=HOSTILE, place_name=HOSTILE)
    world.store.save_post(earlier)
    copy = Copy(key=earlier.key, containment=0.9, author_name=HOSTILE, link=earlier.link, text=HOSTILE[::-1])
    found = Assessment(probabilities=dict.fromkeys(Label, 0.9), model="m" * 500, spans={}, copies=(copy,))
    for number in range(1, 30):
        post = replace(earlier, id=str(number), text=f"{number} {HOSTILE}")
        world.store.save_post(post)
        flag = world.store.save_assessment(post, found, list(Label), world.post.created_at, folding)
    await world.desk.show(flag)
    card = world.card()
    assert world.stands(flag).lead is not None
    assert "30 posts" in card.embeds[1].description


async def test_the_leads_are_told_when_what_is_theirs_has_doubled(world: Any) -> None:
    lead, card = await world.published()
    await world.dana.click(card, label="Escalate")
    folding = Folding(same_author=timedelta(minutes=10))
    for number in range(3):
        later = replace(world.post, id=str(200 + number))
        world.store.save_post(later)
        at = world.env.now() + timedelta(seconds=number + 1)
        member = world.store.save_assessment(later, world.assessment, [Label.TROLLING], at, folding)
        assert member.lead == lead.id
        await world.desk.show(member)
    told = [message.content for message in world.review.history() if "has grown" in message.content]
    assert [words.split()[-3] for words in told] == ["2", "4"], "not at each of them"
    assert f"[flag {lead.id}]({card.jump_url})" in told[0]


async def test_showing_a_member_brings_its_card_up_to_date(world: Any) -> None:
    lead, card = await world.published()
    folding = Folding(same_author=timedelta(minutes=10))
    later = replace(world.post, id="101")
    world.store.save_post(later)
    member = world.store.save_assessment(later, world.assessment, [Label.TROLLING], world.post.created_at, folding)
    assert member.lead == lead.id
    assert world.store.untold_bursts() == [lead.id]
    await world.desk.show(member)
    assert world.card().id == card.id
    assert "2 posts" in world.card().embeds[1].description
    assert world.store.untold_bursts() == []
