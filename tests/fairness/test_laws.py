"""The laws of the continuous optimum, each tried on random cases."""

from fractions import Fraction
from math import lcm
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from bandung.fairness import allocate
from bandung.fairness.checking import check
from tests.fairness.cases import Case, cases, laws, shares_of, text_of
from tests.fairness.oracles import exact_shares, is_feasible, largest_total, lines, lp_coverage

rows = st.integers(0, 10**6)
"""Picks a claimant, a lot or an amount: taken modulo what there is."""


def coverage(case: Case, shares: list[Fraction]) -> list[Fraction]:
    return [
        (received + share) / slope
        for (slope, received, _), share in zip(lines(case), shares, strict=True)
    ]


def scaled(case: Case, times: int) -> Case:
    """Every quantity of the case multiplied."""
    return case.but(
        **{
            name: tuple(each * times for each in getattr(case, name))
            for name in ("need", "received", "cap", "supply")
        }
    )


@laws(100)
@given(cases())
def test_no_lot_gives_more_than_it_holds_and_each_unit_is_counted_once(case: Case) -> None:
    result = allocate(case.problem(), packs=None)
    placed = [Fraction(0)] * case.lots
    received = [Fraction(0)] * case.size
    for each in result.consignments:
        assert each.quantity == each.share > 0
        placed[each.lot] += each.quantity
        received[each.claimant] += each.quantity
    assert all(given <= supply for given, supply in zip(placed, case.supply, strict=True))
    assert placed == result.placed
    assert received == result.shares == result.allocated
    assert result.left == [s - p for s, p in zip(case.supply, placed, strict=True)]


@laws(100)
@given(cases())
def test_earmarks_hold(case: Case) -> None:
    result = allocate(case.problem(), packs=None)
    assert {(each.claimant, each.lot) for each in result.consignments} <= case.pairs


@laws(100)
@given(cases())
def test_no_share_is_above_its_cap_or_below_zero(case: Case) -> None:
    assert all(0 <= share <= cap for share, cap in zip(shares_of(case), case.cap, strict=True))


@laws(100)
@given(cases())
def test_fairness_costs_no_units(case: Case) -> None:
    assert sum(shares_of(case)) == largest_total(case)


@laws(100)
@given(cases())
def test_the_certificate_holds(case: Case) -> None:
    for problem in (case.problem(), case.by_class()):
        assert check(problem, allocate(problem, packs=None)) == []


@laws(250)
@given(cases())
def test_equals_brute_force_in_exact_fractions(case: Case) -> None:
    shares = exact_shares(case)
    assert is_feasible(case, shares)
    assert shares_of(case) == shares


@laws(30)
@given(cases(5, 4))
def test_equals_a_sequence_of_linear_programmes(case: Case) -> None:
    assume(max(case.need) <= 10**5)
    found = coverage(case, shares_of(case))
    for exact, rough in zip(found, lp_coverage(case), strict=True):
        assert abs(float(exact) - rough) <= 1e-7 * max(1, rough)


@laws(100)
@given(cases())
def test_nobody_below_its_cap_has_reason_to_envy_another(case: Case) -> None:
    result = allocate(case.problem(), packs=None)
    level = coverage(case, result.shares)
    assert level == result.coverage
    for each in result.consignments:
        for other in range(case.size):
            if (other, each.lot) in case.pairs and result.shares[other] < case.cap[other]:
                assert level[other] >= level[each.claimant]


@laws(100)
@given(cases(), rows, rows)
def test_more_supply_takes_from_nobody(case: Case, lot: int, more: int) -> None:
    assume(case.lots)
    supply = list(case.supply)
    supply[lot % case.lots] += more
    before, after = shares_of(case), shares_of(case.but(supply=tuple(supply)))
    assert all(one <= other for one, other in zip(before, after, strict=True))


@laws(100)
@given(cases(), rows)
def test_when_a_claimant_leaves_nobody_else_loses(case: Case, row: int) -> None:
    gone = row % case.size
    before = [share for each, share in enumerate(shares_of(case)) if each != gone]
    after = shares_of(case.without_claimant(gone))
    assert all(one <= other for one, other in zip(before, after, strict=True))


@laws(100)
@given(cases(), rows, rows)
def test_one_more_lot_to_use_never_hurts_its_owner(case: Case, row: int, lot: int) -> None:
    assume(case.lots)
    pair = (row % case.size, lot % case.lots)
    before, after = shares_of(case), shares_of(case.but(pairs=case.pairs | {pair}))
    assert after[pair[0]] >= before[pair[0]]


@laws(100)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_share(case: Case, random: Random) -> None:
    claimants, lots = list(range(case.size)), list(range(case.lots))
    random.shuffle(claimants)
    random.shuffle(lots)
    shares = shares_of(case)
    assert shares_of(case.reordered(claimants, lots)) == [shares[row] for row in claimants]


@laws(100)
@given(cases())
def test_classes_or_pairs_and_names_change_no_share(case: Case) -> None:
    shares = shares_of(case)
    assert allocate(case.by_class(), packs=None).shares == shares
    names = [f"claimant {row}" for row in range(case.size)]
    named = case.problem(ids=names, lot_ids=[f"lot {lot}" for lot in range(case.lots)])
    assert allocate(named, packs=None).shares == shares


@laws(100)
@given(cases(), st.integers(2, 1000))
def test_another_unit_of_quantity_or_of_weight_changes_nothing(case: Case, times: int) -> None:
    shares = shares_of(case)
    assert shares_of(scaled(case, times)) == [share * times for share in shares]
    weight = tuple(each * Fraction(times, 7) for each in case.weight)
    assert shares_of(case.but(weight=weight)) == shares


@laws(100)
@given(cases(8), rows, st.integers(1, 9), st.integers(1, 9))
def test_splitting_a_claimant_changes_nothing_in_total(
    case: Case, row: int, one: int, other: int
) -> None:
    row %= case.size
    whole = scaled(case, one + other)
    parts = {
        name: (*getattr(whole, name), getattr(case, name)[row] * other)
        for name in ("need", "received", "cap")
    }
    pairs = whole.pairs | {(case.size, lot) for lot in case.lots_of[row]}
    split = whole.but(**parts, weight=(*case.weight, case.weight[row]), pairs=pairs)
    own = {name: getattr(case, name)[row] * one for name in ("need", "received", "cap")}
    before, after = shares_of(whole), shares_of(split.with_claimant(row, **own))
    assert after[row] * other == after[-1] * one
    after[row] += after.pop()
    assert after == before


@laws(100)
@given(cases(9, 5), rows, rows)
def test_merging_equal_lots_changes_nothing(case: Case, lot: int, part: int) -> None:
    assume(case.lots)
    lot %= case.lots
    supply = list(case.supply)
    supply.append(part % (supply[lot] + 1))
    supply[lot] -= supply[-1]
    pairs = case.pairs | {(row, case.lots) for row, each in case.pairs if each == lot}
    split = case.but(supply=tuple(supply), pack=(1,) * len(supply), pairs=pairs)
    assert shares_of(split) == shares_of(case)


@laws(100)
@given(cases(), rows, rows)
def test_another_cap_than_the_true_one_never_pays(case: Case, row: int, told: int) -> None:
    row %= case.size
    true = case.cap[row]
    told %= 2 * true + 2
    honest = shares_of(case)[row]
    misreported = shares_of(case.with_claimant(row, cap=told))[row]
    assert min(misreported, true) <= honest


@laws(100)
@given(cases(), rows)
def test_hiding_that_one_may_use_a_lot_never_pays(case: Case, place: int) -> None:
    assume(case.pairs)
    pair = sorted(case.pairs)[place % len(case.pairs)]
    hidden = shares_of(case.but(pairs=case.pairs - {pair}))
    assert hidden[pair[0]] <= shares_of(case)[pair[0]]


@laws(100)
@given(cases())
def test_nothing_is_left_to_give_once_the_result_was_received(case: Case) -> None:
    times = lcm(*(share.denominator for share in shares_of(case)))
    assume(times * sum(case.need) < 2**50)
    case = scaled(case, times)
    result = allocate(case.problem(), packs=None)
    shares = [*map(int, result.shares)]
    assert shares == result.shares
    received = tuple(r + share for r, share in zip(case.received, shares, strict=True))
    cap = tuple(most - share for most, share in zip(case.cap, shares, strict=True))
    after = case.but(received=received, cap=cap, supply=(0,) * case.lots, pack=(1,) * case.lots)
    assert shares_of(after) == [0] * case.size
    left = tuple(map(int, result.left))
    assert shares_of(after.but(supply=left)) == [0] * case.size


@laws(100)
@given(cases())
def test_the_same_input_gives_the_same_bytes(case: Case) -> None:
    first, second = (text_of(allocate(case.problem(), packs=None)) for _ in range(2))
    assert first == second
