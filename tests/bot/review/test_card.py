"""What a card says, and that no post can make it more than Discord takes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import ReviewSettings
from bot.review.card import COLOURS, Card
from bot.review.card import render as render_card
from bot.review.changes import changes
from bot.review.marking import units
from bot.store.records import DECIDED, STATE_AFTER, AuditEntry, Claim, Context, Flag, FlagState, Moderator, Record, Verb
from classifier.assessment import Assessment, Copy, Span
from classifier.labels import Label
from classifier.post import Post, PostKey, Quotation

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DANA = Moderator("1", "Dana_*D*")
LINK = "https://discord.com/channels/1/5/100"
TEXT = "Nobody asked you. You absolute clown, go back to your cave."


def a_post(id: str = "100", text: str = TEXT, **fields: Any) -> Post:
    known = {"author": "7", "author_name": "Maple", "place": "5", "place_name": "#general", "created_at": NOON}
    return Post(source="discord", id=id, text=text, **(known | {"link": LINK} | fields))


def a_flag(post: Post | None = None, **fields: Any) -> Flag:
    known = {
        "assessment": Assessment(
            probabilities={Label.TROLLING: 0.71, Label.PERSONAL_ATTACK: 0.94, Label.COPY_PASTE: 0.001},
            model="2026-01-01.1",
            spans={Label.PERSONAL_ATTACK: (Span(22, 36, 3.0),), Label.TROLLING: (Span(38, 45, 1.0),)},
        ),
        "labels": (Label.PERSONAL_ATTACK,),
        "state": FlagState.OPEN,
        "created_at": NOON,
    }
    return Flag(id=17, post=post or a_post(), **(known | fields))


REVIEW = ReviewSettings(channel=10**17, moderator_roles=(10**17 + 1,), lead_roles=(10**17 + 2,))


def render(flag: Flag, context: Context = Context(), review: ReviewSettings = REVIEW) -> Card:  # noqa: B008
    return render_card(flag, context, review)


def embed(flag: Flag, *before: Post, **context: Any) -> discord.Embed:
    return render(flag, Context(before=before, **context)).embeds[0]


def field(embed: discord.Embed, name: str) -> str:
    return next(str(field.value) for field in embed.fields if name in str(field.name))


def custom_ids(flag: Flag) -> list[str]:
    return [item.custom_id for item in render(flag).view.children if isinstance(item, discord.ui.DynamicItem)]


def check_limits(card: discord.Embed) -> None:
    parts = [card.title or "-", card.description, card.footer.text]
    parts += [part for field in card.fields for part in (field.name, field.value)]
    assert all(str(part).strip() for part in parts)
    assert sum(units(str(part)) for part in parts) <= 6_000
    assert units(str(parts[0])) <= 256
    assert units(str(card.description)) <= 4_096
    assert units(str(card.footer.text)) <= 2_048
    assert len(card.fields) <= 25
    for field in card.fields:
        assert units(str(field.name)) <= 256
        assert units(str(field.value)) <= 1_024


def test_a_card_names_the_forum_and_leads_to_the_post_there() -> None:
    link = "https://meadow.example/t/hedges/12/3"
    post = replace(a_post(place_name="meadow › Hedges", link=link), source="meadow")
    card = render(a_flag(post))
    assert card.embeds[0].url == link
    assert "meadow › Hedges" in str(card.embeds[0].description)
    buttons = [item for item in card.view.children if isinstance(item, discord.ui.Button)]
    assert [(button.label, button.url) for button in buttons if button.url] == [("Open the post on meadow", link)]
    unnamed = replace(post, place_name=None)
    assert "**Maple** · meadow ·" in str(embed(a_flag(unnamed)).description)


def decided(verb: Verb, *labels: Label) -> dict[str, Any]:
    state = FlagState.DISMISSED if verb is Verb.DISMISS else FlagState.CONFIRMED
    return {"state": state, "decision": AuditEntry(17, verb, DANA, labels, NOON)}


def test_an_open_card_says_what_who_where_and_when() -> None:
    card = embed(a_flag(labels=(Label.PERSONAL_ATTACK, Label.TROLLING)))
    assert card.title == "Personal attack: very likely (94%) · Trolling: likely (71%)"
    assert card.url == LINK
    state, _, source, words = str(card.description).split("\n")
    assert "Open" in state
    assert source == r"**Maple** · \#general · <t:1767268800:f>"
    assert words == r">>> Nobody asked you\. You **__absolute clown__**\, **__go back__** to your cave\."
    assert card.footer.text == "Flag 17 · model 2026-01-01.1"
    verbs = ["confirm", "dismiss", "claim", "escalate", "note", "more"]
    assert custom_ids(a_flag()) == [f"flagpost:{verb}:17" for verb in verbs]


def test_only_the_labels_it_was_flagged_for_are_named_and_marked() -> None:
    card = embed(a_flag())
    assert "Trolling" not in str(card.title)
    assert "**__go back__**" not in str(card.description)


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.9999, "almost certain (over 99%)"),
        (0.95, "almost certain (95%)"),
        (0.8, "very likely (80%)"),
        (0.5, "likely (50%)"),
        (0.2, "possible (20%)"),
        (0.004, "unlikely (under 1%)"),
    ],
)
def test_a_chance_comes_with_a_plain_word(chance: float, words: str) -> None:
    assessment = Assessment(probabilities={Label.TROLLING: chance}, model="m", spans={})
    assert embed(a_flag(assessment=assessment, labels=(Label.TROLLING,))).title == f"Trolling: {words}"


def parked(verb: Verb) -> dict[str, Any]:
    state = FlagState.SNOOZED if verb is Verb.SNOOZE else FlagState.ESCALATED
    until = NOON if verb is Verb.SNOOZE else None
    return {"state": state, "parked": AuditEntry(17, verb, DANA, (), NOON, until=until)}


@pytest.mark.parametrize(
    ("fields", "state", "controls", "folded"),
    [
        ({"state": FlagState.CLAIMED, "claim": Claim(DANA, NOON)}, "Claimed", "confirm dismiss undo escalate note", 0),
        (parked(Verb.ESCALATE), "Escalated", "confirm dismiss undo note", 0),
        (parked(Verb.SNOOZE), "Snoozed", "undo", 1),
        (decided(Verb.CONFIRM, Label.TROLLING), "Confirmed", "undo", 1),
        (decided(Verb.CORRECT, Label.TROLLING), "Confirmed", "undo", 1),
        (decided(Verb.DISMISS), "Not a problem", "undo", 1),
        (decided(Verb.EXEMPT), "Not a problem, never flag this text again", "undo", 1),
    ],
)
def test_the_state_line_the_colour_and_the_controls_follow_the_state(
    fields: dict[str, Any], state: str, controls: str, folded: bool
) -> None:
    flag = a_flag(**fields)
    card = embed(flag, a_post("1"), record=Record(2, 1, 1))
    lines = str(card.description).split("\n")
    assert f"**{state}**" in lines[0]
    assert r"Dana\_\*D\*" in lines[0]
    assert "<t:1767268800:" in lines[0]
    assert ("Trolling" in lines[0]) == (state == "Confirmed")
    assert card.colour == discord.Colour(COLOURS[flag.state])
    assert custom_ids(flag) == [f"flagpost:{verb}:17" for verb in [*controls.split(), "more"]]
    assert (card.title is None, card.fields == [], len(lines) == 1) == (folded,) * 3


def test_a_folded_card_still_names_the_author_and_tells_what_is_news() -> None:
    flag = a_flag(**decided(Verb.DISMISS), deleted_at=NOON, latest=a_post(text="I take it back"))
    card = embed(flag)
    line, deleted = str(card.description).split("\n")
    assert r"· **Maple** · \#general · [open the post](https://discord.com/channels/1/5/100)" in line
    assert "was deleted" in deleted
    assert "I take it back" in field(card, "Edited since")


def test_the_likeliest_label_comes_first() -> None:
    chances = {Label.TROLLING: 0.62, Label.PERSONAL_ATTACK: 0.91, Label.COPY_PASTE: 0.0}
    both = (Label.TROLLING, Label.PERSONAL_ATTACK)
    card = embed(a_flag(assessment=Assessment(probabilities=chances, model="m", spans={}), labels=both))
    assert card.title == "Personal attack: very likely (91%) · Trolling: likely (62%)"


def test_without_leads_there_is_no_escalating() -> None:
    without = render(a_flag(), review=REVIEW.model_copy(update={"lead_roles": ()}))
    assert "Escalate" not in str([item.to_component_dict() for item in without.view.children])


def test_what_stands_around_a_flag_is_on_its_card() -> None:
    note = AuditEntry(17, Verb.NOTE, DANA, (), NOON, note="Third *time* this week @everyone")
    alike = AuditEntry(9, Verb.CONFIRM, DANA, (Label.TROLLING,), NOON)
    card = embed(a_flag(), parent=a_post("7", "Nice boat"), record=Record(4, 2, 1), alike=(alike,), notes=(note,))
    assert field(card, "Notes") == r"**Dana\_\*D\*** <t:1767268800:R>: Third \*time\* this week \@everyone"
    assert field(card, "This author here, in the last 180 days") == (
        "4 other flags · 2 confirmed · 1 no problem · 1 undecided"
    )
    assert field(card, "Decided before") == r"🔴 **Confirmed** by Dana\_\*D\* <t:1767268800:R>: Trolling"
    assert field(card, "In answer to") == "**Maple**: Nice boat"
    assert field(embed(a_flag()), "This author here") == "No other flag."
    assert field(embed(a_flag(), record=Record(1)), "This author here") == "1 other flag · 1 undecided"


def test_flagged_words_stand_behind_a_spoiler_where_the_config_asks_for_it() -> None:
    flag = a_flag(a_post(text="one || two\nthree"), latest=a_post(text="four"))
    card = render(flag, review=REVIEW.model_copy(update={"spoilers": True})).embeds[0]
    assert r">>> ||one \|\| two" in str(card.description)
    assert str(card.description).endswith("three||")
    assert field(card, "Edited since") == ">>> ||four||"


def test_quoted_words_and_posts_before_stand_apart_from_what_is_judged() -> None:
    post = a_post(quotations=(Quotation(text="I like it.", author="Willow"), Quotation(text="*hm*")))
    before = [a_post(str(number), f"post {number}", author_name=f"Author {number}") for number in range(3)]
    card = embed(a_flag(post), *before)
    assert field(card, "not judged") == "**Willow**: I like it\\.\n**somebody**: \\*hm\\*"
    assert field(card, "before") == "**Author 0**: post 0\n**Author 1**: post 1\n**Author 2**: post 2"


def test_a_copy_is_shown_beside_the_post_it_repeats() -> None:
    earlier = "I have used this router for two years and it is the best that money can buy today, try it."
    later = "I have used this router for three years and it is the best that money can buy today, try it. Cheap!"
    copy = Copy(
        key=PostKey("discord", "55"),
        containment=0.87,
        author_name="Birch",
        created_at=NOON - timedelta(days=1),
        link="https://discord.com/channels/1/5/55",
        text=earlier,
    )
    assessment = Assessment(probabilities={Label.COPY_PASTE: 0.97}, model="m", spans={}, copies=(copy,))
    flag = a_flag(a_post(text=later), assessment=assessment, labels=(Label.COPY_PASTE,))
    source, share, *difference = field(embed(flag), "Stood here before").split("\n")
    assert source == "**Birch** · <t:1767182400:f> · [open that post](https://discord.com/channels/1/5/55)"
    assert share == "**87%** of this post stood there."
    changed = "\n".join(difference)
    assert "~~two~~ **three**" in changed
    assert "**Cheap\\!**" in changed
    assert "… " in changed
    same = replace(assessment, copies=(replace(copy, text=later),))
    assert field(embed(replace(flag, assessment=same)), "Stood here before").endswith(")\n*Word for word the same.*")
    purged = replace(assessment, copies=(replace(copy, text=None),))
    assert "no longer kept" in field(embed(replace(flag, assessment=purged)), "Stood here before")


def test_an_edit_shows_the_newest_words_and_their_chance() -> None:
    newest = a_post(text="Sorry, I take it back.")
    judged = Assessment(probabilities={Label.PERSONAL_ATTACK: 0.03}, model="m", spans={})
    shown = field(embed(a_flag(latest=newest, latest_assessment=judged)), "Edited since")
    assert shown == "**Personal attack: unlikely (3%)**\n>>> Sorry\\, I take it back\\."
    assert field(embed(a_flag(latest=newest)), "Edited since") == ">>> Sorry\\, I take it back\\."


def test_a_deletion_is_said_plainly() -> None:
    assert "The post was deleted <t:1767268800:f>" in str(embed(a_flag(deleted_at=NOON)).description)


def test_a_post_without_words_or_names_still_makes_a_card() -> None:
    bare = Post(source="forum", id="1", text="\u200b\u3164", author_name="\u3164", author="42")
    card = embed(a_flag(bare))
    assert "no words to show" in str(card.description)
    assert "**42**" in str(card.description)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://localhost/1",
        "https://",
        "https://[::1",
        "https://discord.com@evil.example/",
        "https://a b.example/",
        "https://a.example:99999999/",
        "https://a.example/" + "x" * 600,
    ],
)
def test_an_address_discord_would_refuse_is_left_out(link: str) -> None:
    card = render(a_flag(a_post(link=link)))
    assert card.embeds[0].url is None
    assert not any(isinstance(item, discord.ui.Button) for item in card.view.children)


def test_an_address_cannot_leave_its_link() -> None:
    copy = Copy(key=PostKey("f", "1"), containment=1.0, link="https://a.example/x) [evil](https://b.example")
    assessment = Assessment(probabilities={}, model="m", spans={}, copies=(copy,))
    shown = field(embed(a_flag(assessment=assessment, labels=(Label.COPY_PASTE,))), "Stood here before")
    assert "(https://a.example/x%29%20%5Bevil%5D%28https://b.example)" in shown


def test_the_largest_card_fits() -> None:
    long = "@*" * 20_000
    copy = Copy(key=PostKey("f", "1"), containment=1.0, author_name=long, created_at=NOON, link=LINK, text="a " + long)
    everything = Assessment(probabilities={}, model=long, spans={}, copies=(copy,))
    post = a_post(text=long, author_name=long, place_name=long, quotations=(Quotation(text=long, author=long),) * 9)
    confirmed = {
        "state": FlagState.CONFIRMED,
        "decision": AuditEntry(17, Verb.CONFIRM, Moderator("1", long), tuple(Label), NOON),
    }
    flag = a_flag(
        post,
        assessment=everything,
        labels=tuple(Label),
        deleted_at=NOON,
        latest=post,
        latest_assessment=everything,
        **confirmed,
    )
    notes = (AuditEntry(17, Verb.NOTE, Moderator("1", long), (), NOON, note=long),) * 9
    around = {
        "parent": post,
        "record": Record(10**9, 10**9, 10**9),
        "alike": (confirmed["decision"],) * 9,
        "notes": notes,
    }
    card = embed(flag, *[post] * 9, **around)
    check_limits(card)
    open_card = embed(replace(flag, state=FlagState.OPEN, decision=None), *[post] * 9, **around)
    check_limits(open_card)
    assert len(open_card.fields) >= 5


def test_a_tilde_at_the_end_of_what_was_removed_stays_inside_its_line() -> None:
    assert changes("so nice x~ and good", "so nice and good", 500) == "so nice ~~x\\~\u200b~~ and good"


words = st.text(max_size=60) | st.text(max_size=60).map(lambda text: text * 700) | st.just("@everyone *_`|<>~ " * 300)
names = st.none() | st.text(max_size=30) | st.just("*" * 500) | st.just("𝕏" * 500)
links = st.none() | st.just(LINK) | st.text(max_size=30).map("https://a.example/".__add__)
moments = st.datetimes(timezones=st.just(UTC))
chances = st.fixed_dictionaries({label: st.floats(0, 1) for label in Label})
some_spans = st.lists(st.builds(Span, st.integers(0, 500), st.integers(0, 50_000), st.floats(0, 9)), max_size=6).map(
    tuple
)
posts = st.builds(
    Post,
    source=st.just("forum"),
    id=st.just("1"),
    text=words,
    quotations=st.lists(st.builds(Quotation, text=words, author=names), max_size=5).map(tuple),
    author=names,
    author_name=names,
    place_name=names,
    created_at=st.none() | moments,
    link=links,
)
copies = st.builds(
    Copy,
    key=st.just(PostKey("forum", "2")),
    containment=st.floats(0, 1),
    spans=some_spans,
    author_name=names,
    created_at=st.none() | moments,
    link=links,
    text=st.none() | words,
)
assessments = st.builds(
    Assessment,
    probabilities=chances,
    model=st.text(max_size=100),
    spans=st.dictionaries(st.sampled_from(Label), some_spans),
    copies=st.lists(copies, max_size=2).map(tuple),
)
moderators = st.builds(Moderator, id=st.just("1"), name=st.text(max_size=200))
some_labels = st.sets(st.sampled_from(Label), min_size=1).map(tuple)
standings = st.one_of(
    st.just({"state": FlagState.OPEN}),
    st.builds(lambda who, at: {"state": FlagState.CLAIMED, "claim": Claim(who, at)}, moderators, moments),
    st.builds(
        lambda verb, who, labels, at: {
            "state": STATE_AFTER[verb],
            "decision" if STATE_AFTER[verb] in DECIDED else "parked": AuditEntry(1, verb, who, labels, at, until=at),
        },
        st.sampled_from((Verb.CONFIRM, Verb.CORRECT, Verb.DISMISS, Verb.EXEMPT, Verb.ESCALATE, Verb.SNOOZE)),
        moderators,
        some_labels,
        moments,
    ),
)
flags = st.builds(
    lambda standing, **fields: Flag(id=2**31 - 1, **fields, **standing),
    standings,
    post=posts,
    assessment=assessments,
    labels=some_labels,
    created_at=moments,
    deleted_at=st.none() | moments,
    latest=st.none() | posts,
    latest_assessment=st.none() | assessments,
)

entries = st.builds(
    AuditEntry,
    flag_id=st.just(1),
    verb=st.sampled_from((Verb.CONFIRM, Verb.DISMISS, Verb.EXEMPT)),
    moderator=moderators,
    labels=some_labels,
    at=moments,
    note=words,
)
contexts = st.builds(
    Context,
    before=st.lists(posts, max_size=7).map(tuple),
    parent=st.none() | posts,
    record=st.builds(Record, *[st.integers(0, 10**6)] * 3),
    alike=st.lists(entries, max_size=4).map(tuple),
    notes=st.lists(entries, max_size=5).map(tuple),
)

OURS = re.compile(
    r"<t:-?\d+:[fR]>|\[open (?:that|the) post\]\(https://[^\s()<>]*\)|^>>> "
    r"|\*(no words to show|Word for word the same\.)\*|~~|\*\*__|__\*\*|\*\*|\|\|",
    re.MULTILINE,
)
"""Everything that acts on a card is our own."""


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(flags, contexts, st.booleans())
def test_every_limit_of_discord_holds_and_nothing_from_outside_acts(
    flag: Flag, context: Context, spoilers: bool
) -> None:
    whole = render(flag, context, REVIEW.model_copy(update={"spoilers": spoilers}))
    check_controls(whole.view)
    [card] = whole.embeds
    check_limits(card)
    for text in (card.description, *(field.value for field in card.fields)):
        left = OURS.sub("", re.sub(r"\\[^0-9A-Za-z\s]", "", str(text)))
        assert not re.search(r"[*_~|`<>@#\[\]\\]", left), left


def check_controls(view: discord.ui.View) -> None:
    rows = [item.row for item in view.children]
    assert max(map(rows.count, rows)) <= 5
    for component in (part for row in view.to_components() for part in row["components"]):
        assert len(component.get("custom_id", "")) <= 100
        assert 1 <= units(component["label"]) <= 80
        assert len(component.get("url", "")) <= 512
