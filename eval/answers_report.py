"""The report on an evaluation of answers: tables, pictures, and how to repeat it."""

from collections.abc import Mapping
from pathlib import Path

from eval.answers import MEASURES, AnswerEvaluation, Group
from eval.pictures import draw_risk_coverage, draw_scores
from eval.report import Cell, Picture, Section, Table, publish_report
from eval.significance import Interval

_ABOUT = (
    "Facts: share of the key facts in the answer. Citations: validity, that the quotation stands where it "
    "is said to stand; precision, that it overlaps a gold quote; recall, the share of facts whose gold "
    "quote is cited. Brackets hold 95% bootstrap intervals over questions. Unanswerable questions have no "
    "citation score."
)
_ABOUT_RISK = (
    "If the assistant answered only where its evidence is strongest: the share of questions that it would "
    "answer, and the mean share of key facts that these answers lack (1 for a question that the library "
    "does not answer)."
)


def report_answers(evaluation: AnswerEvaluation, out: Path, command: str) -> Path:
    """Write `report.html` and `pictures/` below `out`; `command` is what was run. Returns the report."""
    results = Section(
        "Results",
        _ABOUT,
        [
            _tabulate({"all": evaluation.overall, **evaluation.languages}, "Language"),
            _tabulate(evaluation.kinds, "Kind"),
            _tabulate_abstention({"all": evaluation.overall, **evaluation.languages}),
        ],
    )
    rows: list[list[Cell]] = [[name, value] for name, value in evaluation.configuration.items()]
    configuration = Section(
        "Configuration", "", [Table(["What", "Value"], rows, "What the figures depend on")]
    )
    sections = [results, _show_evidence(evaluation), configuration]
    return publish_report(out, f"Answers, {evaluation.overall.questions} questions", sections, command)


def _tabulate(groups: Mapping[str, Group], first: str) -> Table:
    rows: list[list[Cell]] = [
        [name, group.questions, *(_show(group.measures[measure]) for measure in MEASURES)]
        for name, group in groups.items()
    ]
    names = (measure.replace("_", " ").capitalize() for measure in MEASURES)
    return Table([first, "n", *names], rows, f"Every measure, by {first.lower()} (times in seconds)")


def _tabulate_abstention(groups: Mapping[str, Group]) -> Table:
    rows: list[list[Cell]] = [
        [name, _show(group.abstention.precision), _show(group.abstention.recall), group.abstention.f1]
        for name, group in groups.items()
    ]
    return Table(
        ["Language", "Precision", "Recall", "F1"],
        rows,
        "Abstention: declining what the library does not answer",
    )


def _show_evidence(evaluation: AnswerEvaluation) -> Section:
    curves = {
        name: [(point.coverage, point.risk) for point in group.risk_coverage]
        for name, group in {"all": evaluation.overall, **evaluation.languages}.items()
        if group.risk_coverage
    }
    scores = {
        name: found
        for name, answerable in (("answerable", True), ("unanswerable", False))
        if (
            found := [
                score.evidence
                for score in evaluation.scores
                if score.evidence is not None and score.is_answerable == answerable
            ]
        )
    }
    figures = []
    if curves:
        overall = {"all": curves["all"]} if "all" in curves else curves
        figures.append(Picture(draw_risk_coverage(overall), "Risk by coverage, all questions."))
    if scores:
        figures.append(
            Picture(draw_scores(scores), "The evidence for answerable and unanswerable questions.")
        )
    return Section("Evidence", _ABOUT_RISK, (), figures)


def _show(interval: Interval | None) -> str | None:
    return f"{interval.mean:.3f} [{interval.low:.3f}, {interval.high:.3f}]" if interval else None
