"""The read API: every address, its filters and pages, what it refuses, and who sees what."""

import base64
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from bandung.ledger.merkle import is_included, leaf_hash
from bandung.movement.access import PUBLIC
from bandung.needs.queries import LineFilter, published_lines, totals
from tests.factories import (
    GLOVES,
    World,
    accept,
    dispute,
    found_world,
    group,
    need,
    publish,
    statement,
    submit,
    submit_and_publish,
    withdraw,
)

pytestmark = [pytest.mark.django_db(transaction=True)]
API = "/api/v1"
EXERCISE_NOTE = "Exercise: not submitted by any state."


@pytest.fixture
def world() -> World:
    return found_world()


def get(path: str, status: int = 200, client: Client | None = None, **query):
    answer = (client or Client()).get(f"{API}{path}", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def signed_in(person: str) -> Client:
    user = get_user_model().objects.create(username=person, person=person, name=person)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_lines_are_those_of_the_queries(world):
    submit_and_publish(world, statement([need(1), need(2, quantity=7, priority=1)]))
    items = get("/needs")["items"]
    rows = published_lines(PUBLIC)
    assert [item["line_id"] for item in items] == [row.line_id for row in rows]
    for item, row in zip(items, rows, strict=True):
        said = {**row._asdict(), "note": EXERCISE_NOTE}
        assert item | {"as_of": row.as_of, "needed_by": row.needed_by} == said
    one = get(f"/needs/{items[0]['line_id']}")
    assert one == items[0]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_follow_each_other_without_gap_or_repetition(world, limit):
    lines = [
        need(n, priority=1 + n % 3, quantity=n, needed_by=date(2026, n, 1)) for n in range(1, 6)
    ]
    submit_and_publish(world, statement(lines))
    seen, after = [], None
    while True:
        page = get("/needs", limit=limit, **({"after": after} if after else {}))
        seen += [item["line_id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [row.line_id for row in published_lines(PUBLIC)]
    assert len(seen) == 5


def test_filters_narrow_and_totals_follow_them(world):
    submit_and_publish(world, statement([need(1, quantity=5)]))
    submit_and_publish(world, statement([need(1, quantity=7, priority=1)], state="KEN"))
    group("lake", ["KEN"])
    for query, quantities in (
        ({}, [5, 7]),
        ({"state": "ZMB"}, [5]),
        ({"group": "lake"}, [7]),
        ({"sector": "medical"}, [5, 7]),
        ({"sector": "social"}, []),
        ({"item": GLOVES, "state": "KEN"}, [7]),
        ({"priority": 1}, [7]),
        ({"priority": 2}, [5]),
        ({"priority": 3}, []),
        ({"as_of": "2020-01-01"}, []),
    ):
        assert [each["base_quantity"] for each in get("/needs", **query)["items"]] == quantities
        summed = get("/needs/totals", **query)["items"]
        assert [each["base_quantity"] for each in summed] == (
            [sum(quantities)] if quantities else []
        )
        chosen = LineFilter(**{k: v for k, v in query.items() if k != "as_of"})
        if "as_of" not in query:
            assert summed == [row._asdict() for row in totals(PUBLIC, chosen)]


def test_since_lists_what_became_of_lines(world):
    first = submit_and_publish(world, statement([need(1, quantity=5)]))
    mark = get("/checkpoint")["size"]
    assert get("/needs", since=mark)["items"] == []
    second = submit_and_publish(world, statement([need(1, quantity=6)]))
    changed = get("/needs", since=mark)["items"]
    assert {(each["submission"], each["status"]) for each in changed} == {
        (first, "superseded"),
        (second, "published"),
    }
    mark = get("/checkpoint")["size"]
    dispute(world, second << 16 | 1)
    assert [each["status"] for each in get("/needs", since=mark)["items"]] == ["disputed"]
    assert get("/needs/totals")["items"][0]["disputed_quantity"] == 6
    withdraw(world, second, ["medical"])
    assert get("/needs")["items"] == []


def test_readers_see_what_their_pages_show(world):
    said = statement(
        [
            need(1, quantity=1),
            need(2, quantity=2, priority=1, visibility="partners"),
            need(3, quantity=3, priority=3, visibility="withheld"),
        ]
    )
    number = submit(world, said)
    assert get("/needs")["items"] == []
    accept(world, number)
    publish(world, number)
    sees = lambda person: [  # noqa: E731
        each["base_quantity"]
        for each in get("/needs", client=signed_in(person) if person else None)["items"]
    ]
    assert sees("") == sees("person-KEN") == [1]
    assert sees("person-partner") == [1, 2]
    assert sees("person-ZMB") == sees("person-reviewer") == sees("person-secretary") == [1, 2, 3]
    assert get(f"/needs/{number}.3", status=404)
    assert get(f"/needs/{number}.3", client=Client(), status=404)


def test_an_act_is_proven_and_a_sealed_one_shows_commitments_only(world):
    number = submit(world)
    sealed = get(f"/acts/{number}")
    assert (sealed["verb"], sealed["party"], sealed["sentence"]) == ("", "", "")
    assert sealed["is_sealed"]
    assert len(sealed["blocks"]) == 6
    assert "ZMB" not in sealed["entry"]
    proof = sealed["proof"]
    path = [bytes.fromhex(each) for each in proof["path"]]
    leaf = leaf_hash(sealed["entry"].encode())
    assert leaf.hex() == sealed["leaf"]
    assert is_included(leaf, proof["index"], proof["size"], path, bytes.fromhex(proof["root"]))
    own = get(f"/acts/{number}", client=signed_in("person-ZMB"))
    assert (own["verb"], own["party"]) == ("needs.submitted", "ZMB")
    other = get(f"/acts/{number}", client=signed_in("person-KEN"))
    assert other["verb"] == ""


def test_acts_follow_in_order_and_the_checkpoint_covers_them(world):
    submit_and_publish(world)
    numbers, after = [], 0
    while after is not None:
        page = get("/acts", after=after, limit=7)
        numbers += [act["number"] for act in page["items"]]
        after = page["next"]
    point = get("/checkpoint")
    assert numbers == list(range(1, point["size"] + 1))
    root = base64.b64decode(point["text"].split("\n")[2])
    assert root.hex() == point["root"]
    assert get("/checkpoint", size=3)["size"] == 3
    get("/checkpoint", status=404, size=point["size"] + 1)
    get(f"/acts/{point['size'] + 1}", status=404)


def test_register_and_catalogue(world):
    states = get("/states", on="2026-07-01")["items"]
    assert {row["iso3"] for row in states} >= {"ZMB", "KEN"}
    assert get("/states/ZMB", on="2026-07-01")["names"]["en"]
    get("/states/XXX", status=404)
    group("lake", ["KEN"])
    assert [row["state"] for row in get("/groups/lake")["items"]] == ["KEN"]
    assert any(row["code"] == "lake" for row in get("/groups")["items"])
    get("/groups/none", status=404)
    assert get(f"/items/{GLOVES}")["code"] == GLOVES
    get("/items/NONE", status=404)
    assert {row["code"] for row in get("/items", sector="medical")["items"]} >= {GLOVES}
    assert get("/indicators")["items"] == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/needs", {"stat": "ZMB"}),
        ("/needs", {"sector": "military"}),
        ("/needs", {"limit": 0}),
        ("/needs", {"priority": 0}),
        ("/needs", {"priority": 4}),
        ("/needs", {"priority": "high"}),
        ("/needs", {"limit": 1001}),
        ("/needs", {"limit": "٥"}),
        ("/needs", {"as_of": "1577836800"}),
        ("/needs", {"as_of": "2026-02-30"}),
        ("/needs", {"after": "345"}),
        ("/needs", {"after": "345.0"}),
        ("/needs", {"after": "0345.1"}),
        ("/needs", {"since": -1}),
        ("/needs", {"since": 2**53}),
        ("/needs", {"state": "a'b"}),
        ("/needs/totals", {"after": "1.1"}),
        ("/states", {"on": "tomorrow"}),
        ("/acts", {"after": "1e3"}),
        ("/acts/x", {}),
    ],
)
def test_a_wrong_parameter_is_named(world, path, query):
    problems = get(path, status=422, **query)["detail"]
    assert problems[0]["loc"]
    assert problems[0]["msg"]


@pytest.mark.parametrize("name", ["state", "group", "item", "emergency", "category"])
def test_a_filter_that_names_nothing_is_not_an_empty_list(world, name):
    for path in ("/needs", "/needs/totals"):
        problem = get(path, status=404, **{name: "NONE"})["detail"][0]
        assert problem["loc"] == ["query", name]
        assert "NONE" in problem["msg"]


def test_a_list_costs_the_same_whatever_its_length(world, django_assert_max_num_queries):
    lines = [need(n, quantity=n, needed_by=date(2026, 1, n)) for n in range(1, 29)]
    submit_and_publish(world, statement(lines))
    with django_assert_max_num_queries(2):
        assert len(get("/needs")["items"]) == 28
    with django_assert_max_num_queries(4):
        get("/needs/totals")
    with django_assert_max_num_queries(6):
        get("/acts")


def test_the_description_is_openapi_3_1(world):
    described = Client().get(f"{API}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        f"{API}{path}"
        for path in (
            "/states",
            "/states/{iso3}",
            "/groups",
            "/groups/{code}",
            "/items",
            "/items/{code}",
            "/indicators",
            "/needs",
            "/needs/totals",
            "/needs/{line_id}",
            "/acts",
            "/acts/{number}",
            "/checkpoint",
        )
    }
