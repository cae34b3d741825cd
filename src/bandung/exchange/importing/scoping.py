"""What is said above the table and of whole sectors: the day, the nil report, the scope."""

from collections.abc import Iterable
from datetime import date

from bandung.exchange.columns import LANGUAGES, word
from bandung.exchange.importing.cells import Cells, is_blank
from bandung.exchange.importing.layout import Layout, labelled_cell
from bandung.exchange.importing.problems import Place, Problems, Wrong
from bandung.exchange.importing.rows import ReadRow
from bandung.sheets.addresses import address
from bandung.sheets.errors import Explained
from bandung.sheets.model import Value


class Scoping:
    """Reads the cells above one table and checks its sectors."""

    def __init__(self, layout: Layout, cells: Cells, problems: Problems) -> None:
        self.layout, self.cells, self.problems = layout, cells, problems
        self.sheet = layout.sheet.name

    def _above(self, key: str) -> tuple[Value, str]:
        """The value beside a label above the table, and its address; None if there is none."""
        found = labelled_cell(self.layout, [word(key, language) for language in LANGUAGES])
        if found is None or is_blank(found[0].value(found[1])):
            return None, ""
        return found[0].value(found[1]), found[0].address(found[1])

    def as_of(self, asked: date | None, today: date) -> date | None:
        """The day as of which the figures hold, if the uploader or the sheet says so."""
        value, cell = self._above("head.as_of")
        day = asked
        if day is None and value is not None:
            try:
                day = self.cells.day(value)
            except Explained as refusal:
                self.problems.explained(refusal, Place(self.sheet, cell))
        if day is not None and day > today:
            place = Place(self.sheet, "" if asked else cell)
            self.problems.error("as-of-future", place, seen=day.isoformat(), today=today)
        return day

    def nil(self) -> frozenset[str]:
        """Sectors in which the sheet says that nothing is needed."""
        value, cell = self._above("head.nil")
        said = str(value or "").replace("،", ",").replace(";", ",")
        sectors: set[str] = set()
        for part in filter(str.strip, said.split(",")):
            try:
                sectors.add(self.cells.code(part, "sector"))
            except (Wrong, Explained):
                choices = self.cells.code_choices("sector")
                seen, place = part.strip()[:60], Place(self.sheet, cell)
                self.problems.error("unknown-sector", place, seen=seen, choices=choices)
        return frozenset(sectors)

    def sector(self, code: str) -> str:
        """A sector as a message names it."""
        return self.cells.catalogue.choice_of("sector", code, self.cells.language)

    def check(self, rows: tuple[ReadRow, ...], scope: tuple[str, ...], nil: frozenset[str]) -> None:
        """Every sector of the scope has rows or says nil, never both; no row lies outside."""
        if self.layout.missing():
            return
        if not rows and not nil:
            label = word("head.nil", self.cells.language)
            self.problems.error("no-lines", Place(self.sheet), nil=label)
            return
        self._check_rows(rows, scope)
        self._check_nil(scope, nil)
        self._check_sectors(rows, scope, nil)

    def _check_rows(self, rows: tuple[ReadRow, ...], scope: tuple[str, ...]) -> None:
        index = self.layout.index_of("item") or 0
        for row in rows:
            if row.sector and row.sector not in scope:
                place = Place(self.sheet, address(row.number, index), row.number)
                sector = self.sector(row.sector)
                self.problems.error("outside-scope", place, item=row.item, sector=sector)

    def _check_nil(self, scope: tuple[str, ...], nil: frozenset[str]) -> None:
        _value, cell = self._above("head.nil")
        for sector in sorted(nil - set(scope)):
            named = self.sector(sector)
            self.problems.error("outside-scope.nil", Place(self.sheet, cell), sector=named)

    def warn_open(self, sectors: Iterable[str]) -> None:
        """Says of which sectors of the workbook nothing is said."""
        label = word("head.nil", self.cells.language)
        for sector in sectors:
            facts = {"sector": self.sector(sector), "nil": label}
            self.problems.warning("sector-open", Place(self.sheet), **facts)

    def _check_sectors(
        self, rows: tuple[ReadRow, ...], scope: tuple[str, ...], nil: frozenset[str]
    ) -> None:
        first: dict[str, int] = {}
        for row in rows:
            first.setdefault(row.sector, row.number)
        place, label = Place(self.sheet), word("head.nil", self.cells.language)
        is_all_known = "" not in first  # a row of no known item may belong to any sector
        for sector in scope:
            facts = {"sector": self.sector(sector), "nil": label}
            if sector in nil and sector in first:
                self.problems.error("nil-with-lines", place, first=first[sector], **facts)
            elif sector not in nil and sector not in first and is_all_known:
                self.problems.error("sector-without-lines", place, **facts)
