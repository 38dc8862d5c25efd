"""What earlier models judged, as the model in use sees it: what is known of a forum outlives a change of model.

A post that the model was trained on is judged by a part of it that had not seen that post. Copies are found beside
other posts, which are not looked for again: what staff said of them is not carried over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scipy.special import expit, logit

from bot.store.judged import JudgedPost, JudgedText
from bot.store.verdicts import Origin, Verdict, labelled
from classifier.comparison import log_odds_unseen
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model
from classifier.post import Post

MOST = 2_000
"""Posts judged anew, at most, the newest: a second or two, and more would tell little more."""


def verdicts_anew(model: Model, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """What staff said about posts that earlier models judged, with the probabilities of this one; oldest first.

    Posts without words are left out, and labels for which a verdict does not tell: of the posts that an earlier model
    put above its threshold staff saw all, of those below a few, so one that changes sides would be among posts of
    which staff saw another share.
    """
    told = [verdict for verdict in verdicts if verdict.post.text.strip() and verdict.origin is not Origin.PERSON][
        -MOST:
    ]
    lowest = _lowest_flagged(verdicts)

    def tells(verdict: Verdict, label: Label, probability: float) -> bool:
        return (probability >= lowest.get((verdict.model, label), 1.0)) == (label in verdict.flagged)

    return [
        replace(
            verdict,
            probabilities={label: found[label] for label in TEXT_LABELS if tells(verdict, label, found[label])},
        )
        for verdict, found in zip(told, _judged(model, [verdict.post for verdict in told]), strict=True)
    ]


def posts_anew(model: Model, posts: Sequence[JudgedText]) -> list[JudgedPost]:
    """Posts that any model judged, with the probabilities of this one; of copies with those they had."""
    told = [post for post in posts if post.post.text.strip()]
    return [
        JudgedPost(of.post.source, of.post.place, model.version, {**of.probabilities, **found}, of.at)
        for of, found in zip(told, _judged(model, [of.post for of in told]), strict=True)
    ]


def _judged(model: Model, posts: Sequence[Post]) -> Iterable[Mapping[Label, float]]:
    if not posts:
        return []
    prior = [logit(model.base_rates[label]) for label in TEXT_LABELS]
    found = expit(log_odds_unseen(model, [labelled(post, frozenset()) for post in posts]) + prior)
    return [dict(zip(TEXT_LABELS, of_post, strict=True)) for of_post in found.tolist()]


def _lowest_flagged(verdicts: Iterable[Verdict]) -> dict[tuple[str, Label], float]:
    """For each model and label, the lowest probability that it flagged."""
    lowest: dict[tuple[str, Label], float] = {}
    for verdict in verdicts:
        if verdict.origin is Origin.MODEL:
            for label in verdict.flagged:
                key = verdict.model, label
                lowest[key] = min(verdict.probabilities[label], lowest.get(key, 1.0))
    return lowest
