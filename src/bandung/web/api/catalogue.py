"""`/items` and `/indicators`: what can be asked for, and figures derived from published sources."""

from collections import defaultdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandung.catalogue import queries
from bandung.catalogue.models import LANGUAGES, LabelledModel
from bandung.web.api.shapes import WRONG, Code, Names, NotFound, exercise_note, refuse_unknown

router = Router(tags=["catalogue"])


class Pack(Schema):
    """A pack and its content in base units."""

    code: str
    labels: Names
    base_per_pack: int
    basis: str


class Item(Schema):
    """An item as it may be asked for now; its version is pinned on each line."""

    code: str
    version: int
    sector: str
    category: str
    kind: str
    unit: str
    base_unit: str
    base_per_unit: int
    atc: str
    note: str
    labels: Names
    packs: list[Pack]
    source: str
    act: int


class ItemsQuery(Schema):
    """Narrows the items."""

    sector: Code = ""
    category: Code = ""


class Items(Schema):
    """Items by code."""

    items: list[Item]


class Figure(Schema):
    """A derived figure: computed, not submitted by the state; never added to another."""

    state: str
    base_quantity: int


class Indicator(Schema):
    """An indicator with its formula and its figures in base units."""

    code: str
    sector: str
    labels: Names
    unit: str
    base_unit: str
    base_per_unit: int
    linked_item: str | None
    part_of: str | None
    formula: str
    source: str
    is_derived: Annotated[bool, Field(description="Always true: no state submitted it.")]
    figures: list[Figure]


class IndicatorsQuery(Schema):
    """Narrows the figures to one state."""

    state: Code = ""


class Indicators(Schema):
    """Indicators by code; `note` marks an exercise."""

    items: list[Indicator]
    note: str


@router.get(
    "/items", response={200: Items, **WRONG}, url_name="items", summary="Items of the catalogue"
)
def list_items(request: HttpRequest, query: Query[ItemsQuery]) -> dict[str, Any]:
    """Items that may be asked for, with units and packs."""
    refuse_unknown(request, ItemsQuery)
    return {"items": _items(query.sector, query.category)}


@router.get(
    "/items/{code}",
    response={200: Item, 404: NotFound, **WRONG},
    url_name="item",
    summary="An item",
)
def one_item(request: HttpRequest, code: Code) -> Any:
    """One item that may be asked for."""
    refuse_unknown(request, set())
    found = next((item for item in _items() if item["code"] == code), None)
    return found or Status(404, {"detail": f"The catalogue offers no item {code}."})


@router.get(
    "/indicators",
    response={200: Indicators, **WRONG},
    url_name="indicators",
    summary="Indicators and figures",
)
def list_indicators(request: HttpRequest, query: Query[IndicatorsQuery]) -> dict[str, Any]:
    """Derived figures, not submitted by any state, each with its formula and source."""
    refuse_unknown(request, IndicatorsQuery)
    figures = defaultdict(list)
    for row in queries.figures(state=query.state):
        figures[row.indicator].append({"state": row.state, "base_quantity": row.base_quantity})
    items = [_indicator(row, figures[row.code]) for row in queries.indicators()]
    return {"items": items, "note": exercise_note()}


def _items(sector: str = "", category: str = "") -> list[dict[str, Any]]:
    packs = defaultdict(list)
    for pack in queries.packs_of():
        packs[pack.item_id].append(
            {
                "code": pack.code,
                "labels": _labels(pack),
                "base_per_pack": pack.base_per_pack,
                "basis": pack.basis,
            }
        )
    return [
        {
            "code": item.item_id,
            "version": item.version,
            "sector": item.sector,
            "category": item.category_id,
            "kind": item.kind,
            "unit": item.unit_id,
            "base_unit": item.base_unit_id,
            "base_per_unit": item.unit.base_per_unit,
            "atc": item.atc,
            "note": item.note,
            "labels": _labels(item),
            "packs": packs[item.item_id],
            "source": item.source,
            "act": item.act,
        }
        for item in queries.current_items(sector, category)
    ]


def _indicator(row: Any, figures: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": row.code,
        "sector": row.sector,
        "labels": _labels(row),
        "unit": row.unit_id,
        "base_unit": row.unit.base_id,
        "base_per_unit": row.unit.base_per_unit,
        "linked_item": row.linked_item_id,
        "part_of": row.part_of_id,
        "formula": row.formula,
        "source": row.source,
        "is_derived": True,
        "figures": figures,
    }


def _labels(row: LabelledModel) -> dict[str, str]:
    return {language: getattr(row, f"label_{language}") for language in LANGUAGES}
