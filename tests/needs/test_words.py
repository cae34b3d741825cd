"""Words of needs: names by code; changes in per cent, which never misread as none or as total."""

from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bandung.ledger.canonical import MAX_WHOLE
from bandung.movement.acts import Names, RegisterParty
from bandung.needs.lexicon import Lexicon
from bandung.needs.words import percent
from tests.factories import appoint, found, say

QUANTITIES = st.integers(1, MAX_WHOLE)


@pytest.mark.parametrize(
    ("before", "now", "printed"),
    [
        (100, 100, "±0 %"),
        (100, 0, "−100 %"),
        (100, 200, "+100 %"),
        (100, 50, "−50 %"),
        (3, 4, "+33.3 %"),
        (8, 9, "+12.5 %"),
        (20_000, 1, "−99.995 %"),
        (2_000, 1, "−99.95 %"),
        (1_000, 1, "−99.9 %"),
        (3_000, 1, "−99.97 %"),
        (1_000, 1_001, "+0.1 %"),
        (2_000, 2_001, "+0.05 %"),
        (20_000, 20_001, "+0.005 %"),
        (20_000, 19_999, "−0.005 %"),
        (20_000, 39_999, "+100 %"),  # not an end: nothing is special about twice as much
        (MAX_WHOLE, 1, "−99.99999999999999 %"),
        (MAX_WHOLE, MAX_WHOLE - 1, "−0.00000000000001 %"),
        (1, MAX_WHOLE, "+900,719,925,474,099,000 %"),
    ],
)
def test_a_change_is_rounded_but_never_to_nothing_or_to_all(before, now, printed) -> None:
    with translation.override("en"):
        assert percent(Fraction(now - before, before)) == printed


@given(QUANTITIES, st.integers(0, MAX_WHOLE))
def test_only_what_is_total_reads_so_and_only_what_is_the_same(before, now) -> None:
    with translation.override("en"):
        printed = percent(Fraction(now - before, before))
    assert (printed == "−100 %") == (now == 0)
    assert (printed == "±0 %") == (now == before)
    assert printed[0] == ("+" if now > before else "−" if now < before else "±")


def test_it_is_written_as_the_language_writes_numbers() -> None:
    with translation.override("fr"):
        assert percent(Fraction(-19_999, 20_000)) == "−99,995 %"


@pytest.mark.django_db
def test_one_lexicon_has_the_names_for_lists_and_those_for_documents() -> None:
    clerk = (found(), appoint("person-clerk", "secretariat"))[1]
    party = RegisterParty(
        code="BOL",
        kind="state",
        names=Names(en="Bolivia (Plurinational State of)", fr="Bolivie (État plurinational de)"),
        menu_en="Bolivia",
        source="test",
    )
    say(party, clerk)
    said = {}
    for language in ("en", "fr", "es"):
        with translation.override(language):
            words = Lexicon()
            said[language] = words.party("BOL"), words.formal_name("BOL")
    assert said == {
        "en": ("Bolivia", "Bolivia (Plurinational State of)"),
        "fr": ("Bolivie (État plurinational de)", "Bolivie (État plurinational de)"),
        "es": ("Bolivia", "Bolivia (Plurinational State of)"),
    }
    assert (words.party("XXX"), words.formal_name("XXX")) == ("XXX", "XXX")
