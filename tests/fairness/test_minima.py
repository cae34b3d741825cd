"""Minimum useful consignments: what is too small is not sent, and the rest is divided anew."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandung.fairness import Allocation, Problem, allocate, check
from bandung.fairness.allocation import CONTINUOUS
from bandung.fairness.minima import without
from bandung.fairness.optimum import solve
from bandung.fairness.rules import Claimant, Lot, problem_from_rules
from tests.fairness.cases import Case, cases, laws, text_of


def test_the_smallest_share_of_its_minimum_is_deferred_first() -> None:
    """Alone each would have 50, 40 and 10 of 100; the third needs 20, then the others share."""
    problem = Problem(
        [500, 400, 100], None, None, None, [0, 0, 0], [100], None, [[0]], minimum=[45, 20, 20]
    )
    found = allocate(problem, None)
    assert found.deferred == ((2, 0),)
    assert found.shares == [Fraction(500, 9), Fraction(400, 9), 0]
    assert found.limited_by == ["lots", "lots", "minimum"]


def test_a_claimant_between_two_lots_keeps_the_one_that_is_large_enough() -> None:
    problem = Problem(
        [100, 100], None, None, None, [0, 0], [45, 55], None, [[0], [0]], minimum=[10, 10]
    )
    found = allocate(problem, None)
    assert sum(found.shares) == 100
    assert all(each.share >= 10 for each in found.consignments)


def test_the_cost_is_reported() -> None:
    problem = Problem([90, 10], None, None, None, [0, 0], [50], None, [[0]], minimum=[0, 20])
    found = allocate(problem, None)
    assert found.deferred == ((1, 0),)
    assert found.measures["price_of_minimum"]


def test_who_was_deferred_comes_first_the_next_round() -> None:
    problem = Problem([500, 50], None, None, None, [0, 0], [100], None, [[0]], minimum=[0, 20])
    first = allocate(problem)
    assert first.allocated.tolist() == [100, 0]
    again = Problem(
        [500, 50], first.allocated, None, None, [0, 0], [30], None, [[0]], minimum=[0, 10]
    )
    assert allocate(again).allocated.tolist() == [18, 12]


def by_the_rule(problem: Problem, rule: str) -> list[tuple[int, int]]:
    """Word for word: all is solved from the start after each drop, and compared in fractions."""
    dropped: list[tuple[int, int]] = []
    while True:
        found = Allocation(problem, rule, tuple(sorted(dropped)), solve(without(problem, dropped)))
        least = problem.minimum.tolist()
        kinds = [[each.share for each in found.consignments]]
        kinds += [[each.quantity for each in found.consignments]] if rule != CONTINUOUS else []
        for amounts in kinds:
            small = [
                (Fraction(amount) / least[each.claimant], each.claimant, each.lot)
                for each, amount in zip(found.consignments, amounts, strict=True)
                if 0 < amount < least[each.claimant]
            ]
            if small:
                dropped.append(min(small)[1:])
                break
        else:
            return dropped


@pytest.mark.parametrize("rule", ["quota-leximin", "floor", CONTINUOUS])
@given(cases(9, 5), st.integers(1, 8))
@laws(60)
def test_the_quick_way_drops_what_the_rule_says(rule: str, case: Case, part: int) -> None:
    least = tuple(max(1, sum(case.supply) // (case.size * part)) for _ in case.need)
    problem = case.but(minimum=least).problem()
    dropped = by_the_rule(problem, rule)
    found = allocate(problem, None if rule == CONTINUOUS else rule)
    assert found.deferred == tuple(sorted(dropped))
    again = Allocation(problem, rule, found.deferred, solve(without(problem, dropped)))
    assert text_of(found) == text_of(again)


def test_many_drops_among_some_states_give_what_the_rule_says() -> None:
    draw = Random(5)
    claimants = [
        Claimant(f"C{n}", int(draw.lognormvariate(6, 1.6)) + 1, groups=(f"G{n % 5}",), minimum=60)
        for n in range(30)
    ]
    lots = [
        Lot(f"L{n}", "", 300, 10, (f"G{n % 5}", f"G{2 * n % 5}") if n % 4 else ()) for n in range(9)
    ]
    problem, told = problem_from_rules(claimants, lots), []
    found = allocate(problem, progress=lambda done, total: told.append((done, total)))
    assert found.deferred == tuple(sorted(by_the_rule(problem, "quota-leximin")))
    assert len(found.deferred) > 50
    assert [done for done, _total in told] == [*range(len(found.deferred) + 1)]
    assert all(done <= total for done, total in told)
    assert check(problem, found) == []


@settings(max_examples=20, deadline=None)
@given(cases(5, 3), st.integers(1, 40))
def test_no_consignment_is_below_its_minimum(case: Case, least: int) -> None:
    problem = Problem.from_pairs(
        case.need, case.received, case.weight, case.cap, case.supply, case.pack,
        sorted(case.pairs), minimum=[least] * case.size,
    )  # fmt: skip
    for rule in ("quota-leximin", None):
        found = allocate(problem, rule)
        assert all(each.quantity == 0 or each.quantity >= least for each in found.consignments)
        assert not {(each.claimant, each.lot) for each in found.consignments} & {*found.deferred}
