"""Small workbooks, changed at random: always a Workbook or a refusal, within time; never a crash."""

import random
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from bandung.sheets.errors import Unreadable
from bandung.sheets.model import Workbook
from bandung.sheets.reading import read
from tests.sheets.sheet_samples import parts, table, worksheet, zipped

SEED = 19610901
ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>44561</v></c></row><row r="3">'
    '<c r="A3" t="inlineStr"><is><t>x &amp; y</t></is></c><c r="C3"><f>A1</f></c><c r="D3" t="e"><v>#N/A</v></c></row>'
)
STYLES = '<numFmts><numFmt numFmtId="170" formatCode="yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
PARTS = parts(
    worksheet(ROWS, after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'),
    strings="<si><t>Item</t></si>",
    styles=STYLES,
)
BASES = (zipped(PARTS), zipped(PARTS, zipfile.ZIP_STORED), table(["Item", 5], ["Gown", 1.5]))
TEXT = 'Item;Quantité\n"Gown ""x""";1 000\nكمية;٥\n'.encode()
WORDS = (
    b"<",
    b">",
    b"&",
    b'"',
    b"\x00",
    b"\xff",
    b"</c>",
    b"<row",
    b"PK\x03\x04",
    b"999999999",
    b"-1",
    b"<!DOCTYPE",
    b"]]>",
    b"\n",
    b";",
)


def changed(content: bytes, chance: random.Random) -> bytes:
    """One to six random changes: bytes flipped, taken out, doubled, words put in, the end cut."""
    held = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(held) or 1)
        size = chance.randint(1, 1 + len(held) // 20)
        match chance.randrange(6):
            case 0 | 1:
                held[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                del held[at : at + size]
            case 3:
                held[at:at] = held[at : at + size]
            case 4:
                held[at:at] = chance.choice(WORDS)
            case 5:
                del held[len(held) - size :]
    return bytes(held)


def mutant(number: int) -> tuple[bytes, str]:
    """Changed container, changed part inside a sound container, or changed CSV."""
    chance = random.Random(SEED + number)
    if number % 4 == 3:
        return changed(TEXT, chance), "needs.csv"
    if number % 4 == 2:
        name = chance.choice(sorted(PARTS))
        return zipped(PARTS | {name: changed(str(PARTS[name]).encode(), chance)}), "needs.xlsx"
    return changed(chance.choice(BASES), chance), "needs.xlsx"


def outcome(number: int) -> str:
    content, name = mutant(number)
    started = time.monotonic()
    try:
        answer = read(content, name)
    except Unreadable as problem:
        answer, code = None, problem.code
    else:
        assert isinstance(answer, Workbook)
        code = "read"
    assert time.monotonic() - started < 12
    return code


def campaign(numbers: range) -> None:
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(outcome, numbers))
    assert "read" in codes
    assert len(set(codes)) > 5
    assert "reader_crashed" not in codes, [
        n for n, code in zip(numbers, codes, strict=True) if code == "reader_crashed"
    ]
    assert "timed_out" not in codes


def test_some_mutants():
    campaign(range(160))


@pytest.mark.slow
def test_ten_thousand_mutants():
    campaign(range(160, 10_160))
