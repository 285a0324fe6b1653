"""A report is one file that loads nothing, runs nothing, shows every value and takes every name as data."""

import math
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from matplotlib.figure import Figure
from playwright.sync_api import sync_playwright

from eval.pictures import draw_differences, draw_directions, draw_scores
from eval.report import Picture, ReportError, Section, Table, format_cell, render_report, write_report
from index.language import LANGUAGES

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"' & {0} {title} \x00 \ud800"


def draw_matrix() -> Figure:
    return draw_directions({(a, b): 0.5 + 0.5 * (a == b) for a in LANGUAGES for b in LANGUAGES}, "nDCG@10")


def make_sections(name: str = "hybrid") -> list[Section]:
    """A section of everything, with `name` wherever a name may stand."""
    table = Table(["system", "nDCG@10", name], [[name, 0.934, "[0.925, 0.943]"], ["bm25", 0.7, None]], name)
    pictures = [
        Picture(draw_matrix(), name),
        Picture(draw_differences([0.5, 0.0, -0.25], (name, "bm25"), name), name),
        Picture(draw_scores({name: [0.8, 0.9], "none": [0.7]}), name),
    ]
    return [
        Section(name, f"Of {name}.\n\nA second paragraph.", [table, table], pictures),
        Section("Again", figures=pictures),
    ]


def read(sections: list[Section], title: str = "A report", how: str = "fasttrack eval") -> BeautifulSoup:
    return BeautifulSoup(str(render_report(title, sections, how)), "lxml")


def cells_of(table: Tag) -> list[list[str]]:
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


def test_everything_given_is_shown() -> None:
    page = read(make_sections(), how="fasttrack eval retrieval \\\n    --system bm25")
    assert [heading.get_text() for heading in page.find_all(["h1", "h2"])] == [
        "A report",
        "hybrid",
        "Again",
        "How to repeat this",
    ]
    assert [p.get_text() for p in page.select("#section-1 p")] == ["Of hybrid.", "A second paragraph."]
    (first, _) = page.find_all("table")
    assert cells_of(first) == [
        ["system", "nDCG@10", "hybrid"],
        ["hybrid", "0.934", "[0.925, 0.943]"],
        ["bm25", "0.700", "–"],
    ]
    assert len(page.find_all("svg")) == 6
    (how,) = page.find_all("pre")
    assert how.get_text() == "fasttrack eval retrieval \\\n    --system bm25"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("bm25", "bm25"),
        (0.9567, "0.957"),
        (-0.0123, "−0.012"),
        (0.0, "0.000"),
        (0.00012, "0.00012"),
        (12345.6, "12,346"),
        (1190, "1,190"),
        (np.float32(0.5), "0.500"),
        (np.int64(1190), "1,190"),
        (True, "yes"),
        (math.nan, "–"),
        (None, "–"),
        (-math.inf, "−∞"),
    ],
)
def test_cells_are_shown_as_people_read_them(cell: str | int | float | None, shown: str) -> None:
    assert format_cell(cell) == shown


def test_columns_of_figures_are_aligned_as_numbers() -> None:
    table = Table(
        ["system", "mean", "interval", "share", "p", "note", "mixed", "empty", "better"],
        [
            ["1", 0.5, "[0.4, 0.6]", "76%", "<0.001", "fast", 1, None, True],
            ["bm25", None, "–", "17 %", 0.25, "3 runs", "none", None, False],
            ["b", math.nan, "0.5 ± 0.1", "", 1, "", 2, None, True],
        ],
        "A table",
    )
    page = read([Section("One", tables=[table])])
    for row in page.select("table tr"):
        numeric = [cell.get("class") == ["number"] for cell in row.find_all(["th", "td"])]
        assert numeric == [False, True, True, True, True, False, False, False, False]
    style = page.find("style").get_text()
    assert re.search(r"\.number {\s*text-align: right;", style)
    assert "tabular-nums" in style


def test_names_are_data() -> None:
    tame, wild = read(make_sections()), read(make_sections(HOSTILE), HOSTILE, HOSTILE)
    assert [tag.name for tag in wild.find_all(["script", "img", "iframe", "object", "link", "base"])] == []
    # The same elements with the same attributes, but for what the pictures draw.
    for page in (tame, wild):
        for svg in page.find_all("svg"):
            svg.clear()
    shape = [
        [(tag.name, sorted(tag.attrs)) for tag in page.find_all() if tag.name not in ("html", "body")]
        for page in (tame, wild)
    ]
    assert shape[0] == shape[1]
    shown = HOSTILE.replace("\x00", " ").replace("\ud800", "?")
    assert wild.find("title").get_text() == shown
    assert cells_of(wild.find_all("table")[0])[1][0] == shown
    assert wild.find_all("pre")[0].get_text() == shown


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs() -> None:
    text = str(render_report("A report", make_sections(), "fasttrack eval"))
    page = BeautifulSoup(text, "lxml")
    assert "http:" not in text
    assert "https:" not in text
    assert "@import" not in text
    assert page.find_all(["script", "link", "img", "image", "iframe", "foreignobject"]) == []
    assert all(reference.startswith("#") for reference in re.findall(r"url\(([^)]*)\)", text))
    for tag in page.find_all():
        assert not [name for name in tag.attrs if name.startswith("on") or name in ("src", "srcset", "data")]
        for name in ("href", "xlink:href"):
            assert str(tag.get(name, "#")).startswith("#")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_id_is_unique_and_every_reference_leads_to_one() -> None:
    page = read(make_sections())
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    wanted = {str(tag["href"])[1:] for tag in page.find_all(href=True)}
    wanted |= {str(tag["aria-labelledby"]) for tag in page.select("[aria-labelledby]")}
    for tag in page.find_all():
        for value in tag.attrs.values():
            wanted |= set(re.findall(r"url\(#([^)]+)\)", str(value)))
    assert wanted <= set(ids)
    assert any(name.startswith("picture-2-3-") for name in wanted)


def test_a_picture_keeps_its_styles_to_itself() -> None:
    assert len(read(make_sections()).find_all("style")) == 1


def test_what_was_not_measured_is_said_to_be_so() -> None:
    page = read([Section("Empty"), Section("Table", tables=[Table(["a", "b"], [], "Seconds.")])])
    assert [p.get_text() for p in page.select("#section-1 p")] == ["Nothing was measured."]
    assert page.select("#section-2")[0].get_text(" ", strip=True) == "Table Seconds. Nothing was measured."
    assert "Nothing was measured." in read([]).get_text()


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Row 2 of “Seconds”"):
        Table(["a", "b"], [[1, 2], [1]], "Seconds")


def test_the_same_report_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_report(tmp_path / name / "report.html", "A report", make_sections(), "fasttrack eval")
    assert (tmp_path / "first/report.html").read_bytes() == (tmp_path / "second/report.html").read_bytes()


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "report.html"
    report.write_text("the one before")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(ReportError, match="No space left"):
            write_report(report, "A report", [], "")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert report.read_text() == "the one before"
    with pytest.raises(ReportError, match="another place"):
        write_report(report / "below a file.html", "A report", [], "")


def test_it_fits_a_narrow_screen_and_asks_nobody_for_anything(tmp_path: Path) -> None:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("no browser") if os.environ.get("CI") else pytest.skip("no browser")
    columns = ["system", *(f"measure {n}" for n in range(20))]
    wide = Table(columns, [["a-system-with-a-long-name.trec.gz" * 3, *[0.5] * 20]], "A wide table. " * 10)
    report = tmp_path / "report.html"
    write_report(
        report, "A report", [*make_sections(HOSTILE), Section("Wide", tables=[wide])], "fasttrack " * 40
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        requests: list[str] = []
        complaints: list[str] = []
        grounds = set()
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 400, "height": 800}, color_scheme=scheme)
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda message: complaints.append(message.text))
            page.goto(report.as_uri())
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert page.evaluate("document.documentElement.scrollWidth") == 400
            region = page.locator("#section-3 .wide")
            assert region.evaluate("region => region.scrollWidth > region.clientWidth")
            # A picture for each figure, as wide as its letters need.
            widths = page.locator("svg").evaluate_all("all => all.map(svg => svg.clientWidth)")
            assert len(widths) == 6
            assert min(widths) > 200
        browser.close()
    assert requests == [report.as_uri()] * 2
    assert complaints == []
    assert len(grounds) == 2
