"""Finding copies: recall through every edit, false matches, speed and memory, beside peers in the same run.

Originals are real comments of one site; what is unrelated to them are real comments of other sites.
"""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random

import numpy as np

from benchmarks import copies_million
from benchmarks.copy_finders import FINDERS, Finder, installed
from benchmarks.real_texts import missing, texts_of, threads
from classifier.copies import MIN_SHARED_LETTERS, CopyIndex, Match, training_pairs
from classifier.copies.edits import EDITS
from classifier.copies.judge import CopyJudge
from classifier.copies.phrases import GREETINGS, SIGNATURES, STOCK_PHRASES
from classifier.dataset import written_posts
from classifier.model import AT_LENGTH
from classifier.post import Post

SITE = "train/civil_toxic_spans"
OTHER_SITES = (
    "train/jigsaw_toxic_sample",
    "train/cad_reddit",
    "train/cat_large_wikitalk",
    "train/davidson_tweets",
    "dev/kaggle_insults_train_test",
    "dev/ucc_val",
)
SHORTEST = 100
"""Characters of an original: six tenths of it leave the 60 that a copy has at least."""

ORIGINALS = 9_000
SEEKERS = 500
UNRELATED = 2_000
"""Of each other site."""

BATCH = 64
"""As many posts as the bot judges together."""

CHARACTERS = 110
TIMED = 20_000

_PUNCTUATION = str.maketrans({",": "，", ".": "。", "!": "！", "?": "？", "'": "’", '"': "”", "-": "—", ":": "："})

CHANGES = {name.replace("_", " "): edit for name, edit in EDITS.items()} | {
    "punctuation translated": lambda text, *_: text.translate(_PUNCTUATION)
}


def report() -> None:
    """Print recall per edit, shares of false matches, speed and memory, and the same at a million posts."""
    reason = missing(SITE, *OTHER_SITES)
    if reason:
        print(f"left out: {reason}")
        return
    makes = installed()
    texts = [text for text in texts_of(SITE) if len(text) >= SHORTEST]
    Random(0).shuffle(texts)
    originals, lent = texts[:ORIGINALS], texts[ORIGINALS:]
    finders = {name: make() for name, make in makes.items()}
    for finder in finders.values():
        finder.find_and_add(originals)
    print(f"{len(originals):,} comments of {SHORTEST} characters or more; of each edit {SEEKERS} copies\n")
    print(f"{'recall':<34}{''.join(f'{name:>15}' for name in finders)}")
    _recall(finders, originals, lent)
    print(f"\n{'false matches':<34}{''.join(f'{name:>15}' for name in finders)}")
    for site in OTHER_SITES:
        seekers = texts_of(site)[:UNRELATED]
        _row(
            site,
            [float(np.mean([bool(found) for found in finder.find(seekers)])) for finder in finders.values()],
            "{:.2%}",
        )
    _similar(originals)
    _speed(list(makes))
    copies_million.report()


def _recall(finders: dict[str, Finder], originals: Sequence[str], lent: Sequence[str]) -> None:
    chosen = Random(1).sample(range(len(originals)), SEEKERS)
    for name, edit in CHANGES.items():
        rng = Random(2)
        copies = [edit(originals[number], rng, lent) for number in chosen]
        shares = []
        for finder in finders.values():
            found = finder.find(copies)
            shares.append(float(np.mean([number in numbers for number, numbers in zip(chosen, found, strict=True)])))
        _row(name, shares, "{:.3f}")


def _similar(originals: Sequence[str]) -> None:
    """Posts that are alike and no copies, and what the default judge of pairs says of those that the index finds."""
    judge = CopyJudge().fit(*training_pairs([post.text for post in written_posts()], seed=0))
    print(f"\n{'alike, and no copies':<34}{'posts':>15}{'found':>15}{f'{AT_LENGTH} letters':>15}{'judged copies':>15}")
    for name, posts in (("stock phrases shared", _with_phrases(originals)), ("of the same threads", list(threads()))):
        index = CopyIndex(window=None)
        found = [
            matches for at in range(0, len(posts), BATCH) for matches in index.find_and_add(posts[at : at + BATCH])
        ]
        at_length = [[match for match in matches if match.features.prose >= AT_LENGTH] for matches in found]
        judged = sum(_is_copy(judge, matches) for matches in at_length)
        counts = [sum(map(bool, each)) / len(posts) for each in (found, at_length)]
        cells = [f"{len(posts):,}", *(f"{share:.2%}" for share in (*counts, judged / len(posts)))]
        print(f"{name:<34}{''.join(f'{cell:>15}' for cell in cells)}")


def _is_copy(judge: CopyJudge, matches: Sequence[Match]) -> bool:
    return bool(matches) and bool(judge.predict([match.features for match in matches]).any())


def _with_phrases(originals: Sequence[str]) -> list[Post]:
    """Comments with one of a few phrases, greetings or signatures in each, all longer than what is said by chance."""
    rng = Random(3)
    phrases = [phrase for phrase in STOCK_PHRASES + GREETINGS + SIGNATURES if len(phrase) >= MIN_SHARED_LETTERS]
    return [
        Post(source="bench", id=str(number), text=f"{text}\n{rng.choice(phrases)}", author=str(number))
        for number, text in enumerate(originals)
    ]


def _speed(names: Sequence[str]) -> None:
    """Each finder alone in a new process, so that its memory can be told."""
    print(f"\n{f'{TIMED:,} posts of {CHARACTERS} characters':<34}{''.join(f'{name:>15}' for name in names)}")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as processes:
        figures = list(processes.map(speed_and_size, names))
    _row("found and added a CPU second", [speed for speed, _ in figures], "{:,.0f}")
    _row("bytes of memory a post", [size for _, size in figures], "{:,.0f}")


def speed_and_size(name: str) -> tuple[float, float]:
    """Posts found and added in a second of the processor, and bytes of memory a post."""
    texts = list(_of_one_length())[:TIMED]
    finder = FINDERS[name]()
    finder.find_and_add([f"wh0 kn0ws {texts[0][::-1]}"])  # what is made at the first call counts for no post
    before = copies_million.resident()
    start = time.process_time()
    for at in range(0, len(texts), BATCH):
        finder.find_and_add(texts[at : at + BATCH])
    taken = time.process_time() - start
    return len(texts) / taken, (copies_million.resident() - before) / len(texts)


def _of_one_length() -> Iterator[str]:
    for text in texts_of(SITE):
        for start in range(0, len(text) - CHARACTERS + 1, CHARACTERS):
            yield text[start : start + CHARACTERS]


def _row(name: str, figures: Sequence[float], form: str) -> None:
    print(f"{name:<34}{''.join(f'{form.format(figure):>15}' for figure in figures)}")
