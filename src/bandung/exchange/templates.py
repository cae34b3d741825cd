"""The workbook that a state downloads: headers, help and drop-downs in its language, filled with
the last published lines. The same input gives the same bytes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext_lazy as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bandung.core.refused import Refused
from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import COLUMNS, Column, Language, is_wording_confirmed, word
from bandung.exchange.filling import EXACT_DIGITS, line_cells
from bandung.exchange.marks import LIST_SHEET, META_SHEET, metadata
from bandung.exchange.standing import HeldLine, in_order, standing
from bandung.ledger.models import Instance
from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.needs.models import Emergency
from bandung.needs.statement import NeedLine
from bandung.sheets.text import neutralise

TITLE_ROW, INSTRUCTION_ROW, AS_OF_ROW, NIL_ROW, EXERCISE_ROW, HEADER_ROW = range(6)
SPARE_ROWS = 1_000
MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  the same input gives the same bytes


class NoSuchScope(Refused):
    """A scope is one or more of the known sectors."""

    code = "no-such-scope"
    template = _("“%(scope)s” is no scope.")
    hint_template = _("Name one or more of: %(sectors)s, separated by commas.")


class UnknownEmergency(Refused):
    """No emergency has this code."""

    code = "unknown-emergency"
    template = _("There is no emergency “%(emergency)s”.")
    hint_template = _("Open emergencies: %(known)s.")


def find_emergency(code: str) -> Emergency:
    """The emergency with this code. Refuses an unknown one, naming those that are open."""
    found: Emergency | None = Emergency.objects.filter(pk=code).first()
    if found is None:
        known = Emergency.objects.filter(closed_on=None).values_list("code", flat=True)
        raise UnknownEmergency(emergency=code, known=", ".join(known) or "-")
    return found


def read_scope(names: str | tuple[str, ...]) -> tuple[str, ...]:
    """Sectors from a tuple or a comma list, in their usual order. Refuses anything else."""
    parts = names.split(",") if isinstance(names, str) else names
    wanted = [part.strip().lower() for part in parts]
    scope = in_order(wanted)
    if not scope or set(scope) != set(wanted):
        raise NoSuchScope(scope=", ".join(wanted), sectors="medical, social, humanitarian")
    return scope


def write_template(
    state: Party,
    emergency: Emergency,
    scope: tuple[str, ...],
    language: Language,
    reader: Reader,
    lines: Sequence[NeedLine] = (),
) -> bytes:
    """An XLSX for `state` in `scope`, filled with the published lines that `reader` may see.

    `lines` are further rows, written below them as if somebody had typed them.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": MADE_AT, "title": "Bandung"})
    template = _Template(book, state, emergency, in_order(scope), language, reader)
    template.write([*template.now.lines, *(HeldLine("", line, "") for line in lines)])
    book.close()
    return buffer.getvalue()


class _Template:
    """One workbook being written."""

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        state: Party,
        emergency: Emergency,
        scope: tuple[str, ...],
        language: Language,
        reader: Reader,
    ) -> None:
        self.book, self.state, self.emergency = book, state, emergency
        self.scope, self.language = scope, language
        self.catalogue = Catalogue()
        self.now = standing(state.code, emergency.code, scope, reader)
        self.items = self.catalogue.items_in(scope)
        self.columns = [column for column in COLUMNS if column.is_in_template]
        self.last_row = HEADER_ROW + SPARE_ROWS
        self.formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "label": book.add_format({"italic": True}),
            "header": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "required": book.add_format(
                {"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"}
            ),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "plain": book.add_format({"valign": "top"}),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        }

    def write(self, rows: Sequence[HeldLine]) -> None:
        """All sheets in their order; the one to fill is first and open."""
        self.last_row = HEADER_ROW + len(rows) + SPARE_ROWS
        needs = self._sheet("sheet.needs")
        help_ = self._sheet("sheet.help")
        lists, meta = self.book.add_worksheet(LIST_SHEET), self.book.add_worksheet(META_SHEET)
        names = self._write_lists(lists)
        self._write_head(needs)
        self._write_headers(needs, names)
        for offset, held in enumerate(rows, start=1):
            self._write_line(needs, HEADER_ROW + offset, held)
        self._write_help(help_)
        self._write_metadata(meta)
        lists.hide()
        meta.very_hidden()
        needs.activate()

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(word(name, self.language))
        if self.language == "ar":
            sheet.right_to_left()
        return sheet

    def _text(
        self, sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None
    ) -> None:
        sheet.write_string(row, column, neutralise(text), style)

    # --- the sheet to fill ---

    def _write_head(self, sheet: Worksheet) -> None:
        language = self.language
        parts = (
            word("sheet.needs", language),
            f"{self.state.name_in(language)} ({self.state.code})",
            self.emergency.name_in(language),
        )
        self._text(sheet, TITLE_ROW, 0, " · ".join(parts), self.formats["title"])
        self._text(
            sheet, INSTRUCTION_ROW, 0, word("head.instruction", language), self.formats["label"]
        )
        self._text(sheet, AS_OF_ROW, 0, word("head.as_of", language), self.formats["label"])
        sheet.write_blank(AS_OF_ROW, 1, None, self.formats["day"])
        self._text(sheet, NIL_ROW, 0, word("head.nil", language), self.formats["label"])
        nil = [
            self.catalogue.choice_of("sector", each, language) for each in in_order(self.now.nil)
        ]
        self._text(sheet, NIL_ROW, 1, ", ".join(nil))
        if Instance.objects.filter(is_exercise=True).exists():
            self._text(
                sheet, EXERCISE_ROW, 0, word("head.exercise", language), self.formats["title"]
            )

    def _write_headers(self, sheet: Worksheet, names: dict[str, str]) -> None:
        for index, column in enumerate(self.columns):
            style = self.formats["required" if column.is_required else "header"]
            self._text(sheet, HEADER_ROW, index, column.header(self.language), style)
            is_hidden = column.kind == "row_key"
            look = self.formats[{"day": "day", "text": "text"}.get(column.kind, "plain")]
            sheet.set_column(index, index, column.width, look, {"hidden": is_hidden})
            if not is_hidden:
                self._validate(sheet, index, column, names)
        sheet.freeze_panes(HEADER_ROW + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.autofilter(HEADER_ROW, 0, self.last_row, len(self.columns) - 1)

    def _validate(
        self, sheet: Worksheet, index: int, column: Column, names: dict[str, str]
    ) -> None:
        """The drop-down of a column where it has one, and its help beside the cell."""
        rule: dict[str, object] = {
            "validate": "any",
            "input_title": column.header(self.language)[:32],
            "input_message": column.help(self.language)[:255],
            "error_type": "warning",
        }
        source = names.get(column.code_list or column.kind)
        if source:
            rule |= {"validate": "list", "source": f"={source}"}
        sheet.data_validation(HEADER_ROW + 1, index, self.last_row, index, rule)

    def _write_line(self, sheet: Worksheet, row: int, held: HeldLine) -> None:
        cells = line_cells(held, self.catalogue, self.language)
        for index, column in enumerate(self.columns):
            value = cells.get(column.code)
            if value is None or value == "":
                continue
            if isinstance(value, date):
                sheet.write_datetime(row, index, value, self.formats["day"])
            elif isinstance(value, int | Decimal):
                self._write_number(sheet, row, index, value)
            else:
                style = self.formats["text" if column.kind == "text" else "plain"]
                self._text(sheet, row, index, value, style)

    def _write_number(self, sheet: Worksheet, row: int, index: int, value: int | Decimal) -> None:
        if len(Decimal(value).as_tuple().digits) > EXACT_DIGITS:
            sheet.write_string(row, index, f"{value:f}", self.formats["plain"])
            return
        is_whole = value == int(value)
        style = self.formats["whole" if is_whole else "plain"]
        sheet.write_number(row, index, int(value) if is_whole else float(value), style)

    # --- the sheets behind it ---

    def _write_lists(self, sheet: Worksheet) -> dict[str, str]:
        """The drop-downs' entries, each list under a name; gives the source of each kind."""
        names: dict[str, str] = {}
        items = [self.catalogue.item_choice(item, self.language) for item in self.items]
        names["item"] = self._name(sheet, 0, "choices_item", items)
        names["counted_in"] = self._write_measures(sheet, names["item"])
        for offset, (name, entries) in enumerate(self.catalogue.codes.items(), start=4):
            if entries:
                choices = self.catalogue.code_choices(name, self.language)
                names[name] = self._name(sheet, offset, f"choices_{name}", choices)
        return names

    def _write_measures(self, sheet: Worksheet, items: str) -> str:
        """Each item's units and packs one below the other; the drop-down shows its own part."""
        row = 0
        for place, item in enumerate(self.items):
            measures = self.catalogue.measures(item)
            sheet.write_number(place, 1, row)
            sheet.write_number(place, 2, len(measures))
            for measure in measures:
                self._text(sheet, row, 3, measure.label(self.language))
                row += 1
        last = max(len(self.items), 1)
        self.book.define_name("choices_first", f"={LIST_SHEET}!$B$1:$B${last}")
        self.book.define_name("choices_count", f"={LIST_SHEET}!$C$1:$C${last}")
        place_of = f"MATCH($A{HEADER_ROW + 2},{items},0)"
        return (
            f"OFFSET({LIST_SHEET}!$D$1,INDEX(choices_first,{place_of}),0,"
            f"INDEX(choices_count,{place_of}),1)"
        )

    def _name(self, sheet: Worksheet, column: int, name: str, entries: list[str]) -> str:
        for row, entry in enumerate(entries):
            self._text(sheet, row, column, entry)
        letter = chr(ord("A") + column)
        self.book.define_name(name, f"={LIST_SHEET}!${letter}$1:${letter}${max(len(entries), 1)}")
        return name

    def _write_help(self, sheet: Worksheet) -> None:
        language = self.language
        sheet.set_column(0, 0, 30, self.formats["text"])
        sheet.set_column(1, 1, 16, self.formats["text"])
        sheet.set_column(2, 2, 90, self.formats["text"])
        row = 0
        for key in ("replaces", "nil", "as_of", "whole", "hidden", "documents"):
            self._text(sheet, row, 0, word(f"help.{key}", language), self.formats["plain"])
            row += 1
        sectors = [self.catalogue.choice_of("sector", each, language) for each in self.scope]
        scope = f"{word('help.scope', language)}: {', '.join(sectors)}"
        self._text(sheet, row, 0, scope, self.formats["plain"])
        if not (
            is_wording_confirmed(language) and self.catalogue.is_confirmed(self.items, language)
        ):
            row += 1
            self._text(sheet, row, 0, word("help.unconfirmed", language), self.formats["label"])
        row += 2
        self._text(sheet, row, 0, word("help.columns", language), self.formats["title"])
        for column in self.columns:
            if column.kind == "row_key":
                continue
            row += 1
            need = "help.required" if column.is_required else "help.may_be_empty"
            self._text(sheet, row, 0, column.header(language), self.formats["text"])
            self._text(sheet, row, 1, word(need, language), self.formats["text"])
            self._text(sheet, row, 2, column.help(language), self.formats["text"])

    def _write_metadata(self, sheet: Worksheet) -> None:
        values = metadata(self.state.code, self.emergency.code, self.scope, self.language, self.now)
        for row, (key, value) in enumerate(values.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
