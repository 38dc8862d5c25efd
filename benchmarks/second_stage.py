"""What a second stage brings and costs: `python -m benchmarks.second_stage ENCODER`, a folder or a name.

On real posts that no stage was trained on, 2,000 of each set: AUC of the first stage, of both stages for every post,
and of both with only the uncertain posts read again. Then what it costs; OMP_NUM_THREADS=1 holds it to one thread.
"""

import resource
import sys
import time

import numpy as np
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from benchmarks.dev_sets import TASKS, DevSet, Task, dev_set
from classifier.dataset import written_posts
from classifier.labels import DEFAULT_BASE_RATES, TEXT_LABELS
from classifier.model import Model
from classifier.second_stage import READ_AT_ONCE, SecondStage, unsure
from classifier.sentence_encoder import SentenceEncoder
from classifier.thresholds import DEFAULT_THRESHOLDS
from classifier.training import train

SAMPLE = 2_000
MEASURED = ("insult", "antagonise")


def report(source: str) -> None:
    """Print what the manifest says, the gain on the real sets, and the cost."""
    before = _megabytes()
    encoder = SentenceEncoder(source)
    encoder.load()
    encoder.embed(["ready"])
    print(f"the encoder and what runs it take {_megabytes() - before:.0f} MB more")
    model, manifest = train(written_posts(), encoder=encoder)
    stage, second = model.second_stage, manifest.second_reading
    assert stage is not None and second is not None
    print(f"trained in {manifest.train_seconds:.0f} s; {second.share:.1%} of the clean posts held out were read again")
    for label, without in second.metrics_without.items():
        found = manifest.metrics[label]
        print(f"held out, {label.display}: AUC {without.roc_auc:.3f} → {found.roc_auc:.3f}", end="")
        print(f", calibration error {without.calibration_error:.4f} → {found.calibration_error:.4f}")
    for task in TASKS:
        if task.name in MEASURED:
            print_gain(model, stage, task, _sample(dev_set(task.file)))
    texts = _sample(dev_set("discourse_civil_posts")).texts
    first = np.column_stack(list(model.hostility.log_odds(texts).values()))
    print(
        f"\nof {len(texts):,} civil posts as they come, {unsure(first, DEFAULT_BASE_RATES).mean():.1%} are read again"
    )
    print_cost(model, stage, texts)


def print_gain(model: Model, stage: SecondStage, task: Task, posts: DevSet) -> None:
    """AUC, and at the default threshold posts with the label caught and others flagged."""
    first = np.column_stack(list(model.hostility.log_odds(posts.texts).values()))
    both = np.vstack(
        [
            stage.log_odds(posts.texts[at : at + READ_AT_ONCE], first[at : at + READ_AT_ONCE])
            for at in range(0, len(first), READ_AT_ONCE)
        ]
    )
    read = unsure(first, DEFAULT_BASE_RATES)
    truth = posts.labels[task.name]
    ways = {"first stage": first, "both": both, "both, uncertain only": np.where(read[:, np.newaxis], both, first)}
    print(f"\n{task.file}, {task.name} ({truth.sum():,} of {len(truth):,}): {read.mean():.1%} are uncertain")
    print(f"{'':<24}{'AUC':>8}{'caught':>9}{'others flagged':>16}")
    for name, log_odds in ways.items():
        of_label = log_odds[:, TEXT_LABELS.index(task.label)]
        flagged = expit(of_label + logit(DEFAULT_BASE_RATES[task.label])) >= DEFAULT_THRESHOLDS[task.label]
        auc = roc_auc_score(truth, of_label)
        print(f"{name:<24}{auc:>8.4f}{flagged[truth].mean():>9.1%}{flagged[~truth].mean():>16.1%}")


def print_cost(model: Model, stage: SecondStage, texts: list[str]) -> None:
    """Processor time of a post in each stage, and of a post as they come."""
    start = time.process_time()
    first = np.column_stack(list(model.hostility.log_odds(texts).values()))
    one = (time.process_time() - start) / len(texts)
    start = time.process_time()
    stage.log_odds(texts[:READ_AT_ONCE], first[:READ_AT_ONCE])
    other = (time.process_time() - start) / READ_AT_ONCE
    mean = one + other * unsure(first, DEFAULT_BASE_RATES).mean()
    for name, seconds in (("first stage", one), ("second stage", other), ("both, as they come", mean)):
        print(f"{name:<24}{1000 * seconds:>8.2f} ms a post{1 / seconds:>10,.0f} posts/s")


def _sample(posts: DevSet) -> DevSet:
    rows = np.random.default_rng(0).choice(len(posts.texts), SAMPLE, replace=False)
    labels = {name: of_label[rows] for name, of_label in posts.labels.items()}
    return DevSet([posts.texts[row] for row in rows], labels, posts.groups[rows], posts.created_at[rows])


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    report(sys.argv[1])
