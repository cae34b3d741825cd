"""Words beside the codes and numbers of needs, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandung.catalogue.models import Code, Pack, Unit
from bandung.movement.models import Party
from bandung.needs.models import Emergency, Status
from bandung.needs.queries import LineRow, ReportingStatus

SECTORS: dict[str, Promise] = {
    "medical": _("Medical"),
    "social": _("Social"),
    "humanitarian": _("Humanitarian"),
}
STATUSES: dict[str, Promise] = {
    Status.SUBMITTED: _("waiting for review"),
    Status.RETURNED: _("returned"),
    Status.ACCEPTED: _("accepted, waiting for publication"),
    Status.PUBLISHED: _("published"),
    Status.SUPERSEDED: _("superseded"),
    Status.WITHDRAWN: _("withdrawn"),
    "disputed": _("disputed"),
}
ABSENCES = {
    ReportingStatus.SAID_ZERO: "zero",
    ReportingStatus.SILENT: "silent",
    ReportingStatus.WITHHELD: "withheld",
    ReportingStatus.WITHDRAWN: "withdrawn",
}


def written(number: int | Decimal) -> str:
    """The number with its thousands grouped, exact, in the digits 0 to 9."""
    language = (get_language() or "en")[:2]
    pattern = "#,##0.#########"
    return str(format_decimal(number, pattern, locale=language, decimal_quantization=False))


def percent(change: Fraction) -> str:
    """A change as a percentage with its sign, to one decimal.

    A change too small for that, and a fall that is almost total, have as many decimals as it takes
    not to read as no change or as a total fall.
    """
    places = 1
    while _misreads(change, rounded := round(change * 100 * 10**places), places):
        places += 1
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{written(Decimal(abs(rounded)).scaleb(-places))} %"


def _misreads(change: Fraction, rounded: int, places: int) -> bool:
    """Whether rounding says 0 or −100 % of a change that is neither."""
    return (rounded == 0) != (change == 0) or (rounded == -(10 ** (places + 2))) != (change == -1)


class Words:
    """Labels by code; one question to each table, and only to those that a page needs."""

    @cached_property
    def _units(self) -> dict[str, str]:
        return {row.code: row.label for row in Unit.objects.all()}

    @cached_property
    def _packs(self) -> dict[str, str]:
        return {row.code: row.label for row in Pack.objects.all()}

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {row.key: row.label for row in Code.objects.all()}

    @cached_property
    def _parties(self) -> dict[str, str]:
        return {row.code: row.name for row in Party.objects.all()}

    @cached_property
    def _emergencies(self) -> dict[str, str]:
        return {row.code: row.name for row in Emergency.objects.all()}

    def code(self, name: str, code: object) -> str:
        """An entry of the code list `name`."""
        return self._codes.get(f"{name}/{code}", str(code))

    def party(self, code: str) -> str:
        return self._parties.get(code, code)

    def emergency(self, code: str) -> str:
        return self._emergencies.get(code, code)

    def unit(self, code: str) -> str:
        return self._units.get(code, code)

    def counted_in(self, line: LineRow) -> str:
        """The unit or pack in which a line was typed."""
        if line.pack:
            return self._packs.get(line.pack, line.pack)
        return self.unit(line.unit or line.base_unit)

    def lines(self, rows: Iterable[LineRow]) -> list["WordedLine"]:
        return [WordedLine.of(row, self) for row in rows]


@dataclass(frozen=True)
class WordedLine:
    """A line with the words printed beside its codes; `base` is "" where it was typed in it."""

    row: LineRow
    quantity: str
    counted_in: str
    base: str
    base_unit: str
    priority: str
    basis: str
    visibility: str

    @classmethod
    def of(cls, row: LineRow, words: Words) -> "WordedLine":
        is_base = row.unit == row.base_unit
        return cls(
            row=row,
            quantity=written(Decimal(row.quantity)),
            counted_in=words.counted_in(row),
            base="" if is_base else written(row.base_quantity),
            base_unit=words.unit(row.base_unit),
            priority=words.code("priority", row.priority),
            basis=words.code("basis", row.basis),
            visibility=words.code("visibility", row.visibility),
        )

    @property
    def n(self) -> int:
        """Its row in the submission."""
        return self.row.key & 0xFFFF
