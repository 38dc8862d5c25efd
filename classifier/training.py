"""From labelled posts to a model, and to a manifest that says what it was made of and how good it is."""

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from random import Random

import joblib
import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.model_selection import GroupKFold

from classifier import base, dataset
from classifier.comparison import Comparison, compare_copies, compare_texts, log_odds_unseen
from classifier.copies import DecidedPair, PairFeatures, training_pairs
from classifier.copies.decided import with_decided
from classifier.copies.judge import CopyJudge
from classifier.dataset import LabelledPost, data_hash, tells, weights_of, without_repeats, written_among
from classifier.errors import DataError
from classifier.groups import folds_of, groups_of
from classifier.held_out import HeldOut
from classifier.hostility import HostilityModel
from classifier.labels import DEFAULT_BASE_RATES, TEXT_LABELS, Label
from classifier.manifest import Counts, Kind, Libraries, Manifest, SecondReading
from classifier.metrics import LabelMetrics, measure
from classifier.model import AT_LENGTH, MATCHED_INNOCENT_SHARE, Model
from classifier.out_of_fold import OutOfFold
from classifier.progress import Progress, silent
from classifier.seal import RECIPE
from classifier.second_stage import Encoder, SecondStage, unsure

COPY_FOLDS = 3
"""The copy judge's figures come from three judges, each trained on copies made of two thirds of the texts."""

MAX_COPIED_TEXTS = 2_000
"""Texts that copies are made of: the judge weighs eleven numbers, and more texts would teach it nothing more."""

WORDS_STAGE = "learning trolling and personal attacks"
COPIES_STAGE = "learning what copies look like"
COMPARISON_STAGE = "comparing with the model in use"


def train(
    posts: Sequence[LabelledPost],
    *,
    base_rates: Mapping[Label, float] = DEFAULT_BASE_RATES,
    seed: int = 0,
    encoder: Encoder | None = None,
    against: Model | None = None,
    decided_copies: Sequence[DecidedPair] = (),
    progress: Progress = silent,
) -> tuple[Model, Manifest]:
    """A model from `posts`, and its manifest with figures for posts held out of the training.

    With an encoder the model has a second stage; without, training and judging know nothing of it. Where there is a
    model to compare it `against`, the manifest says where it is better and where it is worse. The judge of copies
    learns from `decided_copies` too; its figures are about what it makes of made-up copies then.

    The order of the posts makes no difference; the same posts, rates and seed give the same model, whatever back end
    joblib has in use: regressions are fitted and copies made there, side by side. Raises DataError when there are too
    few posts with or without a label, ModelError when the encoder cannot be loaded.
    """
    if encoder is not None:
        encoder.load()  # before minutes are spent
    started, now = time.monotonic(), datetime.now(UTC)
    posts = without_repeats(sorted(posts, key=_order))
    data_sha256 = data_hash(posts)
    written = data_sha256 == data_hash(dataset.written_posts())
    kind: Kind = "default" if written and encoder is None and not decided_copies else "trained"

    clean = [post for post in posts if not post.labels]
    if len(set(groups_of(clean))) < COPY_FOLDS:
        raise DataError(f"posts without labels: fewer than {COPY_FOLDS} threads or authors wrote any; add clean posts")

    progress(WORDS_STAGE, 0, 1)
    texts, labels, weights = [post.text for post in posts], [post.labels for post in posts], weights_of(posts)
    groups = folds_of(posts)
    hostility = HostilityModel().fit(texts, labels, groups, seed, weights, written_among(posts))
    progress(WORDS_STAGE, 1, 1)
    held_out = hostility.out_of_fold_log_odds_
    second_stage = second_reading = None
    if encoder is not None:
        second_stage = SecondStage(encoder).fit(texts, labels, held_out, groups, seed, progress, weights)
        second_reading, held_out = _second_reading(posts, held_out, second_stage, base_rates)
    version = _version(kind, now, data_sha256, base_rates, seed, second_stage, decided_copies)
    copy_judge, pairs, copied, copy_log_odds = _learn_copies(clean, decided_copies, seed, progress)
    model = Model(version, hostility, copy_judge, dict(base_rates), second_stage)
    unseen = _held_out_texts(posts, held_out)
    metrics = _text_metrics(unseen, base_rates)
    copies_among_matched = float(expit(model.copy_prior_log_odds()))
    metrics[Label.COPY_PASTE] = measure(copied, copy_log_odds, copies_among_matched, reached=MATCHED_INNOCENT_SHARE)
    unseen[Label.COPY_PASTE] = HeldOut(copy_log_odds, copied, MATCHED_INNOCENT_SHARE)
    comparison = None
    if against is not None:
        progress(COMPARISON_STAGE, 0, 1)
        of_texts = compare_texts(posts, log_odds_unseen(against, posts), held_out, groups, seed)
        of_copies = compare_copies(against.copy_judge, pairs, copied, copy_log_odds, seed)
        comparison = Comparison(against=against.version, gains=(*of_texts, *of_copies))
        progress(COMPARISON_STAGE, 1, 1)
    return replace(model, held_out=unseen, out_of_fold=OutOfFold.of(posts, held_out)), Manifest(
        version=version,
        kind=kind,
        created_at=now,
        seed=seed,
        recipe=RECIPE,
        counts=_counts(posts),
        data_sha256=data_sha256,
        written_sha256=dataset.written_hash(),
        base_sha256=base.base_hash(),
        base_rates=dict(base_rates),
        metrics=metrics,
        libraries=_libraries(),
        train_seconds=round(time.monotonic() - started, 1),
        second_reading=second_reading,
        comparison=comparison,
    )


def _held_out_texts(posts: Sequence[LabelledPost], log_odds: NDArray[np.float64]) -> dict[Label, HeldOut]:
    """Posts with the label against clean ones."""
    held_out = {}
    for label, of_label in zip(TEXT_LABELS, log_odds.T, strict=True):
        truth = np.array([label in post.labels for post in posts])
        told = tells(posts, label)
        held_out[label] = HeldOut(of_label[told], truth[told])
    return held_out


def _text_metrics(held_out: Mapping[Label, HeldOut], base_rates: Mapping[Label, float]) -> dict[Label, LabelMetrics]:
    return {
        label: measure(of_label.truth, of_label.log_odds, base_rates[label]) for label, of_label in held_out.items()
    }


def _second_reading(
    posts: Sequence[LabelledPost],
    held_out: NDArray[np.float64],
    second_stage: SecondStage,
    base_rates: Mapping[Label, float],
) -> tuple[SecondReading, NDArray[np.float64]]:
    """What the second stage does, and the log odds of both stages on posts that neither saw."""
    read = unsure(held_out, base_rates)
    clean = np.array([not post.labels.intersection(TEXT_LABELS) for post in posts])
    story = SecondReading(
        encoder=second_stage.encoder.source,
        share=float(read[clean].mean()),
        metrics_without=_text_metrics(_held_out_texts(posts, held_out), base_rates),
    )
    return story, np.where(read[:, np.newaxis], second_stage.out_of_fold_log_odds_, held_out)


def _learn_copies(
    clean: Sequence[LabelledPost], decided: Sequence[DecidedPair], seed: int, progress: Progress
) -> tuple[CopyJudge, NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """A judge from copies made of clean posts; and pairs made of held-out thirds of them, which of these are copies,
    and the log odds by judges that saw nothing of that third.
    """
    chosen = Random(seed).sample(clean, k=min(len(clean), MAX_COPIED_TEXTS))
    groups = groups_of(chosen)
    texts = np.array([post.text for post in chosen], dtype=object)
    folds = GroupKFold(COPY_FOLDS, shuffle=True, random_state=seed).split(texts, groups=groups)
    made = joblib.Parallel(return_as="generator")(
        joblib.delayed(_copies_of)(some, seed) for some in (*(texts[held_out] for _, held_out in folds), texts)
    )
    progress(COPIES_STAGE, 0, COPY_FOLDS + 1)
    parts: list[tuple[NDArray[np.float64], NDArray[np.int64]]] = []
    for done, pairs_of_some in enumerate(made, start=1):
        parts.append(pairs_of_some)
        progress(COPIES_STAGE, done, COPY_FOLDS + 1)
    judge = CopyJudge().fit(*with_decided(*parts.pop(), decided))
    log_odds = []
    for at, (rows, _) in enumerate(parts):
        seen_rows, seen_copied = zip(*parts[:at], *parts[at + 1 :], strict=True)
        seen = with_decided(np.concatenate(seen_rows), np.concatenate(seen_copied), decided)
        log_odds.append(CopyJudge().fit(*seen).log_odds(rows))
    pairs, copied = (np.concatenate(of_parts) for of_parts in zip(*parts, strict=True))
    return judge, pairs, copied == 1, np.concatenate(log_odds)


def _copies_of(texts: NDArray[np.object_], seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Training pairs such as the model will show its judge. Raises DataError when they are not of both kinds."""
    try:
        rows, copied = training_pairs(texts.tolist(), seed)
        at_length = rows[:, PairFeatures._fields.index("prose")] >= AT_LENGTH
        if len(set(copied[at_length])) < 2:
            raise ValueError("all pairs that share enough are of one kind")
    except ValueError as error:
        raise DataError(
            f"posts without labels: too few, or too short, to show what copies look like ({error})"
        ) from error
    return rows[at_length], copied[at_length]


def _version(
    kind: str,
    now: datetime,
    data_sha256: str,
    base_rates: Mapping[Label, float],
    seed: int,
    second_stage: SecondStage | None,
    decided_copies: Sequence[DecidedPair],
) -> str:
    """Another name for whatever makes another model."""
    rates = [base_rates[label] for label in Label]
    made_of: list[object] = [data_sha256, base.base_hash(), RECIPE, sklearn.__version__, rates, seed]
    if second_stage is not None:
        made_of.append([second_stage.encoder.source, second_stage.probe_.round(3).tolist()])
    if decided_copies:
        made_of.append([[sorted(pair.features.items()), pair.is_copy, pair.weight] for pair in decided_copies])
    digits = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:8]
    return f"{'default' if kind == 'default' else now.date()}-{digits}"


def _counts(posts: Sequence[LabelledPost]) -> Counts:
    labels = Counter(label for post in posts for label in post.labels)
    return Counts(
        posts=len(posts),
        labels={label: labels[label] for label in Label},
        provenances=dict(sorted(Counter(post.provenance for post in posts).items())),
    )


def _libraries() -> Libraries:
    return Libraries(
        python=platform.python_version(),
        scikit_learn=sklearn.__version__,
        numpy=np.__version__,
        scipy=scipy.__version__,
        joblib=joblib.__version__,
        flagpost=metadata.version("flagpost"),
    )


def _order(post: LabelledPost) -> tuple[str, str, list[Label], str, str, str]:
    return post.id, post.text, sorted(post.labels), post.provenance, post.thread or "", post.author or ""
