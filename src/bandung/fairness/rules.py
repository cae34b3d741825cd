"""Who may use which lot, said with groups, names and products, and the classes this comes to.

A lot is open to a claimant if its `for` is empty or names the claimant or one of its groups, if
its `not_for` names neither, and if the claimant accepts every product or this lot's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from string import ascii_letters, digits
from typing import Any, TypeVar
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from bandung.fairness.problem import MOST, BadProblem, Fault, Integers, Problem, Whole, fault

Names = tuple[str, ...]


@dataclass(frozen=True)
class Claimant:
    """A row of claimants.csv; quantities in whole base units, `cap` None: what is still needed."""

    name: str
    need: int
    received: int = 0
    weight: Fraction = Fraction(1)
    cap: int | None = None
    groups: Names = ()
    accepts: Names = ()
    minimum: int = 0


@dataclass(frozen=True)
class Lot:
    """A row of lots.csv; names in `open_to` and `closed_to` are claimants' or groups'."""

    name: str
    product: str
    quantity: int
    pack: int = 1
    open_to: Names = ()
    closed_to: Names = ()
    expires_on: date | None = None


@dataclass
class Kinds:
    """A list of names for each claimant: the distinct lists, and which of them each has."""

    distinct: list[Names]
    of: Integers

    @classmethod
    def among(cls, given: Sequence[Names]) -> "Kinds":
        """The kinds of a list of names by claimant."""
        numbers: dict[Names, int] = {}
        of = np.array([numbers.setdefault(each, len(numbers)) for each in given], np.int64)
        return cls(list(numbers), of)


@dataclass
class Claims:
    """Claimants by column, as a million of them are read; no cap: what is still needed."""

    names: list[str]
    need: Whole
    received: Whole
    weight: Sequence[Fraction] | tuple[Whole, Whole]
    cap: Sequence[int | None] | None
    groups: Kinds
    accepts: Kinds
    minimum: Whole


@dataclass
class Ruled:
    """What the rules come to: each claimant's class, and the classes each lot is open to."""

    class_of: Integers
    lot_classes: list[list[int]] = field(default_factory=list)


COLUMNS = {
    "claimants": {"claimant": "name"},
    "lots": {"lot": "name", "for": "open_to", "not_for": "closed_to"},
}
"""Where a column of the file and the field of the dataclass differ."""
ENGINE_COLUMNS = {
    ("claimants", "id"): "claimant",
    ("lots", "id"): "lot",
    ("lots", "supply"): "quantity",
    ("lots", "expiry"): "expires_on",
}
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Controls, format characters (category Cf), fillers, and spaces other than the plain one: two
names that look the same must be the same."""
MOST_FAULTS = 1_000
HINTS, FEW = 20, 2_000

Row = TypeVar("Row", Claimant, Lot)


def problem_from_rules(
    claimants: Iterable[Claimant | Mapping[str, Any]], lots: Iterable[Lot | Mapping[str, Any]]
) -> Problem:
    """The problem of these claimants and lots; mappings carry the names of the files' columns.

    Claimants that no rule tells apart form one class. Refuses, as BadProblem, what Problem
    refuses, a name that stands twice, an unknown column, and a name in `for` or `not_for` that is
    neither a claimant nor a group.
    """
    faults: list[Fault] = []
    people = list(_rows(Claimant, "claimants", claimants, faults))
    kept = list(_rows(Lot, "lots", lots, faults))
    faults += _odd_names("claimants", people, ("groups", "accepts"))
    faults += _odd_names("lots", kept, ("open_to", "closed_to"))
    if faults:
        raise BadProblem(faults)
    claims = Claims(
        names=[_plain_name(each.name) for each in people],
        need=[each.need for each in people],
        received=[each.received for each in people],
        weight=_ratios([each.weight for each in people]),
        cap=[each.cap for each in people],
        groups=Kinds.among([names_of(each.groups) for each in people]),
        accepts=Kinds.among([names_of(each.accepts) for each in people]),
        minimum=[each.minimum for each in people],
    )
    stock = [
        replace(
            each,
            name=_plain_name(each.name),
            product=_plain_name(each.product),
            open_to=names_of(each.open_to),
            closed_to=names_of(each.closed_to),
        )
        for each in kept
    ]
    return problem_of(claims, stock)


def _ratios(weights: list[Fraction]) -> list[Fraction] | tuple[Whole, Whole]:
    """The weights as numerators and denominators, equal objects taken apart once."""
    known: dict[int, tuple[int, int]] = {}
    for each in {id(each): each for each in weights}.values():
        is_good = isinstance(each, Fraction | int) and not isinstance(each, bool) and each > 0
        if not is_good or max(each.as_integer_ratio()) > MOST:
            return weights  # Problem names the rows
        known[id(each)] = each.as_integer_ratio()
    ratios = np.array([known[id(each)] for each in weights], np.int64).reshape(-1, 2)
    return ratios[:, 0], ratios[:, 1]


def names_of(given: str | Iterable[str]) -> Names:
    """A list of names; a text holds them with `;` or `|` between, as in the files."""
    some = given.replace("|", ";").split(";") if isinstance(given, str) else given
    return tuple(filter(None, map(_plain_name, some)))


def _plain_name(name: object) -> str:
    """A name without the spaces around it, equal letters equally written."""
    return normalize("NFC", str(name).strip())


def _odd_names(table: str, rows: Sequence[Row], lists: tuple[str, ...]) -> Iterator[Fault]:
    """Names and lists of names that are neither."""
    titles = {field: column for column, field in COLUMNS[table].items()}
    for row, each in enumerate(rows):
        for column in ("name",) if table == "claimants" else ("name", "product"):
            if getattr(each, column) is None:
                yield fault(table, row, titles.get(column, column), "missing")
        for column in lists:
            given = getattr(each, column)
            is_list = isinstance(given, list | tuple | set | frozenset)
            if not (isinstance(given, str) or (is_list and all(isinstance(x, str) for x in given))):
                words = ("not-names", repr(given)[:60], "a name or a list of names is needed")
                yield _fault(table, row, titles.get(column, column), *words)


def _rows(
    kind: type[Row], table: str, given: Iterable[Row | Mapping[str, Any]], faults: list[Fault]
) -> Iterator[Row]:
    renamed = COLUMNS[table]
    known = {each.name for each in fields(kind)}
    columns = {**{each: each for each in known - set(renamed.values())}, **renamed}
    needed = {"claimants": ("claimant", "need"), "lots": ("lot", "quantity")}[table]
    for row, each in enumerate(given):
        if isinstance(each, kind):
            yield each
            continue
        if not isinstance(each, Mapping):
            message = f"a {kind.__name__} or a mapping of columns is needed"
            faults.append(_fault(table, row, "row", "not-a-row", repr(each)[:60], message))
            continue
        unknown = [column for column in each if column not in columns]
        faults += [
            _fault(table, row, str(name), *unknown_name(str(name), columns)) for name in unknown
        ]
        missing = [column for column in needed if column not in each]
        faults += [fault(table, row, column, "missing") for column in missing]
        if not unknown and not missing:
            product = {} if table == "claimants" else {"product": ""}
            yield kind(**product | {columns[column]: value for column, value in each.items()})


def _fault(table: str, row: int, column: str, code: str, seen: str, message: str) -> Fault:
    return Fault(table, row, column, code, seen, message)


def unknown_name(name: str, known: Iterable[str], what: str = "column") -> tuple[str, str, str]:
    """(code, what was seen, message with the likely name) for a name that is not known."""
    likely = get_close_matches(name.casefold(), list(known), 1)
    hint = f"; did you mean {likely[0]}?" if likely else ""
    return f"unknown-{what}", name, f"no such {what}{hint}"


def problem_of(claims: Claims, lots: Sequence[Lot]) -> Problem:
    """The problem of claimants by column and lots by row; see problem_from_rules."""
    faults = [*name_faults(claims, lots)]
    is_repeated = any(each.code == "duplicate" for each in faults)
    ruled = classify(claims, lots) if not faults else Ruled(np.zeros(len(claims.names), np.int64))
    try:
        problem = Problem(
            claims.need,
            claims.received,
            claims.weight,
            _caps(claims),
            ruled.class_of,
            [each.quantity for each in lots],
            [each.pack for each in lots],
            ruled.lot_classes or [[] for _ in lots],
            claims.minimum,
            [each.expires_on for each in lots],
            None if is_repeated else claims.names,
            None if is_repeated else [each.name for each in lots],
        )
    except BadProblem as bad:
        faults += [_in_files_words(each) for each in bad.faults]
    if faults:
        raise BadProblem(faults)
    return problem


def _in_files_words(found: Fault) -> Fault:
    column = ENGINE_COLUMNS.get((found.table, found.column), found.column)
    return replace(found, column=column)


def _caps(claims: Claims) -> Whole | None:
    """The caps that are given, elsewhere what is still needed; None where none is given."""
    if claims.cap is None or all(each is None for each in claims.cap):
        return None
    columns = (claims.cap, _plain(claims.need), _plain(claims.received))
    return [
        _lacking(need, received) if cap is None else cap
        for cap, need, received in zip(*columns, strict=False)
    ]


def _plain(given: Whole) -> Sequence[Any]:
    return given.tolist() if isinstance(given, np.ndarray) else given


def _lacking(need: Any, received: Any) -> Any:
    try:
        return max(0, need - received)
    except TypeError:
        return 0  # neither is a number, which Problem refuses


def name_faults(claims: Claims, lots: Sequence[Lot]) -> Iterator[Fault]:
    """What is wrong with the names: missing, unseen marks, twice, or named but not there."""
    yield from _own_names("claimants", "claimant", claims.names)
    yield from _own_names("lots", "lot", [each.name for each in lots])
    groups = {group for some in claims.groups.distinct for group in some}
    claimants = set(claims.names)
    wanted = (
        (row, column, name)
        for row, lot in enumerate(lots)
        for column, names in (("for", lot.open_to), ("not_for", lot.closed_to))
        for name in names
        if name not in groups and name not in claimants
    )
    yield from _hidden(claims, lots)
    for position, (row, column, name) in enumerate(wanted):
        if position == MOST_FAULTS:
            return
        if UNSEEN.search(name):
            continue
        likely = likely_name(name, groups, claimants) if position < HINTS else ""
        hint = f"; did you mean {likely}?" if likely else ""
        message = f"neither a claimant nor a group of claimants{hint}"
        yield Fault("lots", row, column, "unknown-name", name, message)


def _own_names(table: str, column: str, names: Sequence[str]) -> Iterator[Fault]:
    if "" in names:
        empty = [row for row, name in enumerate(names) if not name][:MOST_FAULTS]
        yield from (fault(table, row, column, "missing") for row in empty)
    if UNSEEN.search("".join(names)):
        marked = [row for row, name in enumerate(names) if UNSEEN.search(name)][:MOST_FAULTS]
        yield from (_marked(table, row, column, names[row]) for row in marked)
    if len(set(names)) < len(names):
        first: dict[str, int] = {}
        twice = [
            (row, name)
            for row, name in enumerate(names)
            if name and first.setdefault(name, row) != row
        ]
        for row, name in twice[:MOST_FAULTS]:
            yield fault(table, row, column, "duplicate", name)


def _marked(table: str, row: int, column: str, name: str) -> Fault:
    """A name with something in it that cannot be seen, written so that it can."""
    message = "a mark that cannot be seen, or a space that is not the plain one, stands in the name"
    seen = UNSEEN.sub(lambda found: ascii(found[0])[1:-1], name)
    return Fault(table, row, column, "unseen-mark", seen, message)


def _hidden(claims: Claims, lots: Sequence[Lot]) -> Iterator[Fault]:
    """Groups and products with something in them that cannot be seen, each at its first row."""
    for column, kinds in (("groups", claims.groups), ("accepts", claims.accepts)):
        for kind, names in enumerate(kinds.distinct):
            for name in filter(UNSEEN.search, names):
                yield _marked("claimants", int(np.argmax(kinds.of == kind)), column, name)
    for row, lot in enumerate(lots):
        columns = (("product", (lot.product,)), ("for", lot.open_to), ("not_for", lot.closed_to))
        for column, names in columns:
            yield from (_marked("lots", row, column, name) for name in filter(UNSEEN.search, names))


def likely_name(name: str, groups: set[str], claimants: set[str]) -> str:
    """The group or claimant that was probably meant, or nothing."""
    near = sorted(claimants) if len(claimants) <= FEW else sorted(edits(name) & claimants)
    known = {each.casefold(): each for each in (*near, *sorted(groups))}
    found = get_close_matches(name.casefold(), list(known), 1)
    return known[found[0]] if found else ""


def edits(name: str) -> set[str]:
    """Every name that is one letter away: left out, put in, changed, swapped, or in another case.

    Looks names up instead of comparing with each, which a million claimants would make slow.
    """
    cuts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    letters = {*ascii_letters, *digits, *" -_./", *name}
    return {
        *(head + tail[1:] for head, tail in cuts if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1),
        *(head + letter + tail[1:] for head, tail in cuts if tail for letter in letters),
        *(head + letter + tail for head, tail in cuts for letter in letters),
        *(name.upper(), name.lower(), name.title(), name.capitalize()),
    }


def classify(claims: Claims, lots: Sequence[Lot]) -> Ruled:
    """Classes numbered by their first claimant; claimants of one class are open to the same lots.

    Only names that some lot uses, and products that some lot carries, tell claimants apart.
    """
    named = {name for lot in lots for name in (*lot.open_to, *lot.closed_to)}
    products = {lot.product for lot in lots}
    groups, groups_of = _known(claims.groups, named)
    accepts, accepts_of = _known(claims.accepts, products, marks_empty=True)
    key = groups_of * len(accepts) + accepts_of
    own = np.array([row for row, name in enumerate(claims.names) if name in named], np.int64)
    key[own] = len(groups) * len(accepts) + np.arange(len(own))
    class_of, first = _by_first(key)
    called = _members(named, [groups[each] for each in groups_of[first].tolist()])
    for row in own.tolist():
        called[claims.names[row]].append(int(class_of[row]))
    willing = _willing(products, [accepts[each] for each in accepts_of[first].tolist()])
    return Ruled(class_of, [_open(lot, called, willing, len(first)) for lot in lots])


def _known(
    given: Kinds, known: set[str], marks_empty: bool = False
) -> tuple[list[frozenset[str] | None], Integers]:
    """The distinct sets of known names, and which of them each claimant has.

    With `marks_empty`, None stands for a claimant that names nothing at all.
    """
    numbers: dict[frozenset[str] | None, int] = {}
    kept = (
        None if marks_empty and not names else frozenset(names) & known for names in given.distinct
    )
    merged = [numbers.setdefault(kind, len(numbers)) for kind in kept]
    return list(numbers), np.array(merged, np.int64)[given.of]


def _by_first(key: Integers) -> tuple[Integers, Integers]:
    """Numbers equal keys equally, in the order of their first rows, which come second."""
    _, first, found = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[found], first[order]


def _members(named: set[str], kinds: Sequence[frozenset[str] | None]) -> dict[str, list[int]]:
    """By name, the classes whose claimants have it as a group."""
    found: dict[str, list[int]] = {name: [] for name in named}
    for number, kind in enumerate(kinds):
        for name in kind or ():
            found[name].append(number)
    return found


def _willing(
    products: set[str], kinds: Sequence[frozenset[str] | None]
) -> dict[str, npt.NDArray[np.bool_]]:
    """By product, which classes accept it."""
    all_of_them = np.array([kind is None for kind in kinds], bool)
    found = {product: all_of_them.copy() for product in products}
    for number, kind in enumerate(kinds):
        for product in kind or ():
            found[product][number] = True
    return found


def _open(
    lot: Lot,
    called: Mapping[str, list[int]],
    willing: Mapping[str, npt.NDArray[np.bool_]],
    classes: int,
) -> list[int]:
    is_open = np.full(classes, not lot.open_to)
    for name in lot.open_to:
        is_open[called[name]] = True
    for name in lot.closed_to:
        is_open[called[name]] = False
    return np.flatnonzero(is_open & willing[lot.product]).tolist()
