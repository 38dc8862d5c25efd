"""Training and judging. The peer is what a scikit-learn user would write first: TF-IDF over words and logistic
regression, one per label, with five-fold cross-validation where flagpost cross-validates."""

from collections.abc import Callable

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks.rounds import ROUNDS, medians
from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost, written_posts
from classifier.labels import TEXT_LABELS
from classifier.post import Post
from classifier.training import train


def report() -> None:
    """Print one row per task: flagpost's median, the peer's median, and their ratio."""
    labelled = written_posts()
    posts = [Post(source="bench", id=post.id, text=post.text) for post in labelled]
    model, _ = train(labelled)
    texts = [post.text for post in labelled]
    peers = [plain_pipeline().fit(texts, truth(labelled, label)) for label in TEXT_LABELS]

    print(f"{len(labelled)} posts, {ROUNDS} rounds, medians")
    print(f"{'task':<34}{'flagpost':>12}{'peer':>12}{'ratio':>9}")
    row("train and cross-validate", lambda: train(labelled), lambda: peer_training(labelled))
    row(
        "judge, without copies and reasons",
        lambda: model.hostility.log_odds(texts),
        lambda: [peer.predict_proba(texts) for peer in peers],
    )
    row(
        "judge, with copies and reasons",
        lambda: model.assess(posts, CopyIndex(), explain=lambda *_: True),
        lambda: [peer.predict_proba(texts) for peer in peers],
    )


def row(task: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    """Time both in turns and print the medians in seconds."""
    mine, peer = medians(ours, theirs)
    print(f"{task:<34}{mine:>10.2f} s{peer:>10.2f} s{mine / peer:>8.1f}×")


def plain_pipeline() -> Pipeline:
    """The peer: words one and two at a time, TF-IDF, logistic regression."""
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=1000))


def truth(labelled: list[LabelledPost], label: object) -> list[bool]:
    """Whether the label is true, post by post."""
    return [label in post.labels for post in labelled]


def peer_training(labelled: list[LabelledPost]) -> None:
    """Fit and cross-validate the peer for each label."""
    texts = [post.text for post in labelled]
    for label in TEXT_LABELS:
        cross_val_predict(plain_pipeline(), texts, truth(labelled, label), cv=5, method="predict_proba")
        plain_pipeline().fit(texts, truth(labelled, label))
