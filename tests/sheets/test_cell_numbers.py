"""Quantities: every row of the table in `bandung.sheets.numbers`, every refusal, and round trips."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandung.sheets.errors import NotANumber
from bandung.sheets.model import ErrorValue, FormulaWithoutValue, NotFinite
from bandung.sheets.numbers import MAX_WHOLE, parse_quantity

LANGUAGES = ("en", "fr", "es", "ar")
BOTH = "two readings"

TABLE = [
    ("1000", "1000", "1000"),
    ("1 000", "1000", "1000"),
    ("1\u00a0000", "1000", "1000"),
    ("1\u202f000", "1000", "1000"),
    ("1\u2009000", "1000", "1000"),
    ("1'000", "1000", "1000"),
    ("1’000", "1000", "1000"),
    ("1,000", "1000", BOTH),
    ("12,345", "12345", BOTH),
    ("1.000", BOTH, BOTH),
    ("123.456", BOTH, BOTH),
    ("1,000,000", "1000000", "1000000"),
    ("1.000.000", "1000000", "1000000"),
    ("1 000 000", "1000000", "1000000"),
    ("12,34,567", "1234567", "1234567"),
    ("1,00,000", "100000", "100000"),
    ("1,000.5", "1000.5", "1000.5"),
    ("1.000,5", "1000.5", "1000.5"),
    ("1 000,5", "1000.5", "1000.5"),
    ("1 000.5", "1000.5", "1000.5"),
    ("1'000.5", "1000.5", "1000.5"),
    ("1,000.500", "1000.5", "1000.5"),
    ("1.234.567,89", "1234567.89", "1234567.89"),
    ("1.5", "1.5", "1.5"),
    ("1.0", "1", "1"),
    ("1,5", "number_grouping", "1.5"),
    ("1,00", "number_grouping", "1"),
    ("0.500", "0.5", "0.5"),
    ("1234.567", "1234.567", "1234.567"),
    ("0,500", "number_grouping", "0.5"),
    ("1234,567", "number_grouping", "1234.567"),
    ("١٬٠٠٠٫٥", "1000.5", "1000.5"),
    ("٠٫٥٠٠", "0.5", "0.5"),
    ("۱۲۳۴", "1234", "1234"),
    ("١٢ ٣٤٥", "12345", "12345"),
    ("١,٠٠٠", "1000", BOTH),
    ("１２", "12", "12"),
    ("\u200f 12\u200e ", "12", "12"),
    ("-5", "-5", "-5"),
    ("−1 000", "-1000", "-1000"),
    ("- 5", "-5", "-5"),
    ("+7", "7", "7"),
    ("007", "7", "7"),
    ("1 00", "number_grouping", "number_grouping"),
    ("0 500", "number_grouping", "number_grouping"),
    ("1000,000,000", "number_grouping", "number_grouping"),
    ("1.000 000", "number_grouping", "number_grouping"),
    ("1.", "number_grouping", "number_grouping"),
    (".5", "number_grouping", "number_grouping"),
    ("1,000.000.5", "number_grouping", "number_grouping"),
    ("١٬٠٠", "number_grouping", "number_grouping"),
    ("1.000٫5", "number_grouping", "number_grouping"),
    ("50%", "number_percent", "number_percent"),
    ("٥٠٪", "number_percent", "number_percent"),
    ("1e5", "number_scientific", "number_scientific"),
    ("1.2E+06", "number_scientific", "number_scientific"),
    ("NaN", "number_not_finite", "number_not_finite"),
    ("-inf", "number_not_finite", "number_not_finite"),
    ("(500)", "number_in_brackets", "number_in_brackets"),
    ("500 boxes", "number_with_words", "number_with_words"),
    ("1,000 boîtes", "number_with_words", "number_with_words"),
    ("٥٠٠ صندوق", "number_with_words", "number_with_words"),
    ("5-10", "number_range", "number_range"),
    ("5 – 10", "number_range", "number_range"),
    ("5 to 10", "number_range", "number_range"),
    ("~500", "number_range", "number_range"),
    ("3/4", "number_range", "number_range"),
    ("many", "number_unknown", "number_unknown"),
    ("½", "number_unknown", "number_unknown"),
    ("$500", "number_unknown", "number_unknown"),
    ("500-", "number_unknown", "number_unknown"),
    ("0x10", "number_with_words", "number_with_words"),
    ("1_000", "number_unknown", "number_unknown"),
    ("", "number_missing", "number_missing"),
    ("\u200f \u00a0", "number_missing", "number_missing"),
    ("9" * 41, "number_too_long", "number_too_long"),
    ("1" + ",000" * 40, "number_too_long", "number_too_long"),
]


def outcome(value, language) -> str:
    try:
        number = parse_quantity(value, language)
    except NotANumber as caught:
        problem = caught
    else:
        return f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{number}"
    assert problem.message
    assert problem.hint
    return BOTH if problem.code == "number_ambiguous" else problem.code


@pytest.mark.parametrize(("text", "english", "others"), TABLE)
def test_the_table(text, english, others):
    assert outcome(text, "en") == english
    assert {outcome(text, language) for language in LANGUAGES[1:]} == {others}


def test_both_readings_are_named():
    with pytest.raises(NotANumber) as caught:
        parse_quantity("-1.500", "fr")
    problem = caught.value
    assert problem.seen == "-1.500"
    assert (problem.facts["first"], problem.facts["second"]) == ("-1500", "-1.5")
    assert "-1500" in problem.message
    assert "-1500" in problem.hint


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, "5"),
        (-5, "-5"),
        (MAX_WHOLE, "9007199254740991"),
        (MAX_WHOLE + 1, "9007199254740992"),
        (Decimal("1.50"), "1.5"),
        (Decimal("5.0"), "5"),
        (Decimal("1E+21"), "1" + "0" * 21),
        (Decimal("-0"), "0"),
        (Decimal("1E+300"), "number_too_long"),
        (Decimal("1E+999999"), "number_too_long"),
        (Decimal("1E-999999"), "number_too_long"),
        (Decimal("NaN"), "number_not_finite"),
        (Decimal("Infinity"), "number_not_finite"),
        (NotFinite("NaN"), "number_not_finite"),
        (True, "number_is_yes_no"),
        (False, "number_is_yes_no"),
        (date(2021, 1, 5), "number_is_date"),
        (datetime(2021, 1, 5, 6), "number_is_date"),
        (None, "number_missing"),
        (FormulaWithoutValue("=A1+B1"), "formula_without_value"),
        (ErrorValue("#N/A"), "error_cell"),
    ],
)
def test_cells_that_are_no_text(value, expected):
    assert {outcome(value, language) for language in LANGUAGES} == {expected}


def test_a_float_is_no_cell():
    with pytest.raises(TypeError):
        parse_quantity(1.5, "en")  # type: ignore[arg-type]


FORMATS = {
    "en": (",", "."),
    "fr": ("\u202f", ","),
    "es": (" ", ","),
    "ar": ("٬", "٫"),
}
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def formatted(number: Decimal, language: str) -> str:
    group, mark = FORMATS[language]
    text = f"{number:,f}".replace(",", "G").replace(".", mark).replace("G", group)
    return text.translate(ARABIC) if language == "ar" else text


@given(
    st.decimals(-(10**15), 10**15, places=2) | st.integers(-MAX_WHOLE, MAX_WHOLE).map(Decimal),
    st.sampled_from(LANGUAGES),
)
def test_what_a_language_writes_is_read_back(number, language):
    assert parse_quantity(formatted(number, language), language) == number


@given(st.integers(-MAX_WHOLE, MAX_WHOLE), st.sampled_from(LANGUAGES))
def test_plain_digits_are_read_back(number, language):
    assert parse_quantity(str(number), language) == number
    assert parse_quantity(number, language) == number


@given(st.text(max_size=30), st.sampled_from(LANGUAGES))
def test_any_text_is_a_number_or_refused(text, language):
    with suppress(NotANumber):
        assert parse_quantity(text, language).is_finite()


@given(st.text(alphabet="0123456789 .,'", max_size=12))
def test_languages_never_read_different_numbers(text):
    """A text that two languages take is the same number in both."""
    taken = set()
    for language in LANGUAGES:
        with suppress(NotANumber):
            taken.add(parse_quantity(text, language))
    assert len(taken) <= 1
