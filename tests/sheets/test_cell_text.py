"""Text: cleaned, searched for contacts, made harmless, compared."""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandung.sheets.errors import BadText
from bandung.sheets.text import clean_text, closest, find_personal, neutralise

# --- cleaning ---


def test_composed_spaced_and_visible():
    text, notices = clean_text(" Cote\u0301 \u00a0 d’Ivoire\r\n\tGown\u200b\u200f\u2066 ")
    assert text == "Coté d’Ivoire Gown"
    (notice,) = notices
    assert (notice.code, notice.facts["count"]) == ("invisible_removed", 3)
    assert "U+200B" in notice.message
    assert notice.hint


def test_nothing_is_said_where_nothing_was_invisible():
    assert clean_text("Gown,  كمية") == ("Gown, كمية", ())


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\ud800"])
def test_control_characters_are_refused(character):
    with pytest.raises(BadText) as caught:
        clean_text(f"Gown{character}")
    assert caught.value.seen == f"U+{ord(character):04X}"


def test_length():
    assert clean_text("a" * 5, longest=5)[0] == "aaaaa"
    for text in ("a" * 6, "\u200b" * 100):
        with pytest.raises(BadText) as caught:
            clean_text(text, longest=5)
        assert caught.value.code == "text_too_long"


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text):
    try:
        once, _ = clean_text(text)
    except BadText:
        return
    assert unicodedata.is_normalized("NFC", once)
    assert clean_text(once) == (once, ())


# --- contacts ---

CONTACTS = [
    "+260 97 712 3456",
    "+260977123456",
    "(+260) 977 123 456",
    "00 260 977 123 456",
    "00260977123456",
    "Tel. 977123456",
    "tel: 9771234",
    "Tél. n° 77 123 45 67",
    "WhatsApp 977-123-456",
    "هاتف ٠٩٧٧١٢٣٤٥٦",
    "0977123456",
    "0977 123 456",
    "01.23.45.67.89",
    "(021) 555-1234",
    "(876) 555-1234",
    "876-555-1234",
    "77 123 45 67",
    "76 12 34 56",
]
NO_CONTACTS = [
    "5",
    "1,000",
    "1 000",
    "1,000,000",
    "1 000 000",
    "10 000 000",
    "100 000 000",
    "1.234.567,89",
    "1,234,567.89",
    "12345678",
    "123456789012",
    "-1234567",
    "0.1234567",
    "١٬٠٠٠٬٠٠٠",
    "2021-12-31",
    "31/12/2021",
    "31-12-2021",
    "01-12-2021",
    "01.02.2021",
    "01 12 2021",
    "2021-12-31 00:00:00",
    "from 01.01.2021 to 31.12.2021",
    "01/12/2021-31/12/2021",
    "2019-2022",
    "08:30-17:00",
    "MED-IPC-01",
    "ZM101003",
    "SO1101",
    "CD5201ZS01",
    "050101",
    "05001",
    "1101003",
    "V03AN01",
    "ISO 13485:2016",
    "EN 149:2001+A1:2009",
    "6515-01-123-4567",
    "10 x 20 x 30 cm",
    "10 20 30 40",
    "36 38 40 42 44",
    "12.5 mg/5 ml",
    "3.000.000 to 4.000.000",
    "mobile clinics 1000000",
    "fax 12",
    "10 000 000 - 20 000 000",
]


@pytest.mark.parametrize("text", CONTACTS)
@pytest.mark.parametrize("around", ["{}", "Call {} before noon", "{}, then wait", "Dr. X ({})"])
def test_telephones_are_found(text, around):
    found = find_personal(around.format(text))
    assert [contact.kind for contact in found] == ["telephone"]


@pytest.mark.parametrize("text", NO_CONTACTS)
@pytest.mark.parametrize("around", ["{}", "Needs {} by then", "{}."])
def test_quantities_days_and_codes_are_no_telephones(text, around):
    assert find_personal(around.format(text)) == []


@given(
    st.integers(0, 10**12),
    st.sampled_from(["{}", "{:,}"]),
    st.sampled_from([",", " ", ".", "\u202f", "'"]),
)
def test_no_whole_number_is_a_telephone(number, form, separator):
    assert find_personal(form.format(number).replace(",", separator)) == []


@given(
    st.dates(),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%m/%d/%Y", "%d %m %Y"]),
)
def test_no_day_is_a_telephone(day, form):
    assert find_personal(date.strftime(day, form)) == []


@pytest.mark.parametrize(
    "text", ["a.b@c.org", "write to a.b+c@d-e.co.zm.", "x (at) y.org", "x＠y.org", "a\u200b@b.org"]
)
def test_email_addresses_are_found(text):
    (contact,) = find_personal(text)
    assert (contact.kind, contact.code) == ("email", "personal_email")


@pytest.mark.parametrize("text", ["5 @ 3 USD", "gowns@", "@home", "a@b", "look (at) this"])
def test_other_signs_are_no_email_addresses(text):
    assert find_personal(text) == []


def test_several_in_reading_order():
    found = find_personal("0977 123 456 or a@b.org or +260 97 712 3456")
    assert [contact.seen for contact in found] == ["0977 123 456", "a@b.org", "+260 97 712 3456"]


def test_long_texts_take_little_time(reading_seconds):
    for text in (
        "0" * 50_000,
        "a" * 50_000 + "@",
        "1 " * 25_000,
        "tel " * 12_000,
        "+" * 50_000,
        "a.b" * 16_000,
    ):
        assert len(find_personal(text)) <= 1


# --- export ---


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u200b=1",
        "\u200f\u00a0=1",
    ],
)
def test_what_a_program_would_run_is_neutralised(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "value", ["", "Gown", "1+1", "a=b", "'=1", -5, 5, Decimal("-1.5"), None, True, date(2021, 1, 1)]
)
def test_everything_else_stays(value):
    assert neutralise(value) is value


# --- names that resemble ---

STATES = [
    "Namibia",
    "Zambia",
    "Zimbabwe",
    "Gambia",
    "Côte d’Ivoire",
    "Congo",
    "Democratic Republic of the Congo",
    "Niger",
    "Nigeria",
]
ITEMS = [
    "Gloves examination nitrile",
    "Gloves surgical sterile",
    "Gown protective",
    "Mask medical",
    "Oxygen concentrator",
]


@pytest.mark.parametrize(
    ("name", "known", "first"),
    [
        ("Zambie", STATES, "Zambia"),
        ("ZAMBIA ", STATES, "Zambia"),
        ("Cote d'Ivoire", STATES, "Côte d’Ivoire"),
        ("Congo, Democratic Republic", STATES, "Democratic Republic of the Congo"),
        ("surgical gloves", ITEMS, "Gloves surgical sterile"),
        ("Oxygen concentrators", ITEMS, "Oxygen concentrator"),
        ("Gowns, protective", ITEMS, "Gown protective"),
    ],
)
def test_what_resembles_is_proposed(name, known, first):
    assert closest(name, known)[0] == first


def test_what_does_not_resemble_is_not():
    assert closest("Ventilator", STATES) == []
    assert closest("NA", STATES) == []
    assert closest("", STATES) == []


def test_at_most_n_in_one_order():
    assert len(closest("Nigera", STATES, n=2)) == 2
    assert closest("Nigera", STATES) == closest("Nigera", list(reversed(STATES)))


def test_a_name_without_end_is_compared_by_its_beginning():
    assert closest("x" * 1_000_000, STATES) == []
