"""Notes as people type or paste them, made fit for a record that is kept for ever."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.needs.acts.disputes import MAX_NOTE
from bandung.sheets.text import INVISIBLE, find_personal


class NoteNotKept(Refused):
    """The note holds what the record cannot or should not keep."""

    code = "note-not-kept"
    template = _("This note cannot be kept: it holds %(seen)s.")
    hint_template = _("Nothing was recorded. Leave that out, then send it again.")


def plain_note(text: str) -> str:
    """The note as it is seen: NFC, lines kept, without invisible characters.

    Refuses control characters and e-mail addresses; nobody could take them out again.
    """
    visible = text.replace("\r\n", "\n").replace("\r", "\n").translate(INVISIBLE)
    for character in visible:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise NoteNotKept(seen=f"U+{ord(character):04X}")
    for contact in find_personal(visible):
        if contact.kind == "email":
            raise NoteNotKept(seen=contact.seen)
    return unicodedata.normalize("NFC", visible).strip()


class NoteField(forms.CharField):
    """A note; what cannot be kept is an error of its field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_NOTE, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return plain_note(super().to_python(value))
        except NoteNotKept as refused:
            raise ValidationError(str(refused), code=refused.code) from refused
