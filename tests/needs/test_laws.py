"""Laws on random stories: whatever is tried in whatever order, what is in force stays sound, equals
an independent account of it, and comes out of the ledger again exactly."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import given, settings
from hypothesis import strategies as st

from bandung.core.refused import Refused
from bandung.ledger.bundle import export
from bandung.ledger.digest import digest_tables
from bandung.ledger.rebuild import rebuild_from
from bandung.needs.models import MOVES, ScopeSector, Submission
from bandung.needs.queries import LineFilter, published_lines, totals
from tests.emptying import empty_database
from tests.factories import (
    CARE,
    GLOVES,
    NOW,
    RICE,
    World,
    accept,
    dispute,
    found_world,
    ledger_size,
    lift,
    need,
    publish,
    reader,
    send_back,
    statement,
    submit,
    withdraw,
)

ITEMS = {"medical": GLOVES, "social": CARE, "humanitarian": RICE}
SECTORS = tuple(ITEMS)
STATES = ("ZMB", "KEN")

step = st.one_of(
    st.tuples(
        st.just("submit"),
        st.sampled_from(STATES),
        st.sets(st.sampled_from(SECTORS), min_size=1),
        st.sets(st.sampled_from(SECTORS)),
        st.sampled_from(["public", "partners", "withheld"]),
    ),
    st.tuples(
        st.sampled_from([*MOVES, "lift"]),
        st.integers(0, 5),
        st.sets(st.sampled_from(SECTORS), min_size=1),
    ),
)
stories = st.lists(step, min_size=4, max_size=14)


@dataclass
class Account:
    """The same story told by plain means: what each submission says and where it stands."""

    world: World
    numbers: list[int] = field(default_factory=list)
    state: dict[int, str] = field(default_factory=dict)
    status: dict[int, str] = field(default_factory=dict)
    says: dict[int, dict[str, int | None]] = field(default_factory=dict)  # sector: quantity
    is_public: dict[int, bool] = field(default_factory=dict)
    in_force: dict[tuple[str, str], int] = field(default_factory=dict)
    disputed: set[tuple[int, str]] = field(default_factory=set)
    quantities: Iterator[int] = field(default_factory=lambda: count(1))

    def tell(self, told: tuple) -> None:
        if told[0] == "submit":
            self._submit(*told[1:])
        elif self.numbers:
            move, pick, sectors = told
            self._move(move, self.numbers[pick % len(self.numbers)], sectors)

    def _submit(self, state: str, scope: set[str], nil: set[str], visibility: str) -> None:
        quantities = {
            sector: None if sector in nil else next(self.quantities) for sector in sorted(scope)
        }
        lines = [
            need(SECTORS.index(sector) + 1, ITEMS[sector], quantity, visibility=visibility)
            for sector, quantity in quantities.items()
            if quantity is not None
        ]
        said = statement(lines, state, sorted(scope), sorted(nil & scope))
        waits = [
            number
            for number in self.numbers
            if self.state[number] == state
            and self.status[number] in ("submitted", "accepted")
            and scope & set(self.says[number])
        ]
        number = attempt(not waits, submit, self.world, said, NOW)
        if number:
            self.numbers.append(number)
            self.state[number], self.status[number] = state, "submitted"
            self.says[number], self.is_public[number] = quantities, visibility == "public"

    def _move(self, move: str, number: int, sectors: set[str]) -> None:
        state, status = self.state[number], self.status[number]
        holding = {sector for sector in SECTORS if self.in_force.get((state, sector)) == number}
        if move == "accept" and attempt(status in MOVES[move], accept, self.world, number, NOW):
            self.status[number] = "accepted"
        if move == "return" and attempt(
            status in MOVES[move], send_back, self.world, number, now=NOW
        ):
            self.status[number] = "returned"
        if move == "publish" and attempt(status in MOVES[move], publish, self.world, number, NOW):
            self.status[number] = "published"
            self.in_force |= {(state, sector): number for sector in self.says[number]}
        if move == "withdraw" and status in ("submitted", "accepted", "returned"):
            assert attempt(True, withdraw, self.world, number, state=state, now=NOW)
            self.status[number] = "withdrawn"
        elif move == "withdraw":
            named = tuple(sorted(sectors))
            if attempt(sectors <= holding, withdraw, self.world, number, named, state, NOW):
                for sector in sectors:
                    del self.in_force[state, sector]
        if move in ("dispute", "lift"):
            self._mark(move, number, min(sectors), holding)

    def _mark(self, move: str, number: int, sector: str, holding: set[str]) -> None:
        if self.says[number].get(sector) is None:
            return
        is_marked = (number, sector) in self.disputed
        is_legal = sector in holding and self.is_public[number] and is_marked == (move == "lift")
        doing = lift if move == "lift" else dispute
        line = number << 16 | SECTORS.index(sector) + 1
        if attempt(is_legal, doing, self.world, line, now=NOW):
            self.disputed ^= {(number, sector)}

    def expect(self) -> None:
        """What the queries say is what this account says."""
        staff = reader(self.world.reviewer)
        expected = {
            (number, sector): self.says[number][sector]
            for (_state, sector), number in self.in_force.items()
            if self.says[number][sector] is not None
        }
        rows = published_lines(staff, limit=None)
        assert {(row.submission, row.sector): row.base_quantity for row in rows} == expected
        marked = {(row.submission, row.sector) for row in rows if row.status == "disputed"}
        assert marked == self.disputed & set(expected)
        for sector, item in ITEMS.items():
            mine = {place: each for place, each in expected.items() if place[1] == sector}
            found = totals(staff, LineFilter(item=item))
            stated = sum(each for place, each in mine.items() if place not in self.disputed)
            assert sum(each.base_quantity for each in found) == stated
            assert sum(each.disputed_quantity for each in found) == sum(mine.values()) - stated
        self._expect_statuses()

    def _expect_statuses(self) -> None:
        places = ScopeSector.objects.in_force().values("state", "emergency", "sector")
        assert not places.annotate(times=Count("key")).filter(times__gt=1)
        told = dict(Submission.objects.with_status().values_list("number", "status"))
        for number, status in self.status.items():
            if status != "published":
                assert told[number] == status
            elif number in self.in_force.values():
                assert told[number] == "published"
            else:
                assert told[number] in ("superseded", "withdrawn")


def attempt(is_legal: bool, doing, *given, **how) -> int | None:
    """Done if and only if it is legal; a refusal leaves no trace."""
    before = ledger_size()
    try:
        number = doing(*given, **how)
    except Refused:
        assert not is_legal
        assert ledger_size() == before
        return None
    assert is_legal
    return number


@pytest.mark.django_db
def test_what_is_in_force_is_sound_after_every_step(world):
    @settings(max_examples=20, deadline=None)
    @given(stories)
    def law(story):
        before = transaction.savepoint()
        try:
            account = Account(world)
            for told in story:
                account.tell(told)
                account.expect()
        finally:
            transaction.savepoint_rollback(before)

    law()


@pytest.mark.django_db(transaction=True)
def test_the_ledger_gives_the_same_tables_again():
    @settings(max_examples=4, deadline=None)
    @given(stories)
    def law(story):
        empty_database()
        account = Account(found_world(STATES, now=NOW))
        for told in story:
            account.tell(told)
        tables = digest_tables()
        with TemporaryDirectory() as folder:
            bundle = Path(folder) / "bundle"
            export(bundle, full=True)
            empty_database()
            rebuild_from(bundle)
        assert digest_tables() == tables
        account.expect()

    law()
