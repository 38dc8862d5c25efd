"""The tables of the store. A change here needs a migration in `migrations/versions`."""

import re
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

VERSION_TABLE = "flagpost_schema"
"""Where the migrations note how far they have come: not Alembic's default, which another program may use."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with each character that a database refuses, NUL or half a surrogate pair, replaced: same length."""
    return _UNSTORABLE.sub("\ufffd", text)


class AnyText(TypeDecorator[str]):
    """Text as members write it: what cannot be stored is replaced on the way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time; stored in UTC, given back in UTC. A naive time is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("the store takes aware times only")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", AnyText, nullable=False),
    Column("post_id", AnyText, nullable=False),
    Column("revision", Text, nullable=False),
    # Words may go from A to B and back to A, so neither the row's number nor its time tells which revision stands.
    Column("newest", Boolean, nullable=False),
    # The row of the post's first revision; empty in that row. An edit does not move a post among its neighbours.
    Column("first_id", Integer, ForeignKey("posts.id")),
    # When the post was created or, when its source does not say, first saved.
    Column("ordered_at", UtcTime, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("quotations", JSON, nullable=False),
    Column("author", AnyText),
    Column("author_name", AnyText),
    Column("thread", AnyText),
    Column("place", AnyText),
    Column("place_name", AnyText),
    Column("created_at", UtcTime),
    Column("link", AnyText),
    Column("reply_to", AnyText),
    Column("provenance", AnyText, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    Column("text_purged_at", UtcTime),
    UniqueConstraint("source", "post_id", "revision"),
    Index("ix_posts_thread", "source", "thread", "ordered_at"),
    Index("ix_posts_place", "source", "place", "ordered_at"),
    Index("ix_posts_ordered_at", "ordered_at"),
    Index("ix_posts_author", "source", "author"),
)

assessments = Table(
    "assessments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_row", Integer, ForeignKey("posts.id"), nullable=False),
    Column("model", Text, nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("copies", JSON, nullable=False),
    Column("copied_text", Boolean, nullable=False),  # whether a copy still carries the earlier post's text
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("post_row", "model"),
)

flags = Table(
    "flags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_row", Integer, ForeignKey("posts.id"), nullable=False, unique=True),
    Column("assessment_row", Integer, ForeignKey("assessments.id"), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("community", AnyText, nullable=False),
    # What the flagged text comes down to: it outlives the text. Empty where that was not known.
    Column("fingerprint", Text, nullable=False),
    Index("ix_flags_fingerprint", "fingerprint"),
)

# Flags that a person raised: the model had passed over their posts.
reports = Table(
    "reports",
    metadata,
    Column("flag_id", Integer, ForeignKey("flags.id"), primary_key=True, autoincrement=False),
    Column("reporter_id", AnyText, nullable=False),
    Column("reporter_name", AnyText, nullable=False),
    Column("silence", JSON, nullable=False),  # by label, why the model had not raised it
    Column("thresholds", JSON, nullable=False),  # by label, what the chance would have had to reach
)

cards = Table(
    "cards",
    metadata,
    Column("flag_id", Integer, ForeignKey("flags.id"), primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
)

# Messages that were a flag's card until it moved to another channel, and have still to be taken away.
moved_cards = Table(
    "moved_cards",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
)

# Rows are only ever added here, and a flag stands where the last step left it that changes where it stands (see
# `records.STATE_AFTER`): the state cannot contradict the trail.
# Two moderators who press at once would add the same step, and the key lets one of them.
audit = Table(
    "audit",
    metadata,
    Column("flag_id", Integer, ForeignKey("flags.id"), primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("verb", Text, nullable=False),
    Column("moderator_id", AnyText, nullable=False),
    Column("moderator_name", AnyText, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("note", AnyText, nullable=False),
    Column("until", UtcTime),
)

# Posts drawn at random from those that the model had not flagged, for staff to judge.
samples = Table(
    "samples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("moderator_id", AnyText, nullable=False),
    Column("moderator_name", AnyText, nullable=False),
    Column("guild_id", BigInteger),
    # The sample stands for so many posts, written from `since` on and before `until`.
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("population", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("drawn_at", UtcTime, nullable=False),
)

sampled_posts = Table(
    "sampled_posts",
    metadata,
    Column("sample_id", Integer, ForeignKey("samples.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("post_row", Integer, ForeignKey("posts.id"), nullable=False),
    Column("judged_at", UtcTime),
    Column("labels", JSON(none_as_null=True)),  # empty: harmless; NULL once it is judged: nobody could tell
)

# Flags that joined the card of an earlier one, which leads: they have neither card nor trail of their own.
burst_members = Table(
    "burst_members",
    metadata,
    Column("flag_id", Integer, ForeignKey("flags.id"), primary_key=True, autoincrement=False),
    Column("lead_id", Integer, ForeignKey("flags.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("told", Boolean, nullable=False),  # whether the card was brought up to date since
    Index("ix_burst_members_lead_id", "lead_id"),
)

# The earlier posts that a flagged copy repeats, by which the next copy of the same text finds its card.
repeats = Table(
    "repeats",
    metadata,
    Column("flag_id", Integer, ForeignKey("flags.id"), primary_key=True, autoincrement=False),
    Column("source", AnyText, primary_key=True),
    Column("post_id", AnyText, primary_key=True),
    Index("ix_repeats_post", "source", "post_id"),
)

# Flags that wait for their card, and where it belongs: for the end of quiet hours, or for room among the open ones.
waiting = Table(
    "waiting",
    metadata,
    Column("flag_id", Integer, ForeignKey("flags.id"), primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
)

# The message in a moderator channel that says how many flags wait, and what it says they wait for.
notices = Table(
    "notices",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", AnyText, nullable=False),
)

# Posts that reached the threshold of a label which is only logged: what it would have brought.
shadow_flags = Table(
    "shadow_flags",
    metadata,
    Column("post_row", Integer, ForeignKey("posts.id"), primary_key=True, autoincrement=False),
    Column("label", Text, primary_key=True),
    Column("probability", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_shadow_flags_at", "at"),
)

source_states = Table(
    "source_states",
    metadata,
    Column("source", AnyText, primary_key=True),
    Column("state", JSON, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)

# Posts of which a delivery told less than has to be known: their source is asked about them at its next poll.
inquiries = Table(
    "inquiries",
    metadata,
    Column("source", AnyText, primary_key=True),
    Column("post_id", AnyText, primary_key=True),
    Column("noted_at", UtcTime, nullable=False),
)

# What the bot is to remember over a restart, by name.
memories = Table(
    "memories",
    metadata,
    Column("name", Text, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)
