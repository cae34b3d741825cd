"""`/acts` and `/checkpoint`: the record, and how to check it from outside."""

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandung.ledger.entry import write_instant
from bandung.ledger.queries import EntryView, checkpoint, entries, entry_view, proof_of, stored_text
from bandung.needs.queries import may_see_sealed
from bandung.web.api.shapes import WRONG, NotFound, PageSize, Whole, reader_of, refuse_unknown

router = Router(tags=["ledger"])


class Block(Schema):
    """A content block; its label is empty while the entry is sealed."""

    commitment: str
    label: str
    opened_by: int | None


class Act(Schema):
    """An act; a sealed one that is not the reader's shows number, time and commitments alone."""

    number: int
    at: Annotated[str, Field(description="UTC, as the stored bytes write it.")]
    leaf: str
    is_sealed: bool
    verb: str
    party: str
    sentence: str
    blocks: list[Block]


class Acts(Schema):
    """A page of acts; `next` is null on the last."""

    items: list[Act]
    next: int | None


class Proof(Schema):
    """The audit path of RFC 9162: lowest sibling first."""

    index: int
    size: int
    path: list[str]
    root: str


class ProvenAct(Act):
    """An act with its stored bytes and its proof of inclusion."""

    entry: str
    proof: Proof


class Checkpoint(Schema):
    """Size and root of the log; `text` is its C2SP writing, worth keeping elsewhere."""

    origin: str
    size: int
    root: str
    text: str


class ActsQuery(Schema):
    """A page of acts: `after` is the `next` of the page before."""

    after: Whole = 0
    limit: PageSize = 100


class CheckpointQuery(Schema):
    """The checkpoint of the first `size` acts; all where it is left out."""

    size: Whole | None = None


@router.get("/acts", response={200: Acts, **WRONG}, url_name="acts", summary="Acts in order")
def list_acts(request: HttpRequest, query: Query[ActsQuery]) -> dict[str, Any]:
    """Every act in order."""
    refuse_unknown(request, ActsQuery)
    rows = entries(query.after, query.limit + 1, partial(may_see_sealed, reader_of(request)))
    page = rows[: query.limit]
    more = page[-1].number if len(rows) > query.limit else None
    return {"items": [_act(row) for row in page], "next": more}


@router.get(
    "/acts/{number}",
    response={200: ProvenAct, 404: NotFound, **WRONG},
    url_name="act",
    summary="An act",
)
def one_act(request: HttpRequest, number: Whole) -> dict[str, Any]:
    """An act, its stored bytes, and the proof that it stands in the log."""
    refuse_unknown(request, set())
    view, proof = entry_view(number, partial(may_see_sealed, reader_of(request))), proof_of(number)
    shown = {"index": proof.index, "size": proof.size, "path": proof.path, "root": proof.root}
    return {**_act(view), "entry": stored_text(number), "proof": shown}


@router.get(
    "/checkpoint",
    response={200: Checkpoint, 404: NotFound, **WRONG},
    url_name="checkpoint",
    summary="Size and root of the log",
)
def one_checkpoint(request: HttpRequest, query: Query[CheckpointQuery]) -> dict[str, Any]:
    """Keep it: whoever holds a checkpoint can find any later change to what it covers."""
    refuse_unknown(request, CheckpointQuery)
    now = checkpoint(query.size)
    return {"origin": now.origin, "size": now.size, "root": now.root, "text": now.text()}


def _act(view: EntryView) -> dict[str, Any]:
    return {
        "number": view.number,
        "at": write_instant(view.at),
        "leaf": view.leaf,
        "is_sealed": view.is_sealed,
        "verb": view.verb,
        "party": view.party,
        "sentence": view.sentence,
        "blocks": [vars(block) for block in view.blocks],
    }
