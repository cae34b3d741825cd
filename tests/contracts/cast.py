"""The people and objects of the matrix: one world in which every role and every kind of object exists.

Objects belong to ZMB or to AZE, the chair's state. All their lines are medical, except those of
the accepted submission, which is humanitarian. What is confidential holds a canary: a text or a
figure that occurs nowhere else (see canaries.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from bandung.core.models import User
from bandung.movement.accounts import invite_holder
from bandung.needs.acts import RemarkText, SubmitNeeds
from bandung.needs.queries import publication_number
from bandung.needs.statement import NeedLine
from tests.contracts.canaries import FIGURES, VISIBILITIES, canary
from tests.factories import (
    GLOVES,
    MASKS,
    RICE,
    World,
    accept,
    appoint,
    define_indicator,
    dispute,
    found_world,
    group,
    need,
    publish,
    say,
    send_back,
    statement,
    submit,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
STATES = ("ZMB", "KEN", "AZE")
OWNERS = ("ZMB", "AZE")
WHICH = (*VISIBILITIES, "pending")
GROUP = "test-group"
INDICATOR = "D-GLOVES"
ITEM_OF = {"ZMB": GLOVES, "AZE": MASKS}  # an item each, so that a total is one state's
PASSWORD = "one password for all of the matrix"


@dataclass(frozen=True)
class Objects:
    """What belongs to one state; submissions by number. `which` chooses the line and the act."""

    state: str
    published: int
    submitted: int
    accepted: int
    returned: int
    which: str = "public"

    @property
    def line(self) -> int:
        """The key of the line: published in one of the visibilities, or pending."""
        if self.which == "pending":
            return self.submitted << 16 | 1
        return self.published << 16 | VISIBILITIES.index(self.which) + 1

    @property
    def act(self) -> int:
        """The number of the act that brought the line."""
        return self.line >> 16


@dataclass(frozen=True)
class Cast:
    """The world, who plays which role (None: the public), what each owner has, an open link."""

    world: World
    people: Mapping[str, User | None]
    objects: Mapping[str, Objects]
    token: str
    sessions: dict[str, str] = field(default_factory=dict)
    handler: ClientHandler = field(default_factory=partial(ClientHandler, False))

    def client(self, role: str) -> Client:
        """A browser in which this role is signed in; all share one loaded chain of middleware."""
        client = Client(raise_request_exception=False)
        client.handler = self.handler
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def sign_in(self) -> None:
        """Opens a session for each role; what a cell does to it is taken back with the cell."""
        for role, user in self.people.items():
            if user:
                client = Client()
                client.force_login(user, BACKEND)
                self.sessions[role] = client.session.session_key


def _since(days: int):
    return (timezone.now() - timedelta(days=days)).date()


def _with_ties(person: str) -> None:
    """Spoke for ZMB until half a year ago, reviews since."""
    appoint(person, "focal_point", "ZMB", since=_since(900), until=_since(180))
    appoint(person, "reviewer", since=_since(170))


ROLES: dict[str, Callable[[str], object] | None] = {
    "anonymous": None,
    "focal_point": lambda person: appoint(person, "focal_point", "ZMB"),
    "focal_point_other_state": lambda person: appoint(person, "focal_point", "KEN"),
    "focal_point_other_sector": lambda person: appoint(person, "focal_point", "ZMB", ["social"]),
    "focal_point_chair_state": lambda person: appoint(person, "focal_point", "AZE"),
    "head_of_delegation": lambda person: appoint(person, "head_of_delegation", "ZMB"),
    "reviewer": lambda person: appoint(person, "reviewer"),
    "reviewer_with_ties": _with_ties,
    "secretariat": lambda person: appoint(person, "secretariat"),
    "secretariat_chair_state": lambda person: appoint(person, "secretariat", "AZE"),
    "partner_reader": lambda person: appoint(person, "partner_reader", "WHO"),
    "administrator": lambda person: appoint(person, "administrator"),
    "expired_mandate": lambda person: appoint(person, "focal_point", "ZMB", until=_since(1)),
    "without_mandate": lambda person: None,
}


def play() -> Cast:
    """Sets the whole stage, through the door."""
    world = found_world(STATES, exercise=False)
    group(GROUP, STATES)
    define_indicator(INDICATOR, ZMB=1)
    kept = make_password(PASSWORD)
    people = {role: _person(number, role, kept) for number, role in enumerate(ROLES)}
    link = invite_holder(person="p-invited", name="Invited", by=world.administrator)
    objects = {state: _objects(world, state) for state in OWNERS}
    cast = Cast(world, people, objects, link.token)
    cast.sign_in()
    return cast


def _person(number: int, role: str, kept: str) -> User | None:
    granted = ROLES[role]
    if granted is None:
        return None
    person = f"p-matrix-{number}"
    user = User.objects.create(username=role, name=role, person=person, password=kept)
    granted(person)
    return user


def _objects(world: World, state: str) -> Objects:
    return Objects(
        state=state,
        accepted=_accepted(world, state),
        published=_published(world, state),
        returned=_returned(world, state),
        submitted=_said(world, state, "pending", "pending"),
    )


def _accepted(world: World, state: str) -> int:
    line = need(item=RICE, quantity=5000, justification=canary(state, "accepted"))
    accepted = submit(world, statement([line], state=state, scope=("humanitarian",)))
    accept(world, accepted)
    return accepted


def _published(world: World, state: str) -> int:
    published = _said(world, state, *VISIBILITIES)
    accept(world, published)
    publish(world, published)
    dispute(world, published << 16 | 1, canary(state, "note"))
    return published


def _returned(world: World, state: str) -> int:
    returned = _said(world, state, "returned")
    send_back(world, returned, [RemarkText(line=1, reason="other", note=canary(state, "remark"))])
    return returned


def _said(world: World, state: str, *kinds: str) -> int:
    """A submission with a line of each kind, of the state's own item, and a file."""
    lines = [_line(state, kind, n) for n, kind in enumerate(kinds, start=1)]
    said = statement(lines, state=state)
    source = {
        "via": "workbook",
        "file_name": canary(state, "file") + ".xlsx",
        "language": "en",
        "attachments": [_document(state)],
    }
    letter = canary(state, "author").encode()
    contents = {**said.contents(source, letter), "attachment1": letter}
    act = SubmitNeeds.of(said, publication_number(state, said.emergency, said.scope), None)
    return say(act, world.focal_point(state), contents).number


def _document(state: str) -> Mapping[str, object]:
    """How the source names the letter that comes with each file."""
    name, size = f"{canary(state, 'file')}.pdf", len(canary(state, "author"))
    return {"position": 1, "name": name, "media_type": "application/pdf", "size": size}


def _line(state: str, kind: str, n: int) -> NeedLine:
    return need(
        n,
        item=ITEM_OF[state],
        quantity=FIGURES[state, kind],
        priority=n,
        visibility=kind if kind in VISIBILITIES else "public",
        justification=canary(state, kind),
        channel="other",
        channel_reference=canary(state, kind),
    )
