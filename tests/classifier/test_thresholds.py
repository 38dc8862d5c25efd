import pytest

from classifier.labels import Label
from classifier.post import Post
from classifier.thresholds import DEFAULT_THRESHOLDS, Thresholds

THRESHOLDS = Thresholds(
    default={Label.TROLLING: 0.6, Label.PERSONAL_ATTACK: 0.4, Label.COPY_PASTE: 0.5},
    places={"banter": {Label.PERSONAL_ATTACK: 0.9}},
    sources={"meadow": {Label.PERSONAL_ATTACK: 0.8, Label.TROLLING: 0.8}},
)


def passed(place: str | None, source: str = "test", **probabilities: float) -> tuple[Label, ...]:
    post = Post(source=source, id="1", text="…", place=place)
    return THRESHOLDS.passed(post, {label: probabilities.get(label, 0.0) for label in Label})


def test_a_probability_passes_from_its_threshold_on() -> None:
    assert passed(None, trolling=0.6) == (Label.TROLLING,)
    assert passed(None, trolling=0.5999) == ()


def test_a_place_overrides_only_what_it_names() -> None:
    everything = {"trolling": 0.7, "personal_attack": 0.7, "copy_paste": 0.7}

    assert passed("help", **everything) == tuple(Label)
    assert passed("banter", **everything) == (Label.TROLLING, Label.COPY_PASTE)


def test_a_source_overrides_the_default_and_a_place_its_source() -> None:
    everything = {"trolling": 0.7, "personal_attack": 0.85, "copy_paste": 0.7}

    assert passed("help", "meadow", **everything) == (Label.PERSONAL_ATTACK, Label.COPY_PASTE)
    assert passed("banter", "meadow", **everything) == (Label.COPY_PASTE,)


def test_out_of_range_and_missing_thresholds_are_refused() -> None:
    with pytest.raises(ValueError, match="copy_paste has to be above 0 and at most 1, not 0"):
        Thresholds(default={**DEFAULT_THRESHOLDS, Label.COPY_PASTE: 0})
    with pytest.raises(ValueError, match="trolling has to be above 0"):
        Thresholds(places={"help": {Label.TROLLING: 1.1}})
    with pytest.raises(ValueError, match="trolling has to be above 0"):
        Thresholds(sources={"meadow": {Label.TROLLING: -0.1}})
    with pytest.raises(ValueError, match="no default threshold for personal_attack, copy_paste"):
        Thresholds(default={Label.TROLLING: 0.5})
