"""Folding: which flags share a card, what a burst then is, and that one decision stands for all of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store.folding import APART, QUIET_COPIES, Folding
from bot.store.records import Burst, CardRef, Flag, FlagState, Moderator, Reason, Record, Verb
from bot.store.store import Store
from classifier.assessment import Assessment, Copy
from classifier.labels import Label
from classifier.post import Post, PostKey

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LIFETIME = timedelta(minutes=10)
RULES = Folding(same_author=timedelta(minutes=10), raid_flags=3, raid_window=timedelta(minutes=5))

Write = Callable[..., Post]
Raise = Callable[..., Flag]


@pytest.fixture
def raises(store: Store, write: Write, judged: Assessment) -> Raise:
    """`raises(id, minute, folding, copies, labels, **fields)`: a flag, raised at that minute past noon."""

    def raises(
        id: str,
        minute: float = 0,
        folding: Folding = APART,
        copies: Sequence[str] = (),
        labels: Sequence[Label] = (),
        **fields: Any,
    ) -> Flag:
        post = write(id, minute=minute, **{"link": f"https://forum.example/{id}", **fields})
        store.save_post(post)
        found = tuple(Copy(key=PostKey("forum", copy), containment=0.9) for copy in copies)
        reasons = labels or [Label.COPY_PASTE if copies else Label.TROLLING]
        now = NOON + timedelta(minutes=minute)
        flag = store.save_assessment(post, replace(judged, copies=found), reasons, now, folding)
        assert flag is not None
        return flag

    return raises


def burst(store: Store, flag: Flag) -> Burst:
    found = store.burst(flag.shown_as)
    assert found is not None
    return found


def test_copies_of_one_text_are_one_burst_with_the_original(store: Store, write: Write, raises: Raise) -> None:
    for number, minute in ((1, 0), (2, 1)):  # the original, and a repeat that was let pass
        store.save_post(write(str(number), minute=minute, author="7", place=f"p{number}"))
    lead = raises("3", 2, copies=["1", "2"], author="7", place="p3")
    assert lead.lead is None
    found = [raises(str(n), n - 1, copies=["1", "2", "3"], author=str(n // 5), place=f"p{n}") for n in (4, 5)]
    assert [flag.lead for flag in found] == [lead.id, lead.id]
    whole = burst(store, lead)
    assert (whole.posts, whole.authors, whole.places) == (5, 3, 5)
    assert (whole.first, whole.last) == (NOON, NOON + timedelta(minutes=4))
    assert [each.post.id for each in whole.newest] == ["1", "2", "3", "4", "5"]
    assert [each.reason for each in whole.newest] == [None, None, None, Reason.COPY, Reason.COPY]
    assert whole.newest[4].post.link == "https://forum.example/5"
    assert whole.newest[2].labels == (Label.COPY_PASTE,)
    assert store.flags_without_card(9) == [lead]


def test_a_copy_whose_known_copies_were_not_flagged_finds_its_card(store: Store, write: Write, raises: Raise) -> None:
    store.save_posts([write(str(number)) for number in range(1, 7)])
    lead = raises("7", copies=["1", "2"])
    assert raises("8", copies=["6", "2"]).lead == lead.id
    assert raises("9", copies=["5"]).lead is None


def test_one_copy_and_its_original_are_no_burst(store: Store, write: Write, raises: Raise) -> None:
    store.save_post(write("1"))
    assert store.burst(raises("2", copies=["1"]).id) is None
    assert store.burst(raises("3").id) is None


def test_an_earlier_post_that_only_shares_a_phrase_is_no_part(store: Store, write: Write, judged: Assessment) -> None:
    store.save_posts([write("1"), write("2"), write("3")])
    found = (Copy(key=PostKey("forum", "1"), containment=0.2), Copy(key=PostKey("forum", "2"), containment=0.4))
    flag = store.save_assessment(write("3"), replace(judged, copies=found), [Label.COPY_PASTE], NOON)
    assert flag is not None
    assert store.burst(flag.id) is None


def test_a_decision_stands_for_the_whole_burst(store: Store, raises: Raise, ann: Moderator, bob: Moderator) -> None:
    lead, member = raises("1"), raises("2", copies=["1"])
    assert store.confirm(lead.id, ann, [Label.COPY_PASTE], NOON, LIFETIME).accepted
    stands = store.flag(member.id)
    assert stands is not None
    assert (stands.state, stands.decision and stands.decision.moderator) == (FlagState.CONFIRMED, ann)
    assert [verdict.post.id for verdict in store.verdicts()] == ["1"], "but it counts once"
    late = store.dismiss(member.id, bob, NOON, LIFETIME)
    assert (late.accepted, late.flag.state) == (False, FlagState.CONFIRMED)
    assert store.undo(member.id, ann, NOON).accepted, "what is asked of a member is asked of its card"
    assert [flag.state for flag in store.flags()] == [FlagState.OPEN, FlagState.OPEN]
    assert [entry.verb for entry in store.audit_trail(member.id)] == ["confirm", "undo"]
    assert store.audit_trail(lead.id) == store.audit_trail(member.id)


def test_a_text_confirmed_gets_a_new_card_and_the_next_copies_join_that(
    store: Store, raises: Raise, ann: Moderator
) -> None:
    lead = raises("1")
    raises("2", copies=["1"])
    store.confirm(lead.id, ann, [Label.COPY_PASTE], NOON, LIFETIME)
    again = raises("3", 1, copies=["1", "2"])
    assert again.lead is None
    assert again.state is FlagState.OPEN
    assert raises("4", 2, copies=["1", "2", "3"]).lead == again.id
    store.undo(lead.id, ann, NOON)
    assert raises("5", 3, copies=["1"]).lead == again.id, "of two open cards of a text, the one that grew last"


def test_a_text_that_was_no_problem_stays_so_until_it_is_news(store: Store, raises: Raise, ann: Moderator) -> None:
    lead = raises("0")
    store.dismiss(lead.id, ann, NOON, LIFETIME)
    quiet = [raises(str(n), n, copies=["0"]) for n in range(1, QUIET_COPIES + 1)]
    assert {(flag.lead, flag.state) for flag in quiet} == {(lead.id, FlagState.DISMISSED)}
    assert burst(store, lead).posts == 1 + QUIET_COPIES, "but they are counted"
    news = raises("n", 60, copies=["0"])
    assert (news.lead, news.state) == (None, FlagState.OPEN)
    assert raises("m", 61, copies=["0", "n"]).lead == news.id


def test_as_many_copies_again_as_the_moderator_saw_are_no_news(store: Store, raises: Raise, ann: Moderator) -> None:
    lead = raises("0")
    known = 2 * QUIET_COPIES
    for number in range(known):
        raises(f"a{number}", copies=["0"])
    store.dismiss(lead.id, ann, NOON, LIFETIME)
    later = [raises(f"b{number}", 1, copies=["0"]).lead for number in range(known + 2)]
    assert later == [lead.id] * (known + 1) + [None]


def test_one_member_shares_a_card_for_a_while(store: Store, raises: Raise, ann: Moderator) -> None:
    lead = raises("1", 0, RULES, author="7")
    assert raises("2", 9, RULES, author="7").lead == lead.id
    assert raises("3", 18, RULES, author="7").lead == lead.id, "it counts from the last of them"
    assert raises("4", 18, RULES, author="8").lead is None
    assert raises("5", 18, RULES, author="7", source="discord").lead is None
    assert raises("6", 29, RULES, author="7").lead is None
    assert [each.reason for each in burst(store, lead).newest] == [None, Reason.AUTHOR, Reason.AUTHOR]
    dossier = store.dossier(lead.id, lambda _: 0, NOON + LIFETIME)
    assert dossier.context.record == Record(flags=1), "flags on this card are no others"
    late = raises("8", 60, RULES, author="7")
    store.confirm(late.id, ann, [Label.TROLLING], NOON, LIFETIME)
    assert raises("9", 61, RULES, author="7").lead is None, "what was decided takes in nothing unseen"
    assert raises("a", 61, RULES).lead is None, "nobody knows whose it is"


def test_many_flags_in_a_short_time_share_a_card(store: Store, raises: Raise, ann: Moderator) -> None:
    cards = [raises(str(n), n, RULES, author=str(n)) for n in range(3)]
    assert [flag.lead for flag in cards] == [None] * 3
    raid = [raises(f"r{n}", 3 + n, RULES, author=f"r{n}") for n in range(4)]
    assert [flag.lead for flag in raid] == [cards[-1].id] * 4, "while they keep coming"
    assert raises("elsewhere", 7, RULES, source="discord").lead is None
    store.confirm(cards[-1].id, ann, [Label.TROLLING], NOON, LIFETIME)
    second = raises("s", 7, RULES, author="s")
    assert second.lead is None
    assert raises("t", 7, RULES, author="t").lead == second.id
    assert raises("later", 30, RULES, author="later").lead is None


def test_copies_of_one_text_make_no_raid(raises: Raise) -> None:
    raises("0", 0, RULES)
    for number in range(5):
        raises(f"c{number}", 0, RULES, copies=["0"])
    assert raises("1", 1, RULES).lead is None


def test_what_calls_a_role_joins_only_a_card_that_called_it(raises: Raise) -> None:
    def calls(labels: Iterable[Label], _: Mapping[Label, float]) -> frozenset[int]:
        return frozenset({1} if Label.PERSONAL_ATTACK in labels else ())

    rules = replace(RULES, calls=calls)
    mild = raises("1", folding=rules, author="7")
    severe = raises("2", folding=rules, author="7", labels=[Label.PERSONAL_ATTACK])
    assert severe.lead is None
    assert raises("3", folding=rules, author="7", labels=[Label.PERSONAL_ATTACK]).lead == severe.id
    assert raises("4", folding=rules, author="7").lead == severe.id
    assert raises("5", folding=rules, copies=["1"], labels=[Label.PERSONAL_ATTACK, Label.COPY_PASTE]).lead == mild.id


def test_cards_of_different_homes_are_not_shared(raises: Raise) -> None:
    apart = replace(RULES, home=lambda post: post.place)
    lead = raises("1", folding=apart, author="7", place="here")
    assert raises("2", folding=apart, author="7", place="there", copies=["1"]).lead is None
    assert raises("3", folding=apart, author="7", place="here").lead == lead.id


def test_a_raid_elsewhere_is_none_here(raises: Raise) -> None:
    apart = replace(RULES, home=lambda post: post.place)
    for number in range(9):
        raises(f"t{number}", folding=apart, author=f"t{number}", place="there")
    first = raises("h1", folding=apart, author="h1", place="here")
    assert raises("h2", folding=apart, author="h2", place="here").lead is None
    last = raises("h3", folding=apart, author="h3", place="here")
    assert raises("h4", folding=apart, author="h4", place="here").lead == last.id != first.id


def test_what_is_taken_out_of_a_card_stands_for_itself(store: Store, raises: Raise, ann: Moderator) -> None:
    lead, one, other = (raises(str(n), n, RULES, author="7") for n in range(1, 4))
    bea = Moderator("2", "Bea")
    store.claim(lead.id, bea, NOON, LIFETIME)
    assert not store.take_out(lead.id, one.id, ann, NOON, LIFETIME).accepted, "it is Bea's"
    assert not store.take_out(lead.id, lead.id, bea, NOON, LIFETIME).accepted
    assert not store.take_out(one.id, other.id, bea, NOON, LIFETIME).accepted
    found = store.take_out(lead.id, one.id, bea, NOON, LIFETIME)
    assert found.accepted
    assert found.freed is not None
    assert (found.freed.lead, found.freed.state) == (None, FlagState.OPEN)
    store.confirm(lead.id, bea, [Label.TROLLING], NOON, LIFETIME)
    assert [flag.state for flag in store.flags()] == [FlagState.CONFIRMED, FlagState.OPEN, FlagState.CONFIRMED]
    assert not store.take_out(lead.id, other.id, ann, NOON, LIFETIME).accepted, "decided by Bea"
    assert store.take_out(lead.id, other.id, bea, NOON, LIFETIME).accepted, "second thoughts"
    assert [entry.note for entry in store.audit_trail(lead.id)] == ["", str(one.id), "", str(other.id)]
    assert {flag.id for flag in store.flags_without_card(9)} == {lead.id, one.id, other.id}


def test_a_snooze_ends_when_its_card_has_doubled(store: Store, raises: Raise, ann: Moderator) -> None:
    lead, *_ = (raises(str(n), n, RULES, author="7") for n in range(2))
    until = NOON + timedelta(days=1)
    store.snooze(lead.id, ann, until, NOON + timedelta(minutes=1), LIFETIME)
    assert raises("2", 2, RULES, author="7").state is FlagState.SNOOZED
    assert raises("3", 3, RULES, author="7").state is FlagState.OPEN
    assert [entry.verb for entry in store.audit_trail(lead.id)] == [Verb.SNOOZE, Verb.LAPSE]


def test_a_batch_folds_as_its_parts_would(store: Store, write: Write, judged: Assessment) -> None:
    posts = [write(str(number), author="7") for number in range(40)]
    store.save_posts(posts)
    copies = (Copy(key=PostKey("forum", "0"), containment=1.0),)
    batch = [(post, replace(judged, copies=copies if post.id != "0" else ()), [Label.COPY_PASTE]) for post in posts]
    flags = store.save_assessments(batch, NOON, RULES)
    assert {flag.lead for flag in flags[1:] if flag} == {flags[0].id if flags[0] else 0}
    assert burst(store, flags[1] or flags[0]).posts == 40  # type: ignore[arg-type]
    assert store.save_assessments(batch, NOON, RULES) == flags, "judged again, nothing joins twice"


def test_an_edited_or_deleted_member_is_told_on_its_card(
    store: Store, write: Write, raises: Raise, judged: Assessment
) -> None:
    lead = raises("1")
    member = raises("2", copies=["1"])
    edited = write("2", "other words")
    store.save_post(edited)
    again = store.save_assessment(edited, judged, [Label.TROLLING], NOON)
    assert again is not None
    assert (again.id, again.shown_as) == (member.id, lead.id), "no second flag while the burst is undecided"
    store.take_in([edited.key], NOON)
    assert [flag.shown_as for flag in store.flags_of(edited.key)] == [lead.id]
    assert [each.deleted for each in burst(store, lead).newest] == [False, True]


def test_what_a_card_does_not_tell_yet_is_known(store: Store, raises: Raise) -> None:
    lead, member = raises("1"), raises("2", copies=["1"])
    assert store.untold_bursts() == [lead.id]
    later = raises("3", copies=["1"])
    store.note_told(lead.id, member.id)
    assert store.untold_bursts() == [lead.id]
    store.note_told(lead.id, burst(store, lead).last_flag)
    assert burst(store, lead).last_flag == later.id
    assert store.untold_bursts() == []


def test_a_burst_survives_a_restart(url: str, store: Store, raises: Raise) -> None:
    lead = raises("1")
    raises("2", copies=["1"])
    whole = burst(store, lead)
    store.close()
    with Store.open(url) as again:
        assert again.burst(lead.id) == whole
        again.save_card(lead.id, CardRef(1, 2))
        assert again.flags_without_card(9) == []
