import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifier.copies import MIN_SHARED_LETTERS, CopyIndex, Match
from classifier.copies.alignment import align, may_share
from classifier.copies.candidates import MAX_HOLDERS
from classifier.copies.fingerprints import fingerprint
from classifier.copy_rules import CopyRules
from classifier.post import Post, PostKey
from tests.classifier.copies.texts import GARDEN, KETTLE, TRAINS

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def post(text: str, id: str = "later", **fields: Any) -> Post:
    return Post(source="forum", id=id, text=text, **fields)


def only_match(earlier: str, later: str, **fields: Any) -> Match:
    index = CopyIndex()
    index.add(post(earlier, "earlier"))
    (match,) = index.find(post(later, **fields))
    return match


def marked(match: Match, later: str) -> list[str]:
    return [later[span.start : span.end] for span in match.copy.spans]


@pytest.mark.parametrize(
    "again",
    [
        GARDEN,
        GARDEN.upper(),
        GARDEN.replace(" ", "   "),
        GARDEN.replace(",", " ...").replace(".", "!!!"),
        GARDEN.replace("o", "о").replace("e", "е").replace("a", "а"),
        "\u200b".join(GARDEN),
        "\n".join(f"* {line}" for line in GARDEN.split(". ")),
    ],
    ids=["exact", "case", "spacing", "punctuation", "homoglyphs", "zero width", "layout"],
)
def test_a_disguised_copy_is_wholly_contained(again: str) -> None:
    features = only_match(GARDEN, again).features
    assert features.containment == features.earlier_containment == features.rare_containment == 1.0
    assert features.longest == 1.0
    assert features.shared == features.length


def test_a_copy_says_where_it_comes_from() -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "earlier", author="7", author_name="rosa", created_at=NOON, link="https://forum.test/7"))
    (match,) = index.find(post(GARDEN, author="8", created_at=NOON + timedelta(hours=3)))
    assert match.copy.key == PostKey("forum", "earlier")
    assert (match.copy.author, match.copy.author_name, match.copy.link) == ("7", "rosa", "https://forum.test/7")
    assert (match.copy.created_at, match.copy.text, match.copy.containment) == (NOON, GARDEN, 1.0)
    assert match.features.hours == 3.0


def test_a_copy_inside_a_longer_post_is_marked() -> None:
    later = f"{TRAINS} {GARDEN} {KETTLE}"
    match = only_match(GARDEN, later)
    assert marked(match, later) == [GARDEN[:-1]]
    assert match.features.earlier_containment == 1.0
    assert match.copy.containment == match.features.containment == pytest.approx(len(GARDEN) / len(later), abs=0.02)


def test_the_beginning_of_a_post_is_found() -> None:
    features = only_match(GARDEN, GARDEN[:110]).features
    assert features.containment == 1.0
    assert features.earlier_containment == pytest.approx(110 / len(GARDEN), abs=0.02)


def test_a_small_edit_does_not_break_the_span() -> None:
    later = GARDEN.replace("every single evening", "each and every evening")
    match = only_match(GARDEN, later)
    assert len(match.copy.spans) == 1
    assert match.features.longest == 1.0
    assert 0.85 < match.features.containment < 1.0


def test_moved_paragraphs_are_found_where_they_went() -> None:
    later, earlier = f"{KETTLE}\n\n{GARDEN}", f"{GARDEN}\n\n{KETTLE}"
    match = only_match(earlier, later)
    assert match.features.containment == 1.0
    assert marked(match, later) == [KETTLE[:-1], GARDEN[:-1]]


@pytest.mark.parametrize(
    "text", ["thanks!", "lol no", "+1", "welcome to the forum", "hahaha" * 30, "+1 " * 40, "", "?!"]
)
def test_what_everybody_says_is_never_a_copy(text: str) -> None:
    index = CopyIndex()
    index.add(post(text, "earlier"))
    assert index.find(post(text)) == []


def test_unrelated_posts_and_shared_phrases_do_not_match() -> None:
    phrase = "correct me if I am wrong, but as far as I know "
    index = CopyIndex()
    index.add(post(f"{TRAINS} {phrase}the bus is gone by then.", "earlier"))
    assert index.find(post(GARDEN)) == []
    assert index.find(post(f"{GARDEN} {phrase}lime does no harm to them at all.")) == []


def test_a_phrase_that_many_write_weighs_less_than_its_length() -> None:
    phrase = "please use the search function before you open yet another thread about it"
    index = CopyIndex()
    for number, own in enumerate([KETTLE, TRAINS, GARDEN] * 3):
        index.add(post(f"{own[number:]} {phrase}", str(number)))
    best = index.find(post(f"{phrase}, there are four pages on stoves"))[0]
    assert best.features.rare_containment < best.features.containment - 0.1
    assert best.features.earlier_copies == 9


def test_the_best_match_comes_first_and_of_equals_the_oldest() -> None:
    index = CopyIndex()
    index.add(post(GARDEN[:120], "part"))
    for number in range(4):
        index.add(post(GARDEN, f"whole {number}"))
    found = index.find(post(GARDEN))
    assert [match.copy.key.id for match in found] == ["whole 0", "whole 1", "whole 2", "whole 3", "part"]
    assert [match.copy.key.id for match in index.find(post(GARDEN), limit=1)] == ["whole 0"]


def test_a_flood_stays_a_copy() -> None:
    index = CopyIndex()
    for number in range(3 * MAX_HOLDERS):
        index.add(post(f"{GARDEN} {number}", str(number)))
    assert index.find(post(GARDEN))[0].features.containment == 1.0
    assert index.find(post(GARDEN))[0].features.earlier_copies == MAX_HOLDERS


def test_a_post_never_matches_its_own_revisions_nor_later_posts() -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "first"))
    index.add(post(GARDEN, "second"))
    assert index.find(post(GARDEN + " Edit: spelling.", "first")) == []
    assert [match.copy.key.id for match in index.find(post(GARDEN, "second"))] == ["first"]
    index.add(post(GARDEN + " Edit: spelling.", "first"))
    assert index.find(post(GARDEN, "first")) == []


def test_a_new_revision_replaces_the_old_one() -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "earlier"))
    index.add(post(TRAINS, "earlier"))
    assert len(index) == 1
    assert index.find(post(GARDEN)) == []
    assert index.find(post(TRAINS))[0].copy.text == TRAINS


def test_forgotten_posts_are_gone() -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "one"))
    index.add(post(GARDEN, "two"))
    index.forget(PostKey("forum", "one"))
    index.forget(PostKey("forum", "never there"))
    assert PostKey("forum", "one") not in index
    assert PostKey("forum", "two") in index
    assert [match.copy.key.id for match in index.find(post(GARDEN))] == ["two"]


def test_the_window_forgets_and_time_does_not_run_backwards() -> None:
    index = CopyIndex(window=timedelta(days=30))
    index.add(post(GARDEN, "earlier", created_at=NOON))
    index.add(post(TRAINS, "timeless"))
    assert index.find(post(GARDEN, created_at=NOON + timedelta(days=30)))
    assert not index.find(post(GARDEN, created_at=NOON + timedelta(days=31)))
    assert not index.find(post(GARDEN, created_at=NOON - timedelta(minutes=1)))
    assert index.find(post(GARDEN))
    index.prune(NOON + timedelta(days=30))
    assert len(index) == 2
    index.prune(NOON + timedelta(days=31))
    assert len(index) == 1
    assert index.find(post(TRAINS, created_at=NOON + timedelta(days=900)))


def test_without_a_window_nothing_is_too_old() -> None:
    index = CopyIndex(window=None)
    index.add(post(GARDEN, "earlier", created_at=NOON))
    index.prune(NOON + timedelta(days=9000))
    assert index.find(post(GARDEN, created_at=NOON + timedelta(days=9000)))


def test_author_and_thread_count_only_when_both_are_known_in_one_source() -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "earlier", author="7", thread="t"))
    same = index.find(post(GARDEN, author="7", thread="t"))[0].features
    unknown = index.find(post(GARDEN))[0].features
    elsewhere = index.find(Post(source="chat", id="x", text=GARDEN, author="7", thread="t"))[0].features
    assert (same.same_author, same.same_thread) == (True, True)
    assert (
        (unknown.same_author, unknown.same_thread) == (elsewhere.same_author, elsewhere.same_thread) == (False, False)
    )


def test_an_answer_stands_around_words_of_the_same_thread() -> None:
    index = CopyIndex(rules=CopyRules(free_repeats=0))
    index.add(post(GARDEN, "earlier", author="7", thread="t"))

    def answered(text: str, thread: str = "t", author: str = "8", reply_to: str | None = None) -> bool:
        found = index.find(post(text, author=author, thread=thread, reply_to=reply_to))
        return found[0].features.answered

    half = len(GARDEN) // 2
    first = GARDEN.split(".")[0]
    assert answered(f"{GARDEN}\n{KETTLE}")
    assert answered(f"{GARDEN} No, never.")
    assert answered(f"{GARDEN[:half]} {KETTLE} {GARDEN[half:]}")
    assert answered(f"{GARDEN} {first}!"), "what is said a second time is the answer's"
    assert answered(f"{KETTLE}\n{GARDEN}"), "an answer may stand above"
    assert answered(f"{GARDEN} Nope", reply_to="earlier")
    assert not answered(f"{GARDEN} Nope")
    assert not answered(f"{GARDEN}\n{KETTLE}", thread="u")
    assert not answered(GARDEN, reply_to="earlier")
    assert not answered(f"{KETTLE}\n{GARDEN}", author="7"), "one's own words with a new beginning"
    assert not answered(GARDEN.rsplit(" ", 1)[0] + " instead")
    instead_of = "A neighbour says it is the lime"
    assert not answered(GARDEN.replace(instead_of, "My mother says it is the salt"))
    assert answered(GARDEN.replace(instead_of, "I had the same last year, so it cannot be the water."))


@pytest.mark.parametrize("before", ["Originally posted by Robin\n", "Robin wrote:\n\n", 'As you said over there, "'])
def test_words_that_are_said_to_be_somebody_elses_are_a_quotation_anywhere(before: str) -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "earlier", author="7", thread="t"))
    quoted = [
        index.find(post(text, author="8", thread="u"))[0].features.answered
        for text in (f"{KETTLE} {before}{GARDEN}", f"{before}{KETTLE} {GARDEN}")
    ]
    assert quoted == [True, False]


def test_a_slip_may_be_corrected_once_soon_after_in_the_same_thread() -> None:
    def found(text: str, at: timedelta = timedelta(minutes=9), thread: str = "t", corrected: int = 0) -> list[str]:
        index = CopyIndex()
        for serial in range(corrected + 1):
            earlier = post(f"{GARDEN} {'again ' * serial}", str(serial), author="7", thread="t", created_at=NOON)
            index.add(earlier)
        later = post(text, author="7", thread=thread, created_at=NOON + at)
        return sorted(match.copy.key.id for match in index.find(later))

    better = GARDEN.replace("eggshells", "egg shells and lime")
    assert found(better) == []
    assert found(GARDEN) == ["0"], "nothing is corrected in it"
    assert found(better, at=timedelta(hours=2)) == ["0"]
    assert found(better, thread="u") == ["0"]
    assert found(better, corrected=1) == ["0", "1"], "one repeat is free"


def test_a_member_may_insist_once_in_a_thread() -> None:
    index = CopyIndex()
    index.add(post(GARDEN, "earlier", author="7", thread="t"))
    again = post(f"You have not answered me, so once more. {GARDEN}", "again", author="7", thread="t")
    assert index.find(again) == []
    assert index.find(replace(again, thread="u"))
    assert index.find(replace(again, text=f"Once more. {GARDEN}"))
    index.add(again)
    assert index.find(post(f"Why does nobody say anything to this at all? {GARDEN}", author="7", thread="t"))


pieces = st.lists(
    st.sampled_from([GARDEN, TRAINS, KETTLE, "ha" * 9, "\u200b", "ﷺ", "é", "İ", " "]) | st.text(max_size=40)
)


@given(pieces.map("".join), pieces.map("".join))
def test_what_cannot_match_is_known_from_the_fingerprints(later: str, earlier: str) -> None:
    one, other = fingerprint(later), fingerprint(earlier)
    shared = align(one, other).shared
    assert shared == 0 or may_share(shared, one, set(other.hashes.tolist()))
    assert not may_share(len(one.letters) + 1, one, set(other.hashes.tolist()))


@given(pieces.map("".join), pieces.map("".join))
@example(f"{GARDEN}¼00001000000{TRAINS}1", f"{TRAINS}¼00001000000")
def test_any_two_posts_are_compared_within_bounds(earlier: str, later: str) -> None:
    index = CopyIndex()
    index.add(post(earlier, "earlier"))
    for match in index.find(post(later)):
        shares = match.features[:4] + match.features[6:7]
        assert all(0.0 <= share <= 1.0 for share in shares)
        assert MIN_SHARED_LETTERS <= match.features.shared <= match.features.length
        assert all(0 <= span.start < span.end <= len(later) and 0 < span.weight <= 1 for span in match.copy.spans)
        ends = [0, *(span.end for span in match.copy.spans)]
        assert all(end <= span.start for end, span in zip(ends, match.copy.spans, strict=False))


words = st.text("abcdefghijklmnoprstuvwy", min_size=2, max_size=9)


@given(st.lists(words, min_size=14, unique=True), st.randoms(use_true_random=False))
@example(GARDEN.split(), random.Random(0))
def test_an_exact_copy_matches_whatever_its_case_and_spacing(text: list[str], rng: random.Random) -> None:
    index = CopyIndex()
    index.add(post(" ".join(text), "earlier"))
    again = "".join(rng.choice([word, word.upper(), word.title()]) + rng.choice([" ", "  ", "\n"]) for word in text)
    if sum(map(len, text)) >= MIN_SHARED_LETTERS + 10:
        assert index.find(post(again))[0].features.containment >= 0.99


SIGNATURE = (
    "--\nLife is what happens while you wait for the parts to arrive.\nKeeper of two patient dogs and a rusty van."
)


def test_a_signature_below_other_words_is_no_copy_of_its_author() -> None:
    index = CopyIndex()
    index.add(post(f"Thanks, that works.\n\n{SIGNATURE}", "earlier", author="7"))
    assert index.find(post(f"No idea how it works.\n\n{SIGNATURE} \n", author="7")) == []
    assert index.find(post(f"No idea how it works.\n\n{SIGNATURE}", author="8"))
    assert index.find(post(SIGNATURE, author="7"))
    assert index.find(post(f"Thanks, that works.\n\n{SIGNATURE}", author="7"))


def test_what_stands_above_a_signature_is_compared_alone() -> None:
    index = CopyIndex()
    index.add(post(f"{KETTLE}\n\n{GARDEN}\n\n{SIGNATURE}", "earlier", author="7"))
    later = f"{GARDEN}\n{TRAINS}\n\n{SIGNATURE}"
    (match,) = index.find(post(later, author="7"))
    assert marked(match, later) == [GARDEN[:-1]]


def test_a_long_text_below_another_first_line_is_no_signature() -> None:
    index = CopyIndex()
    index.add(post(f"Hello Ann!\n{GARDEN}\n{TRAINS}", "earlier", author="7"))
    (match,) = index.find(post(f"Good evening, Ben.\n{GARDEN}\n{TRAINS}", author="7"))
    assert match.features.containment > 0.9


def stream() -> list[Post]:
    """Copies, edits, revisions in the middle of it, and posts that nothing is like."""
    rng = random.Random(5)
    texts = [GARDEN, TRAINS, KETTLE, f"{TRAINS} {GARDEN}", GARDEN[:120], "thanks!"]
    return [
        post(
            f"{rng.choice(texts)} {rng.choice(texts)[:60]}",
            f"{rng.randint(0, 30)}",
            author=f"{rng.randint(0, 3)}",
            thread=f"{rng.randint(0, 3)}",
            created_at=rng.choice([None, NOON + timedelta(days=rng.randint(0, 60))]),
        )
        for _ in range(60)
    ]


@pytest.mark.parametrize("batch", [1, 7, 60])
def test_many_at_once_find_what_each_finds_in_its_turn(batch: int) -> None:
    alone, together, posts = CopyIndex(), CopyIndex(), stream()
    expected = []
    for each in posts:
        expected.append(alone.find(each, limit=9))
        alone.add(each)
    found = [
        matches
        for start in range(0, len(posts), batch)
        for matches in together.find_and_add(posts[start : start + batch], limit=9)
    ]
    assert found == expected
    assert sum(map(len, found)) > 60
    assert together.find_many(posts) == [alone.find(each) for each in posts]


def test_of_two_revisions_in_one_batch_each_has_its_turn() -> None:
    index = CopyIndex()
    copy = post(GARDEN, "copy")
    found = index.find_and_add([post(GARDEN, "edited"), copy, post(TRAINS, "edited")])
    assert [[match.copy.key.id for match in matches] for matches in found] == [[], ["edited"], []]
    assert index.find(copy) == []
    assert index.find_and_add([]) == []


def test_what_is_forgotten_is_cleared_away_and_the_rest_is_found() -> None:
    index = CopyIndex()
    for number in range(3_000):
        index.add(post(f"{number} {GARDEN[number % 50 :]}", "edited over and over"))
    index.add(post(TRAINS, "last"))
    assert len(index) == 2
    assert len(index._records) < 3_000
    assert [match.copy.key.id for match in index.find(post(GARDEN))] == ["edited over and over"]
    assert [match.copy.key.id for match in index.find(post(TRAINS))] == ["last"]
