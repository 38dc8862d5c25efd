"""Flags that people raise: each is a post that the model passed over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.store.database import Database
from bot.store.encoding import as_stored, report_to_row
from bot.store.flags import load_one, of_post, raise_flag, rows_of
from bot.store.records import Flag, Outcome, Report
from bot.store.tables import assessments, reports
from classifier.labels import Label
from classifier.post import Post


class Reports:
    """What people flag. Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def report(self, post: Post, labels: Sequence[Label], report: Report, now: datetime) -> Outcome:
        """Raise a flag on the newest assessment of a saved post, for the labels that the reporter names.

        Not accepted, with the flag that is in the way, while a flag of the post waits for a decision, and when these
        very words were decided already. KeyError when this revision was never saved or never judged; ValueError
        without labels.
        """
        if not labels:
            raise ValueError("to report is to name at least one label")
        post = as_stored(post)
        with self._database.writing() as connection:
            if flag := _in_the_way(connection, post):
                return Outcome(False, flag)
            row = rows_of(connection, [post])[post.key, post.revision]
            newest = select(func.max(assessments.c.id)).where(assessments.c.post_row == row)
            assessment = connection.execute(newest).scalar()
            if assessment is None:
                raise KeyError(post.key)
            flag_id = raise_flag(connection, row, assessment, post, labels, now)
            connection.execute(insert(reports).values(flag_id=flag_id, **report_to_row(report)))
            return Outcome(True, load_one(connection, flag_id))

    def in_the_way(self, post: Post) -> Flag | None:
        """The flag for which a report of the post would not be accepted now."""
        with self._database.reading() as connection:
            return _in_the_way(connection, as_stored(post))


def _in_the_way(connection: Connection, post: Post) -> Flag | None:
    earlier = reversed(of_post(connection, post.key))
    return next((flag for flag in earlier if flag.decision is None or flag.post.revision == post.revision), None)
