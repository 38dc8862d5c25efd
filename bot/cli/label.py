"""`flagpost label`: label posts in the terminal, the most useful first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    CONFIG_NAME,
    config_option,
    existing_store,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    settings_if_any,
)
from bot.cli.progress import progress_display
from bot.counts import last_days
from classifier.errors import DataError
from classifier.progress import Progress

if TYPE_CHECKING:
    from bot.cli.labelled_file import LabelledFile
    from bot.cli.labelling import Question
    from bot.config import Settings
    from classifier.model import Model
    from classifier.post import Post

MOST_POSTS = 20_000
"""Posts to choose among, at most: enough for weeks of labelling, few enough to be judged within seconds."""


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file that answers are added to, for `flagpost train --data`.",
)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back to look in the store."
)
@config_option
@models_option
@quiet_option
def label(file: Path | None, out: Path, days: int, config: Path | None, models: Path | None, quiet: bool) -> None:
    """Label posts by a key each, those first of which a model would learn most.

    FILE holds posts as `flagpost scan` reads them: JSON lines, CSV or Parquet. Without FILE the posts come from the
    store, and those that staff have decided are left out. Of the newest 20,000 posts those are shown first of which the
    model in use is uncertain and that are unlike all that were shown before.

    Every answer is on the disk before the next post is shown, so one may stop at any time; with the same --out the
    next run goes on from there.
    """
    from bot.cli.labelled_file import LabelledFile
    from bot.cli.labelling import ask

    settings = settings_if_any(config)
    posts = posts_of_file(file) if file is not None else undecided_posts(settings, config or CONFIG_NAME, days)
    with LabelledFile(out) as answers:
        waiting = unlabelled(posts, answers)
        if not waiting:
            where = str(file) if file is not None else f"the {last_days(days)}; --days looks further back"
            click.echo(f"There is no post left to label in {where}.")
            return
        with progress_display(quiet=quiet) as progress:
            model = model_in_use(open_registry(models, settings), settings, progress)
            questions = judged(waiting, model, progress)
        if not quiet and any(post.provenance == "discord" for post in waiting):
            click.echo("Posts from Discord are among these: `flagpost train` leaves them out unless it is permitted.")
        count = ask(in_order(questions, answers), len(waiting), answers)
    click.echo(f"{out}: {count:,} labelled now, {len(answers.earlier) + count:,} in all")


def posts_of_file(path: Path) -> "list[Post]":
    """The newest posts of a file, in its order. Raises DataError, with the line's number, for what is no post."""
    from bot.scan.archive import read_posts
    from bot.store.tables import storable

    posts = []
    for number, post in read_posts(path):
        if isinstance(post, DataError):
            raise DataError(f"{path}:{number}: {post}") from post
        # What no store holds no file of labelled posts may hold either.
        posts.append(
            replace(
                post,
                id=storable(post.id),
                text=storable(post.text),
                thread=post.thread and storable(post.thread),
                author=post.author and storable(post.author),
            )
        )
    return posts


def undecided_posts(settings: "Settings | None", config: Path, days: int) -> "list[Post]":
    """The posts of the last days in the store that staff have not decided as they read now, oldest first."""
    if settings is None:
        raise DataError(f"{config}: there is no such file, so there is no store either; name a file of posts")
    with existing_store(settings) as store:
        if store is None:
            raise DataError(f"{config}: there is no store yet; name a file of posts, or let the bot read along first")
        decided = {(verdict.post.key, verdict.post.revision) for verdict in store.verdicts()}
        recent = store.recent_posts(datetime.now(UTC) - timedelta(days=days))
        return [post for post in recent if (post.key, post.revision) not in decided]


def unlabelled(posts: "list[Post]", answers: "LabelledFile") -> "list[Post]":
    """The newest posts with words that nobody has labelled, each text once, in the order given."""
    done = {post.text for post in answers.earlier}
    by_text = {post.text: post for post in posts if post.text.strip() and post.text not in done}
    return list(by_text.values())[-MOST_POSTS:]


def judged(posts: "list[Post]", model: "Model", progress: Progress) -> "list[Question]":
    """What the model makes of each post; copies are looked for among these posts alone."""
    from bot.cli.labelling import Question
    from classifier.evaluation import probabilities_of

    return [*map(Question, posts, probabilities_of(model, posts, None, progress))]


def in_order(questions: "list[Question]", answers: "LabelledFile") -> "Iterator[Question]":
    """The questions, the most useful first: what lies near earlier answers comes late."""
    from classifier.choice import directions, most_useful_first, uncertainties

    places = most_useful_first(
        uncertainties([question.probabilities for question in questions]),
        directions([question.post.text for question in questions]),
        directions([post.text for post in answers.earlier]),
    )
    return (questions[place] for place in places)
