"""Minimum useful consignments: what is too small is not sent, and the rest is divided anew."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bandung.fairness import Problem, allocate
from tests.fairness.cases import Case, cases


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
