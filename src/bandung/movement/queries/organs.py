"""The movement's bodies, chair terms and principles."""

from dataclasses import dataclass
from datetime import date

from bandung.movement.models import Body, ChairTerm, Principle, holds_on
from bandung.movement.queries.names import Named, named


@dataclass(frozen=True)
class BodyRow:
    """A body and its mandate; `established` is a year, a month, a day or "" where not known."""

    code: str
    names: Named
    mandate: str
    established: str
    confidence: str
    note: str
    source: str

    @property
    def name(self) -> str:
        return str(self.names)


@dataclass(frozen=True)
class ChairTermRow:
    """A state's term as chair; `until` is the day of the handover, None while it lasts.

    `planned_until` and `extended_until` are as precise as their source, "" where there is none.
    """

    number: int
    state: str
    names: Named
    since: date
    until: date | None
    planned_until: str
    extended_until: str
    note: str
    source: str
    extended_source: str
    until_source: str

    @property
    def name(self) -> str:
        """The chair's name in the reader's language."""
        return str(self.names)


@dataclass(frozen=True)
class PrincipleRow:
    """One of the ten principles."""

    number: int
    slug: str
    titles: Named
    statements: Named
    source: str

    @property
    def title(self) -> str:
        return str(self.titles)

    @property
    def statement(self) -> str:
        return str(self.statements)


def bodies() -> tuple[BodyRow, ...]:
    """The movement's bodies, by code."""
    return tuple(
        BodyRow(
            row.code,
            named(row),
            row.mandate,
            row.established,
            row.confidence,
            row.note,
            row.source,
        )
        for row in Body.objects.order_by("code")
    )


def chair_terms() -> tuple[ChairTermRow, ...]:
    """All chair terms, the first one first."""
    terms = ChairTerm.objects.select_related("state").order_by("number")
    return tuple(map(_term, terms))


def chair_on(day: date) -> ChairTermRow | None:
    """The term that the day falls in; on the day of a handover, the new chair's."""
    terms = ChairTerm.objects.filter(holds_on(day)).select_related("state")
    row = terms.order_by("number").first()
    return _term(row) if row else None


def principles() -> tuple[PrincipleRow, ...]:
    """The ten principles in their order."""
    return tuple(map(_principle, Principle.objects.order_by("number")))


def _term(row: ChairTerm) -> ChairTermRow:
    return ChairTermRow(
        row.number,
        row.state_id,
        named(row.state),
        row.since,
        row.until,
        row.planned_until,
        row.extended_until,
        row.note,
        row.source,
        row.extended_source,
        row.until_source,
    )


def _principle(row: Principle) -> PrincipleRow:
    titles = Named(row.title_en, row.title_fr, row.title_es, row.title_ar)
    statements = Named(row.statement_en, row.statement_fr, row.statement_es, row.statement_ar)
    return PrincipleRow(row.number, row.slug, titles, statements, row.source)
