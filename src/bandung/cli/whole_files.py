"""Files that are written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """A text file that takes its name only once all of it is written; else nothing changes.

    It grows beside its place under another name. What is there and no plain file, such as a pipe
    or `/dev/stdout`, is written as it is.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    place = path.resolve()  # a link keeps leading where it leads
    growing = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with growing.open("x", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            growing.chmod(place.stat().st_mode & 0o777)
        growing.replace(place)
    finally:
        with suppress(FileNotFoundError):
            growing.unlink()
