"""Accuracy on real posts that no rater here was trained on: flagpost's default model and two peers, in the same run.

These sets have been looked at while the recipe was chosen, so they flatter flagpost a little.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from benchmarks.dev_sets import TASKS, DevSet, dev_set, discourse, missing
from benchmarks.raters import INSTALL, Rater, Scores, raters
from classifier.dataset import written_posts
from classifier.evaluation import RESAMPLES
from classifier.figures import figures
from classifier.model import Model
from classifier.training import train
from tests.functional.cases import cases
from tests.functional.measures import shares
from tests.functional.obfuscate import DISGUISES, dress, misspell
from tests.functional.report import misses

ALARMS_COMPARED = 10
"""Per 1,000 healthy comments: where raters with thresholds of their own can be compared."""


def report() -> None:
    """Print AUC, false alarms, what disguises cost, and what the functional cases say."""
    written = written_posts()
    model, _ = train(written)
    known = raters(model, written)
    print(f"{model.version} and a plain TF-IDF, both trained on {len(written):,} written posts")
    if len(known) < 3:
        print(INSTALL)
    if absent := missing():
        print(f"no real posts to measure on: {absent}")
    else:
        judged = {rater.name: {file: rater.scores(dev_set(file).texts) for file in _files()} for rater in known}
        print_ranking(judged)
        print_alarms(known, judged)
        print_disguises(known, judged)
    print_functions(model)


def print_ranking(judged: dict[str, dict[str, Scores]]) -> None:
    """AUC of every score of every rater on every task, with the bootstrap's 95 % interval."""
    for task in TASKS:
        posts = dev_set(task.file)
        truth = posts.labels[task.name]
        print(f"\n{task.file}, {task.name} ({truth.sum():,} of {len(truth):,}; {task.label.display.lower()})")
        for rater, found in judged.items():
            for name, scores in found[task.file].items():
                print(f"{rater + ', ' + name:<40}{_auc(posts, truth, scores)}")


def print_alarms(known: list[Rater], judged: dict[str, dict[str, Scores]]) -> None:
    """How many clean posts in 1,000 each rater flags at its own thresholds, and how many insults in 100 it catches."""
    healthy = dev_set("ucc_val").labels["healthy"]
    insult = dev_set("kaggle_insults_train_test").labels["insult"]
    columns = ("discourse raw", "discourse own", "UCC healthy", "insults", f"at {ALARMS_COMPARED} in 1,000")
    print("\nfalse alarms per 1,000 and insults caught, each rater at its own thresholds")
    print(
        f"discourse: as typed, and without quotations; last: insults caught at {ALARMS_COMPARED} per 1,000 UCC healthy"
    )
    print(f"{'':<40}" + "".join(f"{column:>15}" for column in columns))
    for rater in known:
        of_files = judged[rater.name]
        clean = [rater.scores(dev_set("discourse_civil_posts").texts), rater.scores(discourse().texts)]
        sets = (*clean, _rows(of_files["ucc_val"], healthy), _rows(of_files["kaggle_insults_train_test"], insult))
        for name in sets[0]:
            line = np.quantile(sets[2][name], 1 - ALARMS_COMPARED / 1000)
            *alarms, caught = (float(rater.flagged(scores, name).mean()) for scores in sets)
            cells = [f"{1000 * share:.1f}" for share in alarms] + [
                f"{caught:.1%}",
                f"{(sets[3][name] > line).mean():.1%}",
            ]
            print(f"{rater.name + ', ' + name:<40}" + "".join(f"{cell:>15}" for cell in cells))


def print_disguises(known: list[Rater], judged: dict[str, dict[str, Scores]]) -> None:
    """How much AUC is lost when every positive is disguised or misspelt and the negatives are as they are."""
    print("\nAUC lost when the positives are disguised, or have a slip in each word of five letters or more")
    print(f"{'':<52}" + "".join(f"{disguise:>12}" for disguise in (*DISGUISES, "slips")))
    for task in TASKS:
        posts = dev_set(task.file)
        truth = posts.labels[task.name]
        texts = [text for text, is_true in zip(posts.texts, truth, strict=True) if is_true]
        for rater in known:
            variants = [
                *([dress(text, disguise) for text in texts] for disguise in DISGUISES),
                list(map(misspell, texts)),
            ]
            dressed = list(map(rater.scores, variants))
            for name, plain in judged[rater.name][task.file].items():
                losses = [roc_auc_score(truth, plain) - _auc_with(truth, plain, of[name]) for of in dressed]
                print(f"{f'{task.name}: {rater.name}, {name}':<52}" + "".join(f"{loss:>12.3f}" for loss in losses))


def print_functions(model: Model) -> None:
    """The functional cases: shares over all of a kind, and what misses its goal."""
    print("\nfunctional cases (python -m tests.functional.report has them one by one)")
    right: Counter[tuple[str, str]] = Counter()
    count: Counter[tuple[str, str]] = Counter()
    for share in shares(model, cases()):
        kind = (" or ".join(share.labels), share.criterion)
        right[kind] += share.right
        count[kind] += share.cases
    for (labels, criterion), cases_of_kind in count.items():
        print(f"{labels + ', ' + criterion:<40}{right[labels, criterion] / cases_of_kind:>15.1%} of {cases_of_kind}")
    for name, value in misses(model).items():
        print(f"{name + ': misses its goal':<60}{value:>8.3f}")


def _files() -> list[str]:
    return list(dict.fromkeys(task.file for task in TASKS))


def _rows(scores: Scores, rows: NDArray[np.bool_]) -> Scores:
    return {name: of_name[rows] for name, of_name in scores.items()}


def _auc_with(truth: NDArray[np.bool_], plain: NDArray[np.float64], dressed: NDArray[np.float64]) -> float:
    scores = plain.copy()
    scores[truth] = dressed
    return float(roc_auc_score(truth, scores))


def _auc(posts: DevSet, truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> str:
    ranks = rankdata(scores) / len(scores)
    found = figures(truth, ranks, posts.groups, base_rate=0.5, threshold=0.5, seed=0, resamples=RESAMPLES).roc_auc
    assert found is not None  # every set has posts of both kinds
    assert found.interval is not None
    low, high = found.interval
    return f"{found.value:>8.3f}  {low:.3f}–{high:.3f}"
