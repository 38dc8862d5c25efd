"""Where the work of a scan is done: in processes of this machine, or on a Dask cluster."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from classifier.errors import FlagpostError

ANSWER_WITHIN = 10.0
"""Seconds that a scheduler has to answer in."""

Done = TypeVar("Done")
Piece = TypeVar("Piece")
Joined = TypeVar("Joined")

Work = Callable[[int], Done]
Cut = Callable[[int], Iterable[tuple[int, Piece]]]
Join = Callable[[list[Piece]], Joined]


class BackendError(FlagpostError):
    """The work cannot be done there."""


class Backend(Protocol):
    """What a scan asks of the place where it is worked on. Functions and what they take and give are pickled."""

    def each(self, work: Work[Done], items: Iterable[int]) -> Iterator[Done]:
        """Do `work` for every item, in any order; yields what comes of each once it is done. Raises what `work` raises.

        Items are taken when there is somebody to work on them.
        """
        ...

    def shuffled(self, cut: Cut[Piece], items: Iterable[int], join: Join[Piece, Joined]) -> list[Joined]:
        """What `join` makes of all pieces with one key, in the order of the keys; `cut` gives the pieces of an item.

        `join` gets the pieces in no particular order.
        """
        ...


@contextmanager
def open_backend(jobs: int, scheduler: str | None, folder: Path) -> Iterator[Backend]:
    """The Dask cluster of a scheduler, or as many processes here. Raises BackendError as Cluster does."""
    if scheduler is None:
        yield Processes(jobs)
        return
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise BackendError("a Dask cluster needs `pip install 'flagpost[cluster]'`") from error
    try:
        client = Client(scheduler, timeout=ANSWER_WITHIN, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise BackendError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    with client:
        yield Cluster(client, folder)


class Processes:
    """Processes of this machine; with one job, this process itself."""

    def __init__(self, jobs: int = 1) -> None:
        self.jobs = jobs

    def each(self, work: Work[Done], items: Iterable[int]) -> Iterator[Done]:
        """As in Backend. Raises BackendError when a process is killed."""
        try:
            yield from _each(work, items, self.jobs)
        except TerminatedWorkerError as error:
            raise BackendError(
                "a worker process was killed, perhaps for want of memory: give the same command again, "
                "with fewer --jobs, and it goes on where it was"
            ) from error

    def shuffled(self, cut: Cut[Piece], items: Iterable[int], join: Join[Piece, Joined]) -> list[Joined]:
        """As in Backend, in this process."""
        pieces = defaultdict(list)
        for item in items:
            for key, piece in cut(item):
                pieces[key].append(piece)
        return [join(pieces.pop(key)) for key in sorted(pieces)]


class Cluster:
    """A Dask cluster, whose workers have flagpost installed and see the folder of the scan under the same name.

    Needs the extra `cluster`. What a lost worker had to do is done by another.
    """

    def __init__(self, client: Any, folder: Path) -> None:
        """Raises BackendError when there is no worker, or one that does not see the folder."""
        self.client = client
        sees = client.run(folder.exists)
        if not sees:
            raise BackendError(f"the scheduler at {client.scheduler.address} has no workers: start some")
        if blind := [worker for worker, is_there in sees.items() if not is_there]:
            raise BackendError(f"the worker {blind[0]} does not see {folder}: all have to share that folder")

    def each(self, work: Work[Done], items: Iterable[int]) -> Iterator[Done]:
        """As in Backend."""
        with joblib.parallel_config("dask", client=self.client):
            yield from _each(work, items, -1)

    def shuffled(self, cut: Cut[Piece], items: Iterable[int], join: Join[Piece, Joined]) -> list[Joined]:
        """As in Backend, from worker to worker."""
        from dask import bag

        pieces = bag.from_sequence(items, partition_size=1).map(cut).flatten()  # type: ignore[no-untyped-call]
        groups = pieces.groupby(itemgetter(0), shuffle="tasks")
        joined = groups.map(_joined, join).compute(scheduler=self.client)
        return [each for _, each in sorted(joined, key=itemgetter(0))]


def _each(work: Work[Done], items: Iterable[int], jobs: int) -> Iterator[Done]:
    yield from joblib.Parallel(jobs, return_as="generator_unordered")(joblib.delayed(work)(item) for item in items)


def _joined(group: tuple[int, list[tuple[int, Piece]]], join: Join[Piece, Joined]) -> tuple[int, Joined]:
    key, pieces = group
    return key, join([piece for _, piece in pieces])
