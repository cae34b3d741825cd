"""The one writing of a value: equal to RFC 8785, refusing whatever has no agreed writing."""

import json
import random
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from bandung.ledger.canonical import (
    DIRECTION_MARKS,
    MAX_WHOLE,
    NotCanonical,
    canonical,
    parse,
)

SAMPLES = 'aZ0 ~\\"/\n\té\u0301قفاز٣ضغطللّه中文हिन्दी🧤👩🏽\u200d⚕️\u2028ﷺÅΩ\ufeff'
LETTERS = sorted({*SAMPLES, "\u0301", "\u0651", "\u3099"})
EDGES = [0, 1, -1, MAX_WHOLE, -MAX_WHOLE, 10**15]


def letter(chance: random.Random) -> str:
    """A letter of many scripts, now and then any character that text may hold."""
    if chance.random() < 0.9:
        return chance.choice(LETTERS)
    found = chr(chance.randrange(0x20, 0x110000))
    return " " if unicodedata.category(found) in ("Cc", "Cs") else found


def value(chance: random.Random, depth: int = 0) -> Any:
    """Any value that has a writing; combining marks are composed as the surfaces compose them."""
    kind = chance.randrange(4 if depth > 3 else 7)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind == 1:
        return chance.choice([*EDGES, chance.randint(-MAX_WHOLE, MAX_WHOLE)])
    if kind in (2, 3):
        text = "".join(letter(chance) for _each in range(chance.randrange(12)))
        text = "".join(each for each in text if each not in DIRECTION_MARKS)
        return unicodedata.normalize("NFC", text)
    if kind == 4:
        return [value(chance, depth + 1) for _each in range(chance.randrange(5))]
    return {key(chance): value(chance, depth + 1) for _each in range(chance.randrange(5))}


def key(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(32, 127)) for _each in range(chance.randrange(9)))


def same_as_rfc8785(chance: random.Random, values: int) -> None:
    for _each in range(values):
        drawn = value(chance)
        content = canonical(drawn)
        assert content == rfc8785.dumps(drawn)
        assert parse(content) == drawn


@settings(max_examples=100)
@given(st.integers(0, 2**64))
def test_the_writing_is_that_of_rfc_8785(seed: int) -> None:
    """3,000 values."""
    same_as_rfc8785(random.Random(seed), values=30)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None)
@given(st.integers(0, 2**64))
def test_the_writing_is_that_of_rfc_8785_for_many(seed: int) -> None:
    """100,000 values."""
    same_as_rfc8785(random.Random(seed), values=100)


@settings(max_examples=1_000)
@given(st.text(max_size=8))
def test_any_text_is_written_as_rfc_8785_does_or_refused(text: str) -> None:
    """Text of any kind: controls, lone surrogates, decomposed letters."""
    try:
        content = canonical([text])
    except NotCanonical:
        content = b""
    is_plain = text.isascii() and text.isprintable()
    assert content == rfc8785.dumps([text]) if content else not is_plain


REFUSED = [
    (1.5, "", "float"),
    ({"lines": [{"item": 1.0}]}, "lines[0].item", "float"),
    ({"a": {"b": float("nan")}}, "a.b", "float"),
    ([[[b"x"]]], "[0][0][0]", "bytes"),
    ({"n": MAX_WHOLE + 1}, "n", "beyond"),
    ({"n": -MAX_WHOLE - 1}, "n", "beyond"),
    ({"é": 1}, "", "key"),
    ({1: 1}, "", "key"),
    ({"a\n": 1}, "", "key"),
    ({"note": "e\u0301"}, "note", "normal form C"),
    ({"note": "\u212b"}, "note", "normal form C"),
    ({"note": "a\u200fb"}, "note", "direction"),
    ({"note": "\u2066"}, "note", "direction"),
    ({"note": "a\0"}, "note", "U+0000"),
    ({"note": "é\x7f"}, "note", "U+007F"),
    ({"note": "é\x85"}, "note", "U+0085"),
    ({"note": "\ud800"}, "note", "U+D800"),
    ({"list": {1, 2}}, "list", "set"),
]


@pytest.mark.parametrize(("refused_value", "where", "why"), REFUSED)
def test_what_has_no_agreed_writing_is_refused_by_its_place(
    refused_value: Any, where: str, why: str
) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(refused_value)
    assert refused.value.where == where
    assert why in refused.value.why


@pytest.mark.parametrize("mark", sorted(DIRECTION_MARKS))
def test_every_invisible_direction_mark_is_refused(mark: str) -> None:
    with pytest.raises(NotCanonical, match="direction marks"):
        canonical(f"قفاز{mark}")


def test_joiners_stay() -> None:
    """Persian and many emoji need them."""
    assert canonical("\u0645\u06cc\u200c\u062e \U0001f469\u200d\u2695\ufe0f")


def test_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _depth in range(2_000):
        deep = [deep]
    with pytest.raises(NotCanonical, match="nested too deeply"):
        canonical(deep)


NOT_THE_WRITING = [
    b'{"b":1,"a":2}',
    b'{"a": 1}',
    b'{"a":1}\n',
    b' {"a":1}',
    b'{"a":1,"a":1}',
    b'{"a":1.0}',
    b'{"a":1e2}',
    b'{"a":-0}',
    b'{"a":01}',
    b'{"a":"\\u00e9"}',
    b'{"a":"\\/"}',
    b'{"a":"e\xcc\x81"}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":9007199254740992}',
    b'{"a":"\\ud800"}',
    b'{"a":"\xed\xa0\x80"}',
    b'{"a":"\xff"}',
    b"\xef\xbb\xbf{}",
    b"",
    b"{",
    b"{}{}",
    b"[" * 100_000,
    b"9" * 5_000,
    '{"a":1}'.encode("utf-16"),
]


@pytest.mark.parametrize("content", NOT_THE_WRITING, ids=range(len(NOT_THE_WRITING)))
def test_any_other_writing_is_refused(content: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(content)


def test_keys_are_sorted_at_every_depth() -> None:
    assert canonical({"b": {"z": 1, "A": 2}, "a": ()}) == b'{"a":[],"b":{"A":2,"z":1}}'
    assert json.loads(canonical("line\n\ttab")) == "line\n\ttab"
