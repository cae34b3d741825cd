"""A draft is read by the code that reads workbooks, and submitted once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bandung.cli.main import run
from bandung.core.refused import NotAllowed
from bandung.exchange.beginning import begin_empty, begin_published, typed_line
from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import LANGUAGES
from bandung.exchange.drafting import NothingNew, statement_of, submit_draft
from bandung.exchange.importing import NotAcceptable, understand
from bandung.exchange.standing import HeldLine
from bandung.needs.models import Draft, Submission
from tests import factories
from tests.exchange.conftest import TODAY, Desk
from tests.exchange.files import GLOVES, grid, xlsx
from tests.factories import need, statement

ITEM = "MED-IPC-05"
BOX = f"{ITEM}/box-100"  # of 50 pairs
SCOPE = ("medical",)


def gloves(n: int = 1, quantity: int = 100, **facts):
    given = {"unit": "PR", "base_quantity": quantity, **facts}
    return need(n, ITEM, quantity, base_unit="PR", **given)


def draft_with(desk: Desk, *lines: dict[str, str], language: str = "en") -> Draft:
    found = begin_empty(desk.reader, "ZMB", "COVID-19", SCOPE, language, timezone.now())
    found.content["lines"] = [
        {"item": ITEM, "counted_in": "PR", "priority": "1", "basis": "measured", **line}
        for line in lines
    ]
    found.save()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "quantity", ["1,000", "1 000", "1.5", "1,5", "١٢٣", "-3", "many", "1e3", "9" * 17, ""]
)
def test_a_number_means_the_same_in_the_form_and_in_a_workbook(
    desk: Desk, quantity: str, language: str
) -> None:
    typed, found = statement_of(
        draft_with(desk, {"quantity": quantity}, language=language), desk.reader, "en", TODAY
    )
    table = xlsx(grid([{**GLOVES, "quantity": quantity or None}], language))
    read = understand(
        table, "a.xlsx", desk.zambia, desk.emergency, desk.reader, language="en", today=TODAY
    )
    assert [(each.code, each.message) for each in found if each.row] == [
        (each.code, each.message) for each in read.problems if each.row
    ]
    assert typed is not None
    assert typed.lines == read.statement.lines


def test_a_line_written_into_a_draft_is_read_back_as_it_was(desk: Desk) -> None:
    lines = [
        gloves(1, quantity="2.5", unit=None, pack=BOX, base_quantity=125, stock=33),
        gloves(
            2, priority=1, monthly_use=7, people_in_need=12, severity=5, needed_by=date(2027, 1, 2)
        ),
        gloves(3, priority=3, visibility="withheld", channel="other", channel_reference="7/2026"),
    ]
    catalogue = Catalogue()
    for language in LANGUAGES:
        found = begin_empty(desk.reader, "ZMB", "COVID-19", SCOPE, language, timezone.now())
        found.content["lines"] = [typed_line(HeldLine("", each, ""), catalogue) for each in lines]
        said, problems = statement_of(found, desk.reader, language, TODAY)
        assert problems == ()
        assert [each.model_dump() for each in said.lines] == [each.model_dump() for each in lines]


def test_a_draft_is_submitted_once_and_removed(desk: Desk) -> None:
    found = draft_with(desk, {"quantity": "10"})
    first = submit_draft(desk.reader, found, timezone.now())
    again = submit_draft(desk.reader, found, timezone.now())  # whoever still holds it
    assert (again.number, again.is_repeated) == (first.number, True)
    assert not Draft.objects.exists()


def test_what_was_typed_meanwhile_stays(desk: Desk) -> None:
    found = draft_with(desk, {"quantity": "10"})
    Draft.objects.filter(pk=found.pk).update(saved_at=timezone.now() + timedelta(minutes=1))
    submit_draft(desk.reader, found, timezone.now())
    assert Draft.objects.filter(pk=found.pk).exists()


def test_only_the_state_s_focal_point_submits(desk: Desk) -> None:
    found = draft_with(desk, {"quantity": "10"})
    for mandate in (desk.secretariat, desk.reviewer):
        with pytest.raises(NotAllowed):
            submit_draft(factories.reader(mandate), found, timezone.now())
    social = factories.appoint("person-social", "focal_point", "ZMB", ["social"])
    with pytest.raises(NotAllowed, match="covers other sectors"):
        submit_draft(factories.reader(social), found, timezone.now())


def test_what_is_published_is_nothing_new_and_what_moved_is_refused(desk: Desk) -> None:
    stale = draft_with(desk, {"quantity": "10"})
    desk.publish(statement([gloves()]))
    same = begin_published(desk.reader, "ZMB", "COVID-19", SCOPE, "en", timezone.now())
    same.content["as_of"] = "2026-06-01"
    with pytest.raises(NothingNew):
        submit_draft(desk.reader, same, timezone.now())
    with pytest.raises(NotAcceptable):
        submit_draft(desk.reader, stale, timezone.now())
    _said, problems = statement_of(stale, desk.reader, "en", TODAY)
    assert [each.code for each in problems] == ["replaced"]


def test_the_command_submits_a_draft_or_prints_its_problems(desk: Desk, capsys) -> None:
    bad, good = draft_with(desk, {"quantity": "many"}), draft_with(desk, {"quantity": "10"})

    def call(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            run(["needs", "submit", *words])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    code, said = call(str(bad.pk))
    assert code == 1
    assert "! B1: “many” is not a number." in said
    assert not Submission.objects.exists()
    code, said = call(str(good.pk), "--as", desk.focal_point.person)
    assert code == 0
    assert f"act {Submission.objects.get().number}: " in said
    assert call("999999")[0] == 1
