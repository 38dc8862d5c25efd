"""What the corpora are asked: for each corpus, the questions its labels answer, and how many of its rows are enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Labels = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """The part of a corpus that the encoder is taught.

    `questions` give each row's answer, 0 to 1. `keep` is the share of rows taken that are hostile by `hostile`,
    `keep_others` that of the others. `repeat` is how often each row is shown.
    """

    corpus: str
    questions: Mapping[str, Callable[[Labels], float]]
    hostile: Callable[[Labels], bool] = lambda _: False
    keep: float = 1.0
    keep_others: float = 1.0
    repeat: int = 1


def _any(*names: str) -> Callable[[Labels], float]:
    return lambda labels: float(any(labels.get(name, 0) > 0 for name in names))


def _is(*names: str) -> Callable[[Labels], bool]:
    return lambda labels: any(labels.get(name, 0) > 0 for name in names)


LESSONS = (
    Lesson(
        corpus="cmv_adhominem_threads",
        questions={"removed_as_hostile": _any("ad_hominem_rule2")},
        hostile=_is("ad_hominem_rule2"),
        keep_others=0.6,
    ),
    Lesson(corpus="cga_wiki_valid", questions={"conversation_derails": _any("derails")}, repeat=2),
    Lesson(
        corpus="cad_reddit",
        questions={"abuses_a_person": _any("PersonDirectedAbuse"), "abuses_a_group": _any("IdentityDirectedAbuse")},
        hostile=lambda labels: not labels.get("Neutral"),
        keep_others=0.2,
    ),
    Lesson(corpus="jigsaw_toxic_sample", questions={"toxic": _any("toxic"), "insult": _any("insult")}),
    Lesson(
        corpus="cat_large_wikitalk",
        questions={"toxic_to_perspective": lambda labels: labels["perspective_api"]},
        hostile=lambda labels: labels["perspective_api"] > 0.25,
        keep=0.7,
        keep_others=0.15,
    ),
    Lesson(
        corpus="wikitactics",
        questions={"attacks_the_editor": _any("ad_hominem_DH1", "name_calling_hostility_DH0")},
        hostile=_is("ad_hominem_DH1"),
        keep_others=0.6,
    ),
    Lesson(
        corpus="convabuse",
        questions={"abuses_the_listener": _any("abusive")},
        hostile=_is("abusive"),
        keep=0.8,
        keep_others=0.25,
    ),
    Lesson(
        corpus="trac1_facebook_en",
        questions={"openly_aggressive": _any("overt_aggression")},
        keep_others=0.17,
    ),
    Lesson(
        corpus="github_incivility",
        questions={"insults_or_mocks": _any("insulting", "mocking"), "uncivil": _any("uncivil")},
        hostile=_is("uncivil"),
        keep_others=0.15,
    ),
    Lesson(
        corpus="civil_toxic_spans",
        questions={
            "toxic_to_most": lambda labels: 1 - labels["not_toxic_frac"],
            "holds_an_insult": _any("spans_Insult"),
        },
        keep_others=0.15,
    ),
)

READ_ONLY = {
    "reddit_misogyny": 8_000,
    "davidson_tweets": 7_000,
    "stormfront_sentences": 6_000,
    "gitter_ethereum_toxicity": 2_500,
    "fox_news_comments": 1_500,
}
"""Corpora whose labels answer none of the questions: their texts alone are read, so many pieces at most."""

PIECES = {
    "cmv_adhominem_threads": 30_000,
    "cga_wiki_valid": 1_500,
    "cad_reddit": 28_000,
    "jigsaw_toxic_sample": 5_000,
    "cat_large_wikitalk": 28_000,
    "wikitactics": 9_000,
    "convabuse": 4_200,
    "trac1_facebook_en": 15_000,
    "github_incivility": 7_000,
    "civil_toxic_spans": 17_000,
    **READ_ONLY,
}
"""Pieces of text of each corpus that the raters learn from, at most."""

RATED = ("removed_as_hostile", "conversation_derails")
"""The questions that raters are made for. More raters, or their mean, did no better on the development sets; the other
questions are there to teach the encoder."""
