"""What a card tells when it stands for several posts: how many, whose, where and when, and a way to each."""

from collections.abc import Iterable

import discord

from bot.review import texts
from bot.review.links import usable
from bot.review.marking import ROOM_FOR_NAME, inert, units, veiled
from bot.store.records import Burst, BurstPost, Reason

ROOM_FOR_PLACE = 60
ROOM_FOR_WORDS = 80
"""Units of the words of a post that is no copy: enough to tell it from the others."""


def burst_embed(burst: Burst, room: int, hidden: bool = False) -> discord.Embed:
    """The burst in at most `room` units: the newest posts, as many as fit; their words `hidden` behind spoilers."""
    reasons = {each.reason for each in burst.newest if each.reason}
    head = [
        texts.card.burst_extent(burst.posts, burst.authors, burst.places),
        texts.card.burst_times(burst.first, burst.last),
        *(texts.card.BURST_REASONS[reason] for reason in Reason if reason in reasons),
    ]
    lines = [_line(each, hidden) for each in burst.newest]
    left = room - units("\n".join([*head, texts.card.more_posts(burst.posts)])) - units(texts.card.BURST)
    fitting = list(_last_that_fit(lines, left))
    if missing := burst.posts - len(fitting):
        head.append(texts.card.more_posts(missing))
    return discord.Embed(title=texts.card.BURST, description="\n".join([*head, *fitting]))


def _last_that_fit(lines: list[str], room: int) -> Iterable[str]:
    first = len(lines)
    while first and (room := room - units(lines[first - 1]) - 1) >= 0:
        first -= 1
    return lines[first:]


def _line(each: BurstPost, hidden: bool) -> str:
    post = each.post
    link = usable(post.link)
    about = texts.card.byline(
        inert(post.author_name or post.author or "", ROOM_FOR_NAME),
        inert(post.place_name or post.source, ROOM_FOR_PLACE),
        texts.words.moment(post.created_at, "T") if post.created_at else "",
        texts.card.link_to_earlier(link) if link else "",
        texts.card.GONE if each.deleted else "",
    )
    if each.reason in (None, Reason.COPY):
        return texts.card.entry(about)
    labels = ", ".join(label.display for label in each.labels)
    return texts.card.entry(
        about, f"*{labels}* {veiled(inert(post.text, ROOM_FOR_WORDS) or texts.words.NO_WORDS, hidden)}"
    )
