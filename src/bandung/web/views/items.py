"""The catalogue: what can be asked for, one item, one indicator."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bandung.catalogue.models import Item, ItemVersion, Pack
from bandung.catalogue.queries import current_items, figures, indicators, packs_of
from bandung.needs.lexicon import Amount, Lexicon, ShownTotal, not_recorded
from bandung.needs.models import Sector
from bandung.needs.numbers import written
from bandung.needs.queries import ItemTotal, LineFilter, item_page, totals
from bandung.web.views.common import code_asked, public_page, reader_of, today


@dataclass(frozen=True)
class ItemRow:
    """An item in the list: its unit and packs, and how many states ask for it."""

    version: ItemVersion
    packs: Sequence[Pack]
    total: ItemTotal | None


@dataclass(frozen=True)
class CategoryRows:
    """The items of one category."""

    code: str
    sector: str
    label: str
    rows: Sequence[ItemRow]


@public_page
def items(request: HttpRequest) -> HttpResponse:
    """The items that may be asked for, by sector and category."""
    sector, category = (code_asked(request, name) for name in ("sector", "category"))
    found = current_items(sector, category)
    order = Sector.values
    found.sort(key=lambda each: (order.index(each.sector), each.category_id, each.item_id))
    shown = _categories(request, found)
    return render(
        request,
        "web/items.html",
        {
            "categories": shown,
            "items": len(found),
            "asked": sum(row.total is not None for each in shown for row in each.rows),
            "packs": sum(len(row.packs) for each in shown for row in each.rows),
            "indicators": indicators(),
            "sectors": order,
            "sector": sector if sector in order else "",
            "category": category,
            "on": today(),
        },
    )


def _categories(request: HttpRequest, found: Sequence[ItemVersion]) -> list[CategoryRows]:
    packs = defaultdict(list)
    for pack in packs_of():
        packs[pack.item_id].append(pack)
    asked = {row.item: row for row in totals(reader_of(request))}
    return [
        CategoryRows(
            code,
            own[0].sector,
            own[0].category.label,
            [ItemRow(each, packs[each.item_id], asked.get(each.item_id)) for each in own],
        )
        for code, group in groupby(found, key=lambda each: each.category_id)
        if (own := list(group))
    ]


@public_page
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: who asks for how much, in what packs, what it meant when."""
    found = item_page(reader_of(request), code)
    if found is None:
        raise Http404
    words = Lexicon()
    version = found.versions[0]
    return render(
        request,
        "web/item.html",
        {
            "item": Item.objects.get(code=code),
            "version": version,
            "versions": found.versions,
            "total": ShownTotal.of(found.total, words) if found.total else None,
            "states": [_part(row, version, words) for row in found.states],
            "packs": [_pack(pack, version, words) for pack in _all_packs(code)],
            "unit": words.unit(version.unit_id),
            "base_unit": words.unit(version.base_unit_id),
            "base_per_unit": version.unit.base_per_unit,
            "linked": [row for row in indicators() if row.linked_item_id == code],
            "met": not_recorded(),
            "may_edit": reader_of(request).may_publish,
            "on": today(),
        },
    )


def _part(row: Any, version: ItemVersion, words: Lexicon) -> dict[str, Any]:
    def amount(base_quantity: int) -> Amount:
        return words.amount(base_quantity, version.base_unit_id, version.item_id)

    return {
        "row": row,
        "state": words.party(row.state),
        "emergency": words.emergency(row.emergency),
        "amount": amount(row.base_quantity),
        "disputed": amount(row.disputed_quantity) if row.disputed_quantity else None,
        "priority": words.code("priority", row.priority),
    }


def _all_packs(code: str) -> list[Pack]:
    return list(Pack.objects.filter(item=code).order_by("code"))


def _pack(pack: Pack, version: ItemVersion, words: Lexicon) -> tuple[Pack, Amount]:
    return pack, words.amount_in(pack.base_per_pack, version.base_unit_id, version.unit_id)


@public_page
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator with its formula, its source and every state's derived figure."""
    found = next((row for row in indicators() if row.code == code), None)
    if found is None:
        raise Http404
    words = Lexicon()
    rows = [
        (words.party(row.state), row.state, Amount(written(row.quantity), words.unit(row.unit)))
        for row in figures(indicator=code)
    ]
    return render(
        request,
        "web/indicator.html",
        {
            "indicator": found,
            "unit": words.unit(found.unit_id),
            "base_unit": words.unit(found.unit.base_id),
            "rows": sorted(rows, key=lambda row: row[0].casefold()),
            "linked": words.item(found.linked_item_id) if found.linked_item_id else "",
            "part_of": words.indicator(found.part_of_id) if found.part_of_id else "",
            "asked": _asked(request, found.linked_item_id, words),
        },
    )


def _asked(request: HttpRequest, item: str | None, words: Lexicon) -> ShownTotal | None:
    """What states themselves ask of the linked item: shown beside, never added."""
    found = totals(reader_of(request), LineFilter(item=item)) if item else []
    return ShownTotal.of(found[0], words) if found else None
