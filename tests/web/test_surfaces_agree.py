"""Page, CSV, XLSX, JSON and API give the same totals for the same filters."""

import csv
import io
import json
import re
from dataclasses import fields
from html import unescape
from inspect import signature
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bandung.cli.needs import export
from bandung.exchange.columns import CODES, headers
from bandung.exchange.exporting import NOTE, export_lines, export_totals
from bandung.exchange.forms import ExportFilter
from bandung.needs.lexicon import Lexicon
from bandung.needs.numbers import written
from bandung.needs.queries import LINE_COLUMNS, ItemTotal, LineFilter, totals
from bandung.web.api.needs import Filters, Line, Total
from bandung.web.forms import NeedsFilter
from tests.factories import GLOVES, RICE
from tests.web.conftest import client_of, reader_of

pytestmark = pytest.mark.django_db
FILTERS = (
    {},
    {"state": "ZMB"},
    {"group": "test-group"},
    {"sector": "medical"},
    {"category": "humanitarian/food"},
    {"item": GLOVES},
    {"item": RICE, "emergency": "COVID-19"},
    {"priority": "1"},
    {"as_of": "2026-06-01"},
    {"as_of": "2020-01-01"},
    {"since": "1"},
)


def chosen(asked: dict[str, str]) -> LineFilter:
    from datetime import date

    facts = {
        name: date.fromisoformat(value) if name == "as_of" else value
        for name, value in asked.items()
    }
    for name in {"priority", "since"} & facts.keys():
        facts[name] = int(facts[name])
    return LineFilter(**facts)


def whole(value) -> int:
    """A cell of a sheet as a whole number: large ones are kept as text."""
    return int(float(value)) if isinstance(value, float) else int(value or 0)


Totals = dict[str, tuple[int, int, int]]


def of_api(client, asked) -> Totals:
    items = client.get(f"/api/v1/needs/totals?{urlencode(asked)}").json()["items"]
    return {
        row["item"]: (row["base_quantity"], row["disputed_quantity"], row["lines"]) for row in items
    }


def of_csv(reader, asked) -> Totals:
    text = b"".join(export_totals(reader, chosen(asked), "csv")).decode("utf-8-sig")
    return {
        row["item"]: (int(row["base_quantity"]), int(row["disputed_quantity"]), int(row["lines"]))
        for row in csv.DictReader(io.StringIO(text))
    }


def of_json(reader, asked) -> Totals:
    rows = json.loads(b"".join(export_totals(reader, chosen(asked), "json")))
    return {
        row["item"]: (row["base_quantity"], row["disputed_quantity"], row["lines"]) for row in rows
    }


def of_xlsx(reader, asked) -> Totals:
    content = b"".join(export_totals(reader, chosen(asked), "xlsx"))
    head, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    found = [dict(zip(head, row, strict=True)) for row in rows]
    return {
        row["item"]: (
            whole(row["base_quantity"]),
            whole(row["disputed_quantity"]),
            whole(row["lines"]),
        )
        for row in found
    }


def of_page(client, reader, asked) -> Totals:
    """The totals printed on /needs/, read back through the words of the query's own rows."""
    page = client.get(f"/needs/?{urlencode(asked)}").content.decode()
    rows = re.search(r"Totals per item</h2>(.*?)</section>", page, re.S)
    printed = re.findall(r"<tr>(.*?)</tr>", rows[1], re.S)[1:] if rows else []
    words, found = Lexicon(), {}
    known = {row.item: row for row in totals(reader, chosen(asked))}
    for row in printed:
        item = re.search(r'href="/items/([^/]+)/"', row)[1]
        cells = [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<td.*?</td>", row, re.S)
        ]
        total = known[item]
        amount = words.amount(total.base_quantity, total.base_unit, item)
        assert (cells[0], cells[1]) == amount
        if total.disputed_lines:
            assert str(words.amount(total.disputed_quantity, total.base_unit, item)) in " ".join(
                cells[-1].split()
            )
        assert (cells[2], cells[3]) == (written(total.states), written(total.lines))
        found[item] = (total.base_quantity, total.disputed_quantity, total.lines)
    return found


@pytest.mark.parametrize("who", ["public", "secretariat", "partner", "ZMB"])
@pytest.mark.parametrize("asked", FILTERS, ids=urlencode)
def test_totals_agree(site, who, asked):
    mandate = {
        "public": None,
        "ZMB": site.world.focal_point("ZMB"),
        "secretariat": site.world.secretariat,
        "partner": site.world.partner,
    }[who]
    client, reader = client_of(mandate), reader_of(mandate)
    said = of_api(client, asked)
    assert of_csv(reader, asked) == said
    assert of_json(reader, asked) == said
    assert of_xlsx(reader, asked) == said
    assert of_page(client, reader, asked) == said


@pytest.mark.parametrize("asked", FILTERS, ids=urlencode)
def test_lines_agree_and_add_up_to_the_totals(site, client, asked):
    reader = reader_of(None)
    rows = json.loads(b"".join(export_lines(reader, chosen(asked), "json")))
    page = client.get(f"/needs/?{urlencode(asked)}").content.decode()
    listed = re.findall(r'href="/needs/(\d+\.\d+)/"', page)
    api = client.get(f"/api/v1/needs?{urlencode(asked)}").json()["items"]
    assert [row["line_id"] for row in rows] == listed == [row["line_id"] for row in api]
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["item"]] = sums.get(row["item"], 0) + row["base_quantity"]
    assert sums == {
        item: stated + apart for item, (stated, apart, _) in of_api(client, asked).items()
    }


def test_one_dictionary_of_columns_for_export_import_and_api(client):
    """In its order; an exercise adds its note, which the API always has."""
    columns = [*LINE_COLUMNS, NOTE]
    assert list(Line.model_fields) == columns
    described = client.get(reverse("api:openapi-json")).json()["components"]["schemas"]["Line"]
    assert (list(described["properties"]), described["required"]) == (columns, columns)
    assert set(headers(CODES)) >= set(columns)
    assert tuple(Total.model_fields) == ItemTotal._fields


def test_every_surface_asks_with_the_same_filters():
    """`status` is no question of a reader: only the queries set it."""
    asked = {field.name for field in fields(LineFilter)} - {"status"}
    assert set(Filters.model_fields) == asked
    assert set(ExportFilter.base_fields) == asked
    assert set(NeedsFilter.base_fields) == asked
    assert set(signature(export).parameters) == asked | {"format_", "output", "lang"}


def test_something_is_compared(site, client):
    assert len(of_api(client, {})) == 4
    assert any(apart for _, apart, _ in of_api(client, {}).values())
