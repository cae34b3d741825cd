"""The stylesheet keeps its promises: small, direction-free, legible, safe for colour-blind readers."""

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from tests.core import gallery

CSS = Path(finders.find("core/bandung.css") or "missing").read_text(encoding="utf-8")
SCHEMES = ("light", "dark")

# (text or mark, its ground, least contrast). 4.5 is for text, 3 for the edges of controls (WCAG 2.2 1.4.3, 1.4.11).
PAIRS = [
    ("ink", "paper", 7.0),
    ("soft", "paper", 4.5),
    ("accent", "paper", 4.5),
    ("alarm", "paper", 4.5),
    ("paper", "ink", 4.5),
    ("medical", "paper", 4.5),
    ("social", "paper", 4.5),
    ("humanitarian", "paper", 4.5),
    ("step-5", "paper", 4.5),
]
# The ink that labels of the map steps are written in, per scheme.
LABELS_OF_STEPS = {
    "light": {1: "ink", 2: "ink", 3: "ink", 4: "paper", 5: "paper"},
    "dark": {1: "ink", 2: "ink", 3: "ink", 4: "paper", 5: "paper"},
}
SECTORS = ("medical", "social", "humanitarian")
# Machado, Oliveira and Fernandes (2009), severity 1: how three kinds of dichromats see linear RGB.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Colour = tuple[float, float, float]


def declared(scheme: str) -> dict[str, str]:
    """The colours of a scheme by the name of their custom property, as #rrggbb."""
    light, dark = CSS.split("(prefers-color-scheme:dark)", 1)
    colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", light))
    if scheme == "dark":
        own = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", dark.split("}", 1)[0]))
        assert own.keys() == colours.keys(), "each colour is declared in both schemes"
        return own
    return colours


def linear(colour: str) -> Colour:
    """Linear RGB of #rrggbb (IEC 61966-2-1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    return sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: str, eye: str) -> Colour:
    """CIE 1976 L*a*b* of a colour as one kind of eye sees it (D65)."""
    seen = linear(colour)
    r, g, b = (
        min(1.0, max(0.0, sum(w * part for w, part in zip(row, seen, strict=True))))
        for row in EYES[eye]
    )
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_it_is_at_most_10_kilobytes() -> None:
    assert len(CSS.encode()) <= 10_000


def test_it_names_no_side_of_the_page() -> None:
    """What says left, right, width or height would have to be said again for Arabic."""
    declarations = re.sub(r"/\*.*?\*/|@media[^{]*", "", CSS, flags=re.S)
    physical = re.findall(
        r"[{;]\s*((?:margin|padding|border)-(?:left|right|top|bottom)|(?:min-|max-)?(?:width|height)"
        r"|left|right|top|bottom)[\w-]*:|(?:text-align|float|clear):(?:left|right)",
        declarations,
    )
    assert physical == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("mark", "ground", "least"), PAIRS)
def test_each_pair_of_colours_is_legible(scheme: str, mark: str, ground: str, least: float) -> None:
    colours = declared(scheme)
    assert contrast(colours[mark], colours[ground]) >= least


@pytest.mark.parametrize("scheme", SCHEMES)
def test_labels_on_the_steps_of_a_map_are_legible(scheme: str) -> None:
    colours = declared(scheme)
    for step, ink in LABELS_OF_STEPS[scheme].items():
        assert contrast(colours[f"step-{step}"], colours[ink]) >= 4.5, step


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", EYES)
def test_the_steps_of_a_map_go_one_way_for_every_eye(scheme: str, eye: str) -> None:
    colours = declared(scheme)
    lightness = [lab(colours[f"step-{step}"], eye)[0] for step in range(1, 6)]
    apart = [abs(b - a) for a, b in pairwise(lightness)]
    assert lightness in (sorted(lightness), sorted(lightness, reverse=True))
    assert min(apart) >= 8


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("pair", list(combinations(SECTORS, 2)), ids="-".join)
def test_sectors_are_told_apart_by_every_eye(scheme: str, eye: str, pair: tuple[str, str]) -> None:
    """A distance of 20 in L*a*b* is far above what is just noticeable (2.3)."""
    colours = declared(scheme)
    assert math.dist(*(lab(colours[sector], eye) for sector in pair)) >= 20


def test_the_last_page_needs_no_context() -> None:
    page = render_to_string("500.html")
    assert "half recorded" in page
    with translation.override("ar"):
        assert 'lang="ar" dir="rtl"' in render_to_string("500.html")


@pytest.mark.parametrize("name", ["403.html", "404.html", "403_csrf.html"])
def test_the_frame_stands_without_any_context(name: str) -> None:
    page = render_to_string(name)
    assert "<h1>" in page
    assert "{" not in page.replace('\'{"includeIndicatorStyles":', "")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_carries_its_own_styles_or_scripts(language: str) -> None:
    page = gallery.render(language)
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"\son\w+=", page)


def test_an_error_is_tied_to_its_field_and_to_the_summary() -> None:
    page = gallery.render("en")
    assert '<a href="#id_needed_by">Needed by</a>' in page
    assert re.search(
        r'name="needed_by"[^>]*aria-describedby="id_needed_by_helptext id_needed_by_error"', page
    )
    assert 'id="id_needed_by_error"' in page
    assert 'id="id_needed_by_helptext"' in page


def test_readers_who_have_not_signed_in_get_no_token_header() -> None:
    page = render_to_string("404.html")
    assert "hx-headers" not in page
    assert 'hx-headers=\'{"x-csrftoken"' in gallery.render("en")
