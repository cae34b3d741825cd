"""Refusals of this package.

Each carries a code, a sentence, a hint, and the facts both were filled from.
"""

from bandung.sheets.messages import MESSAGES

Facts = dict[str, str | int]


class Explained(Exception):
    """A refusal: code, message, hint, facts, and the templates that surfaces translate."""

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code = code
        self.facts: Facts = facts
        self.template, self.hint_template = MESSAGES[code]
        self.message = self.template % facts
        self.hint = self.hint_template % facts
        super().__init__(f"{self.message} {self.hint}")

    @property
    def seen(self) -> str:
        """What stood in the cell or file, as far as it is quoted; empty where nothing is."""
        return str(self.facts.get("seen", ""))


class Unreadable(Explained):
    """The file cannot be read into rows; nothing of it was taken."""


class EmptyFile(Unreadable):
    """There is nothing in the file."""


class WrongFormat(Unreadable):
    """The content is something else than XLSX or CSV, or than its name says."""


class Encrypted(Unreadable):
    """The workbook needs a password."""


class HasMacros(Unreadable):
    """The workbook brings programs along."""


class UnsafeArchive(Unreadable):
    """The container would grow to more than it may."""


class Damaged(Unreadable):
    """The container, its XML or the CSV is malformed."""


class NotText(Unreadable):
    """The CSV is not UTF-8 text."""


class TooMuch(Unreadable):
    """More bytes, sheets, rows, columns, cells or characters than are read."""


class TimedOut(Unreadable):
    """Reading took too long."""


class OutOfMemory(Unreadable):
    """Reading needed too much memory."""


class ReaderCrashed(Unreadable):
    """The reading process stopped without an answer."""


KINDS: dict[type[Unreadable], tuple[str, ...]] = {
    EmptyFile: ("empty_file",),
    WrongFormat: ("not_a_spreadsheet", "wrong_extension"),
    Encrypted: ("encrypted",),
    HasMacros: ("macros",),
    UnsafeArchive: ("inflates_too_much", "too_many_parts"),
    Damaged: (
        "damaged_archive",
        "missing_part",
        "damaged_part",
        "damaged_cell",
        "declares_entities",
        "damaged_csv",
    ),
    NotText: ("not_utf8", "other_encoding", "null_bytes"),
    TooMuch: (
        "file_too_large",
        "too_many_sheets",
        "too_many_rows",
        "too_many_columns",
        "too_many_cells",
        "too_much_text",
        "cell_too_long",
    ),
    TimedOut: ("timed_out",),
    OutOfMemory: ("out_of_memory",),
    ReaderCrashed: ("reader_crashed",),
}
BY_CODE = {code: kind for kind, codes in KINDS.items() for code in codes}


def unreadable(code: str, **facts: str | int) -> Unreadable:
    """The refusal of a file with this code, as the subclass that fits it."""
    return BY_CODE[code](code, **facts)


class NotANumber(Explained):
    """The cell holds no number that can be taken as it stands."""


class NotADay(Explained):
    """The cell holds no day that can be taken as it stands."""


class BadText(Explained):
    """The text holds what cannot be stored."""
