"""What is known of a public corpus: where it is, what one may do with it, and how its labels are to be read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from classifier.corpora.rows import CorpusRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalFile:
    """A file as its authors published it. `sha256` is None where nobody could reach it when flagpost was made."""

    url: str
    sha256: str | None = None

    @property
    def name(self) -> str:
        """The last part of the address."""
        return urlsplit(self.url).path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """Which rows are personal attacks, which are clean, and why; a row that is neither says nothing and is left out.

    A row is left out if any label in `unclear` is above 0. Else it is an attack if the label `attack` is above 0, and
    clean if every label in `clean` has the value given there. Empty `clean`: the corpus vouches for no clean post.
    """

    reason: str
    attack: str | None = None
    unclear: tuple[str, ...] = ()
    clean: Mapping[str, float] = field(default_factory=dict)

    @property
    def needs(self) -> frozenset[str]:
        """The labels that every row must have."""
        return frozenset({*self.unclear, *self.clean, *([self.attack] if self.attack else [])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A public corpus that may train weights which are given away.

    `rows` and `prepared_sha256` are those of the prepared copy, NAME.jsonl.gz, that flagpost's own weights come from.
    `read` makes rows of the `originals`, given in their order. Without originals there is only the prepared copy, and
    `obstacle` says why. In a corpus with `quoted_lines`, lines that begin with `>` are somebody else's words.
    """

    name: str
    title: str
    licence: str
    cite: str
    home: str
    rows: int
    prepared_sha256: str
    labelling: Labelling
    originals: tuple[OriginalFile, ...] = ()
    read: Callable[[Sequence[Path]], Iterable[CorpusRow]] | None = None
    obstacle: str = ""
    quoted_lines: bool = False

    @property
    def verified(self) -> bool:
        """Whether every original's SHA-256 was known when flagpost was made."""
        return bool(self.originals) and all(original.sha256 for original in self.originals)
