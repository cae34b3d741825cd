"""Other ways to divide the same lots, each in a process of its own that is stopped after a minute.

`python -m benchmarks.peers NAME SIZE` says "ready" when the instance stands, then prints a line of
JSON: the seconds of one run, its largest error in coverage against the exact optimum, and how long
and how even it is. What a peer needs to build its own matrices counts as its work.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, diags_array, eye_array, hstack, vstack

from bandung.fairness import Problem, allocate
from bandung.fairness.collapse import Collapsed
from bandung.fairness.decomposition import decompose
from bandung.fairness.levels import Claims
from bandung.fairness.measures import spread
from benchmarks.instances import SIZES, problem

Floats = Any
MEMORY = 8 << 30
"""A peer that asks for more gives up."""


def pairs(given: Problem) -> tuple[Any, Any]:
    """All eligible (claimant, lot), by lot, then by claimant."""
    by_class = np.argsort(given.class_of, kind="stable")
    cuts = np.searchsorted(given.class_of[by_class], np.arange(given.classes + 1))
    claimants, lots = [], []
    for lot in range(given.lots):
        classes = given.lot_class[given.lot_start[lot] : given.lot_start[lot + 1]]
        some = [by_class[cuts[each] : cuts[each + 1]] for each in classes]
        claimants.append(np.sort(np.concatenate([*some, by_class[:0]])))
        lots.append(np.full(len(claimants[-1]), lot))
    return np.concatenate(claimants), np.concatenate(lots)


class Programme:
    """The matrices of linear and quadratic programmes; units are scaled to the mean need."""

    def __init__(self, given: Problem) -> None:
        claimant, lot = pairs(given)
        columns, ones = np.arange(len(claimant)), np.ones(len(claimant))
        unit = float(given.need.mean())
        self.gives = csr_array((ones, (claimant, columns)), (given.size, len(columns)))
        self.takes = csr_array((ones, (lot, columns)), (given.lots, len(columns)))
        self.supply, self.cap = given.supply / unit, given.cap / unit
        self.received = given.received / unit
        self.weighted = given.slope / given.weight_lcm / unit
        self.is_served = np.bincount(claimant, minlength=given.size) > 0


def sequential_programmes(given: Problem) -> Floats:
    """Raises the lowest coverage by one linear programme (HiGHS), fixes those whose shadow price
    says that they can rise no further, and so on."""
    work = Programme(given)
    coverage = work.received / work.weighted
    rising = np.flatnonzero(work.is_served)
    fixed, given_to = np.zeros(0, np.int64), np.zeros(0)
    limits = vstack([work.takes, work.gives])
    aim = np.zeros(limits.shape[1] + 1)
    aim[-1] = -1
    while len(rising):
        level = csr_array(work.weighted[rising][:, None])
        none = csr_array((limits.shape[0] + len(fixed), 1))
        rows = vstack([limits, -work.gives[fixed]])
        matrix = vstack([hstack([rows, none]), hstack([-work.gives[rising], level])])
        most = [work.supply, work.cap, -given_to * (1 - 1e-9), work.received[rising]]
        found = linprog(aim, matrix, np.concatenate(most), method="highs")
        assert found.status == 0, found.message
        price = -found.ineqlin.marginals[-len(rising) :] * work.weighted[rising]
        stuck = rising[price > 1e-7]
        stuck = stuck if len(stuck) else rising[np.argmax(price) :][:1]
        share = np.clip(found.x[-1] * work.weighted[stuck] - work.received[stuck], 0, None)
        share = np.minimum(share, work.cap[stuck])
        coverage[stuck] = (work.received[stuck] + share) / work.weighted[stuck]
        fixed, given_to = np.append(fixed, stuck), np.append(given_to, share)
        rising = np.setdiff1d(rising, stuck)
    return coverage


def quadratic_programme(given: Problem) -> Floats:
    """One quadratic programme with the same optimum (Clarabel).

    Coverages come as close as can be, in squares weighted by need, to one that nobody exceeds.
    Unknown are the flow of each pair and what each claimant falls short by, over the root of need.
    """
    import clarabel

    work = Programme(given)
    claimants, flows = work.gives.shape
    highest = float(((work.received + work.cap) / work.weighted).max())
    root = np.sqrt(work.weighted)
    falls_short = hstack([-diags_array(1 / root) @ work.gives, eye_array(claimants)])
    limits = [hstack([each, csr_array((each.shape[0], claimants))])
              for each in (work.takes, work.gives, -eye_array(flows))]  # fmt: skip
    aim = block_diag([csr_array((flows, flows)), 2 * eye_array(claimants)], format="csc")
    most = [work.received / root - highest * root, work.supply, work.cap, np.zeros(flows)]
    cones = [clarabel.ZeroConeT(claimants),
             clarabel.NonnegativeConeT(sum(each.shape[0] for each in limits))]  # fmt: skip
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    matrix = vstack([falls_short, *limits], format="csc")
    solver = clarabel.DefaultSolver(
        aim, np.zeros(flows + claimants), matrix, np.concatenate(most), cones, settings
    )
    found = solver.solve()
    assert found.status == clarabel.SolverStatus.Solved, found.status
    return (work.received + work.gives @ np.asarray(found.x)[:flows]) / work.weighted


def without_classes(given: Problem) -> Floats:
    """The engine's own search, each claimant a class of its own; floating point, nothing proved."""
    claimant, lot = pairs(given)
    order = np.unique(claimant)
    place = np.zeros(given.size, np.int64)
    place[order] = np.arange(len(order))
    claimant, start = place[claimant], np.arange(len(order) + 1)
    by_claimant = np.argsort(claimant, kind="stable")
    cuts = (np.searchsorted(lot, np.arange(given.lots + 1)),
            np.searchsorted(claimant[by_claimant], start))  # fmt: skip
    rows = (place, np.arange(len(order)), start, np.arange(given.lots), given.supply.copy())
    whole = Collapsed(*rows, lot, claimant, *cuts, by_claimant)
    claims = Claims(start, given.slope[order], given.received[order], given.cap[order])
    blocks = decompose(whole, claims)
    level = blocks.level[blocks.of_class]
    share = np.zeros(given.size)
    share[order] = np.clip(level * claims.slope - claims.received, 0, claims.cap)
    return given.weight_lcm * ((given.received + share) / given.slope)


def pro_rata(given: Problem) -> Floats:
    """Each lot in turn, in proportion to what those who may use it can still take.

    All of a class keep the same part of their caps, so this too runs by class.
    """
    caps = np.zeros(given.classes)
    np.add.at(caps, given.class_of, given.cap.astype(float))
    kept = np.ones(given.classes)
    for lot, supply in enumerate(given.supply.tolist()):
        classes = given.lot_class[given.lot_start[lot] : given.lot_start[lot + 1]]
        asked = float((caps[classes] * kept[classes]).sum())
        kept[classes] *= 1 - supply / asked if asked > supply else 0.0
    share = given.cap * (1 - kept[given.class_of])
    return given.weight_lcm * ((given.received + share) / given.slope)


PEERS: dict[str, Callable[[Problem], Floats]] = {
    "sequential LP (HiGHS)": sequential_programmes,
    "one QP (Clarabel)": quadratic_programme,
    "decomposition without classes": without_classes,
    "pro rata per lot": pro_rata,
}


def run(name: str, size: str) -> dict[str, float]:
    """One peer on one instance."""
    given = problem(SIZES[size])
    exact = allocate(given, None)
    best, is_served = exact.share_coverage_array, exact.block >= 0
    small = problem(SIZES["small"])
    PEERS[name](small)  # imports and compiles what it needs
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print("ready", flush=True)
    begun = time.perf_counter()
    coverage = PEERS[name](given)
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "error": float(np.abs(coverage - best).max()),
        "worst": float(coverage[is_served].min()),
        "gini": spread(given.need, np.maximum(coverage, 0.0)).gini,
    }


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
