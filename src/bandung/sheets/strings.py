"""The shared strings of a workbook. Runs in the child only."""

from bandung.sheets.archive import Archive
from bandung.sheets.errors import unreadable
from bandung.sheets.markup import Attributes, feed, local, parser_for
from bandung.sheets.values import unescape


class Strings:
    """Gathers each string from its runs; phonetic readings are left out."""

    def __init__(self, longest: int) -> None:
        self.found: list[str] = []
        self.longest = longest
        self.text = ""
        self.pieces: list[str] = []
        self.phonetic = False

    def start(self, name: str, _: Attributes) -> None:
        self.pieces.clear()
        name = local(name)
        if name == "si":
            self.text = ""
        elif name == "rPh":
            self.phonetic = True

    def end(self, name: str) -> None:
        name = local(name)
        if name == "t" and not self.phonetic:
            self.text += "".join(self.pieces)
            if len(self.text) > self.longest:
                where = "shared strings"
                raise unreadable(
                    "cell_too_long", sheet=where, row=len(self.found) + 1, limit=self.longest
                )
        elif name == "si":
            self.found.append(unescape(self.text) if "_x" in self.text else self.text)
        elif name == "rPh":
            self.phonetic = False
        self.pieces.clear()


def read_strings(archive: Archive, part: str) -> list[str]:
    """All shared strings in their order."""
    strings = Strings(archive.limits.cell_text)
    parser = parser_for(part)
    parser.StartElementHandler = strings.start
    parser.EndElementHandler = strings.end
    parser.CharacterDataHandler = strings.pieces.append
    for _ in feed(parser, archive.open(part), part):
        pass
    return strings.found
