"""Numbers as the reader's language writes them, always in the digits 0 to 9."""

from decimal import Decimal
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language

from bandung.catalogue.queries import in_unit

MOST_DECIMALS = 3


def written(number: int | Decimal) -> str:
    """The number with its thousands grouped; exact."""
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    whole, _point, rest = text.partition(".")
    group, decimal = _signs((get_language() or "en")[:2])
    decimals = rest.rstrip("0")
    return whole.replace(",", group) + (decimal + decimals if decimals else "")


@cache
def _signs(language: str) -> tuple[str, str]:
    """The signs between thousands and before decimals."""
    return get_group_symbol(language), get_decimal_symbol(language)


def is_short_in(base_quantity: int, base_per_unit: int) -> bool:
    """Whether the quantity is exact in that unit with at most three decimals."""
    return not base_quantity * 10**MOST_DECIMALS % base_per_unit


def in_display_unit(base_quantity: int, base_per_unit: int) -> str:
    """The quantity in a unit of which `base_per_unit` base units make one."""
    return written(in_unit(base_quantity, base_per_unit))
