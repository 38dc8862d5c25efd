import os
import pickle
import subprocess
import sys
from random import Random
from subprocess import PIPE

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone

from classifier.copies import CopyIndex, DecidedPair, PairFeatures, training_pairs
from classifier.copies.decided import with_decided
from classifier.copies.edits import EDITS
from classifier.copies.judge import MAX_LOG_ODDS, CopyJudge
from classifier.dataset import written_posts
from classifier.model import AT_LENGTH
from classifier.post import Post

ORIGINAL = (
    "We took the sleeper to the coast because the boys wanted to wake up by the sea. The heating failed somewhere "
    "after midnight. At six a steward came with tea and the news that we had been standing in a siding since two."
)
OTHERS = [
    "Oil the chain before the rain, not after it, and wipe off whatever does not soak in within the hour.",
    "Our library lends out cake tins now. Mine is a hedgehog, and it is due back on the ninth.",
    "If the dough sticks to your hands it is not too wet, you are only too slow, so wet your hands instead.",
]
PLAIN = PairFeatures(1.0, 1.0, 1.0, 1.0, 200, 200, False, False, False, 5.0, 1, 200, 0.0)


@pytest.fixture(scope="module")
def halves() -> tuple[list[str], list[str]]:
    texts = [post.text for post in written_posts()]
    return texts[::2], texts[1::2]


@pytest.fixture(scope="module")
def pairs(halves: tuple[list[str], list[str]]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Made of the first half of the texts."""
    return training_pairs(halves[0], seed=0)


@pytest.fixture(scope="module")
def judge(pairs: tuple[NDArray[np.float64], NDArray[np.int64]]) -> CopyJudge:
    return CopyJudge().fit(*pairs)


def log_odds(judge: CopyJudge, earlier: str, later: str, author: str = "8", thread: str = "u") -> float:
    """Of the best match; minus infinity when there is none."""
    index = CopyIndex()
    index.add(Post(source="forum", id="1", text=earlier, author="7", thread="t"))
    found = index.find(Post(source="forum", id="2", text=later, author=author, thread=thread))
    return float(judge.log_odds([found[0].features])[0]) if found else -np.inf


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("seed", range(3))
def test_a_copy_is_recognised_through_every_edit(judge: CopyJudge, name: str, seed: int) -> None:
    assert log_odds(judge, ORIGINAL, EDITS[name](ORIGINAL, Random(seed), OTHERS)) > 0


def test_an_unmarked_quotation_with_an_answer_is_no_copy(judge: CopyJudge) -> None:
    for answer in (" ".join(OTHERS), "No, not at all."):
        reply = f"{ORIGINAL}\n\n{answer}"
        assert log_odds(judge, ORIGINAL, reply, thread="t") < 0
        assert log_odds(judge, ORIGINAL, reply, thread="u") > 0
    assert log_odds(judge, ORIGINAL, ORIGINAL, thread="t") > 0
    assert log_odds(judge, ORIGINAL, f"A new first line above it.\n{ORIGINAL}", thread="t") > 0


def test_what_is_as_well_a_quotation_of_its_own_thread_is_one(judge: CopyJudge) -> None:
    index = CopyIndex()
    index.add(Post(source="forum", id="1", text=ORIGINAL, author="7", thread="t"))
    index.add(Post(source="forum", id="2", text=ORIGINAL, author="8", thread="u"))
    reply = Post(source="forum", id="3", text=f"{ORIGINAL}\n\nNo, not at all.", author="9", thread="t")
    pasted = Post(source="forum", id="4", text=ORIGINAL, author="9", thread="v")
    quoted, copied, alone = judge.rulings([index.find(reply), index.find(pasted), []])
    assert quoted.log_odds < 0 < copied.log_odds
    assert (alone.log_odds, alone.matches) == (-np.inf, [])


def test_links_and_logs_are_no_prose() -> None:
    link = "https://www.example.org/a/very/long/path-to-something-or-other-that-many-people-read-on-that-day"
    log = "\n".join(f"[{at:>6}.{at:06}] usb 1-{at}: device descriptor read/64, error -{at}" for at in range(9))
    index = CopyIndex()
    for pasted in (link, log):
        index.add(Post(source="forum", id=pasted[:5], text=f"{OTHERS[0]}\n{pasted}"))
        (match,) = index.find(Post(source="forum", id="later", text=f"{OTHERS[1]}\n{pasted}"))
        assert match.features.shared >= 60
        assert match.features.prose < 30


def test_decisions_teach_what_made_up_pairs_do_not(
    judge: CopyJudge, pairs: tuple[NDArray[np.float64], NDArray[np.int64]]
) -> None:
    soon, late = (PLAIN._replace(containment=0.5, longest=0.5, hours=hours) for hours in (0.1, 400.0))
    decided = [DecidedPair(soon._asdict(), is_copy=False), DecidedPair(late._asdict(), is_copy=True)] * 30
    taught = CopyJudge().fit(*with_decided(*pairs, [*decided, DecidedPair({"containment": 1.0}, is_copy=False)]))
    assert taught.log_odds([soon])[0] < taught.log_odds([late])[0]
    assert judge.log_odds([soon])[0] == judge.log_odds([late])[0]


def test_a_shared_sentence_is_no_copy(judge: CopyJudge) -> None:
    phrase = "Correct me if I am wrong, but that is how I was taught to do it."
    assert log_odds(judge, f"{ORIGINAL} {phrase}", f"{OTHERS[0]} {phrase}") < 0
    assert log_odds(judge, f"{phrase} {OTHERS[1]}", f"{phrase} {OTHERS[0]}") < 0


def test_texts_it_has_not_seen_are_told_apart(judge: CopyJudge, halves: tuple[list[str], list[str]]) -> None:
    rows, labels = training_pairs(halves[1], seed=1)
    at_length = rows[:, PairFeatures._fields.index("prose")] >= AT_LENGTH
    rows, labels = rows[at_length], labels[at_length]
    found = judge.predict(rows)
    assert found[labels == 1].mean() > 0.95
    assert found[labels == 0].mean() < 0.1


def test_times_made_up_by_nobody_teach_nothing(judge: CopyJudge) -> None:
    odds = judge.log_odds([PLAIN._replace(containment=0.4, hours=hours) for hours in (0.0, 700.0)])
    assert odds[0] == odds[1]


def test_the_odds_stay_within_what_training_can_teach(judge: CopyJudge) -> None:
    surest = PLAIN._replace(shared=10**6, length=10**6)
    answer = PairFeatures(0.0, 0.0, 0.0, 0.0, 0, 200, True, False, True, 5.0, 1, 0, 0.0)
    assert -MAX_LOG_ODDS <= judge.log_odds([answer])[0] < 0 < judge.log_odds([surest])[0] <= MAX_LOG_ODDS
    assert judge.log_odds([]).shape == (0,)


def test_it_is_an_estimator_like_any_other(judge: CopyJudge) -> None:
    assert clone(CopyJudge(C=0.5)).C == 0.5
    again = pickle.loads(pickle.dumps(judge))
    assert again.log_odds([PLAIN]).tolist() == judge.log_odds([PLAIN]).tolist()
    with pytest.raises(ValueError, match="class"):
        CopyJudge().fit([PLAIN, PLAIN], [1, 1])


def test_pairs_are_the_same_in_every_process() -> None:
    script = (
        "from classifier.copies import training_pairs; from classifier.dataset import written_posts\n"
        "rows, labels = training_pairs([post.text for post in written_posts()][:120], seed=4)\n"
        "print(rows.tolist(), labels.tolist())"
    )
    one, other = (
        subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=PIPE)
        for seed in ("1", "2")
    )
    printed, again = one.communicate()[0], other.communicate()[0]
    assert printed == again != b""


@pytest.mark.parametrize("texts", [[], ["too short"] * 50, [" " * 100] * 9, [ORIGINAL] * 20])
def test_posts_that_make_no_pairs_are_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="too few"):
        training_pairs(texts, seed=0)
