"""Every sentence of this package: code -> (message template, hint template).

English, with `%(name)s` to be filled from facts.
Surfaces translate by template and fill in the facts themselves; the message says what was found,
the hint how to mend it. The limits and names that a sentence needs are always facts, so that no
translation carries a number.
"""

Sentences = dict[str, tuple[str, str]]

FILES: Sentences = {
    "empty_file": (
        "The file is empty.",
        "Send the workbook itself; check that the upload or the copy was finished.",
    ),
    "file_too_large": (
        "The file has %(bytes)s bytes; at most %(limit)s are read.",
        "Remove pictures and sheets that are not needed, then save again.",
    ),
    "not_a_spreadsheet": (
        "The file is %(found)s, not a spreadsheet that can be read here.",
        "Save the table as an Excel workbook (.xlsx) or as CSV in UTF-8.",
    ),
    "wrong_extension": (
        "The file name ends in .%(extension)s, but the content is %(found)s.",
        "Give the file the name that fits its content (ending in .%(expected)s), or send "
        "the other file.",
    ),
    "encrypted": (
        "The workbook is protected by a password and cannot be read.",
        "Open it, remove the password (File, Info, Protect), then save again.",
    ),
    "macros": (
        "The workbook contains macros (%(part)s); workbooks with macros are not read.",
        "Save it as an Excel workbook without macros (.xlsx).",
    ),
    "inflates_too_much": (
        "The content of the workbook grows to more than can be read here (%(bytes)s "
        "bytes; at most %(limit)s).",
        "Copy the needed sheet into a new workbook and send that one.",
    ),
    "too_many_parts": (
        "The workbook holds %(parts)s parts; at most %(limit)s are read.",
        "Copy the needed sheet into a new workbook and send that one.",
    ),
    "damaged_archive": (
        "The workbook is damaged: its container cannot be opened.",
        "Open it in a spreadsheet program, save it again as .xlsx and send the new file.",
    ),
    "missing_part": (
        "The workbook is damaged: the part %(part)s is missing.",
        "Open it in a spreadsheet program, save it again as .xlsx and send the new file.",
    ),
    "damaged_part": (
        "The workbook is damaged: the part %(part)s cannot be read near line %(line)s.",
        "Open it in a spreadsheet program, save it again as .xlsx and send the new file.",
    ),
    "damaged_cell": (
        "The workbook is damaged: in sheet %(sheet)s the cell reference %(seen)s is not "
        "where it can be.",
        "Open it in a spreadsheet program, save it again as .xlsx and send the new file.",
    ),
    "declares_entities": (
        "The part %(part)s declares document types or entities, which no spreadsheet "
        "program writes.",
        "Open the workbook in a spreadsheet program, save it again as .xlsx and send the new file.",
    ),
    "not_utf8": (
        "The text is not UTF-8: line %(line)s, byte %(byte)s cannot be read.",
        "Save the file again as “CSV UTF-8”.",
    ),
    "other_encoding": (
        "The text is stored as %(found)s, not as UTF-8.",
        "Save the file again as “CSV UTF-8”.",
    ),
    "null_bytes": (
        "The file holds a null byte (line %(line)s, byte %(byte)s), which is not text.",
        "Save the table again as “CSV UTF-8” or as an Excel workbook (.xlsx).",
    ),
    "damaged_csv": (
        "Line %(line)s cannot be divided into columns: a quotation mark is not closed or "
        "stands where it cannot.",
        "Write a quotation mark inside a quoted cell twice, close every quotation, or "
        "send an Excel workbook.",
    ),
    "too_many_sheets": (
        "The workbook has %(sheets)s sheets; at most %(limit)s are read.",
        "Copy the needed sheet into a new workbook and send that one.",
    ),
    "too_many_rows": (
        "Sheet %(sheet)s has more than %(limit)s filled rows.",
        "Send the table in several files, each for its own scope.",
    ),
    "too_many_columns": (
        "Sheet %(sheet)s, row %(row)s has %(columns)s columns; at most %(limit)s are read.",
        "Check the separator between the cells, or remove the columns that are not needed.",
    ),
    "too_many_cells": (
        "The file holds more than %(limit)s cells between the first and last filled cell "
        "of each row.",
        "Remove sheets, and stray cells far to the right of the table, then save again.",
    ),
    "too_much_text": (
        "The cells hold more than %(limit)s characters in all.",
        "Send the table in several files, and long texts as documents.",
    ),
    "cell_too_long": (
        "Sheet %(sheet)s, row %(row)s: one cell holds more than %(limit)s characters.",
        "Shorten the text; if it was not meant to be one cell, check the quotation marks.",
    ),
    "timed_out": (
        "Reading the file took longer than %(seconds)s seconds and was stopped.",
        "Copy the needed sheet into a new workbook and send that one.",
    ),
    "out_of_memory": (
        "Reading the file needed more than %(megabytes)s MB of memory and was stopped.",
        "Copy the needed sheet into a new workbook and send that one.",
    ),
    "reader_crashed": (
        "The reader stopped on this file (%(reason)s); nothing was taken from it.",
        "Open it in a spreadsheet program, save it again as .xlsx and send the new file.",
    ),
}

CELLS: Sentences = {
    "formula_without_value": (
        "The cell holds the formula %(seen)s without its result.",
        "Open the file in a spreadsheet program and save it, or type the value in place "
        "of the formula.",
    ),
    "error_cell": (
        "The cell shows the error %(seen)s.",
        "Mend the formula, or type the value in its place.",
    ),
}

NUMBERS: Sentences = {
    "number_missing": (
        "The cell is empty; a number is needed.",
        "Type the number, or 0 to say none.",
    ),
    "number_not_finite": (
        "%(seen)s is not a number that can be counted.",
        "Type the number in digits.",
    ),
    "number_is_yes_no": (
        "The cell holds yes or no (%(seen)s), not a number.",
        "Type the number in digits.",
    ),
    "number_is_date": (
        "The cell is formatted as a date (%(seen)s), not as a number.",
        "Set the format of the cell to Number and type the number again.",
    ),
    "number_percent": (
        "“%(seen)s” is a share, not a count.",
        "Type the number itself, without a percent sign.",
    ),
    "number_scientific": (
        "“%(seen)s” is in scientific notation.",
        "Write all digits, for instance 1200000.",
    ),
    "number_in_brackets": (
        "“%(seen)s” is in brackets, which some read as a negative number.",
        "Write the number without brackets.",
    ),
    "number_with_words": (
        "“%(seen)s” holds words beside the number.",
        "Leave only the number in this cell; the unit or the pack has its own column.",
    ),
    "number_range": (
        "“%(seen)s” can be a range, not one number.",
        "Type one number; put the explanation in the justification.",
    ),
    "number_ambiguous": (
        "“%(seen)s” can be read as %(first)s or as %(second)s.",
        "Write %(first)s or %(second)s, without a separator between the thousands.",
    ),
    "number_grouping": (
        "The separators in “%(seen)s” do not fall where thousands or decimals are divided.",
        "Write the number without separators between the thousands.",
    ),
    "number_too_long": (
        "“%(seen)s” has more than %(limit)s digits.",
        "Check the number; write it without further decimals.",
    ),
    "number_unknown": ("“%(seen)s” is not a number.", "Type one number in digits."),
}

DAYS: Sentences = {
    "day_missing": (
        "The cell is empty; a day is needed.",
        "Type the day as year-month-day, for instance 2021-12-31.",
    ),
    "day_is_number": (
        "%(seen)s is a number, not a day.",
        "Set the format of the cell to Date, or type the day as year-month-day, for "
        "instance 2021-12-31.",
    ),
    "day_is_serial": (
        "%(seen)s is a number; some programs store the day %(day)s that way.",
        "Set the format of the cell to Date, or, if that day is meant, type %(day)s.",
    ),
    "day_ambiguous": (
        "“%(seen)s” can be read as %(first)s or as %(second)s.",
        "Type the day as year-month-day: %(first)s or %(second)s.",
    ),
    "day_short_year": (
        "The year of “%(seen)s” has fewer than four digits.",
        "Type all four digits of the year.",
    ),
    "day_impossible": (
        "“%(seen)s” is not a day of the calendar.",
        "Check day and month; type the day as year-month-day, for instance 2021-12-31.",
    ),
    "day_incomplete": (
        "“%(seen)s” names a month or a year, not one day.",
        "Type the last day that counts, as year-month-day, for instance 2021-12-31.",
    ),
    "day_out_of_range": (
        "“%(seen)s” is outside the days from %(earliest)s to %(latest)s.",
        "Check the year; it is counted in the Gregorian calendar.",
    ),
    "day_unknown": (
        "“%(seen)s” is not a day.",
        "Type the day as year-month-day, for instance 2021-12-31.",
    ),
}

TEXTS: Sentences = {
    "text_control": (
        "The text holds a control character (%(seen)s).",
        "Type the text again, without copying it from another program.",
    ),
    "text_too_long": (
        "The text has %(length)s characters; at most %(limit)s are kept.",
        "Shorten the text, or attach it as a document.",
    ),
    "invisible_removed": (
        "%(count)s invisible characters were removed (%(seen)s).",
        "Nothing needs doing; what is kept is the text as it is seen.",
    ),
    "personal_email": (
        "The text seems to hold an e-mail address: %(seen)s.",
        "Remove it: persons are not named in needs.",
    ),
    "personal_telephone": (
        "The text seems to hold a telephone number: %(seen)s.",
        "Remove it: persons are not named in needs.",
    ),
}

MESSAGES: Sentences = FILES | CELLS | NUMBERS | DAYS | TEXTS
