"""All that a result file says is checked: whatever is changed in it is named, and nothing raises."""

import io
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bandung.fairness import Allocation, allocate, replaying
from bandung.fairness.files import BadFile, Inputs, read_inputs
from bandung.fairness.measures import measure
from bandung.fairness.rereading import OtherNames, read_result
from bandung.fairness.results import write_result
from bandung.fairness.verifying import Verified, verify

CLAIMANTS = """\
claimant,need,received,weight,cap,groups,accepts,minimum
A,1000,0,,,G1,,
B,800,100,5/4,,G1;G2,P,
C,500,0,,50,G2,,
D,2000,0,,,G2,P;Q,
E,300,250,,,G1,,
F,400,0,,,G3,Z,
H,700,0,4/3,,G2,,60
I,90,0,,,G1,,200
"""
LOTS = """\
lot,product,quantity,pack,for,not_for,expires_on
L1,P,600,10,G1,,2026-01-01
L2,Q,905,7,G2,,2027-01-01
L3,P,100,10,A;B,,
L4,W,30,5,F,,
L5,Q,120,20,I;C,,
"""
RULES = ["quota-leximin", "adams", "floor", "hamilton", None]
Path_ = tuple[Any, ...]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Eight claimants in groups, two with a minimum, one of them deferred from both its lots."""
    folder = tmp_path_factory.mktemp("inputs")
    for name, text in (("claimants.csv", CLAIMANTS), ("lots.csv", LOTS)):
        (folder / name).write_text(text, encoding="utf-8")
    return read_inputs(folder / "claimants.csv", folder / "lots.csv")


def written(inputs: Inputs, allocation: Allocation) -> str:
    file = io.StringIO()
    write_result(
        inputs.problem, allocation, file, measure(inputs.problem, allocation, inputs.groups)
    )
    return file.getvalue()


def verified(inputs: Inputs, text: str, folder: Path) -> Verified:
    path = folder / "result.json"
    path.write_text(text, encoding="utf-8")
    return verify(inputs.problem, read_result(path, inputs.problem), inputs.groups)


def named(inputs: Inputs, text: str, folder: Path) -> list[str]:
    """What is said of a result file, however it is said; nothing if it passes."""
    try:
        return [f"{each.code}: {each.message}" for each in verified(inputs, text, folder).faults]
    except BadFile as bad:
        return [f"{each.column}: {each.message}" for each in bad.faults]
    except OtherNames as other:
        return [*other.reasons]


@pytest.mark.parametrize("rule", RULES)
def test_a_result_that_was_left_alone_passes(inputs, tmp_path, rule) -> None:
    found = verified(inputs, written(inputs, allocate(inputs.problem, rule)), tmp_path)
    assert (found.faults, found.unchecked) == ((), ())


# What was not checked before


@pytest.mark.parametrize(
    ("pattern", "replacement", "said"),
    [
        ('{"rule":"', '{"rule":"floor","rule":"', "rule: it stands twice"),
        ('"allocated":400', '"allocated":9,"allocated":400', "claimants[0].allocated: it stands"),
        ('"lot":"L1","quantity"', '"lot":"L9","lot":"L1","quantity"', "claimants[0].lot: it"),
        ('"measures":{', '"measures":{"before":{},', "measures.before: it stands twice"),
        ('"lots":[', '"lots":[],"lots":[', "lots: it stands twice"),
        ('{"rule":"', '{"approved":true,"rule":"', "approved: there is no such field"),
        ('{"claimant":"A"', '{"bonus":7,"claimant":"A"', "claimants[0].bonus: there is no such"),
        ('"lot":"L1","quantity"', '"extra":5,"lot":"L1","quantity"', "consignments[0].extra: there"),
        ('{"lot":"L4"', '{"taken":1,"lot":"L4"', "lots[3].taken: there is no such field"),
        ('"measures":{', '"measures":{"praise":1,', "praise: there is no such measure"),
        ('"version":"1"', '"version":"2"', "version: made by version 2 of the engine"),
        ('"block":1', '"block":0', "block: it stands in block 1, not 0"),
        ('"deferred":["L1"', '"deferred":["L1","L1"', "deferred: the same pair is deferred 2"),
        ('"allocated":400', '"allocated":' + "9" * 5000, "claimants[0].allocated: at most 64 bits"),
        ('"block":1', '"block":' + "9" * 5000, "claimants[0].block: the number of a block"),
        ('"coverage":"2/5"', f'"coverage":"{10**400}"', "coverage: no figure is as large"),
        ('"level":"2/5"', f'"level":"{10**400}"', "claimants[0].level: no figure is as large"),
        ('"share":"400","cov', f'"share":"1/{7**3000}","cov', "share: a number of 2526 digits"),
        ('"min":0.0', f'"min":{10**400}', "before.min: 1000000000"),
        ('"min":0.0', '"min":1e999', "before.min: inf where the figures give 0.0"),
    ],
)  # fmt: skip
def test_it_is_named_at_its_place(inputs, tmp_path, pattern, replacement, said) -> None:
    text = written(inputs, allocate(inputs.problem))
    changed = text.replace(pattern, replacement, 1)
    assert changed != text
    assert said in "\n".join(named(inputs, changed, tmp_path))


def test_sums_too_long_to_be_written_are_named(inputs, tmp_path) -> None:
    long = json.loads(written(inputs, allocate(inputs.problem)))
    for row, base in ((0, 7**4000), (3, 11**3700)):
        share = f"{400 * base + 1}/{base}"
        long["claimants"][row]["share"] = share
        long["claimants"][row]["consignments"][0]["share"] = share
    codes = {each.split(":")[0] for each in named(inputs, json.dumps(long), tmp_path)}
    assert {"certificate-c", "certificate-e"} <= codes


def test_another_split_of_the_same_shares_is_named(inputs, tmp_path) -> None:
    """A and B hold 700 of L1 and L3 between them, in any proportion: as fair, but not the same."""
    honest = json.loads(written(inputs, allocate(inputs.problem, None)))
    assert [len(each["consignments"]) for each in honest["claimants"][:2]] == [1, 2]
    turned = deepcopy(honest)
    first, second = turned["claimants"][:2]
    first["consignments"] = [
        {"lot": "L1", "quantity": "399", "share": "399"},
        {"lot": "L3", "quantity": "1", "share": "1"},
    ]
    second["consignments"] = [
        {"lot": "L1", "quantity": "201", "share": "201"},
        {"lot": "L3", "quantity": "99", "share": "99"},
    ]
    found = named(inputs, json.dumps(turned), tmp_path)
    assert len(found) == 4
    assert found[0] == "split: its share of this lot is 399; the engine's division gives 400"


def test_gaps_of_groups_need_the_groups(inputs, tmp_path) -> None:
    text = written(inputs, allocate(inputs.problem))
    found = verified(replace(inputs), text, tmp_path)
    assert found.faults == ()
    path = tmp_path / "result.json"
    (fault,) = verify(inputs.problem, read_result(path, inputs.problem)).faults
    assert fault.message.startswith("groups: ")


def test_what_was_not_replayed_is_said(inputs, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(replaying, "MOST_WORK", 8)
    found = verified(inputs, written(inputs, allocate(inputs.problem)), tmp_path)
    assert found.faults == ()
    assert found.unchecked == ("whether the minima defer these 2 consignments, too many to replay",)


# Every figure, changed


def figures(tree: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every figure of a result, with the way to it."""
    branches = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for name, each in branches:
        if isinstance(each, dict | list):
            yield from figures(each, (*path, name))
        else:
            yield (*path, name), each


def put(tree: Any, path: Path_, value: Any) -> Any:
    changed = deepcopy(tree)
    branch = changed
    for name in path[:-1]:
        branch = branch[name]
    if value is ...:
        del branch[path[-1]]
    else:
        branch[path[-1]] = value
    return changed


def mutations(random: Random, value: Any) -> list[Any]:
    """Other values, none of which means the same."""
    found: list[Any] = [None, True, -1, 10**30, 1.5, "x", "1/0", "7/3", [], {}, "9" * 4500, [[]]]
    if isinstance(value, str):
        found += [value + "x", value[:-1], value.swapcase() + " "]
    elif isinstance(value, int):
        found += [value + 1, value - 1, value * 2 + 1, str(value), value + random.randint(2, 50)]
    elif isinstance(value, float):
        found += [value + 1e-9, value * 1.000001 + 1e-9, -value - 1e-9, str(value)]
    if isinstance(value, str) and value.replace("/", "").isdigit():
        exact = Fraction(value)
        found += [str(exact + 1), str(exact + Fraction(1, 10**30)), str(-exact - 1)]
    return [each for each in found if type(each) is not type(value) or each != value]


@pytest.mark.parametrize("rule", RULES)
def test_every_measure_changed_is_named(inputs, tmp_path, rule) -> None:
    honest = json.loads(written(inputs, allocate(inputs.problem, rule)))
    random = Random(7)
    some = [(path, value) for path, value in figures(honest["measures"])]
    assert {path[0] for path, _value in some} >= {
        "before", "after", "blocks", "not_served", "price_of_minimum", "groups",
    }  # fmt: skip
    for path, value in some:
        changed = put(honest, ("measures", *path), random.choice(mutations(random, value)))
        found = named(inputs, json.dumps(changed), tmp_path)
        assert any(each.startswith(f"measures: {path[0]}") for each in found), path


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_no_change_of_meaning_passes_and_none_raises(inputs, tmp_path, rule, seed) -> None:
    """Some hundred changes for each rule: one figure altered, left out, added or exchanged."""
    random = Random(f"{rule} {seed}")
    honest = json.loads(written(inputs, allocate(inputs.problem, rule)))
    every = list(figures(honest))
    for _turn in range(60):
        path, value = random.choice(every)
        change = random.choice(["leave out", "exchange", "add", "alter", "alter"])
        is_named = isinstance(path[-1], str)
        if change == "leave out" and path[-1] not in ("share", "block"):  # these may be left out
            changed = put(honest, path, ...)
        elif change == "add" and is_named:
            changed = put(honest, (*path[:-1], "more"), value)
        elif change == "exchange" and is_named:
            like = [other for at, other in every if at[-1] == path[-1] and other != value]
            changed = put(honest, path, random.choice(like or ["another"]))
        else:
            changed = put(honest, path, random.choice(mutations(random, value)))
        assert named(inputs, json.dumps(changed), tmp_path), (path, value, change)


@pytest.mark.parametrize("seed", range(60))
def test_bytes_changed_at_random_never_raise(inputs, tmp_path, seed) -> None:
    """A digit, a bracket, a comma somewhere: refused, named, or the same figures as before."""
    random = Random(seed)
    text = written(inputs, allocate(inputs.problem, random.choice(RULES)))
    honest = json.loads(text)
    at = random.randrange(len(text))
    changed = text[:at] + random.choice('019"{}[],:-e/ \n') + text[at + random.randrange(2) :]
    found = named(inputs, changed, tmp_path)
    assert found or json.loads(changed) == honest
