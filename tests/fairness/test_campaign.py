"""A long campaign: twenty thousand random cases against brute force and the checker."""

from random import Random

import pytest

from bandung.fairness import allocate
from bandung.fairness.checking import check
from tests.fairness.cases import random_case
from tests.fairness.oracles import exact_shares, lines, lp_coverage
from tests.fairness.test_hard_cases import near_tie

CASES = 20_000
PARTS = 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_random_cases_equal_brute_force_and_pass_the_check(part: int) -> None:
    for seed in range(part * CASES // PARTS, (part + 1) * CASES // PARTS):
        case = random_case(Random(seed))
        problem = case.problem()
        result = allocate(problem, packs=None)
        assert result.shares == exact_shares(case), seed
        assert check(problem, result) == [], seed
        if seed % 20 == 0:
            packed = allocate(problem)
            assert check(problem, packed) == [], seed


@pytest.mark.slow
def test_near_ties_equal_brute_force() -> None:
    for seed in range(CASES // 4):
        case = near_tie(Random(seed))
        result = allocate(case.problem(), packs=None)
        assert result.shares == exact_shares(case), seed
        assert check(case.problem(), result) == [], seed


@pytest.mark.slow
def test_random_cases_equal_linear_programmes() -> None:
    compared = 0
    for seed in range(1_500):
        case = random_case(Random(seed), 6, 5)
        if max(case.need) <= 10**5:
            result = allocate(case.problem(), packs=None)
            for exact, rough in zip(result.coverage, lp_coverage(case), strict=True):
                assert abs(float(exact) - rough) <= 1e-7 * max(1, rough), (seed, lines(case))
            compared += 1
    assert compared >= 800
