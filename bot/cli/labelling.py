"""The dialogue of `flagpost label`: a post is shown, keys are read, the answer is kept."""

import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import click

from bot.cli.labelled_file import LabelledFile
from bot.counts import count
from bot.store.verdicts import labelled
from bot.terminal import printable
from classifier.labels import Label
from classifier.post import Post

KEYS = {"t": Label.TROLLING, "p": Label.PERSONAL_ATTACK, "c": Label.COPY_PASTE}
AT_THE_END = "That was the last post. u undo · q quit"
HELP = "t trolling · p personal attack · c copy-paste · Enter keep them · n none · s skip · u undo · q quit"

MOST_SHOWN = 3_000
"""Characters of a post shown: a screen or two; whoever has to read more is not labelling posts."""


class Question(NamedTuple):
    """A post to be labelled, and what the model makes of it."""

    post: Post
    probabilities: Mapping[Label, float]


def ask(questions: Iterator[Question], total: int, answers: LabelledFile) -> int:
    """Ask until the questions or the keys are at an end or the person quits; how many posts were labelled.

    Undo goes back by one question, answered or skipped, and takes its answer out of the file.
    """
    before: list[tuple[Question, bool]] = []
    back: list[Question] = []
    keys = _keys()
    while True:
        question = back.pop() if back else next(questions, None)
        if question is not None:
            _show(question, len(before) + 1, total)
            chosen = _answer(keys, can_undo=bool(before))
        else:
            click.echo(f"\n{AT_THE_END}")
            chosen = next((key for key in keys if key in "uq"), "q")
        if chosen == "q":
            break
        if chosen == "u":
            if question is not None:
                back.append(question)
            earlier, was_kept = before.pop()
            back.append(earlier)
            if was_kept:
                answers.take_back()
        elif question is not None:
            if isinstance(chosen, frozenset):
                answers.append(labelled(question.post, chosen))
            before.append((question, isinstance(chosen, frozenset)))
    return sum(was_kept for _, was_kept in before)


def _answer(keys: Iterator[str], *, can_undo: bool) -> frozenset[Label] | str:
    """The labels of the post on the screen, or `s`, `u` or `q`; an end of the keys is `q`."""
    chosen: frozenset[Label] = frozenset()
    for key in keys:
        if key in KEYS:
            chosen ^= {KEYS[key]}
            click.echo("  " + (", ".join(label.display for label in Label if label in chosen) or "(no label)"))
        elif key in "\r\n" and chosen:
            return chosen
        elif key == "n":
            return frozenset()
        elif key in "sq" or (key == "u" and can_undo):
            return key
        else:
            click.echo("  There is nothing to undo." if key == "u" else f"  {HELP}")
    return "q"


def _keys() -> Iterator[str]:
    """The keys pressed, one by one, until Ctrl-C, Ctrl-D or the end of a pipe."""
    while True:
        try:
            # Whoever types fast sends several keys at once; an arrow comes as one run that begins with Escape.
            pressed = click.getchar() if sys.stdin.isatty() else sys.stdin.read(1)
        except (KeyboardInterrupt, EOFError):
            return
        if not pressed:
            return
        yield from "?" if pressed.startswith("\x1b") else pressed.lower()


def _show(question: Question, number: int, total: int) -> None:
    post, probabilities = question
    click.echo(f"\n── {number:,} of {total:,} " + "─" * 40)
    about = (post.place_name, post.author_name, post.created_at and f"{post.created_at:%Y-%m-%d %H:%M} UTC", post.link)
    click.echo(_safe(" · ".join(part for part in about if part)))
    for quotation in post.quotations:
        click.echo(_lines(quotation.text, "  > "))
    click.echo("\n" + _lines(post.text, "  ") + "\n")
    chances = " · ".join(f"{label.display} {probabilities[label]:.0%}" for label in Label)
    click.echo(f"The model: {chances}\n{HELP}")


def _lines(text: str, before: str) -> str:
    rest = len(text) - MOST_SHOWN
    lines = [_safe(line) for line in text[:MOST_SHOWN].splitlines()]
    if rest > 0:
        lines.append(f"… and {count(rest, 'more character')}")
    return "\n".join(before + line for line in lines)


def _safe(text: str) -> str:
    return printable(text, sys.stdout.encoding or "utf-8")
