"""`record`: the only door to official tables.

In one transaction it takes the head row's lock, re-checks, assigns the next number and time,
writes the entry's canonical bytes, applies the change and moves the Merkle frontier. Web forms,
API, spreadsheets, command line and jobs all end here.
"""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import CharField
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, Speaker, read_act
from bandung.ledger.canonical import MAX_WHOLE, NotCanonical, canonical
from bandung.ledger.entry import (
    ENVELOPE,
    MAX_BYTES,
    Statement,
    envelope_bytes,
    open_bytes,
    sealed_bytes,
)
from bandung.ledger.guard import open_door
from bandung.ledger.models import Block, Entry, Head, Touch
from bandung.ledger.prepared import Answer, Given, Prepared, pipelined
from bandung.ledger.registry import load_acts
from bandung.ledger.rows import Written, take_place
from bandung.ledger.seal import Sealed, seal

CLOCK_TOLERANCE = timedelta(seconds=60)
MAX_ACT_BYTES = 64 * 1024


class KeyReused(Refused):
    """The same key came with another request."""

    code = "key-reused"
    template = _("This was already sent with other content, as act %(number)s.")
    hint_template = _(
        "Nothing was recorded now. Check act %(number)s; to record this too, send it again."
    )


class Moved(Refused):
    """The object changed since the speaker saw it."""

    code = "moved"
    template = _("Meanwhile this has changed: %(changes)s.")
    hint_template = _("Look at it as it is now, then decide again.")


class ClockBehind(Refused):
    """The last entry is ahead of the clock."""

    code = "clock-behind"
    template = _(
        "The last act is dated %(last)s, more than a minute ahead of this machine's clock."
    )
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
    """Proof for the one who acted: what was recorded, when, and the tree that ends with it."""

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

    def digest(self, salts: Iterable[bytes]) -> str:
        """Tells two requests apart. It is salted by all of the entry's salts together, so that
        whoever lacks the opening of one block cannot try values for it against this digest."""
        salt = sha256(b"".join(salts)).digest()
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
    Raises RuntimeError inside another transaction: a receipt is for what cannot be rolled back.
    """
    request = _prepare(act, mandate, key, contents or {})
    if not connection.get_autocommit() and not connection.in_atomic_block:
        raise RuntimeError("record commits by itself: turn autocommit on")
    sending = pipelined if request.act.is_pipelined else nullcontext
    with transaction.atomic(durable=True), open_door(), sending():
        locked, earlier = _HEAD.ask(), _ask_earlier(request)
        head = _head(locked)
        if (row := earlier.first()) is not None:
            return _repeat(Entry(**dict(zip(_EARLIER_COLUMNS, row, strict=True))), request)
        at = _time(head, now or timezone.now())
        moment = Moment(head.size + 1, at, request.speaker, request.contents)
        _allow(request.act, mandate, moment)
        entry = take_place(head, _written(request, moment))
        _move(head)
        return _receipt(entry)


_HEAD_COLUMNS = ("id", "size", "frontier", "last_at")
_HEAD = Prepared(
    lambda: Head.objects.order_by().filter(id=1).select_for_update().values_list(*_HEAD_COLUMNS)
)
_EARLIER_COLUMNS = ("number", "at", "leaf", "root", "request")
_EARLIER = Prepared(
    lambda: (
        Entry.objects.order_by()
        .filter(
            mandate=Given("mandate", CharField()),
            verb=Given("verb", CharField()),
            key=Given("key", CharField()),
        )
        .values_list(*_EARLIER_COLUMNS)
    )
)
_MOVED = "UPDATE ledger_head SET size = %s, frontier = %s, last_at = %s WHERE id = 1"


def _head(locked: Answer) -> Head:
    """The head row, locked until this transaction ends. On SQLite its BEGIN IMMEDIATE locks."""
    (row,) = locked.rows()
    return Head(**dict(zip(_HEAD_COLUMNS, row, strict=True)))


def _move(head: Head) -> None:
    at = connection.ops.adapt_datetimefield_value(head.last_at)
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [head.size, head.frontier, at])


def _prepare(
    act: Act, mandate: Mandate | None, key: str, contents: Mapping[str, bytes]
) -> _Request:
    fields = act.model_dump(mode="json")
    speaker = _speaker(mandate)
    try:
        size = len(canonical(fields))
        canonical({"by": vars(speaker) if speaker else None, "key": key})
    except NotCanonical as error:
        raise NotWritable(where=error.where, why=error.why) from error
    if size > MAX_ACT_BYTES:
        raise NotWritable(where=act.verb, why=_("more than 64 KiB; long text belongs in a block"))
    if not key:
        raise NotWritable(where="key", why=_("a key has 1 to 100 characters"))
    _check_labels(act, contents)
    request = _Request(_as_replayed(act, fields), speaker, fields, dict(contents), key)
    _check_lengths(request)
    return request


def _speaker(mandate: Mandate | None) -> Speaker | None:
    if mandate is None:
        return None
    return Speaker(mandate.code, mandate.person, mandate.party, mandate.function)


def _as_replayed(act: Act, fields: Mapping[str, object]) -> Act:
    """The act as a rebuild will read it, so that what is applied now is what is applied then."""
    try:
        again = read_act(act.verb, act.version, fields)
    except (KeyError, ValidationError) as error:
        raise TypeError(f"{act.verb} cannot be read back from its entry: {error}") from error
    if again != act:
        raise TypeError(f"{act.verb} is not read back as it was written: {again!r}, not {act!r}")
    return again


def _check_labels(act: Act, contents: Mapping[str, bytes]) -> None:
    exact = {label for label in act.labels if not label.endswith("*")}
    stems = tuple(label[:-1] for label in act.labels if label.endswith("*"))
    missing, extra = exact - set(contents), set(contents) - exact
    if missing or ENVELOPE in contents or any(not each.startswith(stems) for each in extra):
        raise TypeError(f"{act.verb} carries the blocks {act.labels}, not {sorted(contents)}")
    if not all(isinstance(each, bytes) for each in contents.values()):
        raise TypeError(f"{act.verb}: a block is bytes")
    if act.sealed and act.opens():
        raise TypeError(f"{act.verb}: a sealed act cannot make blocks public")


def _check_lengths(request: _Request) -> None:
    """Every text fits its column, on SQLite as on PostgreSQL."""
    act, by = request.act, request.speaker
    texts = [
        (Entry, "verb", act.verb),
        (Entry, "party", act.party()),
        (Entry, "key", request.key),
        (Entry, "mandate", by.mandate if by else ""),
        (Entry, "person", by.person if by else ""),
        *((Block, "label", label) for label in request.contents),
        *((Touch, "subject", subject) for subject in act.subjects()),
    ]
    for model, name, text in texts:
        most: int = getattr(model._meta.get_field(name), "max_length", 0)
        if len(text) > most:
            why = _("longer than %(most)s characters") % {"most": most}
            raise NotWritable(where=name, why=why)


def _ask_earlier(request: _Request) -> Answer:
    """The entry with this request's key, asked for after the lock so that none is overlooked."""
    mandate = request.speaker.mandate if request.speaker else ""
    return _EARLIER.ask(mandate=mandate, verb=request.act.verb, key=request.key)


def _repeat(entry: Entry, request: _Request) -> Receipt:
    """The first receipt again, if this is the same request."""
    salts = Block.objects.filter(number=entry).order_by("position").values_list("salt", flat=True)
    if request.digest(map(bytes, salts)) != entry.request:
        raise KeyReused(number=entry.number)
    return _receipt(entry, is_repeated=True)


def _time(head: Head, now: datetime) -> datetime:
    if timezone.is_naive(now):
        raise ValueError("an instant names its time zone")
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
    _refuse_stale(act, moment.number)
    act.check(moment)
    _refuse_too_early(act)


def _refuse_stale(act: Act, number: int) -> None:
    """Refuses an act on an object that an act later than `based_on` touched."""
    if not act.on_existing:
        return
    subject, seen = act.subjects()[0], act.based_on
    if seen is None or not 0 < seen < number:
        raise Moved(changes=_("the act it rests on was not named"))
    refuse_moved(subject, seen)


def refuse_moved(subject: str, seen: int) -> None:
    """Refuses, naming them, if acts later than act `seen` touched `subject`."""
    touches = Touch.objects.filter(subject=subject, number__gt=seen).values_list("number")
    later = Entry.objects.filter(number__in=touches).order_by("number")
    if changes := tuple(later.values_list("number", "verb")):
        raise Moved(changes=_named(changes))


def _name(changes: Iterable[tuple[int, str]]) -> str:
    """The acts in the reader's words, with the numbers under which they can be looked up."""
    acts = load_acts()
    one, several = str(_("%(words)s (act %(number)s)")), str(_("%(first)s, then %(then)s"))
    named = [one % {"words": acts[verb].words, "number": at} for at, verb in changes]
    return reduce(lambda first, then: several % {"first": first, "then": then}, named)


_named = lazy(_name, str)  # a refusal is put into words where it is read


def _refuse_too_early(act: Act) -> None:
    """Refuses an act that rests on one from before its object was made."""
    if act.on_existing and act.based_on is not None and act.based_on < (act.made_by() or 0):
        raise Moved(changes=_("it was made after act %(number)s") % {"number": act.based_on})


def _written(request: _Request, moment: Moment) -> Written:
    """The entry's bytes, its blocks under fresh salts."""
    act = request.act
    blocks = {label: seal(request.contents[label]) for label in sorted(request.contents)}
    salts = [each.salt for each in blocks.values()]
    by = vars(request.speaker) if request.speaker else None
    opens = _opened(act)
    if act.sealed:
        salt = seal(b"").salt
        digest = request.digest([salt, *salts])
        said = Statement(act.verb, act.version, request.fields, by, request.key, digest)
        blocks = {ENVELOPE: Sealed(salt, envelope_bytes(said, tuple(blocks))), **blocks}
        commitments = tuple(each.commitment for each in blocks.values())
        content = sealed_bytes(moment.number, moment.at, commitments)
    else:
        digest = request.digest(salts)
        said = Statement(act.verb, act.version, request.fields, by, request.key, digest)
        named = {label: each.commitment for label, each in blocks.items()}
        content = open_bytes(moment.number, moment.at, said, named, opens)
    if len(content) > MAX_BYTES:
        raise NotWritable(where=act.verb, why=_("too many blocks for one act"))
    return Written(act, moment, said, content, blocks, opens)


def _opened(act: Act) -> tuple[str, ...]:
    """The commitments that the act makes public; TypeError unless each is sealed until now."""
    found = []
    for number, label in act.opens():
        block = Block.objects.filter(number_id=number, label=label, opening=None)
        if (commitment := block.values_list("commitment", flat=True).first()) is None:
            raise TypeError(f"{act.verb}: act {number} has no sealed block {label} to make public")
        found.append(commitment)
    return tuple(found)


def _receipt(entry: Entry, is_repeated: bool = False) -> Receipt:
    return Receipt(
        number=entry.number,
        at=entry.at,
        leaf=bytes(entry.leaf).hex(),
        size=entry.number,
        root=bytes(entry.root).hex(),
        is_repeated=is_repeated,
    )
