"""Lists of different lengths as flat arrays: what numpy needs to work on all the words of a batch at once."""

from collections.abc import Sequence
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Value = TypeVar("Value", bound=np.generic)


def numbered(lists: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers, list[str]]:
    """The strings of all lists one behind the other, as places in the list of the distinct ones; the number of the
    list that each stands in; and the distinct strings.
    """
    places: dict[str, int] = {}
    flat = [places.setdefault(string, len(places)) for string in chain.from_iterable(lists)]
    owners = np.repeat(np.arange(len(lists)), [len(strings) for strings in lists])
    return np.array(flat, dtype=np.int64), owners, list(places)


def take(values: NDArray[Value], lengths: Numbers, rows: Numbers) -> tuple[NDArray[Value], Numbers]:
    """Some rows of a ragged table, one behind the other, and the length of each.

    `values` holds the rows of the table one behind the other, `lengths` how long each is.
    """
    starts, taken = (np.cumsum(lengths) - lengths)[rows], lengths[rows]
    shift = starts - (np.cumsum(taken) - taken)
    return values[np.repeat(shift, taken) + np.arange(taken.sum())], taken
