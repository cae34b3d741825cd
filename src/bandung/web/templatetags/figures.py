"""Template words for figures, sectors and the reporting status."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bandung.needs.queries import ReportingStatus
from bandung.web.numbers import written

register = template.Library()

SECTORS: dict[str, Promise] = {
    "medical": _("Medical"),
    "social": _("Social"),
    "humanitarian": _("Humanitarian"),
}
KINDS: dict[str, Promise] = {
    "goods": _("Goods"),
    "services": _("Services"),
    "people": _("People"),
    "money": _("Money"),
}
ABSENCES = {"said_zero": "zero"}  # the stylesheet's word where it is another


@register.filter
def whole(number: int | Decimal | None) -> str:
    """A number in the reader's language; empty for none."""
    return "" if number is None else written(number)


@register.filter
def sector(code: str) -> Any:
    """A sector's label."""
    return SECTORS.get(code, code)


@register.filter
def kind(code: str) -> Any:
    """A kind's label."""
    return KINDS.get(code, code)


@register.filter
def absence(status: str) -> str:
    """The stylesheet's word for a reporting status that is an absence, else ''."""
    if status in (ReportingStatus.REPORTED, ReportingStatus.SUBMITTED):
        return ""
    return ABSENCES.get(status, status)


@register.filter
def short(fingerprint: str) -> str:
    """The first 12 signs of a hash."""
    return fingerprint[:12]
