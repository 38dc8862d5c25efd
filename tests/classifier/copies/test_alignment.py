import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.copies.alignment import align
from classifier.copies.fingerprints import fingerprint

BAKER = "The baker closes at noon on Mondays, and nobody has ever told the tourists."
FERRY = "Of the two ferries only the slower one takes bicycles, whatever the leaflet promises!"


def paired(later: str, earlier: str) -> list[tuple[str, str]]:
    one, other = fingerprint(later), fingerprint(earlier)
    return [
        (
            later[one.starts[found.start] : one.ends[found.end - 1]],
            earlier[other.starts[found.earlier_start] : other.ends[found.earlier_end - 1]],
        )
        for found in align(one, other).stretches
    ]


def test_moved_paragraphs_are_paired_with_what_they_repeat() -> None:
    assert paired(f"{FERRY}\n\n{BAKER}", f"{BAKER}\n\n{FERRY}") == [(FERRY[:-1], FERRY[:-1]), (BAKER[:-1], BAKER[:-1])]


def test_a_small_edit_stands_in_the_midst_of_one_stretch() -> None:
    edited = BAKER.replace("Mondays", "Tuesdays")
    assert paired(f"So: {edited}", BAKER) == [(edited[:-1], BAKER[:-1])]


def test_a_text_that_repeats_itself_is_repeated_in_its_order() -> None:
    chorus = f"{BAKER} {FERRY} {BAKER} On Sundays nobody sails. {BAKER}"
    assert paired(chorus, chorus) == [(chorus[:-1], chorus[:-1])]
    edited = chorus.replace("Sundays", "Mondays")
    assert paired(edited, chorus) == [(edited[:-1], chorus[:-1])]


@pytest.mark.parametrize("earlier", ["", FERRY])
def test_other_words_share_nothing(earlier: str) -> None:
    assert align(fingerprint(BAKER), fingerprint(earlier)) == ((), 0, 0)


pieces = st.lists(st.sampled_from([BAKER, FERRY, "ha" * 9, "\u200b", "¼"]) | st.text(max_size=40)).map("".join)


@settings(deadline=None)
@given(pieces, pieces)
def test_stretches_begin_and_end_alike_in_both_texts(later: str, earlier: str) -> None:
    one, other = fingerprint(later), fingerprint(earlier)
    end = 0
    for found in align(one, other).stretches:
        assert end <= found.start < found.end
        assert one.letters[found.start] == other.letters[found.earlier_start]
        assert one.letters[found.end - 1] == other.letters[found.earlier_end - 1]
        end = found.end
