"""The report on answers shows what was measured, loads nothing, and takes every name as data."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from assistant.assistant import Assistant
from assistant.writing.generator import Extractive
from eval.answers import AnswerEvaluation, evaluate_answers
from eval.answers_report import report_answers
from eval.questions import Question, Quote
from tests.eval.golden import BUDGET_EN, BUDGET_NL, CONTACT, Told, build_library, make_answer

HOSTILE = "<img src=x onerror=alert(1)>&{0}"
COMMAND = "fasttrack eval answers gold.jsonl --out out"
BUDGET = (Quote("en/budget.md", BUDGET_EN), Quote("nl/budget.md", BUDGET_NL))
EURO = ((re.compile(r"250[.,]000"),),)
QUESTIONS = [
    Question("q1", "en", BUDGET_EN, (), BUDGET, EURO, "one place"),
    Question("q2", "nl", BUDGET_NL, (), BUDGET, EURO, HOSTILE),
    Question(
        "q3", "en", CONTACT, (), (Quote("en/budget.md", CONTACT),), ((re.compile("Buyse"),),), "one place"
    ),
    Question("q4", "en", "Zebras eat grass?", (), (), (), "other subject"),
]


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> AnswerEvaluation:
    """What the assistant itself answers over a small library."""
    folder = tmp_path_factory.mktemp("answers")
    assistant = Assistant(build_library(folder), Extractive())
    return evaluate_answers(QUESTIONS, assistant, folder / "out", model=HOSTILE)


@pytest.fixture(scope="module")
def report(evaluation: AnswerEvaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report_answers(evaluation, tmp_path_factory.mktemp("report") / "out", COMMAND)


@pytest.fixture(scope="module")
def page(report: Path) -> BeautifulSoup:
    return BeautifulSoup(report.read_text(encoding="utf-8"), "lxml")


def rows_of(page: BeautifulSoup, place: int) -> list[list[str]]:
    table = page.find_all("table")[place]
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


def test_the_sections_are_there_with_their_tables_and_pictures(page: BeautifulSoup) -> None:
    assert [heading.get_text() for heading in page.find_all("h2")] == [
        "Results",
        "Evidence",
        "Configuration",
        "How to repeat this",
    ]
    assert [len(section.find_all("table")) for section in page.find_all("section")] == [3, 0, 1, 0]
    assert [len(section.find_all("svg")) for section in page.find_all("section")] == [0, 2, 0, 0]
    assert page.find("h1").get_text() == "Answers, 4 questions"
    assert COMMAND in page.get_text()


def test_the_figures_are_those_of_the_evaluation(page: BeautifulSoup, evaluation: AnswerEvaluation) -> None:
    by_language, by_kind = rows_of(page, 0), rows_of(page, 1)
    assert [row[:2] for row in by_language[1:]] == [["all", "4"], ["en", "3"], ["nl", "1"]]
    assert [row[0] for row in by_kind[1:]] == ["one place", HOSTILE, "other subject"]
    facts = evaluation.overall.measures["fact_recall"]
    assert facts is not None
    column = by_language[0].index("Fact recall")
    assert by_language[1][column] == f"{facts.mean:.3f} [{facts.low:.3f}, {facts.high:.3f}]"
    assert facts.mean > 0
    assert by_kind[3][column] == "–", "an unanswerable question has no facts"
    configuration = dict(rows_of(page, 3)[1:])
    assert configuration == dict(evaluation.configuration)


def test_abstention_is_shown_for_each_language(page: BeautifulSoup) -> None:
    rows = rows_of(page, 2)
    assert rows[0] == ["Language", "Precision", "Recall", "F1"]
    assert [row[0] for row in rows[1:]] == ["all", "en", "nl"]


def test_nothing_is_loaded_from_elsewhere_and_names_are_data(report: Path, page: BeautifulSoup) -> None:
    assert not re.search(r"(?:https?:)?//[a-z]", report.read_text(encoding="utf-8"))
    assert not page.find_all(["script", "link", "iframe", "img", "object"])
    assert all(element["href"].startswith("#") for element in page.find_all(href=True))
    assert HOSTILE in page.get_text()


def test_the_pictures_stand_beside_it_in_both_forms(report: Path) -> None:
    assert sorted(path.name for path in (report.parent / "pictures").iterdir()) == [
        f"evidence-{number}.{ending}" for number in (1, 2) for ending in ("png", "svg")
    ]


def test_the_same_evaluation_is_the_same_report(
    evaluation: AnswerEvaluation, report: Path, tmp_path: Path
) -> None:
    assert report_answers(evaluation, tmp_path, COMMAND).read_bytes() == report.read_bytes()


def test_without_evidence_there_is_no_picture_and_no_failure(tmp_path: Path) -> None:
    declined = {question.text: [replace(make_answer(), question=question.text)] for question in QUESTIONS}
    told = Told(build_library(tmp_path), declined)
    path = report_answers(evaluate_answers(QUESTIONS, told, tmp_path / "out"), tmp_path / "out", COMMAND)
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    assert not page.find_all("svg")
    assert not (tmp_path / "out" / "pictures").exists()
