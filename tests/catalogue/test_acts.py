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
from bandung.ledger.door import Moved, Receipt, record
from bandung.ledger.entry import read
from bandung.ledger.models import Entry
from tests.factories import found, speaker

pytestmark = [pytest.mark.django_db(transaction=True)]
LABEL = Labels(en="Glove", fr="Gant", es="Guante", ar="قفاز")


@pytest.fixture
def secretariat():
    found()
    return speaker("secretariat")


def keep(act, mandate) -> Receipt:
    return record(act, mandate, f"test-{act.verb}-{act.model_dump_json()}"[:100])


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
        keep(act, secretariat)
    return secretariat


def test_an_item_is_defined_with_its_first_version(glove):
    version = Item.objects.get(code="MED-X-01").current
    assert (version.key, version.label_in("ar"), version.unit_id) == ("MED-X-01@1", "قفاز", "PR")
    entry = Entry.objects.get(verb="catalogue.item_defined")
    assert entry.number == version.act
    shown = read(bytes(entry.content)).statement
    assert read_act(shown.verb, shown.version, shown.act) == item()


def test_a_second_definition_is_a_new_version_and_the_first_stays(glove):
    keep(item(label=Labels(en="Examination glove")), glove)
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
        keep(item(**change), glove)
    assert Entry.objects.count() == before


def test_an_item_in_use_keeps_its_base_unit(glove):
    keep(unit("EA", "EA"), glove)
    with pytest.raises(Fixed, match="PR"):
        keep(item(unit="EA", base_unit="EA"), glove)


def test_a_unit_keeps_its_factor_but_may_get_another_label(glove):
    keep(unit("BOX", "PR", 50), glove)
    with pytest.raises(Fixed, match="50 PR"):
        keep(unit("BOX", "PR", 100), glove)
    keep(DefineUnit(code="BOX", base="PR", base_per_unit=50, label=Labels(en="box")), glove)
    assert Unit.objects.get(code="BOX").label_en == "box"
    with pytest.raises(Unknown):
        keep(unit("KG", "G", 1000), glove)


def test_a_pack_keeps_its_content_and_can_be_withdrawn(glove):
    pack = DefinePack(code="MED-X-01/box-50", base_per_pack=50, label=LABEL, basis="typical")
    receipt = keep(pack, glove)
    with pytest.raises(Fixed):
        keep(pack.model_copy(update={"base_per_pack": 100}), glove)
    with pytest.raises(Unknown):
        keep(pack.model_copy(update={"code": "MED-X-09/box-50"}), glove)
    withdrawal = WithdrawPack(code=pack.code, reason="not made", based_on=receipt.number)
    withdrawn = keep(withdrawal, glove)
    assert Pack.objects.get().withdrawn_by == withdrawn.number
    with pytest.raises(AlreadyWithdrawn):
        keep(withdrawal.model_copy(update={"based_on": withdrawn.number}), glove)


def test_an_item_is_withdrawn_by_who_saw_its_last_version(glove):
    first = Item.objects.get().current.act
    keep(item(note="new"), glove)
    with pytest.raises(Moved, match=r"catalogue\.item_defined"):
        keep(WithdrawItem(code="MED-X-01", reason="unsafe", based_on=first), glove)
    last = Item.objects.get().current.act
    receipt = keep(WithdrawItem(code="MED-X-01", reason="unsafe", based_on=last), glove)
    assert Item.objects.get().withdrawn_by == receipt.number


def test_figures_replace_those_of_the_same_states(glove):
    keep(
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
    keep(RecordFigures(indicator="D-X", figures=both), glove)
    keep(
        RecordFigures(indicator="D-X", figures=(StateFigure(state="ZMB", base_quantity=6),)), glove
    )
    assert dict(Figure.objects.values_list("state", "base_quantity")) == {"ZMB": 6, "NAM": 7}
    with pytest.raises(Unknown):
        keep(RecordFigures(indicator="D-Y", figures=both), glove)
    with pytest.raises(Fixed, match="twice"):
        keep(RecordFigures(indicator="D-X", figures=both + both), glove)


def test_an_indicator_rests_on_what_exists(glove):
    indicator = DefineIndicator(
        code="D-X", sector="medical", unit="PR", label=LABEL, formula="f", source="s"
    )
    for change in ({"unit": "NONE"}, {"linked_item": "MED-X-09"}, {"part_of": "D-Y"}):
        with pytest.raises(Unknown):
            keep(indicator.model_copy(update=change), glove)
    keep(indicator, glove)
    keep(unit("EA", "EA"), glove)
    with pytest.raises(Fixed):
        keep(indicator.model_copy(update={"unit": "EA"}), glove)
    assert Indicator.objects.count() == 1


def test_codes_and_categories_take_a_new_label(secretariat):
    for label in (LABEL, Labels(en="urgent", confirmed=True)):
        keep(DefineCode(list="priority", code="1", position=1, label=label), secretariat)
        keep(category().model_copy(update={"label": label}), secretariat)
    assert Code.objects.get().label_en == Category.objects.get().label_en == "urgent"
    assert Code.objects.get().is_confirmed


@pytest.mark.parametrize("function", ["administrator", "reviewer"])
def test_only_the_secretariat_keeps_the_catalogue(glove, function):
    with pytest.raises(NotAllowed):
        keep(category(), speaker(function))


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
