"""The table of an upload becomes a statement, and what it changes against what is in force."""

from datetime import date

from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import LANGUAGES
from bandung.exchange.importing.asked import Asked
from bandung.exchange.importing.cells import Cells
from bandung.exchange.importing.changes import BadRow, Changes, NewLine, compare
from bandung.exchange.importing.layout import Layout
from bandung.exchange.importing.personal import Contacts
from bandung.exchange.importing.problems import Place, Problems
from bandung.exchange.importing.rows import ReadRow, RowReader
from bandung.exchange.importing.scoping import Scoping
from bandung.exchange.importing.understanding import LeftOut, Understanding, digest_of
from bandung.exchange.standing import (
    SECTORS,
    Standing,
    in_order,
    last_ended,
    sectors_in_force,
    standing,
)
from bandung.needs.statement import Statement


class Table:
    """One table that was found, read for a state. `marks` is what its hidden sheet says."""

    def __init__(
        self,
        layout: Layout,
        asked: Asked,
        marks: dict[str, str],
        contacts: Contacts,
        problems: Problems,
    ) -> None:
        self.layout, self.asked, self.marks = layout, asked, marks
        self.contacts, self.problems = contacts, problems
        reads = next((each for each in LANGUAGES if each == layout.language), LANGUAGES[0])
        self.cells = Cells(Catalogue(), problems.language, reads)
        self.scoping = Scoping(layout, self.cells, problems)

    def understand(self, file_name: str) -> Understanding:
        """Its lines, and what they change; problems go to the collection."""
        nil = self.scoping.nil()
        as_of = self.scoping.as_of(self.asked.as_of, self.asked.today)
        rows = self._rows()
        scope = self._scope(rows, nil)
        self.scoping.check(rows, scope, nil)
        state, emergency = self.asked.state.code, self.asked.emergency.code
        now = standing(state, emergency, scope, self.asked.reader)
        self._check_publication(now)
        good = [row for row in rows if self._is_good(row)]
        statement = self._statement(good, scope, nil, as_of)
        bad = [row for row in rows if not self._is_good(row)]
        changes = self._changes(good, bad, statement, now)
        return Understanding(
            file_name=file_name,
            language=self.problems.language,
            state=state,
            emergency=emergency,
            sheet=self.layout.sheet.name,
            header_row=self.layout.last_header_row,
            header_language=self.layout.language,
            columns=self.layout.seen(),
            scope=scope,
            statement=statement,
            rows=tuple(row.number for row in good),
            left_out=self._left_out(rows),
            empty_sectors=self._empty_sectors(good, scope, nil),
            changes=changes,
            is_equal=_is_equal(statement, changes, now, as_of),
            publication_seen=now.publication_seen,
            last_ended=last_ended(state, emergency, scope),
            keeps_personal=self.asked.keeps_personal,
            digest=digest_of(statement, as_of is not None) if statement else "",
        )

    def _rows(self) -> tuple[ReadRow, ...]:
        if self.layout.missing():
            return ()
        asked = self.asked
        reader = RowReader(
            self.layout,
            self.cells,
            self.problems,
            asked.state,
            asked.emergency,
            self.contacts,
            asked.keeps_personal,
        )
        return tuple(reader.read_all())

    def _is_good(self, row: ReadRow) -> bool:
        return row.line is not None and row.number not in self.problems.bad_rows

    def _scope(self, rows: tuple[ReadRow, ...], nil: frozenset[str]) -> tuple[str, ...]:
        """The sectors asked for, else those that the sheet speaks of.

        A template's sector that is in force belongs to it too: deleting all its rows must not
        pass unnoticed. One that never was in force stays open, with a notice.
        """
        if self.asked.scope:
            return self.asked.scope
        within = set(self.asked.within or SECTORS)
        spoken = within & ({row.sector for row in rows} | nil)
        offered = in_order(within & set(self.marks.get("scope", "").split(",")))
        if not offered:
            return in_order(spoken)
        in_force = sectors_in_force(self.asked.state.code, self.asked.emergency.code)
        scope = tuple(sector for sector in offered if sector in spoken or sector in in_force)
        if scope:
            self.scoping.warn_open(sector for sector in offered if sector not in scope)
        return scope

    def _check_publication(self, now: Standing) -> None:
        """A workbook rests on the publication it was filled from, sector by sector."""
        asked = (self.asked.state.code, self.asked.emergency.code)
        if (self.marks.get("state"), self.marks.get("emergency")) != asked:
            return
        parts = self.marks.get("publication_seen", "").split(",")
        seen = dict(part.split("=", 1) for part in parts if "=" in part)
        moved = [
            self.scoping.sector(sector)
            for sector, number in now.seen.items()
            if seen.get(sector, str(number)) != str(number)
        ]
        if moved:
            names, place = ", ".join(moved), Place(self.layout.sheet.name)
            self.problems.error("replaced", place, sectors=names, seen=names)

    def _statement(
        self,
        good: list[ReadRow],
        scope: tuple[str, ...],
        nil: frozenset[str],
        as_of: date | None,
    ) -> Statement | None:
        """The statement of the good lines; None where the table was not read or says nothing."""
        if self.layout.missing() or not scope:
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
    def _changes(
        good: list[ReadRow], bad: list[ReadRow], statement: Statement | None, now: Standing
    ) -> Changes:
        if statement is None:
            return Changes()
        pairs = zip(good, statement.lines, strict=True)
        new = [NewLine(row.number, row.key, line) for row, line in pairs]
        return compare(new, now.lines, [BadRow(row.key, row.code) for row in bad])

    def _left_out(self, rows: tuple[ReadRow, ...]) -> tuple[LeftOut, ...]:
        codes: dict[int, list[str]] = {}
        for problem in self.problems.errors:
            if problem.row is not None:
                codes.setdefault(problem.row, []).append(problem.code)
        return tuple(
            LeftOut(row.number, row.item, tuple(codes[row.number]))
            for row in rows
            if row.number in codes
        )

    def _empty_sectors(
        self, good: list[ReadRow], scope: tuple[str, ...], nil: frozenset[str]
    ) -> tuple[str, ...]:
        spoken = nil | {row.sector for row in good}
        return tuple(self.scoping.sector(sector) for sector in scope if sector not in spoken)


def _is_equal(
    statement: Statement | None, changes: Changes, now: Standing, as_of: date | None
) -> bool:
    """Equal to what is in force now, in every sector; the day counts only where it was given."""
    return (
        statement is not None
        and changes.is_empty
        and now.in_force == set(statement.scope)
        and now.nil == set(statement.nil)
        and (as_of is None or now.as_of == {as_of.isoformat()})
    )
