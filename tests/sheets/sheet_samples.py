"""Workbooks made for the tests: ordinary ones by XlsxWriter, hostile ones by hand."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Parts = dict[str, str | bytes]


def written(fill: Callable[[xlsxwriter.Workbook], Any], **options: Any) -> bytes:
    """A workbook as XlsxWriter writes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        fill(book)
    return file.getvalue()


def table(*rows: list[Any]) -> bytes:
    """One sheet with these rows from A1 on."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Needs")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return written(fill)


def worksheet(cells: str, after: str = "", before: str = "") -> str:
    """The XML of a sheet around its rows."""
    return f'{XML}<worksheet xmlns="{SPREADSHEET}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>'


def parts(*sheets: str | bytes, strings: str = "", styles: str = "") -> Parts:
    """The parts of a small workbook whose sheets have this XML."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    links += f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    links += f'<Relationship Id="rIdT" Type="{OFFICE}/styles" Target="styles.xml"/>'
    made: Parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
    }
    for number, sheet in zip(numbers, sheets, strict=True):
        made[f"xl/worksheets/sheet{number}.xml"] = sheet
    if strings:
        made["xl/sharedStrings.xml"] = f'{XML}<sst xmlns="{SPREADSHEET}">{strings}</sst>'
    if styles:
        made["xl/styles.xml"] = f'{XML}<styleSheet xmlns="{SPREADSHEET}">{styles}</styleSheet>'
    return made


def zipped(content: Parts, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression, compresslevel=1) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return file.getvalue()


def by_hand(cells: str, **options: str) -> bytes:
    """A workbook with one sheet of these rows, written by hand."""
    after, before = options.pop("after", ""), options.pop("before", "")
    return zipped(parts(worksheet(cells, after, before), **options))
