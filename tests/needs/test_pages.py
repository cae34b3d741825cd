"""The desk, submissions and their moves, the review: as each role sees and uses them."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandung.ledger.door import record
from bandung.needs.acts import RemarkText, SubmitNeeds
from bandung.needs.drafts import new_draft
from bandung.needs.models import Status, Submission
from bandung.needs.queries.comparison import compare_submission
from bandung.needs.queries.submissions import submission_view
from tests.browsers import browser, hidden, text_of, typed
from tests.factories import (
    BOX,
    EMERGENCY,
    GLOVES,
    MASKS,
    NOW,
    World,
    accept,
    appoint,
    ledger_size,
    need,
    publish,
    reader,
    seen,
    send_back,
    speaker,
    statement,
    submit,
    submit_and_publish,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


def status_of(number: int) -> str:
    return Submission.objects.with_status().get(number=number).status


def post(client: Client, name: str, number: int, page: str = "submission", **said) -> HttpResponse:
    """Sends a form of a page with what it carries."""
    shown = client.get(reverse(page, args=[number]))
    carried = {each: hidden(shown, each) for each in ("based_on", "key")}
    return client.post(reverse(name, args=[number]), {**carried, **said})


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("submission", ()),
        ("receipt", ()),
        ("review", ()),
        ("submission_original", ()),
        ("submission_document", (1,)),
        ("line_mark", (1,)),
        ("act", ()),
        ("act_entry", ()),
        ("act_block", ("public",)),
    ],
)
def test_a_number_beyond_those_of_the_database_is_no_such_page(
    world: World, name: str, more: tuple[int | str, ...]
) -> None:
    client = browser(world.reviewer)
    for number in (2**63 - 1, 2**63, 10**30):
        assert client.get(reverse(name, args=[number, *more])).status_code == 404


# The desk


def test_the_desk_says_plainly_that_nothing_waits(world: World) -> None:
    texts = {
        "focal_point": text_of(browser(world.focal_point()).get("/desk/")),
        "reviewer": text_of(browser(world.reviewer).get("/desk/")),
        "secretariat": text_of(browser(world.secretariat).get("/desk/")),
        "partner": text_of(browser(world.partner).get("/desk/")),
    }
    assert all("Nothing waits for you." in text for text in texts.values())
    assert "You have no drafts." in texts["focal_point"]
    assert "No submission waits for your review." in texts["reviewer"]
    assert "waits for publication by you" in texts["secretariat"]
    assert "Drafts" not in texts["partner"]
    assert Client().get("/desk/")["Location"] == "/sign-in/?next=/desk/"


def test_the_desk_shows_what_waits_for_each(world: World) -> None:
    new_draft(reader(world.focal_point()), "ZMB", EMERGENCY, NOW)
    returned = submit(world)
    send_back(world, returned)
    waiting = submit(world, statement([need(item=MASKS)], state="KEN"))
    accepted = submit(world, statement(state="CUB"))
    accept(world, accepted)
    zambia = text_of(browser(world.focal_point()).get("/desk/"))
    assert f"{returned}, State of ZMB" in zambia
    assert "Returned to you" in zambia
    assert "State of KEN" not in zambia
    assert f"{waiting}, State of KEN" in text_of(browser(world.reviewer).get("/desk/"))
    secretariat = text_of(browser(world.secretariat).get("/desk/"))
    assert f"{accepted}, State of CUB" in secretariat
    assert f"{waiting}," not in secretariat


# Who sees a submission


def test_a_submission_is_for_its_state_and_the_staff(world: World) -> None:
    number = submit(world, statement([need(justification="not for others")]))
    head = speaker("head_of_delegation", "ZMB")
    for page in ("submission", "receipt"):
        address = reverse(page, args=[number])
        for mandate in (world.focal_point(), head, world.reviewer, world.secretariat):
            assert browser(mandate).get(address).status_code == 200
        for mandate in (world.focal_point("KEN"), world.partner):
            answer = browser(mandate).get(address)
            assert answer.status_code == 404
            assert b"not for others" not in answer.content
        assert Client().get(address).status_code == 302
    assert browser(world.reviewer).get(reverse("submission", args=[9999])).status_code == 404


def test_a_published_submission_is_still_not_open_to_others(world: World) -> None:
    number = submit_and_publish(world)
    for name in ("submission", "receipt", "submission_original"):
        address = reverse(name, args=[number])
        assert browser(world.focal_point("KEN")).get(address).status_code == 404
        assert browser(world.focal_point()).get(address).status_code == 200


def test_the_receipt_names_number_time_and_fingerprint(world: World) -> None:
    said = statement()
    receipt = record(
        SubmitNeeds.of(said, 0),
        world.focal_point(),
        "one",
        said.contents({"via": "form", "file_name": "", "language": "en", "attachments": []}, b""),
    )
    page = text_of(browser(world.focal_point()).get(reverse("receipt", args=[receipt.number])))
    assert receipt.leaf in page.replace(" ", "")
    assert f"{receipt.at:%H:%M:%S} UTC" in page
    gone = browser(world.focal_point()).get(reverse("submission_original", args=[receipt.number]))
    assert gone.status_code == 404, "the form has no file"


# Review


def test_each_line_stands_beside_what_is_published(world: World) -> None:
    submit_and_publish(world, statement([need(1, quantity=300), need(2, item=MASKS)]))
    lines = [need(1, quantity=8, pack=BOX, base_quantity=400), need(2, priority=1)]
    number = submit(world, statement(lines))
    page = text_of(browser(world.reviewer).get(reverse("review", args=[number])))
    assert "+33.3 %" in page
    assert "new" in page
    assert "Published, and no longer asked for" in page
    view = submission_view(reader(world.reviewer), number, timezone.now())
    first, second = compare_submission(reader(world.reviewer), view).lines
    assert (first.change.numerator, first.change.denominator) == (1, 3)
    assert second.before is None


def test_a_reviewer_returns_with_reasons_for_lines_and_whole(world: World) -> None:
    number = submit(world, statement([need(1), need(2, item=MASKS)]))
    client = browser(world.reviewer)
    bare = post(client, "review", number, "review", move="return")
    assert bare.status_code == 422
    assert "at least one remark" in text_of(bare)
    half = post(client, "review", number, "review", move="return", note_2="why so many?")
    assert half.status_code == 422
    assert typed(half, "note_2") == "why so many?", "what was typed is kept"
    assert 'href="#id_reason_2"' in half.content.decode()
    said = {"reason_2": "magnitude", "note_2": "why so many?", "reason": "other", "note": "see 2"}
    done = post(client, "review", number, "review", move="return", **said)
    assert done["Location"] == reverse("submission", args=[number])
    assert status_of(number) == Status.RETURNED
    zambia = text_of(browser(world.focal_point()).get(done["Location"]))
    assert "why so many?" in zambia
    assert "Correct it" in zambia


def test_a_reviewer_accepts_once(world: World) -> None:
    number = submit(world)
    client = browser(world.reviewer)
    page = client.get(reverse("review", args=[number]))
    said = {each: hidden(page, each) for each in ("based_on", "key")} | {"move": "accept"}
    refused = client.post(page.wsgi_request.path, {**said, "reason": "magnitude"})
    assert refused.status_code == 422
    size = ledger_size()
    for _click in range(2):
        assert client.post(page.wsgi_request.path, said).status_code == 302
    assert ledger_size() == size + 1
    assert status_of(number) == Status.ACCEPTED


def test_a_submission_that_moved_says_what_changed(world: World) -> None:
    number = submit(world)
    client = browser(world.reviewer)
    page = client.get(reverse("review", args=[number]))
    said = {each: hidden(page, each) for each in ("based_on", "key")}
    send_back(world, number, by=speaker("reviewer"))
    refused = client.post(page.wsgi_request.path, {**said, "move": "accept"})
    assert refused.status_code == 409
    act = seen(number)
    assert f"submission returned to its state (act {act})" in text_of(refused)
    assert "needs.returned" not in text_of(refused)
    assert hidden(refused, "based_on") == str(act)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            "soumission renvoyée à son État (acte {act}), puis soumission retirée (acte {next})",
        ),
        (
            "es",
            "presentación devuelta a su Estado (acto {act}), luego presentación retirada (acto {next})",
        ),
        ("ar", "أُعيد التقديم إلى دولته (العمل الرسمي {act})، ثم سُحب التقديم (العمل الرسمي {next})"),
    ],
)
def test_what_changed_is_said_in_the_readers_language(world: World, language, words) -> None:
    number = submit(world)
    client = browser(world.reviewer)
    page = client.get(reverse("review", args=[number]))
    said = {each: hidden(page, each) for each in ("based_on", "key")}
    act = send_back(world, number, by=speaker("reviewer"))
    withdraw(world, number)
    client.cookies["django_language"] = language
    refused = client.post(page.wsgi_request.path, {**said, "move": "accept"})
    assert words.format(act=act, next=act + 1) in text_of(refused)


def test_after_two_decide_at_once_the_page_shows_what_is(world: World, monkeypatch) -> None:
    """Another decides between the reading of the page and the recording."""
    number, other = submit(world), speaker("reviewer")
    client = browser(world.reviewer)
    page = client.get(reverse("review", args=[number]))
    said = {each: hidden(page, each) for each in ("based_on", "key")}

    def record_second(*said):
        monkeypatch.undo()
        send_back(world, number, by=other)
        return record(*said)

    monkeypatch.setattr("bandung.needs.views.record", record_second)
    refused = client.post(page.wsgi_request.path, {**said, "move": "accept"})
    assert refused.status_code == 409
    assert status_of(number) == Status.RETURNED
    assert "it is returned" in text_of(refused)
    assert hidden(refused, "based_on") == str(seen(number))
    assert 'value="accept"' not in refused.content.decode()


def test_after_two_publish_at_once_the_page_shows_what_is(world: World, monkeypatch) -> None:
    number, other = submit(world), speaker("secretariat")
    accept(world, number)

    def record_second(*said):
        monkeypatch.undo()
        publish(world, number, by=other)
        return record(*said)

    client = browser(world.secretariat)
    shown = client.get(reverse("submission", args=[number]))
    said = {each: hidden(shown, each) for each in ("based_on", "key")}
    monkeypatch.setattr("bandung.needs.views.record", record_second)
    refused = client.post(reverse("submission_publish", args=[number]), said)
    assert refused.status_code == 409
    assert status_of(number) == Status.PUBLISHED
    assert 'name="based_on"' not in refused.content.decode()


def test_who_may_not_review(world: World) -> None:
    number = submit(world)
    tied = appoint("person-tied", "focal_point", "ZMB")
    appoint(tied.person, "reviewer")
    for mandate in (world.focal_point(), world.secretariat, world.partner):
        assert browser(mandate).get(reverse("review", args=[number])).status_code == 403
    client = browser(tied)
    page = client.get(reverse("review", args=[number]))
    assert "You cannot decide on it now" in text_of(page)
    said = {"based_on": seen(number), "key": "k", "move": "accept"}
    refused = client.post(reverse("review", args=[number]), said)
    assert refused.status_code == 403
    assert "within twelve months held, a mandate for this state" in text_of(refused)
    assert status_of(number) == Status.SUBMITTED


# Publication, withdrawal, dispute


def test_the_secretariat_publishes(world: World) -> None:
    number = submit(world)
    accept(world, number)
    client = browser(world.secretariat)
    done = post(client, "submission_publish", number)
    assert done["Location"] == reverse("submission", args=[number])
    assert status_of(number) == Status.PUBLISHED
    assert f"Submission {number} is published" in text_of(client.get(done["Location"]))


def test_four_eyes_are_refused_in_words(world: World) -> None:
    number = submit(world)
    both = appoint("person-both", "reviewer")
    secretariat = appoint("person-both", "secretariat")
    accept(world, number, by=both)
    client = browser(secretariat)
    assert "Four eyes" in text_of(client.get(reverse("submission", args=[number])))
    said = {"based_on": seen(number), "key": "k"}
    refused = client.post(reverse("submission_publish", args=[number]), said)
    assert refused.status_code == 403
    assert "you submitted or reviewed it" in text_of(refused)
    assert status_of(number) == Status.ACCEPTED


def test_only_the_secretariat_publishes_and_only_the_state_withdraws(world: World) -> None:
    number = submit(world)
    accept(world, number)
    said = {"based_on": seen(number), "key": "k"}
    publishing, withdrawing = (
        reverse(f"submission_{move}", args=[number]) for move in ("publish", "withdraw")
    )
    for mandate in (world.focal_point(), world.reviewer):
        assert browser(mandate).post(publishing, said).status_code == 403
    for mandate in (world.secretariat, world.reviewer):
        assert browser(mandate).post(withdrawing, said).status_code == 403
    for mandate in (world.partner, world.focal_point("KEN")):
        assert browser(mandate).post(publishing, said).status_code == 404
        assert browser(mandate).post(withdrawing, said).status_code == 404
    assert status_of(number) == Status.ACCEPTED


def test_a_state_withdraws_before_and_after_publication(world: World) -> None:
    client = browser(world.focal_point())
    first = submit(world)
    assert post(client, "submission_withdraw", first).status_code == 302
    assert status_of(first) == Status.WITHDRAWN
    second = submit_and_publish(world)
    none = post(client, "submission_withdraw", second)
    assert none.status_code == 422
    assert status_of(second) == Status.PUBLISHED
    assert post(client, "submission_withdraw", second, sectors=["medical"]).status_code == 302
    assert status_of(second) == Status.WITHDRAWN


def test_a_line_is_disputed_and_the_mark_lifted(world: World) -> None:
    number = submit_and_publish(world)
    client = browser(world.focal_point())
    address = reverse("line_mark", args=[number, 1])
    assert address in client.get(reverse("submission", args=[number])).content.decode()

    def send(note: str) -> HttpResponse:
        page = client.get(address)
        said = {each: hidden(page, each) for each in ("based_on", "key")}
        return client.post(address, {**said, "note": note})

    assert send(" ").status_code == 422
    assert send("counted twice").status_code == 302
    page = client.get(reverse("submission", args=[number]))
    assert "counted twice" in text_of(page)
    assert "Lift the mark" in text_of(page)
    assert send("settled").status_code == 302
    assert "settled" in text_of(client.get(reverse("submission", args=[number])))


def test_who_may_not_mark_a_line(world: World) -> None:
    number = submit_and_publish(world, statement([need(1), need(2, MASKS, visibility="withheld")]))
    for mandate, status in ((world.reviewer, 403), (world.partner, 404)):
        answer = browser(mandate).get(reverse("line_mark", args=[number, 1]))
        assert answer.status_code == status
    client = browser(world.focal_point())
    assert client.get(reverse("line_mark", args=[number, 9])).status_code == 404
    folded = reverse("line_mark", args=[number, 1 << 16 | 1])  # of which the key keeps 16 bits
    assert client.get(folded).status_code == 404
    hidden_line = reverse("line_mark", args=[number, 2])
    said = {"based_on": seen(number), "key": "k", "note": "why"}
    assert client.post(hidden_line, said).status_code == 422


def test_every_form_carries_its_token(world: World) -> None:
    number = submit(world)
    accept(world, number)
    publish(world, number)
    for mandate in (world.focal_point(), world.reviewer, world.secretariat):
        for page in ("/desk/", reverse("submission", args=[number])):
            content = browser(mandate).get(page).content.decode()
            forms = re.findall(r'<form method="post".*?</form>', content, re.S)
            assert forms
            assert all("csrfmiddlewaretoken" in form for form in forms)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser(world.focal_point()).cookies
    assert strict.post(reverse("submission_withdraw", args=[number])).status_code == 403


def test_remarks_stay_inside(world: World) -> None:
    number = submit(world, statement([need(1, GLOVES)]))
    send_back(world, number, [RemarkText(line=1, reason="other", note="a word in confidence")])
    for mandate in (world.focal_point(), world.secretariat):
        page = browser(mandate).get(reverse("submission", args=[number]))
        assert "a word in confidence" in text_of(page)
