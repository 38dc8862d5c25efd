"""Candidates: the earlier posts that carry the rarest of a post's fingerprints, before any text is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from classifier.copies.fingerprints import Prints
from classifier.copies.postings import Postings
from classifier.copies.records import MANY, NO_TIME, Records, microseconds, place_hashes, source_hashes
from classifier.copy_rules import CopyScope
from classifier.post import Post, PostKey

MIN_SHARED_FINGERPRINTS = 3
"""Fewer than MIN_SHARED_LETTERS in a row always carry, unless they repeat themselves like "hahahaha"."""

MIN_SHARE = 0.25
"""A copy holds at least so much of one of the two texts, by fingerprints; what shares less has a phrase in common."""

MAX_HOLDERS = 64
"""A fingerprint in more posts than this is a stock phrase: only its newest holders count, and it stays cheap."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """An earlier post as its fingerprints tell of it.

    `shared` are those that it has in common with the post; `common` are those of the post that so many carry that it is
    not known whether this one does. `prints` counts all it has. `rare_containment` and `earlier_copies` are as in
    PairFeatures.
    """

    key: PostKey
    shared: NDArray[np.uint32]
    common: NDArray[np.uint32]
    prints: int
    rare_containment: float
    earlier_copies: int


@dataclass(frozen=True, slots=True, eq=False)
class Seekers:
    """Posts to be looked up, their fingerprints and their numbers in the index, shape (n,), -1 where they have none.

    Of posts that `are_added` as they are, each is looked up as if it and those after it were not.
    """

    posts: Sequence[Post]
    prints: Prints
    numbers: NDArray[np.int64]
    are_added: bool


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far back and how far around an original is looked for; a `window` of None reaches back to the first post."""

    window: timedelta | None
    scope: CopyScope


def find_candidates(
    seekers: Seekers, records: Records, postings: Postings, horizon: Horizon, limit: int
) -> list[list[Candidate]]:
    """For each post the earlier ones with the rarest fingerprints in common, at most `limit`, rarest first.

    A fingerprint in no or one other post has rarity 1; in ten, 0.3; in MAX_HOLDERS, 0.2.
    """
    candidates: list[list[Candidate]] = [[] for _ in seekers.posts]
    hashes, owners = seekers.prints.hashes, seekers.prints.texts
    below = seekers.numbers if seekers.are_added else np.full(len(seekers.posts), MANY)
    places, numbers = postings.find(hashes, below[owners], MAX_HOLDERS)
    is_common = np.bincount(places, minlength=len(hashes)) >= MAX_HOLDERS
    others = records.rows["known"][numbers] & (numbers != seekers.numbers[owners[places]])
    places, numbers = places[others], numbers[others]
    if len(places) < MIN_SHARED_FINGERPRINTS:
        return candidates

    pairs = owners[places] * (MANY + 1) + numbers
    order = pairs.argsort(kind="stable")  # the same sums, however the postings are stored
    pairs, places = pairs[order], places[order]
    (firsts,) = np.append(True, pairs[1:] != pairs[:-1]).nonzero()
    counts = np.diff(np.append(firsts, len(pairs)))
    seeking, holders = np.divmod(pairs[firsts], MANY + 1)
    (fits,) = _fits(seekers, records, horizon, seeking, holders, counts).nonzero()
    if not fits.size:
        return candidates
    rarities = 1 / (1 + np.log(np.maximum(np.bincount(places, minlength=len(hashes)), 1)))
    totals = np.bincount(owners, rarities, len(seekers.posts))
    rarest = np.add.reduceat(rarities[places], firsts)
    best = fits[np.lexsort((holders[fits], -rarest[fits], seeking[fits]))]
    found, starts = np.unique(seeking[best], return_index=True)
    for seeker, of_seeker in zip(found.tolist(), np.split(best, starts[1:]), strict=False):
        common = hashes[is_common & (owners == seeker)]
        for pair in of_seeker[:limit].tolist():
            number = int(holders[pair])
            candidate = Candidate(
                key=records.key(number),
                shared=hashes[places[firsts[pair] : firsts[pair] + counts[pair]]],
                common=common,
                prints=int(records.rows["prints"][number]),
                rare_containment=float(rarest[pair] / totals[seeker]),
                earlier_copies=int(np.sum(2 * counts[of_seeker] >= counts[pair])),
            )
            candidates[seeker].append(candidate)
    return candidates


def _fits(
    seekers: Seekers,
    records: Records,
    horizon: Horizon,
    seeking: NDArray[np.int64],
    holders: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which pairs of a post (its place among the `seekers`) and a post with fingerprints of it (the number of the
    holder) share enough (`counts`), within the horizon, and were written in this order."""
    rows = records.rows
    least = MIN_SHARE * np.minimum(seekers.prints.counts[seeking], rows["prints"][holders])
    fits: NDArray[np.bool_] = counts >= np.maximum(least, MIN_SHARED_FINGERPRINTS)
    if not fits.any():
        return fits
    seeking, holders = seeking[fits], holders[fits]
    own = seekers.numbers
    own_turns = np.where(own < 0, np.iinfo(np.int64).max, rows["turn"][own] if len(rows) else own)
    earlier = rows["turn"][holders] < own_turns[seeking]
    match horizon.scope:
        case CopyScope.SOURCE:
            earlier &= rows["source"][holders] == source_hashes(seekers.posts)[seeking]
        case CopyScope.PLACE:
            earlier &= rows["place"][holders] == place_hashes(seekers.posts)[seeking]
    times = np.array([microseconds(post.created_at) for post in seekers.posts])[seeking]
    since = rows["created"][holders]
    ages = times - since
    in_time = ages >= 0
    if horizon.window is not None:
        in_time &= ages <= horizon.window // timedelta(microseconds=1)
    fits[fits] = earlier & (in_time | (times == NO_TIME) | (since == NO_TIME))
    return fits
