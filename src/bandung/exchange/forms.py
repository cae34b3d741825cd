"""Forms of the way to a submission: choosing, uploading, typing, confirming; and of downloads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandung.catalogue.models import Category, Item, ItemVersion
from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import LONGEST_TEXT, Language
from bandung.exchange.drafting import FIELDS, field_of
from bandung.exchange.importing import Problem
from bandung.ledger.canonical import MAX_WHOLE
from bandung.movement.models import Group, Party
from bandung.needs.models import Emergency
from bandung.needs.queries import LineFilter
from bandung.needs.words import SECTORS
from bandung.sheets.limits import DEFAULT

MEGABYTE = 1_000_000
MAX_DOCUMENT = 5 * MEGABYTE
MAX_DOCUMENTS = 10
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
DOCUMENT_TYPES: Mapping[str, tuple[str, bytes]] = {  # by ending: media type, first bytes
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", b"PK\x03\x04"),
    "docx": (f"{OFFICE}wordprocessingml.document", b"PK\x03\x04"),
    "ods": (f"{OPEN}spreadsheet", b"PK\x03\x04"),
    "odt": (f"{OPEN}text", b"PK\x03\x04"),
    "csv": ("text/csv", b""),
    "txt": ("text/plain", b""),
}
NONE = ""
NEEDS, NIL = "needs", "nil"


def day_input() -> forms.DateInput:
    """A day as the browser offers it, written YYYY-MM-DD."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=day_input(),
        error_messages={"invalid": _("A day is written YYYY-MM-DD, such as 2021-01-31.")},
    )


class ChoiceForm(forms.Form):
    """For which state, emergency and sectors something is said."""

    state = forms.ChoiceField(label=_("State"))
    emergency = forms.ChoiceField(label=_("Emergency"))
    scope = forms.MultipleChoiceField(
        label=_("Sectors"),
        widget=forms.CheckboxSelectMultiple(),
        help_text=_(
            "A statement replaces what the state has published in these sectors, and leaves the "
            "others as they are."
        ),
    )

    def __init__(
        self,
        *args: Any,
        states: Sequence[tuple[str, str]],
        emergencies: Sequence[tuple[str, str]],
        sectors: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["state"].choices = states
        self.fields["emergency"].choices = emergencies
        self.fields["scope"].choices = [(each, SECTORS[each]) for each in sectors]


class UploadForm(forms.Form):
    """A workbook, and what its sender says beside it."""

    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,  # the reader of workbooks says so better
    )
    as_of = day_field(_("As of"), _("The day for which it holds, if the workbook does not say it."))
    note_verbale = forms.FileField(
        label=_("Note verbale"),
        help_text=_("The letter with which the state sent the file; PDF, PNG or JPEG."),
    )

    def __init__(self, *args: Any, is_received: bool = False, **kwargs: Any) -> None:
        """`is_received`: the secretariat prepares it from a file that it was sent."""
        super().__init__(*args, use_required_attribute=False, **kwargs)
        size = DEFAULT.upload_bytes // MEGABYTE
        help_text = gettext("XLSX, or CSV in UTF-8; at most %(size)s MB.")
        self.fields["file"].help_text = help_text % {"size": size}
        if not is_received:
            del self.fields["note_verbale"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > DEFAULT.upload_bytes:
            raise forms.ValidationError(_("The file is larger than 20 MB; it was not read."))
        return file

    def clean_note_verbale(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["note_verbale"]
        document_type(file)
        return file


class DocumentForm(forms.Form):
    """A supporting document."""

    document = forms.FileField(
        label=_("Document"),
        help_text=_(
            "PDF, PNG, JPEG, XLSX, DOCX, ODS, ODT, CSV or TXT; at most 5 MB. For the state, the "
            "reviewers and the secretariat; it is never published."
        ),
    )

    def clean_document(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["document"]
        document_type(file)
        return file


def document_type(file: UploadedFile) -> str:
    """The media type of a document, by its name and its first bytes.

    Raises ValidationError for a type that is not taken, or a file that is too large.
    """
    if (file.size or 0) > MAX_DOCUMENT:
        raise forms.ValidationError(_("The document is larger than 5 MB."))
    ending = (file.name or "").rpartition(".")[2].lower()
    media_type, first = DOCUMENT_TYPES.get(ending, ("", b""))
    content = file.read()
    file.seek(0)
    if not media_type:
        raise forms.ValidationError(_("Files of this kind are not taken."))
    if not content.startswith(first) or (not first and not _is_text(content)):
        raise forms.ValidationError(_("The content of the file is not what its name says."))
    return media_type


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


# --- what is typed: kept as it is, read by the code that reads workbooks ---


class TypedForm(forms.Form):
    """Holds what was typed and shows problems found elsewhere; it checks nothing itself."""

    def __init__(self, *args: Any, problems: Iterable[Problem] = (), **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.problems = tuple(problems)

    def full_clean(self) -> None:
        self._errors, self.cleaned_data = ErrorDict(), {}
        for each in self.problems:
            name = field_of(each)
            text = f"{each.message} {each.hint}".strip()
            self.add_error(name if name in self.fields else None, text)


class DraftForm(TypedForm):
    """What a statement covers: in each sector needs, nothing needed, or not a word; and the day."""

    as_of = forms.CharField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day for which it holds; today, if left empty."),
    )

    def __init__(self, *args: Any, sectors: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in sectors:
            self.fields[f"sector_{each}"] = forms.ChoiceField(
                label=SECTORS[each],
                choices=[
                    (NEEDS, _("needs, in the lines below")),
                    (NIL, _("nothing is needed")),
                    (NONE, _("not part of this statement")),
                ],
                widget=forms.RadioSelect(),
            )
        self.order_fields([*(f"sector_{each}" for each in sectors), "as_of"])


class LineForm(TypedForm):
    """One line, with the words of the workbook's columns."""

    def __init__(
        self,
        line: Mapping[str, str],
        item: ItemVersion | None,
        catalogue: Catalogue,
        language: Language,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(dict(line), problems=problems)
        measures = catalogue.measures(item) if item else ()
        counted = [(each.code, each.label(language)) for each in measures]
        for column in FIELDS:
            if column.kind == "item":
                continue
            field = forms.CharField(
                label=column.header(language),
                help_text=column.help(language),
                required=column.is_required,
            )
            typed = str(line.get(column.code, ""))
            if column.kind == "counted_in":
                field.widget = _select(counted, typed)
            elif column.kind == "code":
                entries = catalogue.codes[column.code_list]
                choices = [(each.code, catalogue.code_choice(each, language)) for each in entries]
                field.widget = _select(choices, typed)
            elif column.kind == "day":
                field.widget = forms.DateInput(attrs={"type": "date"})
            elif column.kind in ("quantity", "count", "amount"):
                attributes = {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"}
                field.widget = forms.TextInput(attrs=attributes)
            elif column.code == "justification":
                field.widget = forms.Textarea(attrs={"maxlength": LONGEST_TEXT[column.code]})
            self.fields[column.code] = field


def _select(choices: Sequence[tuple[str, str]], typed: str) -> forms.Select:
    """A list to choose from; what was chosen and is no longer offered stays visible."""
    offered = [(NONE, "–"), *choices]
    if typed not in dict(offered):
        offered.append((typed, typed))
    return forms.Select(choices=offered)


class ConfirmForm(forms.Form):
    """The last step: the key under which it is said once, and what the author agrees to."""

    key = forms.CharField(max_length=100, widget=forms.HiddenInput())
    keeps_personal = forms.BooleanField(
        label=_("Keep the e-mail addresses and telephone numbers named above, and the file."),
        required=False,
    )
    in_part = forms.BooleanField(
        label=_("I confirm: the rows with problems count as not submitted."), required=False
    )


# --- downloads ---


class ExportFilter(forms.Form):
    """Which published lines; the names are those of the page of needs and of the API."""

    state = forms.CharField(required=False)
    group = forms.CharField(required=False)
    sector = forms.ChoiceField(required=False, choices=[("", ""), *SECTORS.items()])
    category = forms.CharField(required=False)
    item = forms.CharField(required=False)
    emergency = forms.CharField(required=False)
    priority = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", ""), *((n, n) for n in (1, 2, 3))],
    )
    as_of = day_field("as_of")
    known_at = forms.IntegerField(required=False, min_value=0, max_value=MAX_WHOLE)
    since = forms.IntegerField(required=False, min_value=0, max_value=MAX_WHOLE)

    KNOWN = {
        "state": Party,
        "group": Group,
        "category": Category,
        "item": Item,
        "emergency": Emergency,
    }

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.query = query

    def clean(self) -> dict[str, Any]:
        for name in self.query:
            if name not in self.fields:
                self.add_error(None, _("“%(name)s” is no parameter here.") % {"name": name[:60]})
            elif len(self.query.getlist(name)) > 1:
                self.add_error(None, _("“%(name)s” is given more than once.") % {"name": name})
        for name, model in self.KNOWN.items():
            code = self.cleaned_data.get(name)
            if code and ("\0" in code or not model.objects.filter(pk=code).exists()):
                self.add_error(name, _("Nothing has the code “%(code)s”.") % {"code": code[:60]})
        return self.cleaned_data

    def chosen(self) -> LineFilter:
        """The filter as the queries take it."""
        given = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None)
        }
        return LineFilter(**given)


def iso_day(day: date | None) -> str:
    """A day as drafts keep it."""
    return day.isoformat() if day else ""
