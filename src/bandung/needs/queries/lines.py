"""Lines as every surface shows them: one dictionary of columns for page, export and API."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bandung.ledger.act import print_key, read_key
from bandung.ledger.queries import EntryView, acts_touching_any
from bandung.movement.access import Reader
from bandung.needs.models import Line
from bandung.needs.queries.filters import (
    LINE_STATUSES,
    LineFilter,
    label_in_language,
    lines_of,
    may_see_sealed,
)


class LineRow(NamedTuple):
    """One need with all that must be printed beside it; quantities are whole base units."""

    line_id: str
    submission: int
    act: int | None
    state: str
    emergency: str
    sector: str
    item: str
    item_version: int
    item_label: str
    kind: str
    quantity: str
    unit: str | None
    pack: str | None
    base_quantity: int
    base_unit: str
    stock: int | None
    monthly_use: int | None
    needed_by: date | None
    priority: int
    severity: int | None
    people_in_need: int | None
    people_targeted: int | None
    basis: str
    confidence: str
    channel: str
    channel_reference: str
    justification: str
    as_of: date
    status: str
    visibility: str

    @property
    def key(self) -> int:
        """The line's key, by which pages of a list follow each other."""
        return read_key(self.line_id)


LINE_COLUMNS: dict[str, Promise] = {
    "line_id": _("Number of the line: the submitting act and its row, such as 345.12"),
    "submission": _("Number of the submission, that of the act that submitted it"),
    "act": _("Number of the act that published it"),
    "state": _("State, ISO 3166-1 alpha-3"),
    "emergency": _("Emergency"),
    "sector": _("Sector"),
    "item": _("Item of the catalogue"),
    "item_version": _("Version of the item when it was asked for"),
    "item_label": _("What the item is"),
    "kind": _("Goods, services, people or money; never added to each other"),
    "quantity": _("Quantity as typed, in the unit or pack"),
    "unit": _("Unit in which it was counted"),
    "pack": _("Pack in which it was counted"),
    "base_quantity": _("Quantity as a whole number of base units"),
    "base_unit": _("Base unit of the item"),
    "stock": _("Stock on hand, in base units"),
    "monthly_use": _("Use a month, in base units"),
    "needed_by": _("Day by which it is needed"),
    "priority": _("Priority, 1 the most urgent"),
    "severity": _("Severity, 5 the gravest"),
    "people_in_need": _("People in need"),
    "people_targeted": _("People this is meant for"),
    "basis": _("Measured, estimated or modelled"),
    "confidence": _("Confidence of the state in the figure"),
    "channel": _("Where it was also requested"),
    "channel_reference": _("Reference of that request"),
    "justification": _("Why it is needed"),
    "as_of": _("Day as of which the state says it"),
    "status": _("Published, disputed, superseded or withdrawn"),
    "visibility": _("Who may read it once published"),
}

_PATHS = (
    "key",
    "submission_id",
    "scope__published_by",
    "scope__state",
    "scope__emergency",
    "scope__sector",
    "item_id",
    "item_version__version",
    "label",
    "item_version__kind",
    "quantity",
    "unit_id",
    "pack_id",
    "base_quantity",
    "item_version__base_unit_id",
    "stock",
    "monthly_use",
    "needed_by",
    "priority",
    "severity",
    "people_in_need",
    "people_targeted",
    "basis",
    "confidence",
    "channel",
    "channel_reference",
    "justification",
    "submission__as_of",
    "status",
    "visibility",
)


def line_rows(lines: QuerySet[Line]) -> list[LineRow]:
    """The rows of lines that carry a `status`, in one query, in the reader's language."""
    labelled = lines.annotate(label=label_in_language("item_version__"))
    return [LineRow(print_key(key), *rest) for key, *rest in labelled.values_list(*_PATHS)]


def published_lines(
    reader: Reader,
    chosen: LineFilter = LineFilter(),  # noqa: B008 (frozen)
    after_key: int = 0,
    limit: int | None = 100,
) -> list[LineRow]:
    """The next lines after `after_key` in the order of their keys; `limit` None for all.

    One query, two with a group.
    """
    lines = lines_of(reader, chosen).filter(key__gt=after_key).order_by("key")
    return line_rows(lines if limit is None else lines[:limit])


def changes_since(
    reader: Reader, act: int, after_key: int = 0, limit: int | None = 100
) -> list[LineRow]:
    """Lines that appeared, ended, were disputed or cleared after act `act`, as they are now."""
    return published_lines(reader, LineFilter(since=act), after_key, limit)


@dataclass(frozen=True)
class LineView:
    """A published line and the acts on it that the reader may read, oldest first."""

    line: LineRow
    acts: tuple[EntryView, ...]


def line_view(reader: Reader, key: int) -> LineView | None:
    """A published line, ended or not; None if there is none that this reader may see."""
    lines = lines_of(reader, LineFilter(status=LINE_STATUSES)).filter(key=key)
    found = line_rows(lines)
    if not found:
        return None
    line = found[0]

    def sees(party: str) -> bool:
        return may_see_sealed(reader, party)

    subjects = f"needs.submission/{line.submission}", f"needs.line/{line.line_id}"
    return LineView(line, acts_touching_any(subjects, sees))
