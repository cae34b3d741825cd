"""What people do and see, in the glossary's words."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from bandung.exchange.columns import COLUMNS
from bandung.exchange.marks import LIST_SHEET, META_SHEET
from bandung.sheets.reading import read
from tests.exchange.files import book

REFUSALS = (409, 422)  # answers of forms that were not accepted; the browser's console names them
HEADER = COLUMNS[0].header("en")


class Visitor:
    """Somebody with a browser. Each page that is seen is checked for accessibility."""

    def __init__(self, page: Page, has_scripts: bool = True) -> None:
        self.page, self.has_scripts = page, has_scripts
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("response", self._receive)

    def _hear(self, message: ConsoleMessage) -> None:
        is_refusal = any(f"status of {code}" in message.text for code in REFUSALS)
        if message.type in ("error", "warning") and not is_refusal:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _receive(self, response: Response) -> None:
        if response.status >= 400 and response.status not in REFUSALS:
            self.faults.append(f"{response.status} {response.url}")

    # --- seeing ---

    def sees(self, *words: str) -> None:
        """The page says so; and it is accessible, and nothing sticks out on a telephone."""
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)
        self._is_accessible()

    def sees_no(self, words: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(words)

    def _is_accessible(self) -> None:
        if not self.has_scripts:
            return
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 320, "height": 800})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(size)
        assert width <= 320, f"{self.page.url} is {width} px wide at 320"

    # --- doing ---

    def sign_in(self, function: str) -> None:
        self.page.goto("/sign-in/")
        name = f"Continue as {function}"
        self.page.get_by_role("button", name=name).click()
        expect(self.page.locator("h1")).to_have_text("Desk")

    def goes_to(self, address: str) -> None:
        self.page.goto(address)

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def types(self, **fields: str) -> None:
        """Fills text fields, chooses entries of lists."""
        for name, text in fields.items():
            field = self.page.locator(f"#id_{name}")
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)

    def downloads(self, name: str) -> bytes:
        with self.page.expect_download() as download:
            self.page.locator("main").get_by_role("link", name=name, exact=True).click()
        return Path(download.value.path()).read_bytes()

    def uploads(self, content: bytes, name: str) -> None:
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        file = {"name": name, "mimeType": mime, "buffer": content}
        self.page.locator("#id_file").set_input_files([file])
        self.presses("Upload and check")


def filled(template: bytes, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The downloaded workbook with rows typed below its headers, as a person would save it."""
    sheets: dict[str, list[list[Any]]] = {}
    for sheet in read(template, "template.xlsx").sheets:
        cells: list[list[Any]] = []
        for row in sheet.rows:
            cells += [[] for _blank in range(row.number - 1 - len(cells))]
            cells.append(list(row.cells))
        if cells and sheet.name not in (LIST_SHEET, META_SHEET):
            _type(cells, rows)
        sheets[sheet.name] = cells
    return book(sheets, hidden=[LIST_SHEET, META_SHEET])


def _type(cells: list[list[Any]], rows: Sequence[Mapping[str, Any]]) -> None:
    header = next((row for row in cells if row and row[0] == HEADER), None)
    for each in rows if header else ():
        codes = {column.header("en"): column.code for column in COLUMNS}
        cells.append([each.get(codes.get(str(name), "")) for name in header])
