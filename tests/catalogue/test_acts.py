"""The catalogue's acts: each works, each refusal, its entry; nothing in use changes its meaning."""

import pytest
from django.db import IntegrityError, transaction

from bandung.catalogue.acts import (
    AlreadyWithdrawn,
    DefineCategory,
    DefineCode,
    DefineIndicator,
    DefineItem,
    DefinePack,
    DefineUnit,
    Fixed,
    Labels,
    RecordFigures,
    StateFigure,
    Unknown,
    WithdrawItem,
    WithdrawPack,
)
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
from bandung.core.refused import NotAllowed
from bandung.ledger.act import read_act
from bandung.ledger.door import Moved
from bandung.ledger.entry import read
from bandung.ledger.models import Entry
from tests.factories import found, say, speaker

pytestmark = [pytest.mark.django_db(transaction=True)]
LABEL = Labels(en="Glove", fr="Gant", es="Guante", ar="قفاز")


@pytest.fixture
def secretariat():
    found()
    return speaker("secretariat")


def unit(code="PR", base="PR", factor=1) -> DefineUnit:
    return DefineUnit(code=code, base=base, base_per_unit=factor, label=LABEL)


def category() -> DefineCategory:
    return DefineCategory(sector="medical", slug="ppe", label=LABEL)


def item(**changes) -> DefineItem:
    fields = {
        "code": "MED-X-01",
        "sector": "medical",
        "category": "ppe",
        "kind": "goods",
        "unit": "PR",
        "base_unit": "PR",
        "label": LABEL,
        "source": "test",
    }
    return DefineItem(**(fields | changes))


@pytest.fixture
def glove(secretariat):
    for act in (unit(), category(), item()):
        say(act, secretariat)
    return secretariat


def test_an_item_is_defined_with_its_first_version(glove):
    version = Item.objects.get(code="MED-X-01").current
    assert (version.key, version.label_in("ar"), version.unit_id) == ("MED-X-01@1", "قفاز", "PR")
    entry = Entry.objects.get(verb="catalogue.item_defined")
    assert entry.number == version.act
    shown = read(bytes(entry.content)).statement
    assert read_act(shown.verb, shown.version, shown.act) == item()


def test_a_second_definition_is_a_new_version_and_the_first_stays(glove):
    say(item(label=Labels(en="Examination glove")), glove)
    assert Item.objects.get(code="MED-X-01").current_id == "MED-X-01@2"
    assert ItemVersion.objects.get(key="MED-X-01@1").label_en == "Glove"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"category": "none"}, Unknown),
        ({"unit": "NONE"}, Unknown),
        ({"base_unit": "EA"}, Unknown),
        ({"kind": "services"}, Fixed),
    ],
)
def test_an_item_is_refused(glove, change, refusal):
    before = Entry.objects.count()
    with pytest.raises(refusal):
        say(item(**change), glove)
    assert Entry.objects.count() == before


def test_an_item_in_use_keeps_its_base_unit(glove):
    say(unit("EA", "EA"), glove)
    with pytest.raises(Fixed, match="PR"):
        say(item(unit="EA", base_unit="EA"), glove)


def test_a_unit_keeps_its_factor_but_may_get_another_label(glove):
    say(unit("BOX", "PR", 50), glove)
    with pytest.raises(Fixed, match="50 PR"):
        say(unit("BOX", "PR", 100), glove)
    say(DefineUnit(code="BOX", base="PR", base_per_unit=50, label=Labels(en="box")), glove)
    assert Unit.objects.get(code="BOX").label_en == "box"
    with pytest.raises(Unknown):
        say(unit("KG", "G", 1000), glove)


def test_a_pack_keeps_its_content_and_can_be_withdrawn(glove):
    pack = DefinePack(code="MED-X-01/box-50", base_per_pack=50, label=LABEL, basis="typical")
    receipt = say(pack, glove)
    with pytest.raises(Fixed):
        say(pack.model_copy(update={"base_per_pack": 100}), glove)
    with pytest.raises(Unknown):
        say(pack.model_copy(update={"code": "MED-X-09/box-50"}), glove)
    withdrawal = WithdrawPack(code=pack.code, reason="not made", based_on=receipt.number)
    withdrawn = say(withdrawal, glove)
    assert Pack.objects.get().withdrawn_by == withdrawn.number
    with pytest.raises(AlreadyWithdrawn):
        say(withdrawal.model_copy(update={"based_on": withdrawn.number}), glove)


def test_an_item_is_withdrawn_by_who_saw_its_last_version(glove):
    first = Item.objects.get().current.act
    say(item(note="new"), glove)
    with pytest.raises(Moved, match=r"item defined"):
        say(WithdrawItem(code="MED-X-01", reason="unsafe", based_on=first), glove)
    last = Item.objects.get().current.act
    receipt = say(WithdrawItem(code="MED-X-01", reason="unsafe", based_on=last), glove)
    assert Item.objects.get().withdrawn_by == receipt.number


def test_figures_replace_those_of_the_same_states(glove):
    say(
        DefineIndicator(
            code="D-X",
            sector="medical",
            unit="PR",
            label=LABEL,
            formula="f",
            linked_item="MED-X-01",
            source="s",
        ),
        glove,
    )
    both = (StateFigure(state="ZMB", base_quantity=5), StateFigure(state="NAM", base_quantity=7))
    say(RecordFigures(indicator="D-X", figures=both), glove)
    say(RecordFigures(indicator="D-X", figures=(StateFigure(state="ZMB", base_quantity=6),)), glove)
    assert dict(Figure.objects.values_list("state", "base_quantity")) == {"ZMB": 6, "NAM": 7}
    with pytest.raises(Unknown):
        say(RecordFigures(indicator="D-Y", figures=both), glove)
    with pytest.raises(Fixed, match="twice"):
        say(RecordFigures(indicator="D-X", figures=both + both), glove)


def test_an_indicator_rests_on_what_exists(glove):
    indicator = DefineIndicator(
        code="D-X", sector="medical", unit="PR", label=LABEL, formula="f", source="s"
    )
    for change in ({"unit": "NONE"}, {"linked_item": "MED-X-09"}, {"part_of": "D-Y"}):
        with pytest.raises(Unknown):
            say(indicator.model_copy(update=change), glove)
    say(indicator, glove)
    say(unit("EA", "EA"), glove)
    with pytest.raises(Fixed):
        say(indicator.model_copy(update={"unit": "EA"}), glove)
    assert Indicator.objects.count() == 1


def test_codes_and_categories_take_a_new_label(secretariat):
    for label in (LABEL, Labels(en="urgent", confirmed=True)):
        say(DefineCode(list="priority", code="1", position=1, label=label), secretariat)
        say(category().model_copy(update={"label": label}), secretariat)
    assert Code.objects.get().label_en == Category.objects.get().label_en == "urgent"
    assert Code.objects.get().is_confirmed


@pytest.mark.parametrize("function", ["administrator", "reviewer"])
def test_only_the_secretariat_keeps_the_catalogue(glove, function):
    with pytest.raises(NotAllowed):
        say(category(), speaker(function))


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Unit(code="X", base_id="X", base_per_unit=0),
        lambda: Unit(code="X", base_id="X", base_per_unit=2),
        lambda: Pack(code="P", item_id="MED-X-01", base_per_pack=0),
        lambda: Figure(key=1, indicator_id="D-X", state="ZMB", base_quantity=-1),
        lambda: Code(key="b", list="l", code="c", position=1),
        lambda: ItemVersion(
            key="other",
            item_id="MED-X-01",
            version=1,
            act=9,
            sector="medical",
            category_id="medical/ppe",
            kind="goods",
            unit_id="PR",
            base_unit_id="PR",
        ),
    ],
)
def test_the_database_refuses(glove, bad):
    from bandung.ledger.guard import open_door

    with open_door():
        Indicator.objects.create(
            code="D-X", sector="medical", unit_id="PR", formula="f", source="s"
        )
        Code.objects.create(key="a", list="l", code="c", position=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            bad().save(force_insert=True)
