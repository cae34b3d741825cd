"""Downloads of published lines and totals: the question of the page of needs, or none at all."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from bandung.movement.access import PUBLIC
from bandung.needs.queries import LineFilter, published_lines, totals
from bandung.sheets.reading import read
from tests.browsers import text_of
from tests.exchange.conftest import Desk
from tests.factories import need, statement

ITEM = "MED-IPC-05"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


def download(path: str, **query: Any) -> HttpResponse:
    return Client().get(path, query)


def test_exports_hold_what_the_page_lists(desk: Desk) -> None:
    lines = [
        need(1, item=ITEM, base_unit="PR", unit="PR", base_quantity=100),
        need(2, item=ITEM, base_unit="PR", unit="PR", base_quantity=100, priority=1),
        need(
            3,
            item=ITEM,
            base_unit="PR",
            unit="PR",
            base_quantity=100,
            priority=3,
            visibility="withheld",
        ),
    ]
    desk.publish(statement(lines))
    answer = download("/needs/export.json", state="ZMB", priority="1", group="")
    rows = json.loads(answer.getvalue())
    chosen = LineFilter(state="ZMB", priority=1)
    assert [row["line_id"] for row in rows] == [
        row.line_id for row in published_lines(PUBLIC, chosen)
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="bandung-needs-exercise.json"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    total = json.loads(download("/needs/totals.json", item=ITEM).getvalue())
    assert (
        [row["base_quantity"] for row in total]
        == [row.base_quantity for row in totals(PUBLIC, LineFilter(item=ITEM))]
        == [200]
    )
    assert download("/needs/export.csv").getvalue().startswith(b"\xef\xbb\xbfline_id,")
    sheet = read(download("/needs/export.xlsx").getvalue(), "a.xlsx").sheets[0]
    assert len(sheet.rows) == 3


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"colour": "red"}, "“colour”"),
        ({"state": "XXX"}, "“XXX”"),
        ({"priority": "9"}, "priority"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"since": "-1"}, "since"),
        ({"state": ["ZMB", "KEN"]}, "more than once"),
        ({"item": "a\0b"}, "item"),
    ],
)
def test_a_question_not_understood_is_not_answered(
    desk: Desk, query: Mapping[str, Any], named: str
) -> None:
    for path in ("/needs/export.csv", "/needs/totals.xlsx"):
        answer = download(path, **query)
        assert answer.status_code == 400
        assert named in text_of(answer)
