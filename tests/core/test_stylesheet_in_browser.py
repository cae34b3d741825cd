"""The gallery in a real browser: accessible, nothing sticks out, nothing the policy refuses."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.core import gallery

CHROMIUM = Path("/usr/bin/chromium")
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-n0nce'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
SEEN_AS = [("en", "light"), ("en", "dark"), ("ar", "light"), ("ar", "dark")]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed (apt)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def open_gallery(
    browser: Browser, language: str, scheme: str, width: int, policy: str = POLICY
) -> tuple[Page, list[str]]:
    """The gallery in a new window, served from memory, and what the console says."""
    pages = {"/": gallery.render(language)}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")))
        else:
            headers = {"content-security-policy": policy} if policy else {}
            route.fulfill(
                body=pages[path], content_type="text/html; charset=utf-8", headers=headers
            )

    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=not policy
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    page.goto("http://gallery.test/")
    return page, said


@pytest.mark.parametrize(("language", "scheme"), SEEN_AS)
def test_axe_finds_nothing(browser: Browser, language: str, scheme: str) -> None:
    page, _ = open_gallery(browser, language, scheme, 1280, policy="")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


@pytest.mark.parametrize("width", [320, 360, 700, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_sticks_out_and_the_policy_refuses_nothing(
    browser: Browser, language: str, width: int
) -> None:
    """320 px is also a window of 1,280 px at 400 % zoom (WCAG 2.2, 1.4.10)."""
    page, said = open_gallery(browser, language, "light", width)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("typeof htmx") == "object"
    assert said == []
    page.context.close()


def test_the_keyboard_sees_where_it_is(browser: Browser) -> None:
    page, _ = open_gallery(browser, "en", "light", 1280)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Home")
    page.locator("a[href='#main']").focus()
    skip = page.locator("a[href='#main']").bounding_box()
    assert skip is not None
    assert skip["height"] > 20
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.context.close()


def test_absences_keep_their_patterns_in_forced_colours(browser: Browser) -> None:
    page, _ = open_gallery(browser, "en", "light", 1280)
    page.emulate_media(forced_colors="active")
    patterns = {
        kind: page.evaluate(
            "kind => { const s = getComputedStyle(document.querySelector('.absence.' + kind),"
            " '::before'); return s.backgroundImage + s.backgroundColor }",
            kind,
        )
        for kind in ("zero", "silent", "withheld", "withdrawn")
    }
    assert len(set(patterns.values())) == 4, patterns
    page.context.close()


def test_paper_carries_text_and_tables_but_no_controls(browser: Browser) -> None:
    page, _ = open_gallery(browser, "en", "dark", 1280)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav.tabs").is_hidden()
    assert page.locator("form.filters").is_hidden()
    assert page.locator("article.receipt").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 27, 29)"
    page.context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 1280])
def test_what_a_problem_frames_does_not_touch_the_frame(
    browser: Browser, language: str, width: int
) -> None:
    """Neither does what stands beside it: the frame is the value's, not the cell's."""
    page, _ = open_gallery(browser, language, "light", width)
    framed = page.locator(".problem").first
    border, start, end = framed.evaluate(
        """(each) => {
            const is = getComputedStyle(each);
            return [is.borderInlineStartWidth, is.paddingInlineStart, is.paddingInlineEnd];
        }"""
    )
    assert float(border.removesuffix("px")) >= 2
    assert min(float(side.removesuffix("px")) for side in (start, end)) >= 4
    cell, box = framed.locator("xpath=ancestor::td").bounding_box(), framed.bounding_box()
    assert cell
    assert box
    assert cell["x"] <= box["x"]
    assert box["x"] + box["width"] <= cell["x"] + cell["width"]
