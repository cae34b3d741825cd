"""The downloaded workbook: words, drop-downs, rows, marks; and what it says when it comes back."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandung.catalogue.acts import WithdrawItem
from bandung.catalogue.models import Code, Item
from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import COLUMNS, LANGUAGES, headers, word, words
from bandung.exchange.importing import Understanding, understand
from bandung.exchange.importing.cells import plain_decimal
from bandung.exchange.templates import (
    META_SHEET,
    NoSuchScope,
    UnknownEmergency,
    find_emergency,
    read_scope,
    write_template,
)
from bandung.ledger.canonical import MAX_WHOLE
from bandung.ledger.guard import open_door
from bandung.ledger.models import Instance
from bandung.ledger.queries import last_touch
from bandung.movement.access import PUBLIC
from bandung.needs.statement import NeedLine, Statement
from bandung.sheets.reading import read
from tests import factories
from tests.exchange.conftest import TODAY, Desk

SCOPE = ("medical", "social", "humanitarian")
DAY = date(2026, 6, 1)


def gloves(n: int = 1, **facts) -> NeedLine:
    return NeedLine(
        **{
            "n": n,
            "item": "MED-IPC-05",
            "item_version": 1,
            "quantity": "100",
            "unit": "PR",
            "base_quantity": 100,
            "base_unit": "PR",
            "priority": 1,
            "basis": "measured",
        }
        | facts
    )


FULL = gloves(
    quantity="2.5",
    unit=None,
    pack="MED-IPC-05/box-100",
    base_quantity=125,
    needed_by=date(2027, 3, 2),
    severity=4,
    people_in_need=1200,
    people_targeted=300,
    stock=75,
    monthly_use=51,  # not a whole number of hundredths of a box
    confidence="low",
    justification="=1+1; “quoted”, accents é, عربي",
    channel="other",
    channel_reference="appeal 7",
    visibility="withheld",
)


def said(*lines: NeedLine, scope=("medical",), nil=(), as_of=DAY) -> Statement:
    return Statement(
        state="ZMB", emergency="COVID-19", scope=scope, nil=nil, as_of=as_of, lines=lines
    )


def template(desk: Desk, language="en", scope=("medical",), lines=(), reader=None) -> bytes:
    return write_template(
        desk.zambia, desk.emergency, scope, language, reader or desk.reader, lines
    )


def back(desk: Desk, content: bytes, **options) -> Understanding:
    options.setdefault("today", TODAY)
    return understand(content, "needs.xlsx", desk.zambia, desk.emergency, desk.reader, **options)


def xml(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


# --- words ---


def test_every_column_has_header_and_help_in_four_languages() -> None:
    for column in COLUMNS:
        for language in LANGUAGES:
            assert column.header(language)
            if column.kind != "row_key":
                assert 0 < len(column.help(language)) <= 255
    for key, row in words().items():
        assert all(row[language] for language in LANGUAGES), key


def test_no_two_columns_share_a_header() -> None:
    for language in LANGUAGES:
        named = [column for column in COLUMNS if column.header(language)]
        assert len({column.header(language).casefold() for column in named}) == len(named)
        assert len(headers(language)) == len(named) + 1  # and the state's


# --- the workbook ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_is_in_the_language(desk: Desk, language: str) -> None:
    content = template(desk, language, SCOPE)
    sheets = {sheet.name: sheet for sheet in read(content, "a.xlsx").sheets}
    needs = sheets[word("sheet.needs", language)]
    assert [row.cells for row in needs.rows][-1] == tuple(
        column.header(language) for column in COLUMNS
    )
    assert "ZMB" in str(needs.rows[0].value(0))
    help_ = [str(row.value(0)) for row in sheets[word("sheet.help", language)].rows]
    assert word("help.replaces", language) in help_
    lists = sheets["_lists"]
    assert sum(row.value(0) is not None for row in lists.rows) == 170
    label = Item.objects.get(pk="MED-IPC-05").current.label_in(language)
    assert f"MED-IPC-05 · {label}" in [row.value(0) for row in lists.rows]
    assert (sheets["_lists"].state, sheets[META_SHEET].state) == ("hidden", "hidden")
    assert ("rightToLeft" in xml(content)) == (language == "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_unconfirmed_wording_says_so_in_one_place(desk: Desk, language: str) -> None:
    sentence = word("help.unconfirmed", language)
    book = read(template(desk, language), "a.xlsx")
    places = [sheet.name for sheet in book.sheets for row in sheet.rows if sentence in row.cells]
    assert places == ([] if language == "en" else [word("sheet.help", language)])


def test_an_exercise_says_so_and_a_real_instance_does_not(desk: Desk) -> None:
    sentence = "Exercise: not submitted by any state"
    assert sentence in xml(template(desk))
    with open_door():
        Instance.objects.update(is_exercise=False)
    assert sentence not in xml(template(desk))


def test_drop_downs_offer_what_fits_the_item(desk: Desk) -> None:
    rules = re.findall(r"<dataValidation .*?</dataValidation>", xml(template(desk)))
    lists = [rule for rule in rules if 'type="list"' in rule]
    assert len(lists) == 9  # item, two units, six code lists
    assert all("formula1" in rule for rule in lists)
    (formula,) = set(re.findall(r"<formula1>(OFFSET.*?)</formula1>", "".join(lists)))
    assert "MATCH($A7,choices_item,0)" in formula
    assert len(formula) <= 255


def test_the_same_input_gives_the_same_bytes(desk: Desk) -> None:
    assert template(desk, "fr") == template(desk, "fr")


def test_no_cell_is_a_formula(desk: Desk) -> None:
    desk.publish(said(FULL))
    content = template(desk)
    assert "<f>" not in xml(content)
    assert "'=1+1; “quoted”" in xml(content)


def test_readers_get_only_what_they_may_see(desk: Desk) -> None:
    desk.publish(said(FULL, gloves(2, priority=2)))
    assert "appeal 7" in xml(template(desk))
    assert "appeal 7" not in xml(template(desk, reader=PUBLIC))
    assert "appeal 7" in xml(template(desk, reader=factories.reader(desk.reviewer)))


def test_scope_and_emergency_are_named_exactly(desk: Desk) -> None:
    assert read_scope("social, medical") == ("medical", "social")
    for wrong in ("", "health", "medical,medical,x"):
        with pytest.raises(NoSuchScope):
            read_scope(wrong)
    assert find_emergency("COVID-19") == desk.emergency
    with pytest.raises(UnknownEmergency, match="COVID-19"):
        find_emergency("COVID")


# --- and back ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_and_understood(desk: Desk, language: str) -> None:
    other = gloves(2, priority=2, justification="plain", stock=10)
    understood = back(desk, template(desk, language, lines=[FULL, other]))
    assert understood.errors == ()
    assert understood.statement.lines == (FULL, other)
    assert understood.statement.scope == ("medical",)
    assert understood.changes.added == (FULL, other)
    assert not understood.is_unchanged


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_lines_come_back_unchanged(desk: Desk, language: str) -> None:
    number = desk.publish(
        said(FULL, gloves(2, priority=2), scope=("medical", "social"), nil=("social",))
    )
    content = template(desk, language, ("medical", "social"))
    understood = back(desk, content)
    assert understood.errors == ()
    assert understood.is_unchanged
    assert understood.changes.unchanged == 2
    assert understood.publication_seen > number
    assert understood.statement.nil == ("social",)
    assert back(desk, content, as_of=DAY).is_unchanged
    assert not back(desk, content, as_of=date(2026, 6, 2)).is_unchanged


def test_sectors_of_which_nothing_is_said(desk: Desk) -> None:
    content = template(desk, scope=SCOPE, lines=[gloves()])
    understood = back(desk, content)
    assert understood.is_acceptable
    assert understood.scope == ("medical",)
    assert [each.code for each in understood.warnings] == ["sector-open", "sector-open"]
    desk.publish(said(gloves()))
    again = back(desk, template(desk, scope=SCOPE))
    assert again.is_unchanged
    assert again.scope == ("medical",)


def test_deleting_all_rows_of_a_sector_in_force_is_noticed(desk: Desk) -> None:
    pension = gloves(2, item="SOC-06", unit="PERS", base_unit="PERS")
    desk.publish(said(gloves(), pension, scope=("medical", "social")))
    understood = back(desk, edit(template(desk, scope=SCOPE), {}, delete={8}))
    assert [each.code for each in understood.errors] == ["sector-without-lines"]
    assert understood.scope == ("medical", "social")
    alone = back(desk, edit(template(desk, scope=SCOPE), {}, delete={8}), scope=("medical",))
    assert alone.is_unchanged


def test_changes_are_shown_field_by_field(desk: Desk) -> None:
    number = desk.publish(said(gloves(1), gloves(2, priority=2), gloves(3, priority=3)))
    content = template(desk)
    edited = edit(content, {"B7": "250", "E8": "3 · useful if supply allows"}, delete={9})
    changes = back(desk, edited).changes
    assert [(each.key, each.row) for each in changes.changed] == [
        (f"{number}.1", 7),
        (f"{number}.2", 8),
    ]
    first, second = changes.changed
    assert [(f.field, f.before, f.after) for f in first.fields] == [
        ("quantity", "100", "250"),
        ("base_quantity", 100, 250),
    ]
    assert [(f.field, f.before, f.after) for f in second.fields] == [("priority", 2, 3)]
    assert [each.key for each in changes.removed] == [f"{number}.3"]
    assert changes.added == ()


def test_a_line_whose_row_has_a_problem_is_open_and_not_removed(desk: Desk) -> None:
    number = desk.publish(said(gloves(1), gloves(2, priority=2), gloves(3, priority=3)))
    edited = edit(template(desk), {"B7": "-1", "B8": "soon"}, delete={9})
    understood = back(desk, edited)
    assert [each.key for each in understood.changes.open] == [f"{number}.1", f"{number}.2"]
    assert [each.key for each in understood.changes.removed] == [f"{number}.3"]
    without_key = edit(template(desk), {"B7": "-1", "A7": "MED-NOTHING"})
    changes = back(desk, without_key).changes
    assert [each.key for each in changes.open] == [f"{number}.1"]
    assert (changes.removed, changes.unchanged) == ((), 2)


def test_in_part_a_line_whose_row_has_a_problem_is_removed(desk: Desk) -> None:
    number = desk.publish(said(gloves(1), gloves(2, priority=2)))
    part = back(desk, edit(template(desk), {"B8": "-1"})).partial()
    assert part.changes.open == ()
    assert [each.key for each in part.changes.removed] == [f"{number}.2"]


def edit(content: bytes, cells: dict[str, str], delete=frozenset()) -> bytes:
    """Writes texts into cells of the first sheet, and empties rows, as a user would."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for cell, value in cells.items():
                    text, count = re.subn(
                        rf'<c r="{cell}"([^>]*?)(?: t="\w+")?>.*?</c>',
                        rf'<c r="{cell}"\1 t="inlineStr"><is><t>{value}</t></is></c>',
                        text,
                    )
                    assert count == 1
                for row in delete:
                    text, count = re.subn(rf'<row r="{row}".*?</row>', "", text)
                    assert count == 1
            new.writestr(name, text)
    return out.getvalue()


def test_a_workbook_of_a_replaced_publication_is_refused(desk: Desk) -> None:
    content = template(desk, lines=[gloves()])
    assert back(desk, content).is_acceptable
    desk.publish(said(gloves(quantity="7", base_quantity=7)))
    understood = back(desk, content)
    assert [each.code for each in understood.errors] == ["replaced"]
    social = template(desk, scope=("social",), lines=())
    desk.publish(said(gloves(quantity="8", base_quantity=8)))
    assert "replaced" not in [each.code for each in back(desk, social).errors]


def test_another_state_s_workbook_is_refused(desk: Desk) -> None:
    namibia = replace(desk, zambia=type(desk.zambia).objects.get(pk="NAM"))
    understood = back(desk, template(namibia, lines=[gloves()]))
    assert [(each.code, each.seen) for each in understood.errors] == [("other-state", "NAM")]


def test_a_workbook_of_another_emergency_is_refused(desk: Desk) -> None:
    factories.open_emergency("FLOOD-26", date(2026, 1, 1))
    other = replace(desk, emergency=find_emergency("FLOOD-26"))
    understood = back(desk, template(other, lines=[gloves()]))
    assert [each.code for each in understood.errors] == ["other-emergency"]


def test_changed_marks_are_refused(desk: Desk) -> None:
    content = template(desk, lines=[gloves()])
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/sharedStrings.xml":
                text = text.replace(b"<t>medical=0</t>", b"<t>medical=9</t>")
                assert b"medical=9" in text
            new.writestr(name, text)
    assert [each.code for each in back(desk, out.getvalue()).errors] == ["marks-changed"]


def test_a_row_of_a_withdrawn_item_is_refused(desk: Desk) -> None:
    desk.publish(said(gloves()))
    subject = "catalogue.item/MED-IPC-05"
    act = WithdrawItem(code="MED-IPC-05", reason="test", based_on=last_touch(subject))
    factories.say(act, desk.secretariat)
    understood = back(desk, template(desk))
    assert [(each.code, each.cell) for each in understood.errors] == [("item-withdrawn", "A7")]


# --- random statements ---


@pytest.fixture
def catalogue(desk: Desk) -> Catalogue:
    return Catalogue()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chosen=st.data())
def test_random_statements_come_back_the_same(
    desk: Desk, catalogue: Catalogue, chosen: st.DataObject
) -> None:
    some = st.lists(need_lines(catalogue), min_size=1, max_size=8, unique_by=lambda line: line.need)
    drawn = chosen.draw(some)
    lines = [line.model_copy(update={"n": n}) for n, line in enumerate(drawn, start=1)]
    language = chosen.draw(st.sampled_from(LANGUAGES))
    scope = tuple(s for s in SCOPE if s in {catalogue.items[line.item].sector for line in lines})
    understood = back(desk, template(desk, language, scope, lines), keep_personal=True)
    assert understood.errors == ()
    assert understood.statement.lines == tuple(lines)
    assert understood.header_language == language


TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=30).map(
    lambda text: normalize("NFC", text)
)


@st.composite
def need_lines(draw: st.DrawFn, catalogue: Catalogue) -> NeedLine:
    item = draw(st.sampled_from(sorted(catalogue.items.values(), key=lambda each: each.item_id)))
    measure = draw(st.sampled_from(catalogue.measures(item)))
    most = MAX_WHOLE // measure.base - 1
    base = draw(st.integers(0, min(10**12, most))) * measure.base
    if measure.base in (50, 100, 1000, 10**6):
        base += draw(st.integers(0, measure.base - 1))
    exact = Fraction(base, measure.base)
    whole = st.none() | st.integers(0, 2**53 - 1)
    code = {name: [each.code for each in Code.objects.filter(list=name)] for name in ("channel",)}
    channel = draw(st.sampled_from(["", *code["channel"]]))
    return NeedLine(
        n=1,
        item=item.item_id,
        item_version=item.version,
        quantity=plain_decimal(Decimal(exact.numerator) / Decimal(exact.denominator)),
        unit=measure.unit,
        pack=measure.pack,
        base_quantity=base,
        base_unit=item.base_unit_id,
        needed_by=draw(st.none() | st.dates(date(1961, 1, 1), date(2100, 12, 31))),
        priority=draw(st.integers(1, 3)),
        severity=draw(st.none() | st.integers(1, 5)),
        people_in_need=draw(whole),
        people_targeted=draw(whole),
        stock=draw(whole),
        monthly_use=draw(whole),
        basis=draw(st.sampled_from(["measured", "estimated", "modelled"])),
        confidence=draw(st.none() | st.sampled_from(["high", "medium", "low"])),
        justification=draw(TEXT),
        channel=channel,
        channel_reference=draw(TEXT) or ("x" if channel == "other" else ""),
        visibility=draw(st.sampled_from(["public", "partners", "withheld"])),
    )
