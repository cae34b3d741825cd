"""Reads a JSON text whose long lists are taken element by element, with the line of each."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bandung.fairness.files import BadFile, FileFault, Progress

SPACE = re.compile(r"[ \t\r\n]*")
STEP = 20_000
MOST_NAMED = 20
MOST_DIGITS = 100
TWICE = "it stands twice"


class Wrong(Exception):
    """Something in an element is not what it must be."""

    def __init__(self, where: str, seen: object, wanted: str) -> None:
        self.where, self.seen, self.wanted = where, seen, wanted
        super().__init__(where)


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no number", "", 0)


def _whole(digits: str) -> int:
    """A whole number; of one with more digits than any figure only that it is too large."""
    return int(digits) if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose names stands once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise Wrong(twice, None, TWICE)
    return found


DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_object)


@dataclass
class Scan:
    """A JSON text, read one element of its long lists after the other."""

    file: str
    text: str
    at: int = 0
    faults: list[FileFault] = field(default_factory=list)
    more: int = 0
    line: int = 1
    counted: int = 0

    def complain(self, line: int, where: str, seen: object, wanted: str) -> None:
        """Keeps a fault, or counts it."""
        if len(self.faults) >= MOST_NAMED:
            self.more += 1
            return
        shown = "" if seen is None else json.dumps(seen, ensure_ascii=False)[:60]
        hint = "Write the result anew with bandung allocate --json."
        self.faults.append(FileFault(self.file, line, where, "no-result", shown, wanted, hint))

    def damaged(self, line: int, why: str) -> NoReturn:
        """Refuses what is no JSON at all."""
        hint = "Fetch the file again, or write the result anew with bandung allocate --json."
        message = "the file is damaged: it is not JSON"
        raise BadFile([FileFault(self.file, line, "", "damaged-json", why, message, hint)])

    def members(
        self, takers: dict[str, Callable[[int, Any], None]], progress: Progress | None, size: int
    ) -> dict[str, Any]:
        """The object's members; a list with a taker is given to it element by element."""
        found: dict[str, Any] = {}
        self._expect("{")
        while not self._has("}"):
            if found:
                self._expect(",")
            name = self._value()
            if not isinstance(name, str):
                raise json.JSONDecodeError("a name is expected", self.text, self.at)
            self._expect(":")
            if name in found:
                self._refuse(name, None, TWICE)
            if name in takers and self._next() == "[":
                found[name] = self._elements(name, takers[name], progress, size)
            elif name in takers:
                self.complain(self._line(), name, self._value(name), "a list is needed")
                found[name] = 0
            else:
                found[name] = self._value(name)
        if self._next():
            raise json.JSONDecodeError("more follows the end", self.text, self.at)
        return found

    def _elements(
        self, name: str, take: Callable[[int, Any], None], progress: Progress | None, size: int
    ) -> int:
        self._expect("[")
        count = 0
        while not self._has("]"):
            if count:
                self._expect(",")
                self._next()
            element = self._value(f"{name}[{count}]")
            try:
                take(count, element)
            except Wrong as wrong:
                where = f"{name}[{count}]" + (f".{wrong.where}" if wrong.where else "")
                self.complain(self._line(), where, wrong.seen, wrong.wanted)
            count += 1
            if progress and name == "claimants" and count % STEP == 0:
                progress(count, max(size, count))
        return count

    def _next(self) -> str:
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def _has(self, character: str) -> bool:
        if self._next() != character:
            return False
        self.at += 1
        return True

    def _expect(self, character: str) -> None:
        if not self._has(character):
            raise json.JSONDecodeError(f"{character} is expected", self.text, self.at)

    def _value(self, where: str = "") -> Any:
        self._next()
        try:
            value, self.at = DECODER.raw_decode(self.text, self.at)
        except Wrong as wrong:  # a name that stands twice: which value counts is not known
            self._refuse(f"{where}.{wrong.where}", wrong.seen, wrong.wanted)
        return value

    def _refuse(self, where: str, seen: object, wanted: str) -> NoReturn:
        """Ends the reading where going on makes no sense."""
        self.complain(self._line(), where, seen, wanted)
        raise BadFile(self.faults, self.more)

    def _line(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line
