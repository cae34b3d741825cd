"""What the stored bytes of an entry say. Format 1, never to be changed: later formats are added.

An *open* entry shows its act. A *sealed* entry shows number, time and commitments alone: verb,
party and mandate are in the first block, the envelope. Plain Python.

    open:   {"act", "at", "blocks", "by", "format", "key", "number", "opens", "request", "verb",
             "version"}; blocks maps a label to a commitment
    sealed: {"at", "blocks", "format", "number"}; blocks lists commitments, the envelope first
    envelope: {"act", "by", "key", "labels", "request", "verb", "version"}; labels of the other
             blocks in their order
    by:     {"function", "mandate", "party", "person"}, or null for the founding act
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bandung.ledger.canonical import NotCanonical, canonical, parse

FORMAT = 1
ENVELOPE = "envelope"
MAX_BYTES = 1 << 20  # no entry is longer: an act has at most 64 KiB, long contents are blocks
OPEN_KEYS = frozenset(
    ["act", "at", "blocks", "by", "format", "key", "number", "opens", "request", "verb", "version"]
)
SEALED_KEYS = frozenset(["at", "blocks", "format", "number"])
ENVELOPE_KEYS = frozenset(["act", "by", "key", "labels", "request", "verb", "version"])
SPEAKER_KEYS = frozenset(["function", "mandate", "party", "person"])
HEX_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Statement:
    """What was said: the part of an entry that a sealed entry hides in its envelope."""

    verb: str
    version: int
    act: Mapping[str, Any]
    by: Mapping[str, str] | None
    key: str
    request: str


@dataclass(frozen=True)
class Shown:
    """What the stored bytes themselves show; `statement` and `labels` are None when sealed."""

    number: int
    at: datetime
    commitments: tuple[str, ...]
    labels: tuple[str, ...] | None
    statement: Statement | None
    opens: tuple[str, ...]


def write_instant(at: datetime) -> str:
    """An instant in UTC to the microsecond, always of the same length."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read_instant(text: str) -> datetime:
    """The instant written by `write_instant`; ValueError for any other writing."""
    at = datetime.fromisoformat(text)
    if write_instant(at) != text:
        raise ValueError(f"{text!r} is not an instant such as 2026-11-22T09:30:00.000000Z")
    return at


def open_bytes(
    number: int,
    at: datetime,
    said: Statement,
    blocks: Mapping[str, str],
    opens: tuple[str, ...],
) -> bytes:
    """The stored bytes of an open entry."""
    return canonical(
        {
            "act": said.act,
            "at": write_instant(at),
            "blocks": dict(blocks),
            "by": said.by,
            "format": FORMAT,
            "key": said.key,
            "number": number,
            "opens": list(opens),
            "request": said.request,
            "verb": said.verb,
            "version": said.version,
        }
    )


def sealed_bytes(number: int, at: datetime, commitments: tuple[str, ...]) -> bytes:
    """The stored bytes of a sealed entry; the first commitment is the envelope's."""
    return canonical(
        {
            "at": write_instant(at),
            "blocks": list(commitments),
            "format": FORMAT,
            "number": number,
        }
    )


def envelope_bytes(said: Statement, labels: tuple[str, ...]) -> bytes:
    """The content of the first block of a sealed entry."""
    return canonical(
        {
            "act": said.act,
            "by": said.by,
            "key": said.key,
            "labels": list(labels),
            "request": said.request,
            "verb": said.verb,
            "version": said.version,
        }
    )


def read(content: bytes) -> Shown:
    """What stored bytes show. Raises NotCanonical for bytes that are no entry of this format."""
    value = parse(content)
    keys = frozenset(value) if isinstance(value, dict) else frozenset()
    if keys not in (OPEN_KEYS, SEALED_KEYS):
        raise NotCanonical("", "not an entry of format 1")
    if _whole(value, "format") != FORMAT:
        raise NotCanonical("format", "not an entry of format 1")
    number, at = _whole(value, "number"), _instant(value)
    if keys == SEALED_KEYS:
        commitments = _hashes(value["blocks"], "blocks")
        if not commitments:
            raise NotCanonical("blocks", "a sealed entry without an envelope")
        return Shown(number, at, commitments, None, None, ())
    blocks = value["blocks"]
    if not isinstance(blocks, dict):
        raise NotCanonical("blocks", "not an object")
    labels = tuple(sorted(blocks))
    commitments = _hashes([blocks[label] for label in labels], "blocks")
    opens = _hashes(value["opens"], "opens")
    return Shown(number, at, commitments, labels, _statement(value), opens)


def read_envelope(content: bytes) -> tuple[Statement, tuple[str, ...]]:
    """The statement inside a sealed entry and the labels of its further blocks."""
    value = parse(content)
    if not isinstance(value, dict) or frozenset(value) != ENVELOPE_KEYS:
        raise NotCanonical(ENVELOPE, "not an envelope of format 1")
    labels = value["labels"]
    if not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
        raise NotCanonical("labels", "not a list of texts")
    if len(set(labels)) != len(labels):
        raise NotCanonical("labels", "a label named twice")
    return _statement(value), tuple(labels)


def _statement(value: Mapping[str, Any]) -> Statement:
    if not isinstance(value["act"], dict):
        raise NotCanonical("act", "not an object")
    return Statement(
        verb=_text(value, "verb"),
        version=_whole(value, "version"),
        act=value["act"],
        by=_speaker(value["by"]),
        key=_text(value, "key"),
        request=_hashes([value["request"]], "request")[0],
    )


def _speaker(by: Any) -> Mapping[str, str] | None:
    if by is None:
        return None
    if not isinstance(by, dict) or frozenset(by) != SPEAKER_KEYS:
        raise NotCanonical("by", "not a speaker: mandate, person, party, function")
    return {name: _text(by, name) for name in sorted(by)}


def _whole(value: Mapping[str, Any], name: str) -> int:
    found = value[name]
    if type(found) is not int or found < 1:
        raise NotCanonical(name, "not a whole number from 1")
    return found


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value[name]
    if not isinstance(found, str):
        raise NotCanonical(name, "not text")
    return found


def _instant(value: Mapping[str, Any]) -> datetime:
    try:
        return read_instant(_text(value, "at"))
    except ValueError as error:
        raise NotCanonical("at", str(error)) from error


def _hashes(found: Any, where: str) -> tuple[str, ...]:
    if not isinstance(found, list):
        raise NotCanonical(where, "not a list")
    for each in found:
        if not isinstance(each, str) or len(each) != 64 or not HEX_DIGITS.issuperset(each):
            raise NotCanonical(where, "not 64 lower-case hexadecimal digits")
    if len(set(found)) != len(found):
        raise NotCanonical(where, "one commitment twice")
    return tuple(found)
