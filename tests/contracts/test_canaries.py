"""Nothing confidential reaches a reader who may not see it, by any page, export or API answer."""

import pytest
from django.urls import NoReverseMatch, reverse

from tests.contracts.canaries import CANARIES, leaks, met
from tests.contracts.cast import ROLES, play
from tests.contracts.crawl import crawl, starts


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


def _has(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


@pytest.mark.django_db
def test_no_canary_reaches_the_wrong_reader():
    cast = play()
    paths = starts(cast)
    wrong, seen, broken = [], {role: set() for role in ROLES}, []
    for role in ROLES:
        for path, answer in crawl(cast.client(role), paths):
            wrong += [f"{role} met {what} at {path}" for what in leaks(answer, role)]
            seen[role] |= set(met(answer))
            broken += [f"{role}: {answer.status_code} {path}"] * (answer.status_code >= 500)
    assert wrong == []
    assert broken == []
    _the_trap_works(seen)


def _the_trap_works(seen):
    """A crawl that finds nothing proves nothing: who may meet a canary meets some of each."""
    assert {each.kind for each in seen["anonymous"]} == {"public"}
    assert "partners" in {each.kind for each in seen["partner_reader"]}
    own = {(each.state, each.kind) for each in seen["focal_point"]}
    assert {("ZMB", "partners"), ("ZMB", "withheld")} <= own
    assert {state for state, kind in own if kind != "public"} == {"ZMB"}
    if not _has("desk"):
        return  # the API alone shows nothing before publication
    staff = {each.kind for each in seen["reviewer"]}
    assert {"pending", "withheld", "remark"} <= staff
    assert seen["reviewer"] <= set(CANARIES)
