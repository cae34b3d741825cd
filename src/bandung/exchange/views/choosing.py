"""The start: for whom and for what; then the workbook's way or the form's."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandung.core.addresses import post_only
from bandung.exchange.beginning import begin_upload, clean_name
from bandung.exchange.columns import LANGUAGES
from bandung.exchange.drafting import understand_draft
from bandung.exchange.exporting import MEDIA_TYPES
from bandung.exchange.forms import ChoiceForm, UploadForm, document_type, iso_day
from bandung.exchange.importing import problem_of
from bandung.exchange.standing import in_order, sectors_seen
from bandung.exchange.templates import write_template
from bandung.exchange.views.common import language, require_author, sectors_of
from bandung.movement.access import Reader
from bandung.movement.models import Membership, Party, holds_on
from bandung.needs.acts.submitting import SPEAKING_KINDS
from bandung.needs.drafts import drafts_of
from bandung.needs.lexicon import Lexicon
from bandung.needs.models import Draft, DraftDocument, Emergency, Status
from bandung.needs.queries import SubmissionView, submission_view
from bandung.sheets.errors import Unreadable


@dataclass(frozen=True)
class Choice:
    """For whom and for what: the state, the emergency, the sectors, perhaps what it corrects."""

    state: Party
    emergency: Emergency
    scope: tuple[str, ...]
    corrects: SubmissionView | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Choice | None":
        """What the request chooses, with defaults; None if a state must be chosen first.

        404 for a state or emergency that this reader cannot write for.
        """
        asked = request.POST if request.method == "POST" else request.GET
        corrects = _returned(request, asked.get("corrects", ""))
        states = states_of(request.reader)
        code = corrects.heading.state if corrects else asked.get("state", "")
        if not code and len(states) == 1:
            code = next(iter(states))
        if not code:
            return None
        if code not in states:
            raise Http404
        emergency = corrects.heading.emergency if corrects else asked.get("emergency", "")
        scope = in_order(corrects.heading.scope if corrects else asked.getlist("scope"))
        return cls(states[code], _emergency(emergency), scope, corrects)


def states_of(reader: Reader) -> dict[str, Party]:
    """The states that this reader may write for: the own ones; all, for the secretariat."""
    if reader.may_publish:
        now = holds_on(timezone.now().date())
        speaking = Membership.objects.filter(now, kind__in=SPEAKING_KINDS).values("party")
        found = Party.objects.filter(kind=Party.Kind.STATE, code__in=speaking)
    else:
        own = [each.party for each in reader.mandates if each.function == "focal_point"]
        found = Party.objects.filter(code__in=own)
    return {party.code: party for party in sorted(found, key=lambda party: party.name)}


def _emergency(code: str) -> Emergency:
    found = Emergency.objects.filter(closed_on=None).order_by("code")
    emergency = (found.filter(pk=code) if code else found).first()
    if emergency is None:
        raise Http404
    return emergency


def _returned(request: HttpRequest, number: str) -> SubmissionView | None:
    """The returned submission that is to be corrected; 404 if there is none."""
    if not number:
        return None
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        raise Http404
    view = submission_view(request.reader, int(number), timezone.now())
    if view is None or view.heading.status != Status.RETURNED:
        raise Http404
    return view


@require_safe
def submit(request: HttpRequest) -> HttpResponse:
    """For which state, emergency and sectors; by workbook or by form."""
    require_author(request.reader)
    return _page(request, Choice.of(request))


def _page(
    request: HttpRequest,
    choice: Choice | None,
    upload_form: UploadForm | None = None,
    **more: Any,
) -> HttpResponse:
    reader = request.reader
    sectors = sectors_of(reader, choice.state.code) if choice else sectors_of(reader, "")
    scope = (choice.scope if choice else ()) or sectors
    states, emergencies = states_of(reader), Emergency.objects.filter(closed_on=None)
    initial = {"scope": scope}
    if choice:
        initial |= {"state": choice.state.code, "emergency": choice.emergency.code}
    is_received = bool(choice and not reader.mandate_for("focal_point", choice.state.code))
    choice_form = ChoiceForm(
        initial=initial,
        states=[(code, party.name) for code, party in states.items()],
        emergencies=[(each.code, each.name) for each in emergencies],
        sectors=sectors,
    )
    shown = {
        "choice": choice,
        "choice_form": choice_form,
        "scope": scope,
        "is_received": is_received,
        "upload_form": upload_form or UploadForm(is_received=is_received),
        "drafts": _drafts(reader, choice),
        "in_force": choice and any(sectors_seen(choice.state.code, choice.emergency.code).values()),
        "remarks": _remarks(choice),
        "language": language(),
        "languages": LANGUAGES,
        **more,
    }
    is_refused = upload_form is not None and (upload_form.errors or "problem" in more)
    return render(request, "exchange/submit.html", shown, status=422 if is_refused else 200)


def _drafts(reader: Reader, choice: Choice | None) -> list[Draft]:
    if choice is None:
        return []
    chosen = drafts_of(reader).filter(state=choice.state, emergency=choice.emergency)
    return list(chosen.defer("upload"))


def _remarks(choice: Choice | None) -> list[tuple[str, str, str]]:
    """What was remarked on the submission to be corrected: line, reason, note."""
    if choice is None or choice.corrects is None:
        return []
    words = Lexicon()
    return [
        (each.line_id, words.code("return_reason", each.reason), each.note)
        for each in choice.corrects.remarks
    ]


@require_safe
def needs_template(request: HttpRequest) -> HttpResponse:
    """The workbook of a state, filled with what is published; for its own and the staff."""
    reader = request.reader
    require_author(reader)
    choice = Choice.of(request)
    if choice is None:
        raise Http404
    asked = request.GET.get("lang", "")
    wanted = next((each for each in LANGUAGES if each == asked), language())
    sectors = sectors_of(reader, choice.state.code)
    scope = in_order(choice.scope or sectors)
    content = write_template(choice.state, choice.emergency, scope, wanted, reader)
    name = f"{choice.state.code}-{choice.emergency.code}-{wanted}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES["xlsx"], headers=headers)


@post_only
def upload(request: HttpRequest) -> HttpResponse:
    """A workbook is read and kept in a draft, to be checked before anything is recorded.

    A file that cannot be read makes no draft; its problem is shown.
    """
    reader = request.reader
    require_author(reader)
    choice = Choice.of(request)
    if choice is None:
        raise PermissionDenied
    is_received = reader.mandate_for("focal_point", choice.state.code) is None
    form = UploadForm(request.POST, request.FILES, is_received=is_received)
    if not form.is_valid():
        return _page(request, choice, form)
    file: UploadedFile = form.cleaned_data["file"]
    said: dict[str, Any] = {"as_of": iso_day(form.cleaned_data["as_of"])}
    if choice.corrects:
        said["corrects"] = choice.corrects.heading.number
    else:
        said["within"] = choice.scope
    now, content, name = timezone.now(), file.read(), file.name or ""
    draft = begin_upload(
        reader, choice.state, choice.emergency, content, name, said, language(), now
    )
    try:
        understand_draft(reader, draft, language(), now.date())
    except Unreadable as unreadable:
        draft.delete()
        problem = problem_of(unreadable, language())
        form.add_error("file", f"{problem.message} {problem.hint}".strip())
        return _page(request, choice, form, problem=problem)
    if is_received:
        add_document(draft, form.cleaned_data["note_verbale"])
    return redirect("draft_check", draft.pk)


def add_document(draft: Draft, file: UploadedFile) -> None:
    """Keeps a checked document with the draft."""
    DraftDocument.objects.create(
        draft=draft,
        name=clean_name(file.name or _("document")),
        media_type=document_type(file),
        content=file.read(),
    )
