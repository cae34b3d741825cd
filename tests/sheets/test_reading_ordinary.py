"""What ordinary XLSX workbooks become."""

from datetime import date, datetime
from decimal import Decimal

from bandung.sheets.limits import Limits
from bandung.sheets.model import ErrorValue, FormulaWithoutValue, NotFinite, Row
from bandung.sheets.reading import read
from tests.sheets.sheet_samples import by_hand, parts, table, worksheet, written, zipped


def cells(content: bytes) -> list[tuple]:
    return [row.cells for row in read(content, "needs.xlsx").sheets[0].rows]


def test_text_numbers_and_blanks():
    book = read(
        table(
            ["Item", "Quantité", "كمية"], ["Gown", 5.0, None], [None, " ", 1.1], ["", 1234.56, -7]
        ),
        "n.xlsx",
    )
    assert book.format == "xlsx"
    assert book.delimiter is None
    sheet = book.sheets[0]
    assert (sheet.name, sheet.state, sheet.merged) == ("Needs", "visible", ())
    assert sheet.rows == (
        Row(1, ("Item", "Quantité", "كمية")),
        Row(2, ("Gown", 5)),
        Row(3, (None, None, Decimal("1.1"))),
        Row(4, (None, Decimal("1234.56"), -7)),
    )
    assert type(sheet.rows[1].cells[1]) is int


def test_no_value_is_ever_a_float():
    found = cells(table([0.1, 1e-7, 1e21, 2**53, 1e17, -0.0, 1.5e300]))[0]
    assert not any(isinstance(value, float) for value in found)
    assert found[:5] == (Decimal("0.1"), Decimal("1E-7"), Decimal("1E+21"), 2**53, 10**17)


def test_stored_doubles_are_read_as_typed():
    rows = '<row r="1"><c r="A1"><v>1234.5599999999999</v></c><c r="B1"><v>5.0</v></c><c r="C1"><v>1E3</v></c></row>'
    assert cells(by_hand(rows)) == [(Decimal("1234.56"), 5, 1000)]


def test_long_integers_stay_exact():
    rows = '<row r="1"><c r="A1"><v>9007199254740993</v></c><c r="B1"><v>-9007199254740993</v></c></row>'
    assert cells(by_hand(rows)) == [(9007199254740993, -9007199254740993)]


def test_booleans_are_no_numbers():
    assert cells(table([True, False, 1])) == [(True, False, 1)]
    assert [type(value) for value in cells(table([True, 1]))[0]] == [bool, int]


def test_days_and_instants_by_the_format_of_the_cell():
    def fill(book):
        sheet = book.add_worksheet()
        day, clock = (
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"num_format": "hh:mm"}),
        )
        other = book.add_format({"num_format": '[$-40C]d mmmm yyyy "jour"'})
        money = book.add_format({"num_format": '#,##0 "dams"'})
        sheet.write_datetime(0, 0, datetime(2021, 12, 31), day)
        sheet.write_datetime(0, 1, datetime(2021, 12, 31, 14, 30), day)
        sheet.write_number(0, 2, 0.25, clock)
        sheet.write_number(0, 3, 44561, other)
        sheet.write_number(0, 4, 44561, money)
        sheet.write_number(0, 5, 60, day)
        sheet.write_number(0, 6, -3, day)
        sheet.write_number(0, 7, 59, day)
        sheet.write_number(0, 8, 44561, book.add_format({"num_format": 14}))

    assert cells(written(fill)) == [
        (
            date(2021, 12, 31),
            datetime(2021, 12, 31, 14, 30),
            "06:00:00",
            date(2021, 12, 31),
            44561,
            60,
            -3,
            date(1900, 2, 28),
            date(2021, 12, 31),
        )
    ]


def test_days_that_count_from_1904():
    def fill(book):
        book.add_worksheet().write_datetime(
            0, 0, datetime(2021, 12, 31), book.add_format({"num_format": 14})
        )

    assert cells(written(fill, date_1904=True)) == [(date(2021, 12, 31),)]


def test_iso_day_cells():
    rows = '<row r="1"><c r="A1" t="d"><v>2021-12-31</v></c><c r="B1" t="d"><v>2021-12-31T10:00:00</v></c></row>'
    assert cells(by_hand(rows)) == [(date(2021, 12, 31), datetime(2021, 12, 31, 10))]


def test_formulas_with_and_without_their_result():
    rows = (
        '<row r="1"><c r="A1"><f>B1+1</f></c><c r="B1"><f>1+1</f><v></v></c><c r="C1"><f>1+1</f><v>2</v></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="str"><f>"x"&amp;"y"</f><v>xy</v></c>'
        '<c r="F1"><f t="shared" si="0"/></c><c r="G1" t="str"><f>A1</f></c></row>'
    )
    assert cells(by_hand(rows)) == [
        (
            FormulaWithoutValue("=B1+1"),
            FormulaWithoutValue("=1+1"),
            2,
            None,
            "xy",
            FormulaWithoutValue("="),
            FormulaWithoutValue("=A1"),
        )
    ]


def test_error_cells_and_what_is_not_finite():
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>-INF</v></c>'
        '<c r="D1"><v>1e999</v></c><c r="E1"><v>1_000</v></c><c r="F1"><v>١٢</v></c></row>'
    )
    assert cells(by_hand(rows)) == [
        (ErrorValue("#N/A"), NotFinite("NaN"), NotFinite("-INF"), NotFinite("1e999"), "1_000", "١٢")
    ]


def test_rich_inline_and_escaped_text():
    strings = "<si><t>plain</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>kana</t></rPh></si><si><t>a_x000D_b_xD800_</t></si>"
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><t>R&amp;D &lt;5</t></is></c><c r="E1" t="inlineStr"><is><r><t>x</t></r><r><t>y&#233;</t></r></is></c></row>'
    )
    assert cells(by_hand(rows, strings=strings)) == [
        ("plain", "rich text", "a\rb_xD800_", "R&D <5", "xyé")
    ]


def test_cells_and_rows_without_addresses():
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>"
    book = read(by_hand(rows), "n.xlsx")
    assert book.sheets[0].rows == (Row(1, (1, None, 3)), Row(3, (4,)))


def test_other_prefixes_and_line_breaks():
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\n<x:sheetData>\n'
        '<x:row r="2">\n<x:c r="B2">\n<x:v>7</x:v>\n</x:c>\n</x:row>\n</x:sheetData></x:worksheet>'
    )
    assert read(zipped(parts(sheet)), "n.xlsx").sheets[0].rows == (Row(2, (None, 7)),)


def test_another_encoding_of_the_xml():
    sheet = worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>é</t></is></c></row>').replace(
        "UTF-8", "UTF-16"
    )
    assert read(zipped(parts(sheet.encode("utf-16"))), "n.xlsx").sheets[0].rows == (Row(1, ("é",)),)


def test_names_with_other_case_and_slashes():
    content = {
        name.replace("xl/", "XL\\"): part
        for name, part in parts(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')).items()
    }
    assert read(zipped(content), "n.xlsx").sheets[0].rows == (Row(1, (1,)),)


def test_merged_headers_over_three_rows():
    def fill(book):
        sheet = book.add_worksheet("Plan")
        sheet.merge_range("A1:F1", "Health sector")
        sheet.merge_range("B2:C3", "Quantity")
        sheet.write_row(2, 0, ["Item"])
        sheet.write_row(3, 0, ["Gown", 12])

    sheet = read(written(fill), "n.xlsx").sheets[0]
    assert [block.address for block in sheet.merged] == ["A1:F1", "B2:C3"]
    assert [row.number for row in sheet.rows] == [1, 2, 3, 4]
    assert sheet.rows[3].cells == ("Gown", 12)


def test_the_wanted_sheet_hidden_seventh_of_eight():
    def fill(book):
        for number in range(1, 9):
            sheet = book.add_worksheet(f"Sheet {number}")
            sheet.write(0, 0, number)
            if number == 7:
                sheet.hide()
            if number == 2:
                sheet.very_hidden()

    sheets = read(written(fill), "n.xlsx").sheets
    assert [sheet.name for sheet in sheets] == [f"Sheet {n}" for n in range(1, 9)]
    assert [n for n, sheet in enumerate(sheets, 1) if sheet.state == "hidden"] == [2, 7]
    assert sheets[6].rows == (Row(1, (7,)),)


def test_sheets_of_charts_have_no_rows_and_are_left_out():
    def fill(book):
        book.add_worksheet("Table").write(0, 0, 1)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Table!$A$1:$A$1"})
        book.add_chartsheet("Chart").set_chart(chart)

    assert [sheet.name for sheet in read(written(fill), "n.xlsx").sheets] == ["Table"]


def test_only_the_two_corners_of_a_sheet():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "first")
        sheet.write(1_048_575, 16_383, "last")

    content = written(fill)
    assert len(content) < 6000
    first, last = read(content, "n.xlsx").sheets[0].rows
    assert (first.number, first.cells) == (1, ("first",))
    assert (last.number, len(last.cells), last.value(16_383)) == (1_048_576, 16_384, "last")
    assert last.address(16_383) == "XFD1048576"
    assert last.value(16_384) is None


def test_a_million_mostly_blank_rows():
    blank = '<row r="{0}" spans="1:2" ht="15" customHeight="1"><c r="A{0}" s="1"/></row>'
    filled = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
    kinds = ((filled if number % 200_000 == 5 else blank, number) for number in range(1, 1_048_577))
    content = by_hand("".join(kind.format(number) for kind, number in kinds))
    rows = read(content, "needs.xlsx").sheets[0].rows
    assert [row.number for row in rows] == [5, 200_005, 400_005, 600_005, 800_005, 1_000_005]
    assert rows[1].cells == (200_005,)


def test_ten_thousand_lines_are_read_in_well_under_a_second(reading_seconds):
    def fill(book):
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row in range(10_000):
            for column in range(8):
                sheet.write_string(row, column, f"text {row % 500} {column}")
            sheet.write_datetime(row, 8, datetime(2021, 1, 1 + row % 28), day)
            sheet.write_number(row, 9, row + 0.25)
            for column in range(10, 20):
                sheet.write_number(row, column, row * column)

    book, seconds = reading_seconds(written(fill), "n.xlsx", Limits())
    assert len(book.sheets[0].rows) == 10_000
    assert book.sheets[0].rows[2].cells[8:11] == (date(2021, 1, 3), Decimal("2.25"), 20)
    assert seconds < 2.5  # about 0.9 s on the machine this was written on


def test_starting_the_child_is_quick(reading_seconds):
    seconds = min(reading_seconds(table([1]), "n.xlsx", Limits())[1] for _ in range(5))
    assert seconds < 0.25  # about 0.06 s on the machine this was written on
