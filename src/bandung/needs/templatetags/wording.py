"""Template words for numbers, sectors and statuses of needs."""

from decimal import Decimal
from typing import Any

from django import template

from bandung.needs.lexicon import Lexicon
from bandung.needs.numbers import written
from bandung.needs.words import ABSENCES, SECTORS, STATUSES

register = template.Library()


@register.filter
def number(value: int | Decimal | None) -> str:
    """A number in the reader's language; empty for none."""
    return "" if value is None else written(value)


@register.filter
def sector_label(code: str) -> Any:
    """A sector's label."""
    return SECTORS.get(code, code)


@register.filter
def status_label(status: str) -> Any:
    """What became of a submission or line."""
    return STATUSES.get(status, status)


@register.filter
def absence_kind(status: str) -> str:
    """The stylesheet's word for a reporting status that is an absence, else ""."""
    return ABSENCES.get(status, "")  # type: ignore[call-overload]


@register.filter
def row_of(line_id: str) -> str:
    """The row in the submission of a line's number such as 345.12."""
    return line_id.partition(".")[2]


@register.simple_tag
def party_name(words: Lexicon, code: str) -> str:
    """A state's name."""
    return words.formal_name(code)


@register.simple_tag
def emergency_name(words: Lexicon, code: str) -> str:
    """An emergency's name."""
    return words.emergency(code)
