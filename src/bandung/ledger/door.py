"""`record`: the only door to official tables.

In one transaction it takes the head row's lock, re-checks, assigns the next number and time,
writes the entry's canonical bytes, applies the change and moves the Merkle frontier. Web forms,
API, spreadsheets, command line and jobs all end here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, Speaker
from bandung.ledger.canonical import MAX_WHOLE, NotCanonical, canonical
from bandung.ledger.entry import (
    ENVELOPE,
    Statement,
    envelope_bytes,
    open_bytes,
    sealed_bytes,
)
from bandung.ledger.guard import open_door
from bandung.ledger.merkle import frontier_append, frontier_root, leaf_hash
from bandung.ledger.models import Block, Entry, Head, Opening, Touch
from bandung.ledger.seal import Sealed, seal

CLOCK_TOLERANCE = timedelta(seconds=60)
MAX_ACT_BYTES = 64 * 1024
HASH_BYTES = 32


class KeyReused(Refused):
    """The same key came with another request."""

    code = "key-reused"
    template = _("This was already sent with other content, as act %(number)s.")
    hint_template = _("Nothing was recorded now. Check act %(number)s; to record this too, send it again.")


class Moved(Refused):
    """The object changed since the speaker saw it."""

    code = "moved"
    template = _("Meanwhile this has changed: %(changes)s.")
    hint_template = _("Look at it as it is now, then decide again.")


class ClockBehind(Refused):
    """The last entry is ahead of the clock."""

    code = "clock-behind"
    template = _("The last act is dated %(last)s, more than a minute ahead of this machine's clock.")
    hint_template = _("Nothing was recorded. The administrator must set the clock right first.")


class NotFounded(Refused):
    """There is no ledger yet, or this act would found it twice."""

    code = "not-founded"
    template = _("The founding act comes first, and only once.")


class NotWritable(Refused):
    """The act holds something an entry cannot hold."""

    code = "not-writable"
    template = _("This cannot be written down: %(where)s: %(why)s")
    hint_template = _("Remove or retype that text or figure.")


@dataclass(frozen=True)
class Receipt:
    """Proof for the one who acted: what was recorded, when, and the tree it stands in."""

    number: int
    at: datetime
    leaf: str
    size: int
    root: str
    is_repeated: bool = False


@dataclass(frozen=True)
class _Request:
    """One call of the door, prepared before the lock is taken."""

    act: Act
    speaker: Speaker | None
    fields: Mapping[str, object]
    contents: Mapping[str, bytes]
    key: str

    def digest(self, salt: bytes) -> str:
        """Tells two requests apart; salted where contents are sealed, so that it gives none away."""
        parts = {label: sha256(salt + each).hexdigest() for label, each in self.contents.items()}
        return sha256(salt + canonical({"act": self.fields, "contents": parts})).hexdigest()


def record(
    act: Act,
    mandate: Mandate | None,
    key: str,
    contents: Mapping[str, bytes] | None = None,
    now: datetime | None = None,
) -> Receipt:
    """Records `act`, said under `mandate`, exactly once per `key`; the only official write.

    `contents` holds the bytes of each block the act's `labels` name; `now` defaults to the clock.
    Refuses (Refused, nothing changed) if the mandate does not cover it, the tables do not allow
    it, its object has moved, its key came with another request, or the clock is behind.
    """
    request = _prepare(act, mandate, key, contents or {})
    with transaction.atomic(), open_door():
        head = Head.objects.select_for_update().get(id=1)
        if earlier := _earlier(request):
            return _repeat(earlier, request, head)
        at = _time(head, now or timezone.now())
        moment = Moment(head.size + 1, at, request.speaker, request.contents)
        _allow(act, mandate, moment)
        return _write(request, head, moment)


def _prepare(
    act: Act, mandate: Mandate | None, key: str, contents: Mapping[str, bytes]
) -> _Request:
    fields = act.model_dump(mode="json", exclude_defaults=False)
    try:
        size = len(canonical(fields))
        canonical(key)
    except NotCanonical as error:
        raise NotWritable(where=error.where, why=error.why) from error
    if size > MAX_ACT_BYTES:
        raise NotWritable(where=act.verb, why=_("more than 64 KiB; long text belongs in a block"))
    if not 0 < len(key) <= 100:
        raise NotWritable(where="key", why=_("a key has 1 to 100 characters"))
    _check_labels(act, contents)
    speaker = mandate and Speaker(mandate.code, mandate.person, mandate.party, mandate.function)
    return _Request(act, speaker, fields, dict(contents), key)


def _check_labels(act: Act, contents: Mapping[str, bytes]) -> None:
    exact = {label for label in act.labels if not label.endswith("*")}
    stems = tuple(label[:-1] for label in act.labels if label.endswith("*"))
    missing, extra = exact - set(contents), set(contents) - exact
    if missing or any(not stems or not each.startswith(stems) for each in extra):
        raise TypeError(f"{act.verb} carries the blocks {act.labels}, not {sorted(contents)}")


def _earlier(request: _Request) -> Entry | None:
    mandate = request.speaker.mandate if request.speaker else ""
    return Entry.objects.filter(mandate=mandate, verb=request.act.verb, key=request.key).first()


def _repeat(entry: Entry, request: _Request, head: Head) -> Receipt:
    """The first receipt again, if this is the same request."""
    first = Block.objects.filter(number=entry).order_by("position").first()
    if request.digest(bytes(first.salt) if first else b"") != entry.request:
        raise KeyReused(number=entry.number)
    return _receipt(entry, head, is_repeated=True)


def _time(head: Head, now: datetime) -> datetime:
    last = head.last_at
    if last and last > now + CLOCK_TOLERANCE:
        raise ClockBehind(last=last.isoformat(timespec="seconds"))
    return max(now.astimezone(UTC), last) if last else now.astimezone(UTC)


def _allow(act: Act, mandate: Mandate | None, moment: Moment) -> None:
    is_first = moment.number == 1
    if act.needs_mandate == is_first:
        raise NotFounded
    if moment.number > MAX_WHOLE >> 16:
        raise NotWritable(where="number", why=_("the ledger is full"))
    if act.needs_mandate:
        if mandate is None:
            raise NotAllowed(reason=_("this act needs a mandate"))
        if not mandate.holds_at(moment.at):
            raise NotAllowed(reason=_("the mandate is not in force"))
        act.authorise(mandate, moment.at)
    _refuse_stale(act)
    act.check(moment)


def _refuse_stale(act: Act) -> None:
    if not act.on_existing:
        return
    subject, seen = act.subjects()[0], act.based_on
    later = Touch.objects.filter(subject=subject, number__gt=seen or 0).order_by("number")
    numbers = list(later.values_list("number", flat=True))
    if seen is None or numbers:
        entries = Entry.objects.filter(number__in=numbers).order_by("number")
        changes = ", ".join(f"{entry.verb} (act {entry.number})" for entry in entries)
        raise Moved(changes=changes or _("the act it rests on was not named"))


def _write(request: _Request, head: Head, moment: Moment) -> Receipt:
    act = request.act
    blocks = {label: seal(request.contents[label]) for label in request.contents}
    entry, stored = _entry(request, moment, blocks)
    Entry.objects.bulk_create([entry])
    Block.objects.bulk_create(stored)
    _open_blocks(act, entry)
    Touch.objects.bulk_create(
        [Touch(subject=subject, number=moment.number) for subject in dict.fromkeys(act.subjects())]
    )
    act.apply(moment)
    frontier = frontier_append(read_frontier(head), head.size, entry.leaf)
    head.size, head.frontier, head.last_at = moment.number, b"".join(frontier), moment.at
    head.save(update_fields=["size", "frontier", "last_at"])
    return _receipt(entry, head, is_repeated=False)


def _entry(
    request: _Request, moment: Moment, blocks: Mapping[str, Sealed]
) -> tuple[Entry, list[Block]]:
    act = request.act
    by = vars(request.speaker) if request.speaker else None

    def said(salt: bytes) -> Statement:
        return Statement(
            act.verb, act.version, request.fields, by, request.key, request.digest(salt)
        )

    if act.sealed:
        salt = seal(b"").salt
        statement = said(salt)
        envelope = Sealed(salt, envelope_bytes(statement, tuple(blocks)))
        blocks = {ENVELOPE: envelope, **blocks}
        content = sealed_bytes(
            moment.number, moment.at, tuple(each.commitment for each in blocks.values())
        )
    else:
        salt = next((blocks[label].salt for label in sorted(blocks)), b"")
        statement = said(salt)
        blocks = {label: blocks[label] for label in sorted(blocks)}
        named = {label: each.commitment for label, each in blocks.items()}
        content = open_bytes(moment.number, moment.at, statement, named, _commitments(act))
    return entry_row(content, moment, statement, act), block_rows(blocks, moment.number)


def entry_row(content: bytes, moment: Moment, said: Statement, act: Act) -> Entry:
    """The row of an entry with these stored bytes."""
    return Entry(
        number=moment.number,
        at=moment.at,
        leaf=leaf_hash(content),
        content=content,
        verb=said.verb,
        party=act.party(),
        mandate=said.by["mandate"] if said.by else "",
        person=said.by["person"] if said.by else "",
        key=said.key,
        request=said.request,
        is_sealed=act.sealed,
    )


def block_rows(blocks: Mapping[str, Sealed], number: int) -> list[Block]:
    """The rows of an entry's blocks, in their order."""
    return [
        Block(
            commitment=block.commitment,
            number_id=number,
            position=position,
            label=label,
            salt=block.salt,
            content=block.content,
        )
        for position, (label, block) in enumerate(blocks.items())
    ]


def _commitments(act: Act) -> tuple[str, ...]:
    return tuple(
        Block.objects.values_list("commitment", flat=True).get(number_id=number, label=label)
        for number, label in act.opens()
    )


def _open_blocks(act: Act, entry: Entry) -> None:
    Opening.objects.bulk_create(
        [Opening(block_id=each, opened_by=entry) for each in _commitments(act)]
    )


def read_frontier(head: Head) -> tuple[bytes, ...]:
    """The frontier's hashes as stored in the head row."""
    stored = bytes(head.frontier)
    return tuple(stored[i : i + HASH_BYTES] for i in range(0, len(stored), HASH_BYTES))


def _receipt(entry: Entry, head: Head, is_repeated: bool) -> Receipt:
    return Receipt(
        number=entry.number,
        at=entry.at,
        leaf=bytes(entry.leaf).hex(),
        size=head.size,
        root=frontier_root(read_frontier(head)).hex(),
        is_repeated=is_repeated,
    )
