"""Judgements and decisions of several weeks, in a store, for the tests of what looks back on them."""

from datetime import UTC, datetime, timedelta

from bot.store.records import Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

NOW = datetime.now(UTC)
ANN = Moderator("1", "Ann")
VERSION = "2026-11-22-a1b2c3d4"


def judge(store: Store, name: str, chances: list[float], at: datetime, **fields: str) -> list[Post]:
    posts = [Post(source="meadow", id=f"{name}{n}", text=f"{name} {n}", **fields) for n in range(len(chances))]
    store.save_posts(posts)
    batch = [
        (post, Assessment(probabilities=dict.fromkeys(Label, chance), model=VERSION, spans={}), [])
        for post, chance in zip(posts, chances, strict=True)
    ]
    store.save_assessments(batch, at)
    return posts


def decide(
    store: Store, name: str, right: list[bool], at: datetime, provenance: str = "forum", model: str = VERSION
) -> None:
    said = Assessment(probabilities=dict.fromkeys(Label, 0.6), model=model, spans={})
    for number, is_right in enumerate(right):
        post = Post(source="meadow", id=f"{name}{number}", text=f"{name} {number}", provenance=provenance)
        store.save_post(post)
        flag = store.save_assessment(post, said, [Label.TROLLING], at)
        assert flag is not None
        when = at + timedelta(seconds=number)
        if is_right:
            store.confirm(flag.id, ANN, [Label.TROLLING], when, timedelta(0))
        else:
            store.dismiss(flag.id, ANN, when, timedelta(0))
