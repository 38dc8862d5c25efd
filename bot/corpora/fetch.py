"""One corpus: its files fetched and checked, made into rows, and put into the folder of corpora."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.corpora.download import FetchError, download
from classifier.corpora import Corpus, copy_of, read_originals, write_corpus
from classifier.progress import Progress
from classifier.whole_file import whole_file

RECORD = "sha256.json"
"""The file, in the folder of corpora, with the SHA-256 of every address that somebody here once agreed to."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A corpus's files, whole, waiting to be used; `unknown`: address and SHA-256 of those never agreed to."""

    paths: tuple[Path, ...]
    unknown: Mapping[str, str]


def fetch_files(corpus: Corpus, directory: Path, progress: Progress) -> Fetched:
    """Fetch the corpus's files; they wait in the folder of corpora, a half of one too.

    A file is checked against the catalogue, or else against what was agreed to at the first fetch.
    Raises FetchError when there is no public file, one cannot be fetched, or one is not what it was.
    """
    if not corpus.originals:
        raise FetchError(
            f"{corpus.name} cannot be fetched: {corpus.obstacle}; who has its prepared copy puts it at "
            f"{copy_of(corpus.name, directory)} (see {corpus.home})"
        )
    agreed = _record(directory)
    paths, unknown = [], {}
    for original in corpus.originals:
        path = _waiting(corpus, directory) / original.name

        def kilobytes(there: int, total: int, stage: str = f"fetching {original.name} (kB)") -> None:
            progress(stage, there // 1024, total // 1024)

        known = original.sha256 or agreed.get(original.url)
        sha256 = _sha256(path) if path.exists() else download(original.url, path, kilobytes)
        if known is None:
            unknown[original.url] = sha256
        elif sha256 != known:
            path.unlink()
            raise FetchError(
                f"{corpus.name}: {original.name} is not the file it was (SHA-256 {sha256}, not {known}); "
                f"it is not used. See {corpus.home} for what has changed"
            )
        paths.append(path)
    return Fetched(tuple(paths), unknown)


def use(corpus: Corpus, fetched: Fetched, directory: Path) -> int:
    """Agree to the unknown files, make the corpus's copy from all of them and remove them. Gives the number of rows.

    Raises DataError when the files are not in the form that flagpost knows; the files stay, to be looked at.
    """
    rows = list(read_originals(corpus, fetched.paths))
    if fetched.unknown:
        text = json.dumps(_record(directory) | dict(fetched.unknown), indent=1, sort_keys=True)
        with whole_file(directory / RECORD) as fresh:
            fresh.write_text(text + "\n")
    write_corpus(copy_of(corpus.name, directory), rows)
    discard(corpus, directory)
    return len(rows)


def discard(corpus: Corpus, directory: Path) -> None:
    """Remove the corpus's files that wait."""
    shutil.rmtree(_waiting(corpus, directory), ignore_errors=True)


def is_prepared_copy(corpus: Corpus, path: Path) -> bool:
    """Whether the file is, byte for byte, the copy that the catalogue knows."""
    return _sha256(path) == corpus.prepared_sha256


def _waiting(corpus: Corpus, directory: Path) -> Path:
    return directory / f"{corpus.name}.originals"


def _record(directory: Path) -> dict[str, str]:
    path = directory / RECORD
    try:
        record = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise FetchError(
            f"{path}: not JSON ({error}); put it right or remove it, then every fetch asks again"
        ) from error
    return {str(url): str(sha256) for url, sha256 in record.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
