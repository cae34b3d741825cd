"""A small ledger for the tests: founded, with open, sealed and opening acts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bandung.ledger.acts import FoundLedger
from bandung.ledger.canonical import canonical
from bandung.ledger.door import Receipt, record
from tests.ledger.app.acts import CountStock, OpenStock, PublishReport, ReportStock, TakeStock

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
CANARY = "Qanary-7291-withheld"
FILE_NAME = "Qanary-list-of-needs.xlsx"
AUTHOR = "Qanary Author"
FIGURE = 718293645


@dataclass(frozen=True)
class Keeper:
    """A mandate to speak for a party, until an instant."""

    code: str = "1.1"
    person: str = "p-keeper"
    party: str = "ZMB"
    function: str = "keeper"
    sectors: frozenset[str] = frozenset()
    until: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        return self.until is None or at < self.until


KEEPER = Keeper()


def found(is_exercise: bool = True) -> Receipt:
    act = FoundLedger(
        name="Needs of the test",
        term=1,
        chair="AZE",
        administrator="p-admin",
        exercise=is_exercise,
    )
    return record(act, None, "found", now=START)


def open_stock(code: str = "gloves", quantity: int = 100, now: datetime = START) -> Receipt:
    act = OpenStock(
        code=code,
        name="Gants d\u2019examen \u0642\u0641\u0627\u0632 \U0001f9e4",
        quantity=quantity,
        on=date(2026, 2, 28),
        tags=("a", "\u00e9"),
    )
    return record(act, KEEPER, f"open-{code}", now=now)


def report(code: str = "gloves", key: str = "report", now: datetime = START) -> Receipt:
    return record(ReportStock(code=code, reporter="ZMB"), KEEPER, key, report_contents(), now=now)


def report_contents() -> dict[str, bytes]:
    return {
        "public": canonical([[5, "for all"], [7, "\u0644\u0644\u062c\u0645\u064a\u0639"]]),
        "withheld": canonical([[FIGURE, CANARY]]),
        "original": b"PK\x03\x04 " + canonical({"file": FILE_NAME, "author": AUTHOR}),
        "attachment1": bytes(range(256)),
    }


def tell() -> list[Receipt]:
    """Founded, opened, counted, reported, published, taken: seven acts, a second apart."""
    later = [START + timedelta(seconds=second) for second in range(10)]
    receipts = [found(), open_stock(now=later[1])]
    count = CountStock(code="gloves")
    receipts.append(record(count, KEEPER, "count", {"lines": canonical([1, 2, 3])}, now=later[2]))
    receipts.append(report(now=later[3]))
    receipts.append(report(key="report-2", now=later[3]))
    publish = PublishReport(code="gloves", report=4, based_on=5)
    receipts.append(record(publish, KEEPER, "publish", now=later[4]))
    take = TakeStock(code="gloves", quantity=40, reason="sent out", based_on=6)
    receipts.append(record(take, KEEPER, "take", now=later[5]))
    return receipts
