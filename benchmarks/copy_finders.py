"""Whoever finds copies: flagpost's index and three peers, each as two functions over numbered texts.

The peers are given the folded text, so that look-alike letters and invisible characters are no trouble to them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol

from classifier.copies import CopyIndex, Match
from classifier.post import Original, Post, PostKey
from classifier.text import fold

PERMUTATIONS = 128
SHINGLE = 5
JACCARD = 0.5
BANDS = 32
"""Of four values each: the power of two that finds most pairs of a Jaccard similarity of JACCARD."""

INSTALL = "left out, since it is not installed: pip install 'flagpost[benchmarks]'"


class Finder(Protocol):
    """Finds earlier texts that a text may be a copy of."""

    def find_and_add(self, texts: Sequence[str]) -> list[set[int]]:
        """The numbers of the texts that each is a copy of; texts are numbered as they come, from 0."""

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        """The same, and nothing is added."""


class Numbered(Mapping[PostKey, Post]):
    """Texts as the posts they would be: the archive that a database is for the bot."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __getitem__(self, key: PostKey) -> Post:
        return Post(source=key.source, id=key.id, text=self.texts[int(key.id)])

    def __iter__(self) -> Iterator[PostKey]:
        return (PostKey("bench", str(number)) for number in range(len(self.texts)))

    def __len__(self) -> int:
        return len(self.texts)

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        """Those posts."""
        return {key: Original(self[key]) for key in keys}

    def taken_in(self, texts: Sequence[str]) -> list[Post]:
        """The texts as posts with the next numbers."""
        first = len(self.texts)
        self.texts += texts
        return [Post(source="bench", id=str(first + at), text=text) for at, text in enumerate(texts)]


class Flagpost:
    """The index as the bot uses it: the posts are elsewhere."""

    def __init__(self) -> None:
        self.posts = Numbered()
        self.index = CopyIndex(window=None, archive=self.posts)

    def find_and_add(self, texts: Sequence[str]) -> list[set[int]]:
        return self._numbers(self.index.find_and_add(self.posts.taken_in(texts)))

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        seekers = [Post(source="seeker", id=str(at), text=text) for at, text in enumerate(texts)]
        return self._numbers(self.index.find_many(seekers))

    def _numbers(self, found: list[list[Match]]) -> list[set[int]]:
        return [{int(match.copy.key.id) for match in matches} for matches in found]


class OneByOne(ABC):
    """A peer that takes texts one at a time, and makes a mark of each to look up and to insert."""

    def __init__(self) -> None:
        self.size = 0

    def find_and_add(self, texts: Sequence[str]) -> list[set[int]]:
        found = []
        for text in texts:
            mark = self.mark(fold(text).text)
            found.append(self.look_up(mark))
            self.insert(self.size, mark)
            self.size += 1
        return found

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        return [self.look_up(self.mark(fold(text).text)) for text in texts]

    @abstractmethod
    def mark(self, text: str) -> Any:
        """What stands for a folded text."""

    @abstractmethod
    def look_up(self, mark: Any) -> set[int]:
        """The numbers of those inserted that are alike."""

    @abstractmethod
    def insert(self, number: int, mark: Any) -> None:
        """Have it found from now on."""


class ExactHashing(OneByOne):
    """SHA-256 over the folded letters and digits: only what is the same all through is found."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[bytes, int] = {}

    def mark(self, text: str) -> bytes:
        return sha256("".join(filter(str.isalnum, text)).encode()).digest()

    def look_up(self, mark: bytes) -> set[int]:
        return {self.numbers[mark]} if mark in self.numbers else set()

    def insert(self, number: int, mark: bytes) -> None:
        self.numbers.setdefault(mark, number)


class Datasketch(OneByOne):
    """MinHash LSH of datasketch over character shingles."""

    def __init__(self) -> None:
        super().__init__()
        from datasketch import MinHashLSH

        self.lsh = MinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS)

    def mark(self, text: str) -> Any:
        from datasketch import MinHash

        mark = MinHash(num_perm=PERMUTATIONS)
        mark.update_batch([shingle.encode() for shingle in shingles(text)])
        return mark

    def look_up(self, mark: Any) -> set[int]:
        return set(self.lsh.query(mark))

    def insert(self, number: int, mark: Any) -> None:
        self.lsh.insert(number, mark)


class Rensa(OneByOne):
    """MinHash LSH of rensa, which is written in Rust, over the same shingles."""

    def __init__(self) -> None:
        super().__init__()
        from rensa import RMinHashLSH

        self.lsh = RMinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS, num_bands=BANDS)
        self.marks: list[Any] = []

    def mark(self, text: str) -> Any:
        from rensa import RMinHash

        mark = RMinHash(num_perm=PERMUTATIONS, seed=42)
        mark.update(sorted(shingles(text)))
        return mark

    def look_up(self, mark: Any) -> set[int]:
        return {number for number in self.lsh.query(mark) if self.lsh.is_similar(mark, self.marks[number])}

    def insert(self, number: int, mark: Any) -> None:
        self.lsh.insert(number, mark)
        self.marks.append(mark)


def shingles(text: str) -> set[str]:
    """Every five characters in a row."""
    return {text[at : at + SHINGLE] for at in range(max(len(text) - SHINGLE + 1, 1))}


FINDERS: Mapping[str, Callable[[], Finder]] = {
    "flagpost": Flagpost,
    "datasketch": Datasketch,
    "rensa": Rensa,
    "exact hashing": ExactHashing,
}


def installed() -> dict[str, Callable[[], Finder]]:
    """Those that can be made here; says which cannot."""
    found = {}
    for name, make in FINDERS.items():
        try:
            make()
        except ImportError:
            print(f"{name} is {INSTALL}")
        else:
            found[name] = make
    return found
