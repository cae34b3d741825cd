"""One door: no code but the acts and the ledger writes official tables, and no table is forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

import bandung
from bandung.core.models import OfficialModel
from bandung.ledger.guard import guarded_tables

SOURCE = Path(bandung.__file__).parent
PLAIN = frozenset(["sheets", "fairness", "estimation"])  # packages that import no Django
VERBS = ["save", "create", "update", "delete", "add", "set", "remove", "clear"]
VERBS += ["get_or_create", "update_or_create", "bulk_create", "bulk_update"]
WRITES = frozenset([*VERBS, *(f"a{verb}" for verb in VERBS)])
RAW = frozenset(
    ["cursor", "raw", "RawSQL", "extra", "execute", "executemany", "executescript", "open_door"]
)
RAW |= {"insert_rows", "insert_json"}
ROW_WRITES = frozenset(["save", "asave", "delete", "adelete", "save_base"])

# Tables that are not official, each with the reason why it needs no acts. Reviewed by people.
UNOFFICIAL = {
    "account_emailaddress": "how a person is reached; erasable",
    "account_emailconfirmation": "sign-in",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
    "auth_permission": "Django's own, unused",
    "axes_accessattempt": "failed sign-ins, against guessing",
    "axes_accessattemptexpiration": "failed sign-ins, against guessing",
    "axes_accessfailurelog": "failed sign-ins, against guessing",
    "axes_accesslog": "sign-ins, against guessing",
    "core_user": "the person behind an opaque identifier; erasable",
    "core_user_groups": "Django's own, unused",
    "core_user_user_permissions": "Django's own, unused",
    "django_content_type": "Django's own",
    "django_session": "who is signed in now",
    "mfa_authenticator": "second factors",
    "movement_exerciseaccount": "who plays which part in an exercise",
    "movement_invitation": "one-time links; what they lead to is a mandate, by an act",
    "needs_draft": "what a person has not submitted yet",
    "needs_draftdocument": "what a person has not submitted yet",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module that may not write official tables."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        is_act = "acts" in parts or parts[-1] == "acts.py"
        if parts[0] not in {"ledger", *PLAIN} and not is_act and "migrations" not in parts:
            yield "/".join(parts), ast.parse(path.read_text("utf-8"))


def official_names() -> set[str]:
    return {model.__name__ for model in official_tables()}


def official_tables() -> list[type[models.Model]]:
    tables = guarded_tables()
    return [model for model in apps.get_models() if model._meta.db_table in tables]


def related_names() -> set[str]:
    """The names under which official rows are reached from other rows."""
    return {
        relation.get_accessor_name()
        for model in official_tables()
        for relation in model._meta.related_objects
        if relation.related_model in official_tables()
    } - {None}


def names_in(node: ast.AST) -> set[str]:
    """All names and attributes in the expression that a method is called on."""
    return {
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Name | ast.Attribute)
    }


def rows_of(function: ast.AST, official: set[str]) -> set[str]:
    """The variables of a function that are given a row or rows of an official table."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and names_in(node.value) & official:
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        if isinstance(node, ast.For | ast.comprehension) and names_in(node.iter) & official:
            found |= {node.target.id} if isinstance(node.target, ast.Name) else set()
        if isinstance(node, ast.arg) and node.annotation is not None:
            found |= {node.arg} if names_in(node.annotation) & official else set()
    return found


def writes(tree: ast.Module, official: set[str], related: set[str]) -> list[str]:
    """The calls in a module that write official rows, or that could by raw SQL."""
    found = []
    for scope in [tree, *(each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))]:
        rows = rows_of(scope, official) if isinstance(scope, ast.FunctionDef) else set()
        for node in ast.walk(scope):
            if not isinstance(node, ast.Call):
                continue
            name = called(node)
            if name in RAW:
                found.append(f"{name} at line {node.lineno}")
            elif isinstance(node.func, ast.Attribute) and name in WRITES:
                on = names_in(node.func.value)
                is_query = bool(on & related) or ("objects" in on and bool(on & official))
                is_row = name in ROW_WRITES and bool(on & (rows | official))
                if is_query or is_row:
                    found.append(f"{name} at line {node.lineno}")
    return sorted(set(found))


def called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_nothing_but_acts_and_ledger_writes_official_tables() -> None:
    official, related = official_names(), related_names()
    found = {name: writes(tree, official, related) for name, tree in modules()}
    found = {name: calls for name, calls in found.items() if calls}
    assert found == {}


def test_there_are_modules_and_tables_to_look_at() -> None:
    assert len(list(modules())) > 50
    assert {"Entry", "Appointment", "Party", "Item"} <= official_names()
    assert "lines" in related_names()


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("Party.objects.create(code='x')", True),
        ("Party.objects.filter(code='x').update(code='y')", True),
        ("models.Party.objects.all().delete()", True),
        ("Party(code='x').save()", True),
        ("party.memberships.create(kind='x')", True),
        ("def f():\n    party = Party.objects.get(code='x')\n    party.save()", True),
        ("def f():\n    for party in Party.objects.all():\n        party.delete()", True),
        ("def f(party: Party):\n    party.save()", True),
        ("connection.cursor()", True),
        ("Party.objects.raw('SELECT 1')", True),
        ("with open_door():\n    pass", True),
        ("Draft.objects.create(name='x')", False),
        ("draft.save()", False),
        ("Party.objects.filter(code='x').count()", False),
        ("names = {}; names.update(Party.NAMES)", False),
        ("found = set(); found.add(1)", False),
    ],
)
def test_such_a_write_would_be_found(code: str, is_found: bool) -> None:
    found = writes(ast.parse(code), {"Party"}, {"memberships"})
    assert bool(found) == is_found


# Migrations: rows of official tables come from acts alone

REVIEWED_STEPS = {"ledger/migrations/0002_triggers_and_head.py": {"RunPython"}}


def test_migrations_write_no_official_rows() -> None:
    """Any step with code or SQL of its own is reviewed by a person and listed here."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("migrations/*.py")):
        steps = {
            called(node)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        } & {"RunPython", "RunSQL", "open_door"}
        name = path.relative_to(SOURCE).as_posix()
        steps -= {"open_door"} if name in REVIEWED_STEPS else set()
        if steps - REVIEWED_STEPS.get(name, set()):
            found[name] = steps
    assert found == {}


# Tables


def bandung_models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.app_label != "stock"]


def test_every_table_is_official_or_reviewed() -> None:
    tables = {model._meta.db_table for model in bandung_models()} - guarded_tables()
    assert tables == set(UNOFFICIAL)
    assert all(UNOFFICIAL.values())


def test_official_tables_have_no_automatic_keys_and_no_hidden_tables() -> None:
    """A key that the database hands out would differ after a rebuild."""
    for model in official_tables():
        name = model._meta.label
        assert not any(isinstance(key, models.AutoField) for key in model._meta.pk_fields), name
        assert not model._meta.many_to_many, name
        assert not model._meta.proxy, name


def test_official_columns_are_filled_by_acts_alone() -> None:
    """No clock, no chance, no float: what a column holds is said by an act."""
    for model in official_tables():
        for field in model._meta.concrete_fields:
            where = f"{model._meta.label}.{field.name}"
            assert not isinstance(field, models.FloatField | models.UUIDField), where
            assert not getattr(field, "auto_now", False), where
            assert not getattr(field, "auto_now_add", False), where
            is_plain = not callable(field.default) or field.default in (
                list,
                dict,
                models.NOT_PROVIDED,
            )
            assert is_plain, where
            assert field.db_default is models.NOT_PROVIDED, where


def test_official_rows_hang_together_by_protection() -> None:
    """Nothing official vanishes because something else is removed."""
    for model in official_tables():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is models.PROTECT, (
                    f"{model._meta.label}.{field}"
                )
                target = field.remote_field.model
                assert target._meta.db_table in guarded_tables(), f"{model._meta.label}.{field}"


def test_official_models_say_so() -> None:
    """Outside the ledger an official table is a subclass of OfficialModel."""
    for model in official_tables():
        assert model._meta.app_label == "ledger" or issubclass(model, OfficialModel)
