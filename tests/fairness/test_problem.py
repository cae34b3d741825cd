"""What a problem refuses, with the row and the reason, and what it keeps and reports."""

from datetime import date
from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from bandung.fairness import BadProblem, Problem, allocate

GOOD: dict[str, Any] = {
    "need": [10, 20, 30],
    "received": [1, 2, 3],
    "weight": [1, Fraction(5, 4), 1],
    "cap": [5, 5, 5],
    "class_of": [0, 0, 1],
    "supply": [10, 6],
    "pack": [2, 3],
    "lot_classes": [[0], [0, 1]],
}

REFUSED: list[tuple[str, Any, tuple[str, int, str]]] = [
    ("need", [10, 0, 30], ("need", 1, "zero")),
    ("need", [10, 20, -1], ("need", 2, "negative")),
    ("need", [nan, 20, 30], ("need", 0, "not-whole")),
    ("need", [10, 2.5, 30], ("need", 1, "not-whole")),
    ("need", [10, "20", 30], ("need", 1, "not-whole")),
    ("need", [10, 2**63, 30], ("need", 1, "beyond-64-bits")),
    ("need", [2**62, 2**62, 30], ("need", 1, "sum-beyond-64-bits")),
    ("received", [1, -2, 3], ("received", 1, "negative")),
    ("received", [1, 2], ("received", 2, "length")),
    ("received", [2**62, 2**62, 0], ("received", 1, "sum-beyond-64-bits")),
    ("cap", [5, 5, -5], ("cap", 2, "negative")),
    ("cap", [inf, 5, 5], ("cap", 0, "not-whole")),
    ("weight", [1, 0, 1], ("weight", 1, "weight")),
    ("weight", [1, Fraction(-1, 2), 1], ("weight", 1, "weight")),
    ("weight", [1, 1.25, 1], ("weight", 1, "weight")),
    ("weight", ([1, 5, 1], [1, 0, 1]), ("weight", 1, "zero")),
    ("weight", [Fraction(1, 2**61 - 1), Fraction(1, 2**31 - 1), 1], ("weight", 0, "weights-beyond-64-bits")),
    ("weight", [1, Fraction(2**62, 3), 1], ("weight", 1, "weights-beyond-64-bits")),
    ("received", [2**63 - 3, 0, 0], ("received", 0, "with-cap-beyond-64-bits")),
    ("received", [2**62, 2**62 - 12, 0], ("received", 2, "with-cap-beyond-64-bits")),
    ("class_of", [0, 10**9, 1], ("class_of", 1, "class-too-large")),
    ("class_of", [0, 1, 2**62], ("class_of", 2, "class-too-large")),
    ("expiry", [None, 2**70], ("expiry", 1, "date")),
    ("class_of", [0, -1, 1], ("class_of", 1, "negative")),
    ("lot_classes", [[0], [0, 7]], ("lot_classes", 1, "unknown-class")),
    ("lot_classes", [[0]], ("lot_classes", 1, "length")),
    ("supply", [10, -6], ("supply", 1, "negative")),
    ("supply", [2**62, 2**62], ("supply", 1, "sum-beyond-64-bits")),
    ("pack", [2, 7], ("pack", 1, "pack-above-lot")),
    ("pack", [0, 3], ("pack", 0, "zero")),
    ("minimum", [0, -1, 0], ("minimum", 1, "negative")),
    ("expiry", [None, "soon"], ("expiry", 1, "date")),
    ("ids", ["A", "B", "A"], ("id", 2, "duplicate")),
    ("lot_ids", ["L", "L"], ("id", 1, "duplicate")),
    ("need", [True, 20, 30], ("need", 0, "not-whole")),
    ("need", [[10], [20, 30], 30], ("need", 0, "not-whole")),
    ("need", np.ma.array([10, 20, 30], mask=[0, 1, 0]), ("need", 1, "not-whole")),
    ("weight", 5, ("weight", 0, "length")),
    ("lot_classes", None, ("lot_classes", 0, "length")),
    ("lot_classes", [0, [1]], ("lot_classes", 0, "not-a-list")),
    ("lot_classes", [[0], None], ("lot_classes", 1, "not-a-list")),
    ("lot_classes", [[0], "01"], ("lot_classes", 1, "not-a-list")),
    ("lot_classes", [[0, "a"], [1]], ("lot_classes", 0, "unknown-class")),
    ("lot_classes", [[True], [1]], ("lot_classes", 0, "unknown-class")),
    ("lot_classes", [[0.0], [1]], ("lot_classes", 0, "unknown-class")),
    ("expiry", [2**70, None], ("expiry", 0, "date")),
    ("expiry", 7, ("expiry", 0, "length")),
    ("ids", "ABC", ("id", 0, "not-a-list")),
    ("ids", 7, ("id", 0, "not-a-list")),
]  # fmt: skip


@pytest.mark.parametrize(("column", "given", "expected"), REFUSED)
def test_refused_with_its_row_and_reason(column, given, expected) -> None:
    with pytest.raises(BadProblem) as caught:
        Problem(**GOOD | {column: given})
    assert expected in [(each.column, each.row, each.code) for each in caught.value.faults]
    assert all(each.message for each in caught.value.faults)


def test_several_faults_are_named_together() -> None:
    with pytest.raises(BadProblem) as caught:
        Problem(**GOOD | {"need": [0, 20, -3], "pack": [0, 3]})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    "more",
    [
        {"need": [2**62, 2**62, 1], "cap": None},
        {"received": [2**62] * 3, "cap": [2**62] * 3},
        {"weight": [Fraction(1, 2**61 - 1), Fraction(1, 2**31 - 1), Fraction(1, 2**19 - 1)]},
        {"weight": [Fraction(2**62), Fraction(2**62), 1]},
    ],
)
def test_one_overflow_is_one_fault(more) -> None:
    with pytest.raises(BadProblem) as caught:
        Problem(**GOOD | more)
    assert len(caught.value.faults) == 1


def test_received_and_cap_that_wrap_around_are_refused() -> None:
    large = 6_917_529_027_641_081_856
    with pytest.raises(BadProblem, match="row 0, received: received and cap"):
        Problem([10, 20], [large, 0], None, [large, 20], [0, 0], [2**62], None, [[0]])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "not-a-list"),
        (5, "not-a-list"),
        ({10, 20}, "not-a-list"),
        (np.array([[10], [20]]), "length"),
    ],
)
def test_a_need_that_is_no_column_is_one_fault(given, code) -> None:
    with pytest.raises(BadProblem) as caught:
        Problem(**GOOD | {"need": given})
    assert [(each.column, each.code) for each in caught.value.faults] == [("need", code)]
    with pytest.raises(BadProblem) as caught:
        Problem.from_pairs(given, None, None, None, [5], None, [])
    assert [(each.column, each.code) for each in caught.value.faults] == [("need", code)]


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        (["00"], "not-a-pair"),
        ([3], "not-a-pair"),
        ([(0,)], "not-a-pair"),
        ([None], "not-a-pair"),
        (3, "not-a-list"),
        (None, "not-a-list"),
        ([(0.0, 0)], "unknown-claimant"),
        ([(False, 0)], "unknown-claimant"),
        ([(0, "0")], "unknown-lot"),
    ],
)
def test_what_is_no_pair_is_refused_with_its_row(pairs, code) -> None:
    with pytest.raises(BadProblem) as caught:
        Problem.from_pairs([10], None, None, None, [5], None, pairs)
    assert [(each.table, each.row, each.code) for each in caught.value.faults] == [
        ("pairs", 0, code)
    ]


def test_pairs_may_be_an_array() -> None:
    pairs = np.array([[0, 0], [1, 0]])
    problem = Problem.from_pairs([10, 10], None, None, None, [5], None, pairs)
    assert problem.lot_class.tolist() == [0, 1]


def test_an_empty_lot_keeps_its_usual_pack() -> None:
    """A lot that has been used up stands in the list with a quantity of 0."""
    found = allocate(Problem(**GOOD | {"supply": [0, 6], "pack": [5, 3]}))
    assert found.placed.tolist()[0] == 0


def test_a_rate_of_one_claimant_is_refused() -> None:
    """It would break the structure that makes the rule exact; a lot may have one for all."""
    with pytest.raises(BadProblem, match="never to one claimant"):
        Problem.from_pairs([10], None, None, None, [5], None, [(0, 0, 2)])


def test_pairs_of_nobody_are_refused() -> None:
    with pytest.raises(BadProblem) as caught:
        Problem.from_pairs([10], None, None, None, [5], None, [(1, 0), (0, 3)])
    assert [each.code for each in caught.value.faults] == ["unknown-claimant", "unknown-lot"]


def test_numbers_may_be_arrays_and_pairs_of_arrays() -> None:
    arrays = {key: np.array(GOOD[key]) for key in ("need", "received", "cap", "supply", "pack")}
    weight = (np.array([1, 5, 1]), np.array([1, 4, 1]))
    assert Problem(**GOOD | arrays | {"weight": weight}).digest == Problem(**GOOD).digest


def test_weights_are_reduced() -> None:
    weight = ([2, 10, 3], [2, 8, 3])
    assert Problem(**GOOD | {"weight": weight}).digest == Problem(**GOOD).digest


def test_what_nobody_may_use_is_kept_and_left() -> None:
    problem = Problem(**GOOD | {"lot_classes": [[], [0, 1]]})
    found = allocate(problem)
    assert found.left.tolist() == [10, 0]
    assert found.lot_level[0] == inf


def test_whom_no_lot_may_serve_keeps_its_coverage() -> None:
    found = allocate(Problem(**GOOD | {"lot_classes": [[0], [0]]}))
    assert found.limited_by[2] == "none"
    assert found.level[2] is None
    assert found.coverage[2] == Fraction(1, 10)


def test_the_earliest_expiry_is_used_first() -> None:
    days = [date(2027, 1, 1), date(2026, 12, 1)]
    problem = Problem([10, 10], None, None, None, [0, 0], [5, 5], None, [[0], [0]], expiry=days)
    found = allocate(problem)
    assert [(each.claimant, each.lot) for each in found.consignments] == [(0, 1), (1, 0)]


def test_a_problem_cannot_be_changed_by_the_way() -> None:
    problem = Problem(**GOOD)
    with pytest.raises(ValueError, match="read-only"):
        problem.need[0] = 1
