"""A state's statement as form, workbook and API all hand it over, and as its blocks keep it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bandung.ledger.canonical import MAX_WHOLE, canonical

MAX_LINES = 65_535
Whole = Annotated[int, Field(ge=0, le=MAX_WHOLE)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SectorName = Literal["medical", "social", "humanitarian"]
BlockName = Literal["public", "partners", "withheld"]


class LineBody(BaseModel):
    """One need as its block keeps it. Quantities are base units; `quantity` is what was typed, as
    a plain decimal."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    n: Annotated[int, Field(ge=1, le=MAX_LINES)]  # row of the statement; its key is act.n
    item: Code
    item_version: Annotated[int, Field(ge=1)]
    quantity: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}(\.[0-9]{1,9})?$")]
    unit: Code | None = None  # either the unit or the pack it was counted in
    pack: Code | None = None
    base_quantity: Whole
    base_unit: Code
    needed_by: date | None = None
    priority: Annotated[int, Field(ge=1, le=3)]
    severity: Annotated[int, Field(ge=1, le=5)] | None = None
    people_in_need: Whole | None = None
    people_targeted: Whole | None = None
    stock: Whole | None = None
    monthly_use: Whole | None = None
    basis: Literal["measured", "estimated", "modelled"]
    confidence: Literal["high", "medium", "low"] | None = None
    justification: Annotated[str, StringConstraints(max_length=4000)] = ""
    channel: Annotated[str, StringConstraints(max_length=40)] = ""
    channel_reference: Annotated[str, StringConstraints(max_length=200)] = ""
    attachments: tuple[Annotated[int, Field(ge=1, le=99)], ...] = ()

    @property
    def need(self) -> tuple[str, date | None, int]:
        """Two lines with the same item, day and priority would count one need twice.

        The unit or pack, the channel and the visibility make no other need of it.
        """
        return self.item, self.needed_by, self.priority


class NeedLine(LineBody):
    """One need of a statement, with who may read it once it is published."""

    visibility: BlockName = "public"


class Header(BaseModel):
    """Whose statement it is, for which emergency, in which sectors, as of which day."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    emergency: Code
    scope: tuple[SectorName, ...]
    nil: tuple[SectorName, ...] = ()
    as_of: date


class Statement(Header):
    """What a state says it needs: for an emergency, in a scope of sectors, as of a day.

    `nil` names the sectors of the scope in which nothing is needed; every other sector of the
    scope has at least one line.
    """

    blocks: ClassVar[tuple[BlockName, ...]] = ("public", "partners", "withheld")

    lines: tuple[NeedLine, ...] = ()

    def contents(self, source: Mapping[str, Any], original: bytes) -> dict[str, bytes]:
        """The sealed blocks: one of lines for each visibility, where it came from, the file."""
        blocks = {name: canonical(self._block(name)) for name in self.blocks}
        return blocks | {"source": canonical(dict(source)), "original": original}

    def _block(self, name: BlockName) -> dict[str, Any]:
        lines = [
            line.model_dump(mode="json", exclude={"visibility"})
            for line in self.lines
            if line.visibility == name
        ]
        if name != "public":
            return {"lines": lines}
        header = self.model_dump(mode="json", exclude={"lines"})
        return header | {"lines": lines}


class HiddenBlock(BaseModel):
    """The block of the lines that partners may read, or of those withheld."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    lines: tuple[LineBody, ...]


class PublicBlock(Header):
    """The block that publication opens: the header and the lines for everyone."""

    lines: tuple[LineBody, ...]


class AttachmentName(BaseModel):
    """A supporting document as the source block names it; its bytes are in `attachment1`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    position: Annotated[int, Field(ge=1, le=99)]
    name: Annotated[str, StringConstraints(max_length=255)]
    media_type: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    size: Whole


class Source(BaseModel):
    """The sealed block of where a statement came from; publication never opens it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    via: Literal["workbook", "form", "api"]
    file_name: Annotated[str, StringConstraints(max_length=255)] = ""
    language: Annotated[str, StringConstraints(max_length=10)] = ""
    attachments: tuple[AttachmentName, ...] = ()


def read_lines(block: Mapping[str, Any], visibility: BlockName) -> Sequence[NeedLine]:
    """The lines that a block keeps."""
    return [
        NeedLine.model_validate_json(canonical({**line, "visibility": visibility}))
        for line in block["lines"]
    ]
