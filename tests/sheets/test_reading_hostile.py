"""What is no workbook, or means harm: refused with a code, a sentence and a hint; never a crash."""

import io
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from bandung.sheets import errors
from bandung.sheets.limits import Limits
from bandung.sheets.reading import ROOT, Gathering, decode, read
from tests.sheets.sheet_samples import XML, by_hand, parts, table, worksheet, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refusal(
    content: bytes, name: str = "needs.xlsx", limits: Limits | None = None
) -> errors.Unreadable:
    with pytest.raises(errors.Unreadable) as caught:
        read(content, name, limits or Limits())
    problem = caught.value
    assert problem.message
    assert problem.hint
    assert "%" not in problem.message + problem.hint
    assert problem.template % problem.facts == problem.message
    assert type(problem) is errors.BY_CODE[problem.code]
    return problem


def entries(**names: str) -> bytes:
    return zipped(
        {name.replace("__", "/").replace("_dot_", "."): part for name, part in names.items()}
    )


@pytest.mark.parametrize("content", [b"", b"   \r\n\t", b"\xef\xbb\xbf", bytes(1000)])
def test_empty_files(content):
    assert refusal(content).code == "empty_file"
    assert refusal(content, "needs.csv").code == "empty_file"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "an old Excel workbook (.xls)"),
        (OLE + "WordDocument".encode("utf-16-le"), "a Word document (.doc)"),
        (OLE, "an old Office file"),
        (b"%PDF-1.7\n...", "a PDF document (.pdf)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "a picture (.png)"),
        (b"\xff\xd8\xff\xe0 JFIF", "a picture (.jpg)"),
        (b"{\\rtf1 text}", "a text document (.rtf)"),
        (b"<!DOCTYPE html><table></table>", "a web page or XML (.html, .xml)"),
        (b"\x1f\x8b\x08" + bytes(20), "a compressed file (.gz)"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED), "an OpenDocument spreadsheet (.ods)"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "a Word document (.docx)"),
        (zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "a binary Excel workbook (.xlsb)"),
        (zipped({"notes.txt": "hello"}), "a compressed archive (.zip)"),
        (zipped({"inner.zip": zipped({"inner.zip": zipped({"a": "b"})})}), "a compressed archive (.zip)"),
        (bytes(range(256)) * 20, "of no known kind"),
    ],
)  # fmt: skip
def test_other_formats_are_named(content, found):
    for name in ("needs.xlsx", "needs.csv", "needs", "needs.web_app"):
        problem = refusal(content, name)
        assert (problem.code, problem.facts["found"]) == ("not_a_spreadsheet", found)


def test_a_password_is_named_before_the_extension():
    content = OLE + "EncryptedPackage".encode("utf-16-le")
    assert refusal(content).code == "encrypted"
    assert refusal(content, "needs.xls").code == "encrypted"


def test_encrypted_parts_of_the_container():
    content = bytearray(by_hand(ONE))
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refusal(bytes(content)).code == "encrypted"


@pytest.mark.parametrize("name", ["needs.csv", "needs.txt", "needs.xls", "needs.pdf", "needs.XLS"])
def test_a_workbook_named_otherwise(name):
    problem = refusal(table(["a"]), name)
    assert problem.code == "wrong_extension"
    assert problem.facts["expected"] == "xlsx"
    assert ".xlsx" in problem.message + problem.hint


@pytest.mark.parametrize("name", ["needs.xlsx", "needs.pdf", "needs.xls"])
def test_text_named_as_a_workbook(name):
    problem = refusal(b"a,b\n1,2\n", name)
    assert (problem.code, problem.facts["expected"]) == ("wrong_extension", "csv")


@pytest.mark.parametrize(
    "name", ["needs", "needs.web_app", "needs.XLSX", "a.csv/needs.xlsx ", ".xlsx", "needs.2021"]
)
def test_an_extension_that_promises_nothing_else_is_no_obstacle(name):
    assert read(table(["a"]), name).sheets[0].rows[0].cells == ("a",)


def test_macros():
    with_program = parts(worksheet(ONE)) | {"xl/vbaProject.bin": b"x"}
    assert refusal(zipped(with_program)).facts["part"] == "xl/vbaProject.bin"
    elsewhere = parts(worksheet(ONE)) | {"xl/macrosheets/sheet1.xml": "x"}
    assert refusal(zipped(elsewhere)).code == "macros"
    declared = parts(worksheet(ONE))
    declared["[Content_Types].xml"] = (
        f'{XML}<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    )
    assert refusal(zipped(declared), "needs.xlsm").code == "macros"


# --- containers ---


def test_a_zip_bomb_by_what_it_declares():
    content = zipped(parts(worksheet(ONE)) | {"xl/media/image1.png": bytes(300_000_000)})
    assert len(content) < 2_000_000
    problem = refusal(content)
    assert (problem.code, problem.facts["limit"]) == ("inflates_too_much", 256_000_000)


def test_a_zip_bomb_by_its_ratio():
    content = zipped(parts(worksheet(ONE)) | {"xl/sharedStrings.xml": b"<!--" + bytes(20_000_000)})
    assert refusal(content).code == "inflates_too_much"


def test_a_zip_bomb_that_declares_little():
    content = bytearray(zipped(parts(worksheet(ONE + " " * 30_000_000))))
    name = b"xl/worksheets/sheet1.xml"
    for head, offset in ((content.find(name) - 30, 22), (content.rfind(name) - 46, 24)):
        content[head + offset : head + offset + 4] = (5000).to_bytes(4, "little")
    assert isinstance(refusal(bytes(content)), errors.Damaged)


def test_what_really_comes_out_counts_not_what_is_declared():
    sheet = worksheet(ONE, before=" " * 90_000)
    many = parts(*[sheet] * 3)
    assert refusal(zipped(many), limits=Limits(inflated_bytes=250_000)).code == "inflates_too_much"
    one = parts(*[sheet] * 4)
    links = one["xl/_rels/workbook.xml.rels"]
    for number in (2, 3, 4):
        del one[f"xl/worksheets/sheet{number}.xml"]
        links = links.replace(f"sheet{number}.xml", "sheet1.xml")
    one["xl/_rels/workbook.xml.rels"] = links
    assert refusal(zipped(one), limits=Limits(inflated_bytes=250_000)).code == "inflates_too_much"


def test_too_many_parts():
    content = zipped(parts(worksheet(ONE)) | {f"p{n}": "" for n in range(6000)}, zipfile.ZIP_STORED)
    assert refusal(content).code == "too_many_parts"


def test_two_parts_of_one_name():
    file = io.BytesIO(by_hand(ONE))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", worksheet(ONE.replace("1</v>", "9</v>")))
    assert refusal(file.getvalue()).code == "damaged_archive"


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_of_packing_that_no_spreadsheet_program_uses(compression):
    assert refusal(zipped(parts(worksheet(ONE)), compression)).code == "damaged_archive"


def test_every_truncation_is_refused():
    content = by_hand(ONE)
    for length in range(4, len(content), 97):
        problem = refusal(content[:length])
        assert isinstance(problem, errors.Damaged | errors.WrongFormat)


def test_missing_parts():
    for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        content = parts(worksheet(ONE))
        del content[name]
        problem = refusal(zipped(content))
        assert (problem.code, problem.facts["part"]) == ("missing_part", name)
    outside = parts(worksheet(ONE))
    outside["xl/_rels/workbook.xml.rels"] = str(outside["xl/_rels/workbook.xml.rels"]).replace(
        "worksheets/sheet1.xml", "../../../../etc/passwd"
    )
    assert refusal(zipped(outside)).facts["part"] == "etc/passwd"


# --- XML ---

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]><w>&m;</w>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'


@pytest.mark.parametrize("hostile", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
@pytest.mark.parametrize(
    "name",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "_rels/.rels",
    ],
)
def test_entities_are_refused_in_every_part(hostile, name):
    problem = refusal(zipped(parts(worksheet(ONE)) | {name: hostile}))
    assert (problem.code, problem.facts["part"]) == ("declares_entities", name)


@pytest.mark.parametrize(
    "sheet",
    [
        worksheet("<row"),
        worksheet(ONE).replace("</worksheet>", ""),
        worksheet(ONE.replace("</c>", "</x>")),
        worksheet('<row r="1"><c r="A1"><v>&nope;</v></c></row>'),
        worksheet('<row r="1"><c r="A1"><v>&#0;</v></c></row>'),
        worksheet('<row r="1"><c r="A1"><v>\x01</v></c></row>'),
        worksheet('<row r="1"><c r="A1" r="B1"><v>1</v></c></row>'),
        worksheet(ONE).replace("UTF-8", "utf-9"),
        worksheet(ONE).encode() + b"<again/>",
        worksheet('<row r="1"><c r="A1" t="str"><v>').encode()
        + b"\xff\xfe</v></c></row></sheetData></worksheet>",
        "",
        "no xml at all",
    ],
)
def test_malformed_sheets(sheet):
    assert refusal(zipped(parts(sheet))).code == "damaged_part"


def test_depth_without_end():
    problem = refusal(by_hand("<a>" * 500_000))
    assert problem.code in ("damaged_part", "out_of_memory")


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="-1"><c r="A-1"><v>1</v></c></row>',
        '<row r="01"><c r="A01"><v>1</v></c></row>',
        '<row r="99999999999999999999"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
    ],
)
def test_cells_where_none_can_be(cells):
    assert refusal(by_hand(cells)).code == "damaged_cell"


def test_merged_blocks_where_none_can_be():
    assert (
        refusal(by_hand(ONE, after='<mergeCells><mergeCell ref="A1:XFE9"/></mergeCells>')).code
        == "damaged_cell"
    )


# --- limits ---


def test_each_limit():
    three = table(["a", "b"], ["c", "d"], ["e", "f"])
    assert refusal(three, limits=Limits(rows=2)).code == "too_many_rows"
    assert refusal(three, limits=Limits(columns=1)).code == "too_many_columns"
    assert refusal(three, limits=Limits(cells=5)).code == "too_many_cells"
    assert refusal(three, limits=Limits(text=5)).code == "too_much_text"
    assert refusal(table(["abcd"]), limits=Limits(cell_text=3)).code == "cell_too_long"
    assert refusal(three, limits=Limits(upload_bytes=100)).code == "file_too_large"
    assert (
        refusal(zipped(parts(worksheet(ONE), worksheet(ONE))), limits=Limits(sheets=1)).code
        == "too_many_sheets"
    )
    assert (
        len(
            read(three, "n.xlsx", Limits(rows=3, columns=2, cells=6, text=6, cell_text=1))
            .sheets[0]
            .rows
        )
        == 3
    )


def test_far_cells_in_every_row_are_counted():
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 1000))
    assert refusal(by_hand(rows)).code == "too_many_cells"


def test_long_text_in_every_form():
    long = "x" * 70_000
    assert refusal(by_hand(ONE, strings=f"<si><t>{long}</t></si>")).code == "cell_too_long"
    inline = (
        f'<row r="1"><c r="A1" t="inlineStr"><is>{f"<t>{long[:30_000]}</t>" * 3}</is></c></row>'
    )
    assert refusal(by_hand(inline)).code == "cell_too_long"
    assert (
        refusal(by_hand(f'<row r="1"><c r="A1" t="str"><v>{long}</v></c></row>')).code
        == "cell_too_long"
    )


def test_one_long_string_used_in_many_cells():
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2000))
    assert (
        refusal(by_hand(cells, strings=f"<si><t>{'x' * 30_000}</t></si>")).code == "too_much_text"
    )


def test_time_is_limited_by_the_clock_and_by_the_processor():
    cells = "".join(f'<row r="{n}">{"<c/>" * 40}</row>' for n in range(1, 200_000))
    content = by_hand(cells)
    started = time.monotonic()
    assert refusal(content, limits=Limits(wall_seconds=1)).code == "timed_out"
    assert time.monotonic() - started < 3
    assert refusal(content, limits=Limits(cpu_seconds=1, wall_seconds=30)).code == "timed_out"
    assert time.monotonic() - started < 8


def test_memory_is_limited():
    strings = f"<si><t>{'x' * 60_000}</t></si>" * 2_000
    problem = refusal(
        by_hand(ONE, strings=strings), limits=Limits(memory_bytes=100_000_000, ratio=2000)
    )
    assert (problem.code, problem.facts["megabytes"]) == ("out_of_memory", 100)


def test_the_child_can_neither_write_nor_open_a_file(tmp_path):
    target = tmp_path / "written"
    target.write_bytes(b"")
    program = f"""
import sys; sys.path.append({ROOT!r})
from bandung.sheets.child import confine
from bandung.sheets.limits import DEFAULT
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
held = open({str(target)!r}, "wb", buffering=0)
confine(DEFAULT)
for attempt in (lambda: held.write(b"x"), lambda: open({str(target)!r}), lambda: bytearray(600_000_000)):
    try: attempt()
    except (OSError, MemoryError) as error: print(type(error).__name__)
    else: print("done")
"""
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, check=True, text=True
    )
    assert answer.stdout.split() == ["OSError", "OSError", "MemoryError"]


def test_no_child_is_left_behind():
    for _ in range(3):
        refusal(b"%PDF")
        read(table([1]), "n.xlsx")
    with pytest.raises(ChildProcessError):
        __import__("os").waitpid(-1, __import__("os").WNOHANG)


# --- a child that says what it should not ---


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"{}\n",
        b"[]\n",
        b"3\n",
        b"[1,\n",
        b'[1,[{"day":"x"}]]\n',
        b'[1,[{"a":"b"}]]\n',
        b'[1,[{"day":"2021-01-01","a":"b"}]]\n',
        b"[" * 100_000 + b"\n",
        b'[1,[{"decimal":"x"}]]\n',
    ],
)
def test_lines_that_are_none(line):
    with pytest.raises(errors.ReaderCrashed):
        decode(line)


@pytest.mark.parametrize(
    "said", [["sheet", 1, "visible"], ["sheet", "a", "lost"], ["row"], ["x", "y"], [1, 2]]
)
def test_lines_out_of_place(said):
    with pytest.raises(errors.ReaderCrashed):
        Gathering(Limits()).take_all(iter([said]))


def test_a_child_that_ends_early_is_no_whole_answer():
    assert Gathering(Limits()).take_all(iter([["sheet", "a", "visible"], [1, ["x"]]])) is False


def test_a_quine_of_an_archive_is_not_followed():
    """A stored archive whose only part is a copy of its own beginning."""
    inner = zipped({"xl/workbook.xml": zlib.compress(b"x" * 10_000)}, zipfile.ZIP_STORED)
    content = zipped({"[Content_Types].xml": "", "xl/workbook.xml": inner}, zipfile.ZIP_STORED)
    assert isinstance(refusal(content), errors.Damaged)
