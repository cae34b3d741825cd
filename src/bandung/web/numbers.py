"""Numbers as the reader's language writes them, always in the digits 0 to 9."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language

from bandung.catalogue.queries import in_unit

MOST_DECIMALS = 3


def written(number: int | Decimal) -> str:
    """The number with its thousands grouped; exact."""
    language = (get_language() or "en")[:2]
    return str(
        format_decimal(
            number, format="#,##0.#########", locale=language, decimal_quantization=False
        )
    )


def is_short_in(base_quantity: int, base_per_unit: int) -> bool:
    """Whether the quantity is exact in that unit with at most three decimals."""
    return not base_quantity * 10**MOST_DECIMALS % base_per_unit


def in_display_unit(base_quantity: int, base_per_unit: int) -> str:
    """The quantity in a unit of which `base_per_unit` base units make one."""
    return written(in_unit(base_quantity, base_per_unit))
