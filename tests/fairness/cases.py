"""Small problems to divide: random ones of every kind, and ones built to be hard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bandung.fairness import Allocation, Problem, allocate
from bandung.fairness.checking import Copy

Pair = tuple[int, int]
CLAIMANTS = """\
claimant,need,received,weight,cap,groups,accepts,minimum
AAA,1000,100,,,LDC;AFR,,
BBB,2000,0,5/4,,AFR,covax,
CCC,1500,1200,,,AME,,
DDD,800,,1.25,50,AFR;SIDS,,
EEE,700,,,,ASI,other,
FFF,900,,,,XYZ,,500
"""
LOTS = """\
lot,product,quantity,pack,for,not_for,expires_on
L1,covax,1000,12,AFR,,2026-01-01
L2,covax,500,10,,EEE;ASI,2026-02-01
L3,other,2000,7,ASI,,
L4,third,55,7,SIDS,,
"""


def laws(examples: int) -> settings:
    """How often a law is tried; the same cases every time."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@dataclass(frozen=True)
class Case:
    """A problem in plain Python: columns by claimant, columns by lot, eligible (claimant, lot)."""

    need: tuple[int, ...]
    received: tuple[int, ...]
    weight: tuple[Fraction, ...]
    cap: tuple[int, ...]
    supply: tuple[int, ...]
    pack: tuple[int, ...]
    pairs: frozenset[Pair]
    minimum: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        return len(self.need)

    @property
    def lots(self) -> int:
        return len(self.supply)

    @property
    def lots_of(self) -> list[list[int]]:
        """The lots that may serve each claimant."""
        return [
            [lot for lot in range(self.lots) if (claimant, lot) in self.pairs]
            for claimant in range(self.size)
        ]

    def problem(self, **more: Any) -> Problem:
        """Every claimant in a class of its own."""
        columns = (self.need, self.received, self.weight, self.cap, self.supply, self.pack)
        return Problem.from_pairs(
            *columns, sorted(self.pairs), minimum=self.minimum or None, **more
        )

    def by_class(self) -> Problem:
        """The same problem with claimants of equal eligibility in one class."""
        kinds = [tuple(lots) for lots in self.lots_of]
        names = sorted(set(kinds))
        return Problem(
            self.need,
            self.received,
            self.weight,
            self.cap,
            [names.index(each) for each in kinds],
            self.supply,
            self.pack,
            [[at for at, kind in enumerate(names) if lot in kind] for lot in range(self.lots)],
            minimum=self.minimum or None,
        )

    def but(self, **changed: Any) -> "Case":
        """The case with some columns changed."""
        return replace(self, **changed)

    def with_claimant(self, claimant: int, **changed: Any) -> "Case":
        """The case with some figures of one claimant changed."""
        columns = {
            name: tuple(
                figure if row == claimant else each for row, each in enumerate(getattr(self, name))
            )
            for name, figure in changed.items()
        }
        return replace(self, **columns)

    def without_claimant(self, gone: int) -> "Case":
        """The case after one claimant has left."""
        columns = {
            name: tuple(each for row, each in enumerate(getattr(self, name)) if row != gone)
            for name in ("need", "received", "weight", "cap", "minimum")
        }
        pairs = {(row - (row > gone), lot) for row, lot in self.pairs if row != gone}
        return replace(self, **columns, pairs=frozenset(pairs))

    def reordered(self, claimants: Sequence[int], lots: Sequence[int]) -> "Case":
        """The case with claimant claimants[0] first, lot lots[0] first, and so on."""
        columns = {
            name: tuple(getattr(self, name)[row] for row in order)
            for names, order in (
                (("need", "received", "weight", "cap"), claimants),
                (("supply", "pack"), lots),
            )
            for name in names
        }
        row_of = {old: new for new, old in enumerate(claimants)}
        lot_of = {old: new for new, old in enumerate(lots)}
        pairs = {(row_of[row], lot_of[lot]) for row, lot in self.pairs}
        return replace(self, **columns, pairs=frozenset(pairs))


WEIGHTS = [
    Fraction(1),
    Fraction(5, 4),
    Fraction(1, 3),
    Fraction(2),
    Fraction(7, 5),
    Fraction(10, 9),
]


def random_case(random: Random, most_claimants: int = 9, most_lots: int = 6) -> Case:
    """A case of any kind: ties, chains, rings, huge and tiny needs, caps of zero, unused lots."""
    return sized_case(random, random.randint(1, most_claimants), random.randint(0, most_lots))


def sized_case(random: Random, size: int, lots: int) -> Case:
    """A case of any kind with so many claimants and lots."""
    need = _needs(random, size)
    received = [
        random.choice((0, 0, each // 2, each, random.randint(0, 2 * each))) for each in need
    ]
    has_weights = random.random() < 0.5
    weight = [random.choice(WEIGHTS) if has_weights else Fraction(1) for _ in need]
    cap = [
        random.choice((max(0, n - r), max(0, n - r), n, 0, random.randint(0, n)))
        for n, r in zip(need, received, strict=True)
    ]
    supply = _supplies(random, lots, need)
    pack = [random.randint(1, max(1, min(each, random.choice((1, 4, 50))))) for each in supply]
    pairs = frozenset(_pairs(random, size, lots))
    return Case(*map(tuple, (need, received, weight, cap, supply, pack)), pairs)


def _needs(random: Random, size: int) -> list[int]:
    kind = random.randrange(5)
    if kind == 0:
        return [random.choice((1, 10**12))] * size
    if kind == 1:
        return [random.choice((1, 3, 10**6, 10**12, 10**12 + 1)) for _ in range(size)]
    most = (6, 40, 10**5)[kind - 2]
    return [random.randint(1, most) for _ in range(size)]


def _supplies(random: Random, lots: int, need: list[int]) -> list[int]:
    total = sum(need)
    kind = random.randrange(4)
    if kind == 0:
        return [random.randint(0, 12) for _ in range(lots)]
    if kind == 1:
        return [random.choice((total // 3, total // max(lots, 1), total)) for _ in range(lots)]
    return [random.randint(0, max(1, 2 * total // max(lots, 1))) for _ in range(lots)]


def _pairs(random: Random, size: int, lots: int) -> list[Pair]:
    kind = random.randrange(6)
    grid = [(claimant, lot) for claimant in range(size) for lot in range(lots)]
    if kind == 0:
        return grid
    if kind == 1:  # a nested chain: everyone may use what the one before may use
        return [(claimant, lot) for claimant, lot in grid if lot <= claimant]
    if kind == 2:  # a ring
        return [(c, lot) for c, lot in grid if lot in (c % lots, (c + 1) % lots)]
    share = random.choice((0.2, 0.5, 0.8))
    return [pair for pair in grid if random.random() < share]


def cases(most_claimants: int = 9, most_lots: int = 6) -> st.SearchStrategy[Case]:
    """Cases for hypothesis, which looks for a failing one with few claimants and lots."""

    def make(size: int, lots: int, seed: int) -> Case:
        return sized_case(Random(seed), size, lots)

    sizes = (st.integers(1, most_claimants), st.integers(0, most_lots))
    return st.builds(make, *sizes, st.integers(0, 2**32 - 1))


def plain_case(
    need: Sequence[int],
    supply: Sequence[int],
    pairs: Sequence[Pair] | None = None,
    received: Sequence[int] | None = None,
    cap: Sequence[int] | None = None,
    pack: Sequence[int] | None = None,
) -> Case:
    """A case with weights of 1; every claimant may use every lot unless `pairs` says otherwise."""
    given = received or [0] * len(need)
    every = [(claimant, lot) for claimant in range(len(need)) for lot in range(len(supply))]
    return Case(
        tuple(need),
        tuple(given),
        (Fraction(1),) * len(need),
        tuple([max(0, n - r) for n, r in zip(need, given, strict=True)] if cap is None else cap),
        tuple(supply),
        tuple(pack or [1] * len(supply)),
        frozenset(every if pairs is None else pairs),
    )


def chain(length: int, step: int = 1) -> Case:
    """Nested chain: claimant k may use the lots 0 .. k, each a little larger than the one before."""
    pairs = [(claimant, lot) for claimant in range(length) for lot in range(claimant + 1)]
    return plain_case([10**6] * length, [1000 + step * lot for lot in range(length)], pairs)


def ring(length: int, supply: Callable[[int], int]) -> Case:
    """Ring: claimant k may use the lots k and k + 1."""
    pairs = [(row, lot) for row in range(length) for lot in (row, (row + 1) % length)]
    return plain_case([10**6 + row for row in range(length)], [*map(supply, range(length))], pairs)


def shares_of(case: Case) -> list[Fraction]:
    """The exact shares that the engine finds."""
    return allocate(case.problem(), packs=None).shares


def text_of(allocation: Allocation) -> str:
    """Every public figure of a result, in one canonical text."""
    copy = Copy.of(allocation)
    columns = [*vars(copy).values()]
    certificate = columns.pop()
    flows = (certificate.class_of.tolist(), certificate.pours)
    more = [
        allocation.block.tolist(), allocation.lot_block.tolist(), allocation.limited_by,
        allocation.coverage, allocation.share_coverage, allocation.version,
        allocation.coverage_array.tolist(), allocation.level_array.tolist(),
    ]  # fmt: skip
    return repr((columns, flows, more))
