"""The report on an evaluation of retrieval: tables, pictures, and how to repeat it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean

from eval.measures import MEASURES
from eval.pictures import draw_differences, draw_directions, draw_systems
from eval.report import Cell, Picture, Section, Table, publish_report
from eval.retrieval import MAIN_MEASURE, SUMMARY_VIEWS, Evaluation, Scores

_ABOUT_VIEWS = (
    "Mixed: each query against all passages. Mixed-own and mixed-other, where a collection has both kinds: "
    "only the queries whose relevant passages are all in their own language, or all in others. Monolingual: "
    "against the passages in the query's language. Across: the mean over the other languages. Brackets hold "
    "95% bootstrap intervals over queries."
)
_ABOUT_TESTS = (
    "Paired randomisation tests, two-sided, with Holm's correction over all rows. The effect is the mean "
    "difference by the standard deviation of the differences (Cohen's d for paired samples). Queries that "
    "are translations of each other are not independent: over parallel collections p-values are too small."
)


def report_retrieval(evaluation: Evaluation, out: Path, command: str) -> Path:
    """Write `report.html` and `pictures/` below `out`; `command` is what was run. Returns the report."""
    sections = [
        _summarise(evaluation),
        _compare(evaluation),
        _show_directions(evaluation),
        _describe(evaluation),
    ]
    repeat = f"{command}\n\nConfiguration {evaluation.configuration['digest']}, in configuration.json."
    return publish_report(out, f"Retrieval on {evaluation.collection.name}", sections, repeat)


def _summarise(evaluation: Evaluation) -> Section:
    views = _find_views(evaluation)
    rows: list[list[Cell]] = []
    for name, intervals in evaluation.intervals.items():
        own = evaluation.own_language[name]
        cells: list[Cell] = [name]
        for view in views:
            found = intervals[view][MAIN_MEASURE]
            cells.append(f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]")
        rows.append([*cells, f"{own.share:.0%}", f"{own.even:.0%}"])
    columns = ["System", *(view.capitalize() for view in views), "Own language in top 10", "Even share"]
    others = [
        Table(
            ["System", *MEASURES, "n"],
            [
                [name, *(found[view][measure].mean for measure in MEASURES), found[view][MAIN_MEASURE].n]
                for name, found in evaluation.intervals.items()
            ],
            f"All measures, {view}",
        )
        for view in views
    ]
    figures = [
        Picture(
            draw_systems(
                {name: found[view][MAIN_MEASURE] for name, found in evaluation.intervals.items()},
                f"{MAIN_MEASURE}, {view}",
            ),
            f"{MAIN_MEASURE} of each system with its 95% interval, {view}.",
        )
        for view in views
    ]
    return Section("Results", _ABOUT_VIEWS, [Table(columns, rows, f"{MAIN_MEASURE}"), *others], figures)


def _compare(evaluation: Evaluation) -> Section:
    rows: list[list[Cell]] = [
        [
            f"{test.first} – {test.second}",
            test.view,
            f"{test.comparison.difference:+.3f} [{test.comparison.low:+.3f}, {test.comparison.high:+.3f}]",
            test.comparison.effect,
            test.comparison.p,
            test.holm,
            test.comparison.n,
        ]
        for test in evaluation.tests
    ]
    columns = ["Systems", "View", f"Difference in {MAIN_MEASURE}", "Effect", "p", "p (Holm)", "n"]
    figures = [
        Picture(
            draw_differences(
                list(_subtract(evaluation.scores, test.first, test.second, test.view)),
                (test.first, test.second),
                MAIN_MEASURE,
            ),
            f"{MAIN_MEASURE} of {test.first} less that of {test.second} for each query, {test.view}.",
        )
        for test in evaluation.tests
        if test.view == "mixed"
    ]
    return Section("Differences between systems", _ABOUT_TESTS, [Table(columns, rows, "Tests")], figures)


def _show_directions(evaluation: Evaluation) -> Section:
    figures = []
    for name, views in evaluation.scores.items():
        cells = {
            (view.partition("-")[0], view.partition("-")[2]): fmean(scores[MAIN_MEASURE].values())
            for view, scores in views.items()
            if view not in SUMMARY_VIEWS
        }
        title = f"{name}: {MAIN_MEASURE} by direction"
        figures.append(
            Picture(draw_directions(cells, title), f"{title}: query language by passage language.")
        )
    return Section("Languages", "Each cell ranks against the passages in one language only.", (), figures)


def _describe(evaluation: Evaluation) -> Section:
    collection, configuration = evaluation.collection, evaluation.configuration
    systems = ", ".join(f"{name} ({origin})" for name, origin in configuration["systems"].items())
    rows: list[list[Cell]] = [
        ["Collection", f"{collection.name}, digest {collection.digest}"],
        ["Passages", len(collection.passages)],
        ["Queries", len(collection.queries)],
        ["Encoder", f"{configuration['encoder']}, digest {configuration['encoder_digest']}"],
        ["Systems", systems],
        ["Depth of the runs", configuration["depth"]],
        ["Seed", str(configuration["seed"])],
        ["Version, code", f"{configuration['version']}, digest {configuration['code']}"],
        ["Chunks aim at, in tokens", configuration["chunk_tokens"]],
        ["Configuration", configuration["digest"]],
    ]
    return Section("Configuration", "", [Table(["What", "Value"], rows, "What the figures depend on")])


def _find_views(evaluation: Evaluation) -> list[str]:
    known = next(iter(evaluation.intervals.values()))
    return [view for view in SUMMARY_VIEWS if view in known]


def _subtract(
    scores: Mapping[str, Mapping[str, Scores]], first: str, second: str, view: str
) -> Iterator[float]:
    other = scores[second][view][MAIN_MEASURE]
    for query, value in scores[first][view][MAIN_MEASURE].items():
        yield value - other[query]
