"""The catalogue's tables: units, packs, items, categories, code lists, indicators, figures."""

import re
from pathlib import Path

from seed.tables import (
    Row,
    SeedError,
    by_key,
    labels,
    no_orphans,
    read_table,
    read_words,
)

SECTORS = ("medical", "social", "humanitarian")
ITEM_SOURCES = {
    "WHO Essential Supplies Forecasting Tool item list (as carried in mrc-ide/esft)": "ESFT",
    "WHO ESFT list, adapted": "ESFT-ADAPTED",
    "WHO Disease Commodity Package v5": "WHO-DCP",
    "WHO ATC/DDD table 2026-04": "WHO-ATC",
    "own proposal": "OWN",
    "UN socio-economic framework pillars; IFRC GO sectors; wording own": "SOCIAL",
    "common relief item names; OCHA clusters; wording own": "RELIEF",
    "mine-action pillars (UN/IMAS)": "MINE-ACTION",
}
PACK_SOURCES = {
    "typical": ("typical", "PRACTICE"),
    "WHO essential-supplies method": ("method", "ESFT-METHOD"),
}


def compile_tables(catalogue: Path, derived: Path) -> dict[str, list[Row]]:
    """All tables of the catalogue by name. Refuses if a label or a source is missing."""
    units = compile_units(read_table(catalogue / "units.csv"))
    categories, slugs = compile_categories(catalogue)
    items = compile_items(read_table(catalogue / "items.csv"), slugs)
    indicators = compile_indicators(read_table(derived / "indicators.csv"), units)
    return {
        "sources": read_words("catalogue_sources"),
        "units": units,
        "categories": categories,
        "items": items,
        "packs": compile_packs(read_table(catalogue / "packs.csv")),
        "codes": compile_codes(read_table(catalogue / "codes.csv")),
        "indicators": indicators,
        "figures": compile_figures(
            read_table(derived / "demo_needs_2021q1.csv"), indicators, units
        ),
    }


def slug(name: str) -> str:
    """`IPC/PPE` becomes `ipc-ppe`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def compile_units(units: list[Row]) -> list[Row]:
    """Units with the whole number of base units in one of each."""
    words = by_key(read_words("units"), "code")
    no_orphans(words, [(unit["unit"],) for unit in units])
    return [
        {
            "code": unit["unit"],
            "base_unit": unit["base_unit"],
            "base_per_unit": str(int(unit["base_per_unit"])),
            "ucum": unit["ucum"],
            **labels(words, (unit["unit"],), unit["name_en"]),
            "source": words[(unit["unit"],)]["source"],
        }
        for unit in units
    ]


def compile_categories(catalogue: Path) -> tuple[list[Row], dict[tuple[str, str], str]]:
    """Categories in the items' order, with OCHA and OECD-DAC codes; and the slug of each name."""
    words = by_key(read_words("categories"), "code")
    clusters = by_key(read_table(catalogue / "clusters.csv"), "category_or_sector")
    slugs: dict[tuple[str, str], str] = {}
    rows = []
    for item in read_table(catalogue / "items.csv"):
        key = (item["sector"], item["category"])
        if key in slugs:
            continue
        slugs[key] = slug(item["category"])
        cluster = clusters.get((item["category"],)) or clusters.get((item["sector"],)) or {}
        word = labels(words, (slugs[key],), words[(slugs[key],)]["label_en"])
        rows.append(
            {
                "sector": item["sector"],
                "code": slugs[key],
                **word,
                "cluster": slug(cluster.get("cluster", "")),
                "ocha_code": cluster.get("ocha_code", ""),
                "dac_codes": cluster.get("dac_codes", ""),
                "source": "OCHA-DAC" if cluster else "OWN",
            }
        )
    if len(set(slugs.values())) != len(slugs):
        raise SeedError("two categories have the same slug")
    no_orphans(words, [(code,) for code in slugs.values()])
    rows.sort(key=lambda row: SECTORS.index(row["sector"]))
    return rows, slugs


def compile_items(items: list[Row], slugs: dict[tuple[str, str], str]) -> list[Row]:
    """The items, each with its category's slug and its note in plain words."""
    words = by_key(read_words("items"), "code")
    notes = by_key(read_words("item_notes"), "note")
    no_orphans(words, [(item["code"],) for item in items])
    return [
        {
            "code": item["code"],
            "sector": item["sector"],
            "category": slugs[(item["sector"], item["category"])],
            "kind": item["kind"],
            "unit": item["unit"],
            "base_unit": item["base_unit"],
            "atc": item["atc"],
            "note": notes[(item["note"],)]["note_en"] if item["note"] else "",
            **labels(words, (item["code"],), item["name_en"]),
            "source": ITEM_SOURCES[item["source"]],
        }
        for item in items
    ]


def compile_packs(packs: list[Row]) -> list[Row]:
    """Packs coded by item, form and count: `MED-IPC-05/box-100`."""
    words = by_key(read_words("packs"), "code")
    rows = []
    for pack in packs:
        form = re.match(r"(box|kit) of (\d+)", pack["pack_en"])
        if form is None:
            raise SeedError(f"pack of {pack['item']}: no code for {pack['pack_en']!r}")
        code = f"{pack['item']}/{form[1]}-{form[2]}"
        basis, source = PACK_SOURCES[pack["basis"]]
        rows.append(
            {
                "code": code,
                "item": pack["item"],
                "base_unit": pack["base_unit"],
                "base_per_pack": str(int(pack["base_per_pack"])),
                **labels(words, (code,), pack["pack_en"]),
                "basis": basis,
                "source": source,
            }
        )
    no_orphans(words, [(row["code"],) for row in rows])
    return rows


def compile_codes(lists: list[Row]) -> list[Row]:
    """The collected code lists, then the lists of our own, in the wording's order."""
    words = read_words("codes")
    wanted = {(row["list"], row["code"]): (row["order"], row["label_en"]) for row in lists}
    held = {
        (row["list"], row["code"]): (row["position"], row["label_en"])
        for row in words
        if row["source"] == "COLLECTED"
    }
    if wanted != held:
        raise SeedError(f"code lists differ: {sorted(set(wanted.items()) ^ set(held.items()))}")
    by_code = by_key(words, "list", "code")
    return [
        {
            "list": row["list"],
            "code": row["code"],
            "position": row["position"],
            **labels(by_code, (row["list"], row["code"]), row["label_en"]),
            "source": row["source"],
        }
        for row in words
    ]


def compile_indicators(indicators: list[Row], units: list[Row]) -> list[Row]:
    """The indicators, each with its formula in one sentence."""
    base_units = {unit["code"]: unit["base_unit"] for unit in units}
    words = by_key(read_words("indicators"), "code")
    formulas = by_key(read_words("formulas"), "code")
    no_orphans(words, [(row["indicator"],) for row in indicators])
    return [
        {
            "code": row["indicator"],
            "sector": row["sector"],
            "unit": row["unit"],
            "base_unit": base_units[row["unit"]],
            "linked_item": row["linked_item"],
            "part_of": row["part_of"],
            "formula_code": row["formula"],
            "formula": formulas[(row["formula"],)]["formula"],
            **labels(words, (row["indicator"],), row["label_en"]),
            "source": row["formula"],
        }
        for row in indicators
    ]


def compile_figures(derived: list[Row], indicators: list[Row], units: list[Row]) -> list[Row]:
    """The derived figures as whole numbers of base units, by indicator and state."""
    order = {row["code"]: place for place, row in enumerate(indicators)}
    of_indicator = by_key(indicators, "code")
    factors = {unit["code"]: int(unit["base_per_unit"]) for unit in units}
    rows = []
    for figure in derived:
        indicator = of_indicator[(figure["indicator"],)]
        if figure["unit"] != indicator["unit"] or figure["derived"] != "1":
            raise SeedError(f"{figure['iso3']} {figure['indicator']}: unit or derived mark differs")
        rows.append(
            {
                "indicator": figure["indicator"],
                "iso3": figure["iso3"],
                "quantity": str(int(figure["quantity"]) * factors[figure["unit"]]),
                "source": indicator["source"],
            }
        )
    by_key(rows, "indicator", "iso3")
    return sorted(rows, key=lambda row: (order[row["indicator"]], row["iso3"]))
