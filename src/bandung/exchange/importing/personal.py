"""E-mail addresses and telephone numbers anywhere in an upload, also in cells that are not read."""

import re
from collections.abc import Iterator

from bandung.exchange.templates import LIST_SHEET, META_SHEET
from bandung.sheets.model import Workbook
from bandung.sheets.text import find_personal

MOST_NAMED = 50
DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 7
BRACKETS = "[({"


def personal_cells(book: Workbook) -> Iterator[tuple[str, str, str]]:
    """Sheet, address and contact of up to fifty cells."""
    contacts: dict[str, str] = {}
    named = 0
    for sheet in book.sheets:
        if sheet.name in (LIST_SHEET, META_SHEET):
            continue
        for row in sheet.rows:
            for index, value in enumerate(row.cells):
                if not isinstance(value, str) or not may_hold_contact(value):
                    continue
                if value not in contacts:
                    found = find_personal(value)
                    contacts[value] = ", ".join(each.seen for each in found)
                if contacts[value]:
                    yield sheet.name, row.address(index), contacts[value]
                    named += 1
                    if named == MOST_NAMED:
                        return


def may_hold_contact(text: str) -> bool:
    """A quick look before the slow one: a contact has an @, a bracketed “at”, or seven digits."""
    if "@" in text or "＠" in text or any(bracket in text for bracket in BRACKETS):
        return True
    return len(text) >= FEWEST_DIGITS and len(DIGIT.findall(text)) >= FEWEST_DIGITS
