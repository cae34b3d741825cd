"""Totals per item: whole base units, never across kinds or units, disputed lines apart."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from bandung.catalogue.models import Item
from bandung.movement.access import Reader
from bandung.needs.models import Line
from bandung.needs.queries.filters import (
    DISPUTED,
    LINE_STATUSES,
    LineFilter,
    label_in_language,
    lines_of,
)

LOW_BITS = 30  # base quantities are below 2^53: each half's sum stays far below 2^63


class ItemTotal(NamedTuple):
    """What is asked for of one item; `base_quantity` leaves disputed lines out."""

    item: str
    item_label: str
    sector: str
    category: str
    kind: str
    base_unit: str
    base_quantity: int
    disputed_quantity: int
    states: int
    lines: int
    disputed_lines: int


class Extent(NamedTuple):
    """How far a list of lines reaches; `first_on` and `last_on` are days as of which they hold."""

    lines: int
    disputed_lines: int
    states: int
    items: int
    urgent_lines: int
    first_on: date | None
    last_on: date | None


def extent(reader: Reader, chosen: LineFilter = LineFilter()) -> Extent:  # noqa: B008
    """How many lines `published_lines` lists in all, of how many states and items; one query, two
    with a group. `urgent_lines` have priority 1."""
    counted = lines_of(reader, chosen).aggregate(
        lines=Count("key"),
        disputed_lines=Count("key", filter=Q(status=DISPUTED)),
        states=Count("scope__state", distinct=True),
        items=Count("item", distinct=True),
        urgent_lines=Count("key", filter=Q(priority=1)),
        first_on=Min("submission__as_of"),
        last_on=Max("submission__as_of"),
    )
    return Extent(**counted)


class Occurring(NamedTuple):
    """Codes that occur in published lines, ended ones included, sorted."""

    states: tuple[str, ...]
    items: tuple[str, ...]
    categories: tuple[str, ...]


def occurring(reader: Reader) -> Occurring:
    """What a filter can be set to and find something; one query."""
    lines = lines_of(reader, LineFilter(status=LINE_STATUSES)).order_by()
    columns = ("scope__state", "item_id", "item_version__category_id")
    rows = set(lines.values_list(*columns).distinct())
    states, items, categories = ({row[at] for row in rows} for at in range(3))
    return Occurring(tuple(sorted(states)), tuple(sorted(items)), tuple(sorted(categories)))


def totals(reader: Reader, chosen: LineFilter = LineFilter()) -> list[ItemTotal]:  # noqa: B008
    """The totals of the lines that `published_lines` lists, by item; two queries, three with a
    group."""
    keys = ("item_id", "item_version__sector", "item_version__kind", "item_version__base_unit")
    sums = list(
        summed(lines_of(reader, chosen).values(*keys)).annotate(
            states=Count("scope__state", distinct=True)
        )
    )
    named = Item.objects.filter(code__in={row["item_id"] for row in sums}).values_list(
        "code", label_in_language("current__"), "current__category"
    )
    names = {code: (label, category) for code, label, category in named}
    return [
        ItemTotal(
            item=row["item_id"],
            item_label=names[row["item_id"]][0],
            sector=row["item_version__sector"],
            category=names[row["item_id"]][1],
            kind=row["item_version__kind"],
            base_unit=row["item_version__base_unit"],
            base_quantity=quantity_of(row, "stated"),
            disputed_quantity=quantity_of(row, "disputed"),
            states=row["states"],
            lines=row["lines"],
            disputed_lines=row["disputed_lines"],
        )
        for row in sorted(sums, key=lambda row: tuple(row[key] for key in keys))
    ]


def summed(grouped: QuerySet[Line, dict[str, Any]]) -> QuerySet[Line, dict[str, Any]]:
    """Adds sums and counts to lines grouped by `values`; read them with `quantity_of`.

    High and low bits are summed apart: a sum of base quantities may pass 2^63.
    """
    is_disputed = Q(status=DISPUTED)
    high = F("base_quantity").bitrightshift(LOW_BITS)
    low = F("base_quantity").bitand((1 << LOW_BITS) - 1)
    return grouped.annotate(
        stated_high=Sum(high, filter=~is_disputed, default=0),
        stated_low=Sum(low, filter=~is_disputed, default=0),
        disputed_high=Sum(high, filter=is_disputed, default=0),
        disputed_low=Sum(low, filter=is_disputed, default=0),
        lines=Count("key"),
        disputed_lines=Count("key", filter=is_disputed),
    )


def quantity_of(row: Mapping[str, Any], which: str) -> int:
    """The exact sum in base units that `summed` left in two parts."""
    return (int(row[f"{which}_high"]) << LOW_BITS) + int(row[f"{which}_low"])
