"""Measures against their definitions, in exact fractions on small cases, and on worked examples."""

import json
from fractions import Fraction
from math import isclose
from random import Random

import numpy as np
import pytest

from bandung.fairness import Problem, allocate
from bandung.fairness.measures import excess, gaps, measure, rising, rounded, spread, total

from .cases import random_case

WORKED = spread(np.array([100, 300, 100, 500]), np.array([0.5, 0.1, 0.2, 0.1]))


def test_the_worked_example_by_hand():
    # 80 of 1000 are covered at 0.1, then 20 at 0.2 and 50 at 0.5: 150 in all.
    assert WORKED.figures() == {
        "min": 0.1,
        "p5": 0.1,
        "median": 0.1,
        "mean": 0.15,
        "max": 0.5,
        "gini": 0.286666666667,
        "jain": round(0.81 / (4 * 0.31), 12),
        "lorenz": [rounded(each / 150) for each in (*range(0, 90, 10), 100, 150)],
    }


def test_percentiles_are_coverages_that_somebody_has():
    needs = np.ones(40, np.int64)
    ordered = spread(needs, np.arange(40)[::-1] / 40)
    assert ordered.figures()["p5"] == 1 / 40
    assert ordered.figures()["median"] == 19 / 40
    assert spread(needs[:1], np.array([0.25])).figures()["p5"] == 0.25


def _exact_gini(need, coverage):
    pairs = list(zip(need, coverage, strict=True))
    covered = sum(n * y for n, y in pairs)
    apart = sum(n * m * abs(y - z) for n, y in pairs for m, z in pairs)
    return apart / (2 * sum(need) * covered) if covered else Fraction(0)


def _exact_lorenz(need, coverage, part):
    left, held = part * sum(need), Fraction(0)
    for y, n in sorted(zip(coverage, need, strict=True)):
        held += y * min(n, left)
        left -= min(n, left)
    return held / sum(n * y for n, y in zip(need, coverage, strict=True))


@pytest.mark.parametrize("seed", range(60))
def test_figures_equal_their_definitions_in_exact_fractions(seed):
    random = Random(seed)
    size = random.randint(1, 30)
    need = [random.choice((1, 7, random.randint(1, 10**6))) for _ in range(size)]
    coverage = [Fraction(random.randint(0, 8), random.randint(1, 9)) for _ in need]
    found = spread(np.array(need), np.array([float(each) for each in coverage]))
    assert isclose(found.gini, _exact_gini(need, coverage), abs_tol=1e-12)
    mean = sum(n * y for n, y in zip(need, coverage, strict=True)) / sum(need)
    assert isclose(found.mean, mean, abs_tol=1e-12)
    if any(coverage):
        jain = sum(coverage) ** 2 / (size * sum(each * each for each in coverage))
        assert isclose(found.jain, jain, abs_tol=1e-12)
        for step, part in enumerate(found.lorenz()):
            assert isclose(part, _exact_lorenz(need, coverage, Fraction(step, 10)), abs_tol=1e-12)


def test_nobody_covered_counts_as_equal():
    figures = spread(np.array([1, 2]), np.zeros(2)).figures()
    assert (figures["gini"], figures["jain"], figures["mean"]) == (0.0, 1.0, 0.0)
    assert figures["lorenz"] == [step / 10 for step in range(11)]


def test_the_order_is_the_same_as_that_of_a_stable_sort():
    draw = np.random.default_rng(3)
    for size in (0, 1, 2, 1000, 70_000):
        for values in (draw.random(size), draw.integers(0, 5, size) / 7, -np.zeros(size)):
            assert (rising(values) == np.argsort(values, kind="stable")).all()
    close = 0.5 + np.array([3e-13, 0, 1e-13, 2e-13])
    assert rising(close).tolist() == [1, 2, 3, 0]


def test_a_sum_has_an_order_of_its_own():
    draw = np.random.default_rng(4)
    for size in (0, 1, 2, 3, 7, 1000, 4097):
        values = draw.random(size)
        assert isclose(total(values), sum(values.tolist()), rel_tol=1e-12)
    # Halves first: (a + c) + (b + d) loses what the order from left to right would keep.
    assert total(np.array([1.0, 1e16, 1.0, -1e16])) == 2.0
    assert total(np.array([1e16, 1.0, 1.0, -1e16])) == 0.0


@pytest.mark.parametrize("rule", [None, "quota-leximin", "adams", "floor", "hamilton"])
@pytest.mark.parametrize("seed", range(12))
def test_measures_of_an_allocation_agree_with_its_exact_coverage(rule, seed):
    random = Random(seed)
    case = random_case(random)
    case = case.but(minimum=tuple(random.randint(0, each // 3) for each in case.need))
    problem = case.problem()
    found = allocate(problem, rule)
    measures = measure(problem, found)

    def lowest(coverage):
        return min((coverage[row] for row, _lot in case.pairs), default=0)

    json.dumps(measures, allow_nan=False)
    after, exact = measures["after"], found.coverage
    assert isclose(after["min"], min(exact), rel_tol=1e-11)
    assert isclose(after["max"], max(exact), rel_tol=1e-11)
    assert isclose(after["gini"], _exact_gini(case.need, exact), abs_tol=1e-11)
    assert measures["blocks"]["count"] == len({each for each in found.block.tolist() if each >= 0})
    assert sum(each["claimants"] for each in measures["blocks"]["each"]) == sum(
        each >= 0 for each in found.block.tolist()
    )
    levels = [float(each["level"]) for each in measures["blocks"]["each"]]
    assert levels == sorted(levels)
    if rule is None:
        assert "price_of_packs" not in measures
    else:
        price = measures["price_of_packs"]
        assert price["units"] == sum(found.shares) - sum(found.allocated.tolist())
        worst = lowest(found.share_coverage) - lowest(exact)
        assert isclose(price["worst"], worst, abs_tol=1e-11)
    if any(case.minimum):
        free = allocate(case.but(minimum=()).problem(), None)
        price = measures["price_of_minimum"]
        assert price["units"] == sum(free.shares) - sum(found.shares)
        worst = lowest(free.coverage) - lowest(found.share_coverage)
        assert isclose(price["worst"], worst, abs_tol=1e-11)
        assert price["worst"] >= 0
        assert price["units"] >= 0


def test_the_price_of_packs_and_of_a_minimum_by_hand():
    need, lots = [10, 10, 10], [[0, 1, 2]]
    packed = allocate(Problem(need, None, None, None, [0, 1, 2], [16], [5], lots))
    assert measure(packed.problem, packed)["price_of_packs"] == {
        "worst": round(16 / 30 - 0.5, 12),
        "units": 1,
        "gini": 0.0,
    }
    least = Problem(need, None, None, None, [0, 1, 2], [12], [1], lots, minimum=[6, 0, 0])
    found = allocate(least, None)
    assert found.deferred == ((0, 0),)
    price = measure(least, found)["price_of_minimum"]
    assert price == {"worst": 0.4, "units": 0, "gini": round(1 / 3, 12)}


def test_gaps_between_groups():
    need, coverage = np.array([10, 30, 60]), np.array([0.1, 0.3, 0.5])
    found = gaps(
        need,
        coverage,
        {
            "LDC": np.array([True, True, False]),
            "all": np.ones(3, bool),
            "none": np.zeros(3, bool),
        },
    )
    assert found["LDC"] == {"group": 0.25, "others": 0.5, "gap": -0.25}
    assert found["all"] == {"group": 0.4, "others": None, "gap": None}
    assert found["none"] == {"group": None, "others": 0.4, "gap": None}
    problem = Problem([10, 30, 60], [1, 9, 30], None, None, [0, 0, 0], [], [], [])
    groups = {"LDC": np.array([True, True, False])}
    assert measure(problem, allocate(problem), groups)["groups"]["LDC"]["gap"] == -0.25


def test_stock_in_excess_of_need():
    found = excess([100, 10, 0, 26], [50, 0, 5, 0], [100, 40, 20, 25], Fraction(1, 10))
    assert found.by_claimant == (Fraction(40), 0, 0, 0)
    assert (found.total, found.lacking, found.ratio) == (40, 45, Fraction(8, 9))
    assert excess([10], [0], [5]).ratio is None
    with pytest.raises(ValueError, match="below zero"):
        excess([1], [1], [1], -1)


def test_no_claimants_have_no_figures():
    nobody = Problem([], None, None, None, [], [5], [1], [[]])
    figures = measure(nobody, allocate(nobody))
    assert set(figures["after"].values()) == {None}
    assert figures["blocks"] == {"count": 0, "each": []}


def test_a_claimant_no_lot_may_serve_counts_with_what_it_received():
    problem = Problem([10, 10], [2, 0], None, None, [0, 1], [5], [1], [[1]])
    figures = measure(problem, allocate(problem))
    assert figures["after"]["min"] == 0.2
    assert figures["not_served"] == {"claimants": 1, "need": 10}
    assert figures["blocks"]["each"] == [{"level": 0.5, "lots": 1, "claimants": 1, "need": 10}]


def test_measures_are_the_same_again():
    case = random_case(Random(8))
    first, second = (allocate(case.problem()).measures for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
