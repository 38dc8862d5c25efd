"""What a month of decisions brings: it teaches the model that judges the month after, on two boards.

The design was settled before its first run. Real posts play the boards: the comments of a competition and the replies
of a debating forum. Each is cut into halves by its dates. The first is the month that staff see, with civil posts of
two other boards beside it, so that at BASE_RATE more of its guilty ones find room. It goes through a real store: the
most suspicious SHOWN of the posts come before the staff, AUDITED others are audited, and what was decided trains a
model. All comments of the second half are the month after. Civil posts are not among these, so that to tell boards
apart earns nothing; guilty ones are weighed to be BASE_RATE. All is played PLAYS times, with other posts drawn and
other errors of moderators; the default model and the retrained one, refused or not, judge the same posts.

The posts lie beside the project and are no part of it; the models trained here are thrown away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.dev_sets import DevSet, dev_set, discourse, missing
from benchmarks.month_gains import BASE_RATE, SHOWN, Judged, print_gain, told
from bot.cli.deciders import unusual_deciders
from bot.cli.training_posts import TrainingPosts, gather
from bot.cli.training_report import outcome, print_figures, print_unusual
from bot.config.settings import TOLERANCE
from bot.store.reach import Reach
from bot.store.records import Moderator, Report
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry, default_directory, default_model
from classifier.thresholds import Thresholds
from classifier.training import train

PLAYS = 5
RIGHT = 0.95
"""How often a moderator is right."""

AUDITED = 200
DISCORD_SHARE = 0.1
"""Of the posts, how many came from Discord and may not train."""

MONTH = timedelta(days=30)
STAFF = [Moderator(f"m{number}", f"Moderator {number}") for number in range(4)]
TROLLS = [Moderator(f"t{number}", f"Troll {number}") for number in range(3)]


@dataclass(frozen=True, slots=True)
class Board:
    """Posts of a development set that play a forum, and which of its labels staff look for."""

    name: str
    file: str
    column: str
    label: Label


BOARDS = (
    Board("news comments", "kaggle_insults_train_test", "insult", Label.PERSONAL_ATTACK),
    Board("debating forum", "iac_qr_4forums", "attacking", Label.TROLLING),
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A post of a board, whether it is guilty, and a name for the posts of its thread."""

    text: str
    guilty: bool
    thread: str


def report() -> None:
    """Print what each month brought, all plays together, and what became of poisoned months."""
    if absent := missing():
        print(f"left out: {absent}")
        return
    default = default_model(Registry(default_directory()))
    judged: dict[str, list[Judged]] = {}
    for board in BOARDS:
        print(f"\n{board.name}", flush=True)
        judged[board.name] = [play(board, default, seed) for seed in range(PLAYS)]
    print()
    for name, plays in judged.items():
        print_gain(name, [plays])
    print_gain("both boards", list(judged.values()))
    for board in BOARDS:
        for reported in (AUDITED, 0):
            poisoned(board, default, reported)


def play(board: Board, default: Model, seed: int) -> Judged:
    """What the model trained after a month made of the month after."""
    posts = month_of_decisions(board, default, Random(seed))
    trained, manifest = train(posts.all, against=default)
    judged = _judged(board, default, trained)
    assert manifest.comparison is not None
    guilty = sum(bool(post.labels) for post in posts.decided)
    print(
        f"play {seed + 1}: {len(posts.decided)} decisions, {guilty} guilty; the month after: {told(judged)}\n"
        f"  {outcome(manifest.comparison, TOLERANCE)}",
        flush=True,
    )
    return judged


def poisoned(board: Board, default: Model, reported: int) -> None:
    """A month in which trolls confirm whatever comes, and have posts confirmed that the model had passed over."""
    print(f"\na month in which trolls decide, and report {reported} posts: {board.name}")
    posts = month_of_decisions(board, default, Random(0), reported)
    print_unusual(unusual_deciders(posts.verdicts))
    trained, manifest = train(posts.all, against=default)
    print_figures(manifest, Thresholds())
    print(outcome(manifest.comparison, TOLERANCE))
    print(f"the month after: {told(_judged(board, default, trained))}", flush=True)


def month_of_decisions(board: Board, model: Model, random: Random, reported: int | None = None) -> TrainingPosts:
    """What is learned from after the first half went through a store: posts judged, the most suspicious decided, others
    audited, or so many of them `reported` and confirmed by trolls, who are among the staff then.
    """
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'board.sqlite3'}") as store:
        _decide(store, board, model, _stream(board, random), random, reported)
        return gather([], {}, None, store.verdicts())


def _decide(
    store: Store, board: Board, model: Model, stream: Sequence[Comment], random: Random, reported: int | None
) -> None:
    trolls = [] if reported is None else TROLLS
    end = datetime.now(UTC)
    at = end - MONTH / 2
    guilty, posts = {}, []
    for place, comment in enumerate(stream):
        source = "discord" if random.random() < DISCORD_SHARE else "forum"
        name = str(place)
        posts.append(
            Post(
                source=source,
                id=name,
                text=comment.text,
                provenance=source,
                thread=comment.thread,
                created_at=at,
            )
        )
        guilty[name] = comment.guilty
    found = model.assess(posts, CopyIndex(), explain=lambda *_: False)
    suspicion = [one.probabilities[board.label] for one in found]
    line = sorted(suspicion, reverse=True)[round(SHOWN * len(found))]
    store.save_posts(posts)
    judged = [
        (post, one, [board.label] if one.probabilities[board.label] > line else [])
        for post, one in zip(posts, found, strict=True)
    ]
    for flag in store.save_assessments(judged, at):
        if flag is None:
            continue
        by = random.choice([*STAFF, *trolls])
        is_right = random.random() < RIGHT
        if by in trolls or guilty[flag.post.id] is is_right:
            store.confirm(flag.id, by, [board.label], at, timedelta(0))
        else:
            store.dismiss(flag.id, by, at, timedelta(0))
    if reported is None:
        _audit(store, board, guilty, end)
        return
    for post in random.sample([post for post, _, labels in judged if not labels], k=reported):
        flag = store.reports.report(post, [board.label], Report(trolls[0], {}, {}), at).flag
        store.confirm(flag.id, random.choice(trolls), [board.label], at, timedelta(0))


def _audit(store: Store, board: Board, guilty: dict[str, bool], end: datetime) -> None:
    everywhere = Reach(forums=frozenset({"forum"}))
    sample = store.samples.draw(STAFF[0], 1, AUDITED, end - MONTH, end, everywhere, end)
    assert sample is not None
    while (drawn := store.samples.next_post(sample.id)) is not None:
        store.samples.judge(sample.id, drawn.number, [board.label] if guilty[drawn.post.id] else [], end)


def _halves(board: Board) -> list[list[Comment]]:
    posts = dev_set(board.file)
    guilty = posts.labels[board.column]
    return [
        [Comment(posts.texts[row], bool(guilty[row]), str(posts.groups[row])) for row in half]
        for half in posts.in_turn(2)
    ]


def _civil(random: Random) -> list[Comment]:
    """Half of a newspaper's comments with which raters found nothing wrong, and half of a technical forum's posts."""
    news, technical = dev_set("ucc_val"), discourse()
    healthy = [text for text, nothing in zip(news.texts, _nothing_wrong(news), strict=True) if nothing]
    texts = random.sample(healthy, k=len(healthy) // 2) + [technical.texts[row] for row in technical.in_turn(2)[0]]
    return [Comment(text, False, f"civil {at}") for at, text in enumerate(texts) if text.strip()]


def _nothing_wrong(posts: DevSet) -> list[bool]:
    wrong = [truth for name, truth in posts.labels.items() if name != "healthy" and ":" not in name]
    return list(posts.labels["healthy"] & ~np.any(wrong, axis=0))


def _stream(board: Board, random: Random) -> list[Comment]:
    """Harmless comments of the first half, civil posts, and so many guilty comments that they are BASE_RATE."""
    comments, _ = _halves(board)
    stream = [comment for comment in comments if not comment.guilty] + _civil(random)
    guilty = [comment for comment in comments if comment.guilty]
    stream += random.sample(guilty, k=round(len(stream) * BASE_RATE / (1 - BASE_RATE)))
    random.shuffle(stream)
    return stream


def _judged(board: Board, default: Model, retrained: Model) -> Judged:
    _, after = _halves(board)
    texts = [comment.text for comment in after]
    return Judged(
        truth=np.array([comment.guilty for comment in after]),
        threads=np.unique([comment.thread for comment in after], return_inverse=True)[1],
        default=default.text_log_odds(texts)[board.label],
        retrained=retrained.text_log_odds(texts)[board.label],
    )
