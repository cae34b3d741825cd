"""Each public page, as the public and as those who are signed in see it."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from bandung.ledger.act import print_key
from bandung.ledger.queries import checkpoint, proof_of, stored_text
from bandung.movement.access import PUBLIC
from bandung.needs.queries import LineFilter, extent, overview, published_lines, totals
from tests import factories as make
from tests.contracts.headers import problems
from tests.factories import CASH, GLOVES, MASKS, RICE
from tests.web.conftest import client_of, reader_of

pytestmark = pytest.mark.django_db
CANARIES = ("canary-withheld", "canary-note", "canary-pending", "77,777", "77777")


def paths(site) -> list[str]:
    line = print_key(site.spoken << 16 | 1)
    return [
        "/",
        "/?emergency=COVID-19",
        "/needs/",
        f"/needs/?state=ZMB&item={GLOVES}&priority=1",
        "/needs/?group=test-group&sector=medical&category=medical/ppe&as_of=2026-06-30",
        "/needs/?since=1",
        f"/needs/{line}/",
        f"/needs/{print_key(site.older << 16 | 1)}/",
        f"/needs/{print_key(site.taken_back << 16 | 1)}/",
        "/states/",
        "/states/?on=2010-01-01",
        "/states/?group=test-group",
        "/states/?sector=medical&status=withdrawn",
        "/states/ZMB/",
        "/states/KEN/",
        "/states/CUB/",
        "/items/",
        "/items/?sector=social",
        "/items/?category=medical/ppe",
        f"/items/{GLOVES}/",
        "/items/SOC-CARE/",
        "/indicators/D-GLOVES/",
        "/record/",
        "/record/?before=20",
        "/record/1/",
        f"/record/{site.spoken}/",
        f"/record/{site.spoken + 2}/",
        f"/record/{site.pending}/",
        "/about/",
    ]


def text_of(response) -> str:
    """What a reader sees: tags left out, spaces single."""
    body = re.sub(r"<(script|title)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


READERS = ("public", "focal_point", "reviewer", "secretariat", "partner")


def mandate_of(site, who):
    if who == "public":
        return None
    return site.world.focal_point("ZMB") if who == "focal_point" else getattr(site.world, who)


@pytest.mark.parametrize("who", READERS)
def test_every_page_opens_and_keeps_the_policy(site, who):
    client = client_of(mandate_of(site, who))
    for path in paths(site):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert list(problems(answer, who != "public")) == [], path
        assert answer.content.decode().count("<h1>") == 1, path


@pytest.mark.parametrize("who", ["public", "partner"])
def test_what_is_confidential_is_on_no_page(site, who):
    client = client_of(mandate_of(site, who))
    for path in paths(site):
        page = client.get(path).content.decode()
        for canary in CANARIES:
            assert canary not in page, (path, canary)


def test_the_state_itself_sees_what_it_withheld(site):
    key = print_key(site.spoken << 16 | 4)
    page = text_of(client_of(site.world.focal_point("ZMB")).get(f"/needs/{key}/"))
    assert "canary-withheld" in page
    assert client_of(site.world.focal_point("KEN")).get(f"/needs/{key}/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/needs/1.1/",
        "/needs/0.1/",
        "/needs/999999999999.1/",
        "/needs/?after=nonsense",
        "/?emergency=NONE",
        "/states/XXX/",
        "/states/WHO/",
        "/items/NONE/",
        "/indicators/NONE/",
        "/record/0/",
        "/record/999999/",
        "/record/99999999999999999999/",
        "/record/?before=x",
        "/record/1/public.json",
        "/record/99999999999999999999/entry.json",
    ],
)
def test_what_does_not_exist_is_404(client, site, path, caplog):
    caplog.set_level("ERROR", logger="django.request")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "No such page" in answer.content.decode()


def test_a_state_is_found_by_its_code_in_small_letters(client, site):
    answer = client.get("/states/zmb/")
    assert (answer.status_code, answer["Location"]) == (301, "/states/ZMB/")


def test_lines_that_others_may_not_see_do_not_exist(client, site, caplog):
    caplog.set_level("ERROR", logger="django.request")
    for key in (site.spoken << 16 | 3, site.spoken << 16 | 4, site.pending << 16 | 1):
        assert client.get(f"/needs/{print_key(key)}/").status_code == 404
    assert (
        client_of(site.world.partner).get(f"/needs/{print_key(site.spoken << 16 | 3)}/").status_code
        == 200
    )


def test_a_wrong_spelling_of_a_line_is_not_the_line(client, site, caplog):
    caplog.set_level("ERROR", logger="django.request")
    assert client.get(f"/needs/0{site.spoken}.1/").status_code == 404


# Figures


def test_the_overview_says_what_the_queries_say(client, site):
    page = text_of(client.get("/"))
    found = overview(PUBLIC, "COVID-19", timezone.now())
    assert f"{found.spoken} of {found.members} member states have said what they need" in page
    reach = extent(PUBLIC, LineFilter(emergency="COVID-19"))
    assert f"{reach.lines} lines in force" in page
    assert "Met not yet recorded" in page
    assert "0 %" not in page


def test_statuses_are_told_apart(client, site):
    page = client.get("/").content.decode()
    for status, mark in (("withdrawn", "withdrawn"), ("said_zero", "zero"), ("awaited", "awaited")):
        assert f"status={status}" in page
        assert f'class="absence {mark}"' in page
    listed = text_of(client.get("/states/?sector=social&status=said_zero"))
    assert "1 state ·" in listed
    assert "State of ZMB" in listed
    assert "State of KEN" not in listed


def test_totals_on_the_page_are_those_of_the_query(client, site):
    page = text_of(client.get("/needs/"))
    for total in totals(PUBLIC):
        assert total.item_label in page
    assert "60,000 EA" in page
    assert "2,500 KG" in page  # 2,500,000 g in the item's own unit
    assert "12.5 USD" in page
    assert "7,000,000,000,000,000 EA" in page
    assert "disputed 7,000,000,000,000,000 EA" in page, "apart from the total"


def test_every_line_of_the_query_is_on_the_page_once(client, site):
    page = client.get("/needs/").content.decode()
    for row in published_lines(PUBLIC, limit=None):
        assert page.count(f'href="/needs/{row.line_id}/"') == 1
    assert page.count("/needs/" + print_key(site.older << 16 | 1)) == 0


def test_a_line_page_says_everything_that_was_said(client, site):
    page = text_of(client.get(f"/needs/{print_key(site.spoken << 16 | 1)}/"))
    assert "State of ZMB says it needs 1,200 (box of 50)" in page
    assert "Quantity as typed 1,200 box of 50" in page
    assert "In base units 60,000 EA" in page
    assert "The line is in force" in page
    assert f"act {site.spoken + 2}" in page


def test_ended_lines_say_how_they_ended(client, site):
    replaced = text_of(client.get(f"/needs/{print_key(site.older << 16 | 1)}/"))
    assert f"Replaced by act {site.spoken + 2}" in replaced
    withdrawn = text_of(client.get(f"/needs/{print_key(site.taken_back << 16 | 1)}/"))
    assert f"Withdrawn by act {site.taken_back + 3}" in withdrawn


def test_a_filter_that_cannot_be_read_says_how_to_mend_it(client, site):
    page = text_of(client.get("/needs/?as_of=yesterday"))
    assert "A day is written YYYY-MM-DD" in page
    assert "Totals per item" not in page
    assert "A day is written YYYY-MM-DD" in text_of(client.get("/states/?on=yesterday"))


def test_a_filter_without_lines_keeps_what_was_chosen(client, site):
    page = client.get("/needs/?state=CUB").content.decode()
    assert "No published line fits" in page
    assert re.search(r'<option value="CUB" selected>', page)


def test_downloads_ask_what_the_page_asks(client, site):
    page = client.get(f"/needs/?item={GLOVES}&state=&unknown=1&item={GLOVES}").content.decode()
    links = [unescape(each) for each in re.findall(r'href="([^"]*)" download', page)]
    assert [link.partition("?")[2] for link in links] == [f"item={GLOVES}"] * 3
    for link in links:
        assert client.get(link).status_code == 200
    api = unescape(re.search(r'href="(/api/v1/needs[^"]*)"', page)[1])
    assert client.get(api).status_code == 200


@pytest.mark.parametrize("path", ["/?emergency=%00", "/states/?group=%00", "/items/?category=%00"])
def test_nonsense_is_not_asked_of_the_database(client, site, path, caplog):
    caplog.set_level("ERROR", logger="django.request")
    assert client.get(path).status_code in (200, 404)


def test_pages_of_lines_follow_each_other(client, site, monkeypatch):
    monkeypatch.setattr("bandung.web.views.needs.PAGE_SIZE", 2)
    seen, path = [], "/needs/?emergency=COVID-19"
    while path:
        page = client.get(path).content.decode()
        seen += re.findall(r'href="/needs/(\d+\.\d+)/"', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = unescape(found[1]) if found else ""
    assert seen == [row.line_id for row in published_lines(PUBLIC, limit=None)]


def test_the_states_of_a_day_come_with_their_remarks(client, site):
    page = text_of(client.get("/states/?on=2010-01-01"))
    assert "On 1 January 2010 the movement has 3 members" in page
    assert "Counted without former members" in page


def test_an_item_shows_who_asks(client, site):
    page = text_of(client.get(f"/items/{GLOVES}/"))
    assert "1 state asks for 60,000 (EA)" in page
    assert "box of 50" in page
    assert "No line in force asks for it" in text_of(client.get("/items/SOC-CARE/"))


def test_derived_figures_stand_apart(client, site):
    page = text_of(client.get("/states/ZMB/"))
    derived = page.index("not submitted by the state")
    assert page.index("Indicator D-GLOVES") > derived
    assert "45,000 EA beds times days" in page
    indicator = text_of(client.get("/indicators/D-GLOVES/"))
    assert "State of ZMB 45,000 EA" in indicator
    assert "1 state itself asks for 60,000 (EA)" in indicator
    for path in ("/", "/needs/", f"/items/{GLOVES}/"):
        page = text_of(client.get(path))
        assert "45,000" not in page
        assert "105,000" not in page, "never added"


def test_kinds_never_meet(client, site):
    page = client.get("/").content.decode()
    assert page.index(f"/items/{RICE}/") < page.index(f"/items/{CASH}/")
    captions = re.findall(r"<caption>(Goods|Money|People|Services)</caption>", page)
    assert captions == ["Goods", "Money"]


# The record


def test_an_act_carries_its_proof(client, site):
    number = site.spoken
    page = client.get(f"/record/{number}/").content.decode()
    proof = proof_of(number)
    for part in (proof.leaf, proof.root, *proof.path):
        assert part in page
    assert "Verified just now" in page
    assert "It does not" not in page
    assert f'href="/needs/{print_key(number << 16 | 1)}/"' in page


def test_a_changed_act_is_told_from_a_sound_one(client, site, monkeypatch):
    monkeypatch.setattr("bandung.web.views.record.stored_text", lambda number: "{}")
    page = text_of(client.get(f"/record/{site.spoken}/"))
    assert "This act does not verify" in page
    assert "Verified just now" not in page


def test_stored_bytes_and_opened_blocks_are_downloads(client, site):
    answer = client.get(f"/record/{site.spoken}/entry.json")
    assert answer.content.decode() == stored_text(site.spoken)
    block = client.get(f"/record/{site.spoken}/public.json")
    assert block.json()["state"] == "ZMB"
    for each in (answer, block):
        assert each["Content-Disposition"].startswith("attachment;")
        assert each["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("label", ["partners", "withheld", "source", "original", "envelope"])
def test_sealed_blocks_cannot_be_downloaded(site, label, caplog):
    caplog.set_level("ERROR", logger="django.request")
    for who in (None, site.world.secretariat):
        path = f"/record/{site.spoken}/{label}.json"
        assert client_of(who).get(path).status_code == 404


def test_a_hidden_act_shows_number_time_and_commitments(client, site):
    page = text_of(client.get(f"/record/{site.pending}/"))
    assert "This act is sealed" in page
    assert "State of CUB" not in page
    own = text_of(client_of(site.world.focal_point("CUB")).get(f"/record/{site.pending}/"))
    assert "CUB" in own


def test_the_record_reaches_its_first_act(client, site):
    seen, path = [], "/record/"
    while path:
        page = client.get(path).content.decode()
        seen += [int(each) for each in re.findall(r'href="/record/(\d+)/"', page)]
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = unescape(found[1]) if found else ""
    assert seen == list(range(checkpoint().size, 0, -1))
    assert checkpoint().text() in unescape(client.get("/record/").content.decode())


# Cost


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 45),
        ("/needs/", 22),
        (f"/needs/?item={GLOVES}", 22),
        ("/states/", 18),
        ("/states/ZMB/", 45),
        ("/items/", 16),
        (f"/items/{GLOVES}/", 24),
        ("/record/", 14),
        ("/about/", 24),
    ],
)
def test_a_list_costs_the_same_however_long_it_is(client, site, path, most):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(path)
    more = [
        make.need(n, (GLOVES, MASKS)[n % 2], n, needed_by=date(2027, 1, 1) + timedelta(n))
        for n in range(1, 61)
    ]
    make.submit_and_publish(site.world, make.statement(more, state="KEN"))
    with CaptureQueriesContext(connection) as after:
        client.get(path)
    assert len(after) == len(before)
    assert 0 < len(after) <= most


# Languages


def test_the_language_is_chosen_and_kept(client, site):
    answer = client.post("/language/", {"language": "ar", "next": "/needs/"})
    assert (answer.status_code, answer["Location"]) == (302, "/needs/")
    page = client.get("/needs/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page


def test_the_language_form_leads_nowhere_else(client, site):
    answer = client.post("/language/", {"language": "fr", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_numbers_follow_the_language(client, site):
    client.cookies["django_language"] = "fr"
    with translation.override("fr"):
        assert "60\u202f000" in client.get("/needs/").content.decode()


def test_a_reader_is_named_on_the_page(site):
    page = text_of(client_of(site.world.reviewer).get("/"))
    assert "reviewer" in page
    assert reader_of(site.world.reviewer).may_review
