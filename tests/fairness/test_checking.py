"""The checker finds every kind of tampering, and nothing in a result that was left alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandung.fairness import Allocation, Consignment, Problem, allocate, replaying
from bandung.fairness.checking import Copy, Flow, check, check_certificate, flow_of
from bandung.fairness.minima import without
from bandung.fairness.optimum import solve
from tests.fairness.cases import WEIGHTS, Case, cases, laws, plain_case
from tests.fairness.oracles import exact_shares, lines

# Claimants 0 and 1 share lot 0, lot 1 is better off, 2 is held by its cap, no lot may serve 4,
# 5 has received much, and lot 2 is more than anyone asks for.
CASE = plain_case(
    need=[100, 100, 50, 80, 30, 20],
    received=[0, 10, 0, 20, 3, 19],
    cap=[100, 90, 6, 60, 27, 1],
    supply=[20, 61, 200],
    pack=[5, 4, 10],
    pairs=[(0, 0), (0, 1), (1, 0), (2, 1), (3, 1), (5, 0), (5, 2), (2, 2)],
)
Change = Callable[[Copy], Copy]


def copy_of(rule: str | None, case: Case = CASE) -> tuple[Problem, Copy]:
    problem = case.problem()
    return problem, Copy.of(allocate(problem, packs=rule))


def column(name: str, row: int, more: Any) -> Change:
    """Adds to one figure of a column; a text or None takes its place."""

    def change(copy: Copy) -> Copy:
        figures = list(getattr(copy, name))
        is_sum = isinstance(more, int | Fraction) and figures[row] is not None
        figures[row] = figures[row] + more if is_sum else more
        return replace(copy, **{name: figures})

    return change


def sent(claimant: int, lot: int, **more: Any) -> Change:
    """Adds to the figures of one consignment."""

    def change(copy: Copy) -> Copy:
        each = next(x for x in copy.consignments if (x.claimant, x.lot) == (claimant, lot))
        new = replace(each, **{name: getattr(each, name) + by for name, by in more.items()})
        others = [x for x in copy.consignments if x is not each]
        return replace(copy, consignments=[*others, new])

    return change


def poured(claimant: int, lot: int, more: Fraction | int) -> Change:
    """Adds to what a lot pours into a claimant's class."""

    def change(copy: Copy) -> Copy:
        each = int(copy.certificate.class_of[claimant])
        pours = {(to, by): amount for to, by, amount in copy.certificate.pours}
        pours[each, lot] = pours.get((each, lot), Fraction(0)) + more
        flow = Flow(copy.certificate.class_of, [(*key, amount) for key, amount in pours.items()])
        return replace(copy, certificate=flow)

    return change


def new(claimant: int, lot: int, quantity: int) -> Change:
    """One more consignment."""

    def change(copy: Copy) -> Copy:
        more = Consignment(claimant, lot, quantity, Fraction(quantity))
        return replace(copy, consignments=[*copy.consignments, more])

    return change


def together(*changes: Change) -> Change:
    def change(copy: Copy) -> Copy:
        for each in changes:
            copy = each(copy)
        return copy

    return change


def swapped(copy: Copy) -> Copy:
    """Lots 0 and 1 exchanged in every consignment."""
    other = {0: 1, 1: 0, 2: 2}
    return replace(copy, consignments=[replace(x, lot=other[x.lot]) for x in copy.consignments])


def emptied(copy: Copy) -> Copy:
    """Lot 0 stays where it is: nobody is served from it, and every sum agrees."""
    kept = [each for each in copy.consignments if each.lot]
    shares = [sum((x.share for x in kept if x.claimant == row), Fraction(0)) for row in range(6)]
    pours = [each for each in copy.certificate.pours if each[1]]
    return replace(
        copy,
        consignments=kept,
        shares=shares,
        allocated=shares,
        placed=[0, *copy.placed[1:]],
        left=[20, *copy.left[1:]],
        certificate=Flow(copy.certificate.class_of, pours),
    )


def doubled(copy: Copy) -> Copy:
    return replace(copy, consignments=[*copy.consignments, copy.consignments[0]])


def unlimited(copy: Copy) -> Copy:
    """A finite level for the lot of which something is left."""
    return replace(copy, lot_level=[*copy.lot_level[:2], Fraction(9)])


def mixed(copy: Copy) -> Copy:
    """All claimants in one class of the certificate, although their lots differ."""
    flow = copy.certificate
    pours = [(0, lot, amount) for _, lot, amount in flow.pours]
    return replace(copy, certificate=Flow(np.minimum(flow.class_of, 0), pours))


PACKED: list[tuple[str, Change]] = [
    ("digest", lambda copy: replace(copy, digest="0" * 64)),
    ("rule", lambda copy: replace(copy, rule="by acclamation")),
    ("length", lambda copy: replace(copy, allocated=copy.allocated[:-1])),
    ("length", lambda copy: replace(copy, lot_level=[*copy.lot_level, inf])),
    ("unknown-row", new(6, 0, 5)),
    ("unknown-row", new(0, 3, 5)),
    ("unknown-row", new(-1, 0, 5)),
    ("repeated", doubled),
    ("negative", sent(0, 1, quantity=-400)),
    ("nothing", new(0, 0, 0)),
    ("not-eligible", new(4, 0, 5)),
    ("not-eligible", new(1, 1, 4)),
    ("not-eligible", swapped),
    ("deferred", lambda copy: replace(copy, deferred=[(5, 2)])),
    ("deferred", lambda copy: replace(copy, deferred=[(5, 2), (5, 2)])),
    ("pack", sent(1, 0, quantity=1)),
    ("quantity", sent(3, 1, quantity=8)),
    ("quantity", sent(1, 0, quantity=-5)),
    ("allocated", column("allocated", 0, 1)),
    ("allocated", sent(3, 1, quantity=-4)),
    ("allocated", column("allocated", 4, 1)),
    ("share", column("shares", 3, Fraction(1, 10**30))),
    ("share", sent(3, 1, share=Fraction(-1, 10**30))),
    ("cap", together(sent(2, 2, quantity=10), column("allocated", 2, 10))),
    ("supply", sent(1, 0, quantity=40)),
    ("placed", column("placed", 1, -4)),
    ("left", column("left", 0, 5)),
    ("left", column("left", 2, -1)),
    ("quantity", together(sent(1, 0, quantity=-5), column("allocated", 1, -5))),
    ("certificate-a", unlimited),
    ("certificate-b", column("level", 3, Fraction(1, 10**30))),
    ("certificate-b", column("level", 4, Fraction(1))),
    ("certificate-b", column("level", 3, None)),
    ("certificate-b", column("lot_level", 0, inf)),
    ("certificate-c", column("lot_level", 1, Fraction(1, 10**30))),
    ("certificate-c", column("shares", 3, Fraction(1, 10**30))),
    ("certificate-e", poured(3, 1, Fraction(1, 10**30))),
    ("certificate-e", poured(0, 2, Fraction(1))),
    ("certificate-e", poured(3, 1, -1000)),
    ("certificate-e", poured(3, 1, 1000)),
    ("certificate-e", lambda copy: replace(copy, certificate=Flow(np.zeros(2, np.int64), []))),
    ("certificate-e", lambda copy: replace(copy, certificate=Flow(np.full(6, -1), []))),
    ("certificate-e", mixed),
]
CONTINUOUS: list[tuple[str, Change]] = [
    ("certificate-a", emptied),
    ("certificate-c", emptied),
    ("allocated", column("allocated", 0, Fraction(1, 7))),
    ("quantity", sent(0, 1, quantity=Fraction(1, 10**30))),
    ("supply", sent(3, 1, share=Fraction(1, 10**30))),
    ("cap", together(sent(2, 2, quantity=1, share=1), column("allocated", 2, 1))),
    ("negative", sent(0, 1, share=-100)),
    ("deferred", lambda copy: replace(copy, deferred=[(2, 2)])),
]


def test_every_claimant_of_the_case_plays_its_part() -> None:
    _, copy = copy_of("quota-leximin")
    used = {(each.claimant, each.lot) for each in copy.consignments}
    assert {(0, 1), (1, 0), (3, 1), (5, 2)} <= used
    assert copy.lot_level[2] == inf
    assert copy.lot_level[0] < copy.lot_level[1] < inf
    assert copy.level[4] is None


@pytest.mark.parametrize("rule", [None, "quota-leximin", "adams", "floor", "hamilton"])
def test_a_result_that_was_left_alone_has_no_violation(rule: str | None) -> None:
    problem = CASE.problem()
    assert check(problem, allocate(problem, packs=rule)) == []
    assert check(*copy_of(rule)) == []


@pytest.mark.parametrize(("code", "change"), PACKED)
def test_tampering_with_packs_is_found(code: str, change: Change) -> None:
    problem, copy = copy_of("quota-leximin")
    assert code in {each.code for each in check(problem, change(copy))}


@pytest.mark.parametrize(("code", "change"), CONTINUOUS)
def test_tampering_with_exact_shares_is_found(code: str, change: Change) -> None:
    problem, copy = copy_of(None)
    assert code in {each.code for each in check(problem, change(copy))}


@pytest.mark.parametrize(("rule", "more"), [("floor", 4), ("floor", -4), ("hamilton", 8)])
def test_each_rule_rounds_in_its_own_way(rule: str, more: int) -> None:
    problem, copy = copy_of(rule)
    found = {each.code for each in check(problem, sent(3, 1, quantity=more)(copy))}
    assert "quantity" in found


RULES = ["quota-leximin", "adams", "floor", "hamilton"]
# Five claimants share one lot whose packs each rule rounds in its own way.
APART = plain_case([109, 52, 534, 42, 52], [500], received=[13, 0, 0, 0, 6], pack=[20])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("giver", "taker"), [(0, 1), (1, 0), (2, 4), (4, 2), (3, 0)])
def test_one_pack_moved_between_two_is_named_at_both(rule: str, giver: int, taker: int) -> None:
    problem, copy = copy_of(rule, APART)
    moved = together(
        sent(giver, 0, quantity=-20), column("allocated", giver, -20),
        sent(taker, 0, quantity=20), column("allocated", taker, 20),
    )(copy)  # fmt: skip
    found = [each for each in check(problem, moved) if each.code == "quantity"]
    assert {(each.claimant, each.lot) for each in found} == {(giver, 0), (taker, 0)}
    right = copy.allocated[taker]
    words = f"{right + 20} where the rule gives {right}"
    assert words in {each.message for each in found if each.claimant == taker}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("said", RULES)
def test_a_result_of_another_rule_does_not_pass(rule: str, said: str) -> None:
    problem, copy = copy_of(rule, APART)
    found = check(problem, replace(copy, rule=said))
    assert {each.code for each in found} == (set() if said == rule else {"quantity"})


def test_all_to_one_is_not_adams() -> None:
    problem, copy = copy_of("adams", APART)
    consignments = [replace(x, quantity=0 if x.claimant else 500) for x in copy.consignments]
    allocated = [500, 0, 0, 0, 0]
    lie = replace(copy, consignments=consignments, allocated=allocated)
    found = [each for each in check(problem, lie) if each.code == "quantity"]
    assert len(found) == 5


@laws(60)
@given(cases(), st.sampled_from(RULES), st.integers(0, 2**32 - 1))
def test_every_pack_moved_is_named(case: Case, rule: str, seed: int) -> None:
    """Packs of one consignment more or fewer, with all sums made to agree."""
    problem, copy = copy_of(rule, case)
    if not copy.consignments:
        return
    random = Random(seed)
    each = random.choice(copy.consignments)
    packs = case.pack[each.lot] * random.choice([-1, 1])
    changed = together(
        sent(each.claimant, each.lot, quantity=packs), column("allocated", each.claimant, packs),
        column("placed", each.lot, packs), column("left", each.lot, -packs),
    )(copy)  # fmt: skip
    found = {(x.claimant, x.lot) for x in check(problem, changed) if x.code == "quantity"}
    assert found == {(each.claimant, each.lot)}


def deferring(case: Case, rule: str, pairs: Sequence[tuple[int, int]]) -> tuple[Problem, Copy]:
    """An honest division once these pairs are deferred."""
    problem = case.problem()
    left_out = tuple(sorted(pairs))
    made = Allocation(problem, rule, left_out, solve(without(problem, left_out)))
    return problem, Copy.of(made)


def test_nobody_is_deferred_without_cause() -> None:
    """Claimant 1 has a minimum of 60 and a share of far more; its deferral serves the others."""
    case = plain_case([1000, 500, 300], [900], pack=[10]).but(minimum=(0, 60, 200))
    problem, honest = copy_of("quota-leximin", case)
    assert honest.deferred == ((2, 0),)
    assert check(problem, honest) == []
    problem, lie = deferring(case, "quota-leximin", [(1, 0), (2, 0)])
    (found,) = check(problem, lie)
    assert (found.code, found.claimant, found.lot) == ("deferral", 1, 0)
    problem, other = deferring(case, "quota-leximin", [(1, 0)])
    found_of = {(each.code, each.claimant) for each in check(problem, other)}
    assert {("deferral", 1), ("deferral", 2)} <= found_of


@laws(40)
@given(cases(6, 3), st.sampled_from([*RULES, None]), st.integers(0, 2**32 - 1))
def test_only_the_deferrals_of_the_rule_pass(case: Case, rule: str | None, seed: int) -> None:
    case = case.but(minimum=tuple(max(1, need // 8) for need in case.need))
    problem, honest = copy_of(rule, case)
    assert check(problem, honest) == []
    random = Random(seed)
    pairs = [pair for pair in sorted(case.pairs) if random.random() < 0.3]
    problem, other = deferring(case, honest.rule, pairs)
    found = check(problem, other)
    assert (found == []) == (other.deferred == honest.deferred)


def test_very_many_deferrals_are_not_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = plain_case([1000, 500, 300], [900], pack=[10]).but(minimum=(0, 60, 200))
    problem, lie = deferring(case, "quota-leximin", [(1, 0), (2, 0)])
    monkeypatch.setattr(replaying, "MOST_WORK", 5)
    assert not replaying.is_replayed(problem, lie)
    assert check(problem, lie) == []


def test_a_share_below_the_minimum_is_named_without_a_replay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A share of 47.4 becomes a pack of 50, but it is the share that must reach the 48."""
    case = plain_case([100, 90], [100], pack=[50]).but(minimum=(0, 48))
    problem, lie = deferring(case, "quota-leximin", [])
    assert [each.quantity for each in lie.consignments] == [50, 50]
    monkeypatch.setattr(replaying, "MOST_WORK", -1)
    (found,) = check(problem, lie)
    assert (found.code, found.claimant, found.lot) == ("minimum", 1, 0)


def test_numbers_of_thousands_of_digits_are_no_trouble() -> None:
    problem, copy = copy_of("quota-leximin")
    long = [Fraction(1, 7**5000), Fraction(1, 11**5000)]
    changed = together(sent(0, 1, share=long[0]), sent(3, 1, share=long[1]))(copy)
    found = {each.code for each in check(problem, changed)}
    assert {"share", "supply"} <= found


def test_a_violation_names_its_rows() -> None:
    problem, copy = copy_of("quota-leximin")
    found = check(problem, sent(1, 0, quantity=1)(copy))
    assert [(each.claimant, each.lot) for each in found if each.code == "pack"] == [(1, 0)]


def test_drawing_on_a_lot_of_a_lower_level_is_found() -> None:
    problem, copy = copy_of(None, plain_case([10, 20], [6, 4]))
    found = check(problem, column("lot_level", 1, Fraction(-1, 10**30))(copy))
    assert {each.code for each in found if each.lot == 1} == {"certificate-d"}
    assert check(problem, copy) == []


def test_minima_and_deferred_consignments_are_checked() -> None:
    case = CASE.but(minimum=(0, 30, 0, 0, 0, 0))
    problem, copy = copy_of("quota-leximin", case)
    assert copy.deferred == ((1, 0),)
    assert check(problem, copy) == []
    codes = {each.code for each in check(problem, new(1, 0, 5)(copy))}
    assert {"deferred", "minimum", "allocated"} <= codes
    codes = {each.code for each in check(problem, replace(copy, deferred=()))}
    assert "certificate-e" in codes


def published(case: Case, flow: Sequence[Any]) -> Copy:
    """A division made in another way, with the levels that speak best for it."""
    shares = [Fraction(0)] * case.size
    placed = [Fraction(0)] * case.lots
    for each in flow:
        shares[each.claimant] += each.share
        placed[each.lot] += each.share
    coverage = [(r + a) / s for (s, r, _), a in zip(lines(case), shares, strict=True)]
    waiting = [row for row in range(case.size) if shares[row] < case.cap[row]]
    lot_level = [
        min((coverage[row] for row in waiting if (row, lot) in case.pairs), default=inf)
        for lot in range(case.lots)
    ]
    level = [max((lot_level[lot] for lot in lots), default=None) for lots in case.lots_of]
    problem = case.problem()
    left = [s - p for s, p in zip(case.supply, placed, strict=True)]
    certificate = flow_of(problem, flow)
    return Copy(
        "continuous", problem.digest, shares, shares, level, lot_level, placed, left, flow, (),
        certificate,
    )  # fmt: skip


def test_a_cap_does_not_hide_that_a_better_division_exists() -> None:
    case = plain_case([10, 10, 10], [5, 7], [(0, 0), (1, 0), (0, 1), (2, 1)], cap=[3, 10, 10])
    flow = [(1, 0, 5), (0, 1, 3), (2, 1, 4)]
    copy = published(case, [Consignment(*each, Fraction(each[2])) for each in flow])
    assert copy.lot_level == [Fraction(1, 2), Fraction(2, 5)]
    assert exact_shares(case) == [3, Fraction(9, 2), Fraction(9, 2)]
    assert {each.code for each in check(case.problem(), copy)} == {"certificate-d"}


@laws(100)
@given(cases())
def test_only_the_leximin_shares_pass(case: Case) -> None:
    """Divisions by other weights are whole and place as much; none passes unless it is the same."""
    weight = tuple(WEIGHTS[(row * row + 1) % 6] for row in range(case.size))
    problem = case.problem()
    for other in (case.but(weight=weight), case.but(received=(0,) * case.size), case):
        copy = published(case, allocate(other.problem(), packs=None).consignments)
        is_same = [*copy.shares] == exact_shares(case)
        found = check(problem, copy)
        assert (found == []) == is_same
        assert all(each.code.startswith("certificate-") for each in found)
        assert (check_certificate(problem, copy) == []) == is_same
