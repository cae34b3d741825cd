"""The desk, a submission with its moves and its receipt, the review, and what came as files."""

from collections.abc import Mapping
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandung.core.addresses import post_only
from bandung.core.refused import Refused
from bandung.ledger.act import Act, Mandate
from bandung.ledger.door import Receipt, record
from bandung.ledger.queries import NoSuchAct, content_of
from bandung.needs.acts import (
    AcceptSubmission,
    DisputeLine,
    LiftDispute,
    PublishNeeds,
    ReturnSubmission,
    WithdrawPublication,
    WithdrawSubmission,
    note_block,
)
from bandung.needs.drafts import new_key
from bandung.needs.forms import MoveForm, NoteForm, ReviewForm, WithdrawForm
from bandung.needs.lexicon import Lexicon
from bandung.needs.models import Emergency, Status
from bandung.needs.numbers import written
from bandung.needs.queries import (
    LineRow,
    RemarkRow,
    SubmissionRow,
    SubmissionView,
    document_type,
    is_open_to,
    queue,
    receipt_view,
    reporting,
    submission_heading,
    submission_line,
    submission_view,
)
from bandung.needs.queries.comparison import ComparedLine, compare_submission
from bandung.needs.refusals import http_status
from bandung.needs.words import WordedLine, percent, worded

form_page = require_http_methods(["GET", "HEAD", "POST"])
MOST_REVIEWED = 300  # lines with fields for a remark of their own on one page
KNOWN_TYPES = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/csv": "csv",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNKNOWN_TYPE = "application/octet-stream"


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, by mandate."""
    now, reader = timezone.now(), request.reader
    emergencies = Emergency.objects.filter(closed_on=None).order_by("code")
    stands = [
        (state, reporting(reader, now, state=state)) for state in sorted(reader.states)
    ]  # a person speaks for one state, rarely for two
    shown = {
        "queue": queue(reader, now),
        "words": Lexicon(),
        "emergencies": emergencies,
        "stands": stands,
        "is_focal_point": any(each.function == "focal_point" for each in reader.mandates),
    }
    return render(request, "needs/desk.html", shown)


@require_safe
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """A submission, for its state and the staff."""
    return _submission_page(request, _view(request, number))


@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt of a submission: number, time, fingerprint; to be printed and kept."""
    view = receipt_view(request.reader, number, timezone.now())
    if view is None:
        raise Http404
    left_out = request.session.get("left_out", {}).get(str(number), [])
    shown = {"view": view, "act": view.act, "left_out": left_out, "words": Lexicon()}
    return render(request, "needs/receipt.html", shown)


@post_only
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """The secretariat publishes an accepted submission."""
    _refuse_outsiders(request, number)
    mandate = _mandate(request, "secretariat")
    form = MoveForm(request.POST)
    if form.is_valid():
        act = PublishNeeds.of(number, form.cleaned_data["based_on"])
        if _said(form, act, mandate):
            messages.success(request, _("Submission %(number)s is published.") % {"number": number})
            return redirect("submission", number)
    return _submission_page(request, _as_it_is_now(request, number, form), {"publish_form": form})


@post_only
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """The state withdraws a submission, or its publication in some sectors."""
    heading = _heading(request, number)
    mandate = _mandate(request, "focal_point", heading.state)
    form = WithdrawForm(request.POST, sectors=_in_force(heading))
    if form.is_valid():
        based_on = form.cleaned_data["based_on"]
        act: Act = WithdrawSubmission.of(number, based_on)
        if heading.published_by is not None:
            sectors = tuple(form.cleaned_data.get("sectors", heading.scope))
            act = WithdrawPublication.of(number, sectors, based_on)
        if _said(form, act, mandate):
            messages.success(request, _("The withdrawal is recorded."))
            return redirect("submission", number)
    return _submission_page(request, _as_it_is_now(request, number, form), {"withdraw_form": form})


@form_page
def mark(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """A published line is marked disputed, or the mark is lifted; both with a note."""
    heading = _heading(request, number)
    line = _line(request, heading, row)
    if "dispute" not in heading.moves:
        raise PermissionDenied
    form = NoteForm.fresh(heading.based_on)
    if request.method == "POST":
        form = NoteForm(request.POST)
        if form.is_valid() and _marked(request, form, line, line.status == "disputed"):
            return redirect("submission", number)
        heading = _heading(request, number)
        _rest_on(form, heading)
        line = _line(request, heading, row)
    worded, is_marked = WordedLine.of(line, Lexicon()), line.status == "disputed"
    shown = {"heading": heading, "line": worded, "form": form, "is_marked": is_marked}
    return render(request, "needs/mark.html", shown, status=_status(form))


def _line(request: HttpRequest, heading: SubmissionRow, row: int) -> LineRow:
    line = submission_line(request.reader, heading, row)
    if line is None:
        raise Http404
    return line


def _marked(request: HttpRequest, form: NoteForm, line: LineRow, is_marked: bool) -> bool:
    reader = request.reader
    mandate = reader.mandate_for("focal_point", line.state, [line.sector]) or reader.mandate_for(
        "secretariat"
    )
    kind = LiftDispute if is_marked else DisputeLine
    act = kind.of(line.key, form.cleaned_data["based_on"])
    receipt = _said(form, act, mandate, note_block(form.cleaned_data["note"]))
    if receipt:
        said = _("Line %(line)s is marked disputed.")
        lifted = _("Line %(line)s is no longer disputed.")
        messages.success(request, (lifted if is_marked else said) % {"line": line.line_id})
    return receipt is not None


# --- review ---


@form_page
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Is it credible? Each line beside what is published; accept, or return with reasons."""
    if not request.reader.may_review:
        raise PermissionDenied
    view = _view(request, number)
    rows = [line.key & 0xFFFF for line in view.lines[:MOST_REVIEWED]]
    form = ReviewForm.fresh(view.heading.based_on, rows=rows)
    if request.method == "POST":
        form = ReviewForm(request.POST, rows=rows)
        if form.is_valid() and _judged(request, form, number):
            return redirect("submission", number)
        view = _as_it_is_now(request, number, form)
    return _review_page(request, view, form)


def _judged(request: HttpRequest, form: ReviewForm, number: int) -> bool:
    """Accepts, or returns with the remarks, as the button says."""
    mandate, based_on = _mandate(request, "reviewer"), form.cleaned_data["based_on"]
    remarks, move = form.remarks(), request.POST.get("move")
    if move not in ("accept", "return"):
        form.add_error(None, _("Nothing was decided: press “accept” or “return”."))
        return False
    if move == "accept":
        if remarks:
            form.add_error(None, _("An acceptance carries no remarks: clear them, or return it."))
            return False
        is_done = _said(form, AcceptSubmission.of(number, based_on), mandate)
        words = _("Submission %(number)s is accepted.")
    else:
        act, contents = ReturnSubmission.of(number, based_on), ReturnSubmission.contents(remarks)
        is_done = _said(form, act, mandate, contents)
        words = _("Submission %(number)s is returned to its state.")
    if is_done:
        messages.success(request, words % {"number": number})
    return is_done is not None


def _review_page(request: HttpRequest, view: SubmissionView, form: ReviewForm) -> HttpResponse:
    words, comparison = Lexicon(), compare_submission(request.reader, view)
    shown = {
        "view": view,
        "heading": view.heading,
        "words": words,
        "state_name": words.formal_name(view.heading.state),
        "form": form,
        "rows": [_compared(each, words, form) for each in comparison.lines],
        "gone": worded(comparison.gone, words),
        "is_open": bool({"accept", "return"} & view.heading.moves),
        "most": MOST_REVIEWED if len(view.lines) > MOST_REVIEWED else 0,
    }
    return render(request, "needs/review.html", shown, status=_status(form))


def _compared(each: ComparedLine, words: Lexicon, form: ReviewForm) -> Mapping[str, Any]:
    change = each.change
    line = WordedLine.of(each.line, words)
    return {
        "line": line,
        "before": each.before and written(each.before.base_quantity),
        "change": "" if change is None else percent(change),
        "now": written(each.line.base_quantity),
        "asked": each.asked and written(each.asked.base_quantity),
        "states": each.asked and each.asked.states,
        "fields": form.line_fields(line.n),
    }


# --- files ---


@require_safe
@csp_update({"sandbox": [""]})  # type: ignore[untyped-decorator]
def original(request: HttpRequest, number: int) -> HttpResponse:
    """The file as it was uploaded, for its state and the staff; nothing where it was not kept."""
    _refuse_outsiders(request, number)
    content = _block(number, "original")
    media_type = XLSX if content.startswith(b"PK") else "text/csv"
    return _download(content, media_type, f"submission-{number}-original")


@require_safe
@csp_update({"sandbox": [""]})  # type: ignore[untyped-decorator]
def document(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """A supporting document, for the state and the staff."""
    _refuse_outsiders(request, number)
    media_type = document_type(number, position)
    if media_type is None:
        raise Http404
    content = _block(number, f"attachment{position}")
    return _download(content, media_type, f"submission-{number}-document-{position}")


def _block(number: int, label: str) -> bytes:
    try:
        content = content_of(number, label)
    except NoSuchAct as missing:
        raise Http404 from missing
    if not content:
        raise Http404
    return content


def _download(content: bytes, media_type: str, stem: str) -> HttpResponse:
    """Always saved, never shown: under a name of our own, and as a type only where it is known."""
    ending = KNOWN_TYPES.get(media_type, "bin")
    kind = media_type if media_type in KNOWN_TYPES else UNKNOWN_TYPE
    name = content_disposition_header(True, f"{stem}.{ending}")
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})


# --- shared ---


def _refuse_outsiders(request: HttpRequest, number: int) -> None:
    """A submission is for its state and the staff; for all others there is none."""
    if not is_open_to(request.reader, number):
        raise Http404


def _heading(request: HttpRequest, number: int) -> SubmissionRow:
    """The submission's heading, for its state and the staff."""
    _refuse_outsiders(request, number)
    heading = submission_heading(request.reader, number, timezone.now())
    if heading is None:
        raise Http404
    return heading


def _view(request: HttpRequest, number: int) -> SubmissionView:
    """The submission with its lines and acts, for its state and the staff."""
    _refuse_outsiders(request, number)
    view = submission_view(request.reader, number, timezone.now())
    if view is None:
        raise Http404
    return view


def _mandate(request: HttpRequest, function: str, party: str = "") -> Mandate:
    mandate: Mandate | None = request.reader.mandate_for(function, party)
    if mandate is None:
        raise PermissionDenied
    return mandate


def _said(
    form: Form, act: Act, mandate: Mandate | None, contents: Mapping[str, bytes] | None = None
) -> Receipt | None:
    """Records the act; a refusal becomes an error of the form, whose values are kept.

    After KeyReused the form carries a new key, after Moved what `_rest_on` gives it.
    """
    try:
        return record(act, mandate, form.cleaned_data["key"], contents, timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        form.refused = refused
        form.data = form.data.copy()
        if refused.code == "key-reused":
            form.data["key"] = new_key()
    return None


def _as_it_is_now(request: HttpRequest, number: int, form: Form) -> SubmissionView:
    """The submission read again after a refusal, for the page that shows the refusal."""
    view = _view(request, number)
    _rest_on(form, view.heading)
    return view


def _rest_on(form: Form, heading: SubmissionRow) -> None:
    """A form that was refused because it had moved rests on just what its page shows now."""
    if getattr(getattr(form, "refused", None), "code", "") == "moved":
        form.data["based_on"] = heading.based_on


def _status(form: Form) -> int:
    """200 for a form not sent, that of the refusal, or 422 for values that cannot be taken."""
    refused = getattr(form, "refused", None)
    if refused is not None:
        return http_status(refused)
    return 422 if form.errors else 200


def _in_force(heading: SubmissionRow) -> list[str]:
    return [each.sector for each in heading.sectors if each.is_in_force]


def _submission_page(
    request: HttpRequest, view: SubmissionView, sent: Mapping[str, Form] | None = None
) -> HttpResponse:
    """The page; `sent` holds the form that was refused, if any."""
    words, heading = Lexicon(), view.heading
    forms: dict[str, Form] = {
        "publish_form": MoveForm.fresh(heading.based_on),
        "withdraw_form": WithdrawForm.fresh(heading.based_on, sectors=_in_force(heading)),
        **(sent or {}),
    }
    refused = next(iter((sent or {}).values()), None)
    remarks: dict[str, list[RemarkRow]] = {}
    for remark in view.remarks:
        remarks.setdefault(remark.line_id, []).append(remark)
    shown = {
        "view": view,
        "heading": heading,
        "words": words,
        "state_name": words.formal_name(heading.state),
        "emergency_name": words.emergency(heading.emergency),
        "lines": [
            (line, _remarked(remarks, line.row.line_id, words))
            for line in worded(view.lines, words)
        ],
        "remarks": _remarked(remarks, "", words),
        "is_kept": _is_kept(heading.number),
        "waits_for_another": request.reader.may_publish
        and heading.status == Status.ACCEPTED
        and "publish" not in heading.moves,
        "refused": refused,
        **forms,
    }
    status = _status(refused) if refused is not None else 200
    return render(request, "needs/submission.html", shown, status=status)


def _remarked(
    remarks: Mapping[str, list[RemarkRow]], line_id: str, words: Lexicon
) -> list[tuple[str, str]]:
    return [
        (words.code("return_reason", each.reason), each.note) for each in remarks.get(line_id, ())
    ]


def _is_kept(number: int) -> bool:
    try:
        return bool(content_of(number, "original"))
    except NoSuchAct:
        return False
