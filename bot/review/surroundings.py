"""What a card shows around the flagged post, for people to look at: none of it was judged."""

from collections.abc import Iterator

from bot.review import texts
from bot.review.changes import changes
from bot.review.links import usable
from bot.review.marking import ROOM_FOR_NAME, inert, veiled
from bot.review.standing import decision_line
from bot.store.context import RECORD_DAYS
from bot.store.records import AuditEntry, Context, Flag
from classifier.assessment import Copy
from classifier.labels import Label
from classifier.post import Post, Quotation

# Room for each part, in units as Discord counts, so that no field grows beyond the 1,024 that Discord takes.
ROOM_FOR_QUOTES = 400
ROOM_FOR_POST_BEFORE = 90
ROOM_FOR_PARENT = 200
ROOM_FOR_CHANGES = 600
ROOM_FOR_NOTE = 150
MOST_QUOTES = 3
MOST_POSTS_BEFORE = 5
MOST_NOTES = 4
MOST_ALIKE = 3


def around(flag: Flag, context: Context, hidden: bool) -> Iterator[tuple[str, str]]:
    """The fields about what stands around a flag, name and value, the more important ones first.

    What it repeats stands behind a spoiler where flagged words are to be `hidden`.
    """
    if context.notes:
        yield texts.card.NOTES, "\n".join(map(_note, context.notes[-MOST_NOTES:]))
    if Label.COPY_PASTE in flag.labels:
        for copy in flag.assessment.copies[:1]:
            yield texts.card.COPIED, _copy(copy, flag.post.text, hidden)
    if flag.post.author is not None:
        yield texts.card.record_title(RECORD_DAYS), texts.card.record(context.record)
    if context.alike:
        yield texts.card.ALIKE, "\n".join(map(decision_line, context.alike[:MOST_ALIKE]))
    if flag.post.quotations:
        yield texts.card.QUOTED, "\n".join(map(_quotation, flag.post.quotations[:MOST_QUOTES]))
    if context.parent:
        yield texts.card.ANSWERS, _earlier(context.parent, ROOM_FOR_PARENT)
    if context.before:
        earlier = context.before[-MOST_POSTS_BEFORE:]
        yield texts.card.BEFORE, "\n".join(_earlier(post, ROOM_FOR_POST_BEFORE) for post in earlier)


def name_of(name: str | None, id: str | None) -> str:
    """What somebody is called, or else their id, escaped; empty for nobody."""
    return inert(name or "", ROOM_FOR_NAME) or inert(id or "", ROOM_FOR_NAME)


def _note(entry: AuditEntry) -> str:
    name = inert(entry.moderator.name, ROOM_FOR_NAME)
    return texts.card.note(name, entry.at, inert(entry.note, ROOM_FOR_NOTE) or texts.words.NO_WORDS)


def _copy(copy: Copy, text: str, hidden: bool) -> str:
    """Where and when an earlier text stood, how much of the post it is, and what was changed."""
    link = usable(copy.link)
    source = texts.card.byline(
        name_of(copy.author_name, copy.author),
        texts.words.moment(copy.created_at) if copy.created_at else "",
        texts.card.link_to_earlier(link) if link else "",
    )
    return f"{source}\n{_compared(copy, text, hidden)}"


def _compared(copy: Copy, text: str, hidden: bool) -> str:
    """How much of a post stood in the earlier one, and what was changed."""
    share = texts.card.copied_share(copy.containment)
    if not copy.text:
        return f"{share}\n>>> {texts.card.EARLIER_TEXT_GONE}"
    difference = changes(copy.text, text, ROOM_FOR_CHANGES)
    if difference == texts.card.WORD_FOR_WORD:
        return difference
    return f"{share}\n>>> {veiled(difference, hidden)}"


def _quotation(quotation: Quotation) -> str:
    author = inert(quotation.author or "", ROOM_FOR_NAME)
    return texts.card.line(author, inert(quotation.text, ROOM_FOR_QUOTES // MOST_QUOTES) or texts.words.NO_WORDS)


def _earlier(post: Post, room: int) -> str:
    return texts.card.line(name_of(post.author_name, post.author), inert(post.text, room) or texts.words.NO_WORDS)
