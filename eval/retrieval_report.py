"""The report on an evaluation of retrieval: tables, pictures, and how to repeat it."""

from collections.abc import Iterator, Mapping, Sequence
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
    own = evaluation.own_language
    shares = {name: [f"{own[name].share:.0%}", f"{own[name].even:.0%}"] for name in own}
    # Side by side, the two would be too wide to print.
    mixed = [view for view in views if view.startswith("mixed")]
    apart = [view for view in views if view not in mixed]
    tables = [_list_means(evaluation, mixed, "all languages in one pool", shares)]
    if apart:
        tables.append(_list_means(evaluation, apart, "one language at a time", {}))
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
    return Section("Results", _ABOUT_VIEWS, [*tables, *others], figures)


def _list_means(
    evaluation: Evaluation, views: Sequence[str], caption: str, shares: Mapping[str, Sequence[str]]
) -> Table:
    """The means of the main measure with their intervals, and each system's shares where there are any."""
    rows: list[list[Cell]] = []
    for name, intervals in evaluation.intervals.items():
        found = [intervals[view][MAIN_MEASURE] for view in views]
        means = [f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in found]
        rows.append([name, *means, *shares.get(name, ())])
    titles = ["Own language in top 10", "Even share"] if shares else []
    columns = ["System", *(view.capitalize() for view in views), *titles]
    return Table(columns, rows, f"{MAIN_MEASURE}, {caption}")


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
    directions = {
        name: {
            (view.partition("-")[0], view.partition("-")[2]): fmean(scores[MAIN_MEASURE].values())
            for view, scores in views.items()
            if view not in SUMMARY_VIEWS
        }
        for name, views in evaluation.scores.items()
    }
    values = [value for cells in directions.values() for value in cells.values()]
    figures = []
    for name, cells in directions.items():
        title = f"{name}: {MAIN_MEASURE} by direction"
        figure = draw_directions(cells, title, (min(values), max(values)))
        figures.append(Picture(figure, f"{title}: query language by passage language."))
    about = (
        "Each cell ranks against the passages in one language only. A colour means the same for every system."
    )
    return Section("Languages", about, (), figures)


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
