"""What the copy index knows of the past: read from its file and the store at a start, written back as it grows."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from bot.store.share import Share
from bot.store.store import Store
from bot.troubles import Troubles
from classifier.copies import CopyIndex
from classifier.post import Post, PostKey

MOST_LEFT_OVER = 10_000
"""Posts without an assessment that a start takes up again at once, at most; the rest follows."""

MOST_UNSAVED = 50_000
"""Posts judged before the copy index is written to its file: what a kill loses is read again in five seconds."""

OVERLAP = timedelta(hours=1)
"""So long before the file was written were posts saved that may have waited to be judged then."""

COPIES_FILE = "the file of the copy index"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


class CopyHistory:
    """Keeps one copy index complete: its file, and the store for what the file lacks.

    All methods take their time and none locks: call them one at a time, and not while posts are judged.
    """

    def __init__(self, index: CopyIndex, store: Store, share: Share, troubles: Troubles) -> None:
        self.index = index
        self._store = store
        self._share = share
        self._troubles = troubles
        self._is_complete = False
        self._is_given_up = False

    def learn(self) -> list[Post]:
        """Bring the index up to date; returns stored posts that wait to be judged, which are not in it.

        At most MOST_LEFT_OVER of them, oldest first. Raises StoreError.
        """
        left_over = self._store.unassessed_posts(MOST_LEFT_OVER, self._share)
        unjudged = {post.key for post in left_over}
        now = datetime.now(UTC)
        for page in self._store.saved_since(self._since(now)):
            if self._is_given_up:
                return left_over
            self.index.add_many([post for post in page if post.key not in unjudged])
        self.index.prune(now)
        self._is_complete = True
        self.save(least=MOST_UNSAVED if self.index.complete_until else 0)
        return left_over

    def give_up(self) -> None:
        """End `learn` soon, wherever it is; its index is not written."""
        self._is_given_up = True

    def keep_up(self) -> None:
        """Write the index once much is new in it."""
        self.save(least=MOST_UNSAVED)

    def save(self, least: int = 1) -> None:
        """Write the index to its file, if it has one, once so many posts are new in it."""
        # A file that lacks a part of the past would be taken for the whole by the next start.
        if not self._is_complete or not self.index.has_file or self.index.unsaved < least:
            return
        try:
            self.index.save()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._troubles.met(COPIES_FILE, f"cannot be written ({reason}); the next start reads more from the store")
        else:
            self._troubles.over(COPIES_FILE)

    def prune(self) -> None:
        """Drop what left the index's window."""
        self.index.prune(datetime.now(UTC))
        self.save()

    def let_go(self, keys: Collection[PostKey]) -> None:
        """Take posts out of the index and its file: later copies of them are not found."""
        for key in keys:
            self.index.forget(key)
        self.save()

    def _since(self, now: datetime) -> datetime:
        if self.index.complete_until is not None:
            return self.index.complete_until - OVERLAP
        return now - self.index.window if self.index.window is not None else EPOCH
