"""Strict XML: a thin layer over expat that refuses document types and entities.

Runs in the child only.
"""

from collections.abc import Callable, Iterator
from typing import Protocol
from xml.parsers import expat

from bandung.sheets.errors import Unreadable, unreadable

CHUNK = 65_536
Attributes = dict[str, str]


class Stream(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int, /) -> bytes: ...


def parser_for(part: str) -> expat.XMLParserType:
    """A parser of this part. Names keep their prefix: resolving namespaces took half the time."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK

    def refuse(*_: object) -> int:
        raise unreadable("declares_entities", part=part)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def feed(
    parser: expat.XMLParserType, stream: Stream, part: str, first: bytes = b""
) -> Iterator[None]:
    """Parse piece by piece, pausing after each so that what was gathered can be passed on."""
    if first:
        parse_piece(parser, first, part)
        yield
    while chunk := stream.read(CHUNK):
        parse_piece(parser, chunk, part)
        yield
    parse_piece(parser, b"", part, is_last=True)
    yield


def parse_piece(
    parser: expat.XMLParserType, piece: bytes, part: str, *, is_last: bool = False
) -> None:
    """Parse one piece. Refuses what is not well-formed."""
    try:
        parser.Parse(piece, is_last)
    except expat.ExpatError as error:
        if error.code == 1:  # XML_ERROR_NO_MEMORY
            raise MemoryError from None
        raise unreadable("damaged_part", part=part, line=error.lineno) from None
    except (Unreadable, MemoryError):
        raise
    except (ValueError, LookupError, OSError):  # an encoding or a character nobody knows
        raise unreadable("damaged_part", part=part, line=parser.CurrentLineNumber) from None


def elements(stream: Stream, part: str, start: Callable[[str, Attributes], None]) -> None:
    """Call `start` with the local name and the attributes of every element."""
    parser = parser_for(part)

    def begin(name: str, attributes: Attributes) -> None:
        start(local(name), attributes)

    parser.StartElementHandler = begin
    for _ in feed(parser, stream, part):
        pass


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def attribute(attributes: Attributes, name: str) -> str | None:
    """The attribute with this local name and any prefix, such as `r:id`."""
    return next((value for full, value in attributes.items() if full.endswith(f":{name}")), None)
