"""How values travel from the child: JSON lines; a value that JSON does not know is a tagged object.

A line is one of ["sheet", name, state], [row number, [values]], ["merged", [four corners each]],
["delimiter", text], ["end"] and ["error", code, [[fact, value]]].
"""

from typing import Any

DECIMAL, DAY, INSTANT = "decimal", "day", "instant"
FORMULA, ERROR, NOT_FINITE = "formula", "error", "not_finite"

Sent = str | int | bool | dict[str, str] | None
Line = list[Any]
