"""Reading the record: entries as a reader may see them, proofs, checkpoints."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import CharField, PositiveBigIntegerField, QuerySet
from django.utils.translation import gettext_lazy as _

from bandung.ledger.checkpoint import Checkpoint, origin_of
from bandung.ledger.entry import Statement, read, read_envelope, write_instant
from bandung.ledger.merkle import empty_root, inclusion_proof
from bandung.ledger.models import Block, Entry, Head, Instance, Touch
from bandung.ledger.prepared import Given, Prepared, given_each
from bandung.ledger.registry import read_act

Sees = Callable[[str], bool]
EXERCISE = _("Exercise: not submitted by any state.")


def nobody(party: str) -> bool:
    """The public: sees no sealed entry of any party."""
    return False


def everybody(party: str) -> bool:
    """A reviewer, the secretariat, whoever holds the machine: sees the sealed entries of all."""
    return True


GREATEST = 2**63 - 1  # of the numbers a database can be asked for; an address may name any


class NoSuchAct(LookupError):
    """The ledger has no act of that number."""


@dataclass(frozen=True)
class BlockView:
    """A content block: its commitment, its label ("" if hidden), the act that made it public."""

    commitment: str
    label: str
    opened_by: int | None


@dataclass(frozen=True)
class EntryView:
    """An entry as one reader sees it; a hidden one shows number, time and commitments alone."""

    number: int
    at: datetime
    leaf: str
    is_sealed: bool
    is_hidden: bool
    verb: str
    version: int
    party: str
    function: str
    sentence: str
    blocks: tuple[BlockView, ...]

    @property
    def commitments(self) -> tuple[str, ...]:
        return tuple(block.commitment for block in self.blocks)

    @property
    def opened(self) -> tuple[BlockView, ...]:
        return tuple(block for block in self.blocks if block.opened_by is not None)


@dataclass(frozen=True)
class InclusionProof:
    """`path`, lowest first, leads from `leaf` at `index` (from 0) to the `root` of the tree."""

    index: int
    size: int
    leaf: str
    path: tuple[str, ...]
    root: str


def entry_view(number: int, sees: Sees = nobody) -> EntryView:
    """Act `number` for a reader who sees the sealed entries of the parties that `sees` grants.

    Raises NoSuchAct.
    """
    found = _prepared_views(_ONE, sees, number=number) if number <= GREATEST else ()
    if not found:
        raise NoSuchAct(f"the ledger has no act {number}")
    return found[0]


def entries(after: int = 0, limit: int = 50, sees: Sees = nobody) -> tuple[EntryView, ...]:
    """The next `limit` acts after act `after`, in order."""
    return _views(Entry.objects.filter(number__gt=after).order_by("number")[:limit], sees)


def latest(
    before: int | None = None, limit: int = 50, sees: Sees = nobody
) -> tuple[EntryView, ...]:
    """The last `limit` acts (before act `before`), newest first."""
    found = Entry.objects.order_by("-number")
    return _views((found if before is None else found.filter(number__lt=before))[:limit], sees)


def entries_of(
    party: str, before: int | None = None, limit: int = 50, sees: Sees = nobody
) -> tuple[EntryView, ...]:
    """The last acts that concern `party` and that this reader may know to concern it."""
    found = Entry.objects.filter(party=party).order_by("-number")
    if not sees(party):
        found = found.filter(is_sealed=False)
    return _views((found if before is None else found.filter(number__lt=before))[:limit], sees)


def acts_touching(subject: str, sees: Sees = nobody) -> tuple[EntryView, ...]:
    """The acts that touched `subject`, in order, without those this reader may not read."""
    return acts_touching_any([subject], sees)


def acts_touching_any(subjects: Sequence[str], sees: Sees = nobody) -> tuple[EntryView, ...]:
    """The acts that touched one of `subjects`, each once and in order, without those this reader
    may not read."""
    found = _prepared_views(_touching(len(subjects)), sees, subjects=subjects)
    return tuple(entry for entry in found if not entry.is_hidden)


def last_touch(subject: str) -> int | None:
    """The number of the last act that touched `subject`: the `based_on` of the next."""
    touches = Touch.objects.filter(subject=subject).order_by("-number")
    return touches.values_list("number", flat=True).first()


def content_of(number: int, label: str) -> bytes:
    """The bytes of block `label` of act `number`; the caller decides who may read them.

    Raises NoSuchAct if there is no such block.
    """
    found = _CONTENT.first(number=number, label=label) if number <= GREATEST else None
    if found is None:
        raise NoSuchAct(f"act {number} has no block {label}")
    return bytes(found[0])


_CONTENT = Prepared(
    lambda: (
        Block.objects.order_by()
        .filter(
            number=Given("number", PositiveBigIntegerField()), label=Given("label", CharField())
        )
        .values_list("content")
    )
)


@dataclass(frozen=True)
class OpenedBlock:
    """A block that an act made public, with all that opens its commitment."""

    number: int
    label: str
    commitment: str
    salt: bytes
    content: bytes
    opened_by: int


def opened_blocks(number: int) -> tuple[OpenedBlock, ...]:
    """The public blocks of act `number`, in their order."""
    return _opened_blocks(Block.objects.filter(number=number, opening__isnull=False))


def opened_by(number: int) -> tuple[OpenedBlock, ...]:
    """The blocks, of earlier acts, that act `number` made public."""
    return _opened_blocks(Block.objects.filter(opening__opened_by=number))


def _opened_blocks(found: QuerySet[Block]) -> tuple[OpenedBlock, ...]:
    fields = ("number_id", "label", "commitment", "salt", "content", "opening__opened_by_id")
    rows = found.order_by("number_id", "position").values_list(*fields)
    return tuple(
        OpenedBlock(number, label, commitment, bytes(salt), bytes(content), by)
        for number, label, commitment, salt, content, by in rows
    )


def is_exercise() -> bool:
    """Whether this ledger was founded as an exercise."""
    return _EXERCISE.first() is not None


_EXERCISE = Prepared(
    lambda: Instance.objects.order_by().filter(is_exercise=True).values_list("pk")[:1]
)


def checkpoint(size: int | None = None) -> Checkpoint:
    """The checkpoint now, or as it was when the ledger held `size` acts.

    Raises NoSuchAct on a ledger that is not founded or shorter than `size`.
    """
    if size is None:
        size = Head.objects.values_list("size", flat=True).get(id=1)
    instance = Instance.objects.first()
    if instance is None:
        raise NoSuchAct("the ledger is not founded")
    return Checkpoint(origin_of(instance.name, instance.is_exercise), size, _root(size).hex())


def proof_of(number: int, size: int | None = None) -> InclusionProof:
    """The proof that act `number` stands in the log of `size` acts (default: all of them).

    Raises NoSuchAct.
    """
    stored = Entry.objects.order_by("number").values_list("leaf", flat=True)
    leaves = [bytes(leaf) for leaf in (stored if size is None else stored[:size])]
    if not 0 < number <= len(leaves):
        raise NoSuchAct(f"the ledger of {len(leaves)} acts has no act {number}")
    return InclusionProof(
        index=number - 1,
        size=len(leaves),
        leaf=leaves[number - 1].hex(),
        path=tuple(each.hex() for each in inclusion_proof(leaves, number - 1)),
        root=_root(len(leaves)).hex(),
    )


def stored_text(number: int) -> str:
    """The stored bytes of act `number`, as they are hashed. Raises NoSuchAct."""
    content = Entry.objects.values_list("content", flat=True).filter(number=number).first()
    if content is None:
        raise NoSuchAct(f"the ledger has no act {number}")
    return bytes(content).decode()


def text_of(number: int, sees: Sees = everybody) -> str:
    """Act `number` as text: its sentence, its stored bytes, its proof. Raises NoSuchAct."""
    view, proof, stored = entry_view(number, sees), proof_of(number), stored_text(number)
    return "\n".join(
        [
            f"act {number}, {write_instant(view.at)}",
            view.sentence or _sealed_sentence(),
            "",
            stored,
            "",
            f"leaf {proof.leaf} at index {proof.index} of {proof.size}",
            *(f"path {each}" for each in proof.path),
            f"root {proof.root}",
        ]
    )


def _root(size: int) -> bytes:
    if size == 0:
        return empty_root()
    root = Entry.objects.filter(number=size).values_list("root", flat=True).first()
    if root is None:
        raise NoSuchAct(f"the ledger has no act {size}")
    return bytes(root)


class _EntryRow(NamedTuple):
    """What a view needs of an entry's columns."""

    number: int
    at: datetime
    leaf: bytes
    is_sealed: bool
    party: str
    content: bytes


_BlockRow = tuple[int, str, str, int | None]  # number, commitment, label, opened by
_BLOCK_COLUMNS = ("number_id", "commitment", "label", "opening__opened_by_id")


@dataclass(frozen=True)
class _Chosen:
    """The three queries of a question about entries, each built once."""

    rows: Prepared
    blocks: Prepared
    envelopes: Prepared

    @classmethod
    def of(cls, entries: Callable[[], QuerySet[Entry]]) -> "_Chosen":
        def numbers() -> Any:
            return entries().order_by().values("number")

        return cls(
            Prepared(lambda: entries().order_by("number").values_list(*_EntryRow._fields)),
            Prepared(lambda: _blocks_of(numbers())),
            Prepared(lambda: _envelopes_of(numbers())),
        )


_ONE = _Chosen.of(lambda: Entry.objects.filter(number=Given("number", PositiveBigIntegerField())))


@cache
def _touching(count: int) -> _Chosen:
    """Entries that touched one of so many subjects."""
    given = given_each("subjects", CharField(), count)
    touches = Touch.objects.filter(subject__in=given).values("number")
    return _Chosen.of(lambda: Entry.objects.filter(number__in=touches))


def _prepared_views(chosen: _Chosen, sees: Sees, **values: Any) -> tuple[EntryView, ...]:
    """Four queries for any number of entries: entries, blocks with openings, envelopes, whether
    this is an exercise."""
    rows = [_EntryRow(*each) for each in chosen.rows.rows(**values)]
    shown = [row for row in rows if not row.is_sealed or sees(row.party)]
    is_sealed = any(row.is_sealed for row in shown)
    envelopes = chosen.envelopes.rows(**values) if is_sealed else []
    return _told(rows, shown, chosen.blocks.rows(**values) if rows else [], envelopes)


def _views(found: QuerySet[Entry], sees: Sees) -> tuple[EntryView, ...]:
    """The same four queries, built for this question."""
    rows = [_EntryRow(*each) for each in found.values_list(*_EntryRow._fields)]
    shown = [row for row in rows if not row.is_sealed or sees(row.party)]
    blocks = _blocks_of([row.number for row in rows])
    envelopes = _envelopes_of([row.number for row in shown if row.is_sealed])
    return _told(rows, shown, blocks, envelopes)


def _blocks_of(numbers: Any) -> QuerySet[Block, _BlockRow]:
    found = Block.objects.filter(number_id__in=numbers).order_by("number_id", "position")
    return found.values_list(*_BLOCK_COLUMNS)


def _envelopes_of(numbers: Any) -> QuerySet[Block, tuple[int, bytes | memoryview]]:
    found = Block.objects.filter(number_id__in=numbers, position=0).order_by()
    return found.values_list("number_id", "content")


def _told(
    rows: Sequence[_EntryRow],
    shown: Sequence[_EntryRow],
    blocks: Iterable[tuple[Any, ...]],
    envelopes: Iterable[tuple[Any, ...]],
) -> tuple[EntryView, ...]:
    """The views of `rows`, of which this reader may read those `shown`."""
    listed: dict[int, tuple[BlockView, ...]] = {}
    for number, *block in blocks:
        listed[number] = (*listed.get(number, ()), BlockView(*block))
    sealed = {number: bytes(each) for number, each in envelopes}
    prefix = f"{EXERCISE} " if shown and is_exercise() else ""
    said = {row.number: _statement(row, sealed) for row in shown}
    return tuple(
        _view(row, listed.get(row.number, ()), said.get(row.number), prefix) for row in rows
    )


def _statement(row: _EntryRow, envelopes: dict[int, bytes]) -> Statement:
    said = read(bytes(row.content)).statement
    return said or read_envelope(envelopes[row.number])[0]


def _view(
    row: _EntryRow, blocks: Sequence[BlockView], said: Statement | None, prefix: str
) -> EntryView:
    if said is None:
        hidden = (
            BlockView(each.commitment, each.label if each.opened_by else "", each.opened_by)
            for each in blocks
        )
        blocks = tuple(hidden)
    return EntryView(
        number=row.number,
        at=row.at,
        leaf=bytes(row.leaf).hex(),
        is_sealed=row.is_sealed,
        is_hidden=said is None,
        verb=said.verb if said else "",
        version=said.version if said else 0,
        party=row.party if said else "",
        function=said.by["function"] if said and said.by else "",
        sentence=prefix + read_act(said).sentence() if said else "",
        blocks=tuple(blocks),
    )


def _sealed_sentence() -> str:
    return str(_("This entry is sealed."))
