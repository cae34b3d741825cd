"""A submission's lines beside what its state has published, and beside what others ask for."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bandung.movement.access import Reader
from bandung.needs.queries.filters import LineFilter
from bandung.needs.queries.lines import LineRow, published_lines
from bandung.needs.queries.submissions import SubmissionView
from bandung.needs.queries.totals import ItemTotal, totals


@dataclass(frozen=True)
class ComparedLine:
    """A line; `before` is the one in force that it replaces, `asked` all that is in force of its
    item for the emergency, this state's part included. Quantities are base units."""

    line: LineRow
    before: LineRow | None
    asked: ItemTotal | None

    @property
    def change(self) -> Fraction | None:
        """The change as an exact share of what was published; None where nothing, or 0, was."""
        if self.before is None or not self.before.base_quantity:
            return None
        before = self.before.base_quantity
        return Fraction(self.line.base_quantity - before, before)


@dataclass(frozen=True)
class Comparison:
    """The lines of a submission, and the lines in force that it no longer holds."""

    lines: tuple[ComparedLine, ...]
    gone: tuple[LineRow, ...]


def compare_submission(reader: Reader, view: SubmissionView) -> Comparison:
    """Compares what this reader sees of a submission with what its state has in force in the same
    sectors: the same item, day and priority first, then the same item. Five queries or fewer."""
    heading = view.heading
    chosen = LineFilter(state=heading.state, emergency=heading.emergency)
    held = [
        row
        for row in published_lines(reader, chosen, limit=None)
        if row.sector in heading.scope and row.submission != heading.number
    ]
    asked = {row.item: row for row in totals(reader, LineFilter(emergency=heading.emergency))}
    before = _pair(view.lines, held)
    taken = {row.line_id for row in before.values()}
    return Comparison(
        lines=tuple(
            ComparedLine(line, before.get(line.line_id), asked.get(line.item))
            for line in view.lines
        ),
        gone=tuple(row for row in held if row.line_id not in taken),
    )


def _pair(lines: Sequence[LineRow], held: Iterable[LineRow]) -> dict[str, LineRow]:
    """For each line's number the line in force that it stands for."""
    rules: tuple[Callable[[LineRow], Hashable], ...] = (
        lambda row: (row.item, row.needed_by, row.priority),
        lambda row: row.item,
    )
    found: dict[str, LineRow] = {}
    left = list(held)
    for rule in rules:
        waiting: dict[Hashable, list[LineRow]] = defaultdict(list)
        for row in left:
            waiting[rule(row)].append(row)
        for line in lines:
            if line.line_id not in found and waiting[rule(line)]:
                found[line.line_id] = waiting[rule(line)].pop(0)
        left = [row for rows in waiting.values() for row in rows]
    return found
