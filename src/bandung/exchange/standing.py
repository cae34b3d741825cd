"""What stands now: a state's publication in force, sector by sector, and its lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from bandung.movement.access import Reader
from bandung.needs.models import ScopeSector, Sector, Submission
from bandung.needs.queries import LineFilter, LineRow, published_lines
from bandung.needs.statement import NeedLine

SECTORS: tuple[str, ...] = tuple(Sector.values)


@dataclass(frozen=True)
class HeldLine:
    """A line in force, with the key under which a workbook knows it (`345.12`)."""

    key: str
    line: NeedLine
    sector: str


@dataclass(frozen=True)
class Standing:
    """What a state's publications say in a scope; `seen` is the last act that touched a sector."""

    seen: dict[str, int]
    in_force: frozenset[str]
    nil: frozenset[str]
    as_of: frozenset[str]
    lines: tuple[HeldLine, ...]

    @property
    def publication_seen(self) -> int:
        """The last act that published, replaced or withdrew anything in the scope; 0 if none."""
        return max(self.seen.values(), default=0)


def in_order(sectors: Iterable[str]) -> tuple[str, ...]:
    """Sectors in their usual order, each once."""
    wanted = set(sectors)
    return tuple(sector for sector in SECTORS if sector in wanted)


def sectors_seen(state: str, emergency: str) -> dict[str, int]:
    """For each sector, the last act that published, replaced or withdrew it; 0 if none."""
    seen = dict.fromkeys(SECTORS, 0)
    rows = ScopeSector.objects.filter(state=state, emergency=emergency)
    for row in rows.values_list("sector", "published_by", "replaced_by", "withdrawn_by"):
        seen[row[0]] = max(seen[row[0]], *(number or 0 for number in row[1:]))
    return seen


def sectors_in_force(state: str, emergency: str) -> frozenset[str]:
    """The sectors in which the state has a publication in force."""
    rows = _in_force(state, emergency).values_list("sector", flat=True)
    return frozenset(rows)


def _in_force(state: str, emergency: str) -> QuerySet[ScopeSector]:
    return ScopeSector.objects.filter(
        state=state,
        emergency=emergency,
        published_by__isnull=False,
        replaced_by=None,
        withdrawn_by=None,
    )


def last_ended(state: str, emergency: str, scope: Iterable[str]) -> int:
    """The last act that returned or withdrew a submission touching the scope; 0 if none."""
    found = Submission.objects.filter(
        state=state, emergency=emergency, scope__sector__in=list(scope)
    ).values_list("returned_by", "withdrawn_by")
    return max((number or 0 for row in found for number in row), default=0)


def standing(state: str, emergency: str, scope: Iterable[str], reader: Reader) -> Standing:
    """What is in force in `scope`, as far as `reader` may see it."""
    wanted = in_order(scope)
    in_force = _in_force(state, emergency).filter(sector__in=wanted).select_related("submission")
    scopes = list(in_force)
    every = sectors_seen(state, emergency)
    chosen = LineFilter(state=state, emergency=emergency)
    return Standing(
        seen={sector: every[sector] for sector in wanted},
        in_force=frozenset(row.sector for row in scopes),
        nil=frozenset(row.sector for row in scopes if row.is_nil),
        as_of=frozenset(row.submission.as_of.isoformat() for row in scopes),
        lines=tuple(
            _held(row)
            for row in published_lines(reader, chosen, limit=None)
            if row.sector in wanted
        ),
    )


def _held(row: LineRow) -> HeldLine:
    fields = {name: value for name, value in row._asdict().items() if name in NeedLine.model_fields}
    fields |= {"n": row.key & 0xFFFF, "confidence": row.confidence or None}
    return HeldLine(row.line_id, NeedLine.model_validate(fields), row.sector)
