"""Quantities from cells, read strictly: a text is taken only where it has one reading.

Cells that hold a number are taken as they are. In text, spaces around it, invisible direction
marks, one sign and Arabic-Indic digits are understood. Which separator means what:

| text                              | en         | fr         | es         | ar         |
| --------------------------------- | ---------- | ---------- | ---------- | ---------- |
| 1000                              | 1000       | 1000       | 1000       | 1000       |
| 1 000 (any kind of space)         | 1000       | 1000       | 1000       | 1000       |
| 1'000, 1’000                      | 1000       | 1000       | 1000       | 1000       |
| 1,000                             | 1000       | refused    | refused    | refused    |
| 1.000                             | refused    | refused    | refused    | refused    |
| 1,000,000 or 1.000.000            | 1000000    | 1000000    | 1000000    | 1000000    |
| 12,34,567 (South Asian groups)    | 1234567    | 1234567    | 1234567    | 1234567    |
| 1,000.5 or 1.000,5 or 1 000,5     | 1000.5     | 1000.5     | 1000.5     | 1000.5     |
| 1,000.500                         | 1000.5     | 1000.5     | 1000.5     | 1000.5     |
| 1.5                               | 1.5        | 1.5        | 1.5        | 1.5        |
| 1,5                               | refused    | 1.5        | 1.5        | 1.5        |
| 0.500, 1234.567                   | as decimal | as decimal | as decimal | as decimal |
| 0,500, 1234,567                   | refused    | as decimal | as decimal | as decimal |
| ١٬٠٠٠٫٥ (Arabic separators)       | 1000.5     | 1000.5     | 1000.5     | 1000.5     |

One separator before exactly three digits is the trap: `1.000` is a thousand in Bogotá and one in
Lima, and `1,000` the reverse. Only the comma of an English file is settled by the language's own
use; all others are refused naming both readings. An English comma never divides decimals. What is
refused in every language: percent, scientific notation, brackets, ranges, words or units beside the
number, yes and no, days.
"""

import re
from datetime import date
from decimal import Decimal

from bandung.sheets.cells import quoted, refuse_markers
from bandung.sheets.errors import NotANumber
from bandung.sheets.model import Language, NotFinite, Value
from bandung.sheets.text import DIGITS, INVISIBLE

MAX_WHOLE = 2**53 - 1
MOST_DIGITS = 40

GROUP, POINT, COMMA, SPACE, APOSTROPHE = "\u066c", ".", ",", " ", "'"
SAME = (
    DIGITS
    | INVISIBLE
    | dict.fromkeys(
        map(ord, "\u00a0\u202f\u2009\u2007\u2008\u2002\u2003\u2005\u2006\u200a\u3000"), SPACE
    )
    | {ord("’"): APOSTROPHE, ord("ʼ"): APOSTROPHE, ord("−"): "-", ord("٪"): "%", ord("％"): "%"}
)
DECIMAL_ARABIC = "\u066b"

BODY = re.compile(r"[0-9]+(?:[ ',.\u066c\u066b][0-9]+)*", re.ASCII)
SIGNED = re.compile(r"([+-]?) ?(.*)", re.DOTALL)
WESTERN = re.compile(r"[1-9][0-9]{0,2}(?:S[0-9]{3})+")
SOUTH_ASIAN = re.compile(r"[1-9][0-9]?(?:S[0-9]{2})+S[0-9]{3}")


def parse_quantity(value: Value, language: Language) -> Decimal:
    """The exact number of a cell, negative ones included; whole numbers without decimals.

    Refuses (NotANumber) whatever is no number or has two readings; see the table of the module.
    """
    refuse_markers(value, NotANumber)
    if isinstance(value, NotFinite):
        raise NotANumber("number_not_finite", seen=quoted(value.shown))
    if value is None:
        raise NotANumber("number_missing")
    if isinstance(value, bool):
        raise NotANumber("number_is_yes_no", seen="TRUE" if value else "FALSE")
    if isinstance(value, date):
        raise NotANumber("number_is_date", seen=value.isoformat())
    if isinstance(value, str):
        return plain(parse_text(value, language), value)
    if isinstance(value, int | Decimal):
        return plain(Decimal(value), value)
    raise TypeError(f"not the value of a cell: {type(value).__name__}")


def plain(number: Decimal, seen: object) -> Decimal:
    """The number, without decimals where it is whole. Refuses NaN, infinity and endless digits."""
    if not number.is_finite():
        raise NotANumber("number_not_finite", seen=quoted(seen))
    if len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise NotANumber("number_too_long", seen=quoted(seen), limit=MOST_DIGITS)
    return Decimal(int(number)) if number == int(number) else number


def parse_text(seen: str, language: Language) -> Decimal:
    text = seen.translate(SAME).strip()
    if not text:
        raise NotANumber("number_missing")
    match = SIGNED.fullmatch(text)
    sign, body = match.groups() if match else ("", text)
    if not BODY.fullmatch(body):
        raise not_plain(text, seen)
    if len(body) > 2 * MOST_DIGITS:
        raise NotANumber("number_too_long", seen=quoted(seen), limit=MOST_DIGITS)
    return Decimal(sign + one_reading(body, sign, language, seen))


def one_reading(body: str, sign: str, language: Language, seen: str) -> str:
    """The digits of the only reading. Refuses two readings, or none."""
    found = readings(body)
    if (
        language == "en"
        and body.count(COMMA) == 1
        and not set(body) & {POINT, SPACE, APOSTROPHE, GROUP}
    ):
        found = [
            reading for reading in found if "." not in reading
        ]  # an English comma divides thousands
    if not found:
        raise NotANumber("number_grouping", seen=quoted(seen))
    if len(found) > 1:
        first, second = (sign + _shortest(reading) for reading in found[:2])
        raise NotANumber("number_ambiguous", seen=quoted(seen), first=first, second=second)
    return found[0]


def _shortest(reading: str) -> str:
    """A reading written so that it has no other: 1 rather than 1.000."""
    return reading.rstrip("0").rstrip(".") if "." in reading else reading


def readings(body: str) -> list[str]:
    """All readings of digits and separators, as plain decimals: thousands first, then decimals."""
    marks = [character for character in body if not character.isdigit()]
    if not marks:
        return [body]
    found = [whole] if (whole := grouped(body, marks[-1])) else []
    head, mark, decimals = body.rpartition(marks[-1])
    if mark in (POINT, COMMA, DECIMAL_ARABIC) and mark not in head:
        whole = head if head.isdigit() else grouped(head, marks[0])
        if whole and (mark != DECIMAL_ARABIC or marks[0] not in (POINT, COMMA)):
            found.append(f"{whole}.{decimals}")
    return found


def grouped(text: str, mark: str) -> str:
    """The digits, where this one separator divides them into thousands; else nothing."""
    if mark == DECIMAL_ARABIC:
        return ""
    groups = text.replace(mark, "S")
    is_south_asian = mark == COMMA and SOUTH_ASIAN.fullmatch(groups)
    return groups.replace("S", "") if WESTERN.fullmatch(groups) or is_south_asian else ""


SHAPES = (
    (re.compile(r"[+-]?[0-9.,]+ ?%|% ?[0-9.,]+"), "number_percent"),
    (re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+"), "number_scientific"),
    (re.compile(r"[+-]?(nan|inf|infinity|∞)", re.I), "number_not_finite"),
    (re.compile(r"\([^()]*[0-9][^()]*\)"), "number_in_brackets"),
    (
        re.compile(
            r"[0-9].*[0-9 ](-|–|—|/|to|à|a|إلى|الى) ?[0-9].*|[<>≤≥~≈±].*|[0-9]+[-–—/][0-9]+"
        ),
        "number_range",
    ),
    (re.compile(r".*\d.*[^\W\d_].*|.*[^\W\d_].*\d.*", re.DOTALL), "number_with_words"),
    (re.compile(r"[0-9 ',.\u066c\u066b]*[0-9][0-9 ',.\u066c\u066b]*"), "number_grouping"),
)


def not_plain(text: str, seen: str) -> NotANumber:
    """Why a text that is more than digits and separators is refused."""
    for shape, code in SHAPES:
        if shape.fullmatch(text):
            return NotANumber(code, seen=quoted(seen))
    return NotANumber("number_unknown", seen=quoted(seen))
