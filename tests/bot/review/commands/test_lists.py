"""`queue`, `next`, `search`, `user`: flags are found again, page by page, by those who may."""

from datetime import timedelta
from typing import Any

from bot.store.records import Moderator

SOON = timedelta(minutes=10)


async def test_the_queue_is_turned_page_by_page_also_after_a_restart(world: Any) -> None:
    now = world.env.now()
    for number in range(12):
        world.flagged(number, text=f"**words** {number} @everyone")
    world.store.dismiss(1, Moderator("1", "Dana"), now, SOON)
    first = await world.slash(world.dana, "queue")
    assert "Page 1 of 3 · 11 in all" in world.words(first)
    assert "words\\*\\* 1 " in world.words(first), "the oldest undecided flag comes first, and nothing in it acts"
    assert "\\@everyone" in world.words(first)
    second = world.answer(await world.dana.click(first, label="Next ▶"))
    assert "Page 2 of 3" in world.words(second)
    await world.start()
    assert "Page 3 of 3" in world.words(world.answer(await world.dana.click(second, label="Next ▶")))


async def test_next_leads_to_the_card_of_the_oldest_flag_nobody_is_on(world: Any) -> None:
    assert "No flag is open" in await world.ask(world.dana, "next")
    first, second = world.flagged(1), world.flagged(2)
    world.store.claim(first.id, Moderator("9", "Eli"), world.env.now(), SOON)
    assert "card is not posted yet" in await world.ask(world.dana, "next")
    await world.bot.desk.recover()
    answer = await world.slash(world.dana, "next")
    assert "words 2" in world.words(answer)
    assert "words 1" not in world.words(answer)
    (button,) = answer.message.components[0].children
    card = world.store.flag(second.id).card
    assert button.url.endswith(f"/{card.channel_id}/{card.message_id}")


async def test_search_finds_by_words_author_label_and_state(world: Any) -> None:
    world.flagged(1, text="the blue 100% boat", author="Ash")
    flag = world.flagged(2, text="the red boat", author="Birch")
    world.store.confirm(flag.id, Moderator("1", "Dana"), flag.labels, world.env.now(), SOON)

    async def found(**options: str) -> list[int]:
        words = await world.ask(world.dana, "search", **options)
        return [number for number, colour in ((1, "blue"), (2, "red")) if colour in words]

    assert await found(text="BOAT") == [1, 2]
    assert await found(text="100%") == [1]
    assert await found(text="b_ue") == []
    assert await found(author="bir") == [2]
    assert await found(state="confirmed") == [2]
    assert await found(text="boat", state="open", label="trolling") == [1]
    assert await found(label="copy_paste") == []
    assert await world.dana.autocomplete(world.review, "flagpost search", "author", "b") == [
        {"name": "Birch", "value": "Birch"}
    ]
    assert await world.sam.autocomplete(world.review, "flagpost search", "author", "b") == []


async def test_the_longest_search_fits_into_its_buttons(world: Any) -> None:
    text, author = "\U0001f600" * 18, "Maple" * 4 + "Mapl"
    for number in range(6):
        world.flagged(number, text=f"{text} {number}", author=author)
    options = {"text": text, "author": author, "label": "trolling", "state": "open"}
    first = await world.slash(world.dana, "search", **options)
    second = world.words(world.answer(await world.dana.click(first, label="Next ▶")))
    assert "Page 2 of 2 · 6 in all" in second


async def test_a_record_tells_what_came_of_an_authors_flags(world: Any) -> None:
    now = world.env.now()
    for number in range(4):
        flag = world.flagged(number, author=str(world.ann.id), author_name="Ann")
        if number < 2:
            world.store.confirm(flag.id, Moderator("1", "Dana"), flag.labels, now, SOON)
    await world.ann.send(world.general, "Good morning, has anybody seen the key of the shed?")
    words = await world.ask(world.dana, "user", member=world.ann)
    assert "5 posts read here" in words
    assert "4 flags: 2 confirmed, 0 not a problem, 2 undecided" in words
    assert "0 flags" in await world.ask(world.dana, "user", member=world.sam)
    assert "name a member" in await world.ask(world.dana, "user")
    (choice,) = await world.dana.autocomplete(world.review, "flagpost user", "author", "an")
    assert "4 flags" in await world.ask(world.dana, "user", author=choice["value"])
