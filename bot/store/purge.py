"""The end of texts: what members wrote goes, what was judged and decided stays."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.encoding import copies_from_json, copies_to_row
from bot.store.tables import assessments, posts
from classifier.post import PostKey


def purge_texts(connection: Connection, before: datetime, now: datetime) -> int:
    """Empty the texts saved before that time. How many post revisions lost theirs."""
    emptied = (
        update(posts)
        .where(posts.c.saved_at < before, posts.c.text_purged_at.is_(None))
        .values(text="", quotations=[], text_purged_at=now)
        .returning(posts.c.source, posts.c.post_id)
    )
    keys = [PostKey(*row) for row in connection.execute(emptied)]
    _purge_copied_texts(connection, before, set(keys))
    return len(keys)


def _purge_copied_texts(connection: Connection, before: datetime, emptied: set[PostKey]) -> None:
    """A copy's text is the earlier post's: it goes when that post's own goes, and at the latest with the assessment."""
    kept = select(assessments.c.id, assessments.c.at, assessments.c.copies).where(assessments.c.copied_text)
    for row in connection.execute(kept).all():
        copies = [
            replace(copy, text=None) if row.at < before or copy.key in emptied else copy
            for copy in copies_from_json(row.copies)
        ]
        change = copies_to_row(copies)
        if change["copies"] != row.copies:
            connection.execute(update(assessments).where(assessments.c.id == row.id).values(change))
