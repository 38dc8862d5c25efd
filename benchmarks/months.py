"""What months of decisions bring: each month's teach the model that judges the next, on two boards.

Real posts play the boards: the comments of a competition and the replies of a debating forum, each cut into quarters by
their dates, and thinned to BASE_RATE of guilty ones before staff see them. Every month goes through a real store; what
staff decided so far trains a model, which is put into use unless it is refused as worse, and is judged, refused or not,
on all posts of the quarter after. That is played PLAYS times, with other posts drawn and other errors of moderators.
The posts lie beside the project and are no part of it; the models trained here are thrown away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.dev_sets import dev_set, discourse, missing
from benchmarks.month_gains import BASE_RATE, Judged, print_gain, told
from bot.cli.deciders import unusual_deciders
from bot.cli.training_posts import gather
from bot.cli.training_report import print_comparison, print_unusual, verdict
from bot.config.settings import TOLERANCE
from bot.store.reach import Reach
from bot.store.records import Moderator, Report
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry, default_directory, default_model
from classifier.training import train

MONTHS = 4
"""The last is only judged on."""

PLAYS = 2
RIGHT = 0.95
"""How often a moderator is right."""

FLAGS_A_MONTH = 300
"""What the staff want to see: the month's most suspicious posts come before them."""

AUDITED = 200
DISCORD_SHARE = 0.1
"""Of the posts, how many came from Discord and may not train."""

MONTH = timedelta(days=30)
STAFF = [Moderator(f"m{number}", f"Moderator {number}") for number in range(4)]
TROLLS = [Moderator(f"t{number}", f"Troll {number}") for number in range(3)]


@dataclass(frozen=True, slots=True)
class Board:
    """Posts of a development set that play a forum, and which of its labels staff look for.

    `mixed`: posts of a civil forum come in beside them, since nearly every other of its own is heated.
    """

    name: str
    file: str
    column: str
    label: Label
    mixed: bool


BOARDS = (
    Board("news comments", "kaggle_insults_train_test", "insult", Label.PERSONAL_ATTACK, mixed=True),
    Board("debating forum", "iac_qr_4forums", "attacking", Label.TROLLING, mixed=False),
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A post of a board, whether it is guilty, and a name for the posts of its thread."""

    text: str
    guilty: bool
    thread: str


def report() -> None:
    """Print what each month brought, all months together, and what became of a poisoned month."""
    if absent := missing():
        print(f"left out: {absent}")
        return
    default = default_model(Registry(default_directory()))
    plays: list[list[Judged]] = []
    for seed in range(PLAYS):
        plays.append([])
        for board in BOARDS:
            print(f"\n{board.name}, play {seed + 1}", flush=True)
            plays[-1] += play(board, default, seed)
    first = 0
    for board in BOARDS:
        print_gain(board.name, [months[first : first + MONTHS - 1] for months in plays])
        first += MONTHS - 1
    print_gain("all months of both boards", plays)
    poisoned(BOARDS[0], default)


def play(board: Board, default: Model, seed: int) -> list[Judged]:
    """Month by month, what the model trained after it made of the month after."""
    random = Random(seed)
    in_use, judged = default, []
    months = _months(board)
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'board.sqlite3'}") as store:
        for number, (before, after) in enumerate(pairwise(months)):
            stream = _stream(board, before, number, random)
            decide(store, board, in_use, stream, number, random)
            posts = gather([], {}, None, store.verdicts())
            guilty = sum(bool(post.labels) for post in posts.decided)
            trained, manifest = train(posts.all, against=in_use)
            comparison = manifest.comparison
            assert comparison is not None
            is_worse = bool(comparison.losses(TOLERANCE) or comparison.contradictions())
            in_use = in_use if is_worse else trained
            judged.append(_judged(board, default, trained, after, FLAGS_A_MONTH / len(stream)))
            print(
                f"month {number + 1}, {len(stream):,} posts: {len(posts.decided)} decisions so far, {guilty} guilty"
                f"{', refused' if is_worse else ''}; the month after: {told(judged[-1])}",
                flush=True,
            )
    return judged


def poisoned(board: Board, default: Model) -> None:
    """A month in which trolls confirm whatever comes, and have posts confirmed that the model had passed over."""
    random = Random(0)
    before, after, *_ = _months(board)
    print(f"\na month in which trolls decide: {board.name}")
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'board.sqlite3'}") as store:
        stream = _stream(board, before, 0, random)
        decide(store, board, default, stream, 0, random, trolls=TROLLS)
        posts = gather([], {}, None, store.verdicts())
    print_unusual(unusual_deciders(posts.verdicts))
    trained, manifest = train(posts.all, against=default)
    if manifest.comparison is not None:
        print_comparison(manifest.comparison)
    print(verdict(manifest.comparison, TOLERANCE))
    print(f"the month after: {told(_judged(board, default, trained, after, FLAGS_A_MONTH / len(stream)))}")


def decide(
    store: Store,
    board: Board,
    model: Model,
    stream: Sequence[Comment],
    number: int,
    random: Random,
    trolls: Sequence[Moderator] = (),
) -> None:
    """A month goes through the store: judged, the most suspicious decided, others audited or reported by trolls."""
    start = datetime.now(UTC) - MONTH * (MONTHS - number)
    at = start + MONTH / 2
    guilty, posts = {}, []
    for place, comment in enumerate(stream):
        source = "discord" if random.random() < DISCORD_SHARE else "forum"
        name = f"{number}-{place}"
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
    line = sorted(suspicion, reverse=True)[min(FLAGS_A_MONTH, len(found) - 1)]
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
    if not trolls:
        _audit(store, board, guilty, start)
        return
    for post in random.sample([post for post, _, labels in judged if not labels], k=AUDITED):
        flag = store.reports.report(post, [board.label], Report(trolls[0], {}, {}), at).flag
        store.confirm(flag.id, random.choice(trolls), [board.label], at, timedelta(0))


def _audit(store: Store, board: Board, guilty: dict[str, bool], start: datetime) -> None:
    end = start + MONTH
    everywhere = Reach(forums=frozenset({"forum"}))
    sample = store.samples.draw(STAFF[0], 1, AUDITED, start, end, everywhere, end)
    assert sample is not None
    while (drawn := store.samples.next_post(sample.id)) is not None:
        store.samples.judge(sample.id, drawn.number, [board.label] if guilty[drawn.post.id] else [], end)


def _months(board: Board) -> list[list[Comment]]:
    posts = dev_set(board.file)
    guilty = posts.labels[board.column]
    return [
        [Comment(posts.texts[row], bool(guilty[row]), str(posts.groups[row])) for row in month]
        for month in posts.in_turn(MONTHS)
    ]


def _stream(board: Board, comments: Sequence[Comment], month: int, random: Random) -> list[Comment]:
    """All harmless comments, civil posts of that month, and so many guilty ones that they are BASE_RATE; shuffled."""
    stream = [comment for comment in comments if not comment.guilty]
    if board.mixed:
        civil = discourse()
        texts = [civil.texts[row] for row in civil.in_turn(MONTHS - 1)[month]]
        stream += [Comment(text, False, f"civil {at}") for at, text in enumerate(texts) if text.strip()]
    guilty = [comment for comment in comments if comment.guilty]
    stream += random.sample(guilty, k=min(len(guilty), round(len(stream) * BASE_RATE / (1 - BASE_RATE))))
    random.shuffle(stream)
    return stream


def _judged(board: Board, default: Model, retrained: Model, after: Sequence[Comment], share: float) -> Judged:
    texts = [comment.text for comment in after]
    return Judged(
        truth=np.array([comment.guilty for comment in after]),
        threads=np.unique([comment.thread for comment in after], return_inverse=True)[1],
        default=default.text_log_odds(texts)[board.label],
        retrained=retrained.text_log_odds(texts)[board.label],
        share=share,
    )
