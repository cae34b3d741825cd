"""Stored cell values of XLSX become exact values. Runs in the child only."""

import re
from datetime import date, datetime, timedelta

from bandung.sheets import encoding
from bandung.sheets.encoding import Sent
from bandung.sheets.styles import DAY, NUMBER

PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?\Z", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MILLISECONDS_OF_DAY = 86_400_000
LAST_SERIAL = 2_958_465  # 9999-12-31
EXACT_FROM = 10**18


def number(text: str) -> Sent:
    """An exact number: whole ones as int, others by the shortest decimal of the stored double.

    Spreadsheet programs store doubles, and write 1234.56 as 1234.5599999999999: the shortest
    decimal is what was typed.
    """
    if len(text) < 18 and text.isascii() and text.isdigit():
        return int(text)
    text = text.strip()
    if not PLAIN.match(text):
        return not_finite(text) if text.lower().lstrip("+-") in NOT_FINITE_WORDS else text
    whole = text.lstrip("+-").isdigit()
    if whole and len(text) < 40:
        return int(text)
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return not_finite(text)
    if value.is_integer() and abs(value) < EXACT_FROM:
        return int(value)
    return {encoding.DECIMAL: repr(value)}


NOT_FINITE_WORDS = {"nan", "inf", "infinity", "1.#inf", "1.#qnan", "1.#ind"}


def not_finite(text: str) -> Sent:
    return {encoding.NOT_FINITE: text[:40]}


def dated(text: str, kind: int, from_1904: bool) -> Sent:
    """A number in a cell that shows days or times; a number again where no such day exists."""
    plain = number(text)
    if isinstance(plain, str) or (isinstance(plain, dict) and encoding.DECIMAL not in plain):
        return plain
    serial = float(text)
    if not 0 <= serial <= LAST_SERIAL + 1:
        return plain
    milliseconds = round(serial * MILLISECONDS_OF_DAY)
    if kind != DAY:
        return clock(milliseconds)
    days, rest = divmod(milliseconds, MILLISECONDS_OF_DAY)
    day = day_of(days, from_1904)
    if day is None:
        return plain
    if not rest:
        return {encoding.DAY: day.isoformat()}
    instant = datetime(day.year, day.month, day.day) + timedelta(milliseconds=rest)  # noqa: DTZ001
    return {encoding.INSTANT: instant.isoformat()}


def day_of(days: int, from_1904: bool) -> date | None:
    """The day of a serial number; None for 0 and for 60, the 29 February 1900 that never was."""
    if from_1904:
        return date(1904, 1, 1) + timedelta(days) if days <= LAST_SERIAL - 1462 else None
    if days in (0, 60) or days > LAST_SERIAL:
        return None
    return date(1899, 12, 31 if days < 60 else 30) + timedelta(days)


def clock(milliseconds: int) -> str:
    """A time or duration as text, so that 06:00 is never taken for the number 0.25."""
    seconds = round(milliseconds / 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def iso_day(text: str) -> Sent:
    """The value of a cell of type d: an ISO day or instant, left as text where it is none."""
    try:
        if len(text) <= 10:
            return {encoding.DAY: date.fromisoformat(text).isoformat()}
        instant = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    return {encoding.INSTANT: instant.isoformat()}


def numeric(text: str, kind: int, from_1904: bool) -> Sent:
    """A number, day or time, by the cell's style."""
    return number(text) if kind == NUMBER else dated(text, kind, from_1904)


def unescape(text: str) -> str:
    """Undo the escapes `_x000D_` of XLSX strings, save those that name no character."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    is_text = (code >= 32 or code in (9, 10, 13)) and not 0xD800 <= code <= 0xDFFF and code < 0xFFFE
    return chr(code) if is_text else match.group(0)
