"""Drafts become statements: what was typed in the form, or the uploaded file that waits in one.

What was typed is laid out as the table of a workbook and read by the same code, so that a number,
a day or a unit means the same on both ways.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import NotAllowed, Refused
from bandung.exchange.columns import COLUMNS, LANGUAGES, Language, word
from bandung.exchange.importing import Problem, Submitted, Understanding, submit_file, understand
from bandung.exchange.importing.asked import Asked
from bandung.exchange.importing.cells import Cells
from bandung.exchange.importing.layout import Layout
from bandung.exchange.importing.personal import Contacts
from bandung.exchange.importing.problems import Problems, Wrong
from bandung.exchange.importing.table import Table
from bandung.exchange.standing import in_order
from bandung.ledger.door import Receipt
from bandung.ledger.models import Entry
from bandung.movement.access import Reader
from bandung.needs.acts import SubmitNeeds
from bandung.needs.models import Draft, DraftDocument
from bandung.needs.statement import AttachmentName, Statement
from bandung.sheets.addresses import column_index
from bandung.sheets.errors import Explained
from bandung.sheets.model import Row, Sheet

FIELDS = tuple(column for column in COLUMNS if column.kind != "row_key")
MOST_LINES = 2_000  # typed by hand; more come in a workbook
AS_OF_ROW, NIL_ROW, HEADER_ROW = -2, -1, 0  # above the table, whose rows are the lines' numbers
AS_OF_CELL = f"B{AS_OF_ROW}"


class NothingNew(Refused):
    """The draft says exactly what is in force."""

    code = "nothing-new"
    template = _("This says exactly what is published now; there is nothing to record.")
    hint_template = _("Change a line, or say as of which day it is confirmed.")


# --- reading a draft ---


def understand_draft(
    reader: Reader,
    draft: Draft,
    language: Language,
    today: date,
    keeps_personal: bool = False,
) -> Understanding:
    """What the draft says and would change, with messages in `language`; records nothing.

    A problem's cell is that of the file, or for the form a column's letters and the line's number
    (`field_of` names the field). Refuses (sheets' Unreadable) an upload that cannot be read.
    """
    if draft.upload is None:
        return _understand_typed(reader, draft, language, today, keeps_personal)
    understood = understand(
        bytes(draft.upload),
        draft.upload_name,
        draft.state,
        draft.emergency,
        reader,
        as_of=_day(draft.content.get("as_of")),
        language=language,
        keep_personal=keeps_personal,
        today=today,
        within=tuple(draft.content.get("within", ())),
    )
    return replace(understood, publication_seen=_seen(draft, understood.scope))


def statement_of(
    draft: Draft, reader: Reader, language: Language, today: date
) -> tuple[Statement | None, tuple[Problem, ...]]:
    """The statement of the draft's good lines (None if it makes none), and every problem."""
    understood = understand_draft(reader, draft, language, today)
    return understood.statement, understood.problems


def _understand_typed(
    reader: Reader, draft: Draft, language: Language, today: date, keeps_personal: bool
) -> Understanding:
    scope = in_order(draft.content.get("scope", ()))
    asked = Asked(
        draft.state, draft.emergency, reader, scope, None, language, keeps_personal, today
    )
    problems = Problems(language)
    table = Table(_layout(draft), asked, _marks(draft), Contacts(), problems)
    understood = table.understand("")
    return replace(
        understood,
        problems=tuple(map(_in_the_form, problems.found)),
        has_personal=any(each.code == "personal-data" for each in problems.found),
        publication_seen=_seen(draft, understood.scope),
    )


def _layout(draft: Draft) -> Layout:
    """The draft as the table of a sheet: a line's number is its row, above it day and nil."""
    reads = reading_language(draft)
    content = draft.content
    above = (
        Row(AS_OF_ROW, (word("head.as_of", reads), content.get("as_of") or None)),
        Row(NIL_ROW, (word("head.nil", reads), ", ".join(content.get("nil", ())) or None)),
    )
    lines = (
        Row(number, tuple(line.get(column.code) or None for column in COLUMNS))
        for number, line in enumerate(content.get("lines", ()), start=1)
    )
    sheet = Sheet("", "visible", (*above, *lines))
    return Layout(sheet, HEADER_ROW, HEADER_ROW, reads, dict(enumerate(COLUMNS)), {})


def reading_language(draft: Draft) -> Language:
    """The language whose way of writing numbers the draft was begun in."""
    return next((each for each in LANGUAGES if each == draft.language), "en")


def _marks(draft: Draft) -> dict[str, str]:
    """On which publication the draft rests, as a workbook's hidden sheet says it."""
    seen = ",".join(f"{sector}={act}" for sector, act in draft.content.get("seen", {}).items())
    return {"state": draft.state_id, "emergency": draft.emergency_id, "publication_seen": seen}


def _seen(draft: Draft, scope: Sequence[str]) -> int:
    """The last act on the publications in `scope` when the draft was begun."""
    seen = draft.content.get("seen", {})
    return max((seen.get(sector, 0) for sector in scope), default=0)


FORM_WORDS = {
    "sector-without-lines": _("Add a line, or say above that nothing is needed there."),
    "nil-with-lines": _("Remove its lines, or say above that there are needs."),
    "outside-scope": _("Remove the line, or make its sector part of the statement."),
    "no-lines": _("Add a line, or say above that nothing is needed."),
    "replaced": _("Compare with what is published now, then rest the draft on it."),
}


def _in_the_form(problem: Problem) -> Problem:
    """The same problem with the form's way of mending it."""
    hint = FORM_WORDS.get(problem.code)
    return problem if hint is None else replace(problem, hint=str(hint))


def field_of(problem: Problem) -> str:
    """The field of the form at which a problem stands; empty for the whole statement."""
    if problem.cell == AS_OF_CELL:
        return "as_of"
    if problem.row is None:
        return ""
    letters = problem.cell.rstrip("0123456789")
    return COLUMNS[column_index(letters)].code


def effect_of(line: Mapping[str, str], cells: Cells) -> tuple[int, str] | None:
    """What the typed quantity comes to in base units, and their label; None if unreadable."""
    try:
        item = cells.item(line.get("item"))
        measure = cells.measure(line.get("counted_in"), item)
        base = cells.in_base_units(cells.number(line.get("quantity")), measure, item)
    except (Wrong, Explained):
        return None
    return base, cells.catalogue.base_label(item, cells.language)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


# --- submitting it ---


def submit_draft(
    reader: Reader,
    draft: Draft,
    now: datetime,
    keeps_personal: bool = False,
    in_part: bool = False,
) -> Receipt:
    """Submits the draft under its state's own mandate, once, and removes it.

    `in_part` takes the good rows of an upload only. Refuses a draft with problems, one that says
    what is in force already, all but the state's focal point; and as `SubmitNeeds` does.
    """
    language = reading_language(draft)
    understood = understand_draft(
        reader, draft, language, now.astimezone(UTC).date(), keeps_personal
    )
    chosen = understood.partial() if in_part and understood.errors else understood
    receipt = submit_understood(reader, draft, chosen, now).receipt
    if receipt is None:
        raise NothingNew
    return receipt


def submit_understood(
    reader: Reader, draft: Draft, understood: Understanding, now: datetime
) -> Submitted:
    """The same for what `understand_draft` has read; without receipt if nothing is new."""
    submitted = submit_file(
        understood,
        _mandate(reader, draft, understood.scope),
        bytes(draft.upload or b""),
        key=draft.submit_key,
        corrects=draft.content.get("corrects"),
        attachments=_attachments(draft),
        via="form" if draft.upload is None else "workbook",
        now=now,
    )
    if submitted.receipt is not None:  # what was typed meanwhile stays
        Draft.objects.filter(pk=draft.pk, saved_at=draft.saved_at).delete()
    return submitted


def _mandate(reader: Reader, draft: Draft, scope: Sequence[str]) -> Any:
    """The focal point's mandate that covers the scope, else any of them: the act says why not."""
    state = draft.state_id
    mandate = reader.mandate_for("focal_point", state, scope) or reader.mandate_for(
        "focal_point", state
    )
    if mandate is None:
        raise NotAllowed(reason=_("only the state's own focal point may say this"))
    return mandate


def _attachments(draft: Draft) -> list[tuple[AttachmentName, bytes]]:
    return [
        (
            AttachmentName(
                position=position,
                name=each.name,
                media_type=each.media_type,
                size=len(each.content),
            ),
            bytes(each.content),
        )
        for position, each in enumerate(DraftDocument.objects.filter(draft=draft), start=1)
    ]


def submission_under(reader: Reader, key: str) -> int | None:
    """The submission that this reader made under a draft's key, None if there is none."""
    mandates = [each.code for each in reader.mandates]
    found = Entry.objects.filter(mandate__in=mandates, verb=SubmitNeeds.verb, key=key)
    number: int | None = found.values_list("number", flat=True).first() if key else None
    return number
