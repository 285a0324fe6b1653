"""Evaluates retrieval: runs of several systems over a collection, scored by language, with significance.

Every figure is a mean over queries. A *view* says which passages a query is ranked against and which queries
count: `mixed`, all passages; `mixed-own` and `mixed-other`, all passages, but only the queries whose relevant
passages are all in their own language, or all in others; `nl-en`, Dutch queries against English passages;
`monolingual`, each query against passages in its own language; `across`, each query's mean over the other
languages.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

import index as index_package
from eval.collection import Collection, Qrels
from eval.digests import digest_code, digest_texts
from eval.files import write_json, write_rows
from eval.measures import MEASURES, rank_passages, score_run
from eval.significance import SEED, Comparison, Interval, bootstrap_interval, compare_paired, correct_holm
from eval.systems import DEPTH, MIXED, Runs, System, run_systems
from eval.trec import write_run
from index.library import CHUNK_TOKENS, Library

MAIN_MEASURE = "nDCG@10"
SUMMARY_VIEWS = ("mixed", "mixed-own", "mixed-other", "monolingual", "across")
_TOP = 10

Scores = Mapping[str, Mapping[str, float]]
"""Measure → query id → value."""


@dataclass(frozen=True, slots=True)
class OwnLanguage:
    """The mean share of the query's language among the ten best passages, and among all."""

    share: float
    even: float


@dataclass(frozen=True, slots=True)
class Tested:
    """Two systems compared in one view; `holm` is the p-value after Holm's correction over all pairs and
    views that were compared together."""

    first: str
    second: str
    view: str
    measure: str
    comparison: Comparison
    holm: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out. `scores` and `intervals` are by system and view; `intervals` of summary views only."""

    collection: Collection
    configuration: Mapping[str, Any]
    scores: Mapping[str, Mapping[str, Scores]]
    intervals: Mapping[str, Mapping[str, Mapping[str, Interval]]]
    own_language: Mapping[str, OwnLanguage]
    tests: Sequence[Tested]


def evaluate_retrieval(
    collection: Collection,
    systems: Sequence[System],
    library: Library,
    out: Path,
    tell: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Run the systems, score them, and write runs, scores and a summary below `out`.

    `library` holds the collection's passages; `tell` is told how many queries are done.
    """
    runs = run_systems(systems, library, collection.queries, collection.passages, tell)
    scores = {name: score_views(collection, runs[name]) for name in runs}
    evaluation = Evaluation(
        collection=collection,
        configuration=_configure(collection, systems, library),
        scores=scores,
        intervals={name: _find_intervals(views) for name, views in scores.items()},
        own_language={name: measure_own_language(collection, runs[name]) for name in runs},
        tests=compare_pairs(scores, SUMMARY_VIEWS),
    )
    for name, by_pool in runs.items():
        _write_runs(out / "runs" / name, name, collection, by_pool)
        write_rows(out / "scores" / f"{name}.jsonl", _list_scores(scores[name]))
    write_json(out / "configuration.json", evaluation.configuration)
    write_json(out / "summary.json", summarise(evaluation))
    return evaluation


def score_views(collection: Collection, runs: Runs) -> dict[str, Scores]:
    """The scores in every view that the collection has judgements for.

    `mixed-own` and `mixed-other` are there only together: one alone would say what `mixed` says.
    """
    language_of_query = {query.id: query.language for query in collection.queries}
    language_of = {passage.id: passage.language for passage in collection.passages}
    mixed = score_run(runs[MIXED], collection.qrels)
    views: dict[str, Scores] = {"mixed": mixed}
    own, other = _part_queries(collection)
    if own and other:
        views |= {"mixed-own": _keep(mixed, own), "mixed-other": _keep(mixed, other)}
    directions: dict[tuple[str, str], Scores] = {}
    for pool, run in runs.items():
        if pool is not MIXED:
            judged = _restrict(collection.qrels, language_of, pool)
            scored = score_run(run, judged)
            for language in sorted(set(language_of_query.values())):
                mine = {query for query in judged if language_of_query[query] == language}
                if mine:
                    directions[language, pool] = _keep(scored, mine)
    views["monolingual"] = _gather(scores for (asked, pool), scores in directions.items() if asked == pool)
    views["across"] = _gather(scores for (asked, pool), scores in directions.items() if asked != pool)
    return {name: scores for name, scores in views.items() if scores[MAIN_MEASURE]} | {
        f"{asked}-{pool}": scores for (asked, pool), scores in directions.items()
    }


def _part_queries(collection: Collection) -> tuple[set[str], set[str]]:
    """The queries whose relevant passages are all in their own language, and those with none in it."""
    language_of = {passage.id: passage.language for passage in collection.passages}
    own, other = set(), set()
    for query in collection.queries:
        judged = collection.qrels[query.id]
        in_own = {language_of[id_] == query.language for id_, grade in judged.items() if grade > 0}
        if in_own == {True}:
            own.add(query.id)
        elif in_own == {False}:
            other.add(query.id)
    return own, other


def _keep(scores: Scores, queries: Container[str]) -> dict[str, dict[str, float]]:
    return {
        measure: {query: value for query, value in values.items() if query in queries}
        for measure, values in scores.items()
    }


def _restrict(qrels: Qrels, language_of: Mapping[str, str], language: str) -> dict[str, dict[str, int]]:
    restricted = {
        query: {id_: grade for id_, grade in judged.items() if language_of[id_] == language}
        for query, judged in qrels.items()
    }
    return {
        query: judged for query, judged in restricted.items() if any(grade > 0 for grade in judged.values())
    }


def _gather(parts: Iterable[Scores]) -> Scores:
    """Each query's mean over the parts that judge it."""
    gathered: dict[str, dict[str, list[float]]] = {measure: {} for measure in MEASURES}
    for scores in parts:
        for measure, values in scores.items():
            for query, value in values.items():
                gathered[measure].setdefault(query, []).append(value)
    return {
        measure: {query: fmean(found) for query, found in values.items()}
        for measure, values in gathered.items()
    }


def measure_own_language(collection: Collection, runs: Runs) -> OwnLanguage:
    """How far the mixed pool's first ten lean to the query's own language."""
    language_of = {passage.id: passage.language for passage in collection.passages}
    total = len(collection.passages)
    shares, even = [], []
    for query in collection.queries:
        if ranked := runs[MIXED].get(query.id):
            best = rank_passages(ranked)[:_TOP]
            shares.append(fmean(language_of[id_] == query.language for id_ in best))
            even.append(sum(language == query.language for language in language_of.values()) / total)
    return OwnLanguage(fmean(shares), fmean(even)) if shares else OwnLanguage(0.0, 0.0)


def _find_intervals(views: Mapping[str, Scores]) -> dict[str, dict[str, Interval]]:
    return {
        view: {measure: bootstrap_interval(list(values.values())) for measure, values in views[view].items()}
        for view in SUMMARY_VIEWS
        if view in views
    }


def compare_pairs(scores: Mapping[str, Mapping[str, Scores]], views: Sequence[str]) -> list[Tested]:
    """Every pair of systems in every one of the views that both have, for the main measure."""
    found = [
        (first, second, view, compare_paired(one[view][MAIN_MEASURE], other[view][MAIN_MEASURE]))
        for (first, one), (second, other) in combinations(scores.items(), 2)
        for view in views
        if view in one and view in other
    ]
    corrected = correct_holm([comparison.p for *_, comparison in found])
    return [
        Tested(first, second, view, MAIN_MEASURE, comparison, holm)
        for (first, second, view, comparison), holm in zip(found, corrected, strict=True)
    ]


def _configure(collection: Collection, systems: Sequence[System], library: Library) -> dict[str, Any]:
    """What the figures depend on, under one digest. A run made elsewhere counts with its content."""
    configuration = {
        "collection": collection.name,
        "collection_digest": collection.digest,
        "encoder": library.encoder.name,
        "encoder_digest": library.encoder.digest,
        "chunk_tokens": CHUNK_TOKENS,
        "systems": {
            system.name: system.origin
            if system.mode
            else f"{system.origin}, digest {digest_texts(Path(system.origin).read_text(encoding='utf-8'))}"
            for system in systems
        },
        "depth": DEPTH,
        "seed": SEED,
        "version": version("fasttrack"),
        "code": digest_code(index_package),
    }
    return configuration | {"digest": digest_texts(json.dumps(configuration, sort_keys=True))}


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """The figures as JSON: means of every view, intervals of the summary views, tests."""
    collection = evaluation.collection
    return {
        "configuration": dict(evaluation.configuration),
        "passages": len(collection.passages),
        "queries": len(collection.queries),
        "systems": {
            name: {
                "own_language": asdict(evaluation.own_language[name]),
                "views": {
                    view: {
                        measure: asdict(interval)
                        if (interval := evaluation.intervals[name].get(view, {}).get(measure))
                        else {"mean": fmean(values.values()), "n": len(values)}
                        for measure, values in scores.items()
                    }
                    for view, scores in views.items()
                },
            }
            for name, views in evaluation.scores.items()
        },
        "tests": [asdict(test) for test in evaluation.tests],
    }


def _write_runs(folder: Path, name: str, collection: Collection, runs: Runs) -> None:
    language_of = {query.id: query.language for query in collection.queries}
    for pool, run in runs.items():
        if pool is MIXED:
            write_run(folder / "mixed.trec", run, name)
            continue
        for language in sorted(set(language_of.values())):
            part = {query: found for query, found in run.items() if language_of.get(query) == language}
            write_run(folder / f"{language}-{pool}.trec", part, name)


def _list_scores(views: Mapping[str, Scores]) -> Iterator[dict[str, Any]]:
    return (
        {"view": view, "query": query, **{measure: values[query] for measure, values in scores.items()}}
        for view, scores in views.items()
        for query in scores[MAIN_MEASURE]
    )
