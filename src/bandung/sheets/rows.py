"""The rows of one XLSX sheet: by pattern while they look as programs write them, then by expat.

Runs in the child only. Walking through 200,000 cells with expat takes three times as long as by
pattern. A pattern only ever takes whole rows that follow each other without a byte between, from
the opening tag of the table on; at the first byte that fits none, expat goes on from there. Both
ways give the same cells: they are tested against each other.
"""

import re
from collections.abc import Generator, Iterator
from xml.parsers import expat

from bandung.sheets.addresses import column_index
from bandung.sheets.archive import Archive
from bandung.sheets.budget import Budget
from bandung.sheets.encoding import Line, Sent
from bandung.sheets.grid import Book, Grid
from bandung.sheets.markup import Stream, feed, parse_piece, parser_for

PIECE = 262_144
LONGEST_ROW = 4_000_000
TABLE = b"<sheetData>"

# Up to the table: no comment, no document type, no other instruction, no encoding but UTF-8.
HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'][Uu][Tt][Ff]-8[\"'])?"
    rb"(?: standalone=[\"'](?:yes|no)[\"'])?\s*\?>)?[^?!]*+\Z"
)
SPACE = re.compile(rb"[ \t\r\n]*+")
ATTRIBUTES = rb"(?: [A-Za-z0-9:]++=\"[ !#-%'-;=-~]*+\")*+"
NUMBERED = rb"<row r=\"([1-9][0-9]{0,6})\"" + ATTRIBUTES
STYLED = rb"<c r=\"([A-Z]{1,3})([0-9]{1,7})\"(?: s=\"([0-9]{1,8})\")?"
TEXT = rb"([^<\x00-\x08\x0b-\x1f]*+)"  # a carriage return is for expat
BLANK_ROWS = re.compile(
    rb"(?:" + NUMBERED + rb" ?(?:/>|>(?:" + STYLED + rb" ?/>)*+</row>)[ \t\r\n]*+)++"
)
ROW = re.compile(NUMBERED + rb">")
CELL = re.compile(
    rb"(" + STYLED + rb"(?: t=\"(n|s|str|b|e|inlineStr)\")?"
    rb"(?: ?/>|>(?:<f" + ATTRIBUTES + rb"(?:/>|>" + TEXT + rb"</f>))?"
    rb"(?:<v>" + TEXT + rb"</v>|<is><t(?: xml:space=\"preserve\")?>" + TEXT + rb"</t></is>)?</c>))"
)
ODD = re.compile(rb"]]>|\xef\xbf[\xbe\xbf]")
VALUE_ENDS = (b"</v></c>", b"</is></c>")
ENTITY = re.compile(r"&[a-z]*+;?")
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
COLUMNS: dict[bytes, int] = {}  # letters -> index, as they occur


class NotPlain(Exception):
    """This row is for expat."""


def read_rows(archive: Archive, part: str, book: Book, budget: Budget) -> Iterator[Line]:
    """The filled rows of a sheet, then its merged blocks."""
    grid = Grid(book, budget)
    parser = parser_for(part)
    parser.ordered_attributes = True
    parser.StartElementHandler = grid.start
    parser.EndElementHandler = grid.end
    parser.CharacterDataHandler = grid.pieces.append
    stream = archive.open(part)
    rest = yield from plain_rows(grid, parser, stream, part)
    for _ in feed(parser, stream, part, rest):
        yield from grid.lines
        grid.lines.clear()
    yield ["merged", grid.merged]


def plain_rows(
    grid: Grid, parser: expat.XMLParserType, stream: Stream, part: str
) -> Generator[Line, None, bytes]:
    """Rows taken by pattern; returns the bytes read beyond them, which expat has not seen."""
    held = stream.read(PIECE)
    start = held.find(TABLE)
    if start < 0 or not HEAD.match(held[:start]):
        return held
    parse_piece(parser, held[: start + len(TABLE)], part)
    held = held[start + len(TABLE) :]
    while True:
        taken = take_rows(grid, held)
        yield from grid.lines
        grid.lines.clear()
        held = held[taken:]
        more = stream.read(PIECE) if is_cut(held) else b""
        if not more:
            return held
        held += more


def is_cut(held: bytes) -> bool:
    """Whether what is held begins a row that goes on in the next piece."""
    if not held:
        return True
    is_row = held.startswith(b"<row ") or b"<row ".startswith(held)
    return is_row and b"</row>" not in held and len(held) < LONGEST_ROW


def take_rows(grid: Grid, held: bytes) -> int:
    """Take whole rows from the start; returns how many bytes they had."""
    at = 0
    while True:
        at = past(SPACE.match(held, at), at)
        if blank := BLANK_ROWS.match(held, at):
            last = int(blank[1])  # a repeated group keeps its last match
            grid.begin(last, str(last))
            at = blank.end()
        opening = ROW.match(held, at)
        end = held.find(b"</row>", opening.end()) if opening else -1
        if opening is None or end < 0:
            return at
        try:
            take_row(grid, opening[1], held[opening.end() : end])
        except (NotPlain, UnicodeDecodeError):
            return at
        at = end + len(b"</row>")


def past(match: re.Match[bytes] | None, at: int) -> int:
    return match.end() if match else at


def take_row(grid: Grid, digits: bytes, body: bytes) -> None:
    """Take one row whose every byte belongs to a plain cell. Refuses (NotPlain) any other."""
    found = CELL.findall(body)
    if sum(len(cell[0]) for cell in found) != len(body) or ODD.search(body):
        raise NotPlain
    number, before = int(digits), (grid.row, grid.row_text)
    if not grid.follows(number):
        raise NotPlain
    grid.begin(number, digits.decode())
    try:
        grid.cells = take_cells(grid, digits, found)
    except NotPlain:
        grid.begin(*before)
        raise
    grid.close_row()


def take_cells(grid: Grid, digits: bytes, found: list[tuple[bytes, ...]]) -> list[Sent]:
    """The values of the cells, gaps filled. Refuses (NotPlain) cells out of place."""
    cells: list[Sent] = []
    strings, kinds = grid.book.strings, grid.book.kinds
    for whole, letters, of_row, style, kind, formula, value, inline in found:
        if of_row != digits:
            raise NotPlain
        sent: Sent
        if not kind and value.isdigit() and len(value) < 16 and style.decode() not in kinds:
            sent = int(value)
        elif kind == b"s" and value.isdigit() and len(value) < 9 and int(value) < len(strings):
            sent = grid.text_of(strings[int(value)])
        else:
            sent = rare(grid, whole, style, kind, formula, value or inline)
        if sent is None:
            continue
        index = COLUMNS.get(letters)
        gap = (column_of(letters) if index is None else index) - len(cells)
        if gap < 0:
            raise NotPlain
        if gap:
            cells.extend([None] * gap)
        cells.append(sent)
    return cells


def rare(grid: Grid, whole: bytes, style: bytes, kind: bytes, formula: bytes, value: bytes) -> Sent:
    """The value of any other cell. Refuses (NotPlain) references to characters by number."""
    text = decoded(value) if whole.endswith(VALUE_ENDS) else None
    source = decoded(formula) if b"<f" in whole else None
    return grid.sent(kind.decode() or "n", style.decode(), text, source)


def decoded(raw: bytes) -> str:
    return ENTITY.sub(_entity, raw.decode()) if b"&" in raw else raw.decode()


def _entity(match: re.Match[str]) -> str:
    character = ENTITIES.get(match.group())
    if character is None:
        raise NotPlain
    return character


def column_of(letters: bytes) -> int:
    try:
        index = COLUMNS[letters] = column_index(letters.decode())
    except ValueError:
        raise NotPlain from None
    return index
