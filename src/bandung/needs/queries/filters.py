"""Which lines a question is about: what the reader may see, narrowed by a filter, at two times.

`as_of` is the day a statement holds; `known_at` is an act's number: what the ledger said then.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

from bandung.catalogue.models import LANGUAGES, Category, Item
from bandung.ledger.models import Head
from bandung.movement.access import Reader
from bandung.movement.models import Group, GroupMember, Party, holds_on
from bandung.needs.models import Dispute, Emergency, Line, ScopeSector, Sector, Visibility

PUBLISHED, DISPUTED, SUPERSEDED, WITHDRAWN = "published", "disputed", "superseded", "withdrawn"
IN_FORCE = frozenset({PUBLISHED, DISPUTED})
LINE_STATUSES = IN_FORCE | {SUPERSEDED, WITHDRAWN}


@dataclass(frozen=True)
class LineFilter:
    """Narrows published lines; what is left empty does not narrow.

    `group` counts its members on `as_of`, else on the day of the last act. `since` asks for what
    changed after that act, ended lines included. `status` is a subset of `LINE_STATUSES`; without
    it, lines in force, or with `since` all.
    """

    state: str = ""
    group: str = ""
    sector: str = ""
    category: str = ""
    item: str = ""
    emergency: str = ""
    priority: int | None = None
    as_of: date | None = None
    known_at: int | None = None
    since: int | None = None
    status: frozenset[str] = frozenset()


def unknown_values(chosen: LineFilter) -> list[tuple[str, str]]:
    """The names in the filter that nothing has, such as a misspelt state: (field, value).

    One query for each name that is given.
    """
    tables: dict[str, QuerySet[Any]] = {
        "state": Party.objects.filter(code=chosen.state),
        "group": Group.objects.filter(code=chosen.group),
        "category": Category.objects.filter(code=chosen.category),
        "item": Item.objects.filter(code=chosen.item),
        "emergency": Emergency.objects.filter(code=chosen.emergency),
    }
    given = {name: getattr(chosen, name) for name in (*tables, "sector")}
    wrong = [(name, given[name]) for name in tables if given[name] and not tables[name].exists()]
    if chosen.sector and chosen.sector not in Sector.values:
        wrong.append(("sector", chosen.sector))
    return wrong


def visible_to(reader: Reader, line: str = "", state: str = "scope__state") -> Q:
    """Lines that this reader may read once they are published.

    `line` and `state` are the paths to a line and its state from where the question is asked.
    """
    if reader.is_staff:
        return Q()
    seen = Q(**{f"{line}visibility": Visibility.PUBLIC}) | Q(**{f"{state}__in": reader.states})
    is_shared = Q(**{f"{line}visibility": Visibility.PARTNERS})
    return seen | is_shared if reader.is_partner else seen


def may_see_sealed(reader: Reader, state: str) -> bool:
    """Whether this reader sees what `state` says before its publication, remarks and notes."""
    return reader.is_staff or reader.speaks_for(state)


def lines_of(reader: Reader, chosen: LineFilter) -> QuerySet[Line]:
    """The published lines that the filter chooses and the reader may see, with their `status`."""
    rows: QuerySet[Line] = Line.objects.filter(
        visible_to(reader), _facts(chosen), _published(chosen)
    )
    if chosen.group:
        rows = rows.filter(scope__state__in=_members(chosen))
    if chosen.since is not None:
        rows = rows.filter(_changed(chosen.since, chosen.known_at))
    rows = rows.annotate(status=line_status(chosen))
    statuses = chosen.status or (LINE_STATUSES if chosen.since is not None else IN_FORCE)
    if statuses <= IN_FORCE:
        rows = rows.filter(~_replaced(chosen), ~_withdrawn(chosen))
    if statuses in (IN_FORCE, LINE_STATUSES):
        return rows
    return rows.filter(status__in=statuses)


def line_status(chosen: LineFilter) -> Case:
    """What became of a published line, as a database expression."""
    return Case(
        When(_withdrawn(chosen), then=Value(WITHDRAWN)),
        When(_replaced(chosen), then=Value(SUPERSEDED)),
        When(is_disputed(chosen.known_at), then=Value(DISPUTED)),
        default=Value(PUBLISHED),
        output_field=CharField(max_length=10),
    )


def is_disputed(known_at: int | None = None) -> Exists:
    """Whether a line is marked disputed, or was once act `known_at` had been recorded."""
    marks = Dispute.objects.filter(line=OuterRef("pk"))
    if known_at is None:
        return Exists(marks.filter(lifted_by=None))
    return Exists(marks.filter(Q(lifted_by=None) | Q(lifted_by__gt=known_at), number__lte=known_at))


def label_in_language(prefix: str) -> F | Coalesce:
    """A label in the reader's language, in English where that is empty."""
    language = (get_language() or "en")[:2]
    if language == "en" or language not in LANGUAGES:
        return F(f"{prefix}label_en")
    return Coalesce(NullIf(F(f"{prefix}label_{language}"), Value("")), F(f"{prefix}label_en"))


def _facts(chosen: LineFilter) -> Q:
    columns = {
        "scope__state": chosen.state,
        "scope__sector": chosen.sector,
        "scope__emergency": chosen.emergency,
        "item_version__category": chosen.category,
        "item": chosen.item,
        "priority": chosen.priority,
    }
    return Q(**{column: value for column, value in columns.items() if value not in ("", None)})


def _published(chosen: LineFilter) -> Q:
    published = Q(scope__published_by__isnull=False)
    if chosen.known_at is not None:
        published &= Q(scope__published_by__lte=chosen.known_at)
    if chosen.as_of is not None:
        published &= Q(submission__as_of__lte=chosen.as_of)
    return published


def _withdrawn(chosen: LineFilter) -> Q:
    withdrawn = Q(scope__withdrawn_by__isnull=False)
    if chosen.known_at is not None:
        withdrawn &= Q(scope__withdrawn_by__lte=chosen.known_at)
    return withdrawn


def _replaced(chosen: LineFilter) -> Q:
    """Replaced by a later publication; on a day, only by one that holds on that day already."""
    if chosen.as_of is not None:
        later = ScopeSector.objects.filter(
            state=OuterRef("scope__state"),
            emergency=OuterRef("scope__emergency"),
            sector=OuterRef("scope__sector"),
            published_by__gt=OuterRef("scope__published_by"),
            submission__as_of__lte=chosen.as_of,
        )
        if chosen.known_at is not None:
            later = later.filter(published_by__lte=chosen.known_at)
        return Q(Exists(later))
    replaced = Q(scope__replaced_by__isnull=False)
    if chosen.known_at is not None:
        replaced &= Q(scope__replaced_by__lte=chosen.known_at)
    return replaced


def _changed(since: int, known_at: int | None) -> Q:
    """Published, replaced, withdrawn, disputed or cleared after act `since`, up to `known_at`."""
    until = {"__gt": since} | ({} if known_at is None else {"__lte": known_at})

    def happened(column: str) -> Q:
        return Q(**{f"{column}{bound}": number for bound, number in until.items()})

    marks = Dispute.objects.filter(happened("number") | happened("lifted_by"), line=OuterRef("pk"))
    return (
        happened("scope__published_by")
        | happened("scope__replaced_by")
        | happened("scope__withdrawn_by")
        | Q(Exists(marks))
    )


def _members(chosen: LineFilter) -> QuerySet[GroupMember, dict[str, Any]]:
    day = chosen.as_of
    if day is None:
        last_at = Head.objects.values_list("last_at", flat=True).get(id=1)
        day = last_at.date() if last_at else date.min
    return GroupMember.objects.filter(holds_on(day), group=chosen.group).values("party")
