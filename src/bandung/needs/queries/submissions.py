"""Submissions: one with all that a reader may see of it, and those that wait for the reader."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Max, PositiveBigIntegerField, Q, QuerySet, Value

from bandung.ledger.act import print_key
from bandung.ledger.models import Touch
from bandung.ledger.prepared import Given, Prepared
from bandung.ledger.queries import (
    GREATEST,
    EntryView,
    acts_touching,
    content_of,
    entry_view,
)
from bandung.movement.access import Reader
from bandung.movement.queries import states_of_person
from bandung.needs.drafts import drafts_of
from bandung.needs.models import (
    MOVES,
    Attachment,
    Dispute,
    Draft,
    Line,
    Remark,
    ScopeSector,
    Status,
    Submission,
)
from bandung.needs.queries.filters import LineFilter, line_status, may_see_sealed, visible_to
from bandung.needs.queries.lines import LineRow, line_rows


class SectorRow(NamedTuple):
    """One sector of a submission and what became of its publication."""

    sector: str
    is_nil: bool
    published_by: int | None
    replaced_by: int | None
    withdrawn_by: int | None

    @property
    def is_in_force(self) -> bool:
        return self.published_by is not None and not (self.replaced_by or self.withdrawn_by)


@dataclass(frozen=True)
class SubmissionRow:
    """A submission's heading, and what this reader may do with it.

    `lines` counts those this reader may see. `corrected_by` is the submission that answers a
    returned one. `based_on` is the last act on it, which the next decision names. `moves` are
    names of MOVES, and "correct" for a returned one that its state has not answered.
    """

    number: int
    state: str
    emergency: str
    as_of: date
    status: Status
    submitted_at: datetime
    corrects: int | None
    corrected_by: int | None
    accepted_by: int | None
    returned_by: int | None
    published_by: int | None
    published_at: datetime | None
    withdrawn_by: int | None
    sectors: tuple[SectorRow, ...]
    lines: int
    based_on: int
    moves: frozenset[str]

    @property
    def scope(self) -> tuple[str, ...]:
        return tuple(each.sector for each in self.sectors)


class RemarkRow(NamedTuple):
    """Why it was returned; `line_id` is "" for a remark on the whole."""

    line_id: str
    reason: str
    note: str


class AttachmentRow(NamedTuple):
    """A supporting document; its bytes are block `attachment1` of the submission's act."""

    position: int
    name: str
    media_type: str
    size: int


class DisputeRow(NamedTuple):
    """A mark on a line with its notes."""

    line_id: str
    act: int
    note: str
    lifted_by: int | None
    lift_note: str


@dataclass(frozen=True)
class SubmissionView:
    """A submission as this reader may see it.

    `hidden_lines` counts, by sector, the lines not shown to this reader. Remarks, attachments,
    the file's name and the notes of disputes are for its state and the staff; others get none.
    """

    heading: SubmissionRow
    lines: tuple[LineRow, ...]
    hidden_lines: Mapping[str, int]
    remarks: tuple[RemarkRow, ...]
    attachments: tuple[AttachmentRow, ...]
    disputes: tuple[DisputeRow, ...]
    via: str
    file_name: str
    timeline: tuple[EntryView, ...]


@dataclass(frozen=True)
class ReceiptView:
    """What the receipt of a submission prints; `act` is the one that submitted it."""

    heading: SubmissionRow
    file_name: str
    act: EntryView


@dataclass(frozen=True)
class Queue:
    """What waits: for the reader's state (drafts, returned ones, ones that others look at), for
    this reader's review, for publication by this reader; the oldest first."""

    drafts: tuple[Draft, ...]
    returned: tuple[SubmissionRow, ...]
    waiting: tuple[SubmissionRow, ...]
    to_review: tuple[SubmissionRow, ...]
    to_publish: tuple[SubmissionRow, ...]


def publication_number(state: str, emergency: str, scope: Iterable[str]) -> int:
    """The last act on what `state` has published in these sectors, 0 if it never has.

    A statement prepared now names it as `publication_seen`.
    """
    return max(ScopeSector.objects.of(state, emergency, scope).publication_acts(), default=0)


def submission_rows(
    reader: Reader, now: datetime, chosen: Q | None = None
) -> tuple[SubmissionRow, ...]:
    """Headings of the chosen submissions that this reader may see, newest first; `now` decides
    what the reader may do. Constant queries."""
    found = Submission.objects.with_status().filter(chosen or Q(), _known_to(reader))
    rows = list(found.prefetch_related("scope").order_by("-number"))
    lines, touched, corrections = _lines_of(reader, rows), _last_touches(rows), _corrections(rows)
    barred = states_of_person(reader.person, now) if reader.is_staff else frozenset()
    return tuple(
        _row(
            row,
            reader,
            lines.get(row.number, 0),
            touched.get(row.subject, row.number),
            corrections.get(row.number),
            row.state_id in barred,
        )
        for row in rows
    )


_STATE = Prepared(
    lambda: (
        Submission.objects.order_by()
        .filter(number=Given("number", PositiveBigIntegerField()))
        .values_list("state")
    )
)


def is_open_to(reader: Reader, number: int) -> bool:
    """Whether there is such a submission and this reader sees all of it, as its state and the
    staff do. One query: a page asks this before it reads anything else."""
    found = _STATE.first(number=number) if number <= GREATEST else None
    return found is not None and may_see_sealed(reader, found[0])


def submission_heading(reader: Reader, number: int, now: datetime) -> SubmissionRow | None:
    """A submission's heading; None if there is none that this reader may see."""
    return next(iter(submission_rows(reader, now, Q(number=number))), None)


def submission_line(reader: Reader, heading: SubmissionRow, row: int) -> LineRow | None:
    """Line `row` of a submission; None if there is none that this reader may see."""
    if row > 0xFFFF:
        return None
    return next(iter(_lines(reader, heading, Q(key=heading.number << 16 | row))), None)


def remarks_on(reader: Reader, number: int) -> tuple[RemarkRow, ...]:
    """Why a submission was returned, for its state and the staff; others get none."""
    return _remarks(number) if is_open_to(reader, number) else ()


def document_type(number: int, position: int) -> str | None:
    """The media type of a supporting document; None if there is no such document."""
    found = Attachment.objects.filter(submission=number, position=position)
    return found.values_list("media_type", flat=True).first()


def receipt_view(reader: Reader, number: int, now: datetime) -> ReceiptView | None:
    """A submission's receipt, for its state and the staff; None for all others."""
    heading = submission_heading(reader, number, now) if is_open_to(reader, number) else None
    if heading is None:
        return None
    act = entry_view(number, lambda party: may_see_sealed(reader, party))
    return ReceiptView(heading, _source(number).get("file_name", ""), act)


def submission_view(reader: Reader, number: int, now: datetime) -> SubmissionView | None:
    """A submission; None if there is none that this reader may see. Constant queries."""
    heading = submission_heading(reader, number, now)
    if heading is None:
        return None
    is_inside = may_see_sealed(reader, heading.state)
    source = _source(number) if is_inside else {}
    return SubmissionView(
        heading=heading,
        lines=tuple(_lines(reader, heading)),
        hidden_lines={} if is_inside else _hidden_lines(reader, number),
        remarks=_remarks(number) if is_inside else (),
        attachments=_attachments(number, source) if is_inside else (),
        disputes=_disputes(number) if is_inside else (),
        via=source.get("via", ""),
        file_name=source.get("file_name", ""),
        timeline=_timeline(reader, number),
    )


def queue(reader: Reader, now: datetime) -> Queue:
    """The reader's desk. Constant queries, for any number of submissions."""
    undecided = Q(withdrawn_by=None, published_by=None)
    rows = submission_rows(reader, now, undecided)[::-1]
    own = [row for row in rows if reader.speaks_for(row.state)]
    return Queue(
        drafts=tuple(drafts_of(reader))[::-1],
        returned=tuple(
            row for row in own if row.status == Status.RETURNED and row.corrected_by is None
        ),
        waiting=tuple(row for row in own if row.status in (Status.SUBMITTED, Status.ACCEPTED)),
        to_review=tuple(row for row in rows if "accept" in row.moves),
        to_publish=tuple(row for row in rows if "publish" in row.moves),
    )


def _known_to(reader: Reader) -> Q:
    """Published ones for all; the others for their state and the staff."""
    if reader.is_staff:
        return Q()
    return Q(published_by__isnull=False) | Q(state__in=reader.states)


def _lines_of(reader: Reader, rows: Sequence[Submission]) -> dict[int, int]:
    """How many lines of each submission this reader may see."""
    lines = Line.objects.filter(visible_to(reader), submission__in=[row.number for row in rows])
    counted = lines.values("submission").annotate(count=Count("key"))
    return dict(counted.values_list("submission", "count"))


def _last_touches(rows: Sequence[Submission]) -> dict[str, int]:
    touches = Touch.objects.filter(subject__in=[row.subject for row in rows])
    return dict(
        touches.values("subject").annotate(last=Max("number")).values_list("subject", "last")
    )


def _corrections(rows: Sequence[Submission]) -> dict[int, int]:
    """The submission that answers each returned one, unless it was withdrawn."""
    returned = [row.number for row in rows if row.returned_by]
    found = Submission.objects.filter(corrects__in=returned, withdrawn_by=None).order_by("number")
    return dict(found.values_list("corrects_id", "number"))


def _row(
    row: Submission,
    reader: Reader,
    lines: int,
    based_on: int,
    corrected_by: int | None,
    is_barred: bool,
) -> SubmissionRow:
    sectors = tuple(
        SectorRow(each.sector, each.is_nil, each.published_by, each.replaced_by, each.withdrawn_by)
        for each in row.scope.all()
    )
    is_inside = may_see_sealed(reader, row.state_id)
    return SubmissionRow(
        number=row.number,
        state=row.state_id,
        emergency=row.emergency_id,
        as_of=row.as_of,
        status=Status(row.status),
        submitted_at=row.submitted_at,
        corrects=row.corrects_id if is_inside else None,
        corrected_by=corrected_by if is_inside else None,
        accepted_by=row.accepted_by if is_inside else None,
        returned_by=row.returned_by,
        published_by=row.published_by,
        published_at=row.published_at,
        withdrawn_by=row.withdrawn_by,
        sectors=sectors,
        lines=lines,
        based_on=based_on,
        moves=_moves(row, reader, sectors, corrected_by, is_barred),
    )


def _moves(
    row: Submission,
    reader: Reader,
    sectors: Sequence[SectorRow],
    corrected_by: int | None,
    is_barred: bool,
) -> frozenset[str]:
    """What this reader may do; each act's own rules have the last word."""
    legal = {move for move, statuses in MOVES.items() if row.status in statuses}
    is_returned = row.status == Status.RETURNED and corrected_by is None
    scope = [each.sector for each in sectors]
    mine: set[str] = set()
    if reader.mandate_for("focal_point", row.state_id, scope):
        mine |= {"withdraw", "dispute"} | ({"correct"} if is_returned else set())
    if reader.may_review and not is_barred and reader.person != row.submitter:
        mine |= {"accept", "return"}
    if reader.may_publish:
        mine.add("dispute")
        if not is_barred and reader.person not in (row.submitter, row.reviewer):
            mine.add("publish")
    return frozenset(mine & (legal | {"correct"}))


def _lines(reader: Reader, heading: SubmissionRow, chosen: Q | None = None) -> list[LineRow]:
    seen = visible_to(reader) & (chosen or Q())
    lines = Line.objects.filter(seen, submission=heading.number).order_by("key")
    if heading.published_by is not None:
        return line_rows(lines.annotate(status=line_status(LineFilter())))
    status = Value(str(heading.status), output_field=CharField())
    return line_rows(lines.annotate(status=status))


def _hidden_lines(reader: Reader, number: int) -> dict[str, int]:
    hidden = Line.objects.filter(submission=number).exclude(
        key__in=Line.objects.filter(visible_to(reader), submission=number).values("key")
    )
    counts: QuerySet[Line, tuple[str, int]] = (
        hidden.values("scope__sector")
        .annotate(count=Count("key"))
        .order_by("scope__sector")
        .values_list("scope__sector", "count")
    )
    return dict(counts)


def _source(number: int) -> dict[str, Any]:
    """How it came: by which way, under which file's name, with which documents."""
    source: dict[str, Any] = json.loads(content_of(number, "source"))
    return source


def _remarks(number: int) -> tuple[RemarkRow, ...]:
    rows = Remark.objects.filter(submission=number).order_by("key")
    return tuple(
        RemarkRow(print_key(line) if line else "", reason, note)
        for line, reason, note in rows.values_list("line_id", "reason", "note")
    )


def _attachments(
    number: int, source: Mapping[str, list[dict[str, str]]]
) -> tuple[AttachmentRow, ...]:
    names = {each["position"]: each["name"] for each in source["attachments"]}
    rows = Attachment.objects.filter(submission=number).order_by("key")
    return tuple(
        AttachmentRow(position, names[position], media_type, size)
        for position, media_type, size in rows.values_list("position", "media_type", "size")
    )


def _disputes(number: int) -> tuple[DisputeRow, ...]:
    rows = Dispute.objects.filter(line__submission=number).order_by("number")
    return tuple(
        DisputeRow(print_key(line), *rest)
        for line, *rest in rows.values_list("line_id", "number", "note", "lifted_by", "lift_note")
    )


def _timeline(reader: Reader, number: int) -> tuple[EntryView, ...]:
    """The submission's own act, then the acts on it that this reader may read."""

    def sees(party: str) -> bool:
        return may_see_sealed(reader, party)

    return (entry_view(number, sees), *acts_touching(f"needs.submission/{number}", sees))
