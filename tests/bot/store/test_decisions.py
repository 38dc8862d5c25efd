"""People decide, once: who comes second is told who was first, and the audit trail tells the whole story."""

import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.records import FLAGPOST, AuditEntry, Claim, Decision, Flag, FlagState, Moderator, Outcome, Verb
from bot.store.store import Store
from classifier.labels import Label

Raised = Callable[..., Flag]
LIFETIME = timedelta(minutes=10)
BOTH = [Label.TROLLING, Label.COPY_PASTE]


def test_a_claim_keeps_others_out_until_it_expires(
    store: Store, raised: Raised, ann: Moderator, bob: Moderator, noon: datetime
) -> None:
    flag = raised()
    outcome = store.claim(flag.id, ann, noon, LIFETIME)
    assert outcome.accepted
    assert (outcome.flag.state, outcome.flag.claim) == (FlagState.CLAIMED, Claim(ann, noon))

    refused = Outcome(False, outcome.flag)
    assert store.claim(flag.id, bob, noon + LIFETIME, LIFETIME) == refused
    assert store.confirm(flag.id, bob, BOTH, noon + LIFETIME, LIFETIME) == refused
    assert store.dismiss(flag.id, bob, noon + LIFETIME, LIFETIME) == refused
    assert store.undo(flag.id, bob, noon) == refused
    assert store.correct(flag.id, ann, BOTH, noon) == refused, "nothing is confirmed yet"

    expired = noon + LIFETIME + timedelta(microseconds=1)
    taken = store.claim(flag.id, bob, expired, LIFETIME)
    assert taken.accepted
    assert store.confirm(flag.id, ann, BOTH, expired, LIFETIME) == Outcome(False, taken.flag)
    assert store.dismiss(flag.id, bob, expired, LIFETIME).accepted


def test_confirm_correct_undo(store: Store, raised: Raised, ann: Moderator, bob: Moderator, noon: datetime) -> None:
    flag = raised()
    ann_renamed = Moderator(ann.id, "Ann the second")
    confirmed = store.confirm(flag.id, ann, BOTH, noon, LIFETIME)
    assert confirmed.accepted
    assert confirmed.flag.state is FlagState.CONFIRMED
    assert confirmed.flag.claim is None
    assert confirmed.flag.decision == Decision(flag.id, Verb.CONFIRM, ann, tuple(BOTH), noon)
    assert confirmed.flag.labels == (Label.TROLLING,), "what the model found stays on record"
    for refused in (
        store.confirm(flag.id, ann, [Label.TROLLING], noon, LIFETIME),
        store.dismiss(flag.id, ann, noon + 2 * LIFETIME, LIFETIME),
        store.claim(flag.id, bob, noon + 2 * LIFETIME, LIFETIME),
        store.correct(flag.id, bob, [Label.TROLLING], noon),
        store.undo(flag.id, bob, noon),
    ):
        assert refused == Outcome(False, confirmed.flag)

    corrected = store.correct(flag.id, ann_renamed, [Label.PERSONAL_ATTACK] * 2, noon + LIFETIME)
    assert corrected.accepted
    assert corrected.flag.state is FlagState.CONFIRMED
    assert corrected.flag.decision == Decision(
        flag.id, Verb.CORRECT, ann_renamed, (Label.PERSONAL_ATTACK,), noon + LIFETIME
    )
    undone = store.undo(flag.id, ann, noon + LIFETIME)
    assert undone.accepted
    assert (undone.flag.state, undone.flag.decision, undone.flag.claim) == (FlagState.OPEN, None, None)
    assert not store.correct(flag.id, ann, BOTH, noon + LIFETIME).accepted
    assert not store.undo(flag.id, ann, noon + LIFETIME).accepted
    assert [entry.verb for entry in store.audit_trail(flag.id)] == [Verb.CONFIRM, Verb.CORRECT, Verb.UNDO]


def test_to_confirm_is_to_name_a_label(store: Store, raised: Raised, ann: Moderator, noon: datetime) -> None:
    flag = raised()
    for labels in ([], ["rude"]):
        with pytest.raises(ValueError, match="abel"):
            store.confirm(flag.id, ann, labels, noon, LIFETIME)  # type: ignore[arg-type]
    store.confirm(flag.id, ann, BOTH, noon, LIFETIME)
    with pytest.raises(ValueError, match="abel"):
        store.correct(flag.id, ann, [], noon)
    assert len(store.audit_trail(flag.id)) == 1


def test_an_unknown_flag(store: Store, ann: Moderator, noon: datetime) -> None:
    with pytest.raises(KeyError):
        store.claim(7, ann, noon, LIFETIME)
    with pytest.raises(KeyError):
        store.confirm(7, ann, BOTH, noon, LIFETIME)
    with pytest.raises(KeyError):
        store.dismiss(7, ann, noon, LIFETIME)
    with pytest.raises(KeyError):
        store.correct(7, ann, BOTH, noon)
    with pytest.raises(KeyError):
        store.undo(7, ann, noon)
    assert store.audit_trail(7) == []


@pytest.mark.parametrize("doors", [1, 2], ids=["one store", "a store each"])
def test_two_moderators_press_at_once(
    doors: int, url: str, store: Store, raised: Raised, ann: Moderator, bob: Moderator, noon: datetime
) -> None:
    """Fifty times over: one decision, one moderator told who was first."""
    other = store if doors == 1 else Store.open(url)
    together = Barrier(2)

    def confirm(id: int) -> Outcome:
        together.wait()
        return store.confirm(id, ann, BOTH, noon, LIFETIME)

    def dismiss(id: int) -> Outcome:
        together.wait()
        return other.dismiss(id, bob, noon, LIFETIME)

    with ThreadPoolExecutor(2) as threads:
        for round in range(50):
            id = raised(str(round)).id
            pressed = [threads.submit(confirm, id), threads.submit(dismiss, id)]
            outcomes = [press.result() for press in pressed]
            assert sum(outcome.accepted for outcome in outcomes) == 1
            (entry,) = store.audit_trail(id)
            assert [outcome.flag.decision for outcome in outcomes] == [entry, entry]
            assert entry.moderator == (ann if outcomes[0].accepted else bob)
    if other is not store:
        other.close()


PEOPLE = [Moderator("A", "A"), Moderator("B", "B"), Moderator("C", "C", lead=True)]
STAYS = (Verb.NOTE, Verb.DELETE, Verb.TIME_OUT, Verb.WARN)
PRESS = st.tuples(
    st.sampled_from(Verb),
    st.sampled_from(PEOPLE),
    st.sets(st.sampled_from(Label), min_size=1).map(sorted),
    st.integers(0, 12) | st.just(60 * 24 * 31),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(presses=st.lists(PRESS, max_size=14))
def test_the_state_is_what_the_audit_trail_tells(
    presses: list[tuple[Verb, Moderator, list[Label], int]], store: Store, raised: Raised, noon: datetime
) -> None:
    """Any presses of two moderators and a lead: the rules below say which are accepted, and those alone make the trail.

    So after each there is exactly one current decision, or none, and the whole story of how it came about.
    """
    id = uuid.uuid4().hex  # each example has a flag, and a text, of its own in the one store
    flag = raised(id, id)
    now, told = noon, list[AuditEntry]()
    for verb, who, labels, minutes in presses:
        now += timedelta(minutes=minutes)
        accepted, entry = allowed(told, verb, who, now), entry_of(flag.id, verb, who, labels, now)
        outcome = press(store, entry)
        assert outcome.accepted == accepted
        told += [entry] if accepted else []
        assert outcome.flag == store.flag(flag.id)
        assert standing(told) == (outcome.flag.state, outcome.flag.claim, outcome.flag.decision or outcome.flag.parked)
        assert store.audit_trail(flag.id) == told


def entry_of(flag_id: int, verb: Verb, who: Moderator, labels: list[Label], now: datetime) -> AuditEntry:
    """What the trail is to say of this press if it is accepted."""
    return AuditEntry(
        flag_id,
        verb,
        FLAGPOST if verb is Verb.LAPSE else who,
        tuple(labels) if verb in (Verb.CONFIRM, Verb.CORRECT) else (),
        now,
        note="words" if verb in STAYS else "",
        until=now + LIFETIME if verb is Verb.SNOOZE else None,
    )


def press(store: Store, entry: AuditEntry) -> Outcome:
    id, who, now = entry.flag_id, entry.moderator, entry.at
    match entry.verb:
        case Verb.CLAIM:
            return store.claim(id, who, now, LIFETIME)
        case Verb.CONFIRM:
            return store.confirm(id, who, entry.labels, now, LIFETIME)
        case Verb.DISMISS:
            return store.dismiss(id, who, now, LIFETIME)
        case Verb.EXEMPT:
            return store.exempt(id, who, now, LIFETIME)
        case Verb.CORRECT:
            return store.correct(id, who, entry.labels, now)
        case Verb.ESCALATE:
            return store.escalate(id, who, now, LIFETIME)
        case Verb.SNOOZE:
            assert entry.until
            return store.snooze(id, who, entry.until, now, LIFETIME)
        case Verb.UNDO:
            return store.undo(id, who, now)
        case Verb.LAPSE:
            lapsed = {flag.id for flag in store.lapse(now, LIFETIME)}
            flag = store.flag(id)
            assert flag
            return Outcome(id in lapsed, flag)
        case Verb.TAKE_OUT:
            return store.take_out(id, id, who, now, LIFETIME)
        case Verb.NOTE | Verb.DELETE | Verb.TIME_OUT | Verb.WARN:
            return store.remark(id, entry.verb, who, entry.note, now)


def allowed(told: list[AuditEntry], verb: Verb, who: Moderator, now: datetime) -> bool:
    state, claim, entry = standing(told)
    own = who.lead or who in [held.moderator for held in (claim, entry) if held]
    settled = state in (FlagState.CONFIRMED, FlagState.DISMISSED)
    in_time = not settled or (entry is not None and now <= entry.at + timedelta(days=30))
    expired = claim is not None and now > claim.at + LIFETIME
    match verb:
        case Verb.NOTE | Verb.DELETE | Verb.TIME_OUT | Verb.WARN:
            return True
        case Verb.TAKE_OUT:
            return False  # nothing joined the card
        case Verb.LAPSE:
            return expired or bool(entry and entry.until and now >= entry.until)
        case Verb.CORRECT:
            return state is FlagState.CONFIRMED and own and in_time
        case Verb.UNDO:
            return own and in_time and state is not FlagState.OPEN
        case Verb.CONFIRM | Verb.DISMISS | Verb.EXEMPT if state is FlagState.ESCALATED:
            return who.lead
        case _:
            free = claim is None or claim.moderator == who or expired
            return free and not settled and state is not FlagState.ESCALATED


def standing(told: list[AuditEntry]) -> tuple[FlagState, Claim | None, AuditEntry | None]:
    """The trail read from its beginning."""
    state: tuple[FlagState, Claim | None, AuditEntry | None] = (FlagState.OPEN, None, None)
    for entry in told:
        match entry.verb:
            case Verb.CLAIM:
                state = (FlagState.CLAIMED, Claim(entry.moderator, entry.at), None)
            case Verb.CONFIRM | Verb.CORRECT:
                state = (FlagState.CONFIRMED, None, entry)
            case Verb.DISMISS | Verb.EXEMPT:
                state = (FlagState.DISMISSED, None, entry)
            case Verb.ESCALATE:
                state = (FlagState.ESCALATED, None, entry)
            case Verb.SNOOZE:
                state = (FlagState.SNOOZED, None, entry)
            case Verb.UNDO | Verb.LAPSE:
                state = (FlagState.OPEN, None, None)
            case Verb.NOTE | Verb.DELETE | Verb.TIME_OUT | Verb.WARN | Verb.TAKE_OUT:
                pass
    return state


DECIDING = """
import itertools, sys
from datetime import UTC, datetime, timedelta
from bot.store.records import Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post
store, now = Store.open(sys.argv[1]), datetime(2026, 5, 4, tzinfo=UTC)
for number in itertools.count():
    post = Post(source="forum", id=str(number), text="words")
    store.save_post(post)
    flag = store.save_assessment(post, Assessment(probabilities={}, model="m1", spans={}), [Label.TROLLING], now)
    store.dismiss(flag.id, Moderator("1", "Ann"), now, timedelta(minutes=10))
    print(flag.id, flush=True)
"""


def test_what_was_acknowledged_outlives_a_killed_program(url: str) -> None:
    with Popen([sys.executable, "-c", DECIDING, url], stdout=PIPE, text=True, cwd=Path(__file__).parents[3]) as program:
        assert program.stdout is not None
        acknowledged = [int(program.stdout.readline()) for _ in range(20)]
        program.kill()
        acknowledged += [int(line) for line in program.stdout if line.endswith("\n")]
    with Store.open(url) as store:
        for flag_id in acknowledged:
            flag = store.flag(flag_id)
            assert flag is not None
            assert flag.state is FlagState.DISMISSED
        after = store.flags_without_card(10_000)
        assert len(after) <= len(acknowledged) + 1, "at most the one in progress"


def test_a_restart_keeps_all(url: str, store: Store, raised: Raised, ann: Moderator, noon: datetime) -> None:
    flags = [raised(str(n)) for n in range(3)]
    store.claim(flags[0].id, ann, noon, LIFETIME)
    store.confirm(flags[1].id, ann, BOTH, noon, LIFETIME)
    before = [(store.flag(flag.id), store.audit_trail(flag.id)) for flag in flags]
    store.close()
    with Store.open(url) as reopened:
        assert [(reopened.flag(flag.id), reopened.audit_trail(flag.id)) for flag in flags] == before
        assert [flag.state for flag, _ in before if flag] == [FlagState.CLAIMED, FlagState.CONFIRMED, FlagState.OPEN]
