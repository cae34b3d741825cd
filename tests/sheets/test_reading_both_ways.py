"""Rows taken by pattern and rows walked through by expat give the same cells."""

import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bandung.sheets.errors import Unreadable
from bandung.sheets.limits import Limits
from bandung.sheets.xlsx import read_xlsx
from tests.sheets.sheet_samples import parts, worksheet, zipped

STRINGS = "<si><t>one</t></si><si><t xml:space='preserve'> </t></si><si><t>&lt;3 é</t></si>"
STYLES = (
    '<numFmts><numFmt numFmtId="170" formatCode="dd/mm/yy"/><numFmt numFmtId="171" formatCode="[h]:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="14"/></cellXfs>'
)
LETTERS = ["A", "B", "C", "Z", "AA", "XFD", "XFE", "AAAA"]
KINDS = ["", ' t="n"', ' t="s"', ' t="str"', ' t="b"', ' t="e"', ' t="d"', ' t="zz"', ' cm="1"']
STYLED = ["", ' s="0"', ' s="1"', ' s="2"', ' s="3"', ' s="99"']
VALUES = [
    "",
    "0",
    "1",
    "2",
    "7",
    "44561",
    "44561.75",
    "-3",
    "1E3",
    "0.1",
    "NaN",
    " 5 ",
    "a&amp;b",
    "&#65;",
    "&bad;",
]
VALUES += [
    "x\r\ny",
    "]]&gt;",
    "é",
    "كمية",
    "12345678901234567890",
    "2021-12-31",
    "#N/A",
    "true",
    "a > b",
    "_x0041_",
]
SPACES = ["", "", "", "\n", " <!-- c --> "]


@st.composite
def cell(draw: st.DrawFn, row: int) -> str:
    letters = draw(st.sampled_from(LETTERS[:5] * 4 + LETTERS))
    head = f'<c r="{letters}{row}"{draw(st.sampled_from(STYLED))}{draw(st.sampled_from(KINDS[:4] * 2 + KINDS))}'
    value, formula = (
        draw(st.sampled_from(VALUES)),
        draw(st.sampled_from(["", "", "<f>A1</f>", '<f t="shared" si="0"/>'])),
    )
    match draw(st.integers(0, 5)):
        case 0:
            return head + "/>"
        case 1:
            return f'<c r="{letters}{row}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
        case 2:
            return f"{head}>{formula}</c>"
        case _:
            return f"{head}>{formula}<v>{value}</v></c>"


@st.composite
def rows(draw: st.DrawFn) -> str:
    made, number = "", 0
    for _ in range(draw(st.integers(1, 6))):
        number += draw(st.sampled_from([1, 1, 1, 2, 5, 0]))
        options = draw(
            st.sampled_from(["", ' spans="1:3"', ' ht="15" x14ac:dyDescent="0.25"', ' a="&amp;"'])
        )
        cells = "".join(draw(st.lists(cell(number), max_size=4)))
        made += (
            f'<row r="{number}"{options}>{cells}</row>'
            if cells
            else f'<row r="{number}"{options}/>'
        )
        made += draw(st.sampled_from(SPACES))
    return made


def outcome(sheet: str) -> object:
    """What the child would send; a refusal counts as its code and its cell, if it names one."""
    try:
        content = zipped(parts(sheet, strings=STRINGS, styles=STYLES))
        return list(read_xlsx(io.BytesIO(content), Limits()))
    except Unreadable as problem:
        return problem.code


BLANK_BEYOND = (
    '<row r="1"><c r="XFE1" t="inlineStr"><is><t xml:space="preserve"></t></is></c></row>'
)


@given(rows())
@example(BLANK_BEYOND)
@settings(max_examples=300, deadline=None)
def test_both_ways_agree(cells: str) -> None:
    by_pattern = worksheet(cells)
    by_expat = worksheet(cells, before="<!-- a comment before the table: no pattern is used -->")
    assert outcome(by_pattern) == outcome(by_expat)


def test_blank_cells_without_an_address_count() -> None:
    lines = outcome(worksheet('<row r="1"><c s="1"/><c><v></v></c><c><v>5</v></c></row>'))
    assert lines == [["sheet", "S1", "visible"], [1, [None, None, 5]], ["merged", []]]


def test_rows_cut_anywhere_between_two_pieces() -> None:
    """Rows of every length around the size of a piece, so that some are cut at each of their bytes."""
    for length in range(262_000, 262_150, 7):
        cells = (
            f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 60_000}</t></is></c></row>'
            + "\n" * (length - 60_000)
        )
        cells += '<row r="2" ht="1"/><row r="3"><c r="B3" s="1"/><c r="C3"><v>5</v></c></row><row r="4"/><row r="5"><c r="A5"><v>6</v></c></row>'
        lines = outcome(worksheet(cells))
        assert isinstance(lines, list)
        assert lines[2:] == [[3, [None, None, 5]], [5, [6]], ["merged", []]]
