"""What a model makes of the functional cases: shares, ratios and losses, each with its definition."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost, written_posts
from classifier.groups import folds_of
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds
from tests.functional.cases import Case, IdentitySentences, Remark
from tests.functional.obfuscate import DISGUISES, dress

SPARED, FLAGGED, RANKED = "spared", "flagged", "ranked"

RANKED_ABOVE = 0.95
"""The share of harmless cases that a case has to outrank. Thresholds are high, so that few alarms are false; what they
miss may still be told from harmless posts, and this shows it.
"""

STANDARD_PASSING = (0.05, 0.10, 0.15, 0.20, 0.25)
"""How many of the remarks in standard English pass the lines at which dialects are compared. At the default thresholds
hardly any harmless remark passes in any dialect, and a ratio of nothings says nothing.
"""

DIALECT_GOAL = 1.25
"""No dialect passes the lines more often than this times standard English."""

IDENTITY_GOAL = 0.02
"""No two identity words have mean probabilities further apart."""

DISGUISE_GOAL = 0.02
"""No disguise of the hostile posts costs more AUC."""

WRITTEN_PARTS = 3
"""One part of the written posts is judged by a model of the others. On posts that a model learnt from, a disguise also
hides what it knows by heart: 0.022 for trolling under stars, where it is 0.006 on posts not seen.
"""

Found = Mapping[Label, NDArray[np.float64]]
"""For each text label the probabilities of some texts, shape (n_texts,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many cases of a function are on the right side of a criterion.

    `spared`: no label checked reaches its default threshold. `flagged`: the label checked does. `ranked`: its
    probability is above the 95th percentile of all harmless cases.
    """

    function: str
    labels: tuple[Label, ...]
    criterion: str
    right: int
    cases: int

    @property
    def value(self) -> float:
        """From 0 to 1."""
        return self.right / self.cases


def probabilities(model: Model, texts: Sequence[str]) -> Found:
    """The probabilities of each text as a post of its own, at the model's base rates."""
    posts = [Post(source="functional", id=str(number), text=text) for number, text in enumerate(texts)]
    found = model.assess(posts, CopyIndex(), explain=lambda *_: False)
    return {label: np.array([of_post.probabilities[label] for of_post in found]) for label in TEXT_LABELS}


def shares(model: Model, cases: Sequence[Case], split: str | None = None) -> list[Share]:
    """One `spared`, or `flagged` and `ranked`, for each function; of one split's cases, or of all.

    Harmless cases of both splits draw the line for `ranked`.
    """
    found = probabilities(model, [case.text for case in cases])
    harmless = np.array([not case.expected for case in cases])
    line = {label: np.quantile(found[label][harmless], RANKED_ABOVE) for label in TEXT_LABELS}
    threshold = Thresholds().default
    measured = []
    rows = [row for row, case in enumerate(cases) if split in (None, case.split)]
    for function, of_function in groupby(rows, key=lambda row: cases[row].function):
        members = list(of_function)
        checked = cases[members[0]].labels
        flagged = np.any([found[label][members] >= threshold[label] for label in checked], axis=0)
        right = {SPARED: ~flagged}
        if cases[members[0]].expected:
            right = {FLAGGED: flagged, RANKED: found[checked[0]][members] > line[checked[0]]}
        measured += [
            Share(function=function, labels=checked, criterion=criterion, right=int(of_cases.sum()), cases=len(members))
            for criterion, of_cases in right.items()
        ]
    return measured


def dialect_ratios(model: Model, remarks: Sequence[Remark]) -> dict[tuple[Label, str], float]:
    """For each label and dialect how often its remarks pass the five lines, relative to standard English.

    One line alone hangs on a handful of remarks; all five together are steadier.
    """
    standard, *dialects = remarks[0].variants
    found = {
        dialect: probabilities(model, [remark.variants[dialect] for remark in remarks])
        for dialect in (standard, *dialects)
    }
    ratios = {}
    for label in TEXT_LABELS:
        lines = np.quantile(found[standard][label], 1 - np.array(STANDARD_PASSING))
        passes = {dialect: int((of_dialect[label] >= lines[:, None]).sum()) for dialect, of_dialect in found.items()}
        ratios.update({(label, dialect): passes[dialect] / passes[standard] for dialect in dialects})
    return ratios


def identity_means(model: Model, identities: IdentitySentences) -> dict[Label, dict[str, float]]:
    """For each label the mean probability of the sentences with each identity word in their gaps."""
    words = [word for of_kind in identities.words.values() for word in of_kind]
    found = probabilities(model, [sentence.format(word) for word in words for sentence in identities.sentences])
    return {
        label: dict(zip(words, of_label.reshape(len(words), -1).mean(axis=1).tolist(), strict=True))
        for label, of_label in found.items()
    }


def spread(means: Mapping[str, float]) -> float:
    """How far the largest mean is above the smallest."""
    return max(means.values()) - min(means.values())


def disguise_losses(model: Model, cases: Iterable[Case]) -> dict[tuple[str, Label, str], float]:
    """How much AUC each disguise of the hostile posts costs, against clean posts as they are.

    Once for a third of the written posts, judged by the same recipe trained on the others, and once for the cases.
    """
    judge, unseen = _judge_of_unseen(written_posts())
    plain_cases = [case for case in cases if not _is_disguised(case)]
    sets: dict[str, tuple[HostilityModel, list[tuple[str, Collection[Label]]]]] = {
        "written": (judge, [(post.text, post.labels) for post in unseen]),
        "cases": (model.hostility, [(case.text, case.labels if case.expected else ()) for case in plain_cases]),
    }
    losses = {}
    for name, (judge, posts) in sets.items():
        clean = judge.log_odds([text for text, labels in posts if not labels])
        hostile = [(text, labels) for text, labels in posts if labels]
        has = {label: np.array([label in labels for _, labels in hostile]) for label in TEXT_LABELS}
        plain = judge.log_odds([text for text, _ in hostile])
        for disguise in DISGUISES:
            dressed = judge.log_odds([dress(text, disguise) for text, _ in hostile])
            for label in TEXT_LABELS:
                before, after = (_auc(of[label][has[label]], clean[label]) for of in (plain, dressed))
                losses[name, label, disguise] = before - after
    return losses


def letters(text: str) -> str:
    """The words of a text in lower case: what makes two texts the same for a reader."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _judge_of_unseen(posts: Sequence[LabelledPost]) -> tuple[HostilityModel, list[LabelledPost]]:
    """A judge trained on all parts of the posts but one, and the posts of that part."""
    groups = folds_of(posts)
    parts = GroupKFold(WRITTEN_PARTS, shuffle=True, random_state=0).split(posts, groups=groups)
    rows, held_out = next(parts)
    seen = [posts[row] for row in rows]
    judge = HostilityModel().fit(
        [post.text for post in seen], [post.labels for post in seen], [groups[row] for row in rows]
    )
    return judge, [posts[row] for row in held_out]


def _is_disguised(case: Case) -> bool:
    return case.function in {"leet_insult", "homoglyph_insult", "zero_width_insult", "spaced_insult", "starred_insult"}


def _auc(hostile: NDArray[np.float64], clean: NDArray[np.float64]) -> float:
    truth = np.repeat([True, False], [len(hostile), len(clean)])
    return float(roc_auc_score(truth, np.concatenate([hostile, clean])))
