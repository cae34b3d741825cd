"""One item: how much of it is asked for, by whom."""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Min

from bandung.catalogue.models import ItemVersion
from bandung.catalogue.queries import item_history
from bandung.movement.access import Reader
from bandung.needs.queries.filters import LineFilter, lines_of
from bandung.needs.queries.totals import ItemTotal, quantity_of, summed, totals


class ItemStates(NamedTuple):
    """What one state asks of the item for one emergency; `base_quantity` leaves disputes out."""

    state: str
    emergency: str
    base_quantity: int
    disputed_quantity: int
    lines: int
    priority: int
    needed_by: date | None


@dataclass(frozen=True)
class ItemPage:
    """An item, newest version first, its total (None if nobody asks) and each state's part."""

    item: str
    versions: tuple[ItemVersion, ...]
    total: ItemTotal | None
    states: tuple[ItemStates, ...]


def item_page(reader: Reader, item: str, chosen: LineFilter = LineFilter()) -> ItemPage | None:  # noqa: B008
    """The item as this reader may see it asked for; None if the catalogue has none. Constant
    queries."""
    versions = tuple(item_history(item))
    if not versions:
        return None
    chosen = replace(chosen, item=item)
    keys = ("scope__state", "scope__emergency")
    states = summed(lines_of(reader, chosen).values(*keys)).annotate(
        urgency=Min("priority"), soonest=Min("needed_by")
    )
    total = totals(reader, chosen)
    return ItemPage(
        item=item,
        versions=versions,
        total=total[0] if total else None,
        states=tuple(
            ItemStates(
                state=row["scope__state"],
                emergency=row["scope__emergency"],
                base_quantity=quantity_of(row, "stated"),
                disputed_quantity=quantity_of(row, "disputed"),
                lines=row["lines"],
                priority=row["urgency"],
                needed_by=row["soonest"],
            )
            for row in states.order_by(*keys)
        ),
    )
