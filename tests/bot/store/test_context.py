"""What stands around a flag: the parent, the author's record here, decisions on the same text, notes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.store.likeness import community, fingerprint, guild_of
from bot.store.records import Context, Flag, Moderator, Record, Verb
from bot.store.store import Store
from classifier.assessment import Assessment, Copy
from classifier.labels import Label
from classifier.post import Post, Quotation

Write = Callable[..., Post]
LIFETIME = timedelta(minutes=10)
ANN = Moderator("100", "Ann")


@pytest.fixture
def flagged(store: Store, write: Write, judged: Assessment, noon: datetime) -> Callable[..., Flag]:
    """`flagged(id, text, at=noon, **fields)`: an open flag."""

    def flagged(id: str, text: str, at: datetime = noon, assessment: Assessment = judged, **fields: Any) -> Flag:
        post = write(id, text, **fields)
        store.save_post(post)
        flag = store.save_assessment(post, assessment, [Label.TROLLING], at)
        assert flag is not None
        return flag

    return flagged


def around(store: Store, flag: Flag, now: datetime) -> Context:
    return store.dossier(flag.id, lambda _: 3, now).context


def test_a_record_counts_an_authors_other_flags_in_the_community_for_180_days(
    store: Store, flagged: Callable[..., Flag], noon: datetime
) -> None:
    long_ago = noon - timedelta(days=181)
    store.confirm(flagged("1", "one", long_ago, author="7").id, ANN, [Label.TROLLING], long_ago, LIFETIME)
    store.confirm(flagged("2", "two", author="7").id, ANN, [Label.TROLLING], noon, LIFETIME)
    store.exempt(flagged("3", "three", author="7").id, ANN, noon, LIFETIME)
    store.claim(flagged("4", "four", author="7").id, ANN, noon, LIFETIME)
    flagged("5", "five", author="8")
    flagged("6", "six", author="7", source="elsewhere")
    flag = flagged("7", "seven", author="7")
    assert around(store, flag, noon).record == Record(flags=3, confirmed=1, dismissed=1)
    assert around(store, flagged("8", "eight"), noon).record == Record(), "nobody is known to have written it"


def test_earlier_decisions_on_the_same_text_outlive_the_text(
    store: Store, flagged: Callable[..., Flag], noon: datetime
) -> None:
    first = store.dismiss(flagged("1", "You  CLOWN!").id, ANN, noon, LIFETIME).flag.decision
    second = store.confirm(flagged("2", "Yоu clown").id, ANN, [Label.TROLLING], noon + LIFETIME, LIFETIME).flag.decision
    store.dismiss(flagged("3", "you fool").id, ANN, noon, LIFETIME)
    store.dismiss(flagged("4", "you clown", source="elsewhere").id, ANN, noon, LIFETIME)
    flagged("5", "you clown")
    store.purge_texts(noon + timedelta(days=36_500))
    assert around(store, flagged("6", "you clown"), noon).alike == (second, first)


def test_decisions_on_the_posts_that_a_copy_repeats_count_as_well(
    store: Store, flagged: Callable[..., Flag], noon: datetime
) -> None:
    original = flagged("1", "a long text about ferries")
    decision = store.dismiss(original.id, ANN, noon, LIFETIME).flag.decision
    copied = Assessment(probabilities={}, model="m2", spans={}, copies=(Copy(key=original.post.key, containment=0.6),))
    later = flagged("2", "a text about ferries, and more", assessment=copied)
    assert around(store, later, noon).alike == (decision,)


def test_the_parent_is_told_unless_it_is_there_already(
    store: Store, flagged: Callable[..., Flag], write: Write, noon: datetime
) -> None:
    for minute in range(-5, 0):
        store.save_post(write(f"before {minute}", f"words {minute}", minute=minute))
    flag = flagged("1", "one", reply_to="before -5")
    context = around(store, flag, noon)
    assert context.parent is not None
    assert context.parent.id == "before -5"
    assert [post.id for post in context.before] == ["before -3", "before -2", "before -1"]
    assert around(store, flagged("2", "two", reply_to="before -1", minute=-0.5), noon).parent is None
    quoted = (Quotation(text="words -5", post_id="before -5"),)
    assert around(store, flagged("3", "three", reply_to="before -5", quotations=quoted), noon).parent is None


def test_the_latest_notes_come_back_in_order(store: Store, flagged: Callable[..., Flag], noon: datetime) -> None:
    flag = flagged("1", "one")
    for number in range(7):
        store.remark(flag.id, Verb.NOTE, ANN, f"note {number}", noon + timedelta(minutes=number))
    store.claim(flag.id, ANN, noon, LIFETIME)
    assert [note.note for note in around(store, flag, noon).notes] == [f"note {number}" for number in range(2, 7)]


def test_a_community_is_a_forum_or_a_server() -> None:
    def post(source: str, link: str | None) -> Post:
        return Post(source=source, id="1", text="", link=link)

    on_discord = post("discord", "https://discord.com/channels/123/4/5")
    assert (guild_of(on_discord), community(on_discord)) == ("123", "discord/123")
    assert community(post("meadow", "https://discord.com/channels/123/4/5")) == "meadow"
    assert community(post("discord", None)) == "discord"


def test_a_fingerprint_sees_through_dress_but_not_through_words() -> None:
    assert fingerprint("You  CLOWN!") == fingerprint("y\u200bou clown") == fingerprint("Yоu clown.")
    assert fingerprint("you clown") != fingerprint("you clowns")
    assert fingerprint("🤡") != fingerprint("🙂")
    assert len(fingerprint("\ud800")) == 32
