"""What must hold of a statement's lines, checked in bulk against the catalogue.

Nothing is rounded: a quantity as typed, times its factor, is exactly the base quantity.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from bandung.catalogue.models import Code, Item, Pack, Unit
from bandung.core.refused import Refused
from bandung.ledger.prepared import NOTHING, Prepared, given_each
from bandung.needs.statement import LineBody

FEW = 500  # up to here a list of codes goes into the query; beyond, the whole table is read


class LineRefused(Refused):
    """A line cannot be recorded; `line` is its row number."""

    hint_template = _("Correct that line and send the statement again.")


class LineTwice(LineRefused):
    """Two lines have one row number."""

    code = "line-twice"
    template = _("Two lines have the row number %(line)s.")


class DuplicateLine(LineRefused):
    """Two lines say the same need."""

    code = "duplicate-line"
    template = _("Lines %(first)s and %(line)s ask for the same item, day and priority (%(item)s).")
    hint_template = _("Add them into one line, or give them different days or priorities.")


class UnknownItem(LineRefused):
    """The catalogue has no such item, or it was withdrawn."""

    code = "unknown-item"
    template = _("Line %(line)s: the catalogue offers no item “%(item)s”.")


class StaleItem(LineRefused):
    """The catalogue has changed what the item means."""

    code = "stale-item"
    template = _("Line %(line)s: item %(item)s has meanwhile version %(current)s, not %(seen)s.")
    hint_template = _("Check that the item still means what is needed, then send it again.")


class OutOfScope(LineRefused):
    """The line's sector is not in the scope of the statement, or is said to need nothing."""

    code = "out-of-scope"
    template = _("Line %(line)s: %(item)s belongs to the sector %(sector)s: %(why)s.")
    hint_template = _("Remove the line, or change the sectors of the statement.")


class WrongUnit(LineRefused):
    """The item is not counted in this unit or pack."""

    code = "wrong-unit"
    template = _("Line %(line)s: %(item)s is not counted in “%(unit)s”.")
    hint_template = _("Use a unit with the base unit of the item, or one of its packs.")


class WrongQuantity(LineRefused):
    """The quantity as typed is not the whole number of base units given."""

    code = "wrong-quantity"
    template = _("Line %(line)s: %(quantity)s × %(factor)s is not %(base)s %(unit)s.")


class UnknownChannel(LineRefused):
    """The channel through which it was also requested is not on the list."""

    code = "unknown-channel"
    template = _(
        "Line %(line)s: “%(channel)s” is not a known channel, or its reference is missing."
    )


class UnknownAttachment(LineRefused):
    """The line refers to a document that did not come with it."""

    code = "unknown-attachment"
    template = _("Line %(line)s refers to document %(position)s, which is not attached.")


class EmptySector(Refused):
    """A sector of the scope has neither lines nor a nil report."""

    code = "empty-sector"
    template = _("The statement says nothing about the sector %(sector)s.")
    hint_template = _("Add a line, say that nothing is needed, or leave the sector out.")


class Offered(NamedTuple):
    """What the catalogue now says of an item that may be asked for."""

    version: int
    sector: str
    base_unit: str


@dataclass(frozen=True)
class Offer:
    """The part of the catalogue that a statement's lines rest on."""

    items: dict[str, Offered]
    units: dict[str, tuple[str, int]]  # base unit, base units in one
    packs: dict[str, tuple[str, int]]  # item, base units in one
    channels: frozenset[str]

    @classmethod
    def to(cls, lines: Sequence[LineBody]) -> "Offer":
        """Reads it in four queries or fewer, all sent before the first answer is read."""
        codes = sorted({line.item for line in lines})
        items, units = _items(len(codes)).ask(codes=codes), _UNITS.ask()
        packs = _PACKS.ask() if any(line.pack for line in lines) else NOTHING
        channels = _CHANNELS.ask() if any(line.channel for line in lines) else NOTHING
        return cls(
            items={code: Offered(*rest) for code, *rest in items.rows()},
            units={code: (base, factor) for code, base, factor in units.rows()},
            packs={code: (item, factor) for code, item, factor in packs.rows()},
            channels=frozenset(code for (code,) in channels.rows()),
        )


_UNITS = Prepared(lambda: Unit.objects.order_by().values_list("code", "base", "base_per_unit"))
_PACKS = Prepared(
    lambda: (
        Pack.objects.order_by()
        .filter(withdrawn_by=None)
        .values_list("code", "item", "base_per_pack")
    )
)
_CHANNELS = Prepared(lambda: Code.objects.order_by().filter(list="channel").values_list("code"))


@lru_cache(maxsize=FEW)
def _items(count: int) -> Prepared:
    """The items of so many codes that may be asked for; all of them where that is quicker."""
    rows = Item.objects.order_by().filter(withdrawn_by=None, current__isnull=False)
    if count <= FEW:
        rows = rows.filter(code__in=given_each("codes", CharField(), count))
    return Prepared(
        lambda: rows.values_list(
            "code", "current__version", "current__sector", "current__base_unit"
        )
    )


def check_lines(
    lines: Sequence[LineBody], scope: Collection[str], nil: Collection[str], attached: set[int]
) -> None:
    """Refuses, naming the first line that cannot be recorded, or a sector left without a word."""
    _refuse_twice(lines)
    offer = Offer.to(lines)
    spoken: set[str] = set(nil)
    for line in lines:
        item = _offered(line, offer)
        _refuse_sector(line, item.sector, scope, nil)
        spoken.add(item.sector)
        refuse_quantity(line, _factor(line, item, offer))
        _refuse_references(line, offer, attached)
    for sector in scope:
        if sector not in spoken:
            raise EmptySector(sector=sector)


def _refuse_twice(lines: Sequence[LineBody]) -> None:
    rows: set[int] = set()
    needs: dict[tuple[str, date | None, int], int] = {}
    for line in lines:
        if line.n in rows:
            raise LineTwice(line=line.n)
        rows.add(line.n)
        first = needs.setdefault(line.need, line.n)
        if first != line.n:
            raise DuplicateLine(line=line.n, first=first, item=line.item)


def _offered(line: LineBody, offer: Offer) -> Offered:
    item = offer.items.get(line.item)
    if item is None:
        raise UnknownItem(line=line.n, item=line.item)
    if item.version != line.item_version:
        raise StaleItem(line=line.n, item=line.item, current=item.version, seen=line.item_version)
    return item


def _refuse_sector(
    line: LineBody, sector: str, scope: Collection[str], nil: Collection[str]
) -> None:
    if sector not in scope:
        why = _("not in the scope of this statement")
    elif sector in nil:
        why = _("in which nothing is said to be needed")
    else:
        return
    raise OutOfScope(line=line.n, item=line.item, sector=sector, why=why)


def _factor(line: LineBody, item: Offered, offer: Offer) -> int:
    """Base units in one of what the line was counted in."""
    if (line.unit is None) == (line.pack is None) or line.base_unit != item.base_unit:
        raise WrongUnit(line=line.n, item=line.item, unit=line.pack or line.unit or "")
    if line.pack is not None:
        of, factor = offer.packs.get(line.pack, ("", 0))
        is_fitting = of == line.item
    else:
        of, factor = offer.units.get(line.unit or "", ("", 0))
        is_fitting = of == item.base_unit
    if not is_fitting:
        raise WrongUnit(line=line.n, item=line.item, unit=line.pack or line.unit)
    return factor


def refuse_quantity(line: LineBody, factor: int) -> None:
    """Refuses unless quantity × factor = base quantity exactly, in whole numbers throughout."""
    whole, _stop, decimals = line.quantity.partition(".")
    if int(whole + decimals) * factor != line.base_quantity * 10 ** len(decimals):
        raise WrongQuantity(
            line=line.n,
            quantity=line.quantity,
            factor=factor,
            base=line.base_quantity,
            unit=line.base_unit,
        )


def _refuse_references(line: LineBody, offer: Offer, attached: set[int]) -> None:
    if line.channel and (
        line.channel not in offer.channels
        or (line.channel == "other" and not line.channel_reference.strip())
    ):
        raise UnknownChannel(line=line.n, channel=line.channel)
    for position in line.attachments:
        if position not in attached:
            raise UnknownAttachment(line=line.n, position=position)
