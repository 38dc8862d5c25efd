import pytest

from classifier.labels import Label
from classifier.targets import EVERYWHERE, Aim, Scope, Target, Wishes, parse_target
from classifier.thresholds import DEFAULT_THRESHOLDS, Thresholds

MODEST = Target(Aim.FLAGS, 20)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("precision >= 0.9", Target(Aim.PRECISION, 0.9)),
        (" Precision>=.9 ", Target(Aim.PRECISION, 0.9)),
        ("recall >= 80%", Target(Aim.RECALL, 0.8)),
        ("at most 20 flags a day", MODEST),
        ("At most  0.5 flags per day", Target(Aim.FLAGS, 0.5)),
    ],
)
def test_targets_are_read_and_written_as_people_write_them(text: str, target: Target) -> None:
    assert parse_target(text) == target
    assert parse_target(str(target)) == target


@pytest.mark.parametrize(
    "text", ["", "0.9", "precision > 0.9", "precision >= 1", "recall >= 0", "precision >= 90", "at most 0 flags a day"]
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"target"):
        parse_target(text)


def test_a_place_goes_before_its_source_and_targets_become_numbers() -> None:
    wishes = Wishes(
        {**DEFAULT_THRESHOLDS, Label.TROLLING: MODEST},
        places={"7": {Label.TROLLING: 0.8}},
        sources={"meadow": {Label.TROLLING: MODEST}},
    )

    assert wishes.has_targets()
    assert not Wishes().has_targets()
    assert list(wishes.of(Label.TROLLING)) == [EVERYWHERE, Scope(source="meadow"), Scope(place="7")]
    assert wishes.scope_of(Label.TROLLING, "meadow", "7") == Scope(place="7")
    assert wishes.scope_of(Label.TROLLING, "meadow", None) == Scope(source="meadow")
    assert wishes.scope_of(Label.TROLLING, "discord", "8") == EVERYWHERE
    assert wishes.scope_of(Label.COPY_PASTE, "meadow", "7") == EVERYWHERE

    numbers = wishes.numbers({(Label.TROLLING, EVERYWHERE): 0.6, (Label.TROLLING, Scope(source="meadow")): 0.7})

    assert numbers == Thresholds(
        {**DEFAULT_THRESHOLDS, Label.TROLLING: 0.6}, {"7": {Label.TROLLING: 0.8}}, {"meadow": {Label.TROLLING: 0.7}}
    )
