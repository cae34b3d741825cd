"""What if a lot or a need were another: the same bytes as from the start; and the auditor's view."""

from fractions import Fraction
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandung.fairness import BadProblem, Problem, WhatIf, allocate
from tests.fairness.cases import Case, cases


def same(one, other) -> None:
    assert one.digest == other.digest
    assert one.shares == other.shares
    assert one.lot_level == other.lot_level
    assert one.level == other.level
    assert one.block.tolist() == other.block.tolist()
    assert one.consignments == other.consignments


@settings(max_examples=100, deadline=None)
@given(cases(), st.data())
def test_a_change_gives_what_solving_anew_gives(case: Case, data: st.DataObject) -> None:
    problem = case.by_class()
    before = allocate(problem, None)
    supply, need = {}, {}
    if case.lots and data.draw(st.booleans()):
        lot = data.draw(st.integers(0, case.lots - 1))
        supply[lot] = data.draw(st.integers(case.pack[lot], 2 * case.supply[lot] + case.pack[lot]))
    if data.draw(st.booleans()):
        claimant = data.draw(st.integers(0, case.size - 1))
        need[claimant] = data.draw(st.integers(1, 2 * case.need[claimant]))
    change = WhatIf(before, supply, need)
    same(allocate(problem, None, what_if=change), allocate(change.changed(problem), None))


def test_what_lies_apart_keeps_its_blocks() -> None:
    """Two lots for two pairs of claimants: a change of one does not touch the other."""
    problem = Problem(
        [100, 100, 100, 100], None, None, None, [0, 0, 1, 1], [50, 80], None, [[0], [1]]
    )
    before = allocate(problem, None)
    found = allocate(problem, None, what_if=WhatIf(before, supply={0: 60}))
    assert found.shares == [30, 30, 40, 40]


def test_a_change_of_nobody_is_refused() -> None:
    problem = Problem([1], None, None, None, [0], [1], None, [[0]])
    with pytest.raises(BadProblem, match="no such lot"):
        allocate(problem, what_if=WhatIf(allocate(problem), supply={7: 3}))
    with pytest.raises(BadProblem, match="above zero"):
        allocate(problem, what_if=WhatIf(allocate(problem), need={0: 0}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"supply": {0: 2.9}}, ("lots", 0, "supply", "not-whole")),
        ({"supply": {0: nan}}, ("lots", 0, "supply", "not-whole")),
        ({"supply": {0: 2**63}}, ("lots", 0, "supply", "beyond-64-bits")),
        ({"supply": {0: True}}, ("lots", 0, "supply", "not-whole")),
        ({"supply": {0: "5"}}, ("lots", 0, "supply", "not-whole")),
        ({"supply": {0: None}}, ("lots", 0, "supply", "not-whole")),
        ({"supply": {0: -1}}, ("lots", 0, "supply", "negative")),
        ({"supply": {2: 5}}, ("lots", 2, "supply", "unknown-lot")),
        ({"supply": {True: 5}}, ("lots", 1, "supply", "unknown-lot")),
        ({"supply": {"L": 5}}, ("lots", 0, "supply", "unknown-lot")),
        ({"supply": [5]}, ("lots", 0, "supply", "not-by-row")),
        ({"need": {1: 2.5}}, ("claimants", 1, "need", "not-whole")),
        ({"need": {1: 0}}, ("claimants", 1, "need", "zero")),
        ({"need": {-1: 5}}, ("claimants", -1, "need", "unknown-claimant")),
    ],
)
def test_a_change_is_refused_as_a_problem_is_with_its_row(changes, expected) -> None:
    problem = Problem([9, 9], None, None, None, [0, 0], [5, 5], None, [[0], [0]])
    with pytest.raises(BadProblem) as caught:
        allocate(problem, what_if=WhatIf(allocate(problem), **changes))
    assert [(f.table, f.row, f.column, f.code) for f in caught.value.faults] == [expected]


def test_a_change_may_be_numpy_whole_numbers() -> None:
    problem = Problem([9, 9], None, None, None, [0, 0], [5], None, [[0]])
    change = WhatIf(allocate(problem), supply={np.int64(0): np.int64(6)})
    assert allocate(problem, what_if=change).allocated.tolist() == [3, 3]


def test_a_changed_need_moves_a_cap_that_was_not_given() -> None:
    problem = Problem([10, 10], None, None, None, [0, 0], [100], None, [[0]])
    found = allocate(problem, what_if=WhatIf(allocate(problem), need={1: 30}))
    assert found.allocated.tolist() == [10, 30]


def test_the_auditor_sees_what_a_larger_need_brings() -> None:
    """Two equal claimants share 100: one more unit of need brings an eighth of a unit."""
    problem = Problem([200, 200], None, None, None, [0, 0], [100], None, [[0]])
    found = allocate(problem)
    assert found.gain_per_need == [Fraction(1, 8), Fraction(1, 8)]


@pytest.mark.parametrize("claimant", range(4))
def test_the_gain_is_the_slope_of_the_share(claimant: int) -> None:
    needs, received, weight = [10**6, 2 * 10**6, 3 * 10**6, 10**6], [0, 10**5, 0, 0], [1, 1, 2, 1]
    columns = {"class_of": [0, 0, 1, 1], "supply": [10**6, 10**5], "pack": None}
    columns |= {"lot_classes": [[0], [0, 1]], "cap": [10**7] * 4}
    problem = Problem(needs, received, weight, **columns)
    before = allocate(problem, None)
    more = allocate(problem, None, what_if=WhatIf(before, need={claimant: needs[claimant] + 1}))
    measured = more.shares[claimant] - before.shares[claimant]
    assert measured == pytest.approx(float(before.gain_per_need[claimant]), rel=1e-5)
