"""What a statement changes against the publication in force, line by line and field by field."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bandung.exchange.standing import HeldLine
from bandung.needs.statement import NeedLine
from bandung.sheets.errors import BadText
from bandung.sheets.text import clean_text

# Attachments belong to their submission; a workbook neither shows nor changes them.
COMPARED = tuple(name for name in NeedLine.model_fields if name not in ("n", "attachments"))
TEXTS = frozenset({"justification", "channel_reference"})


@dataclass(frozen=True)
class FieldChange:
    """One field of a line, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class LineChange:
    """A line in force that would say something else; `row` is the sheet's row."""

    key: str
    row: int
    line: NeedLine
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Changes:
    """What would be added, changed, removed; and how many lines stay as they are.

    `open` are lines in force whose rows have a problem: it is not yet known what these say.
    """

    added: tuple[NeedLine, ...] = ()
    changed: tuple[LineChange, ...] = ()
    removed: tuple[HeldLine, ...] = ()
    unchanged: int = 0
    open: tuple[HeldLine, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed or self.open)

    def without_open(self) -> "Changes":
        """The same once the rows with problems count as not submitted."""
        return replace(self, removed=(*self.removed, *self.open), open=())


@dataclass(frozen=True)
class NewLine:
    """A line of the upload with the sheet's row and the key it was filled from."""

    row: int
    key: str
    line: NeedLine


@dataclass(frozen=True)
class BadRow:
    """A row with a problem: the key it was filled from, and its item's code if that is known."""

    key: str
    item: str


def compare(
    new: Iterable[NewLine], held: Iterable[HeldLine], bad: Iterable[BadRow] = ()
) -> Changes:
    """Pairs lines by row key, then by need, then by item; what is left is added or removed.

    A line that no good row speaks of, but a bad one does, stays open.
    """
    pairs, added, left = _pair(list(new), list(held))
    still_open = _spoken_of(left, list(bad))
    changed = [change for each, before in pairs if (change := _change(each, before)).fields]
    return Changes(
        added=tuple(each.line for each in added),
        changed=tuple(sorted(changed, key=lambda change: change.row)),
        removed=tuple(each for each in left if each.key not in still_open),
        unchanged=len(pairs) - len(changed),
        open=tuple(each for each in left if each.key in still_open),
    )


def _spoken_of(left: list[HeldLine], bad: list[BadRow]) -> set[str]:
    """The keys of the lines of which bad rows speak: by key, else each of one with its item."""
    keys = {row.key for row in bad} & {each.key for each in left}
    items = Counter(row.item for row in bad if row.key not in keys)
    for each in left:
        if each.key not in keys and items[each.line.item]:
            items[each.line.item] -= 1
            keys.add(each.key)
    return keys


def _pair(
    new: list[NewLine], held: list[HeldLine]
) -> tuple[list[tuple[NewLine, HeldLine]], list[NewLine], list[HeldLine]]:
    pairs: list[tuple[NewLine, HeldLine]] = []
    rules: tuple[tuple[Callable[[NewLine], Hashable], Callable[[HeldLine], Hashable]], ...] = (
        (lambda each: (each.key, each.line.item), lambda each: (each.key, each.line.item)),
        (lambda each: each.line.need, lambda each: each.line.need),
        (lambda each: each.line.item, lambda each: each.line.item),
    )
    for of_new, of_held in rules:
        waiting: dict[Hashable, list[HeldLine]] = defaultdict(list)
        for before in held:
            waiting[of_held(before)].append(before)
        left: list[NewLine] = []
        taken: set[str] = set()
        for each in new:
            if known := waiting[of_new(each)]:
                before = known.pop(0)
                taken.add(before.key)
                pairs.append((each, before))
            else:
                left.append(each)
        new, held = left, [before for before in held if before.key not in taken]
    return pairs, new, held


def _change(new: NewLine, before: HeldLine) -> LineChange:
    fields = tuple(
        FieldChange(name, getattr(before.line, name), getattr(new.line, name))
        for name in COMPARED
        if _plain(name, getattr(before.line, name)) != _plain(name, getattr(new.line, name))
    )
    return LineChange(before.key, new.row, new.line, fields)


def _plain(name: str, value: Any) -> Any:
    """The value for comparing: 2.50 is 2.5, and a text is as a cell would show it."""
    if name == "quantity":
        return Decimal(value)
    if name in TEXTS:
        try:
            return clean_text(value)[0]
        except BadText:
            return value
    return value
