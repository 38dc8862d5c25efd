"""The card: how a flag looks in the moderator channel, in one embed: what it may be, how it stands, whose words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import discord

from bot.config import ReviewSettings
from bot.review import texts
from bot.review.burst import burst_embed
from bot.review.card_controls import controls
from bot.review.links import usable
from bot.review.marking import ROOM_FOR_NAME, inert, passage, plain, units, veiled
from bot.review.standing import standing
from bot.review.surroundings import around, name_of
from bot.store.reach import DISCORD
from bot.store.records import DECIDED, Burst, Context, Flag, FlagState
from classifier.assessment import Assessment
from classifier.labels import TEXT_LABELS, Label
from classifier.post import Post

COLOURS = {
    FlagState.OPEN: 0xE8A33D,
    FlagState.CLAIMED: 0x5B8DEF,
    FlagState.SNOOZED: 0x8A8F98,
    FlagState.ESCALATED: 0x9B59B6,
    FlagState.CONFIRMED: 0xC8504B,
    FlagState.DISMISSED: 0x57A773,
}

FOLDED = (*DECIDED, FlagState.SNOOZED)
"""States in which nobody has to look: the card is one line, and what is news."""

ROOM_FOR_ALL = 6_000
"""Units of all embeds of a message together, as Discord counts."""

ROOM_FOR_BURST = 1_500
"""Kept free for what else the card stands for, where it does; it may have what the rest leaves."""

ROOM_FOR_TEXT = 1_500
ROOM_FOR_LATEST = 500
ROOM_FOR_PLACE = 100
ROOM_FOR_MODEL = 60
ROOM_FOR_FORUM = 40
MARKS_PER_LABEL = 4
"""More marked words would no longer guide the eye."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is sent or edited in: an embed, one more for a burst, and the controls below."""

    embeds: list[discord.Embed]
    view: discord.ui.View


def render(flag: Flag, context: Context, review: ReviewSettings, burst: Burst | None = None) -> Card:
    """The card of a flag, with what stands around it, under the settings that hold for it.
    `burst` is what the card stands for besides.

    Everything from outside is escaped and cut to size: no post can format, mention, link or outgrow the card.
    """
    link = usable(flag.post.link)
    forum = plain(_forum(flag.post), ROOM_FOR_FORUM)
    embed = _folded(flag, link, burst) if flag.state in FOLDED else _unfolded(flag, link, review)
    embed.set_footer(text=texts.card.footer(flag.id, plain(flag.assessment.model, ROOM_FOR_MODEL)))
    fields = _news(flag, review) if flag.state in FOLDED else _fields(flag, context, review)
    if burst is None or flag.state in FOLDED:
        _add_what_fits(embed, fields, ROOM_FOR_ALL)
        return Card([embed], controls(flag, review, link, forum))
    _add_what_fits(embed, fields, ROOM_FOR_ALL - ROOM_FOR_BURST)
    return Card(
        [embed, burst_embed(burst, ROOM_FOR_ALL - _length(embed), review.spoilers)], controls(flag, review, link, forum)
    )


def bare(flag: Flag, review: ReviewSettings, burst: Burst | None = None) -> Card:
    """The card without a word that members wrote: for when Discord refuses the other over what stands on it."""
    link = usable(flag.post.link)
    lines = [standing(flag), "", texts.card.WORDS_REFUSED]
    if burst:
        lines.append(texts.card.burst_extent(burst.posts, burst.authors, burst.places))
    embed = discord.Embed(title=headline(flag), description="\n".join(lines), colour=COLOURS[flag.state])
    embed.set_footer(text=texts.card.footer(flag.id, plain(flag.assessment.model, ROOM_FOR_MODEL)))
    return Card([embed], controls(flag, review, link, plain(_forum(flag.post), ROOM_FOR_FORUM)))


def headline(flag: Flag) -> str:
    """What a flag may be; where staff raised it, not what the model says, which had passed the post over."""
    return texts.words.reported(flag.labels) if flag.report else _chances(flag.labels, flag.assessment)


def _unfolded(flag: Flag, link: str | None, review: ReviewSettings) -> discord.Embed:
    return discord.Embed(
        title=headline(flag),
        description="\n".join((_state(flag), "", _source(flag.post), f">>> {veiled(_words(flag), review.spoilers)}")),
        url=link,
        colour=COLOURS[flag.state],
        timestamp=flag.created_at,
    )


def _length(embed: discord.Embed) -> int:
    """The units of an embed that count towards those of the message."""
    parts = [embed.title or "", embed.description or "", embed.footer.text or ""]
    return sum(map(units, parts)) + sum(units(field.name or "") + units(field.value or "") for field in embed.fields)


def _folded(flag: Flag, link: str | None, burst: Burst | None) -> discord.Embed:
    """One line: how the flag stands, whose post it is, and the way there; then how many it stands for, if not one."""
    post = flag.post
    place = inert(post.place_name or _forum(post) or post.place or "", ROOM_FOR_PLACE)
    whose = texts.card.byline(
        name_of(post.author_name, post.author), place, texts.card.link_to_post(link) if link else ""
    )
    lines = [f"{standing(flag)} · {whose}"]
    if burst:
        lines.append(texts.card.burst_extent(burst.posts, burst.authors, burst.places))
    if flag.deleted_at:
        lines.append(texts.card.deleted(flag.deleted_at))
    return discord.Embed(description="\n".join(lines), colour=COLOURS[flag.state])


def _fields(flag: Flag, context: Context, review: ReviewSettings) -> Iterator[tuple[str, str]]:
    """The parts of a card below the post, the more important ones first: what no longer fits is left out."""
    if flag.report:
        yield (
            texts.statistics.REPORTED,
            texts.card.report(
                inert(flag.report.reporter.name, ROOM_FOR_NAME), flag.report, flag.assessment.probabilities
            ),
        )
    yield from _news(flag, review)
    yield from around(flag, context, review.spoilers)


def _news(flag: Flag, review: ReviewSettings) -> Iterator[tuple[str, str]]:
    if flag.latest:
        yield texts.card.EDITED, _latest(flag, flag.latest, review)


def _add_what_fits(embed: discord.Embed, fields: Iterable[tuple[str, str]], room: int) -> None:
    left = room - _length(embed)
    for name, value in fields:
        size = units(name) + units(value)
        if size <= left:
            embed.add_field(name=name, value=value, inline=False)
            left -= size


def _chances(labels: Iterable[Label], assessment: Assessment) -> str:
    """What an assessment says of these labels."""
    return texts.words.with_chances({label: assessment.probabilities.get(label, 0.0) for label in labels})


def _state(flag: Flag) -> str:
    """How the flag stands, and whether its post is still there."""
    line = standing(flag)
    return f"{line}\n{texts.card.deleted(flag.deleted_at)}" if flag.deleted_at else line


def _source(post: Post) -> str:
    """Who wrote the post, where and when."""
    return texts.card.byline(
        name_of(post.author_name, post.author),
        inert(post.place_name or _forum(post) or post.place or "", ROOM_FOR_PLACE),
        texts.words.moment(post.created_at) if post.created_at else "",
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
    return passage(flag.post.text, ROOM_FOR_TEXT, marks, focus.start if focus else 0) or texts.words.NO_WORDS


def _latest(flag: Flag, latest: Post, review: ReviewSettings) -> str:
    words = veiled(passage(latest.text, ROOM_FOR_LATEST) or texts.words.NO_WORDS, review.spoilers)
    found = flag.latest_assessment
    if found is None:
        return f">>> {words}"
    # An edit may bring what the flag was not raised for; what passes its threshold is explained.
    labels = [label for label in Label if label in flag.labels or label in found.spans]
    return f"**{_chances(labels, found)}**\n>>> {words}"
