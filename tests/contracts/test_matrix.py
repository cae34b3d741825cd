"""Deny by default: who reaches which address with which method (the table is matrix.csv).

A new address without a row fails, and so does a row without an address. Every answer is also
asked for its headers (the policy against inline scripts and styles, no-store, closed cookies) and
for confidential texts and figures that the role may not meet.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from bandung.movement.accounts import is_exercise
from tests.contracts.addresses import addresses
from tests.contracts.canaries import leaks
from tests.contracts.cast import OWNERS, ROLES, WHICH, Cast, play
from tests.contracts.headers import problems
from tests.contracts.objects import ARGUMENTS, FORMS, objects_of

FOLDER = Path(__file__).parent
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LISTED = ("GET", "POST")
NOTHING_DONE = {"method", "sign-in", "refused", "ended", "absent"}
WORDS = {200: "page", 301: "moved", 302: "moved", 303: "moved", 403: "refused", 404: "absent"}


@dataclass(frozen=True)
class Row:
    """One row of the table: what each role is answered."""

    url: str
    method: str
    owner: str
    expected: dict[str, str]


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Refusals are what is asked for here; their log lines would bury a wrong cell."""
    caplog.set_level("ERROR", logger="django.request")


def table() -> list[Row]:
    text = (FOLDER / "matrix.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = []
    for cells in csv.DictReader(lines, strict=True):
        before, expected = "", {}
        for role in ROLES:
            before = before if cells[role] == "=" else cells[role]
            expected[role] = before
        found.append(Row(cells["url"], cells["method"], cells["object"], expected))
    return found


def names() -> set[str]:
    return {address.name for address in addresses()}


def test_every_address_has_a_name():
    assert [each.route for each in addresses() if not each.is_named] == []


def test_every_address_has_its_rows_and_every_row_its_address():
    listed = {(row.url, row.method) for row in table()}
    assert {(name, method) for name in names() for method in LISTED} - listed == set()
    assert {url for url, _method in listed} - names() == set()


def test_the_table_is_well_formed():
    rows = [(row.url, row.method, row.owner) for row in table()]
    assert len(set(rows)) == len(rows), "no row twice"
    whose = {"-", *OWNERS, *(f"{owner} {which}" for owner in OWNERS for which in WHICH)}
    assert {row.owner for row in table()} <= whose
    assert {row.method for row in table()} <= set(METHODS)
    cells = {cell for row in table() for cell in row.expected.values()}
    known = {*WORDS.values(), "method", "sign-in", "ended"}
    assert {cell for cell in cells if not (cell.isdigit() and len(cell) == 3)} <= known
    assert len(ROLES) >= 12


def test_public_addresses_are_those_of_the_reviewed_list():
    text = (FOLDER / "public_urls.txt").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = {
        f"{each.name} csrf-exempt" if each.is_csrf_exempt else each.name
        for each in addresses()
        if each.is_public
    }
    assert sorted(found) == listed
    assert [each.name for each in addresses() if each.is_csrf_exempt and not each.is_public] == []


@pytest.mark.django_db
def test_every_cell_of_the_table():
    cast = play()
    assert not is_exercise()
    wrong = [line for row in table() for line in _asked(cast, row)]
    assert wrong == [], "\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_methods_without_a_row_do_nothing():
    cast = play()
    listed = {(row.url, row.method) for row in table()}
    wrong = []
    for name in sorted(names()):
        for method in METHODS:
            if (name, method) not in listed:
                expected = dict.fromkeys(ROLES, "")
                wrong += _asked(cast, Row(name, method, "-", expected))
    assert wrong == [], "\n" + "\n".join(wrong)


def _asked(cast: Cast, row: Row) -> Iterator[str]:
    for role, expected in row.expected.items():
        with undone():
            answer = ask(cast, row, role)
            said = outcome(answer)
            faults = [*problems(answer, bool(cast.people[role])), *leaks(answer, role)]
        where = f"{row.url} {row.method} {row.owner} {role}"
        if said != expected and (expected or said not in NOTHING_DONE):
            yield f"{where}: {said}, not {expected or 'without effect'}"
        yield from (f"{where}: {fault}" for fault in faults)


def ask(cast: Cast, row: Row, role: str) -> HttpResponse:
    """The answer to one cell, in a browser of its own."""
    objects = objects_of(cast, row.owner)
    values = ARGUMENTS[row.url](cast, objects) if row.url in ARGUMENTS else {}
    sent = FORMS[row.url](cast, objects) if row.method == "POST" and row.url in FORMS else {}
    client = cast.client(role)
    return getattr(client, row.method.lower())(reverse(row.url, kwargs=values), sent or None)


def outcome(answer: HttpResponse) -> str:
    """The word of the table for this answer."""
    if answer.status_code == 405:
        return "method"
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next="):
        return "sign-in"
    if answer.status_code == 403 and b"You have no mandate in force" in answer.content:
        return "ended"
    return WORDS.get(answer.status_code, str(answer.status_code))


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is taken back; acts may commit in it, as they may in a TestCase."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def test_addresses_are_read_from_the_url_table():
    """The list cannot miss an address that the resolver knows."""
    assert {each.name for each in addresses()} >= {
        key for key in get_resolver().reverse_dict if isinstance(key, str)
    }
