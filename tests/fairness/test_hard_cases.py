"""Cases built to be hard: chains, rings, near ties, nothing to give, nobody to give to."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from bandung.fairness import Allocation, Problem, allocate
from bandung.fairness.checking import check
from bandung.fairness.collapse import collapse
from bandung.fairness.decomposition import decompose
from bandung.fairness.optimum import claims_of, prove
from tests.fairness.cases import Case, chain, plain_case, random_case, ring, shares_of, text_of
from tests.fairness.oracles import exact_shares

BIG = 10**17
LARGE_RULES = [None, "quota-leximin", "adams", "floor", "hamilton"]


def is_right(case: Case) -> bool:
    result = allocate(case.problem(), packs=None)
    return result.shares == exact_shares(case) and check(case.problem(), result) == []


@pytest.mark.parametrize("step", [0, 1, 7, 500])
def test_nested_chains(step: int) -> None:
    assert is_right(chain(7, step))


def test_a_long_nested_chain_has_a_block_at_each_link() -> None:
    case = chain(120)
    result = allocate(case.problem(), packs=None)
    assert check(case.problem(), result) == []
    assert result.shares == [1000 + lot for lot in range(120)]
    assert sorted(result.block.tolist()) == list(range(120))


def test_a_long_chain_that_falls_is_one_block() -> None:
    result = allocate(chain(120, -1).problem(), packs=None)
    assert set(result.shares) == {Fraction(sum(1000 - lot for lot in range(120)), 120)}
    assert set(result.block.tolist()) == {0}


@pytest.mark.parametrize("length", [2, 3, 7])
@pytest.mark.parametrize("seed", range(6))
def test_rings(length: int, seed: int) -> None:
    random = Random(seed)
    assert is_right(ring(length, lambda _lot: random.choice((1, 10, 1000, 10**6))))


def test_a_long_ring() -> None:
    case = ring(200, lambda lot: 1 + lot * lot % 97)
    assert check(case.problem(), allocate(case.problem(), packs=None)) == []


def near_tie(random: Random) -> Case:
    """Some large claimants, each with a lot of its own, nearly equal beyond what floating point
    can tell; small claimants at their caps may use several of the lots."""
    groups, need = random.randint(3, 5), random.choice((BIG, 3 * BIG // 10, BIG // 100))
    gap = random.choice((0, need // 10, need // 1000))
    half = need // 2 + random.randint(0, 1000)
    supply = [half + gap, half - gap, *[half] * (groups - 2)]
    pairs = {(row, row) for row in range(groups)}
    small = random.randint(1, 3)
    for row in range(groups, groups + small):
        pairs |= {(row, lot) for lot in random.sample(range(groups), random.randint(2, groups))}
    return plain_case(
        [need] * groups + [10**6] * small,
        [each + random.randint(-300, 300) for each in supply],
        sorted(pairs),
        cap=[need] * groups + [random.randint(1, 400) for _ in range(small)],
    )


@pytest.mark.parametrize("seed", [*range(40), 402])
def test_levels_that_differ_by_less_than_floating_point_can_tell(seed: int) -> None:
    assert is_right(near_tie(Random(seed)))


def test_a_capped_claimant_relieves_the_lot_in_greater_demand() -> None:
    """Found by a search: floating point parts lots 2 and 4, and only claimant 5 joins them."""
    big = [BIG] * 5
    case = plain_case(
        [*big, 1000, 1000],
        [6 * BIG // 10 + 600, 4 * BIG // 10 + 515, BIG // 2 + 721, BIG // 2 + 388, BIG // 2 + 554],
        [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 0), (5, 1), (5, 3), (5, 4), (6, 2), (6, 4)],
        cap=[*big, 272, 179],
    )
    assert is_right(case)
    assert shares_of(case)[2] == shares_of(case)[4] == BIG // 2 + 548


def test_levels_that_differ_by_a_quadrillionth_of_a_percent() -> None:
    case = plain_case(
        [BIG, BIG, BIG], [BIG // 2, BIG // 2 + 1, BIG // 2 + 2], [(0, 0), (1, 1), (2, 2)]
    )
    result = allocate(case.problem(), packs=None)
    assert result.shares == [BIG // 2, BIG // 2 + 1, BIG // 2 + 2]
    assert result.block.tolist() == [0, 1, 2]
    assert check(case.problem(), result) == []
    case = case.but(pairs=case.pairs | {(0, 2)})
    assert shares_of(case) == [BIG // 2 + 1] * 3


@pytest.mark.parametrize(
    "case",
    [
        plain_case([1], [1]),
        plain_case([7], [3]),
        plain_case([7], [10**12]),
        plain_case([10**12, 1], [10**12], received=[1, 0]),
        plain_case([1, 10**12], [1], cap=[1, 10**12]),
        plain_case([5, 5, 5], []),
        plain_case([5, 5, 5], [0, 0]),
        plain_case([5, 6, 7], [100, 200]),
        plain_case([5, 6, 7], [10, 20], cap=[0, 0, 0]),
        plain_case([5, 6, 7], [10, 20], cap=[1, 2, 0]),
        plain_case([5, 6, 7], [10, 20], pairs=[]),
        plain_case([5, 6, 7], [10, 20], pairs=[(0, 1)]),
        plain_case([5, 6, 7], [10, 20], received=[50, 60, 70], cap=[5, 6, 7]),
        plain_case([3] * 9, [4] * 6),
        plain_case([1] * 9, [1], pack=[1]),
        plain_case([BIG] * 9, [1, 2, 3], pack=[1, 2, 3]),
        plain_case([1, 10**12, 3], [4, 10**12], received=[1, 10**12, 3], cap=[1, 5, 10**12]),
    ],
    ids=lambda case: f"{case.need}-{case.supply}"[:40],
)  # fmt: skip
def test_extremes(case: Case) -> None:
    assert is_right(case)
    problem = case.problem()
    for rule in LARGE_RULES:
        assert check(problem, allocate(problem, packs=rule)) == []


def test_equal_claimants_receive_equal_shares_and_packs_in_the_order_of_rows() -> None:
    case = plain_case([10] * 4, [14], pack=[3])
    assert shares_of(case) == [Fraction(7, 2)] * 4
    assert allocate(case.problem()).allocated.tolist() == [3, 3, 3, 3]
    case = plain_case([10] * 4, [8], pack=[1])
    assert allocate(case.problem()).allocated.tolist() == [2, 2, 2, 2]
    case = plain_case([10] * 4, [6], pack=[1])
    assert allocate(case.problem()).allocated.tolist() == [2, 2, 1, 1]


# Found by the campaign: the search in floating point made no progress on these.
STUCK = [35, 99, 1074, 1135]


def slow_and_sure(problem: Problem) -> Allocation:
    """The optimum by the exact decomposition alone."""
    collapsed = collapse(problem)
    claims = claims_of(problem, collapsed)
    found = prove(problem, collapsed, claims, decompose(collapsed, claims, is_exact=True))
    assert found is not None
    return Allocation(problem, "continuous", (), found)


@pytest.mark.parametrize("seed", [*range(60), *STUCK])
def test_the_exact_fallback_gives_the_same_as_the_fast_path(seed: int) -> None:
    problem = random_case(Random(seed)).problem()
    assert text_of(slow_and_sure(problem)) == text_of(allocate(problem, packs=None))


@pytest.mark.parametrize("seed", range(20))
def test_the_exact_fallback_agrees_on_near_ties(seed: int) -> None:
    problem = near_tie(Random(seed)).problem()
    assert text_of(slow_and_sure(problem)) == text_of(allocate(problem, packs=None))


def large(seed: int, claimants: int, lots: int, classes: int) -> Problem:
    """Many claimants in few classes, with ties, receipts, weights and caps."""
    random = Random(seed)
    need = [random.choice((10, 1000, random.randint(1, 10**6))) for _ in range(claimants)]
    received = [random.choice((0, each // 3, each)) for each in need]
    cap = [random.choice((n, n // 2, max(0, n - r))) for n, r in zip(need, received, strict=True)]
    weight = [random.choice((Fraction(1), Fraction(5, 4))) for _ in need]
    share = sum(need) // (4 * lots)
    columns: list[Any] = [need, received, weight, cap, [row % classes for row in range(claimants)]]
    return Problem(
        *columns,
        [random.randint(0, 2 * share) for _ in range(lots)],
        [random.choice((1, 5, 20)) for _ in range(lots)],
        [random.sample(range(classes), random.randint(1, classes // 4)) for _ in range(lots)],
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_large_case_passes_the_check_and_the_exact_fallback_agrees(seed: int) -> None:
    problem = large(seed, 2_000, 30, 60)
    result = allocate(problem, packs=None)
    assert check(problem, result) == []
    assert result.shares == slow_and_sure(problem).shares
