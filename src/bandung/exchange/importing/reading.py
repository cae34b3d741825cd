"""From the bytes of an upload to an Understanding; nothing is recorded, nothing is guessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import NotAllowed
from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import LANGUAGES, REQUIRED, Language, headers, word
from bandung.exchange.importing.cells import Cells, is_blank
from bandung.exchange.importing.changes import Changes, NewLine, compare
from bandung.exchange.importing.layout import (
    Layout,
    check_columns,
    find_layout,
    labelled_cell,
    without_doubles,
)
from bandung.exchange.importing.personal import personal_cells
from bandung.exchange.importing.problems import Place, Problems, Wrong
from bandung.exchange.importing.rows import ReadRow, RowReader
from bandung.exchange.importing.understanding import LeftOut, Understanding, digest_of
from bandung.exchange.standing import Standing, in_order, last_ended, standing
from bandung.exchange.templates import META_SHEET, check
from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.needs.models import Emergency
from bandung.needs.statement import Statement
from bandung.sheets.addresses import address
from bandung.sheets.errors import Explained
from bandung.sheets.model import Workbook
from bandung.sheets.reading import read


@dataclass(frozen=True)
class Asked:
    """What the uploader said beside the file."""

    state: Party
    emergency: Emergency
    reader: Reader
    scope: tuple[str, ...]
    as_of: date | None
    language: Language | None
    keeps_personal: bool
    today: date


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
) -> Understanding:
    """What an uploaded XLSX or CSV says for `state`, and what it would change.

    `language` is that of the messages: by default the file's. `scope` and `as_of` default to what
    the file says, then to the sectors of its rows and to today. Refuses (sheets' Unreadable) a
    file that cannot be read, and (NotAllowed) who neither speaks for the state nor reviews.
    """
    if not (reader.is_staff or reader.speaks_for(state.code)):
        raise NotAllowed(reason=_("only the state and the reviewers read its workbooks"))
    book = read(content, file_name)
    asked = Asked(
        state,
        emergency,
        reader,
        in_order(scope or ()),
        as_of,
        language,
        keep_personal,
        today or datetime.now(UTC).date(),
    )
    return _Reading(book, file_name, asked).understand()


class _Reading:
    """One upload being read."""

    def __init__(self, book: Workbook, file_name: str, asked: Asked) -> None:
        self.book, self.file_name, self.asked = book, file_name, asked
        self.meta = read_metadata(book)
        layout, self.other_sheets = find_layout(book, tuple(self._preferred()))
        self.language = self._answers_in(layout)
        self.problems = Problems(self.language)
        self.layout = layout and without_doubles(layout, self.problems)
        self.sheet = self.layout.sheet.name if self.layout else ""

    def _preferred(self) -> Iterator[Language]:
        """The languages to try first: the template's own, the asked one, the reader's."""
        for name in (self.meta.get("language"), self.asked.language, get_language()):
            for language in LANGUAGES:
                if name and name[:2] == language:
                    yield language

    def _answers_in(self, layout: Layout | None) -> Language:
        if self.asked.language:
            return self.asked.language
        for language in LANGUAGES:
            if layout and layout.language == language:
                return language
        return next(self._preferred(), "en")

    def understand(self) -> Understanding:
        """Everything that can be said of the upload."""
        self._check_metadata()
        if self.layout is None:
            self._add_no_header()
            return self._understanding((), (), frozenset(), None)
        check_columns(self.layout, self.problems)
        for other in self.other_sheets:
            self.problems.warning("other-sheet", Place(other), other=other, sheet=self.sheet)
        reads = next((each for each in LANGUAGES if each == self.layout.language), LANGUAGES[0])
        self.cells = Cells(Catalogue(), self.language, reads)
        nil, as_of = self._nil(), self._as_of()
        rows: tuple[ReadRow, ...] = ()
        if not self.layout.missing():
            rows = tuple(self._row_reader().read_all())
        scope = self._scope(rows, nil)
        self._check_scope(rows, scope, nil)
        return self._understanding(rows, scope, nil, as_of)

    def _row_reader(self) -> RowReader:
        assert self.layout is not None
        asked = self.asked
        return RowReader(
            self.layout,
            self.cells,
            self.problems,
            asked.state,
            asked.emergency,
            asked.keeps_personal,
        )

    def _add_no_header(self) -> None:
        known = {column.code: column.header(self.language) for column in headers("en").values()}
        wanted = ", ".join(known[code] for code in REQUIRED)
        sheet = self.book.sheets[0].name if self.book.sheets else ""
        self.problems.error("no-header", Place(sheet), headers=wanted)

    # --- what the hidden sheet says ---

    def _check_metadata(self) -> None:
        """Whose workbook it is, and on which publication it rests."""
        meta, asked = self.meta, self.asked
        if not meta:
            return
        if meta.get("check") != check(meta):
            self.problems.error("marks-changed", Place(META_SHEET))
            return
        if meta.get("state") != asked.state.code:
            names = {"seen": meta.get("state", ""), "state": asked.state.code}
            self.problems.error("other-state", Place(self.sheet), **names)
        elif meta.get("emergency") != asked.emergency.code:
            names = {"seen": meta.get("emergency", ""), "emergency": asked.emergency.code}
            self.problems.error("other-emergency", Place(self.sheet), **names)

    def _check_publication(self, now: Standing) -> None:
        """A workbook rests on the publication it was filled from, sector by sector."""
        if self.meta.get("state") != self.asked.state.code:
            return
        seen = dict(
            part.split("=", 1)
            for part in self.meta.get("publication_seen", "").split(",")
            if "=" in part
        )
        moved = [
            sector
            for sector, number in now.seen.items()
            if sector in seen and seen[sector] != str(number)
        ]
        if moved:
            names = ", ".join(self._sector(sector) for sector in moved)
            self.problems.error("replaced", Place(self.sheet), sectors=names, seen=names)

    def _sector(self, code: str) -> str:
        return self.cells.catalogue.choice_of("sector", code, self.language)

    # --- the cells above the table ---

    def _above(self, key: str) -> tuple[object, str] | None:
        """The value beside a label above the table, and its address."""
        assert self.layout is not None
        found = labelled_cell(self.layout, [word(key, language) for language in LANGUAGES])
        if found is None or is_blank(found[0].value(found[1])):
            return None
        return found[0].value(found[1]), found[0].address(found[1])

    def _as_of(self) -> date | None:
        """The day as of which the figures hold, if the uploader or the sheet says so."""
        found = self._above("head.as_of")
        day, cell = self.asked.as_of, ""
        if day is None and found is not None:
            cell = found[1]
            try:
                day = self.cells.day(found[0])  # type: ignore[arg-type]
            except Explained as refusal:
                self.problems.explained(refusal, Place(self.sheet, cell))
        if day is not None and day > self.asked.today:
            today = self.asked.today.isoformat()
            seen = day.isoformat()
            self.problems.error("as-of-future", Place(self.sheet, cell), seen=seen, today=today)
        return day

    def _nil(self) -> frozenset[str]:
        """Sectors in which the sheet says that nothing is needed."""
        found = self._above("head.nil")
        sectors: set[str] = set()
        for part in str(found[0]).replace("،", ",").replace(";", ",").split(",") if found else ():
            try:
                if part.strip():
                    sectors.add(self.cells.code(part, "sector"))
            except (Wrong, Explained):
                choices = self.cells.code_choices("sector")
                assert found is not None
                seen = part.strip()[:60]
                place = Place(self.sheet, found[1])
                self.problems.error("unknown-sector", place, seen=seen, choices=choices)
        return frozenset(sectors)

    # --- the scope ---

    def _scope(self, rows: tuple[ReadRow, ...], nil: frozenset[str]) -> tuple[str, ...]:
        """The sectors asked for, else the template's, else those that the sheet speaks of."""
        if self.asked.scope:
            return self.asked.scope
        if self.meta.get("scope"):
            return in_order(self.meta["scope"].split(","))
        return in_order({row.sector for row in rows} | nil)

    def _check_scope(
        self, rows: tuple[ReadRow, ...], scope: tuple[str, ...], nil: frozenset[str]
    ) -> None:
        """Every sector of the scope has rows or says nil, never both; no row lies outside."""
        assert self.layout is not None
        label = word("head.nil", self.language)
        first: dict[str, int] = {}
        index = self.layout.index_of("item") or 0
        for row in rows:
            if row.sector in scope:
                first.setdefault(row.sector, row.number)
            elif row.sector:
                sector = self._sector(row.sector)
                place = Place(self.sheet, address(row.number, index), row.number)
                self.problems.error("outside-scope", place, item=row.item, sector=sector)
        if not rows and not nil and not self.layout.missing():
            self.problems.error("no-lines", Place(self.sheet), nil=label)
            return
        for sector in scope if not self.layout.missing() else ():
            named = self._sector(sector)
            if sector in nil and sector in first:
                place, row_ = Place(self.sheet), first[sector]
                self.problems.error("nil-with-lines", place, sector=named, first=row_, nil=label)
            elif sector not in nil and sector not in first:
                self.problems.error(
                    "sector-without-lines", Place(self.sheet), sector=named, nil=label
                )

    # --- all of it ---

    def _understanding(
        self,
        rows: tuple[ReadRow, ...],
        scope: tuple[str, ...],
        nil: frozenset[str],
        as_of: date | None,
    ) -> Understanding:
        asked = self.asked
        bad = self.problems.bad_rows
        good = [row for row in rows if row.line is not None and row.number not in bad]
        now = standing(asked.state.code, asked.emergency.code, scope, asked.reader)
        if self.layout is not None:
            self._check_publication(now)
        has_personal = self._warn_personal()
        statement = self._statement(good, scope, nil, as_of)
        changes, is_unchanged = Changes(), False
        if statement is not None:
            new = [
                NewLine(row.number, row.key, line)
                for row, line in zip(good, statement.lines, strict=True)
            ]
            changes = compare(new, now.lines)
            is_unchanged = self._is_unchanged(statement, changes, now, as_of)
        return Understanding(
            file_name=self.file_name,
            language=self.language,
            state=asked.state.code,
            emergency=asked.emergency.code,
            sheet=self.sheet,
            header_row=self.layout.last_header_row if self.layout else 0,
            header_language=self.layout.language if self.layout else None,
            columns=self.layout.seen() if self.layout else (),
            scope=scope,
            statement=statement,
            rows=tuple(row.number for row in good),
            left_out=self._left_out(rows, bad),
            empty_sectors=tuple(
                self._sector(sector)
                for sector in scope
                if sector not in nil and sector not in {row.sector for row in good}
            ),
            problems=tuple(self.problems.found),
            changes=changes,
            is_unchanged=is_unchanged and not self.problems.errors,
            is_as_of_given=as_of is not None,
            publication_seen=now.publication_seen,
            last_ended=last_ended(asked.state.code, asked.emergency.code, scope),
            has_personal=has_personal,
            keeps_personal=asked.keeps_personal,
            digest=digest_of(statement, as_of is not None) if statement else "",
        )

    def _statement(
        self,
        good: list[ReadRow],
        scope: tuple[str, ...],
        nil: frozenset[str],
        as_of: date | None,
    ) -> Statement | None:
        """The statement of the good lines; None where the table was not read or says nothing."""
        if self.layout is None or self.layout.missing() or not scope:
            return None
        lines = tuple(
            row.line if row.line.n == n else row.line.model_copy(update={"n": n})
            for n, row in enumerate(good, start=1)
            if row.line is not None
        )
        return Statement(
            state=self.asked.state.code,
            emergency=self.asked.emergency.code,
            scope=scope,  # type: ignore[arg-type]
            nil=in_order(nil & set(scope)),  # type: ignore[arg-type]
            as_of=as_of or self.asked.today,
            lines=lines,
        )

    @staticmethod
    def _is_unchanged(
        statement: Statement, changes: Changes, now: Standing, as_of: date | None
    ) -> bool:
        """Equal to what is in force now, in every sector; the day counts where it was given."""
        is_same_day = as_of is None or now.as_of == {as_of.isoformat()}
        return (
            changes.is_empty
            and now.in_force == set(statement.scope)
            and now.nil == set(statement.nil)
            and is_same_day
        )

    def _left_out(self, rows: tuple[ReadRow, ...], bad: set[int]) -> tuple[LeftOut, ...]:
        codes: dict[int, list[str]] = {}
        for problem in self.problems.errors:
            if problem.row is not None:
                codes.setdefault(problem.row, []).append(problem.code)
        return tuple(
            LeftOut(row.number, row.item, tuple(codes[row.number]))
            for row in rows
            if row.number in bad
        )

    def _warn_personal(self) -> bool:
        """Warns of contacts in cells that are not read; whether any cell holds one."""
        known = {
            (each.sheet, each.cell) for each in self.problems.found if each.code == "personal-data"
        }
        is_any = bool(known)
        for sheet, cell, contact in personal_cells(self.book):
            is_any = True
            if (sheet, cell) not in known:
                key = "personal-data.kept" if self.asked.keeps_personal else "personal-data.unread"
                self.problems.warning(key, Place(sheet, cell), contact=contact, seen=contact)
        return is_any


def read_metadata(book: Workbook) -> dict[str, str]:
    """What the hidden sheet of our own workbooks says; empty where there is none."""
    for sheet in book.sheets:
        if sheet.name == META_SHEET:
            return {
                str(row.value(0)): str(row.value(1) if row.value(1) is not None else "")
                for row in sheet.rows
            }
    return {}
