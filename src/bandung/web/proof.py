"""Checking one act's proof: the bytes, the path, the opened blocks, each on its own."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandung.ledger.canonical import parse
from bandung.ledger.merkle import is_included, leaf_hash
from bandung.ledger.queries import InclusionProof, OpenedBlock
from bandung.ledger.seal import commitment


@dataclass(frozen=True)
class Check:
    """One thing that was computed just now, and whether it came out as recorded."""

    sentence: Any
    is_sound: bool


def checks(stored: str, proof: InclusionProof, opened: tuple[OpenedBlock, ...]) -> list[Check]:
    """What a reader can compute from this page alone."""
    leaf, root = bytes.fromhex(proof.leaf), bytes.fromhex(proof.root)
    path = [bytes.fromhex(each) for each in proof.path]
    found = [
        Check(_("The stored bytes give the leaf hash."), leaf_hash(stored.encode()) == leaf),
        Check(
            _("The leaf and the path give the root of the whole record."),
            is_included(leaf, proof.index, proof.size, path, root),
        ),
    ]
    if opened:
        is_sound = all(commitment(each.salt, each.content) == each.commitment for each in opened)
        found.append(Check(_("Each opened block gives the commitment that was sealed."), is_sound))
    return found


@dataclass(frozen=True)
class PublicLines:
    """The lines of an opened block, as they were written."""

    number: int
    label: str
    salt: str
    commitment: str
    opened_by: int
    lines: tuple[tuple[str, dict[str, Any]], ...]

    @classmethod
    def of(cls, block: OpenedBlock) -> "PublicLines":
        value = parse(block.content)
        lines = value.get("lines", ()) if isinstance(value, dict) else ()
        return cls(
            block.number,
            block.label,
            block.salt.hex(),
            block.commitment,
            block.opened_by,
            tuple((f"{block.number}.{each['n']}", each) for each in lines),
        )
