"""Pictures show every value, leave nothing out in silence, cut nothing off, and are the same each time."""

import math
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch
from matplotlib.text import Text
from PIL import Image

from eval.pictures import (
    PictureError,
    choose_ink,
    draw_differences,
    draw_directions,
    draw_growth,
    draw_risk_coverage,
    draw_scores,
    draw_systems,
    render_svg,
    save,
)
from index.language import LANGUAGES
from tests.sayings import SENTENCES

NAN = math.nan
HOSTILE = "_a $\\x_{$ <b>&amp;]]> -- \x00\x1b[0m \ud800 \\alpha"


class Interval(NamedTuple):
    mean: float
    low: float = NAN
    high: float = NAN


def draw_all(name: str) -> list[Figure]:
    """A picture of each kind, with `name` wherever a name may stand."""
    return [
        draw_directions({("nl", "nl"): 0.9, (name, "cs"): 0.5, ("und", name): NAN}, name),
        draw_systems({name: Interval(0.5, 0.4, 0.6), "bm25": Interval(0.7, 0.6, 0.75)}, name),
        draw_differences([0.5, 0.0, -0.25, NAN], (name, "bm25"), name),
        draw_risk_coverage({name: [(0.5, 0.1), (1.0, 0.3)], "none": []}),
        draw_scores({name: [0.8, 0.9, NAN], "none": []}),
        draw_growth({name: [(1_000, 11.5), (1_000_000, 58.0)], "none": []}, name),
    ]


KINDS = ("directions", "systems", "differences", "risk", "scores", "growth")


def texts_of(figure: Figure) -> list[str]:
    """What stands in a figure, but for empty texts."""
    found = [t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_visible()]
    return [text.get_text() for text in found if text.get_text().strip()]


def bars_of(figure: Figure) -> list[np.ndarray]:
    return [patch.get_data()[0] for patch in figure.findobj(StepPatch) if isinstance(patch, StepPatch)]


def test_directions_hold_every_value_with_the_six_languages_first() -> None:
    order = [*LANGUAGES, "el", "ru", "und"]
    values = {
        (question, passage): (row * 10 + column) / 100
        for row, question in reversed(list(enumerate(order)))
        for column, passage in enumerate(order)
    }
    figure = draw_directions(values, "nDCG@10")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == order
    assert [label.get_text() for label in axes.get_xticklabels()] == order
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert cells == {
        (column, row): f"{values[question, passage]:.3f}"
        for row, question in enumerate(order)
        for column, passage in enumerate(order)
    }
    assert axes.yaxis_inverted()  # the first language stands at the top


def test_one_span_gives_one_value_one_colour_in_several_maps() -> None:
    def colour_of_first_cell(other: float, span: tuple[float, float] | None) -> object:
        (axes,) = draw_directions({("nl", "nl"): 0.8, ("nl", "cs"): other}, "AP", span).axes
        return axes.patches[0].get_facecolor()

    assert colour_of_first_cell(0.2, (0.1, 1.0)) == colour_of_first_cell(0.9, (0.1, 1.0))
    assert colour_of_first_cell(0.2, None) != colour_of_first_cell(0.9, None)


def test_a_direction_without_a_value_is_shown_as_such() -> None:
    figure = draw_directions({("nl", "nl"): 0.9, ("nl", "cs"): NAN, ("cs", "cs"): 0.8}, "AP")
    assert texts_of(figure).count("–") == 2
    assert {"0.900", "0.800"} < set(texts_of(figure))


def test_ink_can_be_read_on_every_colour() -> None:
    def luminance(colour: tuple[float, ...]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    ground = [colormaps["cividis"](step)[:3] for step in range(256)]
    inks = [{"black": 0.0, "white": 1.0}[choose_ink(colour)] for colour in ground]
    for colour, ink in zip(ground, inks, strict=True):
        dark, light = sorted((luminance(colour), ink))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert set(inks) == {0.0, 1.0}


def test_systems_are_sorted_with_their_numbers_beside_them() -> None:
    figure = draw_systems(
        {
            "broken": Interval(NAN),
            "bm25": Interval(0.712, 0.695, 0.731),
            "one query": Interval(0.8),
            "hybrid": Interval(0.934, 0.925, 0.943),
        },
        "RR@10",
    )
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["hybrid", "one query", "bm25", "broken"]
    assert [text.get_text() for text in axes.texts] == [
        "0.934 [0.925, 0.943]",
        "0.800",
        "0.712 [0.695, 0.731]",
        "not measured",
    ]
    assert axes.yaxis_inverted()
    assert "RR@10" in axes.get_xlabel()
    # Bars reach from end to end of each interval, points stand at the means.
    drawn = sorted(tuple(np.asarray(line.get_xdata(), float)) for line in axes.lines)
    assert drawn == [(0.695, 0.731), (0.712,), (0.8,), (0.925, 0.943), (0.934,)]


@settings(max_examples=25)
@given(st.lists(st.sampled_from([-1.0, -0.25, -1e-12, 0.0, 1e-12, 0.5, 1.0, NAN]), min_size=1, max_size=120))
def test_differences_count_won_tied_and_lost(differences: list[float]) -> None:
    won = sum(difference > 1e-9 for difference in differences)
    lost = sum(difference < -1e-9 for difference in differences)
    count = sum(math.isfinite(difference) for difference in differences)
    if not count:
        with pytest.raises(PictureError):
            draw_differences(differences, ("hybrid", "bm25"), "AP")
        return
    figure = draw_differences(differences, ("hybrid", "bm25"), "AP")
    shown = "\n".join(texts_of(figure))
    assert f"hybrid better: {won} (" in shown
    assert f"bm25 better: {lost} (" in shown
    assert f"tied: {count - won - lost} (" in shown
    assert ("without a value" in shown) == (count < len(differences))
    heights = np.concatenate([*bars_of(figure), np.empty(0)])
    drawn = heights[np.abs(heights) > 0]
    assert drawn.tolist() == sorted((d for d in differences if abs(d) > 1e-9), reverse=True)


def test_differences_stand_around_zero() -> None:
    (axes,) = draw_differences([0.1, 0.1, -0.5], ("hybrid", "bm25"), "AP").axes
    low, high = axes.get_ylim()
    assert low == -high
    assert high > 0.5


def test_risk_coverage_joins_the_points_by_coverage() -> None:
    figure = draw_risk_coverage({"a": [(1.0, 0.4), (0.5, 0.1), (0.7, NAN)], "b": [(1.0, 0.2)], "c": []})
    lines = [np.asarray(line.get_xydata()).tolist() for line in figure.axes[0].lines]
    assert lines == [[[0.5, 0.1], [1.0, 0.4]], [[1.0, 0.2]], []]
    assert {"a", "b", "c (not measured)"} < set(texts_of(figure))
    assert figure.axes[0].get_ylabel() == "risk (mean share of facts missing)"


def test_what_is_told_apart_differs_in_more_than_colour() -> None:
    figure = draw_risk_coverage({str(n): [(0.5, 0.1), (1.0, 0.4)] for n in range(6)})
    assert len({str(line.get_marker()) for line in figure.axes[0].lines}) == 6
    won, lost = (
        patch.get_hatch() for patch in draw_differences([1, -1], ("a", "b"), "AP").findobj(StepPatch)
    )
    assert won != lost
    hatches = [patch.get_hatch() for patch in draw_scores({"a": [0.1], "b": [0.2]}).findobj(StepPatch)]
    assert len(set(hatches)) == 2


def test_scores_are_shares_of_their_group() -> None:
    groups = {"answerable": [0.8, 0.9, 0.9, NAN], "unanswerable": [0.7, 0.75], "none": []}
    figure = draw_scores(groups)
    assert [float(bars.sum()) for bars in bars_of(figure)] == [1.0, 1.0]
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "answerable\nn = 3, 1 without a score, median 0.900",
        "unanswerable\nn = 2, median 0.725",
        "none\nn = 0",
    ]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_growth_is_drawn_by_size_on_logarithmic_axes() -> None:
    points = [(1_000_000.0, 50.0), (1_000.0, 10.0), (0.0, 9.0), (10_000.0, NAN), (100_000.0, 0.0)]
    figure = draw_growth({"p50": points, "p95": [(1_000.0, 20.0)], "p99": []}, "search (ms)")
    (axes,) = figure.axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    lines = [np.asarray(line.get_xydata()).tolist() for line in axes.lines]
    assert lines == [[[1_000, 10], [1_000_000, 50]], [[1_000, 20]], []]
    assert {"p50", "p95", "p99 (not measured)", "chunks", "search (ms)"} < set(texts_of(figure))
    assert {"1,000", "10,000", "100,000", "1,000,000", "10", "20", "50"} < set(texts_of(figure))
    assert len({line.get_marker() for line in axes.lines}) == 3


def test_equal_scores_are_drawn() -> None:
    for score in (0.0, 0.9, -1e9):
        assert [float(bars.sum()) for bars in bars_of(draw_scores({"a": [score] * 3}))] == [1.0]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: draw_directions({}, "AP"),
        lambda: draw_directions({("nl", "cs"): NAN}, "AP"),
        lambda: draw_systems({}, "AP"),
        lambda: draw_systems({"a": Interval(NAN)}, "AP"),
        lambda: draw_differences([], ("a", "b"), "AP"),
        lambda: draw_differences([NAN, math.inf], ("a", "b"), "AP"),
        lambda: draw_risk_coverage({}),
        lambda: draw_risk_coverage({"a": [], "b": [(NAN, 0.1)]}),
        lambda: draw_scores({}),
        lambda: draw_scores({"a": [], "b": [NAN]}),
        lambda: draw_growth({}, "time"),
        lambda: draw_growth({"a": [], "b": [(0, 1), (NAN, 1)]}, "time"),
    ],
)
def test_where_there_is_nothing_to_draw_an_error_says_so(draw: Callable[[], Figure]) -> None:
    with pytest.raises(PictureError, match=r"\S: [a-z].*\.$"):
        draw()


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
@pytest.mark.parametrize("name", ["hybrid", HOSTILE, "a name of many words " * 8, "no-space" * 20])
def test_no_text_reaches_over_the_edge(kind: int, name: str) -> None:
    figure = draw_all(name)[kind]
    drawn = figure.get_tightbbox()  # in inches
    width, height = figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height


@pytest.mark.parametrize("size", [1, 2, 6, 20])
def test_no_label_of_directions_lies_on_another(size: int) -> None:
    languages = [*LANGUAGES, *(f"l{n}" for n in range(20))][:size]
    figure = draw_directions({(a, b): 0.5 for a in languages for b in languages}, "nDCG@10, by direction")
    (axes,) = figure.axes
    boxes = [text.get_window_extent() for text in (*axes.texts, *axes.get_yticklabels(), axes.yaxis.label)]
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_a_name_is_data(kind: int) -> None:
    figure = draw_all(HOSTILE)[kind]
    # Neither formula nor markup, and not left out for its first character; names may be wrapped.
    shown = " ".join(" ".join(texts_of(figure)).split())
    assert "_a $\\x_{$ <b>&amp;]]> --" in shown
    ElementTree.fromstring(render_svg(figure))


def test_the_letters_of_the_six_languages_are_there() -> None:
    letters = " ".join(sorted({letter for texts in SENTENCES.values() for letter in "".join(texts)}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that the font does not have
        for sentence in (letters, "ěščřžýáíéúůťďň ĚŠČŘŽÝÁÍÉÚŮŤĎŇ äöüß ÄÖÜẞ àâçéèêëîïôœùûüÿ ñ¿¡ „“”’«»–—…"):
            for figure in draw_all(sentence):
                render_svg(figure)


def test_the_same_picture_is_the_same_bytes(tmp_path: Path) -> None:
    # The user's own settings of matplotlib make no difference, and are as they were afterwards.
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": None}):
        others = draw_all("hybrid")
        assert matplotlib.rcParams["font.size"] == 30
    for number, (figure, other) in enumerate(zip(draw_all("hybrid"), others, strict=True)):
        stems = [tmp_path / f"{number}-{name}" for name in ("first", "second", "other")]
        save(figure, stems[0])
        save(figure, stems[1])
        save(other, stems[2])
        for ending in ("svg", "png"):
            assert len({stem.with_name(f"{stem.name}.{ending}").read_bytes() for stem in stems}) == 1


SCRIPT = """
import sys
from eval.pictures import draw_differences, render_svg
figure = draw_differences([0.5, 0.0, -0.25], ("hybrid", "bm25"), "AP")
sys.stdout.buffer.write(render_svg(figure))
sys.exit("matplotlib.pyplot" in sys.modules)
"""


def test_another_process_draws_the_same_and_never_loads_pyplot(project_folder: Path) -> None:
    drawn = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=project_folder,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert drawn == {render_svg(draw_differences([0.5, 0.0, -0.25], ("hybrid", "bm25"), "AP"))}


def test_save_writes_both_files_under_the_whole_name(tmp_path: Path) -> None:
    figure = draw_scores({"a": [0.1, 0.2]})
    save(figure, tmp_path / "pictures" / "e5-v1.2")
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == ["e5-v1.2.png", "e5-v1.2.svg"]
    width, height = figure.get_size_inches()
    with Image.open(tmp_path / "pictures" / "e5-v1.2.png") as image:
        assert image.size == (int(width * 150), int(height * 150))
    (tmp_path / "file").touch()
    with pytest.raises(PictureError, match="file"):
        save(figure, tmp_path / "file" / "picture")
