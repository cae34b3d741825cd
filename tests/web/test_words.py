"""Numbers, amounts and pictures by themselves."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from bandung.needs.lexicon import Amount, Lexicon
from bandung.needs.numbers import is_short_in, written
from bandung.web.pictures import squares


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("en", 8_385_808, "8,385,808"),
        ("en", 7_000_000_000_000_000_001, "7,000,000,000,000,000,001"),
        ("en", Decimal("0.125"), "0.125"),
        ("fr", Decimal("1234.500"), "1\u202f234,5"),
        ("en", Decimal("12.00"), "12"),
        ("de", 1234, "1.234"),
        ("fr", 8_385_808, "8\u202f385\u202f808"),
        ("es", 8_385_808, "8.385.808"),
        ("ar", 8_385_808, "8,385,808"),
        ("en", 0, "0"),
    ],
)
def test_numbers_are_exact_and_in_the_readers_writing(language, number, text):
    with translation.override(language):
        assert written(number) == text


@pytest.mark.parametrize(
    ("base", "factor", "is_short"),
    [
        (11_938_000, 1000, True),
        (1, 1000, True),
        (1, 30, False),
        (60, 30, True),
        (1, 1_000_000, False),
    ],
)
def test_an_amount_is_converted_only_where_that_is_exact(base, factor, is_short):
    assert is_short_in(base, factor) is is_short


@pytest.mark.django_db
def test_an_amount_that_is_not_exact_stays_in_base_units(site):
    words = Lexicon()
    assert words.amount(60, "PD", "SOC-CARE") == Amount("2", "PM")
    assert words.amount(61, "PD", "SOC-CARE") == Amount("61", "PD")
    assert words.amount(1250, "CENT", "HUM-CASH") == Amount("12.5", "USD")
    assert words.amount(5, "NONE", "NONE") == Amount("5", "NONE")


def test_one_square_a_state():
    drawn = squares([("reported", 1), ("silent", 0), ("awaited", 24)])
    assert [(each.status, each.count) for each in drawn.patches] == [
        ("reported", 1),
        ("awaited", 24),
    ]
    assert sum(each.path.count("M") for each in drawn.patches) == 25
    assert (drawn.width, drawn.height) == (240, 20)
    assert squares([]).patches == ()


@pytest.mark.parametrize("states", [1, 72, 73, 120, 121])
def test_all_states_fit_on_three_rows(states):
    drawn = squares([("silent", states)])
    assert drawn.height <= 30
    places = [
        tuple(map(int, each.split(" ")))
        for each in re.findall(r"M(\d+ \d+)", drawn.patches[0].path)
    ]
    assert len(set(places)) == states
    assert max(x for x, _ in places) < drawn.width
    assert max(y for _, y in places) < drawn.height
