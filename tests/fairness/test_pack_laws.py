"""What holds with whole packs, whatever the rule: each tried on random cases, with minima too."""

from hypothesis import given
from hypothesis import strategies as st

from bandung.fairness import allocate
from bandung.fairness.checking import check
from tests.fairness.cases import Case, cases, laws, text_of

rules = st.sampled_from(["quota-leximin", "adams", "floor", "hamilton"])
parts = st.sampled_from([0, 0, 2, 3, 10])


def with_minima(case: Case, part: int) -> Case:
    """Every second claimant takes no less than a part of its need."""
    minimum = [need // part if part and row % 2 else 0 for row, need in enumerate(case.need)]
    return case.but(minimum=tuple(minimum))


@laws(100)
@given(cases(), rules, parts)
def test_packs_are_conserved(case: Case, rule: str, part: int) -> None:
    result = allocate(with_minima(case, part).problem(), packs=rule)
    placed, received = [0] * case.lots, [0] * case.size
    for each in result.consignments:
        assert each.quantity >= 0
        placed[each.lot] += each.quantity
        received[each.claimant] += each.quantity
    assert placed == list(result.placed)
    assert received == list(result.allocated)
    assert list(result.left) == [s - p for s, p in zip(case.supply, placed, strict=True)]
    assert min(result.left, default=0) >= 0


@laws(100)
@given(cases(), rules, parts)
def test_earmarks_caps_and_minima_hold(case: Case, rule: str, part: int) -> None:
    case = with_minima(case, part)
    result = allocate(case.problem(), packs=rule)
    assert {(each.claimant, each.lot) for each in result.consignments} <= case.pairs
    assert all(a <= cap for a, cap in zip(result.allocated, case.cap, strict=True))
    for each in result.consignments:
        assert each.quantity == 0 or each.quantity >= case.minimum[each.claimant]
    deferred = set(result.deferred)
    assert deferred <= case.pairs
    assert all(case.minimum[claimant] for claimant, _ in deferred)
    assert not deferred & {(each.claimant, each.lot) for each in result.consignments}


@laws(100)
@given(cases(), rules)
def test_packs_are_whole_and_close_to_the_share(case: Case, rule: str) -> None:
    for each in allocate(case.problem(), packs=rule).consignments:
        size = case.pack[each.lot]
        assert each.quantity % size == 0
        assert rule == "adams" or abs(each.quantity - each.share) < size
        assert rule != "floor" or each.quantity <= each.share


raising = st.sampled_from(["quota-leximin", "adams", "hamilton"])


@laws(150)
@given(cases(), raising, parts)
def test_small_states_end_above_their_caps_by_less_than_a_pack(case: Case, rule: str, part: int):
    case = with_minima(case, part)
    problem = case.by_class()
    result = allocate(problem, packs=rule, small_states=True)
    assert result.rule == f"{rule}+small-states"
    placed, largest = [0] * case.lots, [0] * case.size
    for each in result.consignments:
        size = case.pack[each.lot]
        assert each.quantity % size == 0
        assert rule == "adams" or abs(each.quantity - each.share) < size
        placed[each.lot] += each.quantity
        if each.quantity:
            largest[each.claimant] = max(largest[each.claimant], size)
    assert all(sent <= supply for sent, supply in zip(placed, case.supply, strict=True))
    for given_units, cap, size in zip(result.allocated.tolist(), case.cap, largest, strict=True):
        assert given_units <= max(cap, cap + size - 1)
    assert result.shares == allocate(problem, packs=rule, small_states=True).shares
    assert check(problem, result) == []


@laws(60)
@given(cases(), raising)
def test_small_states_change_nothing_where_packs_fill_every_cap(case: Case, rule: str):
    case = case.but(pack=(1,) * case.lots)
    plain, small = (allocate(case.problem(), rule, small_states=each) for each in (False, True))
    assert plain.allocated.tolist() == small.allocated.tolist()


@laws(100)
@given(cases(), rules, parts)
def test_the_same_input_gives_the_same_packs(case: Case, rule: str, part: int) -> None:
    case = with_minima(case, part)
    first, second = (text_of(allocate(case.problem(), packs=rule)) for _ in range(2))
    assert first == second


@laws(100)
@given(cases(), rules, parts)
def test_the_check_passes_with_packs_and_minima(case: Case, rule: str, part: int) -> None:
    problem = with_minima(case, part).by_class()
    assert check(problem, allocate(problem, packs=rule)) == []
