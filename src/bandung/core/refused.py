"""Refusals: small named errors that say what is wrong, where, and how to mend it."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An official change was not made. Subclasses name the rule; `facts` fill their sentences.

    `str(refused)` is in the reader's language at the moment it is read.
    """

    code: ClassVar[str] = "refused"
    template: ClassVar[str | Promise] = _("This was refused.")
    hint_template: ClassVar[str | Promise] = ""

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    @property
    def message(self) -> str:
        return str(self.template) % self.facts

    @property
    def hint(self) -> str:
        return str(self.hint_template) % self.facts

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class NotAllowed(Refused):
    """The mandate does not cover this act."""

    code = "not-allowed"
    template = _("Your mandate does not cover this: %(reason)s")
    hint_template = _("The secretariat can tell you who may.")
