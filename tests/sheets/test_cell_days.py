"""Days: every row of the table in `bandung.sheets.dates`, every refusal, and round trips."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from bandung.sheets.dates import EARLIEST, LATEST, parse_day
from bandung.sheets.errors import NotADay
from bandung.sheets.model import ErrorValue, FormulaWithoutValue, NotFinite
from bandung.sheets.months import MONTHS, fold

LANGUAGES = ("en", "fr", "es", "ar")
LAST = "2021-12-31"
TABLE = [
    ("2021-12-31", LAST, LAST),
    ("2021/12/31", LAST, LAST),
    ("2021.12.31", LAST, LAST),
    ("2021-12-31T00:00:00", LAST, LAST),
    ("2021-12-31 14:30", LAST, LAST),
    ("٢٠٢١/١٢/٣١", LAST, LAST),
    ("31/12/2021", LAST, LAST),
    ("31.12.2021", LAST, LAST),
    ("31-12-2021", LAST, LAST),
    (" 31 / 12 / 2021\u200f", LAST, LAST),
    ("12/31/2021", LAST, "day_impossible"),
    ("03/04/2021", "day_ambiguous", "2021-04-03"),
    ("03.04.2021", "day_ambiguous", "2021-04-03"),
    ("3-4-2021", "day_ambiguous", "2021-04-03"),
    ("03/03/2021", "2021-03-03", "2021-03-03"),
    ("٣/٤/٢٠٢١", "day_ambiguous", "2021-04-03"),
    ("31 December 2021", LAST, LAST),
    ("December 31, 2021", LAST, LAST),
    ("31st of December 2021", LAST, LAST),
    ("31-Dec-2021", LAST, LAST),
    ("31 DÉCEMBRE 2021", LAST, LAST),
    ("le 31 décembre 2021", LAST, LAST),
    ("1er août 2021", "2021-08-01", "2021-08-01"),
    ("31 de diciembre de 2021", LAST, LAST),
    ("1.º de setiembre de 2021", "2021-09-01", "2021-09-01"),
    ("٣١ ديسمبر ٢٠٢١", LAST, LAST),
    ("31 كانون الأول 2021", LAST, LAST),
    ("31 كانون الاول 2021", LAST, LAST),
    ("31 ديسمبر/كانون الأول 2021", LAST, LAST),
    ("5 آذار 2021", "2021-03-05", "2021-03-05"),
    ("5 جويلية 2021", "2021-07-05", "2021-07-05"),
    ("2021 May 5", "2021-05-05", "2021-05-05"),
    ("31 ديسمبر/تشرين الأول 2021", "day_unknown", "day_unknown"),
    ("29/02/2020", "2020-02-29", "2020-02-29"),
    ("29/02/2021", "day_impossible", "day_impossible"),
    ("2021-02-30", "day_impossible", "day_impossible"),
    ("31 June 2021", "day_impossible", "day_impossible"),
    ("31/12/21", "day_short_year", "day_short_year"),
    ("31 Dec 21", "day_short_year", "day_short_year"),
    ("December 2021", "day_incomplete", "day_incomplete"),
    ("Dec-21", "day_incomplete", "day_incomplete"),
    ("12/2021", "day_incomplete", "day_incomplete"),
    ("2021", "day_incomplete", "day_incomplete"),
    ("44561", "day_is_serial", "day_is_serial"),
    ("44561.5", "day_is_serial", "day_is_serial"),
    ("20211231", "day_is_number", "day_is_number"),
    ("5", "day_is_number", "day_is_number"),
    ("1960-12-31", "day_out_of_range", "day_out_of_range"),
    ("1961-01-01", "1961-01-01", "1961-01-01"),
    ("2100-12-31", "2100-12-31", "2100-12-31"),
    ("2101-01-01", "day_out_of_range", "day_out_of_range"),
    ("2564-01-31", "day_out_of_range", "day_out_of_range"),
    ("1443/05/27", "day_out_of_range", "day_out_of_range"),
    ("0000-01-01", "day_impossible", "day_impossible"),
    ("soon", "day_unknown", "day_unknown"),
    ("as soon as possible, 5 May 2021", "day_unknown", "day_unknown"),
    ("5 May 2021 to 6 May 2021", "day_unknown", "day_unknown"),
    ("Q4 2021", "day_unknown", "day_unknown"),
    ("12:30", "day_unknown", "day_unknown"),
    ("", "day_missing", "day_missing"),
]


def outcome(value, language) -> str:
    try:
        return parse_day(value, language).isoformat()
    except NotADay as caught:
        problem = caught
    assert problem.message
    assert problem.hint
    return problem.code


@pytest.mark.parametrize(("text", "english", "others"), TABLE)
def test_the_table(text, english, others):
    assert outcome(text, "en") == english
    assert {outcome(text, language) for language in LANGUAGES[1:]} == {others}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2021, 12, 31), LAST),
        (datetime(2021, 12, 31, 23, 59), LAST),
        (date(1900, 1, 5), "day_out_of_range"),
        (44561, "day_is_serial"),
        (Decimal("44561.25"), "day_is_serial"),
        (2021, "day_incomplete"),
        (-3, "day_is_number"),
        (Decimal("1E+30"), "day_is_number"),
        (True, "day_unknown"),
        (NotFinite("NaN"), "day_unknown"),
        (None, "day_missing"),
        (FormulaWithoutValue("=TODAY()"), "formula_without_value"),
        (ErrorValue("#REF!"), "error_cell"),
    ],
)
def test_cells_that_are_no_text(value, expected):
    assert {outcome(value, language) for language in LANGUAGES} == {expected}


def test_both_readings_are_named():
    with pytest.raises(NotADay) as caught:
        parse_day("03/04/2021", "en")
    assert caught.value.facts == {
        "seen": "03/04/2021",
        "first": "2021-04-03",
        "second": "2021-03-04",
    }
    assert "2021-04-03" in caught.value.hint


def test_a_serial_number_names_its_day():
    with pytest.raises(NotADay) as caught:
        parse_day("44561", "ar")
    assert caught.value.facts["day"] == LAST


@pytest.mark.parametrize(
    "locale", ["en", "fr", "es", "ar", "ar_SY", "ar_IQ", "ar_DZ", "ar_MA", "ar_TN", "ar_EG"]
)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_the_months_of_every_locale(locale, width):
    """Unicode's names are the oracle; a word of two months is taken whole."""
    for number, name in get_month_names(width, locale=locale).items():
        plain = " ".join(fold(word) for word in name.replace(".", "").split())
        assert MONTHS[plain] == number, name


DAYS = st.dates(EARLIEST, LATEST)


@given(DAYS, st.sampled_from(LANGUAGES))
def test_iso_days_are_read_back(day, language):
    assert parse_day(day.isoformat(), language) == day
    assert parse_day(day, language) == day


@given(DAYS, st.sampled_from(LANGUAGES[1:]))
def test_day_first_is_read_back(day, language):
    assert parse_day(f"{day:%d/%m/%Y}", language) == day


@given(DAYS, st.sampled_from(["en", "fr", "es", "ar"]), st.sampled_from(LANGUAGES))
def test_named_months_are_read_back(day, locale, language):
    name = get_month_names("wide", locale=locale)[day.month]
    assert parse_day(f"{day.day} {name} {day.year}", language) == day


@given(st.text(max_size=30), st.sampled_from(LANGUAGES))
def test_any_text_is_a_day_or_refused(text, language):
    with suppress(NotADay):
        assert EARLIEST <= parse_day(text, language) <= LATEST


@given(st.text(alphabet="0123456789 -/.T:Z", max_size=20), st.sampled_from(LANGUAGES))
def test_any_digits_are_a_day_or_refused(text, language):
    with suppress(NotADay):
        assert EARLIEST <= parse_day(text, language) <= LATEST
