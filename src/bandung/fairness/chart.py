"""Coverage before and after a division: an SVG without scripts, styles or fonts of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from bandung.fairness.explaining import Divided
from bandung.fairness.problem import Flags, Integers, Problem
from bandung.fairness.words import LANGUAGES, Language, counted, listed, percent, said

Floats = npt.NDArray[np.float64]
WIDTH, HEIGHT = 720, 444
LEFT, RIGHT, TOP, BOTTOM = 64, 704, 96, 384
MOST_STEPS = 600
MOST_BLOCKS, MOST_LABELS = 16, 8
HIGHEST = Fraction(3, 2)
NEAR = 0.03
"""So far from its block's level, in heights of the scale, packs may bring one who is on it."""
PAPER, INK, SOFT, RULE = "#fdfdfb", "#171b1d", "#535b5f", "#c8cdcb"
AFTER, EDGE, BARRED = "#b3d6c8", "#00584a", "#a34a00"


@dataclass(frozen=True)
class Block:
    """Claimants lifted to one level: they stand from rank `first` to before `end`, but for those
    whom whole packs bring far from it."""

    level: Fraction
    first: int
    end: int
    count: int


@dataclass(frozen=True)
class Picture:
    """What is drawn: coverage by rank, whom no lot may serve, the blocks, and the scale."""

    before: Floats
    after: Floats
    is_unserved: Flags
    blocks: list[Block]
    top: Fraction
    step: Fraction
    language: Language

    @property
    def group(self) -> int:
        """How many claimants one step stands for at most."""
        return max(1, -(-len(self.after) // MOST_STEPS))

    def x(self, rank: int) -> float:
        """Where the claimant of this rank begins."""
        return LEFT + (RIGHT - LEFT) * rank / max(1, len(self.after))

    def y(self, coverage: float | Fraction) -> float:
        """The height of a coverage; what is beyond the scale stands at its top."""
        return BOTTOM - (BOTTOM - TOP) * float(min(coverage / self.top, 1))


def chart(problem: Problem, allocation: Divided, language: Language = "en") -> str:
    """The coverage of all claimants before and after, from the least to the best covered.

    Beyond 600 claimants each step is the mean of several. Says the same in words for readers who
    do not see it. Raises ValueError for a language that there are no words in.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
    before = problem.weight_lcm * (problem.received / problem.slope)
    after = allocation.coverage_array
    order = np.lexsort((np.arange(problem.size), before, allocation.block, after.round(9)))
    highest = Fraction(str(round(float(after.max(initial=0.0)), 9)))
    top, step = _scale(min(highest, HIGHEST))
    limits = np.array(allocation.limited_by, dtype="U7")[order]
    columns = (before[order], after[order], limits == "none")
    blocks = _blocks(problem, allocation, order, float(top))
    picture = Picture(*columns, blocks, top, step, language)
    name = f"coverage-{problem.digest[:12]}"
    direction = ' direction="rtl"' if language == "ar" else ""
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'lang="{language}" aria-labelledby="{name}-title {name}-desc" '
        f'font-family="sans-serif" font-size="13" fill="{INK}"{direction}>',
        f'<title id="{name}-title">{escape(said("chart", language))}</title>',
        f'<desc id="{name}-desc">{escape(_described(picture))}</desc>',
        f'<defs><pattern id="{name}-before" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M0 0h5v5H0z" fill="{PAPER}"/>'
        f'<path d="M1 0v5" stroke="{SOFT}" stroke-width="1.6"/></pattern></defs>',
        f'<path d="M0 0h{WIDTH}v{HEIGHT}H0z" fill="{PAPER}"/>',
        *_heading(picture, name),
        *_axes(picture),
        *_curves(picture, name),
        *_marks(picture),
        "</svg>\n",
    )
    return "\n".join(lines)


def _blocks(problem: Problem, allocation: Divided, order: Integers, top: float) -> list[Block]:
    """The blocks whose level holds claimants, the largest first."""
    held = np.array(allocation.limited_by, dtype="U7") == "lots"
    before = problem.weight_lcm * (problem.received / problem.slope)
    held &= before < allocation.coverage_array
    ranks = np.flatnonzero(held[order])
    number = allocation.block[order][ranks]
    by_block = np.argsort(number, kind="stable")
    cuts = np.flatnonzero(np.diff(number[by_block], prepend=-1))
    found = []
    for own in np.split(ranks[by_block], cuts[1:]):
        level = allocation.level[int(order[own[0]])] if len(own) else None
        if isinstance(level, Fraction):
            gaps = np.abs(allocation.coverage_array[order[own]] - float(level))
            near = own[gaps <= max(NEAR * top, float(gaps.min()))]
            found.append(Block(level, int(near[0]), int(near[-1]) + 1, len(own)))
    return sorted(found, key=lambda each: (-each.count, each.level))


def _scale(highest: Fraction) -> tuple[Fraction, Fraction]:
    """(top, step) of a scale of 4 to 10 round steps that reaches the highest value."""
    if not highest:
        return Fraction(1), Fraction(1, 5)
    step = Fraction(1)
    while step * 4 > highest:
        step /= 10
    for times in (10, 5, 2, 1):
        if step * times * 4 <= highest:
            step *= times
            break
    return -(-highest // step) * step, step


def _described(picture: Picture) -> str:
    language, after, before = picture.language, picture.after, np.sort(picture.before)
    if not len(after):
        return said("empty", language)

    def at(values: Floats, part: int) -> str:
        return percent(float(values[(len(values) - 1) * part // 2]), language)

    figures = said(
        "figures",
        language,
        lowest_before=at(before, 0),
        lowest=at(after, 0),
        median_before=at(before, 1),
        median=at(after, 1),
        highest=at(after, 2),
    )
    sentences = [
        said("order", language) + ".",
        counted("claimants", len(after), language),
        counted("step", picture.group, language),
        figures,
    ]
    levels = sorted({each.level for each in picture.blocks})
    if levels:
        written = [percent(each, language) for each in levels]
        sentences.append(said("levels", language, levels=listed(written, language)))
    unserved = int(picture.is_unserved.sum())
    if unserved:
        sentences.append(counted("unserved", unserved, language))
    beyond = int((after > float(picture.top)).sum())
    if beyond:
        sentences.append(counted("beyond", beyond, language))
    return " ".join(sentences)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(text)}</text>'


def _heading(picture: Picture, name: str) -> Iterator[str]:
    """Title and legend, from the side on which the language begins."""
    is_rtl = picture.language == "ar"
    start, ahead = (RIGHT, -1) if is_rtl else (LEFT, 1)
    yield _text(start, 26, said("chart", picture.language), ' font-size="17" font-weight="600"')
    swatches = [
        ("before", f'fill="url(#{name}-before)" stroke="{SOFT}" d="M0 -10h22v12H0z"'),
        ("after", f'fill="{AFTER}" stroke="{EDGE}" stroke-width="2" d="M0 -10h22v12H0z"'),
        ("block level", f'stroke="{INK}" stroke-width="2" stroke-dasharray="5 3" d="M0 -4h22"'),
    ]
    if picture.is_unserved.any():
        swatches.append(("no lot open", f'stroke="{BARRED}" stroke-width="5" d="M0 -4h22"'))
    for place, (key, drawn) in zip((0, 110, 220, 370), swatches, strict=False):
        x = start + ahead * place
        yield f'<path transform="translate({x - 22 if is_rtl else x} 52)" {drawn}/>'
        yield _text(x + ahead * 30, 52, said(key, picture.language))


def _axes(picture: Picture) -> Iterator[str]:
    top, step, places = picture.top, picture.step, 0
    while (step * 100 * 10**places).denominator != 1:
        places += 1
    for count in range(int(top / step) + 1):
        y = picture.y(step * count)
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{RULE}"/>'
        label = percent(step * count, picture.language, places)
        anchor = ' text-anchor="end" direction="ltr"'
        yield _text(LEFT - 8, y + 4, label, f'{anchor} fill="{SOFT}"')
    yield _text(8, TOP - 16, said("coverage", picture.language), f' direction="ltr" fill="{SOFT}"')
    middle = (LEFT + RIGHT) / 2
    for line, text in enumerate((_order(picture), _beyond(picture))):
        yield _text(middle, BOTTOM + 24 + 18 * line, text, f' text-anchor="middle" fill="{SOFT}"')


def _order(picture: Picture) -> str:
    return said("order", picture.language)


def _beyond(picture: Picture) -> str:
    """How many claimants a step stands for, and how many are beyond the scale."""
    beyond = int((picture.after > float(picture.top)).sum())
    said_of_steps = counted("step", picture.group, picture.language)
    return said_of_steps + (" " + counted("beyond", beyond, picture.language) if beyond else "")


def _curves(picture: Picture, name: str) -> Iterator[str]:
    """Both curves as areas of steps, the one before in front."""
    if not len(picture.after):
        return
    after, before = _line(picture, picture.after), _line(picture, picture.before)
    floor = f"V{BOTTOM}H{LEFT}z"
    yield f'<path d="{after}{floor}" fill="{AFTER}"/>'
    yield f'<path d="{before}{floor}" fill="url(#{name}-before)"/>'
    yield f'<path d="{before}" fill="none" stroke="{SOFT}"/>'
    yield f'<path d="{after}" fill="none" stroke="{EDGE}" stroke-width="2"/>'
    yield from _unserved(picture)


def _unserved(picture: Picture) -> Iterator[str]:
    """Below the curves, a bar under those whom no lot may serve; under a step if they are most."""
    starts = np.arange(0, len(picture.after), picture.group)
    counts = np.diff(np.append(starts, len(picture.after)))
    part = np.add.reduceat(picture.is_unserved.astype(np.int64), starts) / counts
    edges = np.flatnonzero(np.diff(np.concatenate([[False], part > 0.5, [False]])))
    ends = np.append(starts, len(picture.after))[edges].tolist()
    bars = [
        f"M{picture.x(first):.1f} {BOTTOM + 5}H{picture.x(end):.1f}"
        for first, end in zip(ends[::2], ends[1::2], strict=True)
    ]
    if bars:
        yield f'<path d="{"".join(bars)}" stroke="{BARRED}" stroke-width="5"/>'


def _line(picture: Picture, coverage: Floats) -> str:
    starts = np.arange(0, len(coverage), picture.group)
    counts = np.diff(np.append(starts, len(coverage)))
    means = np.add.reduceat(coverage, starts) / counts
    parts: list[str] = []
    last = ""
    for rank, mean in zip(starts.tolist(), means.tolist(), strict=True):
        height = f"{picture.y(mean):.1f}"
        if height != last:
            x = f"{picture.x(rank):.1f}"
            parts.append(f"H{x}V{height}" if parts else f"M{x} {height}")
            last = height
    return "".join(parts) + f"H{RIGHT}"


def _marks(picture: Picture) -> Iterator[str]:
    """The level of each large block over its claimants; the largest carry their figure."""
    drawn: list[tuple[float, float, float]] = []
    labels: list[tuple[float, float, str]] = []
    for block in picture.blocks:
        y, first, end = picture.y(block.level), picture.x(block.first), picture.x(block.end)
        middle = min(max((first + end) / 2, LEFT + 34), RIGHT - 34)
        first, end = min(first, middle - 5), max(end, middle + 5)
        is_hidden = any(
            abs(y - at) < 4 and first < right and left < end for at, left, right in drawn
        )
        if is_hidden or block.level > picture.top or len(drawn) == MOST_BLOCKS:
            continue
        drawn.append((y, first, end))
        yield (
            f'<path d="M{first:.1f} {y:.1f}H{end:.1f}" stroke="{INK}" stroke-width="2" '
            'stroke-dasharray="5 3"/>'
        )
        is_free = all(abs(middle - x) > 64 or abs(y - at) > 16 for x, at, _ in labels)
        if is_free and len(labels) < MOST_LABELS:
            labels.append((middle, y, percent(block.level, picture.language)))
    more = (
        ' text-anchor="middle" direction="ltr" font-weight="600" paint-order="stroke" '
        f'stroke="{PAPER}" stroke-width="3" stroke-linejoin="round"'
    )
    for middle, y, label in labels:
        yield _text(middle, max(y - 7, TOP - 4), label, more)
