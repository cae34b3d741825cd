"""Every public page in a real browser: axe finds nothing, nothing sticks out, the policy holds.

Pages are made first and served to the browser from memory: no server, no network.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route, sync_playwright

from bandung.ledger.act import print_key
from tests.factories import GLOVES
from tests.web.conftest import Site, client_of

CHROMIUM = Path("/usr/bin/chromium")
LANGUAGES = ("en", "ar")
HOST = "http://record.test"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed (apt)"),
]
Made = dict[tuple[str, str], tuple[bytes, str]]  # (language, path) -> body, policy
Look = Callable[[Browser], list[str]]  # gives what is wrong


def public_paths(site: Site) -> list[str]:
    return [
        "/",
        "/needs/",
        "/needs/?as_of=yesterday",
        "/needs/?state=CUB",
        f"/needs/{print_key(site.spoken << 16 | 1)}/",
        f"/needs/{print_key(site.spoken << 16 | 2)}/",
        "/states/",
        "/states/?on=2010-01-01",
        "/states/ZMB/",
        "/items/",
        f"/items/{GLOVES}/",
        "/indicators/D-GLOVES/",
        "/record/",
        f"/record/{site.spoken}/",
        f"/record/{site.pending}/",
        "/about/",
        "/states/XXX/",
    ]


@pytest.fixture(scope="module")
def made(site: Site) -> Made:
    """All pages, made once."""
    found: Made = {}
    for language in LANGUAGES:
        for client, paths in (
            (Client(), public_paths(site)),
            (client_of(site.world.secretariat), [f"/items/{GLOVES}/edit/", "/items/new/"]),
        ):
            client.cookies["django_language"] = language
            for path in paths:
                answer = client.get(path)
                found[language, path] = (answer.content, answer["Content-Security-Policy"])
    return found


@pytest.fixture(scope="module")
def in_chromium() -> Iterator[Callable[[Look], list[str]]]:
    """Has one browser look at pages, in new windows for each test. It lives in a thread of its
    own: its event loop would keep this thread from the database."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        chromium = thread.submit(
            playwright.chromium.launch,
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        ).result()

        def look_at(look: Look) -> list[str]:
            try:
                return look(chromium)
            finally:
                for each in chromium.contexts:
                    each.close()

        yield lambda look: thread.submit(look_at, look).result()
        thread.submit(chromium.close).result()
        thread.submit(playwright.stop).result()


def window(
    browser: Browser, made: Made, language: str, scheme: str, width: int, keeps_policy: bool
) -> tuple[Page, list[str]]:
    """A window to which the pages are served from memory, and what its console says."""

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            route.fulfill(path=finders.find(parts.path.removeprefix("/static/")))
            return
        asked = parts.path + (f"?{parts.query}" if parts.query else "")
        body, policy = made[language, asked]
        headers = {"content-security-policy": policy} if keeps_policy else {}
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=not keeps_policy,
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    return page, said


@pytest.mark.parametrize(
    ("scheme", "language"),
    [
        ("light", "en"),
        ("dark", "ar"),
        pytest.param("dark", "en", marks=pytest.mark.slow),
        pytest.param("light", "ar", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing(
    made: Made, in_chromium: Callable[[Look], list[str]], scheme: str, language: str
) -> None:
    def look(browser: Browser) -> list[str]:
        page, _ = window(browser, made, language, scheme, 1280, keeps_policy=False)
        wrong = []
        for path in [path for each, path in made if each == language]:
            page.goto(HOST + path)
            found = Axe().run(page)
            wrong += [f"{path}: {found.generate_report()}"] * bool(found.violations_count)
        return wrong

    assert in_chromium(look) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_and_the_policy_refuses_nothing(
    made: Made, in_chromium: Callable[[Look], list[str]], language: str, width: int
) -> None:
    """320 px is also a window of 1,280 px at 400 % zoom (WCAG 2.2, 1.4.10)."""

    def look(browser: Browser) -> list[str]:
        page, said = window(browser, made, language, "light", width, keeps_policy=True)
        wrong = []
        for path in [path for each, path in made if each == language]:
            page.goto(HOST + path)
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                wrong.append(f"{path} is wider than the window")
        return wrong + said

    assert in_chromium(look) == []
