"""Acts of the ledger's own tests: open, sealed, opening; with blocks and without."""

from datetime import date, datetime
from typing import ClassVar

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, official
from tests.ledger.app.models import Stock, StockLine


class NotEnough(Refused):
    """The store does not hold that much."""

    code = "not-enough"
    template = "The store holds %(held)s."


class StockAct(Act):
    """What the test acts share."""

    code: str

    def subjects(self) -> tuple[str, ...]:
        return (f"stock/{self.code}",)

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "keeper":
            raise NotAllowed(reason="keepers alone")


@official
class OpenStock(StockAct):
    """A store was opened."""

    verb: ClassVar[str] = "stock.opened"
    words: ClassVar[str] = "store opened"

    name: str = ""
    quantity: int
    on: date
    tags: tuple[str, ...] = ()

    def check(self, moment: Moment) -> None:
        if Stock.objects.filter(code=self.code).exists():
            raise NotEnough(held="already a name")

    def apply(self, moment: Moment) -> None:
        Stock.objects.create(
            code=self.code,
            name=self.name,
            quantity=self.quantity,
            opened_on=self.on,
            changed_at=moment.at,
            tags=list(self.tags),
        )

    def sentence(self) -> str:
        return f"Store {self.code} was opened with {self.quantity}."


@official
class TakeStock(StockAct):
    """Units were taken out of a store."""

    verb: ClassVar[str] = "stock.taken"
    words: ClassVar[str] = "units taken out"
    version: ClassVar[int] = 2
    on_existing: ClassVar[bool] = True
    upcasters: ClassVar = {1: lambda fields: {**fields, "reason": "unknown"}}

    quantity: int
    reason: str

    def check(self, moment: Moment) -> None:
        held = Stock.objects.get(code=self.code).quantity
        if held < self.quantity:
            raise NotEnough(held=held)

    def apply(self, moment: Moment) -> None:
        stock = Stock.objects.get(code=self.code)
        stock.quantity -= self.quantity
        stock.changed_at = moment.at
        stock.save()

    def sentence(self) -> str:
        return f"{self.quantity} were taken out of {self.code}: {self.reason}."


@official
class CountStock(StockAct):
    """A store was counted, line by line."""

    verb: ClassVar[str] = "stock.counted"
    words: ClassVar[str] = "store counted"
    labels: ClassVar[tuple[str, ...]] = ("lines",)

    def apply(self, moment: Moment) -> None:
        StockLine.objects.bulk_create(
            StockLine(key=moment.key(line), stock_id=self.code, quantity=quantity, is_public=True)
            for line, quantity in enumerate(moment.content("lines"), start=1)
        )

    def sentence(self) -> str:
        return f"Store {self.code} was counted."


@official
class ReportStock(StockAct):
    """A party reported a store, some of it not for the public."""

    verb: ClassVar[str] = "stock.reported"
    words: ClassVar[str] = "store reported"
    sealed: ClassVar[bool] = True
    is_pipelined: ClassVar[bool] = True
    labels: ClassVar[tuple[str, ...]] = ("public", "withheld", "original", "attachment*")

    reporter: str

    def party(self) -> str:
        return self.reporter

    def apply(self, moment: Moment) -> None:
        for first, label in ((1, "public"), (30_001, "withheld")):
            StockLine.objects.bulk_create(
                StockLine(
                    key=moment.key(line),
                    stock_id=self.code,
                    quantity=quantity,
                    note=note,
                    is_public=label == "public",
                )
                for line, (quantity, note) in enumerate(moment.content(label), start=first)
            )

    def sentence(self) -> str:
        return f"{self.reporter} reported store {self.code}."


@official
class PublishReport(StockAct):
    """The public part of a report was published."""

    verb: ClassVar[str] = "stock.published"
    words: ClassVar[str] = "report published"
    on_existing: ClassVar[bool] = True

    report: int

    def opens(self) -> tuple[tuple[int, str], ...]:
        return ((self.report, "public"),)

    def apply(self, moment: Moment) -> None:
        Stock.objects.filter(code=self.code).update(changed_at=moment.at)

    def sentence(self) -> str:
        return f"Report {self.report} was published."
