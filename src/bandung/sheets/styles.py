"""Which cell styles show days or times: number formats of a workbook. Runs in the child only."""

import re

from bandung.sheets.archive import Archive
from bandung.sheets.markup import Attributes, feed, local, parser_for

NUMBER, DAY, TIME = 0, 1, 2

# Built-in formats (ECMA-376 part 1, 18.8.30), those of East Asian locales included.
BUILT_IN = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)), DAY),
    **dict.fromkeys((*range(18, 22), *range(32, 36), *range(45, 48)), TIME),
}

UNSEEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|AM/PM|A/P', re.IGNORECASE)


def meaning(code: str) -> int:
    """Whether a format code shows a number, a day or a time of day."""
    letters = set(UNSEEN.sub("", code.partition(";")[0]).lower())
    if "general" in code.lower():
        return NUMBER
    if letters & {"y", "d"}:
        return DAY
    if letters & {"h", "s"}:
        return TIME
    return DAY if "m" in letters else NUMBER


class Styles:
    """Collects the meaning of each cell format while the part is parsed."""

    def __init__(self) -> None:
        self.custom: dict[str, int] = {}
        self.kinds: dict[str, int] = {}  # style number as written in cells -> DAY or TIME
        self.inside = False
        self.count = 0

    def start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        if name == "xf" and self.inside:
            self.add(attributes.get("numFmtId", "0"))
        elif name == "numFmt" and "numFmtId" in attributes:
            self.custom[attributes["numFmtId"]] = meaning(attributes.get("formatCode", "")[:500])
        elif name == "cellXfs":
            self.inside = True

    def end(self, name: str) -> None:
        if local(name) == "cellXfs":
            self.inside = False

    def add(self, code: str) -> None:
        built_in = (
            BUILT_IN.get(int(code), NUMBER)
            if code.isascii() and code.isdigit() and len(code) < 9
            else NUMBER
        )
        kind = self.custom.get(code, built_in)
        if kind != NUMBER:
            self.kinds[str(self.count)] = kind
        self.count += 1


def read_styles(archive: Archive, part: str) -> dict[str, int]:
    """Style number -> DAY or TIME; styles of plain numbers are left out."""
    styles = Styles()
    parser = parser_for(part)
    parser.StartElementHandler = styles.start
    parser.EndElementHandler = styles.end
    for _ in feed(parser, archive.open(part), part):
        pass
    return styles.kinds
