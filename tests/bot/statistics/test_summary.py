"""Statistics that tell the truth: worked out by hand here, with few figures."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from scipy.stats import binom

from bot.statistics.chart import chart
from bot.statistics.csv_file import safe_cell, to_csv
from bot.statistics.shares import Share
from bot.statistics.summary import Summary, Week, monday, summarise
from bot.store.records import AuditEntry, Moderator, Report, Sample, Silence, Verb
from bot.store.statistics import Case
from classifier.labels import Label

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
ANN, BOB = Moderator("1", "Ann"), Moderator("2", "=Bob()")
TROLLING = (Label.TROLLING,)
Step = tuple[Verb, Moderator, float]


def case(number: int, *steps: Step, labels: Sequence[Label] = TROLLING, day: float = 0, **fields: object) -> Case:
    """A flag raised `day` days after Monday, with steps so many hours later."""
    at = MONDAY + timedelta(days=day)
    entries = tuple(
        AuditEntry(number, verb, by, tuple(labels) if verb is Verb.CONFIRM else (), at + timedelta(hours=hours))
        for verb, by, hours in steps
    )
    plain = {"source": "discord", "place": "5", "place_name": "#general", "revision": str(number), "report": None}
    return Case(flag_id=number, labels=tuple(labels), created_at=at, steps=entries, **{**plain, **fields})  # type: ignore[arg-type]


def summary(*cases: Case, audits: Sequence[Sample] = ()) -> Summary:
    return summarise(cases, audits, MONDAY, MONDAY + timedelta(days=14))


def yes(by: Moderator = ANN, hours: float = 1) -> Step:
    return (Verb.CONFIRM, by, hours)


def no(by: Moderator = ANN, hours: float = 1) -> Step:
    return (Verb.DISMISS, by, hours)


def test_a_share_of_too_few_is_not_told() -> None:
    assert Share(0, 9).estimate() is None
    found = Share(0, 10).estimate()
    assert found is not None
    assert found.value == 0
    assert found.interval == pytest.approx((0, 0.217), abs=0.001), "none of ten is not never"
    assert Share(1, 50).interval() == pytest.approx((0.002, 0.090), abs=0.001)


@pytest.mark.parametrize("true", [0.02, 0.1, 0.5, 0.9])
def test_the_interval_holds_the_true_share_as_often_as_it_says(true: float) -> None:
    covered = [low <= true <= high for low, high in (Share(count, 100).interval() for count in range(101))]
    probability = sum(binom.pmf(count, 100, true) for count, inside in enumerate(covered) if inside)
    assert 0.92 < probability < 0.99


def test_precision_counts_what_stands_for_each_label_flagged() -> None:
    both = (Label.TROLLING, Label.PERSONAL_ATTACK)
    found = summary(
        case(1, yes()),
        case(2, no(), (Verb.UNDO, ANN, 2), yes(hours=3)),
        case(3, yes(), (Verb.UNDO, ANN, 2)),
        case(4, no(), labels=both, place="6", place_name="#art", day=7),
        case(5, yes(BOB), report=Report(BOB, dict.fromkeys(Label, Silence.BELOW_THRESHOLD), {})),
        case(6, yes(), day=15),
        case(7, no(BOB), report=Report(BOB, dict.fromkeys(Label, Silence.NOT_WATCHED), {})),
        case(8, report=Report(BOB, dict.fromkeys(Label, Silence.NOT_WATCHED), {})),
    )
    assert found.flags == 4, "a person's flag is no word of the model's, and the last one is not in these two weeks"
    assert found.precision[Label.TROLLING] == Share(2, 3)
    assert found.precision[Label.PERSONAL_ATTACK] == Share(0, 1)
    assert [(place, precision[Label.TROLLING]) for place, precision in found.places.items()] == [
        ("#general", Share(2, 2)),
        ("#art", Share(0, 1)),
    ]
    assert [(week.start, week.confirmed, week.dismissed, week.open) for week in found.weeks] == [
        (MONDAY, 2, 0, 1),
        (MONDAY + timedelta(days=7), 0, 1, 0),
    ]
    assert [(one.name, one.confirmed, one.dismissed) for one in found.deciders] == [("Ann", 2, 1), (BOB.name, 1, 1)]
    assert (found.reported.flags, found.reported.confirmed) == (3, Share(1, 2))
    assert found.reported.silence == {Silence.BELOW_THRESHOLD: 1}


def test_flags_that_wait_count_as_long_as_they_have_waited() -> None:
    quick = [case(number, yes(hours=number)) for number in range(1, 11)]
    assert summary(*quick).waiting.median == timedelta(hours=5)
    assert summary(*quick).waiting.most == timedelta(hours=9)
    waiting = summary(*quick, *(case(number) for number in range(20, 32))).waiting
    assert (waiting.decided, waiting.open, waiting.median, waiting.most) == (10, 12, None, None)
    assert summary(*quick[1:]).waiting.median is None, "nine are not enough"


def test_agreement_is_about_two_moderators_and_the_same_words() -> None:
    assert summary(
        case(1, yes(ANN), revision="a"),
        case(2, yes(BOB, 2), revision="a"),
        case(3, no(ANN), (Verb.UNDO, ANN, 2), yes(BOB, 3)),
        case(4, yes(ANN), (Verb.UNDO, ANN, 2), no(ANN, 3)),
    ).agreement == Share(1, 2)


def test_audits_tell_what_is_missed() -> None:
    missed = {Label.TROLLING: 1, Label.PERSONAL_ATTACK: 0, Label.COPY_PASTE: 0}
    audit = Sample(
        id=1, moderator=ANN, guild=1, since=MONDAY, until=MONDAY, population=900, size=50, drawn_at=MONDAY, judged=48,
        passed_over=1, left=1, missed=missed, missed_any=1,
    )  # fmt: skip
    found = summary(audits=[audit, audit]).missed
    assert (found.audits, found.any, found.by_label[Label.TROLLING]) == (2, Share(2, 96), Share(2, 96))


def test_the_table_holds_no_formula_and_no_share_of_too_few() -> None:
    found = summary(
        *(case(number, no(BOB), place="9", place_name="@SUM(A1)") for number in range(10)), case(11, yes(), day=8)
    )
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    names = {row["moderator"] for row in rows} | {row["place"] for row in rows}
    assert {"'=Bob()", "'@SUM(A1)", "Ann"} < names
    shares = {row["week"]: row for row in rows if row["figure"] == "precision" and row["label"] == "trolling"}
    assert (shares["2026-06-01"]["share"], shares["2026-06-01"]["of"]) == ("0.0", "10")
    assert (shares["2026-06-08"]["share"], shares["2026-06-08"]["of"]) == ("", "1")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_run_becomes_text(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell(f"a{cell}") == f"a{cell}"


def test_the_chart_shows_each_kind_as_high_as_it_is_often() -> None:
    names = {"confirmed": "Confirmed", "dismissed": "Not a problem", "open": "Undecided"}
    weeks = [Week(MONDAY, 10, 5, 0, {}), Week(MONDAY + timedelta(days=7), 0, 0, 0, {})]
    image = Image.open(io.BytesIO(chart(weeks, names)))
    legend = 70
    heights = {
        colour: max(
            sum(image.getpixel((x, y)) == colour for y in range(legend, image.height)) for x in range(image.width)
        )
        for colour in ((0xC8, 0x50, 0x4B), (0x57, 0xA7, 0x73), (0xE8, 0xA3, 0x3D))
    }
    confirmed, dismissed, undecided = heights.values()
    assert confirmed == pytest.approx(2 * dismissed, abs=3)
    assert dismissed > 50
    assert undecided == 0
    assert chart([], names), "a week without flags has a chart as well"


def test_weeks_begin_on_mondays() -> None:
    assert monday(MONDAY) == monday(MONDAY + timedelta(days=6, hours=23)) == MONDAY
    assert monday(MONDAY - timedelta(seconds=1)) == MONDAY - timedelta(days=7)
