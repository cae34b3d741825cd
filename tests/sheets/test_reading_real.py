"""The 14 real humanitarian workbooks of ../shared: read, as their manifest describes them."""

import csv
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bandung.sheets.errors import Unreadable
from bandung.sheets.model import ErrorValue
from bandung.sheets.reading import read

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "spreadsheets"
FILES = sorted(path for path in FOLDER.glob("*") if path.name not in ("README.md", "manifest.csv"))

pytestmark = pytest.mark.skipif(
    not FILES, reason=f"the real workbooks are not there ({FOLDER.name} of ../shared)"
)


def test_all_fourteen_are_there():
    assert len(FILES) == 14


@pytest.mark.parametrize("path", FILES, ids=[path.stem[:40] for path in FILES])
def test_a_real_workbook(path):
    book = read(path.read_bytes(), path.name)
    with (FOLDER / "manifest.csv").open(encoding="utf-8") as file:
        expected = [line for line in csv.DictReader(file) if line["file"] == path.name]
    if book.format == "csv":
        assert len(book.sheets) == len(expected) == 1
        assert book.sheets[0].rows[-1].number == int(expected[0]["last_nonempty_row"])
        return
    by_name = {sheet.name: sheet for sheet in book.sheets}
    assert expected
    for line in expected:
        sheet = by_name[line["sheet"]]
        assert sheet.state == line["state"]
        assert sheet.rows[-1].number == int(line["last_nonempty_row"])
        tag_row = line["hxl_tag_row"]
        if tag_row:
            tags = next(row for row in sheet.rows if row.number == int(tag_row))
            assert sum(str(value or "").startswith("#") for value in tags.cells) == int(
                line["hxl_tags"]
            )


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".xlsx"][:1], ids=["first"])
def test_a_real_workbook_under_another_name_is_refused(path):
    with pytest.raises(Unreadable) as caught:
        read(path.read_bytes(), "needs.csv")
    assert caught.value.code == "wrong_extension"


def is_same(mine: object, other: object) -> bool:
    """Whether both readers saw the same; the other one has floats, and blanks as empty text."""
    if mine is None:
        return not str(other).strip()
    if isinstance(mine, ErrorValue):
        return True
    if isinstance(mine, int | Decimal) and not isinstance(mine, bool):
        return other == float(mine) or (mine == 0 and isinstance(other, time))
    return mine == other


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.suffix == ".xlsx"], ids=lambda path: path.stem[:40]
)
def test_another_reader_sees_the_same_cells(path):
    """Calamine reads the same workbooks; it aborts on hostile ones, so it is only an oracle here."""
    other = CalamineWorkbook.from_path(str(path))
    seen = 0
    for sheet in read(path.read_bytes(), path.name).sheets:
        rows = other.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for row in sheet.rows:
            for index, value in enumerate(row.cells):
                assert is_same(value, rows[row.number - 1][index]), row.address(index)
                seen += 1
    assert seen > 1000
