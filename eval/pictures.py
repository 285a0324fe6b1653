"""Pictures of measurements: plain values in, a matplotlib figure out.

Every picture can be read without colour, by the colour-blind and in black and white: what tells things apart
is also a hatch, a marker, a dash or a label. The colours are those of Okabe and Ito, "Color Universal Design"
(2008), and for the heat map cividis (Nuñez, Anderton and Renslow, PLOS ONE 13(7), 2018). What the values
leave out is shown as left out; where nothing at all can be drawn, a `PictureError` says so.

Only matplotlib's objects are used, never pyplot, so nothing is kept from one picture to the next.
"""

import io
import math
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from matplotlib import colormaps, style
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter
from numpy.typing import NDArray

from index.errors import FastTrackError
from index.files import write_bytes
from index.language import LANGUAGES
from index.records import UNDETERMINED

_BLUE, _VERMILLION, _GREEN, _PURPLE, _ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
_INK, _GREY, _PALE = "#1c262c", "#68757d", "#dde3e5"
# The three lists have different lengths, so that 60 curves pass before two look alike.
_COLOURS = (_BLUE, _VERMILLION, _GREEN, _INK, _PURPLE)
_MARKERS = ("o", "s", "^", "D", "v", "P")
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
_HATCHES = ("", "////", "..", "\\\\\\\\", "xx", "---")

_WIDTH = 5.6  # inches; narrow enough that letters of 10 points are still read on a telephone
_NOT_MEASURED = "not measured"
_LEAST_SPAN = 0.1  # of colours and differences, so that noise does not look like a pattern
_LEAST_DIFFERENCE = 1e-9  # below it two scores are equal but for rounding
_MANY_DECADES = 1000  # from one end of a logarithmic axis to the other
_BARS_APART = 80  # with more bars than this there is no room for gaps between them

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.edgecolor": _GREY,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "grid.color": _PALE,
    "legend.frameon": False,
    "hatch.linewidth": 0.9,
    "figure.constrained_layout.use": True,
    "text.parse_math": False,  # a system may be called "a$b$"
    "svg.fonttype": "path",  # looks the same where DejaVu Sans is not installed
    "svg.hashsalt": "fasttrack",
}

Numbers = NDArray[np.float64]
Directions = Mapping[tuple[str, str], float]
"""A value for each pair of question language and passage language."""


class PictureError(FastTrackError):
    """The values hold nothing that could be drawn, or the picture could not be written."""


class Interval(Protocol):
    """A mean and the ends of its confidence interval."""

    @property
    def mean(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def draw_directions(values: Directions, title: str, span: tuple[float, float] | None = None) -> Figure:
    """A heat map with a row for each question language and a column for each passage language.

    Cells with the same language on both sides have a heavy frame; cells without a value are hatched. The
    colours run over `span`, so that maps of several systems can be compared, or from the smallest value to
    the largest; over 0.1 where these lie nearer together.
    """
    drawable = {direction: value for direction, value in values.items() if math.isfinite(value)}
    if not drawable:
        raise PictureError(
            f"There is no direction to draw for “{title}”: score at least one pair of languages."
        )
    rows = _order_languages(question for question, _ in values)
    columns = _order_languages(passage for _, passage in values)
    low, high = span or (min(drawable.values()), max(drawable.values()))
    widening = max(0.0, _LEAST_SPAN - (high - low)) / 2
    colour_of = colormaps["cividis"]
    scale = Normalize(low - widening, high + widening)
    with _our_style():
        width = max(4.0, 1.1 + 0.7 * len(columns))
        figure = Figure(figsize=(width, max(2.8, 1.3 + 0.5 * len(rows))))
        axes = figure.subplots()
        for y, question in enumerate(rows):
            for x, passage in enumerate(columns):
                value = drawable.get((question, passage))
                colour = to_rgb("white") if value is None else to_rgb(colour_of(scale(value)))
                axes.add_patch(
                    Rectangle(
                        (x - 0.5, y - 0.5),
                        1,
                        1,
                        facecolor=colour,
                        edgecolor="white",
                        hatch="////" if value is None else None,
                        hatchcolor=_PALE,
                        linewidth=1.5,
                    )
                )
                axes.text(
                    x,
                    y,
                    "–" if value is None else f"{value:.3f}",
                    ha="center",
                    va="center",
                    color=choose_ink(colour),
                )
        for x, y in ((columns.index(row), y) for y, row in enumerate(rows) if row in columns):
            axes.add_patch(
                Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, fill=False, edgecolor="white", linewidth=3.5)
            )
            axes.add_patch(
                Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, fill=False, edgecolor="black", linewidth=1.6)
            )
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), [_wrap(column, 7) for column in columns])
        axes.set_yticks(range(len(rows)), [_wrap(row, 7) for row in rows])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xlabel("passage language")
        axes.set_ylabel("question language")
        figure.suptitle(_wrap(title, int(width * 8.5)), x=0.02, ha="left", fontsize=11, fontweight="bold")
        return _settle(figure)


def draw_systems(intervals: Mapping[str, Interval], measure: str) -> Figure:
    """Each system's mean as a point with its 95% interval, the best at the top, the numbers beside them."""
    if not any(math.isfinite(interval.mean) for interval in intervals.values()):
        raise PictureError(f"No system has a value of {measure} to draw: score at least one run.")
    ranked = sorted(
        intervals.items(),
        key=lambda item: (-item[1].mean if math.isfinite(item[1].mean) else math.inf, item[0]),
    )
    with _our_style():
        figure = Figure(figsize=(_WIDTH, 1.2 + 0.42 * len(ranked)))
        axes = figure.subplots()
        for y, (_, interval) in enumerate(ranked):
            numbers = _NOT_MEASURED
            if math.isfinite(interval.mean):
                numbers = f"{interval.mean:.3f}"
                if math.isfinite(interval.low) and math.isfinite(interval.high):
                    numbers += f" [{interval.low:.3f}, {interval.high:.3f}]"
                    axes.plot(
                        [interval.low, interval.high],
                        [y, y],
                        color=_BLUE,
                        linewidth=2,
                        marker="|",
                        markersize=11,
                        markeredgewidth=1.5,
                    )
                axes.plot([interval.mean], [y], "o", color=_BLUE, markersize=6)
            axes.text(
                1.02,
                y,
                numbers,
                transform=axes.get_yaxis_transform(),
                va="center",
                fontsize=9,
                color=_GREY if numbers == _NOT_MEASURED else _INK,
            )
        axes.set_ylim(len(ranked) - 0.4, -0.6)
        axes.set_yticks(range(len(ranked)), [_wrap(name, 22) for name, _ in ranked])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.margins(x=0.08)
        axes.set_xlabel(f"{_wrap(measure)}, mean and 95% interval")
        return _settle(figure)


def draw_differences(differences: Sequence[float], names: tuple[str, str], measure: str) -> Figure:
    """The difference of two systems on each query, first minus second, from the greatest to the smallest.

    Queries on which one of them has no value are left out and counted.
    """
    drawable = np.sort([difference for difference in differences if math.isfinite(difference)])[::-1]
    if not len(drawable):
        raise PictureError(
            f"There is no query on which {names[0]} and {names[1]} both have a value of {measure}: "
            "compare runs over the same queries."
        )
    first, second = (_wrap(name) for name in names)
    count, mean = len(drawable), float(drawable.mean())
    better = int(np.count_nonzero(drawable > _LEAST_DIFFERENCE))
    worse = int(np.count_nonzero(drawable < -_LEAST_DIFFERENCE))
    described = f"{count:,} {'query' if count == 1 else 'queries'}, sorted"
    if left_out := len(differences) - count:
        described += f"; {left_out:,} without a value"
    with _our_style():
        figure = Figure(figsize=(_WIDTH, 4.4))
        axes = figure.subplots()
        looks: tuple[dict[str, Any], ...] = (
            {"facecolor": _BLUE, "linewidth": 0},
            {"facecolor": _ORANGE, "linewidth": 0, "hatch": "////", "hatchcolor": _INK},
        )
        for bars, look in zip((range(better), range(count - worse, count)), looks, strict=True):
            if bars:
                axes.stairs(*_outline(drawable, bars, apart=count <= _BARS_APART), fill=True, **look)
        axes.axhline(0, color=_INK, linewidth=0.8)
        mean_line = axes.axhline(mean, color=_INK, linewidth=1.2, linestyle=(0, (5, 3)))
        largest = max(_LEAST_SPAN / 2, float(np.abs(drawable).max()))
        axes.set_ylim(-1.05 * largest, 1.05 * largest)
        axes.set_xlim(0, count)
        axes.set_xticks([])
        axes.grid(axis="y")
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel(described)
        axes.set_ylabel(f"difference in {_wrap(measure)}")
        axes.set_title(f"{first} minus {second}")
        legend = figure.legend(
            [Patch(**looks[0]), Patch(facecolor="white", edgecolor=_GREY), Patch(**looks[1]), mean_line],
            ["won", "tied", "lost", "mean"],
            loc="outside lower left",
            ncols=1,
            handlelength=2.6,
        )
        _name_entries(
            legend.get_texts(),
            [
                f"{first} better: {_share(better, count)}",
                f"tied: {_share(count - better - worse, count)}",
                f"{second} better: {_share(worse, count)}",
                f"mean difference: {mean:+.3f}".replace("-", "−"),
            ],
        )
        return _settle(figure)


def draw_risk_coverage(curves: Mapping[str, Sequence[tuple[float, float]]]) -> Figure:
    """How much answers lack (risk) at each share of questions answered (coverage), a curve a system.

    Both are between 0 and 1. Points come in any order; a curve without points stays in the legend.
    """
    drawable = {
        name: sorted((x, y) for x, y in points if math.isfinite(x) and math.isfinite(y))
        for name, points in curves.items()
    }
    if not any(drawable.values()):
        raise PictureError("There is no risk–coverage curve to draw: answer at least one question.")
    highest = max(risk for points in drawable.values() for _, risk in points)
    with _our_style():
        figure = Figure(figsize=(_WIDTH, 4.2 + 0.2 * len(drawable)))
        axes = figure.subplots()
        lines = [
            axes.plot(
                [coverage for coverage, _ in points],
                [risk for _, risk in points],
                color=_COLOURS[number % len(_COLOURS)],
                marker=_MARKERS[number % len(_MARKERS)],
                linestyle=_DASHES[number % len(_DASHES)],
                markevery=np.unique(np.linspace(0, max(0, len(points) - 1), 10).round().astype(int)).tolist(),
                markersize=6,
                markeredgecolor="white",
                linewidth=1.8,
                clip_on=not points,  # unclipped, a line without points would count as lying in the corner
                zorder=3,
            )[0]
            for number, points in enumerate(drawable.values())
        ]
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(0.05, highest * 1.1))
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.grid()
        axes.set_xlabel("coverage (share of questions answered)")
        axes.set_ylabel("risk (mean share of facts missing)")
        _list_curves(figure, lines, drawable)
        return _settle(figure)


def draw_scores(groups: Mapping[str, Sequence[float]]) -> Figure:
    """How the scores of each group are distributed, one below the other over the same axis.

    Heights are shares of the group, so that groups of different sizes compare; a line marks the median. A
    group without scores keeps its place.
    """
    drawable = {
        name: np.array([s for s in scores if math.isfinite(s)], float) for name, scores in groups.items()
    }
    if not any(map(len, drawable.values())):
        raise PictureError("There are no scores to draw: no group holds a number.")
    edges = _choose_bins(np.concatenate(list(drawable.values())))
    with _our_style():
        figure = Figure(figsize=(_WIDTH, 0.9 + 1.5 * len(drawable)))
        grid = figure.subplots(len(drawable), 1, sharex=True, sharey=True, squeeze=False)
        rows: list[Axes] = grid[:, 0].tolist()
        for number, (axes, (name, scores)) in enumerate(zip(rows, drawable.items(), strict=True)):
            colour = _COLOURS[number % len(_COLOURS)]
            described = f"n = {len(scores):,}"
            if left_out := len(groups[name]) - len(scores):
                described += f", {left_out:,} without a score"
            if len(scores):
                median = float(np.median(scores))
                described += f", median {median:.3f}".replace("-", "−")
                shares = np.histogram(scores, edges)[0] / len(scores)
                axes.stairs(
                    shares,
                    edges,
                    fill=True,
                    facecolor=colour,
                    edgecolor=colour,
                    hatch=_HATCHES[number % len(_HATCHES)],
                    hatchcolor="white",
                )
                axes.axvline(median, color="white", linewidth=3.5)
                axes.axvline(median, color=_INK, linewidth=1.5, linestyle=(0, (4, 2)))
            axes.set_title(f"{_wrap(name, 48)}\n{described}", fontsize=10, fontweight="normal", pad=4)
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            axes.grid(axis="y")
            axes.margins(x=0.02)
        rows[-1].set_xlabel("score")
        figure.supylabel("share of the group", fontsize=10)
        return _settle(figure)


def draw_growth(curves: Mapping[str, Sequence[tuple[float, float]]], quantity: str) -> Figure:
    """How a quantity grows with the number of chunks, a curve each, on logarithmic axes.

    Points (chunks, value) come in any order; both must be above 0 to be drawn.
    """
    drawable = {
        name: sorted((x, y) for x, y in points if 0 < x < math.inf and 0 < y < math.inf)
        for name, points in curves.items()
    }
    if not any(drawable.values()):
        raise PictureError(f"There is no growth of {quantity} to draw: measure at least one size.")
    with _our_style():
        figure = Figure(figsize=(_WIDTH, 4.2 + 0.2 * len(drawable)))
        axes = figure.subplots()
        lines = [
            axes.plot(
                [chunks for chunks, _ in points],
                [value for _, value in points],
                color=_COLOURS[number % len(_COLOURS)],
                marker=_MARKERS[number % len(_MARKERS)],
                linestyle=_DASHES[number % len(_DASHES)],
                markersize=6,
                markeredgecolor="white",
                linewidth=1.8,
            )[0]
            for number, points in enumerate(drawable.values())
        ]
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis, values in zip((axes.xaxis, axes.yaxis), _list_places(drawable.values()), strict=True):
            few = max(values) < _MANY_DECADES * min(values)
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,), numticks=20))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
            axis.set_minor_formatter(NullFormatter())
            # So far beyond the values that there is a mark on each side, however near together they lie.
            axis.set_view_interval(min(values) / 1.6, max(values) * 1.6, ignore=True)
        axes.grid()
        axes.set_xlabel("chunks")
        axes.set_ylabel(_wrap(quantity))
        _list_curves(figure, lines, drawable)
        return _settle(figure)


def save(figure: Figure, stem: Path) -> None:
    """Write `stem`.svg and `stem`.png (150 dots per inch), the same bytes for the same figure."""
    try:
        write_bytes(stem.with_name(f"{stem.name}.svg"), render_svg(figure))
        write_bytes(stem.with_name(f"{stem.name}.png"), _render_png(figure))
    except OSError as error:
        raise PictureError(
            f"The picture {stem} cannot be written ({error.strerror}): choose another folder."
        ) from error


def render_svg(figure: Figure) -> bytes:
    """The figure as an SVG file, without a date."""
    file = io.BytesIO()
    with _our_style():
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def _render_png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with _our_style():
        figure.savefig(file, format="png", dpi=150, metadata={"Software": None})
    return file.getvalue()


def choose_ink(colour: tuple[float, float, float]) -> str:
    """Black or white, whichever has the higher contrast with a colour (WCAG 2.2); it is 4.5 at least.

    The colour is red, green and blue in sRGB, each between 0 and 1.
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "white"


def clean_text(text: str) -> str:
    """Text that every writer takes: a space for each control character, a question mark for half a letter."""
    shown = "".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text)
    return shown.encode(errors="replace").decode()


@contextmanager
def _our_style() -> Iterator[None]:
    """Our settings whatever the user's own are, for as long as a figure is made or written."""
    with style.context(["default", _STYLE]):
        yield


def _settle(figure: Figure) -> Figure:
    """Lay the figure out once and for all: each further layout would move things a little."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def _order_languages(languages: Iterator[str]) -> list[str]:
    """Each language once: our six in their order, then others by code, then the undetermined."""
    found = set(languages)
    others = sorted(found - {*LANGUAGES, UNDETERMINED})
    return [language for language in (*LANGUAGES, *others, UNDETERMINED) if language in found]


def _outline(heights: Numbers, bars: range, *, apart: bool) -> tuple[Numbers, Numbers]:
    """Values and edges for `stairs` that draw these bars of width 1, or narrower with gaps between them.

    One outline instead of a shape for each bar: thousands of shapes would make a heavy file.
    """
    values, left = heights[bars.start : bars.stop], np.arange(bars.start, bars.stop, dtype=float)
    if not apart:
        return values, np.append(left, bars.stop)
    edges = np.stack([left + 0.1, left + 0.9], axis=1).ravel()
    return np.stack([values, np.zeros(len(values))], axis=1).ravel()[:-1], edges


def _list_places(curves: Iterable[Sequence[tuple[float, float]]]) -> tuple[list[float], list[float]]:
    """All places on the horizontal axis and all on the vertical one."""
    points = list(chain.from_iterable(curves))
    return [x for x, _ in points], [y for _, y in points]


def _choose_bins(scores: Numbers) -> Numbers:
    """The edges of 15 to 41 equal bins over all scores. Their number is odd, so that one is in the middle."""
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-6 * max(abs(low), abs(high), 1e-6):
        low, high = low - 0.05, high + 0.05
    bins = int(np.clip(2 * len(scores) ** (1 / 3), 15, 41)) | 1  # Rice's rule within bounds
    return np.linspace(low, high, bins + 1)


def _list_curves(figure: Figure, lines: Sequence[Any], curves: Mapping[str, Sequence[object]]) -> None:
    """Say below the picture which line is which curve, and which curves have no points."""
    legend = figure.legend(lines, ["curve"] * len(lines), loc="outside lower left", ncols=1, handlelength=3.6)
    names = [_wrap(name, 50) + ("" if points else f" ({_NOT_MEASURED})") for name, points in curves.items()]
    _name_entries(legend.get_texts(), names)


def _name_entries(texts: Sequence[Any], names: Sequence[str]) -> None:
    """Give a legend's entries their names afterwards: matplotlib drops those that begin with "_"."""
    for text, name in zip(texts, names, strict=True):
        text.set_text(name)


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})"


def _wrap(text: str, width: int = 28) -> str:
    """At most three lines of `width` characters; a name that is longer ends with "…"."""
    lines = chain.from_iterable(
        textwrap.wrap(line, width, max_lines=3, placeholder="…") for line in clean_text(text).split("\n")
    )
    return "\n".join(lines)
