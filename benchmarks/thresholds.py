"""Thresholds written as `precision >= 0.9`: how often the month after shows a precision in the interval stated.

The posts are the insults of a competition against the rest of its comments, and against a mix of these with posts of a
civil forum, drawn to base rates of 1, 3 and 10 in 100. Half of the posts are the month that staff saw: they decided
everything from 0.3 on and audited 200 others. The other half plays the month after; halves are drawn at random, not by
time, so what changes from month to month is not seen. The spreads of `classifier.workload`
were chosen with a look at these posts.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from benchmarks import dev_sets
from classifier.labels import Label
from classifier.registry import Registry, default_directory, default_model
from classifier.targets import Aim, Target
from classifier.workload import Scores, Verdicts, outlook

SPLITS = 40
RATES = (0.01, 0.03, 0.1)
STATED_AT = 0.03
SEEN_FROM = 0.3
AUDITS = 200
WISH = Target(Aim.PRECISION, 0.9)

LogOdds = NDArray[np.float64]


def report() -> None:
    """Print a row for each forum and base rate."""
    if reason := dev_sets.missing():
        print(f"thresholds: skipped, {reason}")
        return
    hostility = default_model(Registry(default_directory())).hostility
    insults = dev_sets.dev_set("kaggle_insults_train_test")
    of_insults = hostility.log_odds(insults.texts)[Label.PERSONAL_ATTACK]
    civil = hostility.log_odds(dev_sets.discourse().texts)[Label.PERSONAL_ATTACK]
    truth = insults.labels["insult"]
    print(f"{SPLITS} random halves; the wish is {WISH}, [population] says {STATED_AT}")
    print(f"{'clean posts':<20}{'base rate':>10}{'in interval':>13}{'met':>6}{'had':>7}{'flags':>8}")
    forums = {"competition": of_insults[~truth], "and civil forum": np.append(of_insults[~truth][::4], civil)}
    for name, clean in forums.items():
        for rate in RATES:
            inside, met, had, flags = np.array(
                [_split(of_insults[truth], clean, rate, seed) for seed in range(SPLITS)]
            ).T
            print(
                f"{name:<20}{rate:>10}{np.nanmean(inside):>12.0%}{met.mean():>7.0%}"
                f"{np.nanmean(had):>7.0%}{flags.mean():>8.0f}"
            )


def _split(bad: LogOdds, clean: LogOdds, rate: float, seed: int) -> tuple[float, float, float, float]:
    """Whether the precision had is in the interval stated, whether the wish was met, the precision, and the flags."""
    random = np.random.default_rng(seed)
    bad, clean = random.permutation(bad), random.permutation(clean)
    many = min(len(clean) // 2, int(len(bad) // 2 * (1 - rate) / rate))
    few = max(1, round(many * rate / (1 - rate)))
    truth = np.arange(few + many) < few
    before, after = (
        expit(np.concatenate(parts) + logit(STATED_AT))
        for parts in ((bad[:few], clean[:many]), (bad[-few:], clean[-many:]))
    )
    unseen = np.flatnonzero(before < SEEN_FROM)
    said = np.append(
        np.flatnonzero(before >= SEEN_FROM), random.choice(unseen, min(AUDITS, len(unseen)), replace=False)
    )
    scores = Scores(before, np.full(len(before), 1 / 30), own=True)
    expected = outlook(scores, Verdicts(before[said], truth[said]), STATED_AT)
    at = expected.nearest(WISH)
    passed = after >= at.threshold
    had = truth[passed].mean() if passed.any() else np.nan
    low, high = at.precision.interval or (0.0, 1.0)
    inside = float(low <= had <= high) if passed.any() else np.nan
    return inside, float(expected.meeting(WISH) is not None), float(had), float(passed.sum())
