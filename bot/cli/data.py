"""`flagpost data`: public corpora to train on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.groups import CommandGroup
from bot.cli.options import quiet_option
from bot.cli.progress import progress_display
from bot.counts import count
from classifier.errors import DataError
from classifier.whole_file import whole_file

if TYPE_CHECKING:
    from classifier.corpora import Corpus

_DIRECTORY = click.Path(path_type=Path, file_okay=False)


@click.group(cls=CommandGroup)
def data() -> None:
    """Public corpora to train on: what there is, fetching it, and making labelled posts from it."""


@data.command("list")
@click.option("--in", "directory", type=_DIRECTORY, help="The folder of corpora.  [default: this user's data folder]")
def list_corpora(directory: Path | None) -> None:
    """Show the corpora that flagpost knows, with their licences and whether they are here.

    verified: the SHA-256 is the one in flagpost's catalogue. not verified: nobody could check the public files when
    flagpost was made, so the first fetch shows their SHA-256 and asks.
    """
    from rich.console import Console
    from rich.table import Table

    from classifier.corpora import CATALOGUE, default_directory

    table = Table(box=None, pad_edge=False)
    for heading in ("corpus", "posts", "licence", "state", "files"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "posts" else "left")
    for corpus in CATALOGUE.values():
        state, files = _state(corpus, directory or default_directory())
        table.add_row(corpus.name, f"{corpus.rows:,}", corpus.licence, state, files)
    Console().print(table)


@data.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--all", "everything", is_flag=True, help="Every corpus that has a public file.")
@click.option("--to", "directory", type=_DIRECTORY, help="The folder of corpora.  [default: this user's data folder]")
@click.option("--yes", "-y", is_flag=True, help="Agree to every licence, and to files nobody has checked.")
@quiet_option
def fetch(names: tuple[str, ...], everything: bool, directory: Path | None, yes: bool, quiet: bool) -> None:
    """Fetch corpora from where their authors put them.

    Each licence is shown and asked for first. A fetch that broke off goes on where it stopped. What one corpus cannot
    give is told at the end, with exit code 2; the others are fetched all the same.
    """
    from bot.corpora.download import FetchError
    from classifier.corpora import CATALOGUE, corpus_named, default_directory

    if everything == bool(names):
        raise click.UsageError("name the corpora, or say --all; flagpost data list shows them")
    chosen = [corpus_named(name) for name in names] or [corpus for corpus in CATALOGUE.values() if corpus.originals]
    failures = []
    for corpus in chosen:
        try:
            _fetch(corpus, directory or default_directory(), yes=yes, quiet=quiet)
        except (FetchError, DataError) as error:
            failures.append(str(error))
    if failures:
        raise FetchError("\n".join(failures))


@data.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A copy of the corpus, NAME.jsonl.gz.  [default: the one that was fetched]",
)
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."
)
def export(name: str, source: Path | None, target: Path) -> None:
    """Write the posts of a corpus with flagpost's labels, one JSON object a line.

    Only posts for which the corpus's own labels are sure are written; docs/corpora.md says which and why.
    """
    from classifier.corpora import copy_of, corpus_named, default_directory, fields_of, labelled_posts, read_corpus

    corpus = corpus_named(name)
    source = source or copy_of(name, default_directory())
    rows = read_corpus(name, source)
    try:
        posts = list(labelled_posts(corpus, rows))
    except DataError as error:
        raise DataError(f"{source}: {error}") from error
    if not posts:
        raise DataError(f"{name} makes no labelled posts: {corpus.labelling.reason}")
    with whole_file(target) as fresh, fresh.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(fields_of(post), ensure_ascii=False) + "\n" for post in posts)
    labelled = sum(bool(post.labels) for post in posts)
    click.echo(
        f"{target}: {labelled:,} with a label, {len(posts) - labelled:,} clean, {len(rows) - len(posts):,} left out"
    )
    click.echo(f"{corpus.licence}. Cite: {corpus.cite}")


@data.command("build")
@click.option("--from", "corpora", type=_DIRECTORY, help="The folder of corpora.  [default: this user's data folder]")
@click.option("--encoder", required=True, help="The sentence encoder to begin with: a folder or a name.")
@click.option("--work", type=_DIRECTORY, required=True, help="A folder for what is made on the way.")
@click.option("--to", "target", type=_DIRECTORY, required=True, help="The folder to write the base scorer to.")
@quiet_option
def build_base_scorer(corpora: Path | None, encoder: str, work: Path, target: Path, quiet: bool) -> None:
    """Make the base scorer anew from public corpora, as classifier/base/CARD.md tells.

    For those who build flagpost: it takes about an hour and the extra base-scorer. What was interrupted goes on from
    the folder of the work; with another encoder or other corpora, name an empty one.
    """
    from classifier.corpora import default_directory

    try:
        from classifier.base.building.build import build
    except ImportError as error:
        raise DataError(
            f"making a base scorer needs {error.name}: install flagpost with its extra base-scorer"
        ) from error
    with progress_display(quiet=quiet) as progress:
        build(corpora or default_directory(), work, target, progress, encoder)
    click.echo(f"{target}: the base scorer is made; it takes the place of the files in classifier/base")


def _fetch(corpus: "Corpus", directory: Path, *, yes: bool, quiet: bool) -> None:
    from bot.corpora.fetch import discard, fetch_files, use
    from classifier.corpora import copy_of

    target = copy_of(corpus.name, directory)
    if target.exists():
        click.echo(f"{corpus.name} is here already: {target}")
        return
    if corpus.originals:
        click.echo(f"\n{corpus.name}: {corpus.title}\n  licence  {corpus.licence}\n  cite     {corpus.cite}")
        click.echo("\n".join(f"  from     {original.url}" for original in corpus.originals))
        if not yes and not click.confirm("Use it under this licence?"):
            click.echo(f"{corpus.name}: not fetched")
            return
    with progress_display(quiet=quiet) as progress:
        fetched = fetch_files(corpus, directory, progress)
    if fetched.unknown:
        click.echo("Nobody has checked these files yet:")
        click.echo("\n".join(f"  {sha256}  {url}" for url, sha256 in fetched.unknown.items()))
        if not yes and not click.confirm("Use them, and take no others from these addresses from now on?"):
            discard(corpus, directory)
            click.echo(f"{corpus.name}: not used, files removed")
            return
    posts = use(corpus, fetched, directory)
    unexpected = "" if posts == corpus.rows else f" (flagpost's own copy has {corpus.rows:,})"
    click.echo(f"{target}: {count(posts, 'post')}{unexpected}")


def _state(corpus: "Corpus", directory: Path) -> tuple[str, str]:
    """Whether the corpus is here, and whether its files are those that the catalogue knows."""
    from bot.corpora.fetch import is_prepared_copy
    from classifier.corpora import copy_of

    path = copy_of(corpus.name, directory)
    state = "fetched" if path.exists() else "not fetched"
    if corpus.verified or (path.exists() and is_prepared_copy(corpus, path)):
        return state, "verified"
    return state, "not verified" if corpus.originals else "none public"
