"""What a scan leaves: the flagged posts, the clusters of copies, and a summary in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.scan.partitions import Partitions
from bot.scan.rows import Format, Row, write_rows
from bot.scan.scan import Judged
from classifier.labels import Label
from classifier.post import Post

FLAGGED, CLUSTERS = "flagged", "copies"
"""The files' names, to which the format is put."""

_POST_KINDS = {"id": str, "author": str, "thread": str, "place": str, "created_at": datetime, "link": str, "text": str}
_FLAGGED_KINDS = {**_POST_KINDS, "flags": list, **dict.fromkeys(map(str, Label), float), "copies": list}
_CLUSTER_KINDS = {"count": int, "authors": list, "places": list, "first": datetime, "last": datetime} | {
    "posts": list,
    "text": str,
}


@dataclass(frozen=True)
class Summary:
    """Counts of posts; `authors` are those with the most flags."""

    posts: int
    bad: int
    flagged: int
    labels: Counter[Label]
    clusters: int
    largest: int
    authors: Sequence[tuple[str, int]]


def write_results(
    out: Path, partitions: Partitions, flagged: Iterable[Judged], bad: int, format: Format = Format.JSONL
) -> Summary:
    """Write FLAGGED and CLUSTERS, each in place of an earlier one. Raises OSError, and DataError as `write_rows`."""
    labels: Counter[Label] = Counter()
    authors: Counter[str] = Counter()
    clusters = _Clusters()
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        for each in flagged:
            count += 1
            labels.update(each.labels)
            authors.update([each.post.author] if each.post.author else [])
            clusters.join(each.number, each.copies[:1])
            yield _post(each.post) | {
                "flags": [label.value for label in each.labels],
                "scores": dict(each.probabilities),
                "copies": [partitions.post(number).id for number in each.copies],
            }

    write_rows(out / f"{FLAGGED}.{format}", format, _FLAGGED_KINDS, rows())
    groups = clusters.groups()
    found = (_cluster([partitions.post(number) for number in group]) for group in groups)
    write_rows(out / f"{CLUSTERS}.{format}", format, _CLUSTER_KINDS, found)
    largest = max(map(len, groups), default=0)
    return Summary(partitions.posts, bad, count, labels, len(groups), largest, authors.most_common(3))


class _Clusters:
    """Posts that copy one another, directly or by way of others (union-find)."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def join(self, number: int, others: Iterable[int]) -> None:
        for other in others:
            one, two = self._root(number), self._root(other)
            self._parents[max(one, two)] = min(one, two)

    def groups(self) -> list[list[int]]:
        """The largest first, of equals the oldest."""
        members = defaultdict(list)
        for number in sorted(self._parents):
            members[self._root(number)].append(number)
        return sorted(members.values(), key=lambda group: (-len(group), group[0]))

    def _root(self, number: int) -> int:
        path = [number]
        while (parent := self._parents.setdefault(path[-1], path[-1])) != path[-1]:
            path.append(parent)
        for passed in path:
            self._parents[passed] = path[-1]
        return path[-1]


def _post(post: Post) -> dict[str, Any]:
    known = {
        "id": post.id,
        "author": post.author,
        "thread": post.thread,
        "place": post.place,
        "created_at": post.created_at,
        "link": post.link,
        "text": post.text,
    }
    return {name: value for name, value in known.items() if value is not None}


def _cluster(posts: Sequence[Post]) -> dict[str, Any]:
    times = [post.created_at for post in posts if post.created_at is not None]
    return {
        "count": len(posts),
        "authors": sorted({post.author for post in posts if post.author is not None}),
        "places": sorted({post.place for post in posts if post.place is not None}),
        "first": min(times, default=None),
        "last": max(times, default=None),
        "posts": [{"id": post.id, "link": post.link} if post.link else {"id": post.id} for post in posts],
        "text": posts[0].text,
    }
