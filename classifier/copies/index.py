"""The copy index: every recent post, found again by any stretch of it that a new post repeats."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from classifier.copies.candidates import Horizon, Seekers, find_candidates
from classifier.copies.fingerprints import Prints, fingerprint_each, fingerprint_many
from classifier.copies.matching import Match, compare, may_match
from classifier.copies.postings import Postings, sampled
from classifier.copies.records import EPOCH, NO_TIME, RECORD, Records, Written, microseconds, written
from classifier.copies.snapshot import SnapshotError, read_snapshot, write_snapshot
from classifier.copy_rules import DEFAULT_RULES, CopyRules
from classifier.post import Original, Post, PostKey

log = logging.getLogger(__name__)

_PROBE = "Pack my b0x with f i v e d0zen LIQUOR jugs, says Änne: ѕtupіd quіz, soooo l\u200bong ago & far from any home!"

_AT_ONCE = 500
"""Posts looked up together: more are no quicker, and were all of them one flood they would fill the memory."""

_FEW = 1_000
"""Forgotten posts that are not worth the effort of clearing away."""


class Archive(Protocol):
    """Where the posts are that an index knows by their fingerprints."""

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        """Those posts, as they stand; the text is empty where it is gone. A post nobody knows any more is left out."""
        ...


class CopyIndex:
    """Posts of the last `window` (None: all), found by the fingerprints of their own words.

    Of each it keeps about 250 bytes, whether its text still exists or not; the posts themselves are asked of the
    `archive`. Without one the index keeps them too. An index that was opened at a `path` survives a stop: see `save`.
    Posts in places that the `rules` exempt are neither kept nor looked up. Not safe for use by several threads at once.
    """

    def __init__(
        self,
        window: timedelta | None = timedelta(days=30),
        archive: Archive | None = None,
        rules: CopyRules = DEFAULT_RULES,
    ) -> None:
        self.window = window
        self.rules = rules
        self.complete_until: datetime | None = None
        """Posts added before then are in the file; None when there is none."""
        self._own = _Memory()
        self._archive = self._own if archive is None else archive
        self._path: Path | None = None
        self._records = Records()
        self._postings = Postings()
        self.unsaved = 0
        """Posts added or forgotten since the file was written."""

    @classmethod
    def open(
        cls,
        path: Path,
        window: timedelta | None,
        archive: Archive,
        rules: CopyRules = DEFAULT_RULES,
    ) -> Self:
        """The index that was saved at `path`; an empty one when nothing was, or nothing that can be used.

        What was added since, after `complete_until`, is for the caller to add again: a post added twice does no harm.
        Raises OSError.
        """
        index = cls(window, archive, rules)
        index._path = path
        if path.exists():
            try:
                index._map(path)
            except SnapshotError as error:
                log.warning("%s", error)
        return index

    @property
    def has_file(self) -> bool:
        """Whether it was opened at a path, and can be saved there."""
        return self._path is not None

    def __len__(self) -> int:
        return self._records.known_posts

    def __contains__(self, key: PostKey) -> bool:
        return bool(self._records.numbers([key])[0] >= 0)

    def add(self, post: Post) -> None:
        """Let later posts find this one; an earlier revision of it is replaced and hands on its place."""
        self.add_many([post])

    def add_many(self, posts: Sequence[Post]) -> None:
        """`add` each in turn."""
        for batch in _parts([post for post in posts if not self.rules.exempts(post)]):
            self._add(batch, _read(batch), self._numbers(batch))
        self._tidy()

    def fill(
        self,
        parts: Iterable[tuple[Sequence[PostKey], Written, NDArray[np.int64]]],
        ranges: Iterable[NDArray[np.uint64]],
    ) -> None:
        """Add posts, each of a different key, to an empty index, whose fingerprints were taken elsewhere.

        Each part is posts, when and where they were written, and how many fingerprints each has. The `ranges`, taken
        after the parts, are all of these in sorted order, the fingerprint above and the number of the post, as the
        parts count them, in the lower 32 bits.
        """
        for posts, of_posts, counts in parts:
            self._records.add(posts, of_posts, counts, np.full(len(posts), -1))
        self._postings = Postings(np.concatenate([np.empty(0, dtype=np.uint64), *ranges]))
        self.unsaved = len(self)

    def _add(self, posts: Sequence[Post], prints: Prints, earlier: NDArray[np.int64]) -> NDArray[np.int64]:
        numbers = self._records.add([post.key for post in posts], written(posts), prints.counts, earlier)
        self._postings.add(prints.hashes, numbers[prints.texts])
        if self._archive is self._own:
            self._own.update((post.key, Original(post)) for post in posts)
        self.unsaved += len(posts)
        return numbers

    def _numbers(self, posts: Sequence[Post]) -> NDArray[np.int64]:
        return self._records.numbers([post.key for post in posts])

    def find(self, post: Post, limit: int = 5) -> list[Match]:
        """The earlier posts that share most of the post's letters, best first, at most `limit`; of equals, the oldest.

        Earlier are those added before, not created later, and within the window; posts without a time always are.
        Another revision of the same post never matches, nor does a pair that shares less than MIN_SHARED_LETTERS or
        MIN_SHARE. A member's signature is left out of both posts.
        """
        return self.find_many([post], limit)[0]

    def find_many(self, posts: Sequence[Post], limit: int = 5) -> list[list[Match]]:
        """`find` each: the same matches, much quicker."""
        return self._of_each(posts, lambda those: (self._find(part, limit, _read(part)) for part in _parts(those)))

    def find_added(self, posts: Sequence[Post], limit: int = 5) -> list[list[Match]]:
        """For posts that were added as they are: what `find_and_add` gave, or would have given, each of them."""
        return self._of_each(
            posts, lambda those: (self._find(part, limit, _read(part), self._numbers(part)) for part in _parts(those))
        )

    def _find(
        self, posts: Sequence[Post], limit: int, prints: Prints, added: NDArray[np.int64] | None = None
    ) -> list[list[Match]]:
        """The matches of posts that were not added as they are; of those that were, `added` are the numbers."""
        seekers = Seekers(posts, prints, self._numbers(posts) if added is None else added, are_added=added is not None)
        horizon = Horizon(self.window, self.rules.scope)
        candidates = find_candidates(seekers, self._records, self._postings, horizon, limit)
        asked = [at for at, found in enumerate(candidates) if found]
        read = dict(zip(asked, fingerprint_each([posts[at].text for at in asked]), strict=True))
        likely = {at: [each for each in candidates[at] if may_match(read[at], each)] for at in asked}
        keys = {candidate.key for found in likely.values() for candidate in found}
        originals = self._archive.originals(keys) if keys else {}
        matches: list[list[Match]] = [[] for _ in posts]
        for at, found in likely.items():
            known = [(originals[candidate.key], candidate) for candidate in found if candidate.key in originals]
            matches[at] = sorted(self._without_free_repeats(compare(posts[at], read[at], known)), key=_rank)
        return matches

    def _without_free_repeats(self, matches: list[Match]) -> list[Match]:
        others = [match for match in matches if not match.excused]
        return others if len(matches) - len(others) <= self.rules.free_repeats else matches

    def find_and_add(self, posts: Sequence[Post], limit: int = 5) -> list[list[Match]]:
        """`find` each and then `add` it, in turn, so that a post finds those before it among `posts`."""
        return self._of_each(posts, lambda those: self._find_and_add(those, limit))

    def _find_and_add(self, posts: Sequence[Post], limit: int) -> Iterator[list[list[Match]]]:
        earlier = self._numbers(posts)
        revised = {posts[at].key for at in np.flatnonzero(earlier >= 0).tolist()}
        done = 0
        # What an edit replaces is still found by the posts before it.
        for batch in _parts(posts, revised):
            before = earlier[done : done + len(batch)]
            if done:  # another revision of the first may have been among those just added
                before[:1] = self._numbers(batch[:1])
            prints = _read(batch)
            yield self._find(batch, limit, prints, self._add(batch, prints, before))
            done += len(batch)
        self._tidy()

    def _of_each(
        self, posts: Sequence[Post], find: Callable[[Sequence[Post]], Iterable[list[list[Match]]]]
    ) -> list[list[Match]]:
        """What `find` gives part by part for the posts that are looked up, and nothing for the others."""
        looked_up = [post for post in posts if not self.rules.exempts(post)]
        found = (matches for part in find(looked_up) for matches in part)
        return [[] if self.rules.exempts(post) else next(found) for post in posts]

    def forget(self, key: PostKey) -> None:
        """Remove a post; nothing happens when it is not there. Its fingerprints leave the file with the next `save`.

        A post that was deleted where it stood is better left: what was removed and is pasted again is a copy.
        """
        numbers = self._records.numbers([key])
        self._forget(numbers[numbers >= 0])

    def prune(self, now: datetime) -> None:
        """Remove the posts that are older than the window at `now` (aware); from the file with the next `save`."""
        if self.window is None:
            return
        rows = self._records.rows
        old = rows["known"] & (rows["created"] != NO_TIME) & (rows["created"] < microseconds(now - self.window))
        self._forget(np.flatnonzero(old))

    def save(self) -> None:
        """Write the index to the file it was opened at. Raises OSError, and ValueError without a file.

        Takes a second or two for a million posts. A kill leaves the file as it was written last.
        """
        if self._path is None:
            raise ValueError("an index that was not opened at a path has no file to be saved to")
        now = datetime.now(UTC)
        self._compact()
        postings = self._postings.merged()
        arrays = self._records.arrays() | {
            "postings": postings,
            "sample": sampled(postings),
            "complete_until": np.array([microseconds(now)]),
            "probe": _probe(),
        }
        write_snapshot(self._path, arrays)
        del arrays, postings
        self._map(self._path)

    def _map(self, path: Path) -> None:
        arrays = read_snapshot(path)
        if arrays["records"].dtype != RECORD or not np.array_equal(arrays["probe"], _probe()):
            raise SnapshotError(f"{path} holds fingerprints of another kind, and is made afresh from the stored posts")
        self._records = Records.of_arrays(arrays)
        self._postings = Postings(arrays["postings"], arrays["sample"])
        self.complete_until = EPOCH + timedelta(microseconds=int(arrays["complete_until"][0]))
        self.unsaved = 0

    def _forget(self, numbers: NDArray[np.int64]) -> None:
        for number in numbers.tolist() if self._own else ():
            self._own.pop(self._records.key(number), None)
        self._records.forget(numbers)
        self.unsaved += len(numbers)
        self._tidy()

    def _tidy(self) -> None:
        if len(self._records) > 2 * len(self) + _FEW:
            self._compact()

    def _compact(self) -> None:
        if len(self._records) > len(self):
            self._postings = Postings(self._postings.merged(self._records.compact()))


class _Memory(dict[PostKey, Original]):
    """The archive of an index that is used alone."""

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        return {key: self[key] for key in keys if key in self}


def _probe() -> NDArray[np.uint32]:
    """The fingerprints of one text: they tell when texts are read otherwise than when a file was written."""
    return fingerprint_many([_PROBE]).hashes


def _read(posts: Sequence[Post]) -> Prints:
    return fingerprint_many([post.text for post in posts])


def _parts(posts: Sequence[Post], known: Collection[PostKey] = ()) -> Iterator[Sequence[Post]]:
    """The posts in order, at most _AT_ONCE together; whichever is `known` or has been there before opens a part."""
    seen = set(known)
    start = 0
    for at, key in enumerate([post.key for post in posts]):
        if at > start and (key in seen or at - start == _AT_ONCE):
            yield posts[start:at]
            start = at
        seen.add(key)
    if start < len(posts):
        yield posts[start:]


def _rank(match: Match) -> tuple[float, float]:
    return -match.features.containment, -match.features.earlier_containment
