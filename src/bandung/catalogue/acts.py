"""Every official change of the catalogue: the secretariat defines, changes and withdraws.

What a published need rests on never changes: an item gets a new version, a pack's content and a
unit's factor stay as they were first defined.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bandung.catalogue.models import (
    Category,
    Code,
    Figure,
    Indicator,
    Item,
    ItemVersion,
    Pack,
    Unit,
)
from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, official
from bandung.ledger.canonical import MAX_WHOLE
from bandung.ledger.insertion import insert_rows
from bandung.ledger.prepared import Given, Prepared

Short = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Label = Annotated[str, StringConstraints(max_length=200)]
SectorName = Literal["medical", "social", "humanitarian"]
MAX_FIGURES = 1_000


class Unknown(Refused):
    """The act rests on something the catalogue does not hold."""

    code = "unknown"
    template = _("The catalogue has no %(what)s “%(code)s”.")
    hint_template = _("Define it first, or correct the code.")


class Fixed(Refused):
    """The act would change what published needs rest on."""

    code = "fixed"
    template = _("%(what)s “%(code)s” is in use as %(was)s and keeps that meaning.")
    hint_template = _("Define a new one under another code.")


class AlreadyWithdrawn(Refused):
    """The item or pack was withdrawn before."""

    code = "already-withdrawn"
    template = _("“%(code)s” was withdrawn by act %(act)s.")


class Labels(BaseModel):
    """A label in four languages; `confirmed` once a person has confirmed the wording."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    en: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    fr: Label = ""
    es: Label = ""
    ar: Label = ""
    confirmed: bool = False

    def columns(self) -> dict[str, Any]:
        """The values of a labelled table's columns."""
        return {
            "label_en": self.en,
            "label_fr": self.fr,
            "label_es": self.es,
            "label_ar": self.ar,
            "is_confirmed": self.confirmed,
        }


class CatalogueAct(Act):
    """What the acts of the catalogue share: the secretariat alone keeps it."""

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "secretariat":
            raise NotAllowed(reason=_("the secretariat keeps the catalogue"))


@cache
def _with_code(model: Any) -> Prepared:
    columns = [field.attname for field in model._meta.concrete_fields]
    return Prepared(
        lambda: (
            model.objects.order_by().filter(pk=Given("code", model._meta.pk)).values_list(*columns)
        )
    )


def _found(model: Any, code: str) -> Any:
    """The row with this code, or None."""
    row = _with_code(model).first(code=code)
    names = [field.attname for field in model._meta.concrete_fields]
    return None if row is None else model.from_db(DEFAULT_DB_ALIAS, names, row)


def _require(model: Any, code: str, what: str) -> Any:
    found = _found(model, code)
    if found is None:
        raise Unknown(what=what, code=code)
    return found


def _put(model: Any, key: str, /, **values: Any) -> None:
    """Writes the row with this key: a new one, or these values of the one there is."""
    if _found(model, key) is None:
        insert_rows([model(**{model._meta.pk.attname: key}, **values)])
    else:
        model.objects.filter(pk=key).update(**values)


@official
class DefineCode(CatalogueAct):
    """An entry of a code list is defined, or its label and place in the list change."""

    verb: ClassVar[str] = "catalogue.code_defined"
    words: ClassVar[Promise] = _("entry of a code list defined")

    list: Short
    code: Short
    position: Annotated[int, Field(ge=0, le=1_000)]
    label: Labels

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.code/{self.list}/{self.code}",)

    def apply(self, moment: Moment) -> None:
        _put(
            Code,
            f"{self.list}/{self.code}",
            list=self.list,
            code=self.code,
            position=self.position,
            **self.label.columns(),
        )

    def sentence(self) -> str:
        return f"{self.list} “{self.code}” was defined as “{self.label.en}”."


@official
class DefineUnit(CatalogueAct):
    """A unit of measure is defined by its base unit and factor, or its label changes."""

    verb: ClassVar[str] = "catalogue.unit_defined"
    words: ClassVar[Promise] = _("unit defined")

    code: Short
    base: Short
    base_per_unit: Annotated[int, Field(ge=1, le=MAX_WHOLE)]
    ucum: Annotated[str, StringConstraints(max_length=20)] = ""
    label: Labels

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.unit/{self.code}",)

    def check(self, moment: Moment) -> None:
        if self.base != self.code:
            _require(Unit, self.base, "unit")
        known = _found(Unit, self.code)
        if known and (known.base_id, known.base_per_unit) != (self.base, self.base_per_unit):
            was = f"{known.base_per_unit} {known.base_id}"
            raise Fixed(what=_("Unit"), code=self.code, was=was)

    def apply(self, moment: Moment) -> None:
        _put(
            Unit,
            self.code,
            base_id=self.base,
            base_per_unit=self.base_per_unit,
            ucum=self.ucum,
            **self.label.columns(),
        )

    def sentence(self) -> str:
        factor = f"{self.base_per_unit} {self.base}"
        return f"Unit {self.code} (“{self.label.en}”) was defined as {factor}."


@official
class DefineCategory(CatalogueAct):
    """A category of items is defined, or its label and cluster codes change."""

    verb: ClassVar[str] = "catalogue.category_defined"
    words: ClassVar[Promise] = _("category defined")

    sector: SectorName
    slug: Short
    label: Labels
    cluster: Annotated[str, StringConstraints(max_length=60)] = ""
    ocha_code: Annotated[str, StringConstraints(max_length=20)] = ""
    dac_codes: Annotated[str, StringConstraints(max_length=60)] = ""

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.category/{self.sector}/{self.slug}",)

    def apply(self, moment: Moment) -> None:
        _put(
            Category,
            f"{self.sector}/{self.slug}",
            sector=self.sector,
            cluster=self.cluster,
            ocha_code=self.ocha_code,
            dac_codes=self.dac_codes,
            **self.label.columns(),
        )

    def sentence(self) -> str:
        return f"Category “{self.label.en}” ({self.sector}) was defined."


_VERSIONS = Prepared(
    lambda: (
        ItemVersion.objects.order_by().filter(item=Given("item", CharField())).values_list("key")
    )
)


@official
class DefineItem(CatalogueAct):
    """An item enters the catalogue, or gets a new version; earlier lines keep theirs."""

    verb: ClassVar[str] = "catalogue.item_defined"
    words: ClassVar[Promise] = _("item defined")

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{3,20}$")]
    sector: SectorName
    category: Short
    kind: Literal["goods", "services", "people", "money"]
    unit: Short
    base_unit: Short
    label: Labels
    atc: Annotated[str, StringConstraints(max_length=20)] = ""
    note: Annotated[str, StringConstraints(max_length=300)] = ""
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.item/{self.code}",)

    def check(self, moment: Moment) -> None:
        _require(Category, f"{self.sector}/{self.category}", "category")
        if _require(Unit, self.unit, "unit").base_id != self.base_unit:
            raise Unknown(what=_("unit of that base"), code=self.unit)
        item = _found(Item, self.code)
        current = _found(ItemVersion, item.current_id) if item and item.current_id else None
        if current and current.base_unit_id != self.base_unit:
            raise Fixed(what=_("Item"), code=self.code, was=current.base_unit_id)
        if current and (current.sector, current.kind) != (self.sector, self.kind):
            was = f"{current.sector}, {current.kind}"
            raise Fixed(what=_("Item"), code=self.code, was=was)

    def apply(self, moment: Moment) -> None:
        number = len(_VERSIONS.rows(item=self.code)) + 1
        key = f"{self.code}@{number}"
        _put(Item, self.code, current_id=key, withdrawn_by=None)  # the key is checked at the end
        version = ItemVersion(
            key=key,
            item_id=self.code,
            version=number,
            act=moment.number,
            sector=self.sector,
            category_id=f"{self.sector}/{self.category}",
            kind=self.kind,
            unit_id=self.unit,
            base_unit_id=self.base_unit,
            atc=self.atc,
            note=self.note,
            source=self.source,
            **self.label.columns(),
        )
        insert_rows([version])

    def sentence(self) -> str:
        return f"Item {self.code} was defined as “{self.label.en}”, counted in {self.unit}."


class Withdrawal(CatalogueAct):
    """What the two withdrawals share: the thing exists and was not withdrawn before."""

    on_existing: ClassVar[bool] = True

    code: Short
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]

    @staticmethod
    def refuse_withdrawn(row: Any) -> None:
        if row.withdrawn_by is not None:
            raise AlreadyWithdrawn(code=row.pk, act=row.withdrawn_by)


@official
class WithdrawItem(Withdrawal):
    """An item can no longer be asked for; lines that name it stay."""

    verb: ClassVar[str] = "catalogue.item_withdrawn"
    words: ClassVar[Promise] = _("item withdrawn")

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.item/{self.code}",)

    def check(self, moment: Moment) -> None:
        self.refuse_withdrawn(_require(Item, self.code, "item"))

    def apply(self, moment: Moment) -> None:
        Item.objects.filter(pk=self.code).update(withdrawn_by=moment.number)

    def sentence(self) -> str:
        return f"Item {self.code} was withdrawn: {self.reason}"


@official
class DefinePack(CatalogueAct):
    """A pack of an item is defined by its content in base units, or its label changes."""

    verb: ClassVar[str] = "catalogue.pack_defined"
    words: ClassVar[Promise] = _("pack defined")

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{3,20}/[a-z0-9-]{1,30}$")]
    base_per_pack: Annotated[int, Field(ge=1, le=MAX_WHOLE)]
    label: Labels
    basis: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    @property
    def item(self) -> str:
        """The code of the item, the part before the stroke."""
        return self.code.split("/")[0]

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.pack/{self.code}",)

    def check(self, moment: Moment) -> None:
        _require(Item, self.item, "item")
        known = _found(Pack, self.code)
        if known and known.base_per_pack != self.base_per_pack:
            raise Fixed(what=_("Pack"), code=self.code, was=known.base_per_pack)

    def apply(self, moment: Moment) -> None:
        _put(
            Pack,
            self.code,
            item_id=self.item,
            base_per_pack=self.base_per_pack,
            basis=self.basis,
            withdrawn_by=None,
            **self.label.columns(),
        )

    def sentence(self) -> str:
        return (
            f"Pack {self.code} (“{self.label.en}”) was defined as {self.base_per_pack} base units."
        )


@official
class WithdrawPack(Withdrawal):
    """A pack can no longer be chosen; lines that name it stay."""

    verb: ClassVar[str] = "catalogue.pack_withdrawn"
    words: ClassVar[Promise] = _("pack withdrawn")

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.pack/{self.code}",)

    def check(self, moment: Moment) -> None:
        self.refuse_withdrawn(_require(Pack, self.code, "pack"))

    def apply(self, moment: Moment) -> None:
        Pack.objects.filter(pk=self.code).update(withdrawn_by=moment.number)

    def sentence(self) -> str:
        return f"Pack {self.code} was withdrawn: {self.reason}"


@official
class DefineIndicator(CatalogueAct):
    """An indicator is defined by its formula; its figures are computed, never stated by a state."""

    verb: ClassVar[str] = "catalogue.indicator_defined"
    words: ClassVar[Promise] = _("indicator defined")

    code: Short
    sector: SectorName
    unit: Short
    label: Labels
    formula: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    linked_item: Short | None = None
    part_of: Short | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=600)]

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.indicator/{self.code}",)

    def check(self, moment: Moment) -> None:
        _require(Unit, self.unit, "unit")
        if self.linked_item:
            _require(Item, self.linked_item, "item")
        if self.part_of:
            _require(Indicator, self.part_of, "indicator")
        known = _found(Indicator, self.code)
        if known and (known.sector, known.unit_id) != (self.sector, self.unit):
            raise Fixed(what=_("Indicator"), code=self.code, was=known.unit_id)

    def apply(self, moment: Moment) -> None:
        _put(
            Indicator,
            self.code,
            sector=self.sector,
            unit_id=self.unit,
            formula=self.formula,
            linked_item_id=self.linked_item,
            part_of_id=self.part_of,
            source=self.source,
            **self.label.columns(),
        )

    def sentence(self) -> str:
        return f"Indicator {self.code} was defined: “{self.label.en}”, derived."


class StateFigure(BaseModel):
    """A state's figure of an indicator, in base units."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    base_quantity: Annotated[int, Field(ge=0, le=MAX_WHOLE)]


@official
class RecordFigures(CatalogueAct):
    """An indicator's figures are recorded; they replace its earlier ones of the same states."""

    verb: ClassVar[str] = "catalogue.figures_recorded"
    words: ClassVar[Promise] = _("figures of an indicator recorded")

    indicator: Short
    figures: Annotated[tuple[StateFigure, ...], Field(min_length=1, max_length=MAX_FIGURES)]

    def subjects(self) -> tuple[str, ...]:
        return (f"catalogue.indicator/{self.indicator}",)

    def check(self, moment: Moment) -> None:
        _require(Indicator, self.indicator, "indicator")
        states = [figure.state for figure in self.figures]
        if twice := sorted({state for state in states if states.count(state) > 1}):
            raise Fixed(what=_("Figure of"), code=twice[0], was=_("given twice"))

    def apply(self, moment: Moment) -> None:
        states = [figure.state for figure in self.figures]
        Figure.objects.filter(indicator_id=self.indicator, state__in=states).delete()
        Figure.objects.bulk_create(
            Figure(
                key=moment.key(line),
                indicator_id=self.indicator,
                state=figure.state,
                base_quantity=figure.base_quantity,
            )
            for line, figure in enumerate(self.figures, start=1)
        )

    def sentence(self) -> str:
        return f"{len(self.figures)} derived figures of indicator {self.indicator} were recorded."
