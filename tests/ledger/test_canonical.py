"""The one writing of a value: equal to RFC 8785, refusing whatever has no agreed writing."""

import json
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

SAMPLES = "aZ0 ~\\\"/\n\té\u0301قفاز٣ضغطللّه中文हिन्दी🧤👩🏽\u200d⚕️\u2028ﷺÅΩ\ufeff"
letters = st.one_of(
    st.sampled_from(sorted(set(SAMPLES))),
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=sorted(DIRECTION_MARKS)),
)
texts = st.text(letters, max_size=12).map(lambda text: unicodedata.normalize("NFC", text))
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_WHOLE, MAX_WHOLE) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def same_as_rfc8785(value: Any) -> None:
    content = canonical(value)
    assert content == rfc8785.dumps(value)
    assert parse(content) == value


@settings(max_examples=2_500)
@given(values)
def test_the_writing_is_that_of_rfc_8785(value: Any) -> None:
    same_as_rfc8785(value)


@pytest.mark.slow
@settings(max_examples=100_000, deadline=None)
@given(values)
def test_the_writing_is_that_of_rfc_8785_for_many(value: Any) -> None:
    same_as_rfc8785(value)


@settings(max_examples=1_000)
@given(st.text(max_size=8))
def test_any_text_is_written_as_rfc_8785_does_or_refused(text: str) -> None:
    """Text of any kind: controls, lone surrogates, decomposed letters."""
    try:
        content = canonical([text])
    except NotCanonical as error:
        assert error.where == "[0]"
        return
    assert content == rfc8785.dumps([text])


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


@pytest.mark.parametrize(("value", "where", "why"), REFUSED)
def test_what_has_no_agreed_writing_is_refused_by_its_place(value: Any, where: str, why: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
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
    value: list[Any] = []
    for _depth in range(100_000):
        value = [value]
    with pytest.raises(NotCanonical, match="nested too deeply"):
        canonical(value)


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
