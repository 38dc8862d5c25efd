"""Copies among real posts in the order they came: how many of the flags are right, how many of the copies are flagged.

Whole threads of a debating board, two posts in three with a quotation, of Reddit and of a Discourse forum, and copies
injected among them: once with the quotations marked, as sources hand them over, and once with their marks lost. Half of
the threads are for development; what is reported is the other half.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from zlib import crc32

from benchmarks.natural_repeats import DISPUTED, READ, READ_TWICE, REPEATS
from benchmarks.real_texts import MARKDOWN_THREADS, STREAM, markdown_threads, missing, texts_of, threads
from classifier.copies import CopyIndex
from classifier.copies.edits import EDITS
from classifier.copies.judge_training import AMONG_OTHER_WORDS
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry, default_directory, default_model
from classifier.thresholds import Thresholds

INJECTED = 0.02
SHORTEST = 100
"""Characters of an original: six tenths of it leave the 60 letters that a copy has at least."""

LENDER = "train/civil_toxic_spans"
"""Other people's words, for edits that need some."""

WINDOW = timedelta(days=30)
WITHIN = 2_000
"""So many posts back lies an original at most."""

SAME_AUTHOR, SAME_THREAD = 0.3, 0.3
"""Shares of the copies. What stands among other words is copied into another thread: in its own it looks like, and
mostly is, a quotation with an answer."""

BATCH = 64

_BANDS = {"200 letters or more": 200, "100 to 199": 100, "60 to 99": 60, "fewer": 0}


@dataclass(frozen=True)
class Stream:
    """Posts in order, and which of them are copies by which edit."""

    posts: Sequence[Post]
    edits: dict[str, str]


def report() -> None:
    """Print precision and recall on the halves of the threads kept for it."""
    if reason := missing(LENDER, *MARKDOWN_THREADS):
        print(f"left out: {reason}")
        return
    model = default_model(Registry(default_directory()))
    print(f"of {len(READ_TWICE)} posts read twice the readers differ on {len(DISPUTED)}")
    for marked in (True, False):
        tallies = []
        for name in (STREAM, *MARKDOWN_THREADS):
            stream = injected(half(name, development=False, marked=marked), seed=1)
            print(f"\n{name}, {'quotations marked' if marked else 'their marks lost'}: {len(stream.posts):,} posts")
            tallies.append(_tally(stream, flagged(model, stream)))
        print(f"\nall together, {'quotations marked' if marked else 'their marks lost'}")
        _print(sum(tallies, Counter()))


def _tally(stream: Stream, flags: Sequence[Post]) -> Counter[str]:
    """Counts of posts and of flags, which it prints, and which of the flags were not read."""
    others = [post.id for post in flags if post.id not in stream.edits]
    found = Counter(stream.edits[post.id] for post in flags if post.id in stream.edits)
    tally = Counter(
        copies=len(stream.edits),
        flags=len(flags),
        right=found.total(),
        repeats=sum(id in REPEATS for id in others),
        disputed=sum(id in DISPUTED for id in others),
    )
    flagged_ids = {post.id for post in flags}
    for post in stream.posts:
        if post.id in stream.edits:
            band = _band(post)
            tally[f"of {band}"] += 1
            tally[f"missed of {band}"] += post.id not in flagged_ids
    _print(tally)
    print(f"not read: {', '.join(id for id in others if id not in READ) or 'none'}")
    of_each = Counter(stream.edits.values())
    print("; ".join(f"{name.replace('_', ' ')} {found[name]} of {of_each[name]}" for name in EDITS))
    return tally


def _print(tally: Counter[str]) -> None:
    right, flags = tally["right"], tally["flags"]
    print(f"flagged {flags}; of {tally['copies']} injected copies {right}, {right / tally['copies']:.3f}")
    print(f"precision {right / flags:.3f} when every other flag counts as wrong")
    print(
        f"precision {(right + tally['repeats']) / flags:.3f} when those are right that all readers found to be repeats"
    )
    print(f"{flags - right} other flags: on {tally['disputed']} the readers differ")
    print("missed: " + "; ".join(f"{tally[f'missed of {band}']} of {tally[f'of {band}']} of {band}" for band in _BANDS))


def _band(post: Post) -> str:
    letters = sum(map(str.isalnum, post.text))
    return next(band for band, least in _BANDS.items() if letters >= least)


def half(name: str, *, development: bool, marked: bool) -> list[Post]:
    """The posts of half of the threads, whole, in the order they came; see `threads`."""
    posts = threads(marked=marked) if name == STREAM else markdown_threads(name, marked=marked)
    seed = "copies" if name == STREAM else "copies of others"
    return [post for post in posts if (crc32(f"{seed} {post.thread}".encode()) % 2 == 0) is development]


def injected(posts: Sequence[Post], seed: int = 0) -> Stream:
    """The posts, with a copy of an earlier one after every fiftieth on average."""
    rng = Random(seed)
    stream: list[Post] = []
    edits: dict[str, str] = {}
    lent = texts_of(LENDER)
    for number, post in enumerate(posts):
        stream.append(post)
        earlier = [
            each
            for each in posts[max(number - WITHIN, 0) : number]
            if len(each.text) >= SHORTEST and _age(each, post) < WINDOW
        ]
        if earlier and rng.random() < INJECTED / (1 - INJECTED):
            original, like = rng.choice(earlier), post
            same_thread = rng.random() < SAME_THREAD
            thread = original.thread if same_thread else like.thread
            edit = rng.choice([name for name in EDITS if thread != original.thread or name not in AMONG_OTHER_WORDS])
            copy = Post(
                source=original.source,
                id=f"copy {number}",
                text=EDITS[edit](original.text, rng, lent),
                author=original.author if rng.random() < SAME_AUTHOR else like.author,
                thread=thread,
                created_at=like.created_at,
                reply_to=(original if same_thread else like).reply_to,
            )
            stream.append(copy)
            edits[copy.id] = edit
    return Stream(stream, edits)


def flagged(model: Model, stream: Stream) -> list[Post]:
    """The posts that the model calls copies at the default threshold, originals being at most WINDOW old."""
    index, thresholds = CopyIndex(WINDOW), Thresholds()
    flags = []
    for batch in _batches(stream.posts):
        for post, found in zip(batch, model.assess(batch, index, explain=lambda *_: False), strict=True):
            if Label.COPY_PASTE in thresholds.passed(post, found.probabilities):
                flags.append(post)
    return flags


def _batches(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    for start in range(0, len(posts), BATCH):
        yield posts[start : start + BATCH]


def _age(earlier: Post, later: Post) -> timedelta:
    if earlier.created_at is None or later.created_at is None:
        return timedelta(0)
    return later.created_at - earlier.created_at
