"""The way to a submission through its pages, by workbook and by form; and the downloads."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from bandung.exchange.columns import COLUMNS
from bandung.ledger.door import record
from bandung.ledger.queries import content_of
from bandung.needs.acts import RemarkText, ReturnSubmission, SubmitNeeds
from bandung.needs.models import Attachment, Draft, Line, Submission
from bandung.sheets.reading import read
from tests import factories
from tests.browsers import browser, hidden, text_of, typed
from tests.exchange.conftest import Desk
from tests.exchange.files import GLOVES, Formula, csv_of, grid, xlsx
from tests.factories import ledger_size, need, statement

PDF = b"%PDF-1.4 a letter"
ITEM = "MED-IPC-05"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


@pytest.fixture
def zambia(desk: Desk) -> Client:
    return browser(desk.focal_point)


@pytest.fixture
def secretariat(desk: Desk) -> Client:
    return browser(desk.secretariat)


def send(client: Client, content: bytes, name: str = "needs.xlsx", **more: Any) -> HttpResponse:
    """Uploads a workbook; follows to the page of the check where it is kept."""
    said = {"state": "ZMB", "file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("upload"), said, follow=True)


def confirm(client: Client, page: HttpResponse, **agreed: Any) -> HttpResponse:
    """Sends the last form of a check page."""
    said = {"key": hidden(page, "key"), "saved_at": hidden(page, "saved_at"), **agreed}
    return client.post(page.wsgi_request.path, said)


def good(**facts: Any) -> bytes:
    return xlsx(grid([{**GLOVES, **facts}]))


# Choosing


def test_who_may_begin(desk: Desk, zambia: Client, secretariat: Client) -> None:
    head = browser(factories.appoint("person-head", "head_of_delegation", "ZMB"))
    answers = {
        zambia: 200,
        secretariat: 200,
        browser(desk.reviewer): 403,
        head: 403,
        Client(): 302,
    }
    for client, status in answers.items():
        assert client.get(reverse("submit")).status_code == status
        assert client.get(reverse("needs_template") + "?state=ZMB").status_code == status
        sent = client.post(reverse("draft_new"), {"state": "ZMB"})
        assert sent.status_code == (302 if status in (200, 302) else 403)
    assert zambia.get(reverse("submit") + "?state=KEN").status_code == 404
    assert zambia.get(reverse("needs_template") + "?state=KEN").status_code == 404
    assert zambia.post(reverse("draft_new"), {"state": "KEN"}).status_code == 404
    assert not Draft.objects.exclude(state="ZMB").exists()


def test_the_workbook_comes_in_the_language_and_scope_asked_for(zambia: Client) -> None:
    answer = zambia.get(reverse("needs_template"), {"scope": "social", "lang": "fr"})
    assert answer["Content-Disposition"] == 'attachment; filename="ZMB-COVID-19-fr.xlsx"'
    book = read(answer.content, "a.xlsx")
    marks = {row.value(0): row.value(1) for sheet in book.sheets for row in sheet.rows}
    assert (marks["scope"], marks["language"], marks["state"]) == ("social", "fr", "ZMB")


def test_a_mandate_for_some_sectors_offers_those(desk: Desk) -> None:
    social = browser(factories.appoint("person-social", "focal_point", "ZMB", ["social"]))
    page = social.get(reverse("submit")).content.decode()
    assert 'value="social"' in page
    assert 'value="medical"' not in page


# By workbook


def test_a_bad_cell_is_shown_the_corrected_file_is_submitted_once(zambia: Client) -> None:
    size = ledger_size()
    page = send(zambia, xlsx(grid([GLOVES, {**GLOVES, "quantity": "2-3", "priority": 2}])))
    assert page.status_code == 200
    assert "Sheet1 B3" in text_of(page)
    assert "range" in text_of(page)
    assert "Nothing is recorded" in text_of(page)
    draft = Draft.objects.get()
    again = zambia.post(
        reverse("draft_upload", args=[draft.pk]),
        {"file": SimpleUploadedFile("second.xlsx", good())},
        follow=True,
    )
    assert "second.xlsx" in text_of(again)
    assert "1 line is understood" in text_of(again)
    assert ledger_size() == size
    first = confirm(zambia, again)
    number = Submission.objects.get().number
    assert first["Location"] == reverse("receipt", args=[number])
    second = confirm(zambia, again)  # a double click
    assert second["Location"] == first["Location"]
    assert ledger_size() == size + 1
    assert not Draft.objects.exists()
    receipt = text_of(zambia.get(first["Location"]))
    assert f"Submission {number} is recorded" in receipt


BAD = {
    "no spreadsheet": ("needs.pdf", PDF, "not a spreadsheet"),
    "empty": ("needs.xlsx", b"", "The file is empty"),
    "wrong ending": ("needs.csv", good(), "but the content is"),
    "not UTF-8": ("needs.csv", "Item,Quantité\n".encode("latin-1"), "UTF-8"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_read_makes_no_draft(zambia: Client, case: str) -> None:
    name, content, words = BAD[case]
    page = send(zambia, content, name)
    assert page.status_code == 422
    assert words in text_of(page)
    assert 'href="#id_file"' in page.content.decode()
    assert not Draft.objects.exists()


CELLS = {
    "unknown item": ({"item": "MED-NO-01"}, "A2", "not in the catalogue"),
    "unknown unit": ({"counted_in": "bushel"}, "C2", "is no unit or pack"),
    "not whole": ({"quantity": "2.5", "counted_in": "PR"}, "B2", "not a whole number"),
    "negative": ({"quantity": -3}, "B2", "below zero"),
    "too large": ({"quantity": "9007199254740993"}, "B2", "more than can be recorded"),
    "formula": ({"quantity": Formula("=1+1")}, "B2", "without its result"),
    "day": ({"needed_by": "31/02/2027"}, "D2", "not a day of the calendar"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_problem_stands_at_its_cell(zambia: Client, case: str) -> None:
    facts, cell, words = CELLS[case]
    page = send(zambia, good(**facts))
    assert f"Sheet1 {cell}" in text_of(page)
    assert words in text_of(page)
    refused = confirm(zambia, page)
    assert refused.status_code == 422
    assert not Submission.objects.exists()
    assert Draft.objects.exists()


def test_problems_are_told_in_the_readers_language_of_the_file(desk: Desk, zambia: Client) -> None:
    kenya = browser(factories.appoint("person-kenya", "focal_point", "KEN"))
    book = zambia.get(reverse("needs_template") + "?scope=medical").content
    page = send(kenya, book, state="KEN")
    assert "made for ZMB, not for KEN" in text_of(page)


def test_an_upload_above_the_limit_is_not_read(zambia: Client) -> None:
    page = send(zambia, b"x" * 20_000_001, "needs.csv")
    assert page.status_code == 422
    assert "larger than 20 MB" in text_of(page)
    assert not Draft.objects.exists()


def test_the_good_rows_alone_need_a_tick(zambia: Client) -> None:
    page = send(zambia, xlsx(grid([GLOVES, {**GLOVES, "quantity": -1, "priority": 2}])))
    assert confirm(zambia, page).status_code == 422
    assert not Submission.objects.exists()
    done = confirm(zambia, page, in_part="on")
    assert Line.objects.count() == 1
    receipt = text_of(zambia.get(done["Location"]))
    assert "count as not submitted" in receipt
    assert "Row 3" in receipt


def test_a_published_line_whose_row_has_a_problem_is_not_called_removed(
    desk: Desk, zambia: Client
) -> None:
    desk.publish(statement([need(item=ITEM, base_unit="PR", unit="PR", base_quantity=100)]))
    page = text_of(send(zambia, good(quantity=-1)))
    assert "0 added, 0 changed, 0 removed, 0 as before" in page
    assert "Not yet clear, because their rows have a problem" in page
    assert "No longer asked for" not in page


def test_only_the_chosen_sectors_are_spoken_of(desk: Desk, zambia: Client) -> None:
    desk.publish(statement([need(item=ITEM, base_unit="PR", unit="PR", base_quantity=100)]))
    book = zambia.get(reverse("needs_template")).content
    open_sectors = "Nothing is said about the sector"
    assert open_sectors in text_of(send(zambia, book))
    assert open_sectors not in text_of(send(zambia, book, scope=["medical"]))
    refused = text_of(send(zambia, book, scope=["social"]))
    assert "which is not in the scope" in refused


@pytest.mark.parametrize("keeps", [False, True])
def test_contacts_are_not_kept_unless_asked(zambia: Client, keeps: bool) -> None:
    page = send(zambia, good(justification="Ask someone@example.org"))
    assert "someone@example.org" in text_of(page)
    assert not re.search(r'name="keeps_personal"[^>]*checked', page.content.decode())
    done = confirm(zambia, page, **({"keeps_personal": "on"} if keeps else {}))
    number = Submission.objects.get().number
    assert done["Location"] == reverse("receipt", args=[number])
    assert Line.objects.get().justification == ("Ask someone@example.org" if keeps else "")
    original = zambia.get(reverse("submission_original", args=[number]))
    assert original.status_code == (200 if keeps else 404)


def test_what_is_published_already_makes_no_act(desk: Desk, zambia: Client) -> None:
    desk.publish(statement([need(item=ITEM, base_unit="PR", unit="PR", base_quantity=100)]))
    size = ledger_size()
    book = zambia.get(reverse("needs_template") + "?scope=medical").content
    page = send(zambia, book)
    assert "exactly what is published now" in text_of(page)
    assert confirm(zambia, page).status_code == 409
    assert ledger_size() == size


def test_an_upload_made_before_a_new_publication_says_so(desk: Desk, zambia: Client) -> None:
    page = send(zambia, good())
    desk.publish(
        statement([need(item=ITEM, base_unit="PR", unit="PR", base_quantity=7, quantity=7)])
    )
    refused = confirm(zambia, page)
    assert refused.status_code == 409
    assert "has changed" in text_of(refused)
    said = {name: hidden(refused, name) for name in ("saved_at", "window", "key")} | {
        "move": "rest"
    }
    rested = zambia.post(refused.wsgi_request.path, said, follow=True)
    assert "rests on what is published" in text_of(rested)
    assert confirm(zambia, rested)["Location"].endswith("/receipt/")


def test_the_secretariat_prepares_and_the_state_submits(
    desk: Desk, zambia: Client, secretariat: Client
) -> None:
    without = send(secretariat, good())
    assert without.status_code == 422
    assert "Note verbale" in text_of(without)
    note = SimpleUploadedFile("note.pdf", PDF)
    page = send(secretariat, good(), note_verbale=note)
    assert "Only its own focal point can submit it" in text_of(page)
    draft = Draft.objects.get()
    assert draft.is_prepared
    key = {"key": draft.submit_key, "saved_at": draft.saved_at.isoformat()}
    assert secretariat.post(reverse("draft_check", args=[draft.pk]), key).status_code == 403
    assert not Submission.objects.exists()
    assert "prepared by the secretariat" in text_of(zambia.get(reverse("desk")))
    seen = zambia.get(reverse("draft_check", args=[draft.pk]))
    done = confirm(zambia, seen)
    number = Submission.objects.get().number
    assert done["Location"] == reverse("receipt", args=[number])
    assert content_of(number, "attachment1") == PDF
    saved = zambia.get(reverse("submission_document", args=[number, 1]))
    assert saved.content == PDF
    assert saved["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in saved["Content-Security-Policy"]
    assert saved["X-Content-Type-Options"] == "nosniff"


# In the form


def begin(client: Client, **said: Any) -> int:
    sent = {"state": "ZMB", "scope": ["medical"], "start": "empty", **said}
    return int(client.post(reverse("draft_new"), sent)["Location"].split("/")[2])


def add(client: Client, draft: int, item: str = ITEM) -> HttpResponse:
    """Chooses an item; the page of its new line."""
    page = client.get(reverse("draft_items", args=[draft]), {"q": item})
    said = {"item": item, "saved_at": hidden(page, "saved_at"), "window": hidden(page, "window")}
    return client.post(reverse("draft_items", args=[draft]), said, follow=True)


def fill(page: HttpResponse, **facts: str) -> dict[str, str]:
    kept = {"saved_at": hidden(page, "saved_at"), "window": hidden(page, "window")}
    return {**kept, "counted_in": "PR", "priority": "1", "basis": "measured", **facts}


def test_a_line_typed_in_packs_shows_what_it_comes_to(zambia: Client) -> None:
    number = begin(zambia)
    page = add(zambia, number)
    path = page.wsgi_request.path
    said = fill(page, quantity="1,000", counted_in=f"{ITEM}/box-100")
    saved = zambia.post(path, said, headers={"HX-Request": "true"})
    assert "= 50,000 pair" in text_of(saved)
    assert "Saved at" in text_of(saved)
    again = zambia.post(path, {**said, "quantity": "12"}, headers={"HX-Request": "true"})
    assert "= 600 pair" in text_of(again), "the same page may save twice"
    assert "changed elsewhere" not in text_of(again)
    done = zambia.post(path, {**said, "quantity": "100", "move": "save"})
    assert done.status_code == 302
    draft = Draft.objects.get()
    assert draft.content["lines"][0]["quantity"] == "100"
    check = zambia.get(reverse("draft_check", args=[number]))
    receipt = confirm(zambia, check)
    line = Line.objects.get()
    assert (line.base_quantity, line.pack_id, line.quantity) == (5000, f"{ITEM}/box-100", "100")
    assert confirm(zambia, check)["Location"] == receipt["Location"]
    assert Submission.objects.count() == 1


def test_what_is_wrong_stands_at_its_field_and_is_kept(zambia: Client) -> None:
    number = begin(zambia)
    page = add(zambia, number)
    refused = zambia.post(page.wsgi_request.path, fill(page, quantity="about 10", basis=""))
    assert refused.status_code == 422
    assert 'href="#id_quantity"' in refused.content.decode()
    assert 'href="#id_basis"' in refused.content.decode()
    assert typed(refused, "quantity") == "about 10"
    check = zambia.get(reverse("draft_check", args=[number]))
    assert f"/drafts/{number}/lines/1/?check=1#id_quantity" in check.content.decode()
    assert confirm(zambia, check).status_code == 422
    assert not Submission.objects.exists()


def test_two_windows_do_not_overwrite_each_other(zambia: Client) -> None:
    page = add(zambia, begin(zambia))
    path = page.wsgi_request.path
    other = zambia.get(path)
    assert zambia.post(path, fill(page, quantity="10")).status_code == 302
    late = zambia.post(path, fill(other, quantity="20"))
    assert late.status_code == 409
    assert "changed elsewhere" in text_of(late)
    assert typed(late, "quantity") == "20"
    assert Draft.objects.get().content["lines"][0]["quantity"] == "10"
    quick = zambia.post(path, fill(other, quantity="20"), headers={"HX-Request": "true"})
    assert "changed elsewhere" in text_of(quick)


def test_sectors_nil_and_day_are_typed_above_the_lines(zambia: Client) -> None:
    number = begin(zambia)
    page = zambia.get(reverse("draft", args=[number]))
    said = {
        **{name: hidden(page, name) for name in ("saved_at", "window")},
        "sector_medical": "nil",
        "sector_social": "nil",
        "sector_humanitarian": "",
        "as_of": "2026-06-01",
        "move": "check",
    }
    check = zambia.post(reverse("draft", args=[number]), said, follow=True)
    assert "1 June 2026" in text_of(check)
    confirm(zambia, check)
    submission = Submission.objects.get()
    assert list(submission.scope.values_list("sector", "is_nil")) == [
        ("medical", True),
        ("social", True),
    ]


def test_a_sector_without_lines_and_a_day_to_come_are_problems(zambia: Client) -> None:
    number = begin(zambia)
    page = zambia.get(reverse("draft", args=[number]))
    said = {
        **{name: hidden(page, name) for name in ("saved_at", "window")},
        "sector_medical": "needs",
        "sector_social": "nil",
        "as_of": "2100-01-01",
        "move": "check",
    }
    check = zambia.post(reverse("draft", args=[number]), said, follow=True)
    assert "is in the scope, but has no rows" in text_of(check)
    assert "lies after today" in text_of(check)
    assert f'href="/drafts/{number}/#id_as_of"' in check.content.decode()


def test_beginning_with_what_is_published_changes_nothing(desk: Desk, zambia: Client) -> None:
    line = need(
        item=ITEM,
        quantity="2.5",
        unit=None,
        pack=f"{ITEM}/box-100",
        base_unit="PR",
        base_quantity=125,
        stock=33,
        justification="why",
    )
    desk.publish(statement([line]))
    number = begin(zambia, start="published")
    check = zambia.get(reverse("draft_check", args=[number]))
    assert "0 added, 0 changed, 0 removed, 1 as before" in text_of(check)


def test_a_key_that_came_with_another_request_is_renewed(desk: Desk, zambia: Client) -> None:
    number = begin(zambia)
    page = add(zambia, number)
    zambia.post(page.wsgi_request.path, fill(page, quantity="10"))
    draft = Draft.objects.get()
    said = statement([need(item=ITEM, base_unit="PR", unit="PR", base_quantity=1, quantity=1)])
    contents = said.contents(factories.SOURCE, b"")
    record(SubmitNeeds.of(said, 0), desk.focal_point, draft.submit_key, contents)
    size = ledger_size()
    refused = confirm(zambia, zambia.get(reverse("draft_check", args=[number])))
    assert refused.status_code == 409
    assert "already sent with other content" in text_of(refused)
    kept = Draft.objects.get()
    assert kept.content["lines"] == draft.content["lines"]
    assert kept.submit_key != draft.submit_key
    assert hidden(refused, "key") == kept.submit_key
    assert ledger_size() == size


def test_a_returned_submission_is_corrected(desk: Desk, zambia: Client) -> None:
    confirm(zambia, send(zambia, good()))
    first = Submission.objects.get().number
    remarks = [RemarkText(line=1, reason="other", note="Please check the number")]
    act = ReturnSubmission.of(first, first)
    record(act, desk.reviewer, "back", ReturnSubmission.contents(remarks))
    assert "Please check the number" in text_of(zambia.get(f"/submit/?corrects={first}"))
    begun = zambia.post(reverse("draft_new"), {"corrects": first, "start": "returned"}, follow=True)
    assert "Please check the number" in text_of(begun)
    number = Draft.objects.get().pk
    line = zambia.get(reverse("draft_line", args=[number, 1]))
    assert "Please check the number" in text_of(line)
    assert typed(line, "quantity") == "100"
    zambia.post(line.wsgi_request.path, fill(line, quantity="90"))
    confirm(zambia, zambia.get(reverse("draft_check", args=[number])))
    second = Submission.objects.latest("number")
    assert (second.corrects_id, second.lines.get().base_quantity) == (first, 90)
    assert zambia.get(f"/submit/?corrects={second.number}").status_code == 404


def test_drafts_are_not_found_by_others(desk: Desk, zambia: Client, secretariat: Client) -> None:
    number = begin(zambia)
    add(zambia, number)
    kenya = browser(factories.appoint("person-kenya", "focal_point", "KEN"))
    for client in (kenya, secretariat, browser(desk.reviewer)):
        for name in ("draft", "draft_check", "draft_items"):
            assert client.get(reverse(name, args=[number])).status_code == 404
        assert client.get(reverse("draft_line", args=[number, 1])).status_code == 404
        for name in ("draft", "draft_check", "draft_delete", "draft_documents", "draft_items"):
            assert client.post(reverse(name, args=[number]), {}).status_code == 404
    assert Draft.objects.filter(pk=number).exists()
    assert zambia.post(reverse("draft_delete", args=[number])).status_code == 302
    assert not Draft.objects.exists()


def test_a_session_that_ended_leaves_nothing_half_done(zambia: Client) -> None:
    page = add(zambia, begin(zambia))
    before, size = Draft.objects.get(), ledger_size()
    zambia.logout()
    answer = zambia.post(page.wsgi_request.path, fill(page, quantity="10"))
    assert answer["Location"] == f"/sign-in/?next={page.wsgi_request.path}"
    kept = Draft.objects.get()
    assert (kept.content, kept.saved_at) == (before.content, before.saved_at)
    assert ledger_size() == size


DOCUMENTS = {
    "a page that runs": ("page.html", b"<script>alert(1)</script>"),
    "a picture that runs": ("picture.svg", b"<svg onload='alert(1)'/>"),
    "another content": ("letter.pdf", b"<html>"),
    "too large": ("letter.pdf", PDF + b"x" * 5_000_001),
    "not text": ("notes.txt", b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_documents_that_are_not_taken(zambia: Client, case: str) -> None:
    number = begin(zambia)
    sent = {"document": SimpleUploadedFile(*DOCUMENTS[case])}
    answer = zambia.post(reverse("draft_documents", args=[number]), sent)
    assert answer.status_code == 422
    assert 'id="id_document_error"' in answer.content.decode()
    assert not Draft.objects.get().documents.exists()


def test_documents_come_with_the_submission(zambia: Client) -> None:
    number = begin(zambia)
    page = add(zambia, number)
    zambia.post(page.wsgi_request.path, fill(page, quantity="10"))
    path = reverse("draft_documents", args=[number])
    for name in ("../../etc/letter.pdf", "gpj.\u202eletter.pdf"):
        zambia.post(path, {"document": SimpleUploadedFile(name, PDF)})
    first, second = Draft.objects.get().documents.all()
    assert (first.name, second.name) == ("letter.pdf", "gpj.letter.pdf")
    zambia.post(path, {"remove": second.pk})
    confirm(zambia, zambia.get(reverse("draft_check", args=[number])))
    kept = Attachment.objects.get()
    assert (kept.position, kept.media_type, kept.size) == (1, "application/pdf", len(PDF))


def test_the_form_has_every_column_of_the_workbook(desk: Desk, zambia: Client) -> None:
    page = add(zambia, begin(zambia)).content.decode()
    for column in COLUMNS:
        if column.kind not in ("item", "row_key"):
            assert f'name="{column.code}"' in page


def test_a_csv_is_taken_too(zambia: Client) -> None:
    page = send(zambia, csv_of(grid([GLOVES])), "needs.csv")
    done = confirm(zambia, page)
    number = Submission.objects.get().number
    assert done["Location"] == reverse("receipt", args=[number])
    saved = zambia.get(reverse("submission_original", args=[number]))
    assert (
        saved["Content-Disposition"] == f'attachment; filename="submission-{number}-original.csv"'
    )
    assert BytesIO(saved.content).read() == csv_of(grid([GLOVES]))
