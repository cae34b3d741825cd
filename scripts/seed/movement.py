"""The register's tables: states, organisations, membership, groups, bodies, chairs, principles."""

import re
from pathlib import Path

from seed.tables import (
    LANGUAGES,
    Row,
    SeedError,
    by_key,
    no_orphans,
    read_table,
    read_words,
)

NAM_REGIONS = {
    "Africa": "africa",
    "Asia": "asia",
    "Latin America and the Caribbean": "latin-america-caribbean",
    "Europe": "europe",
}
UN_GROUPS = {
    "African": "un-african",
    "Asia-Pacific": "un-asia-pacific",
    "Latin American and Caribbean": "un-latin-american-caribbean",
    "Eastern European": "un-eastern-european",
}
# The CLDR display name of Palestine is not the name of a member: never shown.
WITHOUT_MENU_NAME = {"PSE"}


def compile_tables(movement: Path, country: Path) -> dict[str, list[Row]]:
    """All tables of the register by name. Refuses if a name or a source is missing."""
    members = read_table(movement / "members.csv")
    admissions = read_table(movement / "later_admissions.csv")
    observers = read_table(movement / "observers.csv")
    chairs = read_table(movement / "chairs.csv")
    states = compile_states(members, admissions, observers, chairs)
    lldc = {row["iso3"] for row in read_table(country / "indicators.csv") if row["lldc_m49"] == "1"}
    organisations = compile_organisations(observers)
    return {
        "sources": [
            {"code": row["code"], "text": row["text"]} for row in read_words("movement_sources")
        ],
        "states": states,
        "organisations": organisations,
        "memberships": compile_memberships(members, admissions, observers, organisations),
        "groups": read_words("groups"),
        "group_members": compile_group_members(members + admissions, states, lldc),
        "bodies": compile_bodies(read_table(movement / "summits.csv")),
        "chairs": compile_chairs(chairs),
        "principles": compile_principles(read_table(movement / "principles.csv")),
    }


def source_code(text: str) -> str:
    """The short code of a source text. Refuses if no pattern of the wording fits it."""
    for row in read_words("movement_sources"):
        if row["matches"] and re.fullmatch(row["matches"], text):
            return row["code"]
    raise SeedError(f"no code in words/movement_sources.csv for the source {text!r}")


def compile_states(
    members: list[Row], admissions: list[Row], observers: list[Row], chairs: list[Row]
) -> list[Row]:
    """Every state the register names, by ISO 3166-1 alpha-3 code."""
    rows = [state_row(row, "UNTERM") for row in members + admissions]
    rows += [state_row(row, "UNTERM") for row in observers if row["kind"] == "state"]
    known = {row["iso3"] for row in rows}
    gone = {row["country_iso3"] for row in chairs} - known
    words = by_key(read_words("former_states"), "iso3")
    no_orphans(words, [(iso3,) for iso3 in gone])
    rows += [state_row(words[(iso3,)], "CHAIRS") | {"confirmed": "0"} for iso3 in gone]
    by_key(rows, "iso3")
    return sorted(rows, key=lambda row: row["iso3"])


def state_row(row: Row, source: str) -> Row:
    """One state: UN short names, and a menu name only where the display name differs."""
    menus = {
        f"menu_{lang}": row.get(f"cldr_{lang}", "")
        if row.get(f"cldr_{lang}", "") != row[f"name_{lang}"]
        and row["iso3"] not in WITHOUT_MENU_NAME
        else ""
        for lang in LANGUAGES
    }
    return {
        "iso3": row["iso3"],
        "iso2": row["iso2"],
        "m49": row["m49"],
        **{f"name_{lang}": row[f"name_{lang}"] for lang in LANGUAGES},
        **menus,
        "un_status": row.get("un_status", "member"),
        "un_group": UN_GROUPS[row["un_group"]] if row.get("un_group") else "",
        "nam_region": NAM_REGIONS[row["nam_region"]] if row.get("nam_region") else "",
        "confirmed": "1",
        "source": source,
    }


def compile_organisations(observers: list[Row]) -> list[Row]:
    """The observer organisations, with names in the four languages."""
    words = by_key(read_words("organisations"), "name_en")
    rows = [row for row in observers if row["kind"] == "organisation"]
    no_orphans(words, [(row["name_en"],) for row in rows])
    found = [words[(row["name_en"],)] | {"source": source_code(row["source"])} for row in rows]
    return sorted(found, key=lambda row: row["code"])


def compile_memberships(
    members: list[Row], admissions: list[Row], observers: list[Row], organisations: list[Row]
) -> list[Row]:
    """Who belonged from when, how exactly that is known, and on what basis."""
    rows = [member_row(row) for row in members + admissions]
    rows += [observer_row(row) for row in observers if row["kind"] == "state"]
    rows += [
        membership("", "observer_organisation", "", "", "unknown", "stated", row["source"])
        | {"organisation": row["code"]}
        for row in organisations
    ]
    rows += [former_member_row(row) for row in observers if "former full member" in row["note"]]
    return sorted(rows, key=lambda row: (row["kind"], row["iso3"], row["organisation"]))


def membership(
    iso3: str,
    kind: str,
    decided_on: str,
    effective_on: str,
    precision: str,
    basis: str,
    source: str,
) -> Row:
    """One membership; `until` is the first day it no longer holds, empty while it holds."""
    return {
        "iso3": iso3,
        "organisation": "",
        "kind": kind,
        "decided_on": decided_on,
        "effective_on": effective_on,
        "until": "",
        "precision": precision,
        "basis": basis,
        "other_year": "",
        "source": source,
    }


def dated(day: str, year: str) -> tuple[str, str, str]:
    """Decided, effective, precision: a year-only admission counts from 31 December of that year."""
    if day:
        return day, day, "day"
    return ("", f"{year}-12-31", "year") if year else ("", "", "unknown")


def member_row(row: Row) -> Row:
    """A member, with the other source's year where it gives another one."""
    days = dated(row["admitted_date"], row["admitted_year"])
    source = source_code(row["source"])
    other = row.get("cow_first_full_year", "")
    return membership(row["iso3"], "member", *days, row["admitted_basis"], source) | {
        "other_year": "" if other == row["admitted_year"] else other
    }


def observer_row(row: Row) -> Row:
    """An observer state; without a known year it counts as in force and says so."""
    days = dated(row["granted_date"], row["observer_since_year"])
    return membership(row["iso3"], "observer_state", *days, "stated", source_code(row["source"]))


def former_member_row(row: Row) -> Row:
    """A former member whose years the collected data states."""
    years = re.search(r"full (\d{4})-(\d{4})", row["note"])
    if years is None:
        raise SeedError(f"{row['iso3']}: a former member without years")
    return membership(row["iso3"], "member", "", f"{years[1]}-12-31", "year", "stated", "COW") | {
        "until": f"{years[2]}-12-31"
    }


def compile_group_members(members: list[Row], states: list[Row], lldc: set[str]) -> list[Row]:
    """Who is in which group; `until` is the first day out of it, as on graduation."""
    rows = []
    for row in members:
        rows.append(group_member(NAM_REGIONS[row["nam_region"]], row["iso3"], "REGION"))
        rows.append(group_member(UN_GROUPS[row["un_group"]], row["iso3"], "UN-GROUP"))
        if row["sids"] == "1":
            rows.append(group_member("sids", row["iso3"], "M49"))
        if row["ldc"] == "1" or row.get("ldc_until"):
            rows.append(group_member("ldc", row["iso3"], "LDC", row.get("ldc_until", "")))
        if row["african_union"] == "1":
            rows.append(group_member("african-union", row["iso3"], "AU"))
        if (row["lldc"] == "1") != (row["iso3"] in lldc):
            raise SeedError(f"{row['iso3']}: the two files differ on landlocked")
    rows += [group_member("lldc", row["iso3"], "M49") for row in states if row["iso3"] in lldc]
    order = [row["code"] for row in read_words("groups")]
    return sorted(rows, key=lambda row: (order.index(row["group"]), row["iso3"]))


def group_member(group: str, iso3: str, source: str, until: str = "") -> Row:
    """One state in one group; no list states its first day."""
    return {"group": group, "iso3": iso3, "from": "", "until": until, "source": source}


def compile_bodies(events: list[Row]) -> list[Row]:
    """The bodies, dated by the event that founded each where the data names one."""
    by_id = by_key(events, "id")
    rows = []
    for word in read_words("bodies"):
        event = by_id[(word["event"],)] if word["event"] else {}
        rows.append(
            {
                "code": word["code"],
                **{f"name_{lang}": word[f"name_{lang}"] for lang in LANGUAGES},
                "mandate": word["mandate"],
                "established_on": event.get("start", ""),
                "confidence": event.get("confidence", "recalled"),
                "note": word["note"],
                "confirmed": "0",
                "source": word["source"],
            }
        )
    return rows


def compile_chairs(chairs: list[Row]) -> list[Row]:
    """The chairs in order; `until` is the day of the handover to the next one."""
    return [
        {
            "number": row["seq"],
            "iso3": row["country_iso3"],
            "from": row["from"],
            "until": row["to"],
            "planned_until": row["planned_end_year"],
            "extended_until": extended_year(row),
            "note": note_words(row["note"]) or name_then(row["country"]),
            "source": source_code(row["source"]),
        }
        for row in chairs
    ]


def extended_year(row: Row) -> str:
    """The year to which a term was extended, where the note says that it was."""
    return str(int(row["planned_end_year"]) + 1) if "extended by one year" in row["note"] else ""


def name_then(country: str) -> str:
    """The name a state bore in its term, given in brackets after its present one."""
    then = re.search(r"\((.+)\)", country)
    return f"Then the {then[1]}" if then else ""


def note_words(note: str) -> str:
    """The note in our own plain wording, from words/chair_notes.csv."""
    if not note:
        return ""
    notes = by_key(read_words("chair_notes"), "matches")
    for (beginning,), row in notes.items():
        if note.startswith(beginning):
            return row["note"]
    raise SeedError(f"no wording in words/chair_notes.csv for the note {note!r}")


def compile_principles(principles: list[Row]) -> list[Row]:
    """The ten principles in our own short wording."""
    words = by_key(read_words("principles"), "key")
    no_orphans(words, [(row["key"],) for row in principles])
    return [
        {
            "number": row["number"],
            "key": row["key"],
            "title_en": row["title"],
            **{f"title_{lang}": words[(row["key"],)][f"title_{lang}"] for lang in LANGUAGES[1:]},
            "statement_en": row["statement"],
            **{
                f"statement_{lang}": words[(row["key"],)][f"statement_{lang}"]
                for lang in LANGUAGES[1:]
            },
            "confirmed": "0",
            "source": source_code(row["source"]),
        }
        for row in principles
    ]
