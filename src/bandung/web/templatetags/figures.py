"""Template words for figures, sectors and the reporting status."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bandung.needs.numbers import written
from bandung.needs.queries import ReportingStatus
from bandung.needs.words import SECTORS

register = template.Library()

KINDS: dict[str, Promise] = {
    "goods": _("Goods"),
    "services": _("Services"),
    "people": _("People"),
    "money": _("Money"),
}
NO_BREAK = "\u00a0"
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
def mark(status: ReportingStatus) -> SafeString:
    """A reporting status in words, an absence with its pattern."""
    kind = absence(status)
    return format_html(
        '<span class="{}">{}</span>', f"absence {kind}" if kind else "status", status.label
    )


@register.filter
def day(on: date | datetime | None) -> str:
    """A day as 2 Mar 2023, never broken over two lines; empty for none."""
    return date_format(on, "j M Y").replace(" ", NO_BREAK) if on else ""
