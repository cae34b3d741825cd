"""Whole packs out of exact shares: each rule against a plain one of the test's own."""

import heapq
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandung.fairness import Problem, allocate, explain
from bandung.fairness.languages import LANGUAGES
from bandung.fairness.packs import RULES


def one_lot(needs: list[int], supply: int, pack: int, **more) -> Problem:
    none = [0] * len(needs)
    columns = {"received": None, "weight": None, "cap": None} | more
    return Problem(needs, **columns, class_of=none, supply=[supply], pack=[pack], lot_classes=[[0]])


def test_the_rules_differ_as_published() -> None:
    """Three claimants in the ratio 4 : 3 : 1 share ten packs of ten: 5, 3.75 and 1.25."""
    problem = one_lot([400, 300, 100], 100, 10)
    given = {rule: (allocate(problem, rule).allocated // 10).tolist() for rule in RULES}
    assert given == {
        "floor": [5, 3, 1],
        "quota-leximin": [5, 4, 1],
        "hamilton": [5, 4, 1],
        "adams": [5, 4, 1],
    }


def test_the_lowest_covered_is_raised_before_the_largest_rest() -> None:
    """9.1 and 0.9 packs: both rules give the tenth to the second; at 8.6 and 1.4 they part."""
    problem = one_lot([860, 140], 100, 10)
    assert (allocate(problem, "hamilton").allocated // 10).tolist() == [9, 1]
    assert (allocate(problem, "quota-leximin").allocated // 10).tolist() == [8, 2]


def test_adams_gives_everyone_a_pack_first() -> None:
    problem = one_lot([1000, 1, 1, 1], 40, 10, cap=[1000, 10, 10, 10])
    assert (allocate(problem, "adams").allocated // 10).tolist() == [1, 1, 1, 1]


def test_equal_claims_go_by_row() -> None:
    problem = one_lot([100] * 5, 30, 10)
    for rule in ("quota-leximin", "hamilton", "adams"):
        assert (allocate(problem, rule).allocated // 10).tolist() == [1, 1, 1, 0, 0]


@pytest.mark.parametrize("rule", ["quota-leximin", "hamilton", "adams"])
def test_equal_claims_go_by_row_whatever_their_classes(rule: str) -> None:
    """Claimants 0 and 2 may use an empty lot besides: a class of their own, in either order."""
    for class_of, empty in (([0, 1, 0], [0]), ([1, 0, 1], [1])):
        lots = ([20, 0], [10, 1], [[0, 1], empty])
        found = allocate(Problem([100] * 3, None, None, None, class_of, *lots), rule)
        assert found.allocated.tolist() == [10, 10, 0]


def test_no_pack_lifts_anyone_above_its_cap() -> None:
    problem = one_lot([100, 100], 100, 30, cap=[40, 100])
    for rule in RULES:
        assert allocate(problem, rule).allocated[0] <= 40


def test_a_small_state_may_have_one_whole_pack_if_the_option_says_so() -> None:
    """12 are needed and a pack holds 20: nothing, or one pack, 8 above the cap."""
    problem = one_lot([12, 1000], 200, 20)
    assert allocate(problem).allocated.tolist() == [0, 200]
    found = allocate(problem, small_states=True)
    assert found.allocated.tolist() == [20, 180]
    sentence = explain(problem, found, 0).sentence()
    assert "Its last pack goes 8 beyond its limit, as the option for small states" in sentence
    for language in LANGUAGES:
        assert "8" in explain(problem, found, 0).sentence(language)


@pytest.mark.parametrize("rule", [None, "floor"])
def test_small_states_need_a_rule_that_raises(rule: str | None) -> None:
    with pytest.raises(ValueError, match="small_states goes with a rule"):
        allocate(one_lot([1], 1, 1), rule, small_states=True)


def test_small_states_beyond_64_bits_are_refused() -> None:
    problem = one_lot([2**62], 2**62, 2**62)
    with pytest.raises(ValueError, match="beyond 64 bits"):
        allocate(problem, small_states=True)


def test_the_remainder_of_a_lot_stays_and_is_reported() -> None:
    found = allocate(one_lot([1000], 105, 10), "quota-leximin")
    assert (found.placed.tolist(), found.left.tolist()) == ([100], [5])


def test_lots_are_packed_one_after_the_other() -> None:
    """What the first lot's packs gave counts when the second lot's are given."""
    problem = Problem(
        [100, 100], None, None, None, [0, 0], [30, 30], [20, 20], [[0], [0]], expiry=[2, 1]
    )
    found = allocate(problem)
    assert found.allocated.tolist() == [20, 20]
    consignments = [(each.claimant, each.lot, each.quantity) for each in found.consignments]
    assert consignments == [(0, 1, 20), (1, 0, 20)]


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="quota-leximin"):
        allocate(one_lot([1], 1, 1), "largest-first")


def adams(needs: list[int], seats: int) -> list[int]:
    """Adams's method pack by pack: the next goes to the largest need / packs so far."""
    packs = [0] * len(needs)
    queue = [(0, Fraction(-need), row) for row, need in enumerate(needs)]
    heapq.heapify(queue)
    for _seat in range(seats):
        _first, _key, row = heapq.heappop(queue)
        packs[row] += 1
        heapq.heappush(queue, (1, Fraction(-needs[row], packs[row]), row))
    return packs


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.integers(1, 60), st.integers(1, 50)
)
def test_one_lot_is_divided_as_by_the_plain_methods(
    needs: list[int], seats: int, pack: int
) -> None:
    needs = [need * seats * pack for need in needs]  # so that no cap binds
    problem = one_lot(needs, seats * pack, pack)
    quotas = [Fraction(need * seats, sum(needs)) for need in needs]
    floors = [quota.numerator // quota.denominator for quota in quotas]
    rest = [row for row in range(len(needs)) if quotas[row] > floors[row]]
    left = seats - sum(floors)
    lowest = sorted(rest, key=lambda row: (Fraction(floors[row], needs[row]), row))[:left]
    largest = sorted(rest, key=lambda row: (floors[row] - quotas[row], row))[:left]
    expected = {
        "floor": floors,
        "quota-leximin": [each + (row in lowest) for row, each in enumerate(floors)],
        "hamilton": [each + (row in largest) for row, each in enumerate(floors)],
        "adams": adams(needs, seats),
    }
    for rule, packs in expected.items():
        assert (allocate(problem, rule).allocated // pack).tolist() == packs, rule
