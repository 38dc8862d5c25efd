"""`flagpost store`: the database itself: bring it up to date, copy it, check it, hand it out, erase from it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot.cli.groups import CommandGroup
from bot.cli.options import CONFIG_NAME, config_option, opened_store, waiting_for_store
from bot.terminal import harmless
from classifier.errors import FlagpostError
from classifier.whole_file import whole_file

if TYPE_CHECKING:
    from bot.store.export import Row
    from bot.store.search import Author
    from bot.store.store import Store

EVERYTHING = "all"

_NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=CommandGroup)
def store() -> None:
    """The database: bring it up to date, back it up, check it, export it, erase what somebody wrote."""


@store.command()
@config_option
def migrate(config: Path | None) -> None:
    """Bring the tables up to date, as every start does by itself; says from what to what.

    There is no way back: back the store up before.
    """
    from bot.store.database import Database

    url = _url(config)
    _existing(url)
    database = Database.as_it_is(url)
    try:
        with waiting_for_store(url):
            before, after = database.migrate().there, database.schema().there
    finally:
        database.close()
    click.echo(f"the tables are at {after} already" if before == after else f"from {before or 'nothing'} to {after}")


@store.command()
@click.argument("file", type=_NEW_FILE)
@config_option
def backup(file: Path, config: Path | None) -> None:
    """Copy the database into a new FILE, while the bot may go on.

    FILE appears when it is whole. It holds what members wrote: only you can read it. For a database on a PostgreSQL
    server, the command that does the same there is told.
    """
    from bot.store.backup import back_up

    url = _url(config)
    _existing(url)
    back_up(url, file)
    click.echo(f"{file}: {file.stat().st_size / 1e6:,.1f} MB, whole and checked")


@store.command()
@config_option
def check(config: Path | None) -> None:
    """Say whether the database is sound: the file, its tables, references between rows, and whether each flag stands
    where its trail of decisions ends.

    Changes nothing. Exit code 2 when something is wrong.
    """
    from bot.store.database import Database
    from bot.store.inspection import inspect

    url = _url(config)
    _existing(url)
    database = Database.as_it_is(url)
    try:
        faults = inspect(database)
    finally:
        database.close()
    if faults:
        raise FlagpostError("\n".join(f"store: {fault}" for fault in faults))
    click.echo("the store is sound")


@store.command()
@click.argument("kind", type=click.Choice(["posts", "flags", "decisions", EVERYTHING]))
@click.argument("file", type=_NEW_FILE)
@click.option("--author", metavar="USER", help="Only what is kept of one author: SOURCE/ID, or a name.")
@config_option
def export(kind: str, file: Path, author: str | None, config: Path | None) -> None:
    """Write posts, flags, decisions, or all of them to FILE: .jsonl (one JSON object a line) or .csv.

    With --author, everything that is kept of one author, as for a request under data protection law; the names of staff
    are left out then. Read it before you hand it over: notes and quotations may speak of others.
    """
    from bot.counts import count
    from bot.store.export import Kind

    if file.suffix not in (".jsonl", ".csv"):
        raise click.UsageError(f"{file}: the name has to end in .jsonl or .csv")
    if kind == EVERYTHING and file.suffix == ".csv":
        raise click.UsageError("one table cannot hold all kinds: name a .jsonl file, or one kind")
    kinds = list(Kind) if kind == EVERYTHING else [Kind(kind)]
    with _open(config) as opened:
        whose = None if author is None else _author(opened, author)
        rows = (
            {"kind": one.value, **row} if kind == EVERYTHING else row
            for one in kinds
            for row in opened.rows(one, whose)
        )
        with _whole(file) as target:
            written = (_write_csv if file.suffix == ".csv" else _write_lines)(rows, target)
    click.echo(f"{file}: {count(written, 'row')}")


@store.command()
@click.argument("user", metavar="USER")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@config_option
def forget(user: str, yes: bool, config: Path | None) -> None:
    """Erase what USER wrote and was called. USER is SOURCE/ID, as in discord/123456789012345678, or a name.

    Texts and names go, in quotations and copies by others, too, and so do moderators' notes on the flags. Decisions and
    probabilities stay, without a name. The bot drops the fingerprints and updates the cards within a minute or two, or
    when it starts. Backups are yours to look after.
    """
    from bot.counts import count

    with _open(config) as opened:
        author = _author(opened, user)
        who = _described(author)
        if not yes and not click.confirm(f"Erase what {who} wrote? There is no way back."):
            click.echo("nothing was erased")
            return
        gone = opened.privacy.forget(author.source, author.id)
    click.echo(
        f"{who}: erased the texts and the name in {count(gone.posts, 'post')}, {count(gone.quotations, 'quotation')}, "
        f"{count(gone.copies, 'mention')} as the original of a copy, {count(gone.notes, 'note')}; "
        f"{count(gone.flags, 'flag')} left without words"
    )


def _url(config: Path | None) -> str:
    from bot.config import load_settings

    return load_settings(config or CONFIG_NAME, os.environ).store.url


def _existing(url: str) -> None:
    from bot.store.address import database_file

    if (file := database_file(url)) is not None and not file.exists():
        raise FlagpostError(f"the store {file} is not there yet: flagpost run makes it")


@contextmanager
def _open(config: Path | None) -> Iterator[Store]:
    url = _url(config)
    _existing(url)
    with opened_store(url) as opened:
        yield opened


def _author(opened: Store, name: str) -> Author:
    """The one author meant. FlagpostError when there is none, or more than one."""
    match opened.privacy.authors(name):
        case [author]:
            return author
        case []:
            raise FlagpostError(f"nobody called {name} has written here: name SOURCE/ID, or the name as it is shown")
        case several:
            raise FlagpostError(f"{name} may be: " + ", ".join(f"{one.source}/{one.id}" for one in several))


def _described(author: Author) -> str:
    named = f" ({author.name})" if author.name else ""
    return harmless(f"{author.source}/{author.id}{named}")


@contextmanager
def _whole(file: Path) -> Iterator[IO[str]]:
    """The file, written whole or not at all, for this user's eyes."""
    # Spreadsheets take a file for UTF-8 that begins with a byte order mark.
    encoding = "utf-8-sig" if file.suffix == ".csv" else "utf-8"
    with (
        whole_file(file, private=True) as fresh,
        fresh.open("w", encoding=encoding, errors="replace", newline="") as target,
    ):
        yield target


def _write_lines(rows: Iterable[Row], target: IO[str]) -> int:
    count = 0
    for row in rows:
        target.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_csv(rows: Iterable[Row], target: IO[str]) -> int:
    from bot.statistics.csv_file import safe_cell

    writer, count = csv.writer(target, lineterminator="\r\n"), 0
    for row in rows:
        if not count:
            writer.writerow(row)
        cells = (
            json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell for cell in row.values()
        )
        writer.writerow(map(safe_cell, cells))
        count += 1
    return count
