"""The card: how a flag looks in the moderator channel, in one embed: what it may be, how it stands, whose words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord

from bot.review import texts
from bot.review.burst import burst_embed
from bot.review.buttons import controls
from bot.review.changes import changes
from bot.review.links import usable
from bot.review.marking import ROOM_FOR_NAME, inert, passage, plain, units
from bot.store.records import Burst, Flag, FlagState
from classifier.assessment import Assessment, Copy
from classifier.labels import TEXT_LABELS, Label
from classifier.post import Post, Quotation

DISCORD = "discord"
"""The source of posts on Discord; every other is a forum."""

COLOURS = {
    FlagState.OPEN: 0xE8A33D,
    FlagState.CLAIMED: 0x5B8DEF,
    FlagState.CONFIRMED: 0xC8504B,
    FlagState.DISMISSED: 0x57A773,
}

# Room for each part, in units as Discord counts. Together they stay below the 6,000 of a message, and each part below
# the 1,024 of a field or the 4,096 of a description.
ROOM_FOR_ALL = 6_000
ROOM_FOR_TEXT = 1_500
ROOM_FOR_QUOTES = 400
ROOM_FOR_POST_BEFORE = 90
ROOM_FOR_CHANGES = 600
ROOM_FOR_LATEST = 500
ROOM_FOR_PLACE = 100
ROOM_FOR_MODEL = 60
ROOM_FOR_FORUM = 40
MOST_QUOTES = 3
MOST_POSTS_BEFORE = 5
MARKS_PER_LABEL = 4
"""More marked words would no longer guide the eye."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is sent or edited in: an embed, one more for a burst, and the controls below."""

    embeds: list[discord.Embed]
    view: discord.ui.View


def render(flag: Flag, before: Sequence[Post] = (), burst: Burst | None = None) -> Card:
    """The card of a flag. `before` are the posts before the flagged one, oldest first; the last five are shown.
    `burst` is what the card stands for besides.

    Everything from outside is escaped and cut to size: no post can format, mention, link or outgrow the card.
    """
    post = flag.post
    link = usable(post.link)
    forum = plain(_forum(post), ROOM_FOR_FORUM)
    embed = discord.Embed(
        title=_chances(flag.labels, flag.assessment),
        description="\n".join((_state(flag), "", _source(post), f">>> {_words(flag)}")),
        url=link,
        colour=COLOURS[flag.state],
        timestamp=flag.created_at,
    )
    for name, value in _fields(flag, before):
        embed.add_field(name=name, value=value, inline=False)
    embed.set_footer(text=texts.footer(flag.id, plain(flag.assessment.model, ROOM_FOR_MODEL)))
    embeds = [embed, burst_embed(burst, ROOM_FOR_ALL - _length(embed))] if burst else [embed]
    return Card(embeds, controls(flag, link, forum))


def _length(embed: discord.Embed) -> int:
    """The units of an embed that count towards those of the message."""
    parts = [embed.title or "", embed.description or "", embed.footer.text or ""]
    return sum(map(units, parts)) + sum(units(field.name or "") + units(field.value or "") for field in embed.fields)


def _chances(labels: Iterable[Label], assessment: Assessment) -> str:
    """What an assessment says of these labels."""
    return " · ".join(texts.verdict(label, assessment.probabilities.get(label, 0.0)) for label in labels)


def _state(flag: Flag) -> str:
    """How the flag stands, and whether its post is still there."""
    return f"{_standing(flag)}\n{texts.deleted(flag.deleted_at)}" if flag.deleted_at else _standing(flag)


def _standing(flag: Flag) -> str:
    if flag.decision:
        name = inert(flag.decision.moderator.name, ROOM_FOR_NAME)
        if flag.state is FlagState.CONFIRMED:
            return texts.confirmed(name, flag.decision.at, flag.decision.labels)
        return texts.dismissed(name, flag.decision.at)
    if flag.claim:
        return texts.claimed(inert(flag.claim.moderator.name, ROOM_FOR_NAME), flag.claim.at)
    return texts.OPEN


def _source(post: Post) -> str:
    """Who wrote the post, where and when."""
    return texts.byline(
        _name(post.author_name, post.author),
        inert(post.place_name or _forum(post) or post.place or "", ROOM_FOR_PLACE),
        texts.moment(post.created_at) if post.created_at else "",
    )


def _forum(post: Post) -> str:
    """What the config calls the forum where the post stands; empty for Discord."""
    return "" if post.source == DISCORD else post.source


def _words(flag: Flag) -> str:
    """The post's own words, with those marked that speak most for the labels it was flagged for."""
    spans = flag.assessment.spans
    marks = [span for label in flag.labels if label in TEXT_LABELS for span in spans.get(label, ())[:MARKS_PER_LABEL]]
    shared = [span for copy in flag.assessment.copies[:1] for span in copy.spans]
    focus = max(marks or shared, key=lambda span: span.weight, default=None)
    return passage(flag.post.text, ROOM_FOR_TEXT, marks, focus.start if focus else 0) or texts.NO_WORDS


def _fields(flag: Flag, before: Sequence[Post]) -> Iterable[tuple[str, str]]:
    if flag.latest:
        yield texts.EDITED, _latest(flag, flag.latest)
    if Label.COPY_PASTE in flag.labels:
        for copy in flag.assessment.copies[:1]:
            yield texts.COPIED, _copy(copy, flag.post.text)
    if flag.post.quotations:
        yield texts.QUOTED, "\n".join(map(_quotation, flag.post.quotations[:MOST_QUOTES]))
    if before:
        yield texts.BEFORE, "\n".join(map(_earlier, before[-MOST_POSTS_BEFORE:]))


def _latest(flag: Flag, latest: Post) -> str:
    words = passage(latest.text, ROOM_FOR_LATEST) or texts.NO_WORDS
    found = flag.latest_assessment
    if found is None:
        return f">>> {words}"
    # An edit may bring what the flag was not raised for; what passes its threshold is explained.
    labels = [label for label in Label if label in flag.labels or label in found.spans]
    return f"**{_chances(labels, found)}**\n>>> {words}"


def _copy(copy: Copy, text: str) -> str:
    """Where and when an earlier text stood, how much of the post it is, and what was changed."""
    link = usable(copy.link)
    source = texts.byline(
        _name(copy.author_name, copy.author),
        texts.moment(copy.created_at) if copy.created_at else "",
        texts.link_to_earlier(link) if link else "",
    )
    difference = changes(copy.text, text, ROOM_FOR_CHANGES) if copy.text else texts.EARLIER_TEXT_GONE
    return f"{source}\n{texts.copied_share(copy.containment)}\n>>> {difference}"


def _quotation(quotation: Quotation) -> str:
    author = inert(quotation.author or "", ROOM_FOR_NAME)
    return texts.line(author, inert(quotation.text, ROOM_FOR_QUOTES // MOST_QUOTES) or texts.NO_WORDS)


def _earlier(post: Post) -> str:
    return texts.line(_name(post.author_name, post.author), inert(post.text, ROOM_FOR_POST_BEFORE) or texts.NO_WORDS)


def _name(name: str | None, id: str | None) -> str:
    """What somebody is called, or else their id, escaped; empty for nobody."""
    return inert(name or "", ROOM_FOR_NAME) or inert(id or "", ROOM_FOR_NAME)
