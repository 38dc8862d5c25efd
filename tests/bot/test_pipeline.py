"""The pipeline over a real store and the default model: what goes wrong with one post or for a while loses nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.config import ModesTable
from bot.judge import Judge
from bot.pipeline import Pipeline
from bot.store import database
from bot.store.errors import StoreError
from bot.store.records import Seen
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Explain, Model
from classifier.post import Post, PostKey
from classifier.thresholds import Thresholds
from tests.bot.judging import ARTICLE, CIVIL, INSULT, INSULTS, NOON, Desk, pipeline, post


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class Stumbling(Model):
    """Fails at one post, as a mistake in the code would."""

    def assess(self, posts: Sequence[Post], index: CopyIndex, explain: Explain) -> list[Assessment]:
        if any(post.id == "2" for post in posts):
            raise ArithmeticError
        return Model.assess(self, posts, index, explain)


async def test_a_post_that_cannot_be_judged_takes_no_other_with_it(
    store: Store, model: Model, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    stumbling = Stumbling(model.version, model.hostility, model.copy_judge, model.base_rates)
    judging = pipeline(store, stumbling, desk)
    for number, insult in enumerate(INSULTS, 1):
        judging.submit(post(number, insult))
    await judging.drain()
    assert desk.shown() == ["1", "3", "4"]
    assert "post 2 could not be judged" in caplog.text
    assert INSULTS[1] not in caplog.text
    again = pipeline(store, model, desk)
    again.learn_history()
    await again.recover()
    assert desk.shown() == ["1", "3", "4", "2"]


async def test_long_posts_are_judged_fewer_at_a_time(store: Store, model: Model, desk: Desk) -> None:
    sizes: list[int] = []

    class Counting(Model):
        def assess(self, posts: Sequence[Post], index: CopyIndex, explain: Explain) -> list[Assessment]:
            sizes.append(len(posts))
            return Model.assess(self, posts, index, explain)

    judging = pipeline(store, Counting(model.version, model.hostility, model.copy_judge, model.base_rates), desk)
    for number in range(8):
        judging.submit(post(number, f"{number} " + CIVIL * (60 if number < 4 else 1)))
    await judging.drain()
    assert sizes == [3, 5], "three long ones are as many characters as are judged at once"


async def test_labels_that_are_off_or_logged_are_not_shown_and_the_logged_are_kept(
    store: Store, model: Model, desk: Desk
) -> None:
    modes = ModesTable.model_validate(
        {"personal_attack": "log", "trolling": "off", "sources": {"meadow": {"personal_attack": "review"}}}
    )
    judging = Pipeline(Judge(store, model, CopyIndex(), Thresholds(), modes=modes), desk.show)
    judging.submit(post(1, INSULT))
    judging.submit(replace(post(2, INSULTS[1]), source="meadow"))
    judging.submit(post(3, ARTICLE))
    judging.submit(post(4, ARTICLE))
    judging.submit(post(5, f"{ARTICLE} {INSULT}"))
    await judging.drain()
    assert {flag.post.id: flag.labels for flag in store.flags()} == {
        "2": (Label.PERSONAL_ATTACK,),
        "4": (Label.COPY_PASTE,),
        "5": (Label.COPY_PASTE,),
    }
    kept = store.shadow.since(NOON - timedelta(days=1))
    assert [(flag.post.id, flag.label) for flag in kept][:1] == [("1", Label.PERSONAL_ATTACK)]
    assert {flag.label for flag in kept} == {Label.PERSONAL_ATTACK}
    assert kept[0].post == post(1, INSULT)
    assert kept[0].probability >= kept[0].threshold == Thresholds().of(Label.PERSONAL_ATTACK, kept[0].post)
    store.shadow.record([replace(kept[0], probability=0.1)])
    assert store.shadow.since(NOON - timedelta(days=1)) == kept, "the first stays, also when it is judged again"
    assert store.shadow.since(datetime.now(UTC)) == []


async def test_posts_wait_while_the_store_fails(
    store: Store, model: Model, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    judging = pipeline(store, model, desk)
    with closing(sqlite3.connect(tmp_path / "flagpost.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        judging.submit(post(1, INSULT))
        await judging.drain()
        other.execute("ROLLBACK")
    assert desk.shown() == []
    [line] = caplog.messages
    assert line.startswith("the database: the store ")
    assert "Traceback" not in caplog.text
    judging.submit(post(2, INSULTS[1]))
    await judging.drain()
    assert desk.shown() == ["1", "2"]


async def test_a_deletion_that_cannot_be_noted_is_told_in_one_line(
    store: Store, model: Model, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    judging = pipeline(store, model, desk)
    with closing(sqlite3.connect(tmp_path / "flagpost.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await judging.post_deleted(post(1, INSULT).key)
    [line] = caplog.messages
    assert line.startswith("the deletion of post 1 could not be noted")


async def test_who_deletes_a_post_and_writes_it_again_has_copied_nothing(
    store: Store, model: Model, desk: Desk
) -> None:
    judging = pipeline(store, model, desk)
    judging.submit(post(1, ARTICLE, author="7"))
    await judging.post_deleted(post(1, ARTICLE).key)
    judging.submit(post(2, ARTICLE.replace("Monday", "Tuesday"), author="7"))
    await judging.drain()
    assert desk.shown() == []
    await judging.post_deleted(post(2, ARTICLE).key)
    judging.submit(post(3, ARTICLE, author="7"))
    await judging.drain()
    assert desk.shown() == ["3"], "once, that is"


async def test_what_was_removed_and_is_pasted_by_another_is_a_copy(store: Store, model: Model, desk: Desk) -> None:
    judging = pipeline(store, model, desk)
    judging.submit(post(1, ARTICLE, author="7"))
    await judging.post_deleted(post(1, ARTICLE).key)
    judging.submit(post(2, ARTICLE, author="8"))
    await judging.drain()
    assert desk.shown() == ["2"]
    assert desk.flags[0].assessment.copies[0].text is None


async def test_judging_does_not_wait_for_the_cards(store: Store, model: Model, desk: Desk) -> None:
    judging = pipeline(store, model, desk)
    desk.open.clear()
    judging.submit(post(1, INSULT))
    judging.submit(post(2, INSULTS[1]))
    await judging.post_deleted(post(1, INSULT).key)
    assert [flag.post.id for flag in store.flags()] == ["1", "2"]
    assert desk.flags == []
    desk.open.set()
    await judging.drain()
    assert sorted(set(desk.shown())) == ["1", "2"]


async def test_updates_of_one_card_are_merged_while_another_is_on_its_way(
    store: Store, model: Model, desk: Desk
) -> None:
    judging = pipeline(store, model, desk)
    desk.open.clear()
    judging.submit(post(1, INSULTS[1]))
    for number in range(2, 100):
        judging.submit(post(number, INSULT))
    await judging.post_deleted(post(99, INSULT).key)
    assert len(store.flags()) == 99
    assert len([flag for flag in store.flags() if flag.lead is None]) == 2
    desk.open.set()
    await judging.drain()
    assert len(desk.flags) <= 3, "the first, perhaps begun before the rest came, and one for each card"


async def test_posts_are_taken_in_when_they_are_stored_not_when_they_are_judged(
    store: Store, model: Model, desk: Desk
) -> None:
    judging = pipeline(store, model, desk)
    async with judging._judging:
        await judging.take_in([post(1, INSULT), post(2, CIVIL)])
        assert [waiting.id for waiting in store.unassessed_posts(9)] == ["1", "2"]
    await judging.drain()
    assert desk.shown() == ["1"]


async def test_what_could_not_be_stored_waits_nowhere_and_can_be_handed_in_again(
    store: Store, model: Model, desk: Desk, tmp_path: Path
) -> None:
    judging = pipeline(store, model, desk)
    with closing(sqlite3.connect(tmp_path / "flagpost.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            await judging.take_in([post(1, INSULT)])
        other.execute("ROLLBACK")
    await judging.drain()
    assert desk.shown() == [], "nothing waits in memory, where each further try would add to it"
    await judging.take_in([post(1, INSULT)])
    await judging.take_in([post(1, INSULT)])
    await judging.drain()
    assert desk.shown() == ["1"]


@asynccontextmanager
async def forgetful(url: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A way to the PostgreSQL server at `url`, and what has it break over the next commit, before the answer to it."""
    server, breaks = make_url(url), asyncio.Event()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        while data := await reader.read(2**16):
            if answers and breaks.is_set() and b"COMMIT\0" in data:
                breaks.clear()
                break
            writer.write(data)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(server.host, server.port)
        await asyncio.gather(pass_on(reader, to_server, answers=False), pass_on(from_server, writer, answers=True))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as way:
        port = way.sockets[0].getsockname()[1]
        here = server.set(host="127.0.0.1", port=port, query={"sslmode": "disable"})
        yield here.render_as_string(hide_password=False), breaks


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_what_is_stored_although_the_answer_was_lost_is_judged(url: str, model: Model) -> None:
    async with forgetful(url) as (way, breaks):
        store = await asyncio.to_thread(Store.open, way)
        with Store.open(url) as at_home:
            desk = Desk(at_home)
            judging = pipeline(store, model, desk)
            breaks.set()
            judging.submit(post(1, INSULT))
            await judging.drain()
            assert not breaks.is_set()
            assert desk.shown() == []
            judging.retry()
            await judging.drain()
            assert desk.shown() == ["1"]
            breaks.set()
            with pytest.raises(StoreError):
                await judging.take_in([post(2, INSULTS[1])])
            await judging.take_in([post(2, INSULTS[1])])
            await judging.drain()
            assert desk.shown() == ["1", "2"]
        store.close()


async def test_deletions_keep_their_turn_among_the_posts(store: Store, model: Model, desk: Desk) -> None:
    judging = pipeline(store, model, desk)
    async with judging._judging:
        await judging.take_in([post(1, CIVIL), post(2, INSULT)], [post(1, CIVIL).key, post(2, INSULT).key])
        await judging.take_in([post(3, CIVIL)])
    await judging.drain()
    assert desk.shown() == ["2", "2"]
    assert desk.flags[0].deleted_at is not None


async def test_a_post_that_is_back_is_an_original_again_and_its_card_says_so(
    store: Store, model: Model, desk: Desk
) -> None:
    judging = pipeline(store, model, desk)
    await judging.take_in([post(1, INSULT), post(2, ARTICLE)])
    await judging.take_in((), [post(1, INSULT).key, post(2, ARTICLE).key])
    await judging.drain()
    assert desk.flags[-1].deleted_at is not None
    await judging.take_in([post(1, INSULT), post(2, ARTICLE)])
    await judging.drain()
    assert desk.shown() == ["1", "1"], "what comes without a time may be old news"
    await judging.take_in([post(1, INSULT), post(2, ARTICLE)], as_of=datetime.now(UTC))
    await judging.take_in([post(3, ARTICLE)])
    await judging.drain()
    assert desk.shown() == ["1", "1", "1", "3"]
    assert desk.flags[2].deleted_at is None
    assert len(store.flags()) == 2


async def test_what_comes_while_the_store_is_busy_is_stored_together(
    store: Store, model: Model, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    take_in = store.take_in

    def counted(entries: Sequence[Seen | PostKey], now: datetime) -> list[bool]:
        sizes.append(len(entries))
        return take_in(entries, now)

    monkeypatch.setattr(store, "take_in", counted)
    judging = pipeline(store, model, desk)
    async with judging._saving:
        deliveries = [asyncio.create_task(judging.take_in([post(number, CIVIL)])) for number in range(9)]
        deliveries.append(asyncio.create_task(judging.take_in((), [post(1, CIVIL).key])))
        deliveries[4].cancel()
        await asyncio.sleep(0)
        deliveries[5].cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*deliveries, return_exceptions=True)
    assert sizes == [8]
    await judging.drain()
    assert [kept.id for kept in store.recent_posts(NOON - timedelta(days=1))] == ["0", "2", "3", "6", "7", "8"]


async def test_of_the_many_that_wait_in_the_store_none_is_taken_up_twice(
    store: Store, model: Model, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.MOST_UNJUDGED", 1)
    tried: list[str] = []

    class Trying(Stumbling):
        def assess(self, posts: Sequence[Post], index: CopyIndex, explain: Explain) -> list[Assessment]:
            tried.extend(post.id for post in posts)
            return super().assess(posts, index, explain)

    judging = pipeline(store, Trying(model.version, model.hostility, model.copy_judge, model.base_rates), desk)
    for number, insult in enumerate(INSULTS, 1):
        judging.submit(post(number, insult))
    await judging.drain()
    assert sorted(tried) == ["1", "2", "3", "4"]
    assert desk.shown() == ["1", "3", "4"]
