"""Shadow flags: what labels that are only logged would have brought before the moderators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.store.database import Database
from bot.store.encoding import as_stored, post_from_row
from bot.store.flags import rows_of
from bot.store.tables import posts, shadow_flags
from classifier.labels import Label
from classifier.post import Post


@dataclass(frozen=True, slots=True)
class ShadowFlag:
    """A post that reached the threshold of a label and was not shown for it. `at` is aware, in UTC."""

    post: Post
    label: Label
    probability: float
    threshold: float
    at: datetime


class Shadow:
    """Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, found: Sequence[ShadowFlag]) -> None:
        """Keep them; of a post revision and a label, the first stays. KeyError for a post that was never saved."""
        with self._database.writing() as connection:
            rows = rows_of(connection, [as_stored(flag.post) for flag in found])
            known = select(shadow_flags.c.post_row, shadow_flags.c.label)
            known = known.where(shadow_flags.c.post_row.in_(rows.values()))
            seen = {(row, label) for row, label in connection.execute(known)}
            for flag in found:
                stored = as_stored(flag.post)
                row = rows[stored.key, stored.revision]
                if (row, flag.label.value) not in seen:
                    seen.add((row, flag.label.value))
                    values = {"label": flag.label.value, "probability": flag.probability, "threshold": flag.threshold}
                    connection.execute(insert(shadow_flags).values(post_row=row, at=flag.at, **values))

    def since(self, begin: datetime) -> list[ShadowFlag]:
        """Those recorded from that time on, oldest first; texts that were purged since are empty."""
        query = select(posts, shadow_flags).join(shadow_flags, shadow_flags.c.post_row == posts.c.id)
        query = query.where(shadow_flags.c.at >= begin).order_by(shadow_flags.c.at, posts.c.id, shadow_flags.c.label)
        with self._database.reading() as connection:
            return [
                ShadowFlag(
                    post=post_from_row(row, posts),
                    label=Label(row[shadow_flags.c.label]),
                    probability=row[shadow_flags.c.probability],
                    threshold=row[shadow_flags.c.threshold],
                    at=row[shadow_flags.c.at],
                )
                for row in connection.execute(query).mappings()
            ]
