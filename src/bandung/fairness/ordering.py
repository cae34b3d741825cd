"""Columns put in order, and the stretches into which an ordered column is cut."""

from typing import Any

import numpy as np

from bandung.fairness.acceleration import LARGE, compiled, has_numba
from bandung.fairness.problem import Integers


def by_number(column: Integers, size: int) -> Integers:
    """The rows in the order of their numbers, 0 .. size - 1, equal ones in their own order."""
    if len(column) >= LARGE and has_numba():
        order, place = np.empty(len(column), np.int64), np.zeros(size + 1, np.int64)
        compiled(_place)(column, place, order)
        return order
    is_few = size <= 1 << 16  # numpy sorts 16 bits by radix
    return np.argsort(column.astype(np.uint16) if is_few else column, kind="stable")


def _place(column: Any, place: Any, order: Any) -> None:
    for row in range(len(column)):
        place[column[row] + 1] += 1
    for number in range(1, len(place)):
        place[number] += place[number - 1]
    for row in range(len(column)):
        order[place[column[row]]] = row
        place[column[row]] += 1


def cuts(ordered: Integers, size: int) -> Integers:
    """Where each of 0 .. size - 1 begins in an ordered column, and where the last ends."""
    return np.searchsorted(ordered, np.arange(size + 1))


def stretches(start: Integers, some: Integers) -> tuple[Integers, Integers]:
    """The rows of some of the stretches that `start` cuts, and where each begins among them."""
    counts = np.diff(start)[some]
    begins = np.concatenate([[0], np.cumsum(counts)])
    return np.arange(begins[-1]) + np.repeat(start[some] - begins[:-1], counts), begins


def extremes(choose: np.ufunc, values: Integers, start: Integers, empty: int) -> Integers:
    """The least or greatest of each stretch of `values`, cut by `start`."""
    found = np.full(len(start) - 1, empty)
    is_filled = start[1:] > start[:-1]
    if is_filled.any():
        found[is_filled] = choose.reduceat(values, start[:-1][is_filled])
    return found
