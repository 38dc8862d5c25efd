"""Somebody asks to be forgotten: words and names go everywhere, decisions stay."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.store.database import Database
from bot.store.inspection import inspect
from bot.store.privacy import Forgotten, Leftover
from bot.store.reach import Reach
from bot.store.records import CardRef, Flag, Moderator, Verb
from bot.store.search import Author
from bot.store.store import Store
from bot.store.tables import metadata
from classifier.assessment import Assessment, Copy
from classifier.labels import Label
from classifier.post import Post, Quotation

Write = Callable[..., Post]
NOBODY = timedelta(0)


@pytest.fixture
def forum(store: Store, write: Write, judged: Assessment, ann: Moderator, noon: datetime) -> dict[str, Flag]:
    """Mallory wrote two posts, one of them edited; others quote and copy her, and a moderator took a note."""
    by_her = {"author": "66", "author_name": "Mallory"}
    first, edited = write("1", "mallory's words", **by_her), write("1", "mallory's other words", **by_her)
    store.save_posts([first, edited, write("2", "more of mallory", author="66", author_name="Mal")])
    by_post = Quotation(text="mallory quoted", post_id="1")
    by_name = Quotation(text="mallory named", author="Mal")
    unrelated = Quotation(text="kept", author="Bob", post_id="9")
    other = write("3", "my own", author="7", author_name="Al", quotations=(by_post, unrelated, by_name))
    copy = Copy(key=first.key, containment=1.0, author="66", author_name="Mallory", text="mallory's words")
    elsewhere = replace(write("1", "of another forum", author="66", author_name="Mallory"), source="elsewhere")
    store.save_posts([other, elsewhere])
    flags = {}
    for post, copies in ((edited, ()), (other, (copy,))):
        flag = store.save_assessment(post, replace(judged, copies=copies), [Label.TROLLING], noon)
        assert flag is not None
        flags[post.id] = flag
    mine = flags["1"]
    store.confirm(mine.id, ann, [Label.TROLLING], mine.created_at, NOBODY)
    store.remark(mine.id, Verb.NOTE, ann, "mallory said so to me", mine.created_at)
    store.remark(flags["3"].id, Verb.NOTE, ann, "about somebody else", mine.created_at)
    for number, flag in enumerate(flags.values()):
        store.save_card(flag.id, CardRef(1, number))
    return flags


def everything(url: str) -> str:
    """Every value of every row."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(text(f"SELECT * FROM {table}"))]
    engine.dispose()
    return "\n".join(map(str, rows)).lower()


def test_words_and_names_go_and_decisions_stay(url: str, store: Store, forum: dict[str, Flag], write: Write) -> None:
    before = store.audit_trail(forum["1"].id)
    elsewhere = store.originals([write("1").key._replace(source="elsewhere")])
    assert store.privacy.forget("forum", "66") == Forgotten(posts=2, quotations=2, copies=1, notes=1, flags=1)
    left = everything(url).replace("of another forum", "").split("elsewhere")
    assert "mallory" not in left[0]
    mine, other = store.flag(forum["1"].id), store.flag(forum["3"].id)
    assert mine is not None
    assert other is not None
    assert (mine.post.text, mine.post.author, mine.post.author_name) == ("", None, None)
    assert [step.note for step in store.audit_trail(mine.id)] == ["", ""]
    assert mine.decision == before[0]
    assert [quoted.text for quoted in other.post.quotations] == ["kept"]
    assert other.assessment.copies[0].containment == 1.0
    assert [step.note for step in store.audit_trail(other.id)] == ["about somebody else"]
    assert store.originals([write("1").key._replace(source="elsewhere")]) == elsewhere, "another person's id"
    with closing(Database.as_it_is(url)) as database:
        assert inspect(database) == []


@pytest.mark.usefixtures("forum")
def test_what_is_read_once_more_is_not_stored_again(store: Store, write: Write) -> None:
    store.privacy.forget("forum", "66")
    assert not store.save_post(write("1", "mallory's other words", author="66", author_name="Mallory"))
    assert store.privacy.authors("forum/66") == []
    assert store.save_post(write("4", "a new post of hers", author="66", author_name="Mallory")), "that is told"
    assert store.privacy.forget("forum", "66").posts == 1


def test_the_bot_is_told_which_cards_and_fingerprints_are_left(
    store: Store, forum: dict[str, Flag], write: Write
) -> None:
    store.privacy.forget("forum", "66")
    left = store.privacy.leftover()
    assert left.flags == {forum["1"].id, forum["3"].id}, "hers, and an open card that may show her words"
    assert left.posts == {write("1").key, write("2").key}
    store.privacy.note_done(Leftover(posts=left.posts))
    store.privacy.note_done(Leftover(flags=frozenset({forum["1"].id})))
    assert store.privacy.leftover() == Leftover(flags=frozenset({forum["3"].id}))


def test_what_was_judged_meanwhile_loses_its_copy_of_the_text(
    store: Store, forum: dict[str, Flag], write: Write, judged: Assessment
) -> None:
    store.privacy.forget("forum", "66")
    late = write("5", "a copy")
    store.save_post(late)
    copy = Copy(key=write("1").key, containment=1.0, author="66", author_name="Mallory", text="mallory's words")
    store.save_assessment(late, replace(judged, copies=(copy,)), [], forum["1"].created_at)
    store.privacy.note_done(store.privacy.leftover())
    judged_late = store.search.judged(late.key)
    assert judged_late is not None
    assert judged_late[1] is not None
    assert judged_late[1].copies == (replace(copy, text=None, author=None, author_name=None),)


def test_one_server_forgets_its_own_posts_only(store: Store, write: Write, noon: datetime) -> None:
    for guild in (1, 2):
        link = f"https://discord.com/channels/{guild}/5/{guild}"
        hers = write(str(guild), "words", author="66", author_name="Mal")
        quoted = (Quotation(text="words", author="Mal", post_id=str(guild)),)
        quoting = write(f"{guild}0", "indeed", minute=1, author="7", quotations=quoted)
        store.save_posts([replace(post, source="discord", link=link) for post in (hers, quoting)])
    assert store.privacy.forget("discord", "66", Reach(guilds=frozenset({1}))) == Forgotten(posts=1, quotations=1)
    assert {post.id: len(post.quotations) for post in store.recent_posts(noon)} == {"2": 0, "10": 0, "20": 1}


@pytest.mark.usefixtures("forum")
def test_people_are_found_by_id_and_by_name(store: Store) -> None:
    hers = [Author("forum", "66", "Mallory")]
    assert store.privacy.authors("forum/66") == hers
    assert store.privacy.authors("Mal") == [Author("forum", "66", "Mal")]
    assert {author.source for author in store.privacy.authors("Mallory")} == {"forum", "elsewhere"}
    assert store.privacy.authors("mallory%") == []


def test_nothing_is_left_in_the_files_of_an_open_store(tmp_path: Path, write: Write) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        store.save_posts([write(str(n), f"unmistakable {n} " * 50, author="66") for n in range(50)])
        store.privacy.forget("forum", "66")
        for file in tmp_path.iterdir():
            assert b"unmistakable" not in file.read_bytes(), file.name
