"""Rules of eligibility, said with groups, names and products, against their definition."""

import random
import sys
import time
import unicodedata
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandung.fairness import BadProblem, Problem, allocate
from bandung.fairness.rules import UNSEEN, Claimant, Lot, problem_from_rules
from tests.fairness.cases import laws

NAMES = ("A1", "A2", "A3", "A4")
GROUPS = ("G", "H", "I")
PRODUCTS = ("P", "Q", "R")


def is_open(lot: Lot, claimant: Claimant) -> bool:
    """The definition, word for word."""
    own = {claimant.name, *claimant.groups}
    return (
        (not lot.open_to or bool(own & set(lot.open_to)))
        and not own & set(lot.closed_to)
        and (not claimant.accepts or lot.product in claimant.accepts)
    )


def pairs_of(problem: Problem) -> set[tuple[int, int]]:
    """Every (claimant, lot) that a problem allows."""
    found = set()
    for lot in range(problem.lots):
        classes = set(
            problem.lot_class[problem.lot_start[lot] : problem.lot_start[lot + 1]].tolist()
        )
        found |= {(row, lot) for row, own in enumerate(problem.class_of.tolist()) if own in classes}
    return found


def some(names):
    return st.lists(st.sampled_from(names), max_size=3).map(tuple)


@st.composite
def worlds(draw):
    """Claimants and lots; the groups are all there, so that every name is known."""
    claimants = [
        Claimant(
            name, draw(st.integers(1, 9)), groups=draw(some(GROUPS)), accepts=draw(some(PRODUCTS))
        )
        for name in NAMES
    ]
    claimants.append(Claimant("all", 5, groups=GROUPS))
    lots = [
        Lot(
            f"L{number}",
            draw(st.sampled_from(PRODUCTS)),
            draw(st.integers(0, 9)),
            open_to=draw(some(NAMES + GROUPS)),
            closed_to=draw(some(NAMES + GROUPS)),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    return claimants, lots


@given(worlds())
@laws(300)
def test_a_lot_is_open_to_whom_the_definition_says(world):
    claimants, lots = world
    expected = {
        (row, number)
        for row, claimant in enumerate(claimants)
        for number, lot in enumerate(lots)
        if is_open(lot, claimant)
    }
    assert pairs_of(problem_from_rules(claimants, lots)) == expected


@given(worlds())
@laws(50)
def test_the_classes_change_nothing_in_the_result(world):
    claimants, lots = world
    problem = problem_from_rules(claimants, lots)
    plain = Problem.from_pairs(
        [each.need for each in claimants],
        None,
        None,
        None,
        [each.quantity for each in lots],
        None,
        sorted(pairs_of(problem)),
    )
    assert allocate(problem, None).shares == allocate(plain, None).shares


def test_only_what_some_lot_asks_for_tells_claimants_apart():
    claimants = [
        Claimant(f"F{n}", 10, groups=("AFR", f"district {n}"), accepts=("P", f"rare {n}"))
        for n in range(50)
    ]
    lots = [Lot("L1", "P", 10, open_to=("AFR",)), Lot("L2", "Q", 10, closed_to=("F7",))]
    problem = Problem.from_rules(claimants, lots)
    assert problem.classes == 2  # F7, which a lot names, and all the others
    assert problem.class_of[7] != problem.class_of[0]
    assert len(set(problem.class_of.tolist())) == 2


def test_one_who_accepts_only_what_is_not_there_is_kept_without_a_lot():
    claimants = [Claimant("A", 10, accepts=("Z",)), Claimant("B", 10)]
    problem = problem_from_rules(claimants, [Lot("L", "P", 4)])
    assert pairs_of(problem) == {(1, 0)}
    assert allocate(problem).limited_by == ["none", "lots"]


def test_all_figures_arrive_where_they_belong():
    claimants = [
        Claimant("A", 10, 2, Fraction(5, 4), 3, ("G",), ("P",), 1),
        Claimant("B", 20, 25),
        Claimant("C", 30, 7),
    ]
    lots = [
        Lot("L1", "P", 9, 3, ("G",), ("B",), date(2026, 11, 22)),
        Lot("L2", "Q", 4, 2),
    ]
    problem = problem_from_rules(claimants, lots)
    assert problem.ids == ("A", "B", "C")
    assert problem.lot_ids == ("L1", "L2")
    assert problem.need.tolist() == [10, 20, 30]
    assert problem.received.tolist() == [2, 25, 7]
    assert (problem.weight_above.tolist(), problem.weight_below.tolist()) == ([5, 1, 1], [4, 1, 1])
    assert problem.cap.tolist() == [3, 0, 23]
    assert problem.minimum.tolist() == [1, 0, 0]
    assert problem.supply.tolist() == [9, 4]
    assert problem.pack.tolist() == [3, 2]
    assert problem.expiry[0] == date(2026, 11, 22).toordinal() < problem.expiry[1]


def test_mappings_carry_the_columns_of_the_files():
    mapped = Problem.from_rules(
        [
            {
                "claimant": "A",
                "need": 10,
                "groups": "G; H",
                "accepts": ["P"],
                "weight": Fraction(5, 4),
            },
            {"claimant": "B", "need": 20, "received": 3, "cap": 5, "minimum": 2},
        ],
        [{"lot": "L", "product": "P", "quantity": 9, "pack": 3, "for": "G;B", "not_for": "H"}],
    )
    said = problem_from_rules(
        [
            Claimant("A", 10, weight=Fraction(5, 4), groups=("G", "H"), accepts=("P",)),
            Claimant("B", 20, 3, cap=5, minimum=2),
        ],
        [Lot("L", "P", 9, 3, ("G", "B"), ("H",))],
    )
    assert mapped.digest == said.digest
    assert pairs_of(mapped) == {(1, 0)}


def faults(claimants, lots) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BadProblem) as refused:
        problem_from_rules(claimants, lots)
    return [(each.table, each.row, each.column, each.code) for each in refused.value.faults]


def messages(claimants, lots) -> str:
    with pytest.raises(BadProblem) as refused:
        problem_from_rules(claimants, lots)
    return str(refused.value)


def test_all_that_is_wrong_is_said_at_once():
    claimants = [
        Claimant("A", 0, groups=("AFR",)),
        Claimant("B", 10),
        Claimant("A", 10),
        Claimant("", 10),
        Claimant("C\u200f", 10),
    ]
    lots = [
        Lot("L", "P", 5, 6, open_to=("AFRO",)),
        Lot("L", "P", -1, closed_to=("nobody at all",)),
    ]
    assert set(faults(claimants, lots)) == {
        ("claimants", 0, "need", "zero"),
        ("claimants", 2, "claimant", "duplicate"),
        ("claimants", 3, "claimant", "missing"),
        ("claimants", 4, "claimant", "unseen-mark"),
        ("lots", 0, "for", "unknown-name"),
        ("lots", 1, "not_for", "unknown-name"),
        ("lots", 1, "lot", "duplicate"),
        ("lots", 1, "quantity", "negative"),
    }


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("AFRO", "AFR"), ("zambia", "Zambia"), ("Zambla", "Zambia"), ("LDC ", "LDC"), ("LCD", "LDC")],
)
def test_a_name_that_was_probably_meant_is_offered(wrong, right):
    claimants = [Claimant("Zambia", 10, groups=("AFR", "LDC")), Claimant("Fiji", 10)]
    if wrong.strip() == right:
        assert pairs_of(problem_from_rules(claimants, [Lot("L", "P", 5, open_to=[wrong])]))
    else:
        assert f"did you mean {right}?" in messages(claimants, [Lot("L", "P", 5, open_to=(wrong,))])


def test_nothing_that_cannot_be_seen_tells_two_names_apart():
    """Every control and format character of the Unicode tables, fillers, and unusual spaces."""
    hidden = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs") and character != " "
    ]
    assert {"\u200b", "\xad", "\u2060", "\xa0", "\U000e0041"} <= {*hidden}
    for character in (*hidden, "\u3164", "\u115f", "\u034f", "\ufe0f", "\u2800"):
        assert UNSEEN.search(f"Z{character}M"), ascii(character)
    assert not UNSEEN.search("Côte d’Ivoire, São Tomé (3) – الجزائر 中国 Türkiye")


def test_look_alike_names_are_refused_wherever_they_stand():
    claimants = [
        Claimant("ZMB", 10),
        Claimant("ZMB\u200b", 10, groups=("LDC", "LD\xadC"), accepts=("AZ\u2060",)),
    ]
    lots = [Lot("L", "AZ\xa01", 5, open_to=("ZM\u200dB",), closed_to=("ZMB",))]
    assert faults(claimants, lots) == [
        ("claimants", 1, "claimant", "unseen-mark"),
        ("claimants", 1, "groups", "unseen-mark"),
        ("claimants", 1, "accepts", "unseen-mark"),
        ("lots", 0, "product", "unseen-mark"),
        ("lots", 0, "for", "unseen-mark"),
    ]
    assert "stands in the name (ZMB\\u200b)" in messages(claimants, lots)


@pytest.mark.parametrize(
    ("claimant", "column", "code"),
    [
        (["A", 5], "row", "not-a-row"),
        (None, "row", "not-a-row"),
        ({"claimant": "A", "need": 5, "groups": None}, "groups", "not-names"),
        ({"claimant": "A", "need": 5, "accepts": [1]}, "accepts", "not-names"),
        ({"claimant": None, "need": 5}, "claimant", "missing"),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_row(claimant, column, code):
    given = [Claimant("B", 5), claimant]
    assert faults(given, [Lot("L", "P", 1)]) == [("claimants", 1, column, code)]


@pytest.mark.parametrize(
    ("lot", "column", "code"),
    [
        (("L", "P"), "row", "not-a-row"),
        ({"lot": "L", "quantity": 5, "for": None}, "for", "not-names"),
        ({"lot": "L", "quantity": 5, "not_for": 7}, "not_for", "not-names"),
        ({"lot": "L", "quantity": 5, "product": None}, "product", "missing"),
    ],
)
def test_a_lot_that_is_none_is_refused_with_its_row(lot, column, code):
    assert faults([Claimant("B", 5)], [lot]) == [("lots", 0, column, code)]


def test_names_in_code_are_read_as_names_in_a_file_are():
    claimants = [Claimant(" A ", 5, groups=(" Co\u0302te ",)), Claimant("B", 5)]
    lots = [Lot("L", "P", 5, open_to=("C\u00f4te",)), Lot("M", "P", 5, open_to=("A | B",))]
    assert pairs_of(problem_from_rules(claimants, lots[:1])) == {(0, 0)}
    assert pairs_of(problem_from_rules(claimants, [replace(lots[1], open_to="A | B")])) == {
        (0, 0),
        (1, 0),
    }


def test_a_name_that_is_like_no_other_gets_no_offer():
    said = messages([Claimant("Zambia", 10)], [Lot("L", "P", 5, open_to=("quartz",))])
    assert "neither a claimant nor a group of claimants (quartz)" in said
    assert "did you mean" not in said


def test_the_likely_name_is_found_among_very_many_in_a_moment():
    claimants = [Claimant(f"facility {n:06}", 10) for n in range(50_000)]
    lots = [Lot(f"L{n}", "P", 5, open_to=(f"facilty {n:06}",)) for n in range(40)]
    started = time.process_time()
    with pytest.raises(BadProblem) as refused:
        problem_from_rules(claimants, lots)
    assert time.process_time() - started < 10
    assert len(refused.value.faults) == 40
    assert "did you mean facility 000003?" in refused.value.faults[3].message


@pytest.mark.parametrize(
    "wrong", ["facilty 1", "facility  1", "facilitx 1", "faciilty 1", "FACILITY 1"]
)
def test_one_slip_in_a_name_is_seen_among_very_many(wrong):
    claimants = [Claimant(f"facility {n}", 10) for n in range(3_000)]
    said = messages(claimants, [Lot("L", "P", 5, open_to=(wrong,))])
    assert "did you mean facility 1?" in said


@pytest.mark.parametrize(
    ("claimant", "code", "said"),
    [
        ({"claimant": "A", "need": 1, "nead": 2}, "unknown-column", "did you mean need?"),
        ({"claimant": "A"}, "missing", "is missing"),
        ({"claimant": "A", "need": 1, "name": "B"}, "unknown-column", "no such column"),
    ],
)
def test_a_mapping_with_a_column_too_many_or_too_few_is_refused(claimant, code, said):
    with pytest.raises(BadProblem) as refused:
        problem_from_rules([claimant], [Lot("L", "P", 1)])
    assert [each.code for each in refused.value.faults] == [code]
    assert said in refused.value.faults[0].message


def test_a_need_that_is_no_number_is_refused_beside_a_cap():
    claimants = [Claimant("A", "many"), Claimant("B", 10, cap=5)]  # type: ignore[arg-type]
    assert ("claimants", 0, "need", "not-whole") in faults(claimants, [Lot("L", "P", 1)])


@pytest.mark.parametrize("wrong", [0, Fraction(-1, 2), 1.25, "5/4", None, True, Fraction(2**70, 3)])
def test_a_weight_that_is_no_fraction_above_zero_is_refused_at_its_row(wrong):
    claimants = [Claimant("A", 5, weight=Fraction(5, 4)), Claimant("B", 5, weight=wrong)]
    assert faults(claimants, [Lot("L", "P", 1)]) == [("claimants", 1, "weight", "weight")]


def test_the_order_of_groups_in_a_list_does_not_matter():
    lots = [Lot("L", "P", 5, open_to=("G",))]
    one = problem_from_rules([Claimant("A", 5, groups=("G", "H"))], lots)
    other = problem_from_rules([Claimant("A", 5, groups=("H", "G", "H"))], lots)
    assert one.digest == other.digest


def test_a_hundred_thousand_claimants_collapse_in_seconds():
    draw = random.Random(3)
    claimants = [
        Claimant(
            f"F{n}",
            draw.randint(1, 999),
            groups=(f"S{draw.randrange(120)}", f"K{draw.randrange(6)}", f"ward {n % 5000}"),
            accepts=("P0", f"P{draw.randrange(8)}"),
        )
        for n in range(100_000)
    ]
    lots = [
        Lot(f"L{n}", f"P{n % 8}", 1000, open_to=(f"S{n % 120}", f"K{n % 6}")) for n in range(300)
    ]
    started = time.process_time()
    problem = problem_from_rules(claimants, lots)
    assert time.process_time() - started < 10
    assert problem.classes <= 120 * 6 * 8
