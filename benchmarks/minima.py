"""How long minima take: `python -m benchmarks.minima` prints what docs/benchmarks.md keeps.

Hard on purpose: 20 lots that hold too little for a minimum of 100 for all, so that most
consignments are put off, one after the other.
"""

import time
from random import Random

from bandung.fairness import Problem, allocate

SEED, LOTS, GROUPS, LEAST = 3, 20, 9, 100


def instance(claimants: int) -> Problem:
    """Lognormal needs, nine groups, three quarters of the lots earmarked for one or two of them."""
    draw = Random(SEED)
    rows = [
        {
            "claimant": f"C{n}",
            "need": int(draw.lognormvariate(6, 1.6)) + 1,
            "groups": f"G{n % GROUPS}",
            "minimum": LEAST,
        }
        for n in range(claimants)
    ]
    lots = [
        {
            "lot": f"L{n}",
            "quantity": claimants * 15,
            "pack": 10,
            "for": f"G{n % GROUPS};G{2 * n % GROUPS}" if n % 4 else "",
        }
        for n in range(LOTS)
    ]
    return Problem.from_rules(rows, lots)


def main() -> None:
    """Prints claimants, consignments put off, and seconds."""
    allocate(instance(20))  # compiles
    for claimants in (120, 500):
        problem, started = instance(claimants), time.perf_counter()
        found = allocate(problem)
        seconds = time.perf_counter() - started
        count = len(found.deferred)
        print(
            f"{claimants} x {LOTS}: {count} put off, {seconds:.1f} s, {seconds / count:.4f} s each"
        )


if __name__ == "__main__":
    main()
