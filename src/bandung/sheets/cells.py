"""Markers and notices that numbers and days share."""

from bandung.sheets.errors import Explained
from bandung.sheets.model import ErrorValue, FormulaWithoutValue, Value

LONGEST_QUOTE = 60


def quoted(value: object) -> str:
    """What a message quotes of a cell."""
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def refuse_markers(value: Value, refusal: type[Explained]) -> None:
    """Refuses formulas without their result and cells that show an error."""
    if isinstance(value, FormulaWithoutValue):
        raise refusal("formula_without_value", seen=quoted(value.formula))
    if isinstance(value, ErrorValue):
        raise refusal("error_cell", seen=quoted(value.shown))
