"""Evaluates the search for similar practices in other languages, against graded judgements of documents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.practices import find_practices
from eval.files import write_json
from eval.lines import read_objects
from eval.measures import score_run
from eval.retrieval import MAIN_MEASURE, Tested, compare_pairs
from eval.significance import Interval, bootstrap_interval
from eval.systems import SYSTEMS
from eval.trec import write_run
from index.errors import FastTrackError
from index.filters import Filter
from index.library import Library

PRODUCT = "practices"
"""The system that `fasttrack practices` is. The others rank documents by their best chunk."""

_VIEW = "practices"
_TOP = 10
_DEPTH = 1000  # chunks; enough that every document is among them in a library of some hundred


@dataclass(frozen=True, slots=True)
class PracticeQuery:
    """A paragraph that describes a practice; `similar` holds document → grade, `unjudged` is left out."""

    id: str
    language: str
    query: str
    about: str
    similar: Mapping[str, int]
    unjudged: frozenset[str]


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """What a system found: nDCG@10, also by language, and how many countries are among the first ten."""

    ndcg: Interval
    by_language: Mapping[str, float]
    countries: float


@dataclass(frozen=True, slots=True)
class PracticeEvaluation:
    """What each system found, and every two of them compared."""

    systems: Mapping[str, PracticeResult]
    tests: Sequence[Tested]


def read_practices(path: Path) -> list[PracticeQuery]:
    """The queries of a file in the format of `eval/gold/README.md`. Raises `FastTrackError` with the line."""
    queries = []
    for line, fields in read_objects(path):
        try:
            queries.append(_read_query(fields))
        except (ValueError, KeyError, TypeError) as error:
            raise line.broken(
                f"this is no similar-practice query ({error!r}); eval/gold/README.md shows one"
            ) from error
    return queries


def _read_query(value: Mapping[str, Any]) -> PracticeQuery:
    similar = {judged["document"]: int(judged["grade"]) for judged in value["similar"]}
    return PracticeQuery(
        value["id"],
        value["language"],
        value["query"],
        value["about"],
        similar,
        frozenset(value["unjudged"]),
    )


def evaluate_practices(
    queries: Sequence[PracticeQuery], library: Library, systems: Sequence[str], out: Path
) -> PracticeEvaluation:
    """Rank the documents in other languages for each query, and score the rankings.

    Writes a run for each system and a summary below `out`. Raises `FastTrackError` for an unknown system, and
    where the library is not the one that the queries were written for.
    """
    if unknown := [name for name in systems if name not in (*SYSTEMS, PRODUCT)]:
        raise FastTrackError(f"{unknown[0]} is no system: choose among {', '.join((PRODUCT, *SYSTEMS))}.")
    entries = {entry.id: entry for entry in library.entries()}
    sources = {entry.source for entry in entries.values()}
    for query in queries:
        if missing := sorted({*query.similar, query.about} - sources):
            raise FastTrackError(
                f"{query.id} names {missing[0]}, which the library at {library.folder} does not hold."
            )
    runs = _rank_documents(queries, library, systems)
    country_of = {entry.source: entry.metadata.country for entry in entries.values()}
    qrels = {query.id: query.similar for query in queries}
    results, scores = {}, {}
    for name, run in runs.items():
        scores[name] = {_VIEW: score_run(run, qrels)}
        values = scores[name][_VIEW][MAIN_MEASURE]
        write_run(out / "runs" / f"{name}.trec", run, name)
        results[name] = PracticeResult(
            bootstrap_interval(list(values.values())),
            {
                language: fmean(values[query.id] for query in queries if query.language == language)
                for language in dict.fromkeys(query.language for query in queries)
            },
            fmean(len({country_of[source] for source in list(run[query.id])[:_TOP]}) for query in queries),
        )
    evaluation = PracticeEvaluation(results, compare_pairs(scores, (_VIEW,)))
    write_json(out / "summary.json", asdict(evaluation))
    return evaluation


def _rank_documents(
    queries: Sequence[PracticeQuery], library: Library, systems: Sequence[str]
) -> dict[str, dict[str, dict[str, float]]]:
    """For each system and query, the documents in other languages with a score, best first."""
    runs = {}
    ranked = [name for name in systems if name != PRODUCT]
    if ranked:
        runs = _rank_by_chunks(queries, library, ranked)
    if PRODUCT in systems:
        runs[PRODUCT] = {query.id: _find_similar(query, library) for query in queries}
    return {name: runs[name] for name in systems}


def _find_similar(query: PracticeQuery, library: Library) -> dict[str, float]:
    """What the product lists. Its order is not that of its scores alone, so the rank stands for the score."""
    unjudged = {entry.id for entry in library.entries() if entry.source in query.unjudged}
    filter_ = Filter(except_language=query.language)
    found = find_practices(query.query, library, count=_DEPTH, filter_=filter_, without=unjudged)
    return {practice.hit.source: 1 / practice.rank for practice in found}


def _rank_by_chunks(
    queries: Sequence[PracticeQuery], library: Library, systems: Sequence[str]
) -> dict[str, dict[str, dict[str, float]]]:
    document_of = {chunk.id: entry for entry in library.entries() for chunk in library.chunks_of(entry.id)}
    runs: dict[str, dict[str, dict[str, float]]] = {name: {} for name in systems}
    asked = [(query.query, query.language) for query in queries]
    modes = list(dict.fromkeys(SYSTEMS[name] for name in systems))
    for query, ranking in zip(queries, library.rank_many(asked, modes, depth=_DEPTH), strict=True):
        for name in systems:
            best: dict[str, float] = {}
            for chunk, score in ranking[SYSTEMS[name], None]:
                entry = document_of[chunk]
                if entry.metadata.language != query.language and entry.source not in query.unjudged:
                    best.setdefault(entry.source, score)
            runs[name][query.id] = best
    return runs
