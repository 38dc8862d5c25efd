"""Bursts: all the posts that one card stands for."""

from datetime import datetime

from sqlalchemy import Connection, Subquery, and_, bindparam, exists, func, select, union, update

from bot.store.encoding import labels_from_json, post_from_row
from bot.store.records import Burst, BurstPost, Reason
from bot.store.tables import burst_members, flags, posts, repeats

LISTED = 12
"""Posts of a burst that are given back: more than a card has room for."""


def _gathered() -> Subquery:
    """A row for each post of the burst: the revisions flagged, and the earlier posts that copies among them repeat."""
    lead_id = bindparam("lead_id", type_=flags.c.id.type)
    joined = select(burst_members.c.flag_id).where(burst_members.c.lead_id == lead_id)
    on_card = union(select(flags.c.id).where(flags.c.id == lead_id), joined)
    flagged = select(flags.c.post_row).where(flags.c.id.in_(on_card))
    known = posts.alias("known")
    is_known = exists().where(
        known.c.id.in_(flagged), known.c.source == repeats.c.source, known.c.post_id == repeats.c.post_id
    )
    earlier = (
        select(posts.c.id)
        .join(repeats, and_(repeats.c.source == posts.c.source, repeats.c.post_id == posts.c.post_id))
        .where(repeats.c.flag_id.in_(on_card), posts.c.newest, ~is_known)
    )
    return (
        select(posts, flags.c.labels, burst_members.c.reason, burst_members.c.flag_id.label("member"))
        .outerjoin_from(posts, flags, and_(flags.c.post_row == posts.c.id, flags.c.id.in_(on_card)))
        .outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
        .where(posts.c.id.in_(union(flagged, earlier)))
        .subquery("gathered")
    )


# Every card asks for both, and making them takes longer than the answer.
_posts = _gathered()
_by = _posts.c.source + ":"
_totals = select(
    func.count(),
    func.count(func.distinct(_by + _posts.c.author)),
    func.count(func.distinct(_by + func.coalesce(_posts.c.place, _posts.c.thread))),
    func.min(_posts.c.ordered_at),
    func.max(_posts.c.ordered_at),
    func.coalesce(func.max(_posts.c.member), 0),
).select_from(_posts)
_newest = select(_posts).order_by(_posts.c.ordered_at.desc(), _posts.c.id.desc()).limit(LISTED)


def load(connection: Connection, lead_id: int) -> Burst | None:
    """The burst on that flag's card; None when it is about one post, or one copy and its original."""
    on_card = {"lead_id": lead_id}
    count, authors, places, first, last, last_flag = connection.execute(_totals, on_card).one()
    if count <= 2 and not last_flag:
        return None
    rows = connection.execute(_newest, on_card).mappings().all()
    shown = tuple(
        BurstPost(
            post=post_from_row(row, _posts),
            labels=labels_from_json(row["labels"] or ()),
            reason=row["reason"] and Reason(row["reason"]),
            deleted=row["deleted_at"] is not None,
            flag_id=row["member"],
        )
        for row in reversed(rows)
    )
    return Burst(posts=count, authors=authors, places=places, first=first, last=last, newest=shown, last_flag=last_flag)


def doubled_to(connection: Connection, lead_id: int, since: datetime, last: int) -> int | None:
    """How many flags that card stands for with the flag `last` that joined it, if that is twice, four times, … as many
    as at the time `since`.
    """
    members = select(func.count()).select_from(burst_members).join(flags, flags.c.id == burst_members.c.flag_id)
    on_card = members.where(burst_members.c.lead_id == lead_id, flags.c.id <= last)
    known = 1 + connection.execute(on_card.where(flags.c.created_at <= since)).scalar_one()
    now = 1 + connection.execute(on_card).scalar_one()
    times, rest = divmod(now, known)
    return now if times > 1 and not rest and times.bit_count() == 1 else None


def untold(connection: Connection) -> list[int]:
    """The flags whose cards were not brought up to date since another joined them, oldest first."""
    query = select(burst_members.c.lead_id).where(~burst_members.c.told).distinct().order_by(burst_members.c.lead_id)
    return list(connection.execute(query).scalars())


def note_told(connection: Connection, lead_id: int, last_flag: int) -> None:
    """Note that the card shows those that joined it, up to the flag `last_flag`."""
    shown = (burst_members.c.lead_id == lead_id) & (burst_members.c.flag_id <= last_flag) & ~burst_members.c.told
    connection.execute(update(burst_members).where(shown).values(told=True))
