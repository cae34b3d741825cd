"""Who receives nothing in a division, and why."""

import numpy as np

from bandung.fairness.allocation import Allocation
from bandung.fairness.problem import Integers, Problem

NO_LOT = "no lot may serve them"
PUT_OFF = "put off: below their minimum"
ROUNDED = "share below a whole pack"
AT_CAP = "need met already, or a limit of 0"
ABOVE = "at or above their level already"


def unserved(problem: Problem, allocation: Allocation) -> dict[str, Integers]:
    """By reason, in English, the rows of all who receive nothing."""
    is_without = np.asarray(allocation.allocated) == 0
    limit = np.array(allocation.limited_by, dtype="U7")
    has_share = allocation.shares_array > 0
    masks = {
        NO_LOT: limit == "none",
        PUT_OFF: (limit == "minimum") & ~has_share,
        ROUNDED: has_share,
        AT_CAP: (limit == "cap") & (problem.cap == 0),
        ABOVE: (limit == "lots") & ~has_share,
    }
    found = {reason: np.flatnonzero(mask & is_without) for reason, mask in masks.items()}
    return {reason: rows for reason, rows in found.items() if len(rows)}
