import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.copies.fingerprints import GRAM, MAX_CHARACTERS, WINDOW, fingerprint, fingerprint_many

TEXT = "The ferry to the island leaves at noon, and the last one back is at a quarter past six."


def test_layout_case_and_punctuation_leave_the_fingerprints_alone() -> None:
    other = "- **THE FERRY** to the island\n- leaves at noon;\n\n- and the last one back... is at a quarter past six!!!"
    assert set(fingerprint(other).hashes) == set(fingerprint(TEXT).hashes)


def test_every_letter_points_at_its_place_in_the_text() -> None:
    text = "  Wait -- what?! No tickets… left? "
    prints = fingerprint(text)
    letters = "".join(text[start:end][0] for start, end in zip(prints.starts, prints.ends, strict=True))
    assert letters.casefold() == "waitwhatnoticketsleft"


@pytest.mark.parametrize("noise", ["", "Nobody told me, though. ", "1, 2, 3! "])
def test_a_shared_run_of_seventeen_letters_shares_a_fingerprint(noise: str) -> None:
    run = "lanternsandmoths!"[: GRAM + WINDOW - 1] + "x"
    assert set(fingerprint(noise + run + " quite").hashes) & set(fingerprint("so " + run + noise).hashes)


def test_short_texts_have_none() -> None:
    assert len(fingerprint("").hashes) == len(fingerprint("thanks!").hashes) == 0


def test_a_huge_post_is_known_by_its_beginning() -> None:
    assert len(fingerprint("word " * MAX_CHARACTERS).letters) == MAX_CHARACTERS * 4 // 5


def test_other_processes_find_the_same_fingerprints() -> None:
    script = f"from classifier.copies.fingerprints import fingerprint; print(*fingerprint({TEXT!r}).hashes)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert list(map(int, done.stdout.split())) == fingerprint(TEXT).hashes.tolist()


@given(st.text())
def test_any_text_has_well_formed_fingerprints(text: str) -> None:
    prints = fingerprint(text)
    assert len(prints.letters) == len(prints.starts) == len(prints.ends)
    assert np.all(prints.starts < prints.ends)
    assert not len(prints.ends) or prints.ends.max() <= len(text)
    assert np.all(np.diff(prints.positions) > 0)
    assert not len(prints.positions) or prints.positions[-1] + GRAM <= len(prints.letters)


@given(st.lists(st.text() | st.sampled_from([TEXT, TEXT[:20], "a" * 40, "thanks!", "й" * 30]), max_size=6))
def test_many_texts_have_the_fingerprints_that_each_has_alone(texts: list[str]) -> None:
    prints = fingerprint_many(texts)
    alone = [np.unique(fingerprint(text).hashes).tolist() for text in texts]
    assert [prints.hashes[prints.texts == number].tolist() for number in range(len(texts))] == alone
    assert prints.counts.tolist() == [len(hashes) for hashes in alone]


def test_long_texts_among_many_change_nothing() -> None:
    texts = [TEXT * 700, TEXT, TEXT * 1200, "", TEXT[::-1]] * 2
    prints = fingerprint_many(texts)
    for number, text in enumerate(texts):
        assert prints.hashes[prints.texts == number].tolist() == np.unique(fingerprint(text).hashes).tolist()
