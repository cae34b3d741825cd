"""A state submits what it needs, for one emergency and one or more sectors, as of a day."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Self, TypeVar

from django.db.models import CharField, DateField, PositiveBigIntegerField, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints, ValidationError

from bandung.catalogue.models import ItemVersion
from bandung.core.refused import Refused
from bandung.ledger.act import Act, Mandate, Moment, official
from bandung.ledger.canonical import NotCanonical, canonical
from bandung.ledger.insertion import insert_json, insert_rows
from bandung.ledger.prepared import Answer, Given, Prepared, given_each
from bandung.movement.models import Membership, holds_on
from bandung.needs.acts.emergencies import ask_days, refuse_closed
from bandung.needs.acts.lines import FEW, check_lines
from bandung.needs.acts.rules import read_submission, require_focal_point
from bandung.needs.models import Attachment, Line, ScopeSector, Status, Submission, Visibility
from bandung.needs.statement import (
    MAX_LINES,
    Header,
    HiddenBlock,
    LineBody,
    PublicBlock,
    SectorName,
    Source,
    Statement,
)

SPEAKING_KINDS = (Membership.Kind.MEMBER, Membership.Kind.OBSERVER_STATE)
Blocks = Mapping[str, list[dict[str, Any]]]
B = TypeVar("B", PublicBlock, HiddenBlock, Source)


_STATE = Given("state", CharField())
_EMERGENCY = Given("emergency", CharField())
_SEEN = Given("seen", PositiveBigIntegerField())
_SPEAKING = Prepared(
    lambda: (
        Membership.objects.order_by()
        .filter(
            holds_on(Given("day", DateField())),
            party=_STATE,
            party__kind="state",
            kind__in=SPEAKING_KINDS,
        )
        .values_list("key")
    )
)


def _standing() -> "QuerySet[ScopeSector, tuple[Any, ...]]":
    """Sectors that wait for a decision, then those whose publication an act after `seen` changed:
    each an index of its own, however long the state's history is."""
    sectors = ScopeSector.objects.order_by()
    waiting = sectors.filter(
        submission__state=_STATE,
        submission__emergency=_EMERGENCY,
        submission__returned_by=None,
        submission__withdrawn_by=None,
        submission__published_by=None,
    )
    moved = sectors.filter(
        Q(published_by__gt=_SEEN) | Q(replaced_by__gt=_SEEN) | Q(withdrawn_by__gt=_SEEN),
        state=_STATE,
        emergency=_EMERGENCY,
        published_by__isnull=False,
    )
    columns = ("sector", "submission", "published_by", "replaced_by", "withdrawn_by")
    return waiting.values_list(*columns).union(moved.values_list(*columns), all=True)


_STANDING = Prepared(_standing)


class NotOfTheMovement(Refused):
    """Only states of the movement submit."""

    code = "not-of-the-movement"
    template = _("%(state)s is neither a member nor an observer state on %(day)s.")


class ScopeUnclear(Refused):
    """The sectors of the statement contradict each other."""

    code = "scope-unclear"
    template = _("The sectors of this statement are unclear: %(why)s.")
    hint_template = _("Name each sector once; those in which nothing is needed are part of them.")


class NotYet(Refused):
    """A statement is not about the future."""

    code = "not-yet"
    template = _("The statement is as of %(as_of)s, which lies after today (%(today)s).")
    hint_template = _("Check the day; the day by which a need must be met is given on its line.")


class PublicationMoved(Refused):
    """The state's publication has changed since this statement was prepared."""

    code = "publication-moved"
    template = _("Meanwhile the publication it was prepared from has changed (acts %(acts)s).")
    hint_template = _(
        "Look at what is published now, bring the statement up to date, send it again."
    )


class AlreadyPending(Refused):
    """Another statement about the same sectors waits for a decision."""

    code = "already-pending"
    template = _("Submission %(number)s about the same sectors still waits for a decision.")
    hint_template = _("Wait for it, or withdraw it first.")


class NothingToCorrect(Refused):
    """A correction answers a returned submission of the same state and emergency."""

    code = "nothing-to-correct"
    template = _("Submission %(number)s was not returned for correction.")
    hint_template = _("Submit it as a new statement.")


class BlockUnclear(Refused):
    """A content block does not say what the act says, or not in the agreed writing."""

    code = "block-unclear"
    template = _("The part “%(label)s” of this statement cannot be recorded: %(why)s")
    hint_template = _("Prepare the statement again; if this stays, tell the administrator.")


@official
class SubmitNeeds(Act):
    """A state's focal point submitted a statement of needs; its number names the submission."""

    verb: ClassVar[str] = "needs.submitted"
    words: ClassVar[Promise] = _("needs submitted")
    sealed: ClassVar[bool] = True
    is_pipelined: ClassVar[bool] = True
    labels: ClassVar[tuple[str, ...]] = (
        "public",
        "partners",
        "withheld",
        "source",
        "original",
        "attachment*",
    )

    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    emergency: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    scope: tuple[SectorName, ...]
    nil: tuple[SectorName, ...] = ()
    as_of: date
    publication_seen: Annotated[int, Field(ge=0)]
    corrects: Annotated[int, Field(ge=1)] | None = None

    @classmethod
    def of(cls, statement: Statement, publication_seen: int, corrects: int | None = None) -> Self:
        """The act that submits `statement`; its blocks are `statement.contents(...)`.

        `publication_seen` is `publication_number` of state, emergency and scope when the
        statement was prepared; `corrects` names the returned submission that it answers.
        """
        return cls(
            state=statement.state,
            emergency=statement.emergency,
            scope=statement.scope,
            nil=statement.nil,
            as_of=statement.as_of,
            publication_seen=publication_seen,
            corrects=corrects,
        )

    def party(self) -> str:
        return self.state

    def subjects(self) -> tuple[str, ...]:
        return () if self.corrects is None else (f"needs.submission/{self.corrects}",)

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        require_focal_point(mandate, self.state, self.scope)

    def check(self, moment: Moment) -> None:
        """Refuses unless the state may speak, the publication is the one seen, nothing else about
        these sectors is undecided, and every line rests on the catalogue as it is now."""
        today = moment.at.astimezone(UTC).date()
        days, speaking = ask_days(self.emergency), _SPEAKING.ask(state=self.state, day=today)
        standing = _STANDING.ask(
            state=self.state, emergency=self.emergency, seen=self.publication_seen
        )
        self._refuse_scope()
        if self.as_of > today:
            raise NotYet(as_of=self.as_of, today=today)
        refuse_closed(self.emergency, self.as_of, days)
        if speaking.first() is None:
            raise NotOfTheMovement(state=self.state, day=today)
        self._refuse_moved_or_pending(standing)
        self._refuse_uncorrectable()
        check_lines(list(self._read_lines(moment)), self.scope, self.nil, _read_attached(moment))

    def _refuse_scope(self) -> None:
        if not self.scope:
            raise ScopeUnclear(why=_("none is named"))
        for named in (self.scope, self.nil):
            if len(set(named)) != len(named):
                raise ScopeUnclear(why=_("one is named twice"))
        if not set(self.nil) <= set(self.scope):
            raise ScopeUnclear(why=_("nothing is needed in a sector outside the scope"))

    def _refuse_moved_or_pending(self, standing: Answer) -> None:
        """One query for both: the acts on these sectors' publications, and who else waits."""
        seen = self.publication_seen
        rows = [row for sector, *row in standing.rows() if sector in self.scope]
        acts = {number for _submission, *numbers in rows for number in numbers if number}
        if later := sorted(number for number in acts if number > seen):
            raise PublicationMoved(acts=", ".join(map(str, later)))
        if waiting := [submission for submission, published, *_ends in rows if published is None]:
            raise AlreadyPending(number=min(waiting))

    def _refuse_uncorrectable(self) -> None:
        if self.corrects is None:
            return
        returned = read_submission(self.corrects, self.state)
        if returned.status != Status.RETURNED or returned.emergency_id != self.emergency:
            raise NothingToCorrect(number=self.corrects)

    def _read_lines(self, moment: Moment) -> Iterator[LineBody]:
        public = _read_block(moment, "public", PublicBlock)
        header = Header(
            state=self.state,
            emergency=self.emergency,
            scope=self.scope,
            nil=self.nil,
            as_of=self.as_of,
        )
        if Header.model_validate(public.model_dump(exclude={"lines"})) != header:
            raise BlockUnclear(label="public", why=_("its heading is not that of the act"))
        partners = _read_block(moment, "partners", HiddenBlock)
        withheld = _read_block(moment, "withheld", HiddenBlock)
        if len(public.lines) + len(partners.lines) + len(withheld.lines) > MAX_LINES:
            raise BlockUnclear(label="public", why=_("more than 65,535 lines"))
        yield from public.lines
        yield from partners.lines
        yield from withheld.lines

    def apply(self, moment: Moment) -> None:
        blocks = {name: json.loads(moment.contents[name])["lines"] for name in Visibility.values}
        sectors = _ask_sectors(blocks)
        insert_rows([self._submission(moment)])
        insert_rows(self._scope_sectors(moment))
        # Model objects for each line would take most of the time of a large statement.
        insert_json(Line, list(_lines(moment, blocks, dict(sectors.rows()))))
        insert_rows(_attachments(moment))

    def _submission(self, moment: Moment) -> Submission:
        assert moment.by is not None
        return Submission(
            number=moment.number,
            state_id=self.state,
            emergency_id=self.emergency,
            as_of=self.as_of,
            submitted_at=moment.at,
            submitter=moment.by.person,
            corrects_id=self.corrects,
        )

    def _scope_sectors(self, moment: Moment) -> list[ScopeSector]:
        return [
            ScopeSector(
                key=f"{moment.number}/{sector}",
                submission_id=moment.number,
                state=self.state,
                emergency=self.emergency,
                sector=sector,
                is_nil=sector in self.nil,
            )
            for sector in self.scope
        ]

    def sentence(self) -> str:
        spoken = [sector for sector in self.scope if sector not in self.nil]
        said = [f"needs ({', '.join(spoken)})"] if spoken else []
        said += [f"a nil report ({', '.join(self.nil)})"] if self.nil else []
        what = " and ".join(said)
        return f"{self.state} submitted {what} for {self.emergency} as of {self.as_of}."


def _read_block(moment: Moment, label: str, model: type[B]) -> B:
    """The block read strictly; it must be the one agreed writing of what it says."""
    content = moment.contents[label]
    try:
        block = model.model_validate_json(content)
        written = canonical(block.model_dump(mode="json"))
    except (NotCanonical, ValidationError) as error:
        raise BlockUnclear(label=label, why=str(error)) from error
    if written != content:
        raise BlockUnclear(label=label, why=_("it is not in the agreed writing"))
    return block


def _read_attached(moment: Moment) -> set[int]:
    """The positions of the documents that came with it, each with the size it is said to have."""
    source = _read_block(moment, "source", Source)
    named = {f"attachment{each.position}": each.size for each in source.attachments}
    sizes = {
        label: len(content)
        for label, content in moment.contents.items()
        if label.startswith("attachment")
    }
    if named != sizes:
        raise BlockUnclear(label="source", why=_("it names other documents than those attached"))
    return {each.position for each in source.attachments}


def _attachments(moment: Moment) -> list[Attachment]:
    return [
        Attachment(
            key=moment.key(each["position"]),
            submission_id=moment.number,
            position=each["position"],
            media_type=each["media_type"],
            size=each["size"],
        )
        for each in json.loads(moment.contents["source"])["attachments"]
    ]


def _lines(moment: Moment, blocks: Blocks, sectors: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of these blocks as rows of their table; `sectors` are those of their items."""
    for visibility, lines in blocks.items():
        for line in lines:
            version = _version(line)
            yield line | {
                "key": moment.key(line["n"]),
                "submission_id": moment.number,
                "scope_id": f"{moment.number}/{sectors[version]}",
                "visibility": visibility,
                "item_id": line["item"],
                "item_version_id": version,
                "unit_id": line["unit"],
                "pack_id": line["pack"],
                "confidence": line["confidence"] or "",
            }


def _version(line: Mapping[str, Any]) -> str:
    return f"{line['item']}@{line['item_version']}"


def _ask_sectors(blocks: Blocks) -> Answer:
    """Asks for the sector of each version of an item that these lines name."""
    versions = {_version(line) for lines in blocks.values() for line in lines}
    return _sectors_of(len(versions)).ask(keys=sorted(versions))


@lru_cache(maxsize=FEW)
def _sectors_of(count: int) -> Prepared:
    rows = ItemVersion.objects.order_by()
    if count <= FEW:
        rows = rows.filter(key__in=given_each("keys", CharField(), count))
    return Prepared(lambda: rows.values_list("key", "sector"))
