"""Pictures drawn on the server: geometry only, no words and no colours."""

from collections.abc import Sequence
from dataclasses import dataclass

ROWS, FEWEST_COLUMNS, CELL, STEP = 3, 24, 8, 10


@dataclass(frozen=True)
class Patch:
    """The cells of one status, as the path of an SVG."""

    status: str
    count: int
    path: str


@dataclass(frozen=True)
class Squares:
    """One square a state, row by row, in the order of the statuses given: a strip of a few rows,
    so that strips under each other compare along their beginning."""

    patches: tuple[Patch, ...]
    width: int
    height: int


def squares(counts: Sequence[tuple[str, int]]) -> Squares:
    """One square for each counted state."""
    columns = max(FEWEST_COLUMNS, -(-sum(count for _status, count in counts) // ROWS))
    patches, done = [], 0
    for status, count in counts:
        if count:
            cells = (_cell(place, columns) for place in range(done, done + count))
            patches.append(Patch(status, count, "".join(cells)))
            done += count
    return Squares(tuple(patches), columns * STEP, -(-done // columns) * STEP)


def _cell(place: int, columns: int) -> str:
    row, column = divmod(place, columns)
    return f"M{column * STEP + 1} {row * STEP + 1}h{CELL}v{CELL}h-{CELL}z"
