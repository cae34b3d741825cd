"""A draft is begun: empty, with what is published, from a returned submission, or with a file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.exchange.choices import Catalogue
from bandung.exchange.filling import line_cells
from bandung.exchange.standing import HeldLine, in_order, sectors_seen, standing
from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.needs.drafts import DraftMoved, drafts_of, new_draft
from bandung.needs.models import Draft, Emergency, Status
from bandung.needs.queries import LineRow, SubmissionView
from bandung.needs.statement import NeedLine
from bandung.sheets.errors import BadText
from bandung.sheets.text import clean_text

TRAP = 3  # as many decimals could be thousands
LINE_BEFORE = "answers"  # in a correction: the line of the returned submission


class NotToBeCorrected(Refused):
    """Only a returned submission is corrected, by its own state."""

    code = "not-to-be-corrected"
    template = _("Submission %(number)s is not waiting for a correction.")
    hint_template = _("Look at it as it is now.")


def begin_empty(
    reader: Reader, state: str, emergency: str, scope: Sequence[str], language: str, now: datetime
) -> Draft:
    """A draft without lines. Refuses, as NotAllowed, who may not begin one."""
    content = _content(state, emergency, scope, now, [])
    return new_draft(reader, state, emergency, now, content, language)


def begin_published(
    reader: Reader, state: str, emergency: str, scope: Sequence[str], language: str, now: datetime
) -> Draft:
    """A draft with the lines in force. Refuses, as NotAllowed, who may not begin one."""
    stands, catalogue = standing(state, emergency, scope, reader), Catalogue()
    lines = [typed_line(held, catalogue) for held in stands.lines]
    content = _content(state, emergency, scope, now, lines, in_order(stands.nil))
    return new_draft(reader, state, emergency, now, content, language)


def begin_correction(
    reader: Reader, returned: SubmissionView, language: str, now: datetime
) -> Draft:
    """A draft with the lines of a returned submission, which it will answer.

    Refuses a submission that is not waiting for one, and who may not begin a draft.
    """
    heading, catalogue = returned.heading, Catalogue()
    if heading.status != Status.RETURNED or heading.corrected_by is not None:
        raise NotToBeCorrected(number=heading.number)
    lines = [_corrected(row, catalogue) for row in returned.lines]
    nil = [each.sector for each in heading.sectors if each.is_nil]
    content = _content(heading.state, heading.emergency, heading.scope, now, lines, nil)
    content |= {"corrects": heading.number, "as_of": heading.as_of.isoformat()}
    return new_draft(reader, heading.state, heading.emergency, now, content, language)


def begin_upload(
    reader: Reader,
    state: Party,
    emergency: Emergency,
    upload: bytes,
    upload_name: str,
    said: Mapping[str, Any],
    language: str,
    now: datetime,
) -> Draft:
    """A draft that keeps an uploaded file; `said` may hold `as_of`, `corrects`, `within`."""
    content = {**said, "seen": sectors_seen(state.code, emergency.code)}
    name = clean_name(upload_name)
    return new_draft(reader, state.code, emergency.code, now, content, language, upload, name)


def replace_upload(
    reader: Reader, draft: Draft, upload: bytes, upload_name: str, as_of: str, now: datetime
) -> None:
    """Puts another file in the place of the draft's. Refuses, as DraftMoved, a draft that moved."""
    seen = sectors_seen(draft.state_id, draft.emergency_id)
    content = {**draft.content, "seen": seen, "as_of": as_of}
    found = drafts_of(reader).filter(pk=draft.pk).values("pk")
    changed = Draft.objects.filter(pk__in=found, saved_at=draft.saved_at).update(
        content=content, upload=upload, upload_name=clean_name(upload_name), saved_at=now
    )
    if not changed:
        raise DraftMoved


def rested(draft: Draft) -> dict[str, Any]:
    """The draft's content, resting on what is published now."""
    return {**draft.content, "seen": sectors_seen(draft.state_id, draft.emergency_id)}


def _content(
    state: str,
    emergency: str,
    scope: Sequence[str],
    now: datetime,
    lines: list[dict[str, str]],
    nil: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "scope": list(in_order(scope)),
        "nil": list(nil),
        "as_of": now.astimezone(UTC).date().isoformat(),
        "lines": lines,
        "seen": sectors_seen(state, emergency),
    }


def _corrected(row: LineRow, catalogue: Catalogue) -> dict[str, str]:
    line = typed_line(HeldLine("", need_line(row), row.sector), catalogue)
    return {**line, LINE_BEFORE: row.line_id}


def need_line(row: LineRow) -> NeedLine:
    """The line of a statement that a row of a list shows."""
    fields = {name: value for name, value in row._asdict().items() if name in NeedLine.model_fields}
    fields |= {"n": row.key & 0xFFFF, "confidence": row.confidence or None}
    return NeedLine.model_validate(fields)


def typed_line(held: HeldLine, catalogue: Catalogue) -> dict[str, str]:
    """A line as if it had been typed: codes for choices, plain numbers, days as in ISO 8601."""
    cells = line_cells(held, catalogue, "en")
    line = held.line
    codes = {
        "item": line.item,
        "counted_in": line.pack or line.unit,
        "stock_in": line.base_unit if cells["stock_in"] else "",
        "priority": line.priority,
        "severity": line.severity,
        "basis": line.basis,
        "confidence": line.confidence,
        "channel": line.channel,
        "visibility": line.visibility,
    }
    typed = {name: _typed(value) for name, value in (cells | codes).items()}
    return {name: text for name, text in typed.items() if text}


def _typed(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:f}"
    return f"{text}0" if len(text.partition(".")[2]) == TRAP else text


def clean_name(name: str, longest: int = 200) -> str:
    """A file's name without folders and without what is invisible."""
    last = name.replace("\\", "/").rpartition("/")[2]
    try:
        return clean_text(last)[0][-longest:].strip() or "file"
    except BadText:
        return "file"
