"""The picture of a division: well-formed, safe, small, readable without sight, and true."""

import re
from fractions import Fraction
from random import Random
from xml.etree import ElementTree

import numpy as np
import pytest

from bandung.fairness import Allocation, Problem, allocate
from bandung.fairness.chart import BOTTOM, LEFT, MOST_STEPS, RIGHT, TOP, chart
from bandung.fairness.rules import Claimant, Lot, problem_from_rules
from bandung.fairness.words import LANGUAGES, counted, percent, said
from tests.fairness.cases import random_case

NAMESPACE = "{http://www.w3.org/2000/svg}"


def divided(size: int, lots: int = 6, packs: str | None = "quota-leximin", seed: int = 1):
    """A division among many, whose lots are open to some classes each."""
    random = Random(seed)
    need = [random.randint(1, 1000) for _ in range(size)]
    kinds = min(4, size)
    problem = Problem(
        need,
        [each * random.randint(0, 5) // 10 for each in need],
        None,
        None,
        [row % 4 for row in range(size)],
        [sum(need) // (3 * lots)] * lots,
        [5] * lots,
        [[lot % kinds, (lot + lot // 4) % kinds] for lot in range(lots)],
    )
    return problem, allocate(problem, packs)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(NAMESPACE + "text")]


def curves(root: ElementTree.Element) -> dict[str, list[tuple[float, float]]]:
    """The two lines, as (x, y) at which each step begins."""
    lines = [each.get("d") for each in root.iter(NAMESPACE + "path") if each.get("fill") == "none"]
    before, after = (
        [(float(x), float(y)) for x, y in re.findall(r"[MH]([\d.]+)[ V]([\d.]+)", line)]
        for line in lines
    )
    return {"before": before, "after": after}


def described(root: ElementTree.Element) -> str:
    return root.find(NAMESPACE + "desc").text


def test_a_small_chart_has_a_step_for_each_claimant():
    problem = Problem(
        [100, 100, 100, 100],
        [0, 20, 75, 0],
        None,
        [100, 80, 25, 10],
        [0, 0, 0, 0],
        [60],
        None,
        [[0]],
    )
    allocation = allocate(problem, None)
    root = parsed(chart(problem, allocation))
    width, height = (RIGHT - LEFT) / 4, BOTTOM - TOP
    levels = [each / 100 for each in (10, 35, 35, 75)]
    assert [float(each) for each in sorted(allocation.coverage)] == levels
    found = curves(root)["after"]
    assert [x for x, _y in found] == [LEFT, LEFT + width, LEFT + 3 * width]
    top = 0.8
    assert [y for _x, y in found] == pytest.approx(
        [BOTTOM - height * level / top for level in (0.1, 0.35, 0.75)], abs=0.1
    )
    assert [y for _x, y in curves(root)["before"]] == pytest.approx(
        [BOTTOM - height * level / top for level in (0, 0.2, 0.75)], abs=0.1
    )
    assert "35.00\u00a0%" in texts(root)
    assert "80\u00a0%" in texts(root)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_the_same_in_words(language):
    problem, allocation = divided(300)
    root = parsed(chart(problem, allocation, language))
    title, desc = root.find(NAMESPACE + "title"), root.find(NAMESPACE + "desc")
    assert root.get("role") == "img"
    assert root.get("lang") == language
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    worst, best = allocation.coverage_array.min(), allocation.coverage_array.max()
    for figure in (worst, best, np.sort(allocation.coverage_array)[149]):
        assert percent(float(figure), language) in desc.text
    assert (root.get("direction") == "rtl") == (language == "ar")
    assert title.text in texts(root)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_carries_nothing_that_a_strict_page_refuses(language):
    problem, allocation = divided(50)
    text = chart(problem, allocation, language)
    root = parsed(text)
    allowed = {"svg", "title", "desc", "defs", "pattern", "path", "text"}
    assert {each.tag.removeprefix(NAMESPACE) for each in root.iter()} == allowed
    for each in root.iter():
        names = set(each.attrib)
        assert not {name for name in names if name.startswith("on") or name in ("style", "href")}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r'font-family="([^"]+)"', text) == ["sans-serif"]
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(set(ids)) == len(ids) == 3
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


@pytest.mark.parametrize("size", [1, 599, 600, 601, 30_000])
def test_many_claimants_are_drawn_with_few_points(size):
    problem, allocation = divided(size)
    text = chart(problem, allocation)
    lines = curves(parsed(text))
    for points in lines.values():
        assert 1 <= len(points) <= MOST_STEPS
        assert [x for x, _y in points] == sorted(x for x, _y in points)
        assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in points)
    assert [y for _x, y in lines["after"]] == sorted((y for _x, y in lines["after"]), reverse=True)
    assert len(text) < 60_000
    group = -(-size // 600)
    said = "Each step is one claimant." if group == 1 else f"mean of up to {group} claimants."
    assert said in described(parsed(text))


def test_the_blocks_stand_at_their_levels():
    problem, allocation = divided(400, packs=None)
    root = parsed(chart(problem, allocation))
    levels = {
        level
        for level, limit, share in zip(
            allocation.level, allocation.limited_by, allocation.shares, strict=True
        )
        if limit == "lots" and share
    }
    marks = [
        each.get("d")
        for each in root.iter(NAMESPACE + "path")
        if each.get("stroke-dasharray") and not each.get("transform")
    ]
    assert len(levels) > 1
    assert 1 <= len(marks) <= len(levels)
    heights = {re.match(r"M[\d.]+ ([\d.]+)H", mark)[1] for mark in marks}
    top = Fraction(int(re.match(r"\d+", max(ticks(root), key=number))[0]), 100)
    wanted = {f"{BOTTOM - (BOTTOM - TOP) * float(level / top):.1f}" for level in levels}
    assert heights <= wanted
    for level in levels:
        assert percent(level, "en") in described(root)


def dashes(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Where each level's line begins and ends."""
    found = [each for each in root.iter(NAMESPACE + "path") if each.get("stroke-dasharray")]
    lines = [each.get("d") for each in found if not each.get("transform")]
    return [
        tuple(map(float, re.fullmatch(r"M([\d.]+) [\d.]+H([\d.]+)", line).groups()))
        for line in lines
    ]


def test_a_level_is_as_wide_as_its_block():
    """Twenty on one level, without packs: the line spans them all."""
    problem = Problem([100] * 20, None, None, None, [0] * 20, [500], None, [[0]])
    assert dashes(parsed(chart(problem, allocate(problem, None)))) == [(LEFT, RIGHT)]


def test_packs_that_bring_some_far_from_a_level_do_not_stretch_it():
    """One pack for each but the last, who stays at nothing."""
    problem = Problem([100] * 20, None, None, None, [0] * 20, [190], [10], [[0]])
    ((begin, end),) = dashes(parsed(chart(problem, allocate(problem))))
    assert (begin, end) == (pytest.approx(LEFT + (RIGHT - LEFT) / 20, abs=0.1), RIGHT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_height_is_named_and_whom_no_lot_may_serve_is_marked(language):
    claimants = [Claimant(f"C{n}", 100, 10 * n, accepts=("x",) if n < 3 else ()) for n in range(8)]
    problem = problem_from_rules(claimants, [Lot("L", "p", 80)])
    root = parsed(chart(problem, allocate(problem, None), language))
    assert said("coverage", language) in texts(root)
    assert said("no lot open", language) in texts(root)
    assert counted("unserved", 3, language) in described(root)
    (bar,) = [
        each.get("d")
        for each in root.iter(NAMESPACE + "path")
        if each.get("stroke-width") == "5" and not each.get("transform")
    ]
    width = (RIGHT - LEFT) / 8
    assert bar == f"M{LEFT:.1f} {BOTTOM + 5}H{LEFT + 3 * width:.1f}"
    served = parsed(chart(*divided(8), language))
    assert said("no lot open", language) not in texts(served)


def test_a_language_without_words_is_refused():
    with pytest.raises(ValueError, match="one of en, fr, es, ar, not 'de'"):
        chart(*divided(4), "de")


def number(label: str) -> float:
    return float(label.split("\u00a0")[0])


def ticks(root: ElementTree.Element) -> list[str]:
    return [
        each.text or ""
        for each in root.iter(NAMESPACE + "text")
        if each.get("text-anchor") == "end"
    ]


@pytest.mark.parametrize(
    ("need", "supply", "labels"),
    [
        (1000, 1000, ["0", "20", "40", "60", "80", "100"]),
        (1000, 77, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]),
        (10**6, 3, ["0.00000", "0.00005", "0.00010", "0.00015", "0.00020", "0.00025", "0.00030"]),
        (1000, 0, ["0", "20", "40", "60", "80", "100"]),
    ],
)
def test_the_scale_fits_the_figures(need, supply, labels):
    problem = Problem([need], None, None, None, [0], [supply], None, [[0]])
    root = parsed(chart(problem, allocate(problem)))
    assert [label.removesuffix("\u00a0%") for label in ticks(root)] == labels


def test_those_far_above_their_need_are_counted_not_drawn_to_scale():
    problem = Problem([10, 10, 10], [0, 9, 90], None, None, [0, 0, 0], [5], None, [[0]])
    root = parsed(chart(problem, allocate(problem)))
    assert ticks(root)[-1] == "160\u00a0%"
    assert "1 claimant stands above the top of the scale." in described(root)
    assert min(y for _x, y in curves(root)["before"]) == TOP


def test_nobody_to_divide_among_gives_a_chart_that_says_so():
    problem = Problem([], None, None, None, [], [5], None, [[]])
    root = parsed(chart(problem, allocate(problem)))
    assert described(root) == "There are no claimants."


def test_every_kind_of_case_can_be_drawn():
    for seed in range(120):
        problem = random_case(Random(seed)).problem()
        found: Allocation = allocate(problem, (None, "floor", "quota-leximin")[seed % 3])
        root = parsed(chart(problem, found, LANGUAGES[seed % 4]))
        for points in curves(root).values():
            assert all(TOP <= y <= BOTTOM for _x, y in points)


def test_the_same_division_gives_the_same_picture():
    assert chart(*divided(700)) == chart(*divided(700))
