"""Where long work is done: in processes of this machine, or on a Dask cluster."""

import logging
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from classifier.errors import FlagpostError

ANSWER_WITHIN = 10.0
"""Seconds that a scheduler has to answer in."""

_AHEAD = 10
"""Items that each worker of a cluster is given before any is done: enough for a second or two without the caller."""

_CUT_TOGETHER = 8
"""Items of a shuffle on a cluster that are cut by one task: tasks of milliseconds would keep the scheduler busy."""

Item = TypeVar("Item")
Done = TypeVar("Done")
Piece = TypeVar("Piece")
Joined = TypeVar("Joined")

Work = Callable[[int], Done]
Cut = Callable[[int], Iterable[tuple[int, Piece]]]
Join = Callable[[list[Piece]], Joined]


class BackendError(FlagpostError):
    """The work cannot be done there."""


class Backend(Protocol):
    """What is asked of the place where it is worked on. Functions and what they take and give are pickled."""

    def share(self, folder: Path) -> None:
        """See that those who work see the folder. Raises BackendError when one does not."""
        ...

    def each(self, work: Work[Done], items: Iterable[int]) -> Iterator[Done]:
        """Do `work` for every item, in any order; yields what comes of each once it is done. Raises what `work` raises.

        Items are taken when there is somebody to work on them. Workers of a cluster begin at once, before anything is
        taken from what it gives.
        """
        ...

    def shuffled(self, cut: Cut[Piece], items: Iterable[int], join: Join[Piece, Joined]) -> Iterator[Joined]:
        """What `join` makes of all pieces with one key, in the order of the keys; `cut` gives the pieces of an item.

        Workers elsewhere begin at once, before anything is taken from what it gives. `join` gets the pieces in no
        particular order.
        """
        ...


@contextmanager
def open_backend(jobs: int, scheduler: str | None, module: str) -> Iterator[Backend]:
    """The Dask cluster of a scheduler, or as many processes here; while it is open, joblib works there.

    The workers begin by importing `module`, which has what they will work with, while the caller goes on. Raises
    BackendError as Cluster does, and when a process is killed.
    """
    if scheduler is None:
        with joblib.parallel_config("loky", n_jobs=jobs), _killed_processes_told():
            processes = Processes(jobs, module)
            try:
                yield processes
            finally:
                processes.close()
        return
    try:
        from dask.distributed import Client, Security
    except ImportError as error:
        raise BackendError("a Dask cluster needs `pip install 'flagpost[cluster]'`") from error
    if scheduler.startswith("tls:") and Security().get_connection_args("client")["ssl_context"] is None:  # type: ignore[no-untyped-call]
        raise BackendError(f"{scheduler} needs certificates: name them under `distributed.comm.tls` in Dask's config")
    try:
        client = Client(scheduler, timeout=ANSWER_WITHIN, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise BackendError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost cluster is told in one line below
    with client, _lost_workers_told(scheduler):
        cluster = Cluster(client, module)
        with joblib.parallel_config("dask", client=client, n_jobs=-1):
            yield cluster


@contextmanager
def _killed_processes_told() -> Iterator[None]:
    try:
        yield
    except TerminatedWorkerError as error:
        raise BackendError(
            "a worker process was killed, perhaps for want of memory: give the same command again, with fewer --jobs; "
            "a scan goes on where it was"
        ) from error


@contextmanager
def _lost_workers_told(scheduler: str) -> Iterator[None]:
    from dask.distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        yield
    except (CancelledError, CommClosedError, KilledWorker) as error:
        raise BackendError(
            f"the cluster of {scheduler} lost its scheduler, or workers with what only they held: see whether they run "
            "and have memory enough, and give the same command again; a scan goes on where it was"
        ) from error


class Processes:
    """Processes of this machine; with one job, this process itself."""

    def __init__(self, jobs: int, module: str) -> None:
        self._starting = _each(_imported, [module] * jobs) if jobs > 1 else iter(())

    def close(self) -> None:
        """Wait for processes that are still starting, of which joblib would tell the user otherwise."""
        with suppress(TerminatedWorkerError):
            for _ in self._starting:
                pass

    def share(self, folder: Path) -> None:
        """As in Backend; they see what this process sees."""

    def each(self, work: Work[Done], items: Iterable[int]) -> Iterator[Done]:
        """As in Backend, from when the first is asked for: of what is begun and given up, joblib tells the user."""
        for _ in self._starting:
            pass
        yield from _each(work, items)

    def shuffled(self, cut: Cut[Piece], items: Iterable[int], join: Join[Piece, Joined]) -> Iterator[Joined]:
        """As in Backend, in this process."""
        pieces = defaultdict(list)
        for item in items:
            for key, piece in cut(item):
                pieces[key].append(piece)
        return (join(pieces.pop(key)) for key in sorted(pieces))


class Cluster:
    """A Dask cluster, whose workers have flagpost installed. What a lost worker had to do is done by another."""

    def __init__(self, client: Any, module: str) -> None:
        """Raises BackendError when there is no worker. Needs the extra `cluster`."""
        self.client = client
        if not (workers := client.scheduler_info()["workers"]):
            raise BackendError(f"the scheduler at {client.scheduler.address} has no workers: start some")
        needed = (module, "dask.bag")
        self._starting = [client.submit(_imported, each, workers=on, pure=False) for on in workers for each in needed]

    def share(self, folder: Path) -> None:
        """As in Backend, under the same name."""
        sees = self.client.run(folder.exists)
        if blind := [worker for worker, is_there in sees.items() if not is_there]:
            raise BackendError(f"the worker {blind[0]} does not see {folder}: all have to share that folder")

    def each(self, work: Work[Done], items: Iterable[int]) -> Iterator[Done]:
        """As in Backend. Not by joblib, which waits for ever for what a killed worker was at."""
        from dask.distributed import as_completed

        submit = partial(self.client.submit, _Packed.of(work), pure=False)
        left = iter(items)
        first = [submit(item) for item in islice(left, _AHEAD * sum(self.client.ncores().values()))]
        under_way: Any = as_completed(first, loop=self.client.loop)  # type: ignore[no-untyped-call]

        def results() -> Iterator[Done]:
            for done in under_way:
                for item in islice(left, 1):
                    under_way.add(submit(item))
                yield done.result()

        return results()

    def shuffled(self, cut: Cut[Piece], items: Iterable[int], join: Join[Piece, Joined]) -> Iterator[Joined]:
        """As in Backend, from worker to worker."""
        from dask import bag
        from dask.distributed import futures_of

        parts = bag.from_sequence(items, partition_size=_CUT_TOGETHER)  # type: ignore[no-untyped-call]
        groups = parts.map(_Packed.of(cut)).flatten().groupby(itemgetter(0), shuffle="tasks")
        begun = self.client.persist(groups.map(_joined, _Packed.of(join)))
        return self._gathered(futures_of(begun))  # type: ignore[no-untyped-call]

    def _gathered(self, parts: list[Any]) -> Iterator[Any]:
        joined = chain.from_iterable(self.client.gather(parts))
        yield from (each for _, each in sorted(joined, key=itemgetter(0)))


@dataclass(frozen=True)
class _Packed:
    """A function that is unpickled where it is called: a scheduler unpickles all that goes through it, and would import
    what a worker works with, which takes two seconds and 130 MB.
    """

    pickled: bytes

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Self:
        return cls(pickle.dumps(function))

    def __call__(self, *arguments: Any) -> Any:
        return pickle.loads(self.pickled)(*arguments)


def _each(work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[Done]:
    """Begins at once, before anything is taken from what it gives."""
    in_parallel = joblib.Parallel(return_as="generator_unordered")
    done: Iterator[Done] = in_parallel(joblib.delayed(work)(item) for item in items)
    return done


def _imported(module: str) -> None:
    import_module(module)


def _joined(group: tuple[int, list[tuple[int, Piece]]], join: Join[Piece, Joined]) -> tuple[int, Joined]:
    key, pieces = group
    return key, join([piece for _, piece in pieces])
