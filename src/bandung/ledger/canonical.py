"""The bytes of an entry: one value has one writing (JSON as in RFC 8785, no floats).

Sorted ASCII keys, UTF-8, no spaces, NFC text, whole numbers of at most 2^53 - 1 either way.
Plain Python: anyone can check a bundle with this module and `merkle` alone.
"""

import json
import unicodedata
from typing import Any

MAX_WHOLE = 2**53 - 1
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class NotCanonical(ValueError):
    """The value has no agreed writing; `where` is its path, such as `lines[3].item`."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where or 'value'}: {why}")
        self.where = where
        self.why = why


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises NotCanonical naming the first place that has none."""
    check(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def parse(content: bytes) -> Any:
    """The value written in `content`. Raises NotCanonical unless these bytes are its one writing."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("", f"not JSON ({error})") from error
    if canonical(value) != content:
        raise NotCanonical("", "not the canonical writing")
    return value


def check(value: Any, where: str = "") -> None:
    """Raises NotCanonical if `value` holds anything but objects, lists, text, whole numbers, true,
    false and null, or text that is not in its normal form."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, int):
        if abs(value) > MAX_WHOLE:
            raise NotCanonical(where, "a whole number beyond 2^53 - 1")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(where, f"a key that is not ASCII text: {key!r}")
            check(inner, f"{where}.{key}" if where else key)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            check(inner, f"{where}[{position}]")
    else:
        raise NotCanonical(where, f"a {type(value).__name__}, which entries do not hold")


def _check_text(text: str, where: str) -> None:
    if text.isascii():
        if not text.isprintable():
            _check_controls(text, where)
        return
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonical(where, "text that is not in Unicode normal form C")
    if DIRECTION_MARKS.intersection(text):
        raise NotCanonical(where, "text with invisible direction marks")
    _check_controls(text, where)


def _check_controls(text: str, where: str) -> None:
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise NotCanonical(where, f"a control character, U+{ord(character):04X}")
