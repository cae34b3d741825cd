"""The secretariat edits the catalogue by acts; nobody else does, nothing is recorded twice."""

import re

import pytest

from bandung.catalogue.models import Item, Pack
from bandung.catalogue.queries import item_history
from bandung.ledger.act import print_key
from bandung.ledger.queries import entry_view, last_touch
from tests import factories as make
from tests.factories import BOX, GLOVES
from tests.web.conftest import client_of

pytestmark = pytest.mark.django_db
EDIT = f"/items/{GLOVES}/edit/"


@pytest.fixture
def clerk(site):
    return client_of(site.world.secretariat)


def hidden(page: str, what: str) -> dict[str, str]:
    """The hidden values of one of the page's forms."""
    form = next(
        each for each in page.split("<form ")[1:] if f'name="what" value="{what}"' in each
    ).split("</form>")[0]
    pairs = re.findall(r'<input type="hidden" name="([a-z_]+)"(?: value="([^"]*)")?', form)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def definition(page: str, **changed) -> dict[str, object]:
    sent = {
        **hidden(page, "define"),
        "label_en": "Gloves, nitrile",
        "label_fr": "Gants",
        "category": "medical/ppe",
        "unit": "EA",
        "note": "powder free",
        "source": "test",
    }
    return sent | changed


def test_a_new_version_is_an_act(clerk, site):
    before = make.ledger_size()
    answer = clerk.post(EDIT, definition(clerk.get(EDIT).content.decode()), follow=True)
    assert make.ledger_size() == before + 1
    newest = item_history(GLOVES)[0]
    assert (newest.version, newest.label_en, newest.note) == (2, "Gloves, nitrile", "powder free")
    assert entry_view(newest.act).verb == "catalogue.item_defined"
    assert f"Recorded as act {newest.act}" in answer.content.decode()
    page = clerk.get(f"/needs/{print_key(site.spoken << 16 | 1)}/")
    assert f"{GLOVES}@1" in page.content.decode(), "lines keep their version"


def test_sent_twice_it_is_recorded_once(clerk):
    sent = definition(clerk.get(EDIT).content.decode())
    clerk.post(EDIT, sent)
    size = make.ledger_size()
    assert clerk.post(EDIT, sent).status_code == 302
    assert make.ledger_size() == size


def test_a_key_with_other_content_is_refused_and_a_new_key_issued(clerk):
    sent = definition(clerk.get(EDIT).content.decode())
    clerk.post(EDIT, sent)
    size = make.ledger_size()
    answer = clerk.post(EDIT, sent | {"label_en": "Something else"})
    page = answer.content.decode()
    assert (answer.status_code, make.ledger_size()) == (200, size)
    assert "already sent with other content" in page
    assert "Something else" in page, "the input is kept"
    again = hidden(page, "define")
    assert again["key"] != sent["key"]
    assert clerk.post(EDIT, sent | again | {"label_en": "Something else"}).status_code == 302


def test_what_somebody_else_changed_is_not_overwritten(clerk):
    sent = definition(clerk.get(EDIT).content.decode())
    make.define_item(GLOVES, label="Changed meanwhile")
    size = make.ledger_size()
    page = clerk.post(EDIT, sent).content.decode()
    assert make.ledger_size() == size
    assert "Meanwhile this has changed" in page
    again = hidden(page, "define")
    assert int(again["based_on"]) == last_touch(f"catalogue.item/{GLOVES}")
    assert clerk.post(EDIT, sent | again).status_code == 302


def test_what_is_missing_is_said_at_the_field(clerk):
    size = make.ledger_size()
    page = clerk.post(EDIT, definition(clerk.get(EDIT).content.decode(), label_en="")).content
    assert b'href="#define_label_en"' in page
    assert make.ledger_size() == size


def test_a_pack_is_defined_and_its_content_stays(clerk):
    page = clerk.get(EDIT).content.decode()
    sent = {
        **hidden(page, "pack"),
        "code": "box-100",
        "base_per_pack": "100",
        "basis": "test",
        "label_en": "box of 100",
    }
    assert clerk.post(EDIT, sent).status_code == 302
    assert Pack.objects.get(code=f"{GLOVES}/box-100").base_per_pack == 100
    again = hidden(clerk.get(EDIT).content.decode(), "pack")
    page = clerk.post(EDIT, sent | again | {"base_per_pack": "99"}).content.decode()
    assert "keeps that meaning" in page
    assert Pack.objects.get(code=f"{GLOVES}/box-100").base_per_pack == 100


def test_a_pack_and_the_item_are_withdrawn(clerk):
    page = clerk.get(EDIT).content.decode()
    sent = {**hidden(page, "withdraw-pack"), "reason": "no longer made"}
    assert clerk.post(EDIT, sent).status_code == 302
    assert Pack.objects.get(code=BOX).withdrawn_by == make.ledger_size()
    sent = {**hidden(page, "withdraw"), "reason": "no longer needed"}
    answer = clerk.post(EDIT, sent, follow=True)
    assert "can no longer be asked for" in answer.content.decode()
    assert Item.objects.get(code=GLOVES).withdrawn_by == make.ledger_size()


def test_a_new_item_enters_the_catalogue(clerk):
    page = clerk.get("/items/new/").content.decode()
    sent = {
        **hidden(page, "new"),
        "code": "MED-NEW-01",
        "category": "medical/ppe",
        "kind": "goods",
        "unit": "KG",
        "label_en": "Something new",
        "source": "test",
    }
    assert clerk.post("/items/new/", sent).status_code == 302
    newest = item_history("MED-NEW-01")[0]
    assert (newest.sector, newest.base_unit_id) == ("medical", "G")
    other = {**sent, **hidden(clerk.get("/items/new/").content.decode(), "new")}
    page = clerk.post("/items/new/", other).content.decode()
    assert "Meanwhile this has changed" in page, "an item is not overwritten from here"


@pytest.mark.parametrize("who", ["reviewer", "partner", "administrator"])
@pytest.mark.parametrize("path", [EDIT, "/items/new/"])
def test_nobody_else_edits(site, who, path, caplog):
    caplog.set_level("ERROR", logger="django.request")
    client = client_of(getattr(site.world, who))
    assert client.get(path).status_code == 403
    assert client.post(path, {"what": "withdraw", "reason": "x", "key": "y"}).status_code == 403
    assert "edit" not in client.get(f"/items/{GLOVES}/").content.decode()


def test_the_public_is_asked_to_sign_in(client, site):
    assert client.get(EDIT)["Location"].startswith("/sign-in/")
