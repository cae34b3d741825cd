"""The shape of an act: one official change, its rule of who may, what must hold, what changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from django.utils.functional import Promise
from pydantic import BaseModel, ConfigDict

from bandung.ledger.canonical import canonical, parse


class Mandate(Protocol):
    """A person speaks for a party in a function, from a day to a day, perhaps in some sectors."""

    @property
    def code(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def party(self) -> str: ...
    @property
    def function(self) -> str: ...
    @property
    def sectors(self) -> frozenset[str]: ...

    def holds_at(self, at: datetime) -> bool:
        """Whether the mandate is in force, asked of the tables anew."""
        ...


@dataclass(frozen=True)
class Speaker:
    """Who said an act, as its entry keeps it: codes only, no name."""

    mandate: str
    person: str
    party: str
    function: str


@dataclass(frozen=True)
class Moment:
    """All that an act may use besides itself and the rows: its number, time, speaker, contents."""

    number: int
    at: datetime
    by: Speaker | None
    contents: Mapping[str, bytes] = field(default_factory=dict)

    def key(self, line: int) -> int:
        """The key of row `line` (1 to 65,535) made by this act; printed 345.12."""
        if not 0 < line < 1 << 16:
            raise ValueError(f"an act numbers its rows from 1 to 65,535, not {line}")
        return self.number << 16 | line

    def content(self, label: str) -> Any:
        """The canonical JSON value in the block `label`."""
        return parse(self.contents[label])


def print_key(key: int) -> str:
    """`345.12` for row 12 of act 345."""
    return f"{key >> 16}.{key & 0xFFFF}"


def read_key(text: str) -> int:
    """The inverse of `print_key`; ValueError for anything else."""
    number, _, line = text.partition(".")
    if not (number.isascii() and number.isdigit() and line.isascii() and line.isdigit()):
        raise ValueError(f"{text!r} is not a key such as 345.12")
    if not 0 < int(line) < 1 << 16:
        raise ValueError(f"{text!r} is not a key such as 345.12")
    return int(number) << 16 | int(line)


A = TypeVar("A", bound="Act")
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class Act(BaseModel):
    """Base of every official change. Subclasses set `verb` and one sentence of documentation.

    `words`: what the act does, in the reader's language, for sentences that name several acts.
    `sealed`: the public record shows number, time and commitment only.
    `labels`: the content blocks the act must carry, in their order; a label ending in `*` may
    stand for any number of blocks (`attachment*`: `attachment1`, `attachment2`).
    `on_existing`: the act changes an existing object, so `based_on` must name the last act the
    speaker saw of `subjects()[0]`.
    `is_pipelined`: it only adds rows, with keys of its own, so that PostgreSQL may be sent one
    statement while it works on another (`prepared.pipelined`).
    `upcasters`: for each older version, a pure function from its fields to the next version's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    verb: ClassVar[str] = ""
    words: ClassVar[str | Promise] = ""
    version: ClassVar[int] = 1
    sealed: ClassVar[bool] = False
    labels: ClassVar[tuple[str, ...]] = ()
    on_existing: ClassVar[bool] = False
    needs_mandate: ClassVar[bool] = True
    is_pipelined: ClassVar[bool] = False
    upcasters: ClassVar[Mapping[int, Upcaster]] = {}

    based_on: int | None = None

    def party(self) -> str:
        """The party this act concerns (ISO 3166-1 alpha-3 or an organisation's code), or ''."""
        return ""

    def subjects(self) -> tuple[str, ...]:
        """The objects this act touches, such as `needs.submission/345`; the main one first."""
        return ()

    def made_by(self) -> int | None:
        """The number of the act that made `subjects()[0]`, where the object's name tells it."""
        return None

    def opens(self) -> tuple[tuple[int, str], ...]:
        """Sealed blocks that this act makes public: (act number, label)."""
        return ()

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        """Refuses, as NotAllowed, a mandate that does not cover this act."""
        raise NotImplementedError

    def check(self, moment: Moment) -> None:
        """Refuses, with a named Refused, when the tables do not allow this act now."""

    def apply(self, moment: Moment) -> None:
        """Changes the official tables; uses nothing but the act, the moment and the rows."""
        raise NotImplementedError

    def sentence(self) -> str:
        """One neutral sentence that says what this act did."""
        raise NotImplementedError


REGISTRY: dict[str, type[Act]] = {}


def official(cls: type[A]) -> type[A]:
    """Class decorator: makes an act known by its verb, so that its entries can be replayed."""
    if not cls.verb or not cls.__doc__:
        raise TypeError(f"{cls.__name__} needs a verb and one sentence of documentation")
    if REGISTRY.setdefault(cls.verb, cls) is not cls:
        raise TypeError(f"two acts have the verb {cls.verb}")
    return cls


def read_act(verb: str, version: int, fields: Mapping[str, Any]) -> Act:
    """The act written in an entry, an old version read through its upcasters.

    Raises KeyError for an unknown verb or version.
    """
    cls = REGISTRY[verb]
    current = dict(fields)
    for step in range(version, cls.version):
        current = cls.upcasters[step](current)
    if version > cls.version:
        raise KeyError(f"{verb} version {version} is newer than this program")
    return cls.model_validate_json(canonical(current))
