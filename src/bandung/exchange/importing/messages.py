"""Every sentence about an upload that is not about a single number, day or file.

Key -> (message, hint), filled from facts. The part of a key before the full stop is the problem's
code; what follows tells variants of one code apart.
"""

from django.utils.translation import gettext_noop as _

FILE: dict[str, tuple[str, str]] = {
    "no-header": (
        _("No row with the headers of the needs workbook was found."),
        _(
            "Needed are at least the columns %(headers)s. Download a workbook and copy the rows "
            "into it."
        ),
    ),
    "missing-column": (
        _("The column “%(column)s” is missing."),
        _("Add a column with this header, or copy the rows into a downloaded workbook."),
    ),
    "missing-column.like": (
        _("The column “%(column)s” is missing; “%(seen)s” only resembles it."),
        _("If that is meant, name it exactly “%(column)s”."),
    ),
    "duplicate-header": (
        _("The column “%(column)s” stands here and in column %(other)s."),
        _("Remove or rename one of the two."),
    ),
    "column-not-read": (
        _("The column “%(seen)s” was not read."),
        _("Nothing needs doing if it is only for your own use."),
    ),
    "column-not-read.like": (
        _("The column “%(seen)s” was not read; it only resembles “%(column)s”."),
        _("If that is meant, name it exactly “%(column)s”."),
    ),
    "column-not-read.more": (
        _("%(count)s more columns were not read."),
        _("Nothing needs doing if they are only for your own use."),
    ),
    "other-sheet": (
        _("The sheet “%(other)s” has the headers too; only “%(sheet)s” was read."),
        _("Put all rows on one sheet if both are meant."),
    ),
    "other-state": (
        _("This workbook was made for %(seen)s, not for %(state)s."),
        _("Choose that state, or download the workbook of %(state)s."),
    ),
    "other-emergency": (
        _("This workbook was made for the emergency %(seen)s, not for %(emergency)s."),
        _("Choose that emergency, or download the workbook of this one."),
    ),
    "replaced": (
        _("This workbook rests on a publication that has been replaced since (%(sectors)s)."),
        _("Download the workbook again and carry your changes over."),
    ),
    "marks-changed": (
        _("The hidden sheet that says for whom this workbook was made has been changed."),
        _("Download the workbook again and copy the rows into it."),
    ),
    "no-lines": (
        _("The sheet has headers, but no rows below them."),
        _(
            "Add a row for each item; where nothing is needed write the sector next to "
            "“%(nil)s” above the table."
        ),
    ),
    "sector-without-lines": (
        _("The sector “%(sector)s” is in the scope, but has no rows."),
        _(
            "If nothing is needed there, write the sector next to “%(nil)s” above the table; "
            "otherwise add its rows or leave it out of the scope."
        ),
    ),
    "sector-open": (
        _("Nothing is said about the sector “%(sector)s”; it stays as it is."),
        _("If nothing is needed there, write the sector next to “%(nil)s” above the table."),
    ),
    "outside-scope.nil": (
        _("“%(sector)s” is said to need nothing, but is not in the scope."),
        _("Remove the sector there, or widen the scope."),
    ),
    "nil-with-lines": (
        _("Nothing is said to be needed in “%(sector)s”, yet row %(first)s asks for something."),
        _("Remove the sector next to “%(nil)s”, or its rows."),
    ),
    "unknown-sector": (
        _("“%(seen)s” is no sector."),
        _("Write one or more of: %(choices)s."),
    ),
    "as-of-future": (
        _("The situation is given as of %(seen)s, which lies after today (%(today)s)."),
        _("Check the day; the day by which a need must be met is given in its row."),
    ),
    "too-many-lines": (
        _("There are more than %(limit)s rows."),
        _("Send each sector in a workbook of its own."),
    ),
}

ROWS: dict[str, tuple[str, str]] = {
    "item-missing": (
        _("The row has no item."),
        _("Choose the item in this row; cells merged downwards count for their first row only."),
    ),
    "unknown-item": (
        _("“%(seen)s” is not in the catalogue."),
        _("Choose the item from the list, or type its code such as MED-IPC-05."),
    ),
    "unknown-item.like": (
        _("“%(seen)s” is not in the catalogue; it resembles %(proposals)s."),
        _("Nothing was assumed. If one of these is meant, choose it from the list."),
    ),
    "item-withdrawn": (
        _("The item %(seen)s can no longer be asked for."),
        _("Choose another item, or delete the row."),
    ),
    "item-two-names": (
        _("The code says %(code)s, but “%(label)s” is the item %(other)s."),
        _("Choose the item again from the list."),
    ),
    "item-other-words": (
        _("“%(seen)s” was read as %(read)s, by its code."),
        _("Nothing needs doing if that is meant."),
    ),
    "unit-missing": (
        _("The row does not say in what the quantity is counted."),
        _("Choose one of: %(choices)s."),
    ),
    "unknown-unit": (
        _("“%(seen)s” is no unit or pack."),
        _("Choose one of: %(choices)s."),
    ),
    "unknown-unit.like": (
        _("“%(seen)s” is no unit or pack of this item; it resembles “%(proposals)s”."),
        _("Nothing was assumed. Choose one of: %(choices)s."),
    ),
    "unit-unfit": (
        _("%(item)s is not counted in “%(seen)s”."),
        _("Choose one of: %(choices)s."),
    ),
    "unit-and-pack": (
        _("The row names both a unit and a pack."),
        _("Leave only the one in which the quantity is counted."),
    ),
    "not-whole": (
        _(
            "%(seen)s × %(measure)s is %(base)s × %(base_unit)s, which is not a whole number; "
            "nothing is rounded."
        ),
        _("Type a quantity that comes to %(lower)s or %(upper)s × %(base_unit)s."),
    ),
    "not-whole.base": (
        _("%(seen)s × %(measure)s is not a whole number; nothing is rounded."),
        _("Type %(lower)s or %(upper)s."),
    ),
    "not-whole.count": (
        _("%(seen)s is not a whole number."),
        _("Type %(lower)s or %(upper)s."),
    ),
    "negative": (
        _("%(seen)s is below zero."),
        _("Type the number that is needed, or delete the row."),
    ),
    "too-large": (
        _("%(seen)s is more than can be recorded (%(limit)s of the smallest unit)."),
        _("Check the number and the unit."),
    ),
    "too-precise": (
        _("%(seen)s has more than nine decimals."),
        _("Choose a smaller unit."),
    ),
    "code-missing": (
        _("The cell is empty; a choice is needed."),
        _("Choose one of: %(choices)s."),
    ),
    "unknown-code": (
        _("“%(seen)s” is none of the choices."),
        _("Choose one of: %(choices)s."),
    ),
    "state-unknown": (
        _("“%(seen)s” is not a known state."),
        _("Write the state’s three-letter code, such as %(state)s."),
    ),
    "state-unknown.like": (
        _("“%(seen)s” is not a known state; it resembles %(proposals)s."),
        _("Nothing was assumed. Write the state’s three-letter code."),
    ),
    "other-state.row": (
        _("This row is for %(seen)s, not for %(state)s."),
        _("Remove the row, or import it for that state."),
    ),
    "other-emergency.row": (
        _("This row is for the emergency %(seen)s, not for %(emergency)s."),
        _("Remove the row, or import it for that emergency."),
    ),
    "ended-line": (
        _("This row is from a line that is no longer in force (%(seen)s)."),
        _("Remove the row; if it is needed again, copy it into a new workbook."),
    ),
    "duplicate-line": (
        _("%(item)s stands already in row %(other)s, for the same day and priority."),
        _("Put both quantities into one row, or give them different days or priorities."),
    ),
    "reference-missing": (
        _("The cell is empty; “%(seen)s” needs a reference that names it."),
        _("Type the number or title of that other request."),
    ),
    "outside-scope": (
        _("%(item)s belongs to “%(sector)s”, which is not in the scope of this workbook."),
        _("Remove the row, or widen the scope."),
    ),
    "unfit": (
        _("This row cannot be recorded: %(seen)s."),
        _("Check the row; the secretariat can help."),
    ),
    "personal-data": (
        _("The text seems to hold an e-mail address or a telephone number (%(contact)s)."),
        _("Text and uploaded file do not enter the record. Remove it, or ask that it be kept."),
    ),
    "personal-data.kept": (
        _("The text seems to hold an e-mail address or a telephone number (%(contact)s)."),
        _("It is kept because you asked for it; nobody but the state and the reviewers sees it."),
    ),
    "personal-data.unread": (
        _(
            "A cell that is not read seems to hold an e-mail address or a telephone number "
            "(%(contact)s)."
        ),
        _("The uploaded file does not enter the record. Remove it, or ask that it be kept."),
    ),
}

MESSAGES = FILE | ROWS
