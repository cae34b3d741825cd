"""What was understood, what it changes, what is wrong with it; then the submission itself."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bandung.core.addresses import post_only
from bandung.core.refused import Refused
from bandung.exchange.beginning import replace_upload, rested
from bandung.exchange.columns import COLUMNS
from bandung.exchange.drafting import (
    AS_OF_CELL,
    NothingNew,
    field_of,
    submission_under,
    submit_understood,
    understand_draft,
)
from bandung.exchange.forms import (
    MAX_DOCUMENTS,
    ConfirmForm,
    DocumentForm,
    UploadForm,
    iso_day,
)
from bandung.exchange.importing import NotInPart, Problem, Understanding, problem_of
from bandung.exchange.standing import sectors_seen
from bandung.exchange.views.change_words import ChangeWords
from bandung.exchange.views.common import (
    find_draft,
    form_page,
    language,
    new_window,
    remarks_for,
    save,
)
from bandung.needs.drafts import DraftMoved, renew_key
from bandung.needs.models import Draft
from bandung.needs.refusals import http_status
from bandung.sheets.errors import Unreadable

MOST_SHOWN = 200  # problems on one page


@dataclass(frozen=True)
class Checked:
    """A draft as it was read; `understood` is None where its file cannot be read."""

    understood: Understanding | None
    unreadable: Problem | None = None
    not_in_part: str = ""  # why the good rows alone make no statement

    @classmethod
    def of(cls, request: HttpRequest, draft: Draft, keeps_personal: bool = False) -> "Checked":
        today, code = timezone.now().date(), language()
        try:
            understood = understand_draft(request.reader, draft, code, today, keeps_personal)
        except Unreadable as unreadable:
            return cls(None, problem_of(unreadable, code))
        try:
            understood.partial()
        except NotInPart as refused:
            return cls(understood, not_in_part=str(refused))
        return cls(understood)


@form_page
def check(request: HttpRequest, number: int) -> HttpResponse:
    """The page before the submission; its form submits, once."""
    key = request.POST.get("key", "")
    try:
        found = find_draft(request, number)
    except Http404:
        submission = submission_under(request.reader, key)
        if submission is None:
            raise
        return redirect("receipt", submission)  # sent twice: recorded once
    if request.method != "POST":
        return check_page(request, found)
    form = ConfirmForm(request.POST)
    if request.POST.get("move") == "rest":
        return _rest(request, found)
    if not form.is_valid():
        return check_page(request, found, form)
    return _submit(request, found, form)


def _submit(request: HttpRequest, found: Draft, form: ConfirmForm) -> HttpResponse:
    agreed = form.cleaned_data
    checked = Checked.of(request, found, agreed["keeps_personal"])
    understood = checked.understood
    try:
        _refuse_moved(request, found)
        if understood is None:
            return check_page(request, found, form, checked)
        in_part = bool(understood.errors and agreed["in_part"])
        chosen = understood.partial() if in_part else understood
        if not chosen.is_acceptable:
            form.add_error(None, _("Nothing was recorded: mend the problems below first."))
            return check_page(request, found, form, checked)
        submitted = submit_understood(request.reader, found, chosen, timezone.now())
        if submitted.receipt is None:
            raise NothingNew
    except Refused as refused:
        return _refused(request, found, form, checked, refused)
    number = submitted.receipt.number
    if in_part:
        left = [[each.row, each.item] for each in submitted.left_out]
        request.session["left_out"] = {**request.session.get("left_out", {}), str(number): left}
    return redirect("receipt", number)


def _refuse_moved(request: HttpRequest, found: Draft) -> None:
    """What is submitted is what its author has seen: this version of the draft."""
    if request.POST.get("saved_at", "") != found.saved_at.isoformat():
        raise DraftMoved


def _refused(
    request: HttpRequest, found: Draft, form: ConfirmForm, checked: Checked, refused: Refused
) -> HttpResponse:
    form.add_error(None, str(refused))
    form.refused = refused
    if refused.code == "key-reused":
        found.submit_key = renew_key(request.reader, found.pk)
    form.data = form.data.copy()
    form.data["key"] = found.submit_key
    return check_page(request, found, form, checked)


def _rest(request: HttpRequest, found: Draft) -> HttpResponse:
    """The author has compared: the draft rests on what is published now."""
    try:
        save(request, found, rested(found))
    except DraftMoved as refused:
        form = ConfirmForm({"key": found.submit_key})
        form.is_valid()
        return _refused(request, found, form, Checked.of(request, found), refused)
    messages.success(request, _("The draft now rests on what is published."))
    return redirect("draft_check", found.pk)


@post_only
def replace_file(request: HttpRequest, number: int) -> HttpResponse:
    """Another file in the place of the one that was uploaded; the old one stays if it is bad."""
    found = find_draft(request, number)
    if found.upload is None:
        raise Http404
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return check_page(request, found, upload_form=form)
    file, now = form.cleaned_data["file"], timezone.now()
    as_of = iso_day(form.cleaned_data["as_of"]) or found.content.get("as_of", "")
    before = bytes(found.upload)
    content, name = file.read(), file.name or ""
    trial = Draft(
        state=found.state,
        emergency=found.emergency,
        content=found.content,
        upload=content,
        upload_name=name,
        language=found.language,
    )
    checked = Checked.of(request, trial)
    if checked.unreadable:
        problem = checked.unreadable
        form.add_error("file", f"{problem.message} {problem.hint}".strip())
        found.upload = before
        return check_page(request, found, upload_form=form)
    try:
        replace_upload(request.reader, found, content, name, as_of, now)
    except DraftMoved as refused:
        form.add_error(None, str(refused))
        form.refused = refused
        return check_page(request, found, upload_form=form)
    return redirect("draft_check", number)


# --- the page ---


def check_page(
    request: HttpRequest,
    found: Draft,
    form: ConfirmForm | None = None,
    checked: Checked | None = None,
    upload_form: UploadForm | None = None,
    document_form: DocumentForm | None = None,
) -> HttpResponse:
    checked = checked or Checked.of(request, found)
    understood = checked.understood
    problems = [checked.unreadable] if checked.unreadable else list(understood.problems)
    errors = [each for each in problems if each.severity == "error"]
    sent = next((each for each in (form, upload_form, document_form) if each is not None), None)
    fresh = ConfirmForm(initial={"key": found.submit_key})
    shown = {
        "draft": found,
        "understood": understood,
        "errors": [_placed(each, found) for each in errors[:MOST_SHOWN]],
        "error_count": len(errors),
        "warnings": [_placed(each, found) for each in problems if each.severity == "warning"][
            :MOST_SHOWN
        ],
        "not_in_part": checked.not_in_part,
        "changes": understood and ChangeWords(understood, language()).all(),
        "form": form or fresh,
        "sent": sent,
        "upload_form": upload_form or UploadForm(),
        "document_form": document_form or DocumentForm(),
        "documents": found.documents.all(),
        "can_attach": found.documents.count() < MAX_DOCUMENTS,
        "remarks": [
            (line, reason, note)
            for line, said in remarks_for(request, found).items()
            for reason, note in said
        ],
        "is_moved": _is_moved(found, understood),
        "may_submit": request.reader.mandate_for("focal_point", found.state_id) is not None,
        "window": new_window(),
        "most": MOST_SHOWN,
    }
    return render(request, "exchange/check.html", shown, status=_status(sent, errors))


def _status(sent: Any, errors: list[Problem]) -> int:
    """200 unless something was sent and refused."""
    if sent is None:
        return 200
    refused = getattr(sent, "refused", None)
    return http_status(refused) if refused is not None else 422


def _is_moved(found: Draft, understood: Understanding | None) -> bool:
    """Whether what is published in the scope has changed since the draft was begun."""
    now, seen = sectors_seen(found.state_id, found.emergency_id), found.content.get("seen", {})
    return any(
        now[sector] > seen.get(sector, 0) for sector in (understood.scope if understood else ())
    )


def _placed(problem: Problem, found: Draft) -> dict[str, Any]:
    """A problem with where it stands: a cell of the file, or a link to the field."""
    if found.upload is not None:
        where = f"{problem.sheet} {problem.cell}".strip()
        return {"problem": problem, "where": where or _("the file"), "link": ""}
    name = field_of(problem)
    label = next((each.header(language()) for each in COLUMNS if each.code == name), "")
    if problem.row is not None:
        link = f"{reverse('draft_line', args=[found.pk, problem.row])}?check=1#id_{name}"
        where = _("line %(row)s, %(field)s") % {"row": problem.row, "field": label}
        return {"problem": problem, "where": where, "link": link}
    is_day = problem.cell == AS_OF_CELL
    link = reverse("draft", args=[found.pk]) + ("#id_as_of" if is_day else "#covers")
    return {"problem": problem, "where": _("the statement"), "link": link}
