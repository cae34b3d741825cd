"""Reads of the catalogue that two surfaces share."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from bandung.catalogue.models import Code, Figure, Indicator, Item, ItemVersion, Pack, Unit


@dataclass(frozen=True)
class IndicatorFigure:
    """A derived figure with all that must be printed beside it; never added to another."""

    indicator: str
    label: str
    sector: str
    state: str
    base_quantity: int
    base_unit: str
    unit: str
    base_per_unit: int
    linked_item: str | None
    part_of: str | None
    formula: str
    source: str

    @property
    def quantity(self) -> Decimal:
        """The figure in the indicator's own unit, exact."""
        return in_unit(self.base_quantity, self.base_per_unit)


def in_unit(base_quantity: int, base_per_unit: int) -> Decimal:
    """A number of base units in a unit of which `base_per_unit` make one; exact, no float.

    Every factor of the catalogue divides a power of ten or is printed beside its base unit.
    """
    whole, rest = divmod(base_quantity, base_per_unit)
    return Decimal(whole) + Decimal(rest) / Decimal(base_per_unit) if rest else Decimal(whole)


def current_items(sector: str = "", category: str = "") -> list[ItemVersion]:
    """The versions in force of all items that may be asked for, in the order of their codes."""
    found = ItemVersion.objects.filter(
        item__current_id=F("key"), item__withdrawn_by=None
    ).select_related("category", "unit", "base_unit")
    if sector:
        found = found.filter(sector=sector)
    if category:
        found = found.filter(category_id=category)
    return list(found.order_by("item_id"))


def item_history(code: str) -> list[ItemVersion]:
    """All versions of an item, the newest first; empty if there is no such item."""
    versions = ItemVersion.objects.filter(item_id=code).select_related("category", "unit")
    return list(versions.order_by("-version"))


def packs_of(items: list[str] | None = None) -> list[Pack]:
    """Packs that may be chosen, of these items or of all, in the order of their codes."""
    packs = Pack.objects.filter(withdrawn_by=None)
    return list((packs.filter(item_id__in=items) if items is not None else packs).order_by("code"))


def units() -> list[Unit]:
    """All units, in the order of their codes."""
    return list(Unit.objects.order_by("code"))


def codes(name: str) -> list[Code]:
    """The entries of one code list in their order."""
    return list(Code.objects.filter(list=name).order_by("position", "code"))


def figures(state: str = "", indicator: str = "", sector: str = "") -> list[IndicatorFigure]:
    """Derived figures, each labelled with its formula and source."""
    found = Figure.objects.select_related("indicator__unit")
    for name, value in {
        "state": state,
        "indicator_id": indicator,
        "indicator__sector": sector,
    }.items():
        if value:
            found = found.filter(**{name: value})
    return [_figure(row) for row in found.order_by("indicator_id", "state")]


def _figure(row: Figure) -> IndicatorFigure:
    indicator = row.indicator
    return IndicatorFigure(
        indicator=indicator.code,
        label=indicator.label,
        sector=indicator.sector,
        state=row.state,
        base_quantity=row.base_quantity,
        base_unit=indicator.unit.base_id,
        unit=indicator.unit_id,
        base_per_unit=indicator.unit.base_per_unit,
        linked_item=indicator.linked_item_id,
        part_of=indicator.part_of_id,
        formula=indicator.formula,
        source=indicator.source,
    )


def indicators() -> list[Indicator]:
    """All indicators, in the order of their codes."""
    return list(Indicator.objects.select_related("unit").order_by("code"))


@dataclass(frozen=True)
class CatalogueSize:
    """How many items and derived figures there are."""

    items: int
    figures: int
    by_sector: dict[str, int]


def size() -> CatalogueSize:
    """Counts of items and of derived figures by sector."""
    by_sector: dict[str, int] = {}
    for sector in Figure.objects.values_list("indicator__sector", flat=True):
        by_sector[sector] = by_sector.get(sector, 0) + 1
    items = Item.objects.filter(withdrawn_by=None).count()
    return CatalogueSize(items, sum(by_sector.values()), by_sector)
