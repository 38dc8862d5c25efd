"""From labelled posts to a model, and to a manifest that says what it was made of and how good it is."""

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata

import joblib
import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from scipy.special import expit

from classifier import base, dataset
from classifier.comparison import Comparison, compare_copies, compare_texts, log_odds_unseen
from classifier.copies import DecidedPair
from classifier.dataset import LabelledPost, data_hash, tells, weights_of, without_repeats, written_among
from classifier.groups import folds_of
from classifier.held_out import HeldOut
from classifier.hostility import HostilityModel
from classifier.labels import DEFAULT_BASE_RATES, TEXT_LABELS, Label
from classifier.learned_copies import LearnedCopies, learn_copies, require_enough
from classifier.manifest import Counts, Kind, Libraries, Manifest, SecondReading
from classifier.metrics import LabelMetrics, measure
from classifier.model import Model
from classifier.out_of_fold import OutOfFold
from classifier.progress import Progress, silent
from classifier.seal import RECIPE
from classifier.second_stage import Encoder, SecondStage, unsure

WORDS_STAGE = "learning trolling and personal attacks"
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
    clean = [post for post in posts if not post.labels]
    require_enough(clean)
    texts = _learn_texts(posts, base_rates, encoder, seed, progress)
    copies = learn_copies(clean, decided_copies, seed, progress)
    kind: Kind = "trained" if encoder is not None or decided_copies or not _are_written(posts) else "default"
    model = Model(
        version=_version(kind, now, data_hash(posts), base_rates, seed, texts.second_stage, decided_copies),
        hostility=texts.hostility,
        copy_judge=copies.judge,
        base_rates=dict(base_rates),
        second_stage=texts.second_stage,
        held_out={**_held_out_texts(posts, texts.held_out), Label.COPY_PASTE: copies.held_out},
        out_of_fold=OutOfFold.of(posts, texts.held_out),
    )
    comparison = None if against is None else _compared(against, posts, texts, copies, seed, progress)
    manifest = _manifest(model, posts, kind, now, seed)
    seconds = round(time.monotonic() - started, 1)
    return model, replace(manifest, second_reading=texts.second_reading, comparison=comparison, train_seconds=seconds)


@dataclass(frozen=True, slots=True, eq=False)
class _Texts:
    """What was learned of trolling and personal attacks; `held_out` are log odds of posts by parts that had not seen
    them, by both stages where there are two, shape (n_posts, n_text_labels).
    """

    hostility: HostilityModel
    held_out: NDArray[np.float64]
    second_stage: SecondStage | None = None
    second_reading: SecondReading | None = None


def _learn_texts(
    posts: Sequence[LabelledPost],
    base_rates: Mapping[Label, float],
    encoder: Encoder | None,
    seed: int,
    progress: Progress,
) -> _Texts:
    progress(WORDS_STAGE, 0, 1)
    texts, labels, weights = [post.text for post in posts], [post.labels for post in posts], weights_of(posts)
    groups = folds_of(posts)
    hostility = HostilityModel().fit(texts, labels, groups, seed, weights, written_among(posts))
    progress(WORDS_STAGE, 1, 1)
    held_out = hostility.out_of_fold_log_odds_
    if encoder is None:
        return _Texts(hostility, held_out)
    second_stage = SecondStage(encoder).fit(texts, labels, held_out, groups, seed, progress, weights)
    second_reading, by_both = _second_reading(posts, held_out, second_stage, base_rates)
    return _Texts(hostility, by_both, second_stage, second_reading)


def _held_out_texts(posts: Sequence[LabelledPost], log_odds: NDArray[np.float64]) -> dict[Label, HeldOut]:
    """Posts with the label against clean ones."""
    held_out = {}
    for label, of_label in zip(TEXT_LABELS, log_odds.T, strict=True):
        truth = np.array([label in post.labels for post in posts])
        told = tells(posts, label)
        held_out[label] = HeldOut(of_label[told], truth[told])
    return held_out


def _metrics(held_out: Mapping[Label, HeldOut], rates: Mapping[Label, float]) -> dict[Label, LabelMetrics]:
    return {
        label: measure(of_label.truth, of_label.log_odds, rates[label], reached=of_label.reached)
        for label, of_label in held_out.items()
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
        metrics_without=_metrics(_held_out_texts(posts, held_out), base_rates),
    )
    return story, np.where(read[:, np.newaxis], second_stage.out_of_fold_log_odds_, held_out)


def _metrics_of(model: Model) -> dict[Label, LabelMetrics]:
    """Figures on the posts held out; for copy-paste, on posts with a match, among which copies are less rare."""
    copies_among_matched = float(expit(model.copy_prior_log_odds()))
    return _metrics(model.held_out, {**model.base_rates, Label.COPY_PASTE: copies_among_matched})


def _compared(
    against: Model, posts: Sequence[LabelledPost], texts: _Texts, copies: LearnedCopies, seed: int, progress: Progress
) -> Comparison:
    progress(COMPARISON_STAGE, 0, 1)
    of_texts = compare_texts(posts, log_odds_unseen(against, posts), texts.held_out, folds_of(posts), seed)
    of_copies = compare_copies(against.copy_judge, copies.pairs, copies.copied, copies.log_odds, seed)
    progress(COMPARISON_STAGE, 1, 1)
    return Comparison(against=against.version, gains=(*of_texts, *of_copies))


def _are_written(posts: Sequence[LabelledPost]) -> bool:
    """Whether these are the posts that come with flagpost, all of them and no others."""
    return data_hash(posts) == data_hash(dataset.written_posts())


def _manifest(model: Model, posts: Sequence[LabelledPost], kind: Kind, now: datetime, seed: int) -> Manifest:
    return Manifest(
        version=model.version,
        kind=kind,
        created_at=now,
        seed=seed,
        recipe=RECIPE,
        counts=_counts(posts),
        data_sha256=data_hash(posts),
        written_sha256=dataset.written_hash(),
        base_sha256=base.base_hash(),
        base_rates=dict(model.base_rates),
        metrics=_metrics_of(model),
        libraries=_libraries(),
        train_seconds=0.0,
    )


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
