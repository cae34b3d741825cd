"""E-mail addresses and telephone numbers anywhere in an upload, also in cells that are not read."""

import re
from collections.abc import Iterator

from bandung.exchange.marks import LIST_SHEET, META_SHEET
from bandung.sheets.model import Workbook
from bandung.sheets.text import find_personal

MOST_NAMED = 50
# The quick look before the slow one: an @, a bracketed “at”, or seven digits.
POSSIBLE = re.compile(r"[@＠\[({]|(?:\d\D*){7}")


class Contacts:
    """What was found in each text of one upload; the same text is searched once."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def find(self, text: str) -> str:
        """The contacts in a text, separated by commas; empty if there are none."""
        if not POSSIBLE.search(text):
            return ""
        if text not in self._found:
            self._found[text] = ", ".join(each.seen for each in find_personal(text))
        return self._found[text]

    def cells(self, book: Workbook) -> Iterator[tuple[str, str, str]]:
        """Sheet, address and contacts of up to fifty cells."""
        named = 0
        for sheet in book.sheets:
            if sheet.name in (LIST_SHEET, META_SHEET):
                continue
            for row in sheet.rows:
                for index, value in enumerate(row.cells):
                    if isinstance(value, str) and (contacts := self.find(value)):
                        yield sheet.name, row.address(index), contacts
                        named += 1
                        if named == MOST_NAMED:
                            return
