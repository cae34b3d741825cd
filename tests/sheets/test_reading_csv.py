"""What CSV files become, and which are refused."""

import csv
import io

import pytest

from bandung.sheets import errors
from bandung.sheets.limits import Limits
from bandung.sheets.model import Row, Workbook
from bandung.sheets.reading import read
from tests.sheets.test_reading_hostile import refusal


def rows(text: str | bytes) -> tuple[Row, ...]:
    return book(text).sheets[0].rows


def book(text: str | bytes) -> Workbook:
    return read(text.encode() if isinstance(text, str) else text, "needs.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_marks_and_line_ends(delimiter, mark, ending):
    lines = ["Item", "Quantity"], ["Gown, blue; large", "1 000"], ["", "5"], ["Mask", ""]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=ending).writerows(lines)
    found = book(mark + file.getvalue())
    assert (found.format, found.delimiter) == ("csv", delimiter)
    assert found.sheets[0].name == "CSV"
    assert found.sheets[0].rows == (
        Row(1, ("Item", "Quantity")),
        Row(2, ("Gown, blue; large", "1 000")),
        Row(3, (None, "5")),
        Row(4, ("Mask",)),
    )


def test_decimal_commas_do_not_hide_the_semicolon():
    assert book("Article;Quantité;Prix\nBlouse;1 000;1,5\nMasque;2,5;3\n").delimiter == ";"


def test_one_column_needs_no_delimiter():
    found = book("Item\nGown\nMask\n")
    assert (found.delimiter, len(found.sheets[0].rows)) == (",", 3)


def test_blank_records_are_dropped_and_numbers_kept():
    assert [row.number for row in rows("a,b\n\n,,\n  ,\nc,d\n")] == [1, 5]


def test_quoted_line_breaks_and_quotation_marks():
    assert rows('a,"b\nc ""d"""\ne,f\n') == (Row(1, ("a", 'b\nc "d"')), Row(2, ("e", "f")))


def test_nothing_is_guessed_from_text():
    assert rows("1,true,2021-12-31,=1+1,#N/A,NA\n") == (
        Row(1, ("1", "true", "2021-12-31", "=1+1", "#N/A", "NA")),
    )


def test_not_utf8_says_where():
    problem = refusal(b"Item\nQuantit" + "é".encode("latin-1") + b",1\n", "needs.csv")
    assert isinstance(problem, errors.NotText)
    assert (problem.code, problem.facts) == ("not_utf8", {"line": 2, "byte": 13})


def test_bytes_are_counted_with_the_mark():
    problem = refusal(b"\xef\xbb\xbfa\n\xff,1\n", "needs.csv")
    assert problem.facts == {"line": 2, "byte": 6}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_named(encoding):
    problem = refusal(("Item,Quantity\n" + "Gown,5\n" * 20).encode(encoding), "needs.csv")
    assert (problem.code, problem.facts["found"]) == (
        "other_encoding",
        "UTF-32" if "32" in encoding else "UTF-16",
    )


def test_null_bytes_say_where():
    problem = refusal(b"Item,Quantity\nGown,\x005\n", "needs.csv")
    assert (problem.code, problem.facts) == ("null_bytes", {"line": 2, "byte": 20})


@pytest.mark.parametrize("text", ['a,b\nc,"d\n', 'a,b\n"c"d,e\n', 'a,"' + '""' * 999])
def test_quotation_marks_that_do_not_close(text):
    assert refusal(text.encode(), "needs.csv").code == "damaged_csv"


def test_deep_quotes():
    nested = "x"
    for _ in range(12):
        nested = '"' + nested.replace('"', '""') + '"'
    assert len(rows(f"a,{nested}\n")[0].cells) == 2
    assert refusal(b'"' * 2_000_001, "needs.csv").code in ("damaged_csv", "cell_too_long")


def test_two_hundred_thousand_columns():
    problem = refusal(b"x," * 200_000, "needs.csv")
    assert (problem.code, problem.facts["row"], problem.facts["columns"]) == (
        "too_many_columns",
        1,
        200_000,
    )
    assert rows(b"x" + b"," * 200_000) == (Row(1, ("x",)),)


def test_a_cell_that_swallows_the_file():
    assert refusal(b'a,b\nc,"' + b"d,e\n" * 50_000 + b'"\n', "needs.csv").code == "cell_too_long"


def test_limits():
    text = b"a,b\nc,d\n"
    assert refusal(text, "needs.csv", Limits(rows=1)).code == "too_many_rows"
    assert refusal(text, "needs.csv", Limits(cells=3)).code == "too_many_cells"
    assert refusal(text, "needs.csv", Limits(text=3)).code == "too_much_text"


def test_a_large_file_of_commas_stays_within_memory():
    problem = refusal(b"," * 19_000_000 + b"x", "needs.csv")
    assert problem.code in ("too_many_columns", "out_of_memory")
