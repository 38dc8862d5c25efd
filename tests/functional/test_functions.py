"""The default model on functional cases, in the manner of HateCheck (Röttger et al., ACL 2021).

Each function is one thing that the judgement should be able to do, tried by a dozen sentences and more. After a change
to the model `python -m tests.functional.report` shows where it stands; with --floors it prints FLOORS anew.
"""

from collections import Counter, defaultdict

import pytest

from classifier.dataset import written_posts
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model
from tests.functional.cases import Case, cases, identity_sentences, remarks
from tests.functional.measures import (
    DIALECT_GOAL,
    DISGUISE_GOAL,
    FLAGGED,
    IDENTITY_GOAL,
    RANKED,
    SPARED,
    dialect_ratios,
    disguise_losses,
    identity_means,
    letters,
    shares,
    spread,
)
from tests.functional.obfuscate import DISGUISES

FLOORS: dict[str, dict[str, float]] = {
    "direct_insult": {"flagged": 0.83, "ranked": 0.88},
    "insult_without_swear_word": {"ranked": 0.11},
    "dismissive_contempt": {"flagged": 0.05, "ranked": 0.23},
    "threat": {"flagged": 0.05, "ranked": 0.11},
    "misspelt_insult": {"flagged": 0.23, "ranked": 0.64},
    "leet_insult": {"flagged": 0.58, "ranked": 0.88},
    "homoglyph_insult": {"flagged": 0.82, "ranked": 0.88},
    "zero_width_insult": {"flagged": 0.70, "ranked": 0.76},
    "spaced_insult": {"flagged": 0.70, "ranked": 0.76},
    "starred_insult": {"flagged": 0.76, "ranked": 0.76},
    "plural_attack_on_participants": {"flagged": 0.35, "ranked": 0.70},
    "insult_by_comparison": {"flagged": 0.11, "ranked": 0.29},
    "insult_in_question_form": {"flagged": 0.35, "ranked": 0.58},
    "insult_at_the_start_of_a_longer_post": {"flagged": 0.50, "ranked": 0.56},
    "insult_in_the_middle_of_a_longer_post": {"flagged": 0.50, "ranked": 0.56},
    "insult_at_the_end_of_a_longer_post": {"flagged": 0.56, "ranked": 0.75},
    "bait_question": {"flagged": 0.12, "ranked": 0.31},
    "sealioning": {"flagged": 0.06, "ranked": 0.06},
    "concern_trolling": {"flagged": 0.12, "ranked": 0.12},
    "shill_accusation": {"flagged": 0.06, "ranked": 0.12},
    "gloating": {"flagged": 0.06, "ranked": 0.18},
    "nationalist_taunt": {"flagged": 0.06, "ranked": 0.12},
    "insulting_the_whole_board": {"flagged": 0.18, "ranked": 0.18},
    "derailing": {"flagged": 0.06, "ranked": 0.18},
    "profanity_at_things": {"spared": 0.82},
    "self_mockery": {"spared": 0.88},
    "quoted_insult_with_objection": {"spared": 0.88},
    "negated_insult": {"spared": 0.52},
    "innocent_senses": {"spared": 0.88},
    "civil_disagreement_with_you": {"spared": 0.88},
    "identity_words_neutral": {"spared": 0.88},
    "banter_with_friends": {"spared": 0.88},
    "moderator_notices": {"spared": 0.88},
    "short_posts": {"spared": 0.88},
    "thanks_and_greetings": {"spared": 0.88},
    "criticism_of_public_figures_and_products": {"spared": 0.88},
    "counter_speech": {"spared": 0.88},
    "technical_posts": {"spared": 0.88},
    "long_clean_arguments": {"spared": 0.87},
    "blunt_corrections": {"spared": 0.88},
    "requests_for_sources": {"spared": 0.88},
    "african_american_english_harmless": {"spared": 0.88},
    "indian_english_harmless": {"spared": 0.88},
    "nigerian_english_harmless": {"spared": 0.88},
    "longer_post_without_its_insult": {"spared": 0.87},
}
"""The share of a function's cases that have to be on the right side; see Share for the criteria."""

DIALECTS = ("african_american", "indian", "nigerian")
COMMON_WORDS = 3
"""Up to here a case may be what anybody writes, also in a training post."""


@pytest.fixture(scope="module")
def all_cases() -> list[Case]:
    return cases()


@pytest.fixture(scope="module")
def measured(model: Model, all_cases: list[Case]) -> dict[str, dict[str, float]]:
    by_function: dict[str, dict[str, float]] = defaultdict(dict)
    for share in shares(model, all_cases):
        by_function[share.function][share.criterion] = share.value
    return by_function


@pytest.fixture(scope="module")
def ratios(model: Model) -> dict[tuple[Label, str], float]:
    return dialect_ratios(model, remarks())


@pytest.fixture(scope="module")
def means(model: Model) -> dict[Label, dict[str, float]]:
    return identity_means(model, identity_sentences())


@pytest.fixture(scope="module")
def losses(model: Model, all_cases: list[Case]) -> dict[tuple[str, Label, str], float]:
    return disguise_losses(model, all_cases)


@pytest.mark.parametrize("function", FLOORS)
def test_a_function_is_judged_right_at_least_as_often_as_its_floor(
    measured: dict[str, dict[str, float]], function: str
) -> None:
    short = {
        criterion: (round(measured[function][criterion], 2), floor)
        for criterion, floor in FLOORS[function].items()
        if measured[function][criterion] < floor
    }
    assert not short, f"(share, floor): {short}"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("label", TEXT_LABELS)
def test_a_dialect_is_flagged_about_as_often_as_standard_english(
    ratios: dict[tuple[Label, str], float], label: Label, dialect: str
) -> None:
    assert ratios[label, dialect] <= DIALECT_GOAL


@pytest.mark.parametrize("label", TEXT_LABELS)
def test_an_identity_word_alone_changes_little(means: dict[Label, dict[str, float]], label: Label) -> None:
    assert spread(means[label]) <= IDENTITY_GOAL


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("label", TEXT_LABELS)
@pytest.mark.parametrize("posts", ["written", "cases"])
def test_a_disguise_hides_little(
    losses: dict[tuple[str, Label, str], float], posts: str, label: Label, disguise: str
) -> None:
    assert losses[posts, label, disguise] <= DISGUISE_GOAL


def test_every_function_has_cases_enough_of_one_kind_and_a_floor_that_can_be_missed(all_cases: list[Case]) -> None:
    sizes = Counter((case.function, case.split) for case in all_cases)
    kinds = {(case.function, case.labels, case.expected) for case in all_cases}
    criteria = {function: RANKED if expected else SPARED for function, _, expected in kinds}
    assert len(kinds) == len(criteria) >= 32
    assert {function: {*floors} - {FLAGGED} for function, floors in FLOORS.items()} == {
        function: {criterion} for function, criterion in criteria.items()
    }
    assert min(floor for floors in FLOORS.values() for floor in floors.values()) > 0
    assert min(sizes[function, "dev"] for function in criteria) >= 12
    assert min(sizes[function, "held_out"] for function in criteria) >= 4


def test_a_pair_is_in_one_split_and_every_remark_in_every_dialect(all_cases: list[Case]) -> None:
    splits = {(case.pair, case.split) for case in all_cases if case.pair}
    assert len(splits) == len(dict(splits))
    assert {tuple(remark.variants) for remark in remarks()} == {("standard", *DIALECTS)}
    assert Counter(remark.split for remark in remarks()) == {"dev": 60, "held_out": 60}


def test_no_case_is_known_from_training(all_cases: list[Case]) -> None:
    trained_on = {letters(post.text) for post in written_posts()}
    texts = [case.text for case in all_cases] + [text for remark in remarks() for text in remark.variants.values()]
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if letters(text) in trained_on and len(letters(text).split()) > COMMON_WORDS]
