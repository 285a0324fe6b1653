"""The scores of an evaluation as tables for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from fasttrack.console import output, show

if TYPE_CHECKING:
    from eval.answers import AnswerEvaluation
    from eval.planted import CheckEvaluation
    from eval.practices import PracticeEvaluation
    from eval.retrieval import Evaluation


def print_retrieval(evaluation: "Evaluation", report: Path) -> None:
    table = Table("System", "View", "nDCG@10", "95% interval", "R@100", "n")
    for name, views in evaluation.intervals.items():
        for view, measures in views.items():
            main, recall = measures["nDCG@10"], measures["R@100"]
            interval = f"{main.low:.3f} to {main.high:.3f}"
            table.add_row(show(name), view, f"{main.mean:.3f}", interval, f"{recall.mean:.3f}", str(main.n))
    output.print(table)
    for name, own in evaluation.own_language.items():
        output.print(
            show(f"{name}: {own.share:.0%} of the top ten in the question's language, even {own.even:.0%}")
        )
    for test in evaluation.tests:
        difference = f"{test.comparison.difference:+.3f}"
        output.print(
            show(f"{test.first} – {test.second}, {test.view}: {difference}, p {test.holm:.4f} (Holm)")
        )
    output.print(show(f"Report: {report}"))


def print_answers(evaluation: "AnswerEvaluation", report: Path) -> None:
    table = Table("", "n", "Facts", "Cited right", "Gold cited", "Declined rightly", "Language", "Seconds")
    for name, group in {"all": evaluation.overall, **evaluation.languages}.items():
        names = ("fact_recall", "citation_precision", "citation_recall")
        found = [group.measures[measure] for measure in names]
        found += [group.abstention.recall, group.measures["language_match"], group.measures["to_end"]]
        table.add_row(name, str(group.questions), *(f"{one.mean:.2f}" if one else "–" for one in found))
    output.print(table)
    output.print(show(f"Report: {report}"))


def print_practices(evaluation: "PracticeEvaluation") -> None:
    table = Table("System", "nDCG@10", "95% interval", "n", "Countries in top 10")
    for name, result in evaluation.systems.items():
        ndcg = result.ndcg
        interval = f"{ndcg.low:.3f} to {ndcg.high:.3f}"
        table.add_row(name, f"{ndcg.mean:.3f}", interval, str(ndcg.n), f"{result.countries:.1f}")
    output.print(table)
    for test in evaluation.tests:
        difference = f"{test.comparison.difference:+.3f}"
        output.print(show(f"{test.first} – {test.second}: {difference}, p {test.holm:.4f} (Holm)"))


def print_check(evaluation: "CheckEvaluation", report: Path) -> None:
    languages = [name for name in next(iter(evaluation.groups.values())) if name != "all"]
    table = Table("", "n", "All", "95% interval", *languages, title=f"Refused, half {evaluation.half}")
    for name, shares in evaluation.groups.items():
        overall = shares["all"]
        interval = f"{overall.low:.2f} to {overall.high:.2f}"
        by_language = [f"{one.share:.2f} ({one.n})" if (one := shares.get(key)) else "–" for key in languages]
        table.add_row(name, str(overall.n), f"{overall.share:.2f}", interval, *by_language)
    output.print(table)
    output.print(
        show(
            f"Median of a first sentence {evaluation.milliseconds:.0f} ms, of a later one "
            f"{evaluation.later_milliseconds:.0f} ms. Each sentence: {report}"
        )
    )
