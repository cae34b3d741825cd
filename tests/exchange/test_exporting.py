"""Downloads: the rows and names of the queries, inert in every spreadsheet program."""

import csv
import json
from io import StringIO

import pytest

from bandung.exchange.exporting import export_lines, export_name, export_totals
from bandung.exchange.importing import understand
from bandung.ledger.guard import open_door
from bandung.ledger.models import Instance
from bandung.movement.access import PUBLIC
from bandung.needs.queries import LINE_COLUMNS, ItemTotal, LineFilter, published_lines, totals
from bandung.sheets.reading import read
from tests.exchange.conftest import TODAY, Desk
from tests.exchange.test_templates import FULL, gloves, said

EXERCISE = "Exercise: not submitted by any state"
ALL = LineFilter()
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", " =1", "\u200f=1", "-5 pairs"]


def lines(desk: Desk, format_: str, reader=None, chosen=ALL, language="en") -> bytes:
    return b"".join(export_lines(reader or desk.reader, chosen, format_, language))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def published(desk: Desk) -> int:
    return desk.publish(said(FULL, gloves(2, priority=2, justification="-5 boxes", stock=7)))


def test_every_format_holds_what_the_query_gives(desk: Desk, published: int) -> None:
    rows = [row._asdict() for row in published_lines(desk.reader, ALL, limit=None)]
    assert [row["line_id"] for row in rows] == [f"{published}.1", f"{published}.2"]
    found = table(lines(desk, "csv"))
    assert list(found[0]) == [*LINE_COLUMNS, "note"]
    as_text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
    as_text[0]["justification"] = "'" + as_text[0]["justification"]
    as_text[1]["justification"] = "'-5 boxes"
    assert found == [row | {"note": EXERCISE} for row in as_text]
    parsed = json.loads(lines(desk, "json"))
    assert [{k: v for k, v in row.items() if k != "note"} for row in parsed] == [
        row | {"needed_by": row["needed_by"] and str(row["needed_by"]), "as_of": str(row["as_of"])}
        for row in rows
    ]
    (sheet,) = read(lines(desk, "xlsx"), "a.xlsx").sheets
    assert sheet.rows[0].cells == (*LINE_COLUMNS, "note")
    first = dict(zip(sheet.rows[0].cells, sheet.rows[1].cells, strict=True))
    assert first["base_quantity"] == 125
    assert str(first["quantity"]) == "2.5"
    assert first["needed_by"] == FULL.needed_by


def test_readers_get_what_they_may_see(desk: Desk, published: int) -> None:
    assert len(table(lines(desk, "csv"))) == 2
    assert [row["line_id"] for row in table(lines(desk, "csv", PUBLIC))] == [f"{published}.2"]
    assert b"appeal 7" not in lines(desk, "json", PUBLIC)
    assert table(lines(desk, "csv", chosen=LineFilter(state="KEN"))) == []
    assert json.loads(lines(desk, "json", chosen=LineFilter(state="KEN"))) == []


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_inert_and_numbers_stay_numbers(desk: Desk, text: str) -> None:
    desk.publish(said(gloves(channel_reference=text.strip("\t\u200f"))))
    (row,) = table(lines(desk, "csv"))
    assert row["channel_reference"].startswith("'")
    (sheet,) = read(lines(desk, "xlsx"), "a.xlsx").sheets
    assert "'" + text.strip("\t\u200f") in sheet.rows[1].cells
    assert json.loads(lines(desk, "json"))[0]["channel_reference"] == text.strip("\t\u200f")


def test_labels_are_in_the_language(desk: Desk, published: int) -> None:
    assert "Gants d’examen" in lines(desk, "csv", language="fr").decode()


def test_an_exercise_says_so(desk: Desk, published: int) -> None:
    for format_ in ("csv", "json"):
        assert EXERCISE in lines(desk, format_).decode()
        assert export_name("needs", format_) == f"bandung-needs-exercise.{format_}"
    with open_door():
        Instance.objects.update(is_exercise=False)
    for format_ in ("csv", "json"):
        assert EXERCISE not in lines(desk, format_).decode()
        assert export_name("needs", format_) == f"bandung-needs.{format_}"
    assert list(table(lines(desk, "csv"))[0]) == list(LINE_COLUMNS)


def test_totals(desk: Desk, published: int) -> None:
    (expected,) = totals(desk.reader, ALL)
    (row,) = table(b"".join(export_totals(desk.reader, ALL, "csv")))
    assert list(row) == [*ItemTotal._fields, "note"]
    assert int(row["base_quantity"]) == expected.base_quantity == 225


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_an_export_can_be_imported(desk: Desk, published: int, format_: str) -> None:
    content = lines(desk, format_, chosen=LineFilter(state="ZMB"))
    understood = understand(
        content, f"a.{format_}", desk.zambia, desk.emergency, desk.reader, today=TODAY
    )
    assert understood.problems == ()
    assert understood.header_language == "codes"
    assert understood.is_unchanged
    assert understood.changes.unchanged == 2


def test_an_export_of_lines_that_ended_is_not_imported(desk: Desk, published: int) -> None:
    desk.publish(said(gloves(quantity="9", base_quantity=9)))
    content = lines(desk, "csv", chosen=LineFilter(state="ZMB", since=0))
    understood = understand(content, "a.csv", desk.zambia, desk.emergency, desk.reader, today=TODAY)
    assert [each.code for each in understood.errors] == ["ended-line", "ended-line"]


def test_long_exports_come_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandung.exchange.exporting.BATCH", 2)
    many = [gloves(n, needed_by=date_of(n)) for n in range(1, 6)]
    desk.publish(said(*many))
    assert len(table(lines(desk, "csv"))) == 5
    assert len(json.loads(lines(desk, "json"))) == 5


def date_of(n: int):
    from datetime import date

    return date(2027, 1, n)
