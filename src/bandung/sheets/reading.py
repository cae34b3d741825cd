"""`read`: an upload becomes a Workbook, parsed in a limited child process.

The parent never parses the file. It hands the bytes over in memory, reads typed JSON lines back
under a size cap, and ends the child when its time is up. Whatever happens to the child, the answer
is a Workbook or `Unreadable`.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from bandung.sheets import encoding
from bandung.sheets.errors import unreadable
from bandung.sheets.limits import DEFAULT, Limits
from bandung.sheets.model import (
    ErrorValue,
    FormulaWithoutValue,
    Merged,
    NotFinite,
    Row,
    Sheet,
    Value,
    Workbook,
)
from bandung.sheets.sniffing import sniff

ROOT = str(Path(__file__).resolve().parents[2])
START = """import sys
sys.path.append(sys.argv[1])
from bandung.sheets.child import main
main(sys.argv[2:])"""
BYTES_PER_CELL = 24  # of JSON around a value
BYTES_PER_CHARACTER = 6  # of JSON, at most


def read(content: bytes, name: str, limits: Limits = DEFAULT) -> Workbook:
    """The rows of an uploaded XLSX or UTF-8 CSV, read apart within the limits of time and memory.

    `name` is the file name as uploaded; only its extension is looked at. Refuses (`Unreadable`)
    whatever is no spreadsheet, is encrypted, damaged or too large, or brings macros along.
    """
    if len(content) > limits.upload_bytes:
        raise unreadable("file_too_large", bytes=len(content), limit=limits.upload_bytes)
    format_ = sniff(content, name)
    with in_memory(content) as upload:
        child = start_child(format_, upload, limits)
    stopped = threading.Event()
    timer = threading.Timer(limits.wall_seconds, stop, (child, stopped))
    timer.start()
    try:
        gathered = Gathering(limits)
        is_whole = gathered.take_all(lines_of(child, limits))
    except (KeyError, TypeError, ValueError, IndexError):
        raise unreadable("reader_crashed", reason="unexpected output") from None
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        child_output(child).close()
    if not is_whole:
        raise end_of(child, stopped.is_set(), limits)
    return Workbook(format_, tuple(gathered.sheets), gathered.delimiter)


def in_memory(content: bytes) -> IO[bytes]:
    """The upload as an open file without a name on any disk, where the system offers that."""
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = os.fdopen(os.memfd_create("upload"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    file.write(content)
    file.seek(0)
    return file


def start_child(format_: str, upload: IO[bytes], limits: Limits) -> subprocess.Popen[bytes]:
    """The child sees neither the environment nor the site packages of its parent."""
    keep = {key: value for key, value in os.environ.items() if key == "LD_LIBRARY_PATH"}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", START, ROOT, format_, json.dumps(limits)],
        stdin=upload,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=keep,
        cwd="/",
    )


def stop(child: subprocess.Popen[bytes], stopped: threading.Event) -> None:
    stopped.set()
    child.kill()


def child_output(child: subprocess.Popen[bytes]) -> IO[bytes]:
    if child.stdout is None:  # never: it was asked for
        raise RuntimeError("the child has no output")
    return child.stdout


def lines_of(child: subprocess.Popen[bytes], limits: Limits) -> Iterator[list[Any]]:
    """What the child says, line by line, up to a size that no reading within the limits reaches."""
    output = child_output(child)
    left = 1_000_000 + limits.cells * BYTES_PER_CELL + limits.text * BYTES_PER_CHARACTER
    while line := output.readline(left):
        left -= len(line)
        if left <= 0:
            raise unreadable("reader_crashed", reason="too much output")
        if not line.endswith(b"\n"):
            return
        yield decode(line)


def decode(line: bytes) -> list[Any]:
    """One line with its values typed. Refuses what is no such line."""
    try:
        parsed = DECODER.decode(line.decode())
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        parsed = None
    if not isinstance(parsed, list) or not parsed:
        raise unreadable("reader_crashed", reason="unexpected output")
    return parsed


TYPES: dict[str, Callable[[str], Value]] = {
    encoding.DECIMAL: Decimal,
    encoding.DAY: date.fromisoformat,
    encoding.INSTANT: datetime.fromisoformat,
    encoding.FORMULA: FormulaWithoutValue,
    encoding.ERROR: ErrorValue,
    encoding.NOT_FINITE: NotFinite,
}


def typed(tagged: dict[str, str]) -> Value:
    ((tag, text),) = tagged.items()
    return TYPES[tag](text)


DECODER = json.JSONDecoder(object_hook=typed, parse_float=Decimal)


class Gathering:
    """Puts the child's lines together as sheets."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.delimiter: str | None = None
        self.rows: list[Row] = []

    def take_all(self, lines: Iterator[list[Any]]) -> bool:
        """Whether the child came to its end. Refuses as the child refused."""
        for line in lines:
            match line:
                case [int(number), list(cells)]:
                    self.rows.append(Row(number, tuple(cells)))
                case ["sheet", str(name), "visible" | "hidden" as state]:
                    self.rows = []
                    self.sheets.append(Sheet(name, state, ()))
                case ["merged", list(blocks)]:
                    self.close(tuple(Merged(*block) for block in blocks))
                case ["delimiter", str(delimiter)]:
                    self.delimiter = delimiter
                case ["end"]:
                    return True
                case ["error", str(code), list(facts)]:
                    raise unreadable(code, **dict(facts))
                case _:
                    raise unreadable("reader_crashed", reason="unexpected output")
        return False

    def close(self, merged: tuple[Merged, ...]) -> None:
        sheet = self.sheets[-1]
        self.sheets[-1] = Sheet(sheet.name, sheet.state, tuple(self.rows), merged)


def end_of(child: subprocess.Popen[bytes], is_stopped: bool, limits: Limits) -> Exception:
    """Why the child ended without an answer."""
    if is_stopped or child.returncode == -signal.SIGXCPU:
        return unreadable("timed_out", seconds=limits.wall_seconds)
    reason = signal.Signals(-child.returncode).name if child.returncode < 0 else "no answer"
    return unreadable("reader_crashed", reason=reason)
