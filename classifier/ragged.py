"""Lists of different lengths as flat arrays: what numpy needs to work on all the words of a batch at once.

A ragged table is its rows one behind the other, and how long each row is.

Here and where posts are looked up, arrays are asked by their methods: numpy's functions of the same names take two
microseconds longer, and for a post that comes alone they are called a hundred times.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Value = TypeVar("Value", bound=np.generic)
Table = tuple[NDArray[Value], Numbers]


def numbered(lists: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers, list[str]]:
    """The strings of all lists as a table of places in the list of the distinct ones, and that list."""
    places: dict[str, int] = {}
    flat = [places.setdefault(string, len(places)) for string in chain.from_iterable(lists)]
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    return np.array(flat, dtype=np.int64), lengths, list(places)


def take(values: NDArray[Value], lengths: Numbers, rows: Numbers) -> Table[Value]:
    """The table of some rows of a table."""
    starts, taken = (lengths.cumsum() - lengths)[rows], lengths[rows]
    shift = starts - (taken.cumsum() - taken)
    return values[shift.repeat(taken) + np.arange(taken.sum())], taken


def sums_of(values: Numbers, lengths: Numbers) -> Numbers:
    """The sum of each row, 0 for an empty one."""
    upto = np.append(0, values.cumsum())
    ends = lengths.cumsum()
    sums: Numbers = upto[ends] - upto[ends - lengths]
    return sums


def side_by_side(tables: Sequence[Table[Value]]) -> Table[Value]:
    """The table whose rows are the rows of tables of the same number of rows, joined."""
    lengths = np.sum([of_table for _, of_table in tables], axis=0)
    starts = lengths.cumsum() - lengths
    joined = np.empty(lengths.sum(), dtype=tables[0][0].dtype)
    for values, of_table in tables:
        shift = starts - (of_table.cumsum() - of_table)
        joined[shift.repeat(of_table) + np.arange(len(values))] = values
        starts = starts + of_table
    return joined, lengths
