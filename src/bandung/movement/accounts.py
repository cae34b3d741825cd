"""Accounts: who may sign in. A mandate is official; the account that uses it is not.

An administrator appoints a person and hands them a one-time link. With it the person chooses a
name, a password and a second factor. There is no mail: a lost password or telephone is mended by a
new link (`reinvite`). The commands `bandung users ...` call these functions.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandung.core.models import User, new_person
from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Mandate
from bandung.ledger.door import Receipt, record
from bandung.ledger.models import Instance
from bandung.movement.access import FUNCTIONS, NoSuchMandate, mandates_of
from bandung.movement.acts.mandates import Appoint, EndAppointment
from bandung.movement.queries.mandates import find_mandate, mandate_rows
from bandung.movement.second_factor import enrol, has_second_factor
from bandung.movement.unofficial import ExerciseAccount, Invitation

LINK_LASTS = timedelta(days=7)
EXERCISE_FUNCTIONS = (
    FUNCTIONS.FOCAL_POINT.value,
    FUNCTIONS.REVIEWER.value,
    FUNCTIONS.SECRETARIAT.value,
    FUNCTIONS.PARTNER_READER.value,
)


class NameTaken(Refused):
    """Two people cannot sign in under one name."""

    code = "name-taken"
    template = _("Somebody else signs in under this name or e-mail address.")
    hint_template = _("Choose another one.")


class LinkSpent(Refused):
    """The invitation link cannot be used."""

    code = "link-spent"
    template = _("This link has been used, has expired or was copied incompletely.")
    hint_template = _("Ask the administrator for a new one.")


class NotAnExercise(Refused):
    """Made-up people exist on exercise instances only."""

    code = "not-an-exercise"
    template = _("This is not an exercise instance; people without a password cannot exist here.")


class NoSuchAccount(Refused):
    """Nobody has this account."""

    code = "no-such-account"
    template = _("Nobody signs in as %(name)s.")
    hint_template = _("See `bandung users list`.")


@dataclass(frozen=True)
class AccountRow:
    """An account as the administrator sees it."""

    person: str
    name: str
    username: str
    email: str
    is_active: bool
    is_exercise: bool
    is_set_up: bool
    link_expires_at: datetime | None
    last_sign_in_at: datetime | None
    mandates: tuple[Mandate, ...]


def invite(
    *,
    name: str,
    function: str,
    by: Mandate,
    since: date,
    email: str = "",
    party: str = "",
    sectors: Iterable[str] = (),
    until: date | None = None,
    reference: str = "",
    now: datetime | None = None,
) -> Invitation:
    """Appoints a new person and makes their account; `.token` of the result is the one-time link's.

    Refuses, recording nothing, if `by` may not appoint, the mandate cannot be (see `Appoint`), or
    the e-mail address is another's.
    """
    user = _new_user(name, email, new_person())
    with _forgotten_if_refused(user):
        appoint(user.person, function, by, since, party, sectors, until, reference, now)
    return _issue(user, by, now or timezone.now())


def invite_holder(
    *, person: str, name: str, email: str = "", by: Mandate, now: datetime | None = None
) -> Invitation:
    """An account and its link for a person appointed already, such as the first administrator."""
    _refuse_other_than_administrator(by, now or timezone.now())
    with transaction.atomic():
        return _issue(_new_user(name, email, person), by, now or timezone.now())


def reinvite(user: User, by: Mandate, now: datetime | None = None) -> Invitation:
    """A new link for somebody who lost password or telephone; earlier links stop working.

    The present password works until the new link is used. Refuses if `by` is no administrator's.
    """
    _refuse_other_than_administrator(by, now or timezone.now())
    return _issue(user, by, now or timezone.now())


def appoint(
    person: str,
    function: str,
    by: Mandate,
    since: date,
    party: str = "",
    sectors: Iterable[str] = (),
    until: date | None = None,
    reference: str = "",
    now: datetime | None = None,
) -> Receipt:
    """Records a mandate for `person` (opaque id); refuses as `Appoint` does."""
    act = Appoint.model_validate(
        {
            "person": person,
            "function": function,
            "party_code": party,
            "sectors": tuple(sectors),
            "since": since,
            "until": until,
            "reference": reference,
        }
    )
    return record(act, by, secrets.token_hex(16), now=now)


def end_mandate(
    code: str, by: Mandate, reference: str = "", now: datetime | None = None
) -> Receipt:
    """Ends the mandate `code` at once; its holder's sessions end with the last one.

    Refuses as `EndAppointment` does.
    """
    row = find_mandate(code)
    if row is None:
        raise NoSuchMandate(code=code)
    return record(EndAppointment.of(row, reference), by, secrets.token_hex(16), now=now)


def list_users(at: datetime | None = None) -> tuple[AccountRow, ...]:
    """All accounts with the mandates in force at `at` (now), by name."""
    users = User.objects.select_related("exercise").order_by("name", "pk")
    return tuple(_account(user, at or timezone.now()) for user in users)


def uninvited_administrators(at: datetime | None = None) -> dict[str, tuple[Mandate, ...]]:
    """Administrators in force who have no account yet, such as the one whom the founding act
    names: their mandates, by person. Everybody else waits for an invitation by one of them."""
    at = at or timezone.now()
    known = set(User.objects.values_list("person", flat=True))
    named = {
        row.person
        for row in mandate_rows()
        if row.function == FUNCTIONS.ADMINISTRATOR and row.is_in_force(at)
    }
    return {person: mandates_of(person, at) for person in sorted(named - known)}


def find_user(typed: str) -> User:
    """The account with this sign-in name, e-mail address or person id.

    Refuses, as NoSuchAccount, if there is none.
    """
    plain = plain_name(typed)
    user = User.objects.filter(Q(username=plain) | Q(email=plain) | Q(person=typed)).first()
    if user is None:
        raise NoSuchAccount(name=typed)
    return user


def open_invitation(token: str, at: datetime) -> Invitation:
    """The invitation behind a link, still unused; looking at it does not use it up.

    Refuses, as LinkSpent, any other link.
    """
    links = _open_links(at).filter(digest=_digest(token)).select_related("user")
    invitation = links.first()
    if invitation is None:
        raise LinkSpent
    return invitation


@transaction.atomic
def redeem(
    token: str, *, username: str, password: str, secret: str, step: int, at: datetime
) -> tuple[str, ...]:
    """Sets up the account behind a link, all at once, and uses the link up.

    `secret` and `step` are those of a one-time code just checked. Returns the recovery codes.
    Refuses if the link is spent or the name another's; then nothing has changed.
    """
    invitation = open_invitation(token, at)
    if not _open_links(at).filter(pk=invitation.pk).update(used_at=at):
        raise LinkSpent  # two browsers at the same moment: one of them wins
    user = invitation.user
    user.username = plain_name(username)
    _refuse_taken(user.username, user)
    user.set_password(password)
    user.save(update_fields=["username", "password"])
    return enrol(user, secret, step)


def plain_name(typed: str) -> str:
    """A sign-in name or e-mail address as it is compared: no spaces around, no capitals."""
    return User.normalize_username(typed.strip()).lower()


def sign_in_name(typed: str) -> str:
    """The sign-in name of the account with this name or e-mail address, else what was typed."""
    plain = plain_name(typed)
    found = User.objects.filter(Q(username=plain) | Q(email=plain)).values_list("username")
    return (found.first() or (plain,))[0]


def is_exercise() -> bool:
    """Whether this instance says of itself that it is an exercise."""
    return Instance.objects.filter(is_exercise=True).exists()


def exercise_users(at: datetime) -> dict[str, tuple[User, Mandate]]:
    """By function, the made-up person whom anybody may continue as; {} outside an exercise."""
    if not is_exercise():
        return {}
    found: dict[str, tuple[User, Mandate]] = {}
    for account in ExerciseAccount.objects.select_related("user").order_by("pk"):
        if account.user.is_active:
            for each in mandates_of(account.user.person, at):
                found.setdefault(each.function, (account.user, each))
    return {name: found[name] for name in EXERCISE_FUNCTIONS if name in found}


def create_exercise_users(
    by: Mandate, *, state: str, organisation: str, since: date, now: datetime | None = None
) -> dict[str, User]:
    """One made-up person for each function of the exercise: focal point of `state`, reviewer,
    secretariat, reader for `organisation`. Who holds the mandate already stays.

    Refuses, as NotAnExercise, on any other instance.
    """
    if not is_exercise():
        raise NotAnExercise
    parties = {FUNCTIONS.FOCAL_POINT.value: state, FUNCTIONS.PARTNER_READER.value: organisation}
    users = {name: pair[0] for name, pair in exercise_users(now or timezone.now()).items()}
    for name in EXERCISE_FUNCTIONS:
        if name not in users:
            users[name] = user = _new_user(_exercise_name(name), "", new_person())
            with _forgotten_if_refused(user):
                party, note = parties.get(name, ""), _exercise_name(name)
                appoint(user.person, name, by, since, party, reference=note, now=now)
            ExerciseAccount.objects.create(user=user)
    return users


def _exercise_name(function: str) -> str:
    return f"Exercise {function.replace('_', ' ')}"


def _new_user(name: str, email: str, person: str) -> User:
    address = plain_name(email)
    if address:
        _refuse_taken(address, None)
    user = User(name=name, email=address, person=person, username=address or person)
    user.set_unusable_password()
    user.save()
    return user


@contextmanager
def _forgotten_if_refused(user: User) -> Iterator[None]:
    """The account comes before the act that appoints it, which commits by itself; if the act is
    not recorded, the account goes."""
    try:
        yield
    except Exception:
        user.delete()
        raise


def _refuse_taken(name: str, owner: User | None) -> None:
    others = User.objects.filter(Q(username=name) | Q(email=name))
    if (others.exclude(pk=owner.pk) if owner else others).exists():
        raise NameTaken


def _refuse_other_than_administrator(by: Mandate, at: datetime) -> None:
    if by.function != FUNCTIONS.ADMINISTRATOR or not by.holds_at(at):
        raise NotAllowed(reason=_("accounts are kept by the administrator"))


@transaction.atomic
def _issue(user: User, by: Mandate, at: datetime) -> Invitation:
    Invitation.objects.filter(user=user, used_at=None).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        digest=_digest(token),
        user=user,
        issued_under=by.code,
        issued_at=at,
        expires_at=at + LINK_LASTS,
    )
    invitation.token = token
    return invitation


def _open_links(at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, expires_at__gt=at, user__is_active=True)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _account(user: User, at: datetime) -> AccountRow:
    link = _open_links(at).filter(user=user).first()
    return AccountRow(
        person=user.person,
        name=user.name,
        username=user.username,
        email=user.email,
        is_active=user.is_active,
        is_exercise=hasattr(user, "exercise"),
        is_set_up=user.has_usable_password() and has_second_factor(user),
        link_expires_at=link.expires_at if link else None,
        last_sign_in_at=user.last_login,
        mandates=mandates_of(user.person, at),
    )
