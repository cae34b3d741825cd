"""Why a claimant receives its share: every reason, every language, and that what is said is so."""

import re
from fractions import Fraction
from math import inf

import pytest
from hypothesis import given

from bandung.fairness import Allocation, Problem, allocate, explain
from bandung.fairness.explaining import Explanation, left_reason
from bandung.fairness.rules import Claimant, Lot
from bandung.fairness.words import (
    COUNTED,
    LANGUAGES,
    MARKS,
    SAID,
    amount,
    called,
    counted,
    form,
    listed,
    percent,
    whole,
)
from tests.fairness.cases import cases, laws

CLAIMANTS = [
    Claimant("AAA", 1000, 100, groups=("LDC", "AFR")),
    Claimant("BBB", 2000, 0, Fraction(5, 4), groups=("AFR",), accepts=("covax",)),
    Claimant("CCC", 1500, 1200, groups=("AME",)),
    Claimant("DDD", 800, 0, Fraction(5, 4), 50, groups=("AFR", "SIDS")),
    Claimant("EEE", 700, 0, groups=("ASI",), accepts=("other",)),
    Claimant("FFF", 900, 0, groups=("XYZ",), minimum=500),
    Claimant("GGG", 400, 450, groups=("ASI",)),
    Claimant("HHH", 300, 30, accepts=("nothing here",)),
]
LOTS = [
    Lot("L1", "covax", 1000, 12, ("AFR",)),
    Lot("L2", "covax", 500, 10, closed_to=("EEE", "ASI")),
    Lot("L3", "other", 2000, 7, ("ASI",)),
    Lot("L4", "third", 55, 7, ("SIDS",)),
    Lot("L5", "fifth", 20, 1, ("AAA",)),
]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return Problem.from_rules(CLAIMANTS, LOTS)


@pytest.fixture(scope="module")
def packed(problem) -> Allocation:
    return allocate(problem)


@pytest.fixture(scope="module")
def exact(problem) -> Allocation:
    return allocate(problem, None)


# The figures


def test_the_figures_of_one_whom_lots_hold(problem, packed):
    found = explain(problem, packed, "AAA")
    assert (found.claimant, found.name, found.limited_by) == (0, "AAA", "lots")
    assert (found.need, found.received, found.cap) == (1000, 100, 900)
    assert found.level == packed.lot_level[0] == packed.lot_level[1]
    assert found.names(found.binding_lots) == ("L1", "L2", "L5")
    assert found.open_lots == (0, 1, 4)
    assert found.shared_with == 1  # BBB; CCC stands above by what it had received
    assert found.share == packed.shares[0]
    assert found.allocated == packed.allocated[0]
    assert found.before == Fraction(1, 10)
    assert found.after == packed.coverage[0]


def test_a_claimant_is_named_by_row_or_by_id(problem, packed):
    assert explain(problem, packed, 1) == explain(problem, packed, "BBB")


@pytest.mark.parametrize(
    ("claimant", "said"),
    [("BBX", "did you mean BBB?"), (8, "among 8 rows"), (-1, "among 8 rows"), ("1", "no claimant")],
)
def test_a_claimant_that_is_not_there_is_refused(problem, packed, claimant, said):
    with pytest.raises(LookupError, match=re.escape(said)):
        explain(problem, packed, claimant)


def test_without_ids_the_row_is_the_name():
    problem = Problem([5, 5], None, None, None, [0, 0], [4], None, [[0]])
    assert explain(problem, allocate(problem), "1").name == "1"


@given(cases())
@laws(200)
def test_what_is_said_of_the_optimum_is_so(case):
    """Binding lots sustain the level, the others less; nobody ends above a lot that it draws on."""
    problem = case.problem()
    allocation = allocate(problem, None)
    for row in range(problem.size):
        found = explain(problem, allocation, row)
        assert found.open_lots == tuple(case.lots_of[row])
        assert found.after == allocation.coverage[row] == allocation.share_coverage[row]
        levels = [allocation.lot_level[lot] for lot in found.open_lots]
        assert found.level == (max(levels) if levels else None)
        assert {allocation.lot_level[lot] for lot in found.binding_lots} <= {found.level}
        others = set(found.open_lots) - set(found.binding_lots)
        assert all(allocation.lot_level[lot] < found.level for lot in others)
        if found.limited_by == "lots" and found.share:
            assert found.after == found.level
            assert all(allocation.left[lot] == 0 for lot in found.binding_lots)
        if found.limited_by == "lots" and not found.share:
            assert found.before >= found.level
        if found.limited_by == "cap":
            assert found.share == found.cap
    for sent in allocation.consignments:
        assert allocation.coverage[sent.claimant] <= allocation.lot_level[sent.lot]


@given(cases())
@laws(60)
def test_the_level_is_shared_by_whom_it_lifts(case):
    problem = case.problem()
    allocation = allocate(problem, None)
    lifted = [
        row
        for row in range(problem.size)
        if allocation.limited_by[row] == "lots" and allocation.shares[row]
    ]
    for row in lifted:
        others = [each for each in lifted if allocation.block[each] == allocation.block[row]]
        assert explain(problem, allocation, row).shared_with == len(others) - 1


@pytest.mark.parametrize("packs", ["quota-leximin", "adams", "floor", "hamilton", None])
@given(case=cases(6, 4))
@laws(25)
def test_every_claimant_of_every_case_gets_a_sentence_in_every_language(packs, case):
    problem = case.but(minimum=tuple(each // 9 for each in case.need)).problem()
    allocation = allocate(problem, packs)
    for row in range(problem.size):
        for language in LANGUAGES:
            sentence = explain(problem, allocation, row).sentence(language)
            assert sentence.endswith(".")
            assert "{" not in sentence
            assert "  " not in sentence


# The sentences


def test_one_whom_lots_hold_reads_why(problem, exact, packed):
    assert explain(problem, exact, "BBB").sentence() == (
        "BBB receives 1,157.14; its coverage rises from 0.00\u00a0% to 46.29\u00a0%. "
        "Its need counts with weight 5/4, by the published policy. "
        "Its level, 46.29\u00a0%, is set by lots L1 and L2, which are used up at that level; "
        "one other claimant shares it. "
        "Nobody who draws on lots L1 and L2 ends above that level."
    )
    sentence = explain(problem, packed, "AAA").sentence()
    assert "Its exact share, before whole packs, is 362.86." in sentence
    assert "but for rounding to whole packs." in sentence


@pytest.mark.parametrize(
    ("claimant", "limited_by", "said"),
    [
        ("CCC", "lots", "What had already been received keeps it at or above that level."),
        (
            "DDD",
            "cap",
            "share is held by its own limit of 50, not by the lots. Lot L4 is not used up",
        ),
        ("EEE", "cap", "Its need is then met in full. Lot L3 is not used up"),
        ("FFF", "minimum", "below its minimum of 500 and is put off."),
        ("GGG", "cap", "What had already been received covers its need."),
        (
            "HHH",
            "none",
            "receives nothing in this division; its coverage stays at 10.00\u00a0%. No lot",
        ),
    ],
)
def test_every_reason_has_its_words(problem, packed, claimant, limited_by, said):
    found = explain(problem, packed, claimant)
    assert found.limited_by == limited_by
    assert said in found.sentence()


def test_a_cap_below_a_level_that_lots_set_names_that_level():
    problem = Problem.from_rules(
        [Claimant("A", 100, cap=10), Claimant("B", 100)], [Lot("L", "p", 60)]
    )
    sentence = explain(problem, allocate(problem, None), "A").sentence()
    assert "It is held by its own limit of 10, not by the lots." in sentence
    assert "would sustain a level of 50.00\u00a0%." in sentence


def test_a_deferred_consignment_beside_another_names_both():
    problem = Problem.from_rules(
        [Claimant("A", 100, minimum=10), Claimant("B", 100), Claimant("C", 100)],
        [Lot("L1", "p", 60, open_to=("A", "B")), Lot("L2", "q", 40, open_to=("A", "C"))],
    )
    allocation = allocate(problem, None)
    assert allocation.limited_by[0] == "minimum"
    found = explain(problem, allocation, "A")
    assert found.share > 0
    assert found.names(found.deferred_lots) == ("L2",)
    sentence = found.sentence()
    assert "Its consignment from lot L2 would have been below its minimum of 10" in sentence
    assert "is set by lot L1" in sentence


MET = {
    "en": "Its need is then met in full.",
    "fr": "Son besoin est alors entièrement couvert.",
    "es": "Su necesidad queda entonces cubierta por completo.",
    "ar": "وبذلك يكون الاحتياج مغطى بالكامل.",
}
USED_UP = {"en": "used up at that", "fr": "épuisé", "es": "se agota", "ar": "تنفد عند"}


@pytest.mark.parametrize("packs", ["quota-leximin", "adams", "floor", "hamilton"])
@given(case=cases(6, 4))
@laws(40)
def test_a_need_is_met_and_a_lot_used_up_only_if_the_packs_do_it(packs, case):
    problem = case.problem()
    allocation = allocate(problem, packs)
    for row in range(problem.size):
        found = explain(problem, allocation, row)
        is_met = found.received + found.allocated >= found.need
        for language in LANGUAGES:
            sentence = found.sentence(language)
            assert is_met or MET[language] not in sentence
            assert f"{USED_UP[language]}" not in sentence or allocation.level[row] == inf


def test_packs_that_leave_a_need_open_are_said_in_every_language():
    """24,868 are needed, packs hold 600: 41 packs are 24,600."""
    problem = Problem.from_rules([Claimant("CHL", 29_414, 4_546)], [Lot("L05", "p", 90_000, 600)])
    found = explain(problem, allocate(problem), "CHL")
    assert found.sentence() == (
        "CHL receives 24,600; its coverage rises from 15.46\u00a0% to 99.09\u00a0%. "
        "Its exact share, before whole packs, is 24,868. Lot L05 comes in packs of 600. "
        "Its exact share would meet its need in full; rounding to whole packs leaves 268 of it "
        "open. Lot L05 is not used up: everyone to whom it is open has an exact share at its own "
        "limit."
    )
    for language in LANGUAGES:
        assert "268" in found.sentence(language)


def test_one_whose_share_is_below_a_pack_reads_how_large_the_pack_is():
    problem = Problem.from_rules(
        [Claimant("A", 1000), Claimant("B", 5)],
        [Lot("0", "p", 300, 40), Lot("1", "q", 9, 9, ("A",))],
    )
    found = explain(problem, allocate(problem), "B")
    assert (found.allocated, found.packs) == (0, {40: (0,)})
    for language in LANGUAGES:
        assert "40" in found.sentence(language)
    assert "Lot 0 comes in packs of 40." in found.sentence()
    assert "Nobody who draws on lot 0 ends above that level" in found.sentence()


def test_a_minimum_is_named_as_the_reason_only_where_it_lowers_the_coverage():
    """B's small part of L1 is put off, L2 makes up for it: B stands where A and C stand."""
    problem = Problem.from_rules(
        [Claimant("A", 100), Claimant("B", 100, minimum=40), Claimant("C", 100)],
        [Lot("L1", "p", 100), Lot("L2", "p", 101)],
    )
    allocation = allocate(problem, None)
    assert allocation.deferred == ((1, 0),)
    assert allocation.limited_by == ["lots"] * 3
    sentence = explain(problem, allocation, "B").sentence()
    assert "2 other claimants share it." in sentence
    assert sentence.endswith("is put off. Other lots bring it at least as high.")
    assert "next division" not in sentence


@given(cases(6, 4))
@laws(60)
def test_whom_a_minimum_holds_a_lot_put_off_would_lift(case):
    problem = case.but(minimum=tuple(each // 9 for each in case.need)).problem()
    allocation = allocate(problem, None)
    for row, limit in enumerate(allocation.limited_by):
        lots = [lot for each, lot in allocation.deferred if each == row]
        highest = max((allocation.lot_level[lot] for lot in lots), default=-1)
        is_lower = allocation.level[row] is None or allocation.coverage[row] < highest
        is_held = bool(lots) and is_lower and allocation.shares[row] < problem.cap[row]
        assert (limit == "minimum") == is_held
        if lots and not is_held:
            assert "next division" not in explain(problem, allocation, row).sentence()


def test_a_minimum_that_nothing_can_reach_promises_nothing():
    problem = Problem.from_rules(
        [Claimant("A", 1000, minimum=2000), Claimant("B", 50)], [Lot("L", "p", 30)]
    )
    sentence = explain(problem, allocate(problem), "A").sentence()
    assert "above the 1,000 that it may receive at most: no consignment can reach it." in sentence
    assert "next division" not in sentence


def test_a_language_without_words_is_refused(problem, packed):
    with pytest.raises(ValueError, match="one of en, fr, es, ar, not 'de'"):
        explain(problem, packed, "AAA").sentence("de")


def test_in_french_spanish_and_arabic(problem, exact):
    found = explain(problem, exact, "BBB")
    assert found.sentence("fr") == (
        "BBB reçoit 1\u202f157,14 ; sa couverture passe de 0,00\u00a0% à 46,29\u00a0%. "
        "Son besoin compte avec le coefficient 5/4, selon la règle publiée. "
        "Son niveau, 46,29\u00a0%, est fixé par les lots L1 et L2, épuisés à ce niveau ; "
        "un autre bénéficiaire le partage. "
        "Nul ne puise dans les lots L1 et L2 en finissant au-dessus de ce niveau."
    )
    assert found.sentence("es").startswith(
        "BBB recibe 1.157,14; su cobertura pasa de 0,00\u00a0% a 46,29\u00a0%."
    )
    arabic = found.sentence("ar")
    assert arabic.startswith("\u2068BBB\u2069: الكمية المخصصة 1,157.14")
    assert "تحدده الدفعتان \u2068L1\u2069 و\u2068L2\u2069 اللتان تنفدان" in arabic


def test_arabic_keeps_names_and_figures_apart_and_closes_every_isolate(problem, packed):
    for row in range(problem.size):
        sentence = explain(problem, packed, row).sentence("ar")
        depth = 0
        for character in sentence:
            depth += character in "\u2066\u2068"
            depth -= character == "\u2069"
            assert 0 <= depth <= 1
        assert depth == 0
        outside = re.sub("[\u2066\u2068][^\u2069]*\u2069", "", sentence)
        assert not re.search("[A-Za-z%]", outside)


def test_a_name_cannot_turn_the_sentence_around():
    problem = Problem([5], None, None, None, [0], [4], None, [[0]], ids=["A\u202eB\nC\x1b[31m"])
    for language in LANGUAGES:
        sentence = explain(problem, allocate(problem), 0).sentence(language)
        assert "A\ufffdB\ufffdC\ufffd[31m" in sentence
    assert called("الجزائر", "en") == "\u2068الجزائر\u2069"
    assert called("Zambia", "en") == "Zambia"


# Numbers and words


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1), "100.00"),
        (Fraction(1, 3), "33.33"),
        (Fraction(2, 3), "66.67"),
        (Fraction(5, 4), "125.00"),
        (Fraction(1, 10**9), "<\u00a00.01"),
        (Fraction(10**9 - 1, 10**9), ">\u00a099.99"),
        (Fraction(9999, 10_000), "99.99"),
        (Fraction(99_994, 100_000), "99.99"),
        (Fraction(10**18 + 1, 10**16), "10,000.00"),
    ],
)
def test_no_percentage_is_rounded_to_nothing_or_to_everything(part, written):
    assert percent(part, "en") == f"{written}\u00a0%"


def test_infinity_is_shown_as_such():
    assert percent(inf, "fr") == "∞"


@pytest.mark.parametrize(
    ("number", "en", "fr", "es", "ar"),
    [
        (1234, "1,234", "1\u202f234", "1.234", "1,234"),
        (12345, "12,345", "12\u202f345", "12.345", "12,345"),
        (Fraction(24690, 2), "12,345", "12\u202f345", "12.345", "12,345"),
        (Fraction(1234567, 100), "12,345.67", "12\u202f345,67", "12.345,67", "12,345.67"),
        (Fraction(1, 20), "0.05", "0,05", "0,05", "0.05"),
        (7, "7", "7", "7", "7"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(number, en, fr, es, ar):
    assert [amount(number, language) for language in LANGUAGES] == [en, fr, es, ar]
    if number == int(number):
        assert [whole(int(number), language) for language in LANGUAGES] == [en, fr, es, ar]


def test_numbers_agree_with_the_unicode_tables():
    from babel.numbers import format_decimal

    for language in LANGUAGES:
        for number in (0, 7, 999, 1000, 9999, 10_000, 123_456_789):
            assert whole(number, language) == format_decimal(number, "#,##0", locale=language)


def test_plural_forms_agree_with_the_unicode_tables():
    from babel import Locale

    for language in LANGUAGES:
        rule = Locale(language).plural_form
        for count in (*range(130), 1000, 1001, 1011, 100_003):
            ours, theirs = form(count, language), rule(count)
            assert ours == theirs or (theirs == "many" and language in ("fr", "es"))


def test_long_lists_are_cut():
    names = [f"L{number}" for number in range(9)]
    assert listed(names, "en") == "L0, L1, L2, L3, L4, L5 and 3 more"
    assert listed(names[:1], "fr") == "L0"
    assert listed(names[:3], "fr") == "L0, L1 et L2"
    assert listed(names[:2], "ar") == "\u2068L0\u2069 و\u2068L1\u2069"


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_every_sentence_has_its_four_languages_with_the_same_facts():
    for key, by_language in SAID.items():
        assert set(by_language) == set(LANGUAGES), key
        facts = {language: fields(text) for language, text in by_language.items()}
        assert all(each == facts["en"] for each in facts.values()), key
    for key, by_language in COUNTED.items():
        assert set(by_language) == set(LANGUAGES), key
        facts = {
            fact
            for forms in by_language.values()
            for text in forms.values()
            for fact in fields(text)
        } - {"count"}
        for language, forms in by_language.items():
            assert "other" in forms
            assert all(fields(text) - {"count"} == facts for text in forms.values()), key
            assert set(forms) <= {form(count, language) for count in range(200)}, key


def test_no_sentence_carries_a_direction_mark_of_its_own():
    texts = [text for by_language in SAID.values() for text in by_language.values()]
    texts += [
        text for each in COUNTED.values() for forms in each.values() for text in forms.values()
    ]
    assert not any(MARKS.search(text) for text in texts)
    arabic = [each["ar"] for each in SAID.values()]
    assert all(re.search("[\u0621-\u064a]", text) for text in arabic)


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "جهة مستفيدة أخرى"), (2, "جهتان"), (3, "3 جهات"), (11, "11 جهة"), (100, "100 جهة")],
)
def test_arabic_counts_in_its_forms(count, said):
    assert said in counted("shared", count, "ar")


# What is left


def test_what_is_left_of_each_lot_has_a_reason(problem, packed):
    reasons = {
        problem.lot_name(lot): left_reason(problem, packed, lot) for lot in range(problem.lots)
    }
    assert reasons["L1"] == "less than a pack"
    assert reasons["L3"] == "exact shares of all users are at their caps"
    assert reasons["L5"] == ""


def test_the_other_reasons_for_a_rest():
    problem = Problem.from_rules(
        [Claimant("A", 100, minimum=40), Claimant("B", 100), Claimant("C", 9, accepts=("q",))],
        [
            Lot("L1", "p", 50, 7),
            Lot("L2", "z", 5, open_to=("C",)),
            Lot("L3", "q", 30, open_to=("A",)),
        ],
    )
    floor = allocate(problem, "floor")
    assert floor.deferred == ((0, 0), (0, 2)) or floor.deferred == ((0, 2),)
    assert left_reason(problem, floor, 1) == "nobody may use it"
    assert (
        left_reason(problem, floor, 2) == "exact shares of all users are at their caps or put off"
    )
    exact = allocate(problem, None)
    assert left_reason(problem, exact, 2) == "all who may use it are at their caps or put off"
    plain = Problem.from_rules([Claimant(name, 100) for name in "ABC"], [Lot("L", "p", 50, 10)])
    assert left_reason(plain, allocate(plain, "floor"), 0) == "rounding to whole packs"


def test_an_explanation_is_a_value(problem, packed):
    found = explain(problem, packed, "AAA")
    assert isinstance(found, Explanation)
    with pytest.raises(AttributeError):
        found.share = Fraction(1)  # type: ignore[misc]
