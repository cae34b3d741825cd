"""Pictures drawn on the server: geometry only, no words and no colours."""

from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS, CELL, STEP = 11, 8, 10


@dataclass(frozen=True)
class Patch:
    """The cells of one status, as the path of an SVG."""

    status: str
    count: int
    path: str


@dataclass(frozen=True)
class Squares:
    """One square a state, row by row, in the order of the statuses given."""

    patches: tuple[Patch, ...]
    width: int
    height: int


def squares(counts: Iterable[tuple[str, int]]) -> Squares:
    """One square for each counted state, `COLUMNS` to a row."""
    patches, done = [], 0
    for status, count in counts:
        if count:
            cells = (_cell(place) for place in range(done, done + count))
            patches.append(Patch(status, count, "".join(cells)))
            done += count
    rows = -(-done // COLUMNS)
    return Squares(tuple(patches), COLUMNS * STEP, rows * STEP)


def _cell(place: int) -> str:
    row, column = divmod(place, COLUMNS)
    return f"M{column * STEP + 1} {row * STEP + 1}h{CELL}v{CELL}h-{CELL}z"
