"""Words beside the statuses, changes and lines of submissions, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bandung.needs.lexicon import Lexicon
from bandung.needs.models import Status
from bandung.needs.numbers import written
from bandung.needs.queries import LineRow, ReportingStatus

SECTORS: dict[str, Promise] = {
    "medical": _("Medical"),
    "social": _("Social"),
    "humanitarian": _("Humanitarian"),
}
STATUSES: dict[str, Promise | str] = {
    **{each.value: each.label for each in Status},
    "disputed": _("disputed"),
}
ABSENCES = {
    ReportingStatus.SAID_ZERO: "zero",
    ReportingStatus.SILENT: "silent",
    ReportingStatus.WITHHELD: "withheld",
    ReportingStatus.WITHDRAWN: "withdrawn",
}


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
    def of(cls, row: LineRow, words: Lexicon) -> "WordedLine":
        is_base, typed = row.unit == row.base_unit, words.typed(row)
        return cls(
            row=row,
            quantity=typed.number,
            counted_in=typed.unit,
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


def worded(rows: Iterable[LineRow], words: Lexicon) -> list[WordedLine]:
    """Lines with their words."""
    return [WordedLine.of(row, words) for row in rows]
