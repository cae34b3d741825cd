"""The bytes of an entry: one value has one writing (JSON as in RFC 8785, no floats).

Sorted ASCII keys, UTF-8, no spaces, NFC text, whole numbers of at most 2^53 - 1 either way.
Plain Python: anyone can check a bundle with this module and `merkle` alone.
"""

import json
import unicodedata
from typing import Any

MAX_WHOLE = 2**53 - 1
DIRECTION_MARKS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


class NotCanonical(ValueError):
    """The value has no agreed writing; `where` is its path, such as `lines[3].item`."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where or 'value'}: {why}")
        self.where = where
        self.why = why

    def within(self, step: str | int) -> "NotCanonical":
        """The same, seen from the object or list that holds the value at `step`."""
        first = f"[{step}]" if isinstance(step, int) else step
        rest = f".{self.where}" if self.where and self.where[0] != "[" else self.where
        return NotCanonical(first + rest, self.why)


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises NotCanonical naming the first place that has none."""
    try:
        check(value)
    except RecursionError:
        raise NotCanonical("", "nested too deeply") from None
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def parse(content: bytes) -> Any:
    """The value written in `content`. Raises NotCanonical unless that is its one writing."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("", f"not JSON ({error})") from error
    if canonical(value) != content:
        raise NotCanonical("", "not the canonical writing")
    return value


def check(value: Any) -> None:
    """Raises NotCanonical if `value` holds anything but objects, lists, text, whole numbers, true,
    false and null, or text that is not in its normal form."""
    if isinstance(value, str):
        _check_text(value)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_WHOLE:
            raise NotCanonical("", "a whole number beyond 2^53 - 1")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii() or not key.isprintable():
                raise NotCanonical("", f"a key that is not ASCII text: {key!r}")
            kind = type(inner)  # what most values are is seen at once
            if kind is str and inner.isascii() and inner.isprintable():
                continue
            if inner is None or (kind is int and -MAX_WHOLE <= inner <= MAX_WHOLE):
                continue
            _check_inner(inner, key)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            _check_inner(inner, position)
    else:
        raise NotCanonical("", f"a {type(value).__name__}, which entries do not hold")


def _check_inner(value: Any, step: str | int) -> None:
    try:
        check(value)
    except NotCanonical as error:
        raise error.within(step) from None


def _check_text(text: str) -> None:
    if text.isascii():
        if not text.isprintable():
            _check_controls(text)
        return
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonical("", "text that is not in Unicode normal form C")
    if DIRECTION_MARKS.intersection(text):
        raise NotCanonical("", "text with invisible direction marks")
    _check_controls(text)


def _check_controls(text: str) -> None:
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise NotCanonical("", f"a control character, U+{ord(character):04X}")
