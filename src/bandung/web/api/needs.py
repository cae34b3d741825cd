"""`/needs`: published lines and their totals."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandung.ledger.act import read_key
from bandung.needs.queries import (
    LineFilter,
    line_view,
    published_lines,
    totals,
    unknown_values,
)
from bandung.web.api.shapes import (
    UNKNOWN,
    WRONG,
    Code,
    Day,
    LineId,
    NotFound,
    PageSize,
    Priority,
    UnknownName,
    Whole,
    answer,
    exercise_note,
    reader_of,
    refuse_unknown,
)

router = Router(tags=["needs"])


class Filters(Schema):
    """Narrows the published lines; what is left out does not narrow."""

    state: Code = ""
    group: Code = ""
    sector: Literal["", "medical", "social", "humanitarian"] = ""
    category: Code = ""
    item: Code = ""
    emergency: Code = ""
    priority: Priority | None = None
    as_of: Day | None = None
    known_at: Whole | None = None
    since: Annotated[
        Whole | None, Field(description="Only lines that changed after this act, ended ones too.")
    ] = None

    def chosen(self) -> LineFilter:
        """The filter as the queries take it."""
        return LineFilter(**{name: getattr(self, name) for name in Filters.model_fields})


class LinesQuery(Filters):
    """A page of lines: `after` is the `next` of the page before."""

    after: LineId | None = None
    limit: PageSize = 100


class Line(Schema):
    """One need, in whole base units, with the acts that prove it; `note` marks an exercise."""

    line_id: str
    submission: int
    act: int
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
    needed_by: Day | None
    priority: int
    severity: int | None
    people_in_need: int | None
    people_targeted: int | None
    basis: str
    confidence: str
    channel: str
    channel_reference: str
    justification: str
    as_of: Day
    status: str
    visibility: str
    note: str


class Lines(Schema):
    """A page of lines; `next` is null on the last; `note` marks an exercise."""

    items: list[Line]
    next: str | None
    note: str


class Total(Schema):
    """What is asked for of one item; disputed lines stand apart."""

    item: str
    item_label: str
    sector: str
    category: str
    kind: str
    base_unit: str
    base_quantity: int
    disputed_quantity: int
    states: int
    lines: int
    disputed_lines: int


class Totals(Schema):
    """Totals per item; nothing is added across items, kinds or units; `note` marks an exercise."""

    items: list[Total]
    note: str


@router.get("/needs", response={200: Lines, **UNKNOWN}, url_name="needs", summary="Published lines")
def needs(request: HttpRequest, query: Query[LinesQuery]) -> HttpResponse:
    """Published lines in the order of their numbers, in pages."""
    refuse_unknown(request, LinesQuery)
    after = read_key(query.after) if query.after else 0
    chosen, note = _chosen(query), exercise_note()
    rows = published_lines(reader_of(request), chosen, after, query.limit + 1)
    page = rows[: query.limit]
    more = page[-1].line_id if len(rows) > query.limit else None
    items = [{**row._asdict(), "note": note} for row in page]
    return answer({"items": items, "next": more, "note": note})


@router.get(
    "/needs/totals", response={200: Totals, **UNKNOWN}, url_name="totals", summary="Totals per item"
)
def needs_totals(request: HttpRequest, query: Query[Filters]) -> HttpResponse:
    """Totals of the lines that `/needs` lists with the same filters."""
    refuse_unknown(request, Filters)
    items = [row._asdict() for row in totals(reader_of(request), _chosen(query))]
    return answer({"items": items, "note": exercise_note()})


@router.get(
    "/needs/{line_id}",
    response={200: Line, 404: NotFound, **WRONG},
    url_name="line",
    summary="One line",
)
def need(request: HttpRequest, line_id: LineId) -> Any:
    """A published line, whatever became of it."""
    refuse_unknown(request, set())
    found = line_view(reader_of(request), read_key(line_id))
    if found is None:
        return Status(404, {"detail": f"There is no published line {line_id}."})
    return answer({**found.line._asdict(), "note": exercise_note()})


def _chosen(query: Filters) -> LineFilter:
    """The filter; refuses a name that nothing has, which would read as “no need”."""
    chosen = query.chosen()
    for name, value in unknown_values(chosen):
        raise UnknownName(name, f"nothing here is called {value!r}")
    return chosen
