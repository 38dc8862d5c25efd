import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from classifier.copies import CopyIndex
from classifier.labels import DEFAULT_BASE_RATES, Label
from classifier.model import MAX_CHARACTERS, Model
from classifier.post import Post

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
STORY = (
    "The old harbour crane was lowered on Saturday, and half the village stood on the quay to see it go. It had lifted "
    "herring, coal and, once, a circus elephant. The council wants flats there; the sailing club wants a slipway; my "
    "father, who oiled its gears for thirty years, wanted only a photograph and a bolt to keep."
)


def post(id: str, text: str, author: str = "ann", minutes: int = 0) -> Post:
    return Post(source="test", id=id, text=text, author=author, created_at=START + timedelta(minutes=minutes))


def never(_post: Post, _label: Label, _probability: float) -> bool:
    return False


def always(_post: Post, _label: Label, _probability: float) -> bool:
    return True


def test_a_long_repeat_is_a_copy(model: Model) -> None:
    posts = [post("1", STORY), post("2", STORY, "cleo", 40), post("3", "What did the elephant weigh?", "ben", 60)]

    first, repeat, unlike = model.assess(posts, CopyIndex(), never)

    assert len(STORY) >= 300
    assert repeat.probabilities[Label.COPY_PASTE] > 0.9
    assert [copy.key.id for copy in repeat.copies] == ["1"]
    assert first.probabilities[Label.COPY_PASTE] == unlike.probabilities[Label.COPY_PASTE] == 0
    assert {assessment.model for assessment in (first, repeat, unlike)} == {model.version}


@pytest.mark.parametrize("padding", [" ", ". ", "\N{ZERO WIDTH SPACE}", "The boat leaves at nine on Sundays. "])
def test_an_insult_at_the_end_of_the_longest_post_of_a_forum_is_found(model: Model, padding: str) -> None:
    insult = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
    room = 32_767 - len(insult)
    padded = (padding * room)[:room] + insult
    [found] = model.assess([post("1", padded)], CopyIndex(), never)
    assert found.probabilities[Label.PERSONAL_ATTACK] > 0.9


WELCOME = "Welcome to the forum! Please read the rules and introduce yourself in the lounge before you post elsewhere."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Thanks for taking the time to reply, I really appreciate it.",) * 2,
        (
            f"{WELCOME} Nice to have one more keeper of bees on board.",
            f"{WELCOME} Which lathe is it? Mine is the small one from the eighties. The belt kept slipping, so I made "
            "a wooden guard for it one winter, and now it only slips on Sundays, when the neighbours want peace. If "
            "yours has the long bed, ask Piet about the steady rest; he sold me his, and it has never rattled since.",
        ),
    ],
)
def test_a_stock_phrase_is_no_copy(model: Model, first: str, second: str) -> None:
    posts = [post("1", first), post("2", second, "cleo", 40)]

    assert model.assess(posts, CopyIndex(), never)[1].probabilities[Label.COPY_PASTE] < 0.3


def test_probabilities_move_with_the_base_rates(model: Model) -> None:
    posts = [
        post("1", STORY),
        post("2", "You absolute clown, go back to school.", "ben"),
        post("3", STORY[:200], "ben"),
    ]
    rates = {Label.PERSONAL_ATTACK: 0.3, Label.COPY_PASTE: 0.1}

    def log_odds(judge: Model, label: Label) -> list[float]:
        chances = [found.probabilities[label] for found in judge.assess(posts, CopyIndex(), never)]
        return [math.log(chance / (1 - chance)) for chance in chances if chance]

    elsewhere = model.at_base_rates(rates)

    assert elsewhere.base_rates == {**DEFAULT_BASE_RATES, **rates}
    assert log_odds(elsewhere, Label.TROLLING) == log_odds(model, Label.TROLLING)
    for label, shift in ((Label.PERSONAL_ATTACK, 3 / 7 * 97 / 3), (Label.COPY_PASTE, 1 / 9 * 99)):
        before, after = log_odds(model, label), log_odds(elsewhere, label)
        assert after == pytest.approx([odds + math.log(shift) for odds in before])


def test_the_worst_post_comes_out_on_top(model: Model) -> None:
    texts = ["You are a pathetic liar and an idiot.", "Thanks, that fixed it for me!", STORY]

    attack, thanks, story = model.assess([post(str(at), text) for at, text in enumerate(texts)], CopyIndex(), never)

    rest = max(thanks.probabilities[Label.PERSONAL_ATTACK], story.probabilities[Label.PERSONAL_ATTACK])
    assert attack.probabilities[Label.PERSONAL_ATTACK] > 2 * rest


def test_only_what_is_asked_for_is_explained(model: Model) -> None:
    insult = "Thanks for the tip about the gasket. You are a pathetic idiot."
    posts = [post("1", STORY), post("2", insult, "ben"), post("3", f"Look:\n{STORY}", "cleo")]
    asked: list[tuple[str, Label, float]] = []

    def explain(of: Post, label: Label, probability: float) -> bool:
        asked.append((of.id, label, probability))
        return (of.id, label) in {("2", Label.PERSONAL_ATTACK), ("3", Label.COPY_PASTE), ("1", Label.COPY_PASTE)}

    story, attack, copy = model.assess(posts, CopyIndex(), explain)

    assert sorted(asked) == sorted(
        (of.id, label, found.probabilities[label])
        for of, found in zip(posts, (story, attack, copy), strict=True)
        for label in Label
    )
    assert list(attack.spans) == [Label.PERSONAL_ATTACK]
    heaviest, *_ = attack.spans[Label.PERSONAL_ATTACK]
    assert heaviest.start >= insult.index("You")
    assert story.spans == {Label.COPY_PASTE: ()}
    (shared,) = copy.spans[Label.COPY_PASTE]
    assert (shared.start, shared.end) == (len("Look:\n"), len(posts[2].text) - 1)  # the full stop is no letter
    assert copy.copies[0].spans == (shared,)


def test_the_likeliest_copy_comes_first(model: Model) -> None:
    posts = [post("1", STORY[:90], "ben"), post("2", STORY, "ben", 1), post("3", STORY, "cleo", 2)]

    assert [copy.key.id for copy in model.assess(posts, CopyIndex(), never)[2].copies] == ["2", "1"]


def test_the_index_learns_from_every_batch_and_an_edit_is_no_copy(model: Model) -> None:
    index = CopyIndex()
    original = post("1", STORY)

    model.assess([original], index, never)
    edited, copy = model.assess(
        [replace(original, text=STORY + " EDIT: typo"), post("2", STORY, "ben", 5)], index, never
    )

    assert edited.copies == ()
    assert [found.text for found in copy.copies] == [STORY + " EDIT: typo"]
    assert model.assess([], index, always) == []
    assert len(index) == 2


def test_a_very_long_post_is_judged_by_its_beginning(model: Model) -> None:
    endless = "The tide tables for the estuary are on the club's notice board. " * 1600
    posts = [post("1", endless), post("2", endless[:MAX_CHARACTERS]), post("3", "")]

    long, cut, empty = model.assess(posts, CopyIndex(), always)

    assert len(endless) > 100_000
    for label in (Label.TROLLING, Label.PERSONAL_ATTACK):
        assert long.probabilities[label] == pytest.approx(cut.probabilities[label])
        assert all(span.end <= MAX_CHARACTERS for span in long.spans[label])
    assert all(0 <= probability <= 1 for probability in empty.probabilities.values())
