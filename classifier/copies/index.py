"""The copy index: every recent post, found again by any stretch of it that a new post repeats."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import count
from math import log

from classifier.assessment import Copy, Span
from classifier.copies.alignment import align
from classifier.copies.features import PairFeatures, answer_share, hours_between, same_author, same_thread
from classifier.copies.fingerprints import Fingerprints, fingerprint
from classifier.copies.signatures import above_signature
from classifier.post import Post, PostKey

MIN_SHARED_LETTERS = 40
"""About nine English words: what is shorter ("you have no idea what you are talking about") is said alike by chance."""

MIN_SHARED_FINGERPRINTS = 3
"""Fewer than MIN_SHARED_LETTERS in a row always carry, unless they repeat themselves like "hahahaha"."""

MIN_SHARE = 0.25
"""A copy holds at least so much of one of the two texts, by fingerprints; what shares less has a phrase in common."""

MAX_HOLDERS = 64
"""A fingerprint in more posts than this is a stock phrase: only its newest holders are kept, and it stays cheap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An earlier post that shares a text with the one looked up.

    `earlier_spans[n]` are the characters of the earlier text that `copy.spans[n]` of the post repeat; a span's weight
    is its share of the letters of its text.
    """

    copy: Copy
    earlier_spans: tuple[Span, ...]
    features: PairFeatures


@dataclass(frozen=True, slots=True)
class _Entry:
    post: Post
    hashes: tuple[int, ...]
    place: int
    """In the order in which the posts were first added."""


class CopyIndex:
    """Posts of the last `window` (None: all), found by the fingerprints of their own words.

    The posts are kept in memory: about 2 kB for one of 100 characters, besides the post itself. Not safe for use by
    several threads at once.
    """

    def __init__(self, window: timedelta | None = timedelta(days=30)) -> None:
        self.window = window
        self._entries: dict[PostKey, _Entry] = {}
        self._holders: dict[int, tuple[PostKey, ...]] = {}
        self._places = count()
        self._last_read: tuple[str, Fingerprints] = ("", fingerprint(""))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: PostKey) -> bool:
        return key in self._entries

    def add(self, post: Post) -> None:
        """Let later posts find this one; an earlier revision of it is replaced and hands on its place."""
        known = self._entries.get(post.key)
        self.forget(post.key)
        hashes = self._read(post.text).distinct()
        self._entries[post.key] = _Entry(post, hashes, known.place if known else next(self._places))
        alone = (post.key,)
        for value in hashes:
            holders = self._holders.get(value)
            self._holders[value] = alone if holders is None else (*holders[1 - MAX_HOLDERS :], post.key)

    def forget(self, key: PostKey) -> None:
        """Remove a post; nothing happens when it is not there."""
        entry = self._entries.pop(key, None)
        for value in entry.hashes if entry else ():
            others = tuple(holder for holder in self._holders.pop(value, ()) if holder != key)
            if others:
                self._holders[value] = others

    def prune(self, now: datetime) -> None:
        """Remove the posts that are older than the window at `now` (aware)."""
        if self.window is None:
            return
        oldest = now - self.window
        for entry in list(self._entries.values()):
            if entry.post.created_at is not None and entry.post.created_at < oldest:
                self.forget(entry.post.key)

    def find(self, post: Post, limit: int = 5) -> list[Match]:
        """The earlier posts that share most of the post's letters, best first, at most `limit`; of equals, the oldest.

        Earlier are those added before, not created later, and within the window; posts without a time always are.
        Another revision of the same post never matches, nor does a pair that shares less than MIN_SHARED_LETTERS or
        MIN_SHARE. A member's signature is left out of both posts.
        """
        prints = self._read(post.text)
        shared, total = self._shared(post, prints.distinct())
        counts = [len(rarities) for rarities in shared.values()]
        matches = []
        for key in nlargest(limit, shared, key=lambda key: sum(shared[key])):
            rarities = shared[key]
            copies = sum(2 * count >= len(rarities) for count in counts)
            match = _compare(post, prints, self._entries[key].post, sum(rarities) / total, copies)
            if match is not None:
                matches.append(match)
        return sorted(matches, key=_rank)

    def _read(self, text: str) -> Fingerprints:
        """A post is looked up and then added: its text is read once."""
        if self._last_read[0] != text:
            self._last_read = text, fingerprint(text)
        return self._last_read[1]

    def _shared(self, post: Post, hashes: Sequence[int]) -> tuple[dict[PostKey, list[float]], float]:
        """For each post that may be the original, the rarities of the fingerprints it shares; and their sum in `post`.

        A fingerprint in no or one other post has rarity 1; in ten, 0.3; in MAX_HOLDERS, 0.2.
        """
        shared: defaultdict[PostKey, list[float]] = defaultdict(list)
        total = 0.0
        for value in hashes:
            holders = [key for key in self._holders.get(value, ()) if key != post.key]
            rarity = 1 / (1 + log(max(len(holders), 1)))
            total += rarity
            for key in holders:
                shared[key].append(rarity)
        return {key: rarities for key, rarities in shared.items() if self._suffices(key, rarities, post, hashes)}, total

    def _suffices(self, key: PostKey, rarities: Sequence[float], post: Post, hashes: Sequence[int]) -> bool:
        earlier = self._entries[key]
        least = max(MIN_SHARED_FINGERPRINTS, MIN_SHARE * min(len(hashes), len(earlier.hashes)))
        return len(rarities) >= least and self._is_earlier(earlier, post)

    def _is_earlier(self, entry: _Entry, post: Post) -> bool:
        known = self._entries.get(post.key)
        if known is not None and known.place < entry.place:
            return False
        if entry.post.created_at is None or post.created_at is None:
            return True
        age = post.created_at - entry.post.created_at
        return timedelta(0) <= age and (self.window is None or age <= self.window)


def _rank(match: Match) -> tuple[float, float]:
    return -match.features.containment, -match.features.earlier_containment


def _compare(
    post: Post, prints: Fingerprints, earlier: Post, rare_containment: float, earlier_copies: int
) -> Match | None:
    """The verified match, or None when too few letters agree after all."""
    text, earlier_text = post.text, earlier.text
    if same_author(post, earlier):
        text, earlier_text = above_signature(text, earlier_text)
    prints, earlier_prints = (prints if text == post.text else fingerprint(text)), fingerprint(earlier_text)
    alignment = align(prints, earlier_prints)
    if alignment.shared < MIN_SHARED_LETTERS:
        return None
    length, stretches = len(prints.letters), alignment.stretches
    features = PairFeatures(
        containment=alignment.shared / length,
        earlier_containment=alignment.earlier_shared / len(earlier_prints.letters),
        rare_containment=rare_containment,
        longest=max(stretch.end - stretch.start for stretch in stretches) / length,
        shared=alignment.shared,
        length=length,
        answer=answer_share(post, earlier, alignment, length),
        same_author=same_author(post, earlier),
        same_thread=same_thread(post, earlier),
        hours=hours_between(post, earlier),
        earlier_copies=earlier_copies,
    )
    copy = Copy(
        key=earlier.key,
        containment=features.containment,
        spans=_spans(prints, [(stretch.start, stretch.end) for stretch in stretches]),
        author=earlier.author,
        author_name=earlier.author_name,
        created_at=earlier.created_at,
        link=earlier.link,
        text=earlier.text,
    )
    places = [(stretch.earlier_start, stretch.earlier_end) for stretch in stretches]
    return Match(copy=copy, earlier_spans=_spans(earlier_prints, places), features=features)


def _spans(prints: Fingerprints, places: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    length = len(prints.letters)
    return tuple(
        Span(int(prints.starts[start]), int(prints.ends[end - 1]), (end - start) / length) for start, end in places
    )
