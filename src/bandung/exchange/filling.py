"""A line as cells of the workbook, so that reading them again gives the same line."""

from datetime import date
from decimal import Decimal

from bandung.catalogue.models import ItemVersion
from bandung.catalogue.queries import item_history
from bandung.exchange.choices import Catalogue, Measure
from bandung.exchange.columns import Language
from bandung.exchange.standing import HeldLine

EXACT_DIGITS = 15  # spreadsheet programs keep no more digits of a number
CellValue = str | int | Decimal | date | None


def line_cells(held: HeldLine, catalogue: Catalogue, language: Language) -> dict[str, CellValue]:
    """What a line says in each column of the workbook: column code -> value."""
    line = held.line
    item = catalogue.items.get(line.item)
    if item is None:  # withdrawn since: its own words stay readable
        item = next(each for each in item_history(line.item) if each.version == line.item_version)
    counted = _measure(catalogue, item, line.unit, line.pack)
    amounts = [each for each in (line.stock, line.monthly_use) if each is not None]
    stock_in = counted if all(_fits(each, counted.base) for each in amounts) else None
    base = _measure(catalogue, item, line.base_unit, None)

    def amount(value: int | None) -> CellValue:
        return None if value is None else _exact(value, (stock_in or base).base)

    def entry(name: str, code: object) -> CellValue:
        return catalogue.choice_of(name, str(code), language) if code else None

    return {
        "item": catalogue.item_choice(item, language),
        "quantity": Decimal(line.quantity),
        "counted_in": counted.label(language),
        "needed_by": line.needed_by,
        "priority": entry("priority", line.priority),
        "severity": entry("severity", line.severity),
        "people_in_need": line.people_in_need,
        "people_targeted": line.people_targeted,
        "stock": amount(line.stock),
        "monthly_use": amount(line.monthly_use),
        "stock_in": None if stock_in else base.label(language),
        "basis": entry("basis", line.basis),
        "confidence": entry("confidence", line.confidence),
        "justification": line.justification,
        "channel": entry("channel", line.channel),
        "channel_reference": line.channel_reference,
        "visibility": entry("visibility", line.visibility),
        "line_id": held.key,
    }


def _measure(
    catalogue: Catalogue, item: ItemVersion, unit: str | None, pack: str | None
) -> Measure:
    """The unit or pack of a line, also one that has been withdrawn since."""
    code = pack or unit
    for measure in catalogue.measures(item):
        if measure.code == code:
            return measure
    return catalogue.withdrawn_pack(str(code))


def _fits(amount: int, base: int) -> bool:
    """Whether an amount of base units can be written exactly, with at most nine decimals."""
    return amount * 10**9 % base == 0


def _exact(amount: int, base: int) -> Decimal:
    scaled = Decimal(amount * 10**9 // base).scaleb(-9)
    return Decimal(int(scaled)) if scaled == int(scaled) else scaled.normalize()
