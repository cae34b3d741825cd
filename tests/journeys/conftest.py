"""A served exercise instance and browsers of its people, watched for what must never happen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import sync_playwright

from bandung.catalogue.acts import DefineCode, Labels
from bandung.movement.access import mandate
from bandung.movement.accounts import create_exercise_users
from tests import factories
from tests.journeys.steps import Visitor

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
LISTS = {
    "sector": ("medical", "social", "humanitarian"),
    "priority": ("1", "2", "3"),
    "severity": ("1", "2", "3", "4", "5"),
    "basis": ("measured", "estimated", "modelled"),
    "confidence": ("high", "medium", "low"),
    "visibility": ("public", "partners", "withheld"),
}


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium, to run the journeys")


@pytest.fixture
def exercise(transactional_db: None) -> None:
    """An exercise with a small catalogue, an emergency, and its four made-up people."""
    world = factories.found_world(("ZMB", "KEN"))
    clerk = factories.speaker("secretariat")
    for name, codes in LISTS.items():
        for position, code in enumerate(codes, start=1):
            entry = DefineCode(list=name, code=code, position=position, label=Labels(en=code))
            factories.say(entry, clerk)
    today = timezone.now().date()
    create_exercise_users(mandate("1.1"), state="ZMB", organisation="WHO", since=today)
    assert world.focal_point("ZMB")


@pytest.fixture
def arrive(exercise: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Opens a browser for somebody new; at the end none of them must have met an error."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    visitors: list[Visitor] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def open_browser(function: str = "", has_scripts: bool = True) -> Visitor:
            context = chromium.new_context(
                base_url=live_server.url, java_script_enabled=has_scripts, locale="en-GB"
            )
            visitor = Visitor(context.new_page(), has_scripts)
            visitors.append(visitor)
            if function:
                visitor.sign_in(function)
            return visitor

        yield open_browser
        chromium.close()
    assert [fault for each in visitors for fault in each.faults] == []
