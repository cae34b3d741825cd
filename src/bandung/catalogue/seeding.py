"""Hands the compiled seed tables to the catalogue's acts, one act each, once."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter

from bandung.catalogue.acts import (
    DefineCategory,
    DefineCode,
    DefineIndicator,
    DefineItem,
    DefinePack,
    DefineUnit,
    Labels,
    RecordFigures,
    StateFigure,
)
from bandung.core.tables import seed_rows
from bandung.ledger.act import Act, Mandate
from bandung.ledger.door import record

Row = dict[str, str]
Progress = Callable[[int, int], None]  # acts done, acts in all
rows = partial(seed_rows, "bandung.catalogue.seed")


def seed_catalogue(mandate: Mandate, progress: Progress | None = None) -> int:
    """Records the seed under the secretariat's mandate; returns how many acts were new.

    A second run under the same mandate records nothing.
    """
    steps = list(seed_acts())
    new = 0
    for done, (key, act) in enumerate(steps, start=1):
        new += not record(act, mandate, f"seed:{key}").is_repeated
        if progress:
            progress(done, len(steps))
    return new


def seed_acts() -> Iterator[tuple[str, Act]]:
    """The acts of the seed with a stable key each, in an order that satisfies their references."""
    sources = {row["code"]: row["text"] for row in rows("sources")}
    for row in rows("codes"):
        yield f"code/{row['list']}/{row['code']}", _code(row)
    for row in sorted(rows("units"), key=lambda row: row["code"] != row["base_unit"]):
        yield f"unit/{row['code']}", _unit(row)
    for row in rows("categories"):
        yield f"category/{row['sector']}/{row['code']}", _category(row)
    for row in rows("items"):
        yield f"item/{row['code']}", _item(row, sources)
    for row in rows("packs"):
        yield f"pack/{row['code']}", _pack(row)
    for row in sorted(rows("indicators"), key=lambda row: bool(row["part_of"])):
        yield f"indicator/{row['code']}", _indicator(row, sources)
    for code, figures in groupby(rows("figures"), key=itemgetter("indicator")):
        yield f"figures/{code}", _figures(code, list(figures))


def _labels(row: Row) -> Labels:
    return Labels(
        en=row["label_en"],
        fr=row["label_fr"],
        es=row["label_es"],
        ar=row["label_ar"],
        confirmed=row["confirmed"] == "1",
    )


def _code(row: Row) -> DefineCode:
    return DefineCode(
        list=row["list"], code=row["code"], position=int(row["position"]), label=_labels(row)
    )


def _unit(row: Row) -> DefineUnit:
    return DefineUnit(
        code=row["code"],
        base=row["base_unit"],
        base_per_unit=int(row["base_per_unit"]),
        ucum=row["ucum"],
        label=_labels(row),
    )


def _category(row: Row) -> DefineCategory:
    return DefineCategory.model_validate(
        {
            "sector": row["sector"],
            "slug": row["code"],
            "label": _labels(row),
            "cluster": row["cluster"],
            "ocha_code": row["ocha_code"],
            "dac_codes": row["dac_codes"],
        }
    )


def _item(row: Row, sources: dict[str, str]) -> DefineItem:
    return DefineItem.model_validate(
        {
            "label": _labels(row),
            "source": sources[row["source"]],
            **{
                name: row[name]
                for name in (
                    "code",
                    "sector",
                    "category",
                    "kind",
                    "unit",
                    "base_unit",
                    "atc",
                    "note",
                )
            },
        }
    )


def _pack(row: Row) -> DefinePack:
    return DefinePack(
        code=row["code"],
        base_per_pack=int(row["base_per_pack"]),
        label=_labels(row),
        basis=row["basis"],
    )


def _indicator(row: Row, sources: dict[str, str]) -> DefineIndicator:
    return DefineIndicator.model_validate(
        {
            "code": row["code"],
            "sector": row["sector"],
            "unit": row["unit"],
            "label": _labels(row),
            "formula": row["formula"],
            "linked_item": row["linked_item"] or None,
            "part_of": row["part_of"] or None,
            "source": sources[row["source"]],
        }
    )


def _figures(indicator: str, figures: list[Row]) -> RecordFigures:
    return RecordFigures(
        indicator=indicator,
        figures=tuple(
            StateFigure(state=row["iso3"], base_quantity=int(row["quantity"])) for row in figures
        ),
    )
