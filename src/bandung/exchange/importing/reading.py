"""From the bytes of an upload to an Understanding; nothing is recorded, nothing is guessed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import NotAllowed
from bandung.exchange.columns import LANGUAGES, REQUIRED, Language, headers
from bandung.exchange.importing.asked import Asked
from bandung.exchange.importing.layout import (
    Layout,
    check_columns,
    find_layout,
    without_doubles,
)
from bandung.exchange.importing.personal import Contacts
from bandung.exchange.importing.problems import Place, Problems
from bandung.exchange.importing.table import Table
from bandung.exchange.importing.understanding import Understanding
from bandung.exchange.marks import META_SHEET, check, read_metadata
from bandung.exchange.standing import in_order
from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.needs.models import Emergency
from bandung.sheets.model import Workbook
from bandung.sheets.reading import read


def understand(
    content: bytes,
    file_name: str,
    state: Party,
    emergency: Emergency,
    reader: Reader,
    *,
    scope: tuple[str, ...] | None = None,
    as_of: date | None = None,
    language: Language | None = None,
    keep_personal: bool = False,
    today: date | None = None,
    within: tuple[str, ...] = (),
) -> Understanding:
    """What an uploaded XLSX or CSV says for `state`, and what it would change.

    `language` is that of the messages: by default the file's. `scope` and `as_of` default to what
    the file says, then to the sectors of its rows and to today; without a scope, rows outside the
    sectors `within` are refused, and no word is lost on others. Refuses (sheets' Unreadable) a
    file that cannot be read, and (NotAllowed) who neither speaks for the state nor reviews.
    """
    if not (reader.is_staff or reader.speaks_for(state.code)):
        raise NotAllowed(reason=_("only the state and the reviewers read its workbooks"))
    asked = Asked(
        state,
        emergency,
        reader,
        in_order(scope or ()),
        as_of,
        language,
        keep_personal,
        today or datetime.now(UTC).date(),
        in_order(within),
    )
    return _Reading(read(content, file_name), asked).understand(file_name)


class _Reading:
    """One upload being read."""

    def __init__(self, book: Workbook, asked: Asked) -> None:
        self.book, self.asked = book, asked
        self.marks = read_metadata(book)
        self.contacts = Contacts()
        layout, self.other_sheets = find_layout(book, tuple(self._preferred()))
        self.problems = Problems(self._answers_in(layout))
        self.layout = layout and without_doubles(layout, self.problems)
        self.sheet = self.layout.sheet.name if self.layout else ""

    def understand(self, file_name: str) -> Understanding:
        """Everything that can be said of the upload."""
        self._check_marks()
        if self.layout is None:
            self._add_no_header()
            understood = self._nothing(file_name)
        else:
            check_columns(self.layout, self.problems)
            for other in self.other_sheets:
                self.problems.warning("other-sheet", Place(other), other=other, sheet=self.sheet)
            table = Table(self.layout, self.asked, self.marks, self.contacts, self.problems)
            understood = table.understand(file_name)
        has_personal = self._warn_personal()
        return replace(understood, problems=tuple(self.problems.found), has_personal=has_personal)

    def _preferred(self) -> Iterator[Language]:
        """The languages to try first: the template's own, the asked one, the reader's."""
        for name in (self.marks.get("language"), self.asked.language, get_language()):
            for language in LANGUAGES:
                if name and name[:2] == language:
                    yield language

    def _answers_in(self, layout: Layout | None) -> Language:
        """The language of the messages: the one asked for, the table's, the reader's."""
        if self.asked.language:
            return self.asked.language
        for language in LANGUAGES:
            if layout and layout.language == language:
                return language
        return next(self._preferred(), "en")

    def _nothing(self, file_name: str) -> Understanding:
        state, emergency = self.asked.state.code, self.asked.emergency.code
        return Understanding(file_name, self.problems.language, state, emergency)

    def _add_no_header(self) -> None:
        known = {each.code: each.header(self.problems.language) for each in headers("en").values()}
        wanted = ", ".join(known[code] for code in REQUIRED)
        sheet = self.book.sheets[0].name if self.book.sheets else ""
        self.problems.error("no-header", Place(sheet), headers=wanted)

    def _check_marks(self) -> None:
        """For whom the hidden sheet says that the workbook was made."""
        marks, place = self.marks, Place(self.sheet)
        state, emergency = self.asked.state.code, self.asked.emergency.code
        if not marks:
            return
        if marks.get("check") != check(marks):
            self.problems.error("marks-changed", Place(META_SHEET))
            self.marks = {}
        elif marks.get("state") != state:
            self.problems.error("other-state", place, seen=marks.get("state"), state=state)
        elif marks.get("emergency") != emergency:
            seen = marks.get("emergency")
            self.problems.error("other-emergency", place, seen=seen, emergency=emergency)

    def _warn_personal(self) -> bool:
        """Warns of contacts in cells that are not read; whether any cell holds one."""
        known = {
            (each.sheet, each.cell) for each in self.problems.found if each.code == "personal-data"
        }
        is_any = bool(known)
        for sheet, cell, contact in self.contacts.cells(self.book):
            is_any = True
            if (sheet, cell) not in known:
                key = "personal-data.kept" if self.asked.keeps_personal else "personal-data.unread"
                self.problems.warning(key, Place(sheet, cell), contact=contact, seen=contact)
        return is_any
