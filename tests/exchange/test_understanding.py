"""Every case of what an upload may hold: read exactly, or refused with a clear problem at its cell."""

import re
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
import xlsxwriter
from django.utils import translation

from bandung.core.refused import NotAllowed
from bandung.exchange.columns import word
from bandung.exchange.importing import Understanding, problem_of, understand
from bandung.ledger.models import Head
from bandung.movement.access import PUBLIC
from bandung.sheets.addresses import column_letters
from bandung.sheets.errors import Unreadable
from bandung.sheets.reading import read as read_file
from tests.exchange.conftest import TODAY, Desk
from tests.exchange.files import (
    GLOVES,
    LANGUAGES,
    Formula,
    book,
    columns_of,
    csv_of,
    grid,
    header,
    xlsx,
)

GLOVES_WORDS = {
    "en": "Gloves examination",
    "fr": "Gants d’examen",
    "es": "Guantes de examen",
    "ar": "قفازات الفحص",
}
PAIR = {"en": "pair", "fr": "paire", "es": "par", "ar": "زوج"}
BOX = {
    "en": "box of 100 pieces (50 pairs)",
    "fr": "boîte de 100 pièces (50 paires)",
    "es": "caja de 100 piezas (50 pares)",
    "ar": "علبة من 100 قطعة (50 زوجا)",
}


def read(desk: Desk, content: bytes, name: str = "needs.xlsx", **options) -> Understanding:
    options.setdefault("today", TODAY)
    return understand(content, name, desk.zambia, desk.emergency, desk.reader, **options)


def one_row(desk: Desk, language: str, /, **cells) -> Understanding:
    return read(desk, xlsx(grid([{**GLOVES, **cells}], language)), language=language)


def codes(understood: Understanding) -> list[str]:
    return [problem.code for problem in understood.errors]


def address_of(code: str, **cells) -> str:
    """The address of a column's cell in the only row that `one_row` writes."""
    return f"{'ABCDEFGHIJKLMN'[columns_of([{**GLOVES, **cells}]).index(code)]}2"


def in_language(cells: dict, language: str) -> dict:
    return {
        code: value.get(language) if isinstance(value, dict) else value
        for code, value in cells.items()
    }


# --- rows that are understood ---

GOOD = {
    "code": ({"item": "med-ipc-05"}, {"item": "MED-IPC-05"}),
    "label": ({"item": GLOVES_WORDS}, {"item": "MED-IPC-05"}),
    "code and label": (
        {"item": {each: f"MED-IPC-05 · {label}" for each, label in GLOVES_WORDS.items()}},
        {"item": "MED-IPC-05"},
    ),
    "label of another language": ({"item": "Guantes  de examen "}, {"item": "MED-IPC-05"}),
    "unit by label": ({"counted_in": PAIR}, {"unit": "PR", "pack": None, "base_quantity": 100}),
    "unit by UCUM": ({"counted_in": "{pair}"}, {"unit": "PR"}),
    "pack by label": (
        {"counted_in": BOX},
        {"unit": None, "pack": "MED-IPC-05/box-100", "base_quantity": 5000},
    ),
    "pack by its own code": ({"counted_in": "box-100"}, {"pack": "MED-IPC-05/box-100"}),
    "half a pack, whole pairs": (
        {"counted_in": "MED-IPC-05/box-100", "quantity": 2.5},
        {"quantity": "2.5", "base_quantity": 125},
    ),
    "grouped text": (
        {"quantity": {"en": "1,000", "fr": "1 000", "es": "1 000", "ar": "١٬٠٠٠"}},
        {"base_quantity": 1000},
    ),
    "Arabic-Indic digits": ({"quantity": "١٢٣"}, {"quantity": "123", "base_quantity": 123}),
    "both separators": (
        {"quantity": "1.000,5", "item": "MED-HYG-01", "counted_in": "kg"},
        {"quantity": "1000.5", "base_quantity": 1_000_500, "base_unit": "G"},
    ),
    "largest": ({"quantity": "9007199254740991"}, {"base_quantity": 2**53 - 1}),
    "day": ({"needed_by": date(2027, 3, 2)}, {"needed_by": date(2027, 3, 2)}),
    "day as text": ({"needed_by": "2027-03-04"}, {"needed_by": date(2027, 3, 4)}),
    "stock in the same pack": (
        {"counted_in": "box-100", "stock": 1.5, "monthly_use": 2},
        {"stock": 75, "monthly_use": 100},
    ),
    "stock in its own unit": (
        {"counted_in": "box-100", "stock": 3, "monthly_use": 2, "stock_in": "PR"},
        {"stock": 3, "monthly_use": 2},
    ),
    "codes by label": (
        {
            "priority": {
                "en": "2 · needed within the period",
                "fr": "nécessaire pendant la période",
                "es": "2",
                "ar": "٢",
            },
            "basis": {
                "en": "Computed by a named model",
                "fr": "calculé par un modèle désigné",
                "es": "modelled",
                "ar": "محسوب بنموذج محدد",
            },
            "visibility": "partners",
            "severity": 4,
            "confidence": "low",
            "channel": "COVAX",
        },
        {
            "priority": 2,
            "basis": "modelled",
            "visibility": "partners",
            "severity": 4,
            "confidence": "low",
            "channel": "covax",
        },
    ),
    "people": (
        {"people_in_need": 1200, "people_targeted": "300"},
        {"people_in_need": 1200, "people_targeted": 300},
    ),
    "text that begins like a formula": (
        {"justification": "'=1+1 is how we counted"},
        {"justification": "=1+1 is how we counted"},
    ),
    "zero": ({"quantity": 0}, {"quantity": "0", "base_quantity": 0}),
    "its own state": ({"state": "ZM"}, {"item": "MED-IPC-05"}),
    "closing zeros": ({"quantity": "2.50", "counted_in": "box-100"}, {"quantity": "2.5"}),
}


_READ: dict[tuple[str, str], Understanding] = {}


def all_at_once(desk: Desk, cases: dict, language: str) -> tuple[Understanding, list[str]]:
    """One workbook with a row for each case, read once in each language; and its columns."""
    rows = [
        {
            **GLOVES,
            "needed_by": date(2030, 1, 1) + timedelta(days=n),
            **in_language(cells, language),
        }
        for n, cells in enumerate(cases.values())
    ]
    name = (next(iter(cases)), language)
    if name not in _READ:
        _READ[name] = read(desk, xlsx(grid(rows, language)), language=language)
    return _READ[name], columns_of(rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", GOOD)
def test_understood(desk: Desk, case: str, language: str) -> None:
    cells = {name: cells for name, (cells, _expected) in GOOD.items()}
    understood, _columns = all_at_once(desk, cells, language)
    assert understood.errors == ()
    assert understood.header_language == language
    assert understood.statement is not None
    line = understood.statement.lines[list(GOOD).index(case)]
    _cells, expected = GOOD[case]
    assert {name: getattr(line, name) for name in expected} == expected
    assert understood.changes.added == understood.statement.lines


# --- cells that are refused ---

BAD = {
    "unknown item": ("unknown-item", "item", {"item": "Zeppelin"}),
    "item that only resembles": (
        "unknown-item",
        "item",
        {"item": {each: word_ + "x" for each, word_ in GLOVES_WORDS.items()}},
    ),
    "no item": ("item-missing", "item", {"item": None, "justification": "something"}),
    "code and label disagree": ("item-two-names", "item", {"item": "MED-IPC-05 · Gloves surgical"}),
    "unknown unit": ("unknown-unit", "counted_in", {"counted_in": "armful"}),
    "unknown pack": ("unknown-unit", "counted_in", {"counted_in": "box of 99"}),
    "unit of something else": ("unit-unfit", "counted_in", {"counted_in": "litre"}),
    "pack of something else": ("unit-unfit", "counted_in", {"counted_in": "MED-DX-03/kit-90"}),
    "no unit": ("unit-missing", "counted_in", {"counted_in": None}),
    "not whole": ("not-whole", "quantity", {"quantity": 0.5}),
    "not whole in packs": ("not-whole", "quantity", {"quantity": 0.25, "counted_in": "box-100"}),
    "negative": ("negative", "quantity", {"quantity": -5}),
    "negative text": ("negative", "quantity", {"quantity": "-5"}),
    "too large": ("too-large", "quantity", {"quantity": "9007199254740992"}),
    "too large in packs": (
        "too-large",
        "quantity",
        {"quantity": "9007199254740991", "counted_in": "box-100"},
    ),
    "no quantity": ("number-missing", "quantity", {"quantity": None}),
    "NaN": ("number-not-finite", "quantity", {"quantity": "NaN"}),
    "text in a number": ("number-with-words", "quantity", {"quantity": "100 pairs"}),
    "ambiguous number": ("number-ambiguous", "quantity", {"quantity": "1.000"}),
    "formula without value": ("formula-without-value", "quantity", {"quantity": Formula("=B7*2")}),
    "unreadable date": ("day-unknown", "needed_by", {"needed_by": "soon"}),
    "month only": ("day-incomplete", "needed_by", {"needed_by": "March 2027"}),
    "impossible day": ("day-impossible", "needed_by", {"needed_by": "2027-02-30"}),
    "priority out of the list": ("unknown-code", "priority", {"priority": 7}),
    "no priority": ("code-missing", "priority", {"priority": None}),
    "no basis": ("code-missing", "basis", {"basis": None}),
    "unknown channel": ("unknown-code", "channel", {"channel": "by pigeon"}),
    "other channel without name": (
        "reference-missing",
        "channel_reference",
        {"channel": "other", "channel_reference": None},
    ),
    "half a person": ("not-whole", "people_in_need", {"people_in_need": 1.5}),
    "negative stock": ("negative", "stock", {"stock": -1}),
    "stock not whole": ("not-whole", "stock", {"stock": 1.5}),
    "other state by code": ("other-state", "state", {"state": "KEN"}),
    "other state by name": ("other-state", "state", {"state": "Kenya"}),
    "Namibia by NA": ("other-state", "state", {"state": "NA"}),
    "state that only resembles": ("state-unknown", "state", {"state": "Zambiaa"}),
    "long text": ("text-too-long", "justification", {"justification": "x" * 4001}),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", BAD)
def test_refused_at_its_cell(desk: Desk, case: str, language: str) -> None:
    size = Head.objects.get(id=1).size
    cells = {name: cells for name, (_code, _column, cells) in BAD.items()}
    understood, columns = all_at_once(desk, cells, language)
    code, column, _cells = BAD[case]
    row = list(BAD).index(case) + 2
    (problem,) = [each for each in understood.errors if each.row == row]
    cell = f"{column_letters(columns.index(column))}{row}"
    assert (problem.code, problem.sheet, problem.cell) == (code, "Sheet1", cell)
    assert problem.message
    assert problem.hint
    assert "%(" not in problem.message + problem.hint
    assert set(problem.as_json()) == {"sheet", "cell", "code", "message", "seen", "hint"}
    assert not understood.is_acceptable
    assert understood.statement is None or understood.statement.lines == ()
    assert Head.objects.get(id=1).size == size


def test_a_control_character(desk: Desk) -> None:
    content = csv_of(grid([{**GLOVES, "justification": "a\x01b"}]))
    (problem,) = read(desk, content, "needs.csv").errors
    assert (problem.code, problem.cell) == ("text-control", "F2")


def test_a_duplicate_line_names_the_first(desk: Desk) -> None:
    rows = [GLOVES, {**GLOVES, "priority": 2}, {**GLOVES, "quantity": 3, "counted_in": "box-100"}]
    understood = read(desk, xlsx(grid(rows)))
    (problem,) = understood.errors
    assert (problem.code, problem.cell, problem.row) == ("duplicate-line", "A4", 4)
    assert "row 2" in problem.message


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_name_things_in_the_chosen_language(desk: Desk, language: str) -> None:
    understood = one_row(desk, language, counted_in="armful")
    assert PAIR[language] in understood.errors[0].hint


def test_what_resembles_is_proposed_and_never_taken(desk: Desk) -> None:
    understood = one_row(desk, "en", item="Glove examination")
    (problem,) = understood.errors
    assert "MED-IPC-05 · Gloves examination" in problem.message
    understood = one_row(desk, "en", state="Zambbia")
    assert "ZMB (Zambia)" in understood.errors[0].message


def test_the_remainder_is_shown(desk: Desk) -> None:
    understood = one_row(desk, "en", quantity=0.25, counted_in="box-100")
    assert "12.5" in understood.errors[0].message
    assert re.search(r"\b12 or 13\b", understood.errors[0].hint)


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        ("quantity", "1.000,5"),
        ("stock", "0,50"),
        ("people_in_need", "10,50"),
        ("people_in_need", "0,0000000001"),
        ("quantity", "9.007.199.254.740.993"),
    ],
)
def test_a_number_is_quoted_as_it_was_typed(desk: Desk, column: str, typed: str) -> None:
    (problem,) = one_row(desk, "es", **{column: typed}).errors
    assert problem.seen == typed
    assert typed in problem.message


# --- the table: sheets, headers, languages ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_in_each_language(desk: Desk, language: str) -> None:
    row = {**GLOVES, "item": GLOVES_WORDS[language], "counted_in": PAIR[language]}
    for delimiter in ",;\t":
        understood = read(desk, csv_of(grid([row], language), delimiter), "needs.csv")
        assert understood.errors == ()
        assert (understood.sheet, understood.header_language) == ("CSV", language)
        assert understood.language == language


def test_the_wanted_sheet_is_found_wherever_it_is(desk: Desk) -> None:
    sheets = {"Notes": [["Read me"]], "Pivot": [["Sum of x", 1]], "Needs 2021": grid([GLOVES])}
    assert read(desk, book(sheets)).sheet == "Needs 2021"
    assert read(desk, book(sheets, hidden=["Needs 2021"])).sheet == "Needs 2021"
    both = {"Old": grid([GLOVES]), "New": grid([GLOVES])}
    assert read(desk, book(both, hidden=["Old"])).sheet == "New"
    understood = read(desk, book(both))
    assert understood.sheet == "Old"
    assert [problem.code for problem in understood.warnings] == ["other-sheet"]


def test_the_header_row_may_stand_below_titles_and_blank_rows(desk: Desk) -> None:
    cells = [["Republic of Zambia"], [], ["Ministry of Health", None, "2021"], [], *grid([GLOVES])]
    understood = read(desk, xlsx(cells))
    assert understood.errors == ()
    assert (understood.header_row, understood.rows) == (5, (6,))


def test_three_header_rows(desk: Desk) -> None:
    head = grid([GLOVES])[0]
    cells = [["Need", None, None, "Judgement"], ["(codes of the catalogue)"], *grid([GLOVES])]
    assert read(desk, xlsx(cells)).errors == ()
    split = [
        ["Item", "Quantity", "Counted", "Priority", "Basis"],
        [None, None, "in"],
        *grid([GLOVES])[1:],
    ]
    understood = read(desk, xlsx(split))
    assert understood.errors == ()
    assert understood.rows == (3,)
    staggered = [
        [head[0]],
        [None, head[1], head[2]],
        [None, None, None, head[3], head[4]],
        grid([GLOVES])[1],
    ]
    understood = read(desk, xlsx(staggered))
    assert understood.errors == ()
    assert understood.rows == (4,)


def test_merged_headers(desk: Desk) -> None:
    rows = grid([GLOVES])[1:]
    merged = [
        (0, 0, 2, 0, "Item"),
        (0, 1, 0, 2, "How much"),
        (0, 3, 2, 3, "Priority"),
        (0, 4, 2, 4, "Basis"),
    ]
    cells = [[], [], [None, "Quantity", "Counted in"], *rows]
    understood = read(desk, book({"S": cells}, merged={"S": merged}))
    assert understood.errors == ()
    assert understood.rows == (4,)
    plain = [(0, code, 2, code, text) for code, text in enumerate(grid([GLOVES])[0])]
    understood = read(desk, book({"S": [[], [], [], *rows]}, merged={"S": plain}))
    assert understood.errors == ()
    assert (understood.header_row, understood.rows) == (3, (4,))


def test_a_missing_column_is_named(desk: Desk) -> None:
    row = {code: value for code, value in GLOVES.items() if code != "basis"}
    understood = read(desk, xlsx(grid([row])))
    assert [(each.code, each.cell) for each in understood.errors] == [("missing-column", "A1")]
    assert "Basis" in understood.errors[0].message
    assert understood.statement is None


def test_a_header_that_resembles_is_proposed_never_taken(desk: Desk) -> None:
    cells = grid([GLOVES])
    cells[0][1] = "Quantities"
    understood = read(desk, xlsx(cells))
    (problem,) = understood.errors
    assert (problem.code, problem.cell, problem.seen) == ("missing-column", "B1", "Quantities")
    assert "“Quantity”" in problem.hint


def test_one_language_holds_for_a_sheet(desk: Desk) -> None:
    cells = grid([{**GLOVES, "needed_by": "2027-03-02"}], "fr")
    cells[0][3] = "Needed by"
    understood = read(desk, xlsx(cells))
    assert understood.header_language == "fr"
    (warning,) = understood.warnings
    assert (warning.code, warning.cell) == ("column-not-read", "D1")
    assert header("needed_by", "fr") in warning.message


def test_other_columns_are_listed(desk: Desk) -> None:
    cells = grid([GLOVES])
    cells[0].append("Zeppelin")
    understood = read(desk, xlsx(cells))
    assert understood.is_acceptable
    (warning,) = understood.warnings
    assert (warning.code, warning.cell, warning.seen) == ("column-not-read", "F1", "Zeppelin")
    seen = {each.header: each.is_read for each in understood.columns}
    assert seen == dict.fromkeys(grid([GLOVES])[0], True) | {"Zeppelin": False}


def test_names_of_exports_count_only_as_exports_write_them(desk: Desk) -> None:
    row = {"item": "MED-IPC-05", "quantity": 2, "pack": "box-100", "stock": 3}
    cells = grid([{**row, "priority": 1, "basis": "measured"}], "codes")
    understood = read(desk, csv_of(cells), "a.csv")
    assert understood.errors == ()
    assert understood.header_language == "codes"
    assert understood.statement.lines[0].stock == 3  # base units, as exports give them
    cells[0] = [name.capitalize() for name in cells[0]]
    understood = read(desk, csv_of(cells), "a.csv")
    assert understood.header_language == "en"
    assert codes(understood) == ["missing-column"]


def test_a_column_that_stands_twice(desk: Desk) -> None:
    cells = grid([GLOVES])
    cells[0].append("Quantity")
    assert codes(read(desk, xlsx(cells))) == ["duplicate-header"]


def test_no_header_at_all(desk: Desk) -> None:
    understood = read(desk, xlsx([["a", "b"], [1, 2]]), language="es")
    assert codes(understood) == ["no-header"]
    assert header("quantity", "es") in understood.errors[0].hint


def test_headers_without_rows(desk: Desk) -> None:
    assert codes(read(desk, xlsx(grid([GLOVES])[:1]))) == ["no-lines"]


# --- what stands above the table ---


def above(desk: Desk, *head: list, rows=(GLOVES,), **options) -> Understanding:
    return read(desk, xlsx([*head, *grid(list(rows))]), **options)


def test_the_day_may_stand_above_the_table(desk: Desk) -> None:
    label = word("head.as_of", "en")
    understood = above(desk, [label, date(2026, 5, 1)])
    assert understood.statement.as_of == date(2026, 5, 1)
    assert above(desk, [label, None]).statement.as_of == TODAY
    assert above(desk, [label, date(2026, 5, 1)], as_of=date(2026, 4, 1)).statement.as_of == date(
        2026, 4, 1
    )
    assert codes(above(desk, [label, "soon"])) == ["day-unknown"]
    future = above(desk, [label, date(2099, 5, 1)])
    assert [(each.code, each.cell) for each in future.errors] == [("as-of-future", "B1")]


def test_nothing_needed_is_said_above_the_table(desk: Desk) -> None:
    label = word("head.nil", "en")
    understood = above(desk, [label, "social, humanitarian"])
    assert understood.errors == ()
    assert understood.statement.scope == ("medical", "social", "humanitarian")
    assert understood.statement.nil == ("social", "humanitarian")
    only = read(desk, xlsx([[label, "Medical"], *grid([GLOVES])[:1]]))
    assert only.is_acceptable
    assert (only.statement.scope, only.statement.nil) == (("medical",), ("medical",))
    assert codes(above(desk, [label, "medical"])) == ["nil-with-lines"]
    assert codes(above(desk, [label, "agriculture"])) == ["unknown-sector"]
    outside = above(desk, [label, "social"], scope=("medical",))
    assert [(each.code, each.cell) for each in outside.errors] == [("outside-scope", "B1")]


def test_a_sector_of_the_scope_is_never_left_without_a_word(desk: Desk) -> None:
    understood = above(desk, scope=("medical", "social"))
    assert codes(understood) == ["sector-without-lines"]
    assert word("head.nil", "en") in understood.errors[0].hint
    outside = above(
        desk, rows=[GLOVES, {**GLOVES, "item": "HUM-18", "counted_in": "EA"}], scope=("medical",)
    )
    assert [(each.code, each.cell) for each in outside.errors] == [("outside-scope", "A3")]


# --- personal data ---

CONTACTS = ["write to a.mwale@example.org", "call +260 97 712 3456"]


@pytest.mark.parametrize("text", CONTACTS)
def test_contacts_are_warned_of_and_not_kept_unasked(desk: Desk, text: str) -> None:
    understood = one_row(desk, "en", justification=text)
    assert understood.is_acceptable
    (warning,) = understood.warnings
    assert (warning.code, warning.cell) == (
        "personal-data",
        address_of("justification", justification=text),
    )
    assert understood.statement.lines[0].justification == ""
    assert not understood.keeps_original
    asked = read(desk, xlsx(grid([{**GLOVES, "justification": text}])), keep_personal=True)
    assert asked.statement.lines[0].justification == text
    assert asked.keeps_original


def test_contacts_in_cells_that_are_not_read(desk: Desk) -> None:
    cells = grid([GLOVES])
    cells[0].append("Contact")
    cells[1].append(CONTACTS[0])
    understood = read(desk, xlsx(cells))
    assert "personal-data" in [each.code for each in understood.warnings]
    assert not understood.keeps_original


# --- files that cannot be read, readers who may not ---


UNREADABLE = {
    "empty file": (b"", "a.xlsx"),
    "wrong extension": (xlsx(grid([GLOVES])), "a.csv"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "a.xlsx"),
    "not a spreadsheet": (b"%PDF-1.7 ...", "a.xlsx"),
    "latin-1": ("Article;Quantité".encode("latin-1"), "a.csv"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_files(desk: Desk, case: str, language: str) -> None:
    content, name = UNREADABLE[case]
    with pytest.raises(Unreadable) as caught:
        read(desk, content, name)
    problem = problem_of(caught.value, language)
    assert problem.message
    assert problem.hint
    assert "_" not in problem.code


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The same container with more parts in it."""
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(f"xl/{name}", part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"vbaProject.bin": b"macro"}, "macros"),
        ({"media/zeros.bin": bytes(64_000_000)}, "inflates_too_much"),
    ],
)
def test_dangerous_files(desk: Desk, parts: dict[str, bytes], code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(desk, repacked(xlsx(grid([GLOVES])), **parts))
    assert caught.value.code == code


def test_only_the_first_and_the_last_cell(desk: Desk) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as written:
        sheet = written.add_worksheet()
        sheet.write_string("A1", "Item")
        sheet.write_string("XFD1048576", "Quantity")
    assert codes(read(desk, buffer.getvalue())) == ["no-header"]


def test_a_million_mostly_blank_rows(desk: Desk) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as written:
        sheet, blank = written.add_worksheet(), written.add_format({"bold": True})
        for r, row in enumerate(grid([GLOVES])):
            sheet.write_row(r, 0, row)
        for r in (*range(2, 20_000), 1_048_575):
            sheet.write_blank(r, 0, None, blank)
        sheet.write_string(30_000, 1, "  ")
    understood = read(desk, buffer.getvalue())
    assert understood.errors == ()
    assert len(understood.statement.lines) == 1


def test_only_the_state_and_the_reviewers_may_ask(desk: Desk) -> None:
    content = xlsx(grid([GLOVES]))
    with pytest.raises(NotAllowed):
        understand(content, "a.xlsx", desk.zambia, desk.emergency, PUBLIC)


def test_the_reader_s_language_is_not_changed(desk: Desk) -> None:
    with translation.override("ar"):
        one_row(desk, "fr", quantity="x")
        assert translation.get_language() == "ar"


def test_good_rows_alone(desk: Desk) -> None:
    rows = [GLOVES, {**GLOVES, "item": "Zeppelin"}, {**GLOVES, "priority": 3}]
    part = read(desk, xlsx(grid(rows))).partial()
    assert part.is_acceptable
    assert [line.n for line in part.statement.lines] == [1, 2]
    assert part.rows == (2, 4)
    assert [(each.row, each.codes) for each in part.left_out] == [(3, ("unknown-item",))]


def test_the_kind_of_file_is_named_in_the_language_too():
    with pytest.raises(Unreadable) as refused:
        read_file(b"%PDF-1.7\n", "f.xlsx")
    assert "document PDF" in problem_of(refused.value, "fr").message
    assert "a PDF document" in problem_of(refused.value, "en").message
