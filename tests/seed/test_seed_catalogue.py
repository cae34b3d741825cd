"""The catalogue's seed tables: labels that read back, exact units, the derived figures."""

import unicodedata
from collections import Counter, defaultdict

import pytest

from bandung.catalogue.seed import rows

LANGUAGES = ("en", "fr", "es", "ar")
LABELLED = ("units", "packs", "items", "categories", "codes", "indicators")
# Words that are the same in English and in the other language.
SAME_WORDS = {
    "test", "dose", "vial", "ampoule", "sachet", "kit", "tonne", "millilitre", "litre", "watt",
    "kilowatt", "Laryngoscope", "Tocilizumab 400 mg/20 mL", "Baricitinib 4 mg",
    "Paracetamol 500 mg", "Ceftriaxone 1 g", "Ambulance", "Latrine", "Nutrition", "Protection",
    "stress", "COVAX", "social", "services", "nutrition", "protection",
}  # fmt: skip


def look(text: str) -> str:
    """How a label looks: without case, accents, Arabic vowel marks and letter variants, and spacing."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if unicodedata.category(letter)[0] in "LN"
    )
    return bare.replace("ى", "ي").replace("ة", "ه").replace("ـ", "")


def repeated(labels: list[str]) -> list[str]:
    return [label for label, count in Counter(map(look, labels)).items() if count > 1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["units", "items", "categories", "indicators"])
def test_labels_are_unique_in_each_language(table, language):
    assert repeated([row[f"label_{language}"] for row in rows(table)]) == []


@pytest.mark.parametrize("table", ["units", "items", "categories", "indicators"])
def test_a_label_means_one_row_whatever_its_language(table):
    meant = defaultdict(set)
    for row in rows(table):
        for language in LANGUAGES:
            meant[look(row[f"label_{language}"])].add(row["code"])
    assert {label: codes for label, codes in meant.items() if len(codes) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_packs_of_an_item_differ_from_each_other_and_from_the_units(language):
    units = [row[f"label_{language}"] for row in rows("units")]
    of_item = defaultdict(list)
    for row in rows("packs"):
        of_item[row["item"]].append(row[f"label_{language}"])
    for item, labels in of_item.items():
        assert repeated(labels + units) == [], item


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_labels_of_a_code_list_differ(language):
    of_list = defaultdict(list)
    for row in rows("codes"):
        of_list[row["list"]].append(row[f"label_{language}"])
    assert {name: repeated(labels) for name, labels in of_list.items() if repeated(labels)} == {}


@pytest.mark.parametrize("table", LABELLED)
def test_labels_are_translated_and_wait_for_confirmation(table):
    for row in rows(table):
        assert row["confirmed"] == "0"
        for language in LANGUAGES[1:]:
            label = row[f"label_{language}"]
            assert label
            assert label != row["label_en"] or (language != "ar" and label in SAME_WORDS), (
                row["label_en"],
                language,
            )


@pytest.mark.parametrize("table", LABELLED)
def test_arabic_labels_are_in_arabic_letters(table):
    for row in rows(table):
        letters = [letter for letter in row["label_ar"] if letter.isalpha()]
        arabic = [letter for letter in letters if "\u0600" <= letter <= "\u06ff"]
        assert len(arabic) * 2 > len(letters), row["label_ar"]


@pytest.mark.parametrize("table", [*LABELLED, "figures", "sources"])
def test_cells_read_back_from_a_workbook(table):
    for row in rows(table):
        for cell in row.values():
            assert cell == unicodedata.normalize("NFC", cell)
            assert cell == cell.strip()
            assert not cell.startswith(("=", "+", "-", "@"))
            assert not {unicodedata.category(letter) for letter in cell} & {"Cc", "Cf", "Co"}


def test_units_are_whole_numbers_of_their_base():
    units = {row["code"]: row for row in rows("units")}
    assert len(units) == 42
    for row in units.values():
        assert int(row["base_per_unit"]) >= 1
        base = units[row["base_unit"]]
        assert (base["base_unit"], base["base_per_unit"]) == (base["code"], "1")
    assert (units["M3"]["base_unit"], units["M3"]["base_per_unit"]) == ("ML", "1000000")


def test_the_170_items():
    items = rows("items")
    units = {row["code"]: row["base_unit"] for row in rows("units")}
    categories = {(row["sector"], row["code"]) for row in rows("categories")}
    assert len({row["code"] for row in items}) == 170
    assert Counter(row["sector"] for row in items) == {
        "medical": 90,
        "social": 30,
        "humanitarian": 50,
    }
    assert {(row["sector"], row["category"]) for row in items} == categories
    assert all(row["base_unit"] == units[row["unit"]] for row in items)


def test_packs_belong_to_an_item_in_its_base_unit():
    base_units = {row["code"]: row["base_unit"] for row in rows("items")}
    for row in rows("packs"):
        assert row["code"].startswith(row["item"] + "/")
        assert row["base_unit"] == base_units[row["item"]]
        assert row["basis"] in {"typical", "method"}
    gloves = next(row for row in rows("packs") if row["code"] == "MED-IPC-05/box-100")
    assert (gloves["base_unit"], gloves["base_per_pack"]) == ("PR", "50")


def test_code_lists_are_complete_and_in_order():
    of_list = defaultdict(list)
    for row in rows("codes"):
        of_list[row["list"]].append(row)
    assert set(of_list) == {
        "basis", "channel", "cluster", "confidence", "function", "kind", "priority",
        "reporting_status", "return_reason", "sector", "severity", "submission_status",
        "visibility",
    }  # fmt: skip
    for codes in of_list.values():
        assert [int(row["position"]) for row in codes] == list(range(1, len(codes) + 1))
        assert len({row["code"] for row in codes}) == len(codes)
    items = rows("items")
    assert {row["code"] for row in of_list["kind"]} == {row["kind"] for row in items}
    assert {row["code"] for row in of_list["sector"]} == {row["sector"] for row in items}
    assert {row["cluster"] for row in rows("categories")} - {""} == {
        row["code"] for row in of_list["cluster"]
    }


def test_the_20_indicators_say_their_formula():
    indicators = {row["code"]: row for row in rows("indicators")}
    items = {row["code"]: row for row in rows("items")}
    assert len(indicators) == 20
    for row in indicators.values():
        assert row["formula"]
        assert not row["part_of"] or row["part_of"] in indicators
        assert not row["linked_item"] or items[row["linked_item"]]["base_unit"] == row["base_unit"]
    assert sum(bool(row["linked_item"]) for row in indicators.values()) == 10


def test_the_1876_derived_figures():
    sector = {row["code"]: row["sector"] for row in rows("indicators")}
    figures = rows("figures")
    assert len({(row["indicator"], row["iso3"]) for row in figures}) == 1876
    assert Counter(sector[row["indicator"]] for row in figures) == {
        "medical": 1412,
        "social": 301,
        "humanitarian": 163,
    }
    assert all(0 < int(row["quantity"]) < 2**53 for row in figures)
    assert len({row["iso3"] for row in figures}) == 120


def test_figures_are_in_base_units():
    figures = {(row["indicator"], row["iso3"]): int(row["quantity"]) for row in rows("figures")}
    assert figures["D-GOWN", "AFG"] == 20_281
    assert figures["D-OXY-PEAK", "AFG"] == 3_632 * 60  # litres a minute, kept as litres an hour
    money = [row for row in rows("figures") if row["indicator"].endswith("-GAP")]
    assert len(money) == 45
    assert all(int(row["quantity"]) % 100 == 0 for row in money)  # dollars, kept as cents


def test_the_figures_are_those_of_members():
    from bandung.movement.seed import rows as register

    members = {row["iso3"] for row in register("memberships") if row["kind"] == "member"}
    assert {row["iso3"] for row in rows("figures")} <= members


def test_every_row_names_a_known_source_and_every_source_is_used():
    known = {row["code"]: row["text"] for row in rows("sources")}
    used = {row["source"] for table in (*LABELLED, "figures") for row in rows(table)}
    assert used == set(known)
    assert all(known.values())
