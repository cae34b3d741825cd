"""The child process: standard input is the upload, standard output its rows as JSON lines.

Everything it needs is imported before it confines itself; then it can neither grow, nor run on, nor
write a file, nor open one.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from bandung.sheets.encoding import Line
from bandung.sheets.errors import Unreadable, unreadable
from bandung.sheets.limits import Limits

Reader = Callable[[IO[bytes], Limits], Iterator[Line]]


def reader_of(name: str) -> Reader:
    """Only what this file needs is imported."""
    if name == "csv":
        from bandung.sheets.delimited import read_csv

        return read_csv
    from bandung.sheets.xlsx import read_xlsx

    return read_xlsx


def confine(limits: Limits) -> None:
    """Less memory, little time, no core dump, no file written, no file opened."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def safely(lines: Iterable[Line], limits: Limits) -> Iterator[Line]:
    """The lines, closed by ["end"] or by why they stop."""
    try:
        yield from lines
        yield ["end"]
    except Unreadable as problem:
        yield ["error", problem.code, list(problem.facts.items())]
    except MemoryError:
        yield out_of_memory(limits)
    except Exception as problem:  # the parent turns this into a refusal that names it
        yield ["error", "reader_crashed", [["reason", type(problem).__name__]]]


def out_of_memory(limits: Limits) -> Line:
    refusal = unreadable("out_of_memory", megabytes=limits.memory_bytes // 1_000_000)
    return ["error", refusal.code, list(refusal.facts.items())]


def main(arguments: list[str]) -> None:
    """Arguments: the format, and the limits as a JSON list."""
    limits = Limits(*json.loads(arguments[1]))
    read = reader_of(arguments[0])
    encode = json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), check_circular=False
    ).encode
    confine(limits)
    gc.disable()  # nothing here refers to itself in a circle; the memory limit holds all the same
    out = sys.stdout.buffer
    try:
        for line in safely(read(sys.stdin.buffer, limits), limits):
            out.write(encode(line).encode())
            out.write(b"\n")
    except MemoryError:
        out.write(encode(out_of_memory(limits)).encode() + b"\n")
    out.flush()
    os._exit(0)  # nothing to tidy up: skips the interpreter's own tidying
