"""The exercise: one instance that shows the whole way of a need, from a workbook to publication.

It walks through the same doors as everybody: acts under mandates, a workbook that is uploaded,
a reviewer, a publisher. Its figures are derived, not submitted by any state.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from bandung.catalogue.queries import CatalogueSize, current_items, figures, size
from bandung.catalogue.seeding import seed_catalogue
from bandung.core.models import User, new_person
from bandung.core.refused import Refused
from bandung.exchange.importing import submit_file, understand
from bandung.exchange.templates import write_template
from bandung.ledger.act import Mandate
from bandung.ledger.acts import FoundLedger
from bandung.ledger.audit import verify_instance
from bandung.ledger.door import Receipt, record
from bandung.ledger.models import Entry, Instance
from bandung.ledger.queries import checkpoint, entry_view, last_touch
from bandung.ledger.verify import Verdict
from bandung.movement.access import Reader, mandates_of, reader_of
from bandung.movement.accounts import (
    EXERCISE_FUNCTIONS,
    appoint,
    create_exercise_users,
    exercise_users,
)
from bandung.movement.acts import Names
from bandung.movement.models import Party
from bandung.movement.queries import mandate_rows, members
from bandung.movement.seeding import register_movement
from bandung.needs.acts import AcceptSubmission, OpenEmergency, PublishNeeds
from bandung.needs.models import Emergency, Submission
from bandung.needs.queries import LineFilter, published_lines
from bandung.needs.statement import NeedLine

STATE, READING_ORGANISATION, EMERGENCY = "ZMB", "UN", "COVID-19"
SCOPE = ("medical",)
AS_OF = date(2021, 1, 4)
NEEDED_BY = date(2021, 3, 28)  # the end of the twelve weeks that the figures cover
COUNTED_ON = date(2023, 3, 2)
Progress = Callable[[int, int], None]
Showing = Callable[[str], AbstractContextManager[Progress]]


class NotAnExercise(Refused):
    """The instance is a real one; an exercise never touches it."""

    code = "not-an-exercise"
    template = "This instance is not an exercise; the demo does not touch it."
    hint_template = "Name another folder in BANDUNG_HOME."


@dataclass(frozen=True)
class Shown:
    """What the exercise did, for the lines that the command prints."""

    members: int
    catalogue: CatalogueSize
    submission: int
    receipt: str
    published_lines: int
    size: int
    root: str
    verdict: Verdict
    unheld: tuple[str, ...]  # functions in which nobody can continue any more


def walk(showing: Showing) -> Shown:
    """Builds the exercise, or finds it built; a second walk changes nothing, whatever was done
    in the exercise since. One that was interrupted is built to its end.

    Refuses if the instance is a real one.
    """
    _found()
    if number := _built():
        return _shown(number)
    clerk = _clerk()
    with showing("register") as progress:
        register_movement(clerk, progress)
    with showing("catalogue") as progress:
        seed_catalogue(clerk, progress)
    _open_emergency(clerk)
    now = timezone.now()
    users = create_exercise_users(
        _administrator(), state=STATE, organisation=READING_ORGANISATION, since=now.date()
    )
    _appoint_speakers()
    readers = {name: reader_of(user.person, now) for name, user in users.items()}
    submission = Submission.objects.filter(state=STATE, emergency=EMERGENCY).first()
    number = submission.number if submission else _submit(readers["focal_point"])
    _take_to_publication(number, readers)
    return _shown(number)


def _found() -> None:
    first = Instance.objects.first()
    if first is None:
        act = FoundLedger(
            name="Bandung needs database",
            term=18,
            chair="AZE",
            administrator=new_person(),
            exercise=True,
        )
        record(act, None, "founding")
        User.objects.create(
            person=act.administrator, username=act.administrator, name="Exercise administrator"
        )
    elif not first.is_exercise:
        raise NotAnExercise


def _built() -> int | None:
    """The number of the exercise's submission, once the walk's last act has published it."""
    first = Submission.objects.filter(state=STATE, emergency=EMERGENCY).first()
    if first is None or first.published_by is None:
        return None
    published = Entry.objects.filter(number=first.published_by, key=_key(first.number))
    return first.number if published.exists() else None


def _key(number: int) -> str:
    return f"exercise:{number}"


def _administrator() -> Mandate:
    person = Instance.objects.get().administrator
    return next(
        each for each in mandates_of(person, timezone.now()) if each.function == "administrator"
    )


def _clerk() -> Mandate:
    """The mandate of the secretariat under which the seed is recorded: its first one."""
    held = [row for row in mandate_rows() if row.function == "secretariat"]
    person = held[0].person if held else new_person()
    now = timezone.now()
    if not held:
        appoint(person, "secretariat", _administrator(), now.date(), reference="exercise", now=now)
    return next(each for each in mandates_of(person, now) if each.function == "secretariat")


def _appoint_speakers() -> None:
    """A made-up focal point for every member, so that any state's workbook can be tried."""
    administrator, today = _administrator(), timezone.now().date()
    spoken_for = {row.party for row in mandate_rows() if row.function == "focal_point"}
    for row in members(today).rows:
        if row.party not in spoken_for:
            appoint(
                new_person(), "focal_point", administrator, today, row.party, reference="exercise"
            )


def _open_emergency(clerk: Mandate) -> None:
    act = OpenEmergency(
        code=EMERGENCY,
        names=Names(
            en="COVID-19 pandemic",
            fr="Pandémie de COVID-19",
            es="Pandemia de COVID-19",
            ar="جائحة كوفيد-19",
        ),
        opened_on=date(2020, 5, 4),
        due_on=date(2021, 1, 31),
        source="Contact Group summit declaration of 4 May 2020; due day set for the exercise",
    )
    record(act, clerk, f"exercise:{EMERGENCY}")


def _submit(reader: Reader) -> int:
    """The focal point's workbook, filled with the state's derived figures, is uploaded."""
    state, emergency = Party.objects.get(code=STATE), Emergency.objects.get(code=EMERGENCY)
    content = write_template(state, emergency, SCOPE, "en", reader, derived_lines(STATE))
    name = f"{STATE}-{EMERGENCY}.xlsx"
    understood = understand(content, name, state, emergency, reader, as_of=AS_OF)
    mandate = reader.mandate_for("focal_point", STATE)
    assert mandate is not None
    receipt = submit_file(understood, mandate, content).receipt
    assert receipt is not None
    return receipt.number


def derived_lines(state: str) -> list[NeedLine]:
    """A line for each derived figure that corresponds to an item, with the basis “modelled”."""
    versions = {item.item_id: item for item in current_items()}
    linked = [row for row in figures(state) if row.linked_item and row.base_quantity]
    lines = []
    for n, row in enumerate(linked, start=1):
        item = versions[row.linked_item or ""]
        quantity = Decimal(row.base_quantity) / item.unit.base_per_unit
        lines.append(
            NeedLine(
                n=n,
                item=item.item_id,
                item_version=item.version,
                quantity=f"{quantity:f}",
                unit=item.unit_id,
                base_quantity=row.base_quantity,
                base_unit=item.base_unit_id,
                needed_by=NEEDED_BY,
                priority=1 if item.category_id == "medical/ipc-ppe" else 2,
                basis="modelled",
                confidence="low",
                justification=f"Derived figure {row.indicator}, not submitted by the state.",
            )
        )
    return lines


def _take_to_publication(number: int, readers: dict[str, Reader]) -> None:
    """The reviewer accepts it, then the secretariat publishes it, if that has not been done."""
    submission = Submission.objects.get(number=number)
    if submission.accepted_by is None:
        _say(AcceptSubmission, number, readers["reviewer"].mandate_for("reviewer"))
    if submission.published_by is None:
        _say(PublishNeeds, number, readers["secretariat"].mandate_for("secretariat"))


def _say(
    act: type[AcceptSubmission] | type[PublishNeeds], number: int, mandate: Mandate | None
) -> Receipt:
    seen = last_touch(f"needs.submission/{number}") or number
    return record(act.of(number, seen), mandate, _key(number))


def _shown(number: int) -> Shown:
    at = checkpoint()
    held = exercise_users(timezone.now())
    public = published_lines(Reader(), LineFilter(emergency=EMERGENCY), limit=None)
    return Shown(
        members=members(COUNTED_ON).count,
        catalogue=size(),
        submission=number,
        receipt=entry_view(number).leaf,
        published_lines=len(public),
        size=at.size,
        root=at.root,
        verdict=verify_instance(),
        unheld=tuple(each for each in EXERCISE_FUNCTIONS if each not in held),
    )
