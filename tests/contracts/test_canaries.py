"""Nothing confidential reaches a reader who may not see it, by any page, export or API answer."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.contracts.canaries import CANARIES, leaks, met
from tests.contracts.cast import ROLES, play
from tests.contracts.crawl import crawl, starts

SIGHTS = ("anonymous", "focal_point", "partner_reader", "reviewer")  # roles that see differently


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


@pytest.mark.django_db
def test_no_canary_reaches_the_wrong_reader():
    """Every address with every question, and some of the links they lead to; the readers whose
    sight differs. The matrix asks every address as every role."""
    search([(role, "en") for role in SIGHTS], further=60)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_canary_in_more_than_ten_thousand_answers():
    """The same as every role and in two languages, following links until no new one is found."""
    readers = [(role, "en") for role in ROLES] + [(role, "ar") for role in SIGHTS]
    assert search(readers, further=2_000) > 10_000


def search(readers: list[tuple[str, str]], further: int) -> int:
    """Crawls as each role in a language, `further` answers beyond the addresses; counts answers."""
    cast, roles = play(), {role for role, _language in readers}
    returned = [reverse("submission", args=[each.returned]) for each in cast.objects.values()]
    paths = [*returned, *starts(cast)]
    wrong, seen, broken, count = [], {role: set() for role in roles}, [], 0
    for role, language in readers:
        client = cast.client(role)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for path, answer in crawl(client, paths, len(paths) + further):
            count += 1
            wrong += [f"{role} met {what} at {path}" for what in leaks(answer, role)]
            seen[role] |= set(met(answer))
            broken += [f"{role}: {answer.status_code} {path}"] * (answer.status_code >= 500)
    assert wrong == []
    assert broken == []
    _the_trap_works(seen)
    return count


def _the_trap_works(seen):
    """A crawl that finds nothing proves nothing: who may meet a canary meets some of each."""
    assert {each.kind for each in seen["anonymous"]} == {"public"}
    assert "partners" in {each.kind for each in seen["partner_reader"]}
    own = {(each.state, each.kind) for each in seen["focal_point"]}
    assert {("ZMB", "partners"), ("ZMB", "withheld")} <= own
    assert {state for state, kind in own if kind != "public"} == {"ZMB"}
    staff = {each.kind for each in seen["reviewer"]}
    assert {"pending", "withheld", "remark"} <= staff
    assert seen["reviewer"] <= set(CANARIES)
