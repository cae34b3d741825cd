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
OPEN_KEYS = frozenset(
    "act at blocks by format key number opens request verb version".split()
)
SEALED_KEYS = frozenset("at blocks format number".split())
ENVELOPE_KEYS = frozenset("act by key labels request verb version".split())


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
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_instant(text: str) -> datetime:
    """The instant written by `write_instant`; ValueError for any other writing."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


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
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise NotCanonical("", "not an entry of format 1")
    keys = frozenset(value)
    try:
        if keys == SEALED_KEYS:
            return Shown(
                value["number"], read_instant(value["at"]), tuple(value["blocks"]), None, None, ()
            )
        if keys == OPEN_KEYS:
            labels = tuple(sorted(value["blocks"]))
            return Shown(
                number=value["number"],
                at=read_instant(value["at"]),
                commitments=tuple(value["blocks"][label] for label in labels),
                labels=labels,
                statement=_statement(value),
                opens=tuple(value["opens"]),
            )
    except (TypeError, ValueError, AttributeError) as error:
        raise NotCanonical("", f"an entry with a wrong member ({error})") from error
    raise NotCanonical("", f"unexpected members: {', '.join(sorted(keys))}")


def read_envelope(content: bytes) -> tuple[Statement, tuple[str, ...]]:
    """The statement inside a sealed entry and the labels of its further blocks."""
    value = parse(content)
    if not isinstance(value, dict) or frozenset(value) != ENVELOPE_KEYS:
        raise NotCanonical(ENVELOPE, "not an envelope of format 1")
    return _statement(value), tuple(value["labels"])


def _statement(value: Mapping[str, Any]) -> Statement:
    return Statement(
        verb=value["verb"],
        version=value["version"],
        act=value["act"],
        by=value["by"],
        key=value["key"],
        request=value["request"],
    )
