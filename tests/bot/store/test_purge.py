"""Texts end, decisions stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from bot.store.records import Flag, Moderator
from bot.store.store import Store
from classifier.assessment import Assessment, Copy
from classifier.labels import Label
from classifier.post import Post, Quotation

Write = Callable[..., Post]


def flagged(store: Store, post: Post, assessment: Assessment, at: datetime) -> Flag:
    store.save_post(post)
    flag = store.save_assessment(post, assessment, [Label.COPY_PASTE], at)
    assert flag is not None
    return flag


def test_texts_go_and_the_rest_stays(store: Store, write: Write, judged: Assessment, ann: Moderator) -> None:
    old = write("old", "secret words", quotations=(Quotation(text="secret quotation", author="7"),), author_name="Al")
    source = Copy(key=old.key, containment=1.0, author="7", text="secret words")
    gone = replace(source, text=None)
    start = datetime.now(UTC)
    earlier = Copy(key=write("unsaved").key, containment=0.5, text="secret older words")
    old_flag = flagged(store, old, replace(judged, copies=(earlier,)), start)
    store.dismiss(old_flag.id, ann, start, timedelta(0))
    trail = store.audit_trail(old_flag.id)

    cut = datetime.now(UTC)
    recent = write("recent", "secret words", minute=1)
    other = Copy(key=write("other").key, containment=0.5, text="words of a post that is kept")
    recent_flag = flagged(store, recent, replace(judged, copies=(source, other)), cut)

    assert store.purge_texts(cut) == 1
    assert store.purge_texts(cut) == 0
    kept = store.flag(old_flag.id)
    assert kept is not None
    assert kept.post == replace(old, text="", quotations=())
    assert kept.assessment.copies == (replace(earlier, text=None),)
    assert (kept.decision, store.audit_trail(old_flag.id)) == (trail[0], trail)
    assert store.flag(recent_flag.id) == replace(recent_flag, assessment=replace(judged, copies=(gone, other)))
    assert store.posts_before(recent, 5) == []
    assert list(store.recent_posts(start - timedelta(days=9999))) == [recent]


def test_a_purged_post_is_not_filled_again_unless_it_is_written_again(store: Store, write: Write) -> None:
    first, second = write("1", "A"), write("1", "B")
    store.save_post(first)
    store.purge_texts(datetime.now(UTC))
    assert not store.save_post(first), "read once more from its source: nothing new"
    assert store.unassessed_posts(5) == []
    assert store.save_posts([second, first]) == [True, True]
    assert store.unassessed_posts(5) == [first]


def test_nothing_of_a_purged_text_is_left_in_the_file(tmp_path: Path, write: Write) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store.open(url) as store:
        store.save_posts([write(str(n), f"unmistakable {n} " * 50) for n in range(50)])
        store.purge_texts(datetime.now(UTC))
    (file,) = tmp_path.iterdir()
    assert file.name == Path(make_url(url).database or "").name
    assert b"unmistakable" not in file.read_bytes()
