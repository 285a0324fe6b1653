"""The report on retrieval shows what was measured, loads nothing, and takes every name as data."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from eval.pictures import Directions, draw_directions
from eval.pool import open_pool
from eval.retrieval import MAIN_MEASURE, SUMMARY_VIEWS, Evaluation, evaluate_retrieval
from eval.retrieval_report import report_retrieval
from eval.systems import name_systems
from eval.trec import write_run
from tests.doubles import WordEncoder
from tests.eval.small import make_collection

HOSTILE = "<img-src=x-onerror=alert(1)>&{0}"
COMMAND = f"fasttrack eval retrieval '{HOSTILE}' --out out"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a cache of its own."""
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FASTTRACK_CACHE", str(folder / "cache"))
        yield folder


@pytest.fixture(scope="module")
def evaluation(folder: Path) -> Evaluation:
    """Two systems and a run file, over a collection; both names look like markup."""
    collection = make_collection(folder / HOSTILE)
    theirs = folder / f"{HOSTILE}.trec"
    write_run(theirs, {"nl-q0": {"nl-0": 1.0, "en-0": 0.5}}, "theirs")
    systems = name_systems(["bm25", "dense", str(theirs)])
    return evaluate_retrieval(collection, systems, open_pool(collection, WordEncoder()), folder / "out")


@pytest.fixture(scope="module")
def report(evaluation: Evaluation, folder: Path) -> Path:
    return report_retrieval(evaluation, folder / "out", COMMAND)


@pytest.fixture(scope="module")
def page(report: Path) -> BeautifulSoup:
    return BeautifulSoup(report.read_text(encoding="utf-8"), "lxml")


def test_the_sections_are_there_with_their_tables_and_pictures(page: BeautifulSoup) -> None:
    titles = ["Results", "Differences between systems", "Languages", "Configuration", "How to repeat this"]
    assert [heading.get_text() for heading in page.find_all("h2")] == titles
    # A view has a picture in the results, a pair of systems one of differences, a system one of directions.
    assert [len(section.find_all("svg")) for section in page.find_all("section")] == [3, 3, 3, 0, 0]
    assert [len(section.find_all("table")) for section in page.find_all("section")] == [5, 1, 0, 1, 0]


def test_the_figures_are_those_of_the_evaluation(page: BeautifulSoup, evaluation: Evaluation) -> None:
    mixed, apart = (
        [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        for table in page.find_all("table")[:2]
    )
    assert mixed[0] == ["System", "Mixed", "Own language in top 10", "Even share"]
    assert apart[0] == ["System", "Monolingual", "Across"]
    systems = evaluation.intervals.items()
    for in_mixed, by_language, (name, views) in zip(mixed[1:], apart[1:], systems, strict=True):
        found = [views[view][MAIN_MEASURE] for view in ("mixed", "monolingual", "across")]
        shown = [f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in found]
        assert in_mixed[:2] == [name, shown[0]]
        assert by_language == [name, *shown[1:]]
    assert str(evaluation.configuration["digest"]) in page.get_text()
    assert COMMAND in page.get_text()


def test_every_test_has_a_row(page: BeautifulSoup, evaluation: Evaluation) -> None:
    [table] = page.find_all("section")[1].find_all("table")
    assert len(table.find_all("tr")) == 1 + len(evaluation.tests) == 1 + 9


def test_nothing_is_loaded_from_elsewhere(report: Path, page: BeautifulSoup) -> None:
    text = report.read_text(encoding="utf-8")
    assert not re.search(r"(?:https?:)?//[a-z]", text)
    assert not page.find_all(["script", "link", "iframe", "img", "object"])
    for element in page.find_all(href=True):
        assert element["href"].startswith("#")
    assert not page.find_all(src=True)


def test_names_are_data(page: BeautifulSoup) -> None:
    assert page.find("h1").get_text() == f"Retrieval on {HOSTILE}"
    assert HOSTILE in page.find_all("table")[0].get_text()


def test_the_pictures_stand_beside_it_in_both_forms(report: Path, page: BeautifulSoup) -> None:
    names = sorted(path.name for path in (report.parent / "pictures").iterdir())
    stems = {name.rpartition(".")[0] for name in names}
    assert names == sorted(f"{stem}.{ending}" for stem in stems for ending in ("png", "svg"))
    assert len(stems) == len(page.find_all("svg")) == 9


def test_the_same_evaluation_is_the_same_report(evaluation: Evaluation, report: Path, tmp_path: Path) -> None:
    assert report_retrieval(evaluation, tmp_path, COMMAND).read_bytes() == report.read_bytes()


def test_answers_in_the_own_language_and_in_others_stand_apart(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, str]] = []

    def draw(values: Directions, title: str, span: tuple[float, float]) -> Figure:
        drawn.extend(values)
        return draw_directions(values, title, span)

    monkeypatch.setattr("eval.retrieval_report.draw_directions", draw)
    whole = make_collection(tmp_path / "small", ("nl", "en"))
    qrels = {
        query: {id_: 1 for id_ in grades if id_.startswith("nl")} for query, grades in whole.qrels.items()
    }
    collection = replace(whole, qrels=qrels)
    library = open_pool(collection, WordEncoder())
    evaluation = evaluate_retrieval(collection, name_systems(["bm25", "dense"]), library, tmp_path / "out")
    path = report_retrieval(evaluation, tmp_path / "out", "fasttrack")
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    results, comparison, *_ = page.find_all("section")
    heading = [cell.get_text() for cell in results.find("tr").find_all("th")]
    assert heading[1:4] == ["Mixed", "Mixed-own", "Mixed-other"]
    assert len(results.find_all("svg")) == 5
    assert [row.find_all("td")[0].get_text() for row in comparison.find_all("tr")[1:]] == [
        test.view for test in evaluation.tests
    ]
    assert {test.view for test in evaluation.tests} == set(SUMMARY_VIEWS)
    assert drawn == [("en", "nl"), ("nl", "nl")] * 2, "the maps have cells for languages only"


def test_one_language_and_one_system_need_no_comparison(tmp_path: Path, folder: Path) -> None:
    collection = make_collection(tmp_path / "small", ("en",))
    library = open_pool(collection, WordEncoder())
    evaluation = evaluate_retrieval(collection, name_systems(["dense"]), library, tmp_path / "out")
    path = report_retrieval(evaluation, tmp_path / "out", "fasttrack")
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    [_, comparison, languages, *_] = page.find_all("section")
    assert "Nothing was measured." in comparison.get_text()
    assert len(languages.find_all("svg")) == 1
