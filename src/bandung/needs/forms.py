"""Forms of a submission: what it rests on, why it is returned, which sectors are withdrawn."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandung.catalogue.queries import codes
from bandung.needs.acts import RemarkText
from bandung.needs.acts.reviewing import REASONS
from bandung.needs.drafts import new_key
from bandung.needs.notes import NoteField
from bandung.needs.words import SECTORS


class MoveForm(forms.Form):
    """One official change: the last act its author saw, and the key under which it is said once."""

    based_on = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    key = forms.CharField(max_length=100, widget=forms.HiddenInput())

    @classmethod
    def fresh(cls, based_on: int, **kwargs: Any) -> "MoveForm":
        """The form before it is sent."""
        return cls(initial={"based_on": based_on, "key": new_key()}, **kwargs)


class WithdrawForm(MoveForm):
    """Which sectors of a publication are withdrawn; none is offered before publication."""

    sectors = forms.MultipleChoiceField(
        label=_("Sectors to withdraw"), widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, *args: Any, sectors: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sectors"].choices = [(each, SECTORS[each]) for each in sectors]
        if not sectors:
            del self.fields["sectors"]


class NoteForm(MoveForm):
    """Why a line is disputed, or no longer."""

    note = NoteField(
        label=_("Why"),
        widget=forms.Textarea(),
        help_text=_("For the state, the reviewers and the secretariat; it is not published."),
    )


class ReviewForm(MoveForm):
    """A reason and a note for each line, and for the whole; all empty where it is accepted."""

    reason = forms.ChoiceField(label=_("Reason, for the whole"), required=False)
    note = NoteField(
        label=_("Note, for the whole"),
        required=False,
        widget=forms.Textarea(),
        help_text=_("For the state; it is never published. Name no persons."),
    )

    def __init__(self, *args: Any, rows: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.rows = tuple(rows)
        self.reasons = [("", _("no remark")), *((each.code, each.label) for each in codes(REASONS))]
        self.fields["reason"].choices = self.reasons
        for row in self.rows:
            self.fields[f"reason_{row}"] = forms.ChoiceField(
                label=gettext("Reason, line %(row)s") % {"row": row},
                required=False,
                choices=self.reasons,
            )
            self.fields[f"note_{row}"] = NoteField(
                label=gettext("Note, line %(row)s") % {"row": row},
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        for ending in ("", *(f"_{row}" for row in self.rows)):
            if self._said(f"note{ending}") and not self._said(f"reason{ending}"):
                self.add_error(f"reason{ending}", _("A note needs a reason: choose one."))
            if self._said(f"reason{ending}") == "other" and not self._said(f"note{ending}"):
                self.add_error(f"note{ending}", _("“Other” needs a note."))
        return self.cleaned_data

    def remarks(self) -> list[RemarkText]:
        """What was remarked, on the whole first."""
        found = [(None, self._said("reason"), self._said("note"))]
        found += [
            (row, self._said(f"reason_{row}"), self._said(f"note_{row}")) for row in self.rows
        ]
        return [
            RemarkText(line=row, reason=reason, note=note) for row, reason, note in found if reason
        ]

    def line_fields(self, row: int) -> tuple[forms.BoundField, forms.BoundField] | None:
        """The two fields of a line; None for a line that has none."""
        if row not in self.rows:
            return None
        return self[f"reason_{row}"], self[f"note_{row}"]

    def _said(self, name: str) -> str:
        return str(self.cleaned_data.get(name, ""))
