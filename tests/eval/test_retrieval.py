"""Views, shares and tests against figures known by hand, and files that say the same when read back."""

import json
import math
from pathlib import Path
from random import Random
from statistics import fmean

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.collection import Collection, Passage, Query, load_collection
from eval.measures import MEASURES, score_run
from eval.pool import open_pool
from eval.retrieval import (
    MAIN_MEASURE,
    SUMMARY_VIEWS,
    Evaluation,
    evaluate_retrieval,
    measure_own_language,
    score_views,
    summarise,
)
from eval.systems import DEPTH, MIXED, Runs, name_systems, part_by_language
from eval.trec import Run, read_run, write_run
from index.encoder import PackagedEncoder
from index.errors import FastTrackError
from tests.doubles import WordEncoder
from tests.eval.small import make_collection


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own."""
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def ready_encoder(packaged_encoder: PackagedEncoder) -> PackagedEncoder:
    """The packaged encoder, loaded from the machine's own cache before a test has another."""
    packaged_encoder.encode_questions(["?"])
    return packaged_encoder


# Views by hand


def collect(qrels: dict[str, dict[str, int]], *passages: str) -> Collection:
    """A collection whose ids begin with their languages."""
    return Collection(
        "hand",
        tuple(Passage(id_, "text", "", id_[:2]) for id_ in passages),
        tuple(Query(id_, "text", id_[:2]) for id_ in qrels),
        qrels,
        "digest",
    )


HAND = collect(
    {
        "nl-q": {"nl1": 1, "en1": 1, "de2": 1},
        "en-q": {"en1": 1, "de1": 2, "nl1": 0},
        "de-q": {"nl1": 1},  # nothing in its own language, and the run lacks it
    },
    *("nl1", "nl2", "en1", "en2", "de1", "de2"),
)
FOUND = {
    "nl-q": {"en2": 5.0, "nl1": 4.0, "en1": 3.0, "de2": 2.0, "de1": 1.0},
    "en-q": {"en1": 3.0, "de2": 2.0, "de1": 1.0},
}


def part(collection: Collection, run: Run) -> Runs:
    language_of = {passage.id: passage.language for passage in collection.passages}
    return part_by_language(run, language_of, [MIXED, *sorted(set(language_of.values()))], "run.trec")


def test_each_view_ranks_its_own_passages_for_its_own_queries() -> None:
    views = score_views(HAND, part(HAND, FOUND))
    assert {view: scores["RR@10"] for view, scores in views.items()} == {
        "mixed": {"nl-q": 1 / 2, "en-q": 1.0, "de-q": 0.0},
        "monolingual": {"nl-q": 1.0, "en-q": 1.0},
        "across": {"nl-q": (1 / 2 + 1.0) / 2, "en-q": 1 / 2, "de-q": 0.0},
        "nl-nl": {"nl-q": 1.0},
        "nl-en": {"nl-q": 1 / 2},
        "nl-de": {"nl-q": 1.0},
        "en-en": {"en-q": 1.0},
        "en-de": {"en-q": 1 / 2},
        "de-nl": {"de-q": 0.0},
    }
    assert views["mixed"]["R@10"] == {"nl-q": 1.0, "en-q": 1.0, "de-q": 0.0}
    assert all(list(scores) == list(MEASURES) for scores in views.values())


def test_a_judgement_of_0_makes_no_direction() -> None:
    """Of `en-q` a Dutch passage was judged, and found not relevant."""
    assert "en-nl" not in score_views(HAND, part(HAND, FOUND))


def test_ndcg_takes_the_grade_as_the_gain() -> None:
    scores = score_views(HAND, part(HAND, FOUND))["mixed"]["nDCG@10"]
    found = 1 + 2 / math.log2(4)
    ideal = 2 + 1 / math.log2(3)
    assert scores["en-q"] == pytest.approx(found / ideal)


def test_in_one_language_there_is_nothing_across() -> None:
    collection = collect({"en-q": {"en1": 1}}, "en1", "en2")
    views = score_views(collection, part(collection, {"en-q": {"en1": 1.0}}))
    assert list(views) == ["mixed", "monolingual", "en-en"]
    assert views["mixed"] == views["monolingual"] == views["en-en"]


def test_where_nothing_in_the_own_language_is_relevant_there_is_nothing_monolingual() -> None:
    collection = collect({"en-q": {"nl1": 1}}, "en1", "nl1")
    assert list(score_views(collection, part(collection, {}))) == ["mixed", "across", "en-nl"]


def test_the_mixed_pool_is_parted_by_where_the_answers_are() -> None:
    collection = collect(
        {
            "nl-a": {"nl1": 1, "en1": 0},  # a grade of 0 is no answer
            "nl-b": {"en1": 1, "de1": 2},
            "en-c": {"en1": 1, "nl1": 1},  # in its own language and in another
        },
        *("nl1", "en1", "de1"),
    )
    run = {"nl-a": {"en1": 2.0, "nl1": 1.0}, "nl-b": {"nl1": 3.0, "en1": 2.0, "de1": 1.0}}
    views = score_views(collection, part(collection, run))
    assert list(views)[:5] == list(SUMMARY_VIEWS)
    assert views["mixed"]["RR@10"] == {"nl-a": 1 / 2, "nl-b": 1 / 2, "en-c": 0.0}
    assert views["mixed-own"]["RR@10"] == {"nl-a": 1 / 2}
    assert views["mixed-other"]["RR@10"] == {"nl-b": 1 / 2}
    assert list(views["mixed-own"]) == list(MEASURES)


def test_the_mixed_pool_is_not_parted_where_one_part_would_be_empty() -> None:
    for answers in ({"nl1": 1}, {"en1": 1}):
        collection = collect({"nl-a": answers, "nl-b": {"nl1": 1, "en1": 1}}, "nl1", "en1")
        assert not {"mixed-own", "mixed-other"} & set(score_views(collection, part(collection, {})))


@given(st.integers(0, 10_000))
def test_the_parts_of_the_mixed_pool_are_those_of_a_plain_computation(seed: int) -> None:
    random = Random(seed)
    passages = [f"{language}{number}" for language in ("nl", "en") for number in range(3)]
    qrels = {
        f"{random.choice(['nl', 'en'])}-q{number}": {
            id_: random.randint(1, 2) for id_ in random.sample(passages, random.randint(1, 3))
        }
        for number in range(6)
    }
    collection = collect(qrels, *passages)
    run = {query: {id_: random.random() for id_ in passages} for query in qrels}
    views = score_views(collection, part(collection, run))
    shares = {query: fmean(id_[:2] == query[:2] for id_ in grades) for query, grades in qrels.items()}
    wanted = {
        view: {query: value for query, value in views["mixed"]["nDCG@10"].items() if shares[query] == share}
        for view, share in (("mixed-own", 1), ("mixed-other", 0))
    }
    assert {view: views[view]["nDCG@10"] for view in wanted if view in views} == (
        wanted if all(wanted.values()) else {}
    )


def test_the_share_of_the_own_language_counts_what_was_found() -> None:
    own = measure_own_language(HAND, part(HAND, FOUND))
    assert own.share == pytest.approx((1 / 5 + 1 / 3) / 2)
    assert own.even == pytest.approx(1 / 3)


def test_the_share_of_the_own_language_looks_at_the_ten_best() -> None:
    passages = [f"nl{number}" for number in range(6)] + [f"en{number}" for number in range(18)]
    collection = collect({"nl-q": {"nl0": 1}}, *passages)
    run = {"nl-q": {id_: -float(rank) for rank, id_ in enumerate(reversed(passages))}}
    assert measure_own_language(collection, part(collection, run)).share == 0.0
    run = {"nl-q": {id_: -float(rank) for rank, id_ in enumerate(passages)}}
    own = measure_own_language(collection, part(collection, run))
    assert (own.share, own.even) == (6 / 10, 6 / 24)


def test_where_nothing_is_found_no_language_has_a_share() -> None:
    own = measure_own_language(HAND, part(HAND, {"nl-q": {}}))
    assert (own.share, own.even) == (0.0, 0.0)


# Whole evaluations


def evaluate(folder: Path, out: Path, *systems: str) -> Evaluation:
    collection = make_collection(folder / "small")
    library = open_pool(collection, WordEncoder())
    return evaluate_retrieval(collection, name_systems(systems), library, out)


def make_run(collection: Collection, damaged: int = 0) -> dict[str, dict[str, float]]:
    """A run that puts relevant passages first, but for so many queries that it answers at random."""
    random = Random(5)
    run = {}
    for number, query in enumerate(collection.queries):
        relevant = {} if number < damaged else collection.qrels[query.id]
        run[query.id] = {
            passage.id: (passage.id in relevant) + random.random() for passage in collection.passages
        }
    return run


def test_a_run_file_is_scored_as_trec_eval_scores_it(tmp_path: Path) -> None:
    collection = make_collection(tmp_path / "small")
    run = make_run(collection, damaged=4)
    write_run(tmp_path / "theirs.trec", run, "theirs")
    evaluation = evaluate(tmp_path, tmp_path / "out", str(tmp_path / "theirs.trec"))
    judged = {query: dict(grades) for query, grades in collection.qrels.items()}
    theirs = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut_10", "recall_100", "map"}).evaluate(run)
    names = {"nDCG@10": "ndcg_cut_10", "R@100": "recall_100", "AP": "map"}
    for ours, name in names.items():
        scores = evaluation.scores["theirs"]["mixed"][ours]
        assert scores == pytest.approx({query: theirs[query][name] for query in judged}, abs=1e-4)
        assert 0.1 < fmean(scores.values()) <= 1.0
    recorded = evaluation.configuration["systems"]["theirs"]
    assert recorded.startswith(f"{tmp_path / 'theirs.trec'}, digest ")


def test_a_rerun_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        evaluate(tmp_path, out, "bm25", "dense", "hybrid")
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert [str(path) for path in files if path.parent == Path()] == ["configuration.json", "summary.json"]
    assert files == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    for path in files:
        assert (first / path).read_bytes() == (second / path).read_bytes(), path


def test_runs_that_were_written_give_the_same_scores_when_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluation = evaluate(tmp_path, out, "dense", "hybrid")
    language_of = {passage.id: passage.language for passage in evaluation.collection.passages}
    for name, views in evaluation.scores.items():
        files = {path.stem for path in (out / "runs" / name).iterdir()}
        assert files == {view for view in views if view == "mixed" or view not in SUMMARY_VIEWS}
        for view in files:
            run = read_run(out / "runs" / name / f"{view}.trec")
            pool = view.partition("-")[2]
            judged = {
                query: {id_: 1 for id_ in grades if not pool or language_of[id_] == pool}
                for query, grades in evaluation.collection.qrels.items()
                if not pool or query.startswith(view[:2])
            }
            assert score_run(run, judged) == views[view]


def test_a_run_of_ours_stands_beside_the_system_as_its_equal(tmp_path: Path) -> None:
    evaluate(tmp_path, tmp_path / "out", "dense")
    copy = tmp_path / "again.trec"
    copy.write_bytes((tmp_path / "out" / "runs" / "dense" / "mixed.trec").read_bytes())
    evaluation = evaluate(tmp_path, tmp_path / "other", "dense", str(copy))
    assert evaluation.scores["again"] == evaluation.scores["dense"]
    assert {(test.comparison.difference, test.holm) for test in evaluation.tests} == {(0.0, 1.0)}


def test_scores_and_summary_hold_what_the_evaluation_holds(tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluation = evaluate(tmp_path, out, "bm25", "dense")
    for name, views in evaluation.scores.items():
        rows = [json.loads(line) for line in (out / "scores" / f"{name}.jsonl").read_text().splitlines()]
        assert len(rows) == sum(len(scores[MAIN_MEASURE]) for scores in views.values())
        for row in rows:
            for measure in MEASURES:
                assert row[measure] == views[row["view"]][measure][row["query"]]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary == json.loads(json.dumps(summarise(evaluation)))
    assert summary["configuration"] == json.loads((out / "configuration.json").read_text(encoding="utf-8"))
    assert (summary["passages"], summary["queries"]) == (12, 9)
    for name, views in evaluation.scores.items():
        assert set(summary["systems"][name]["views"]) == set(views)
        for view, shown in summary["systems"][name]["views"].items():
            for measure, figures in shown.items():
                values = views[view][measure].values()
                assert figures["mean"] == pytest.approx(fmean(values))
                assert figures["n"] == len(values)
                assert ("low" in figures) == (view in SUMMARY_VIEWS)


def test_every_pair_is_tested_in_every_summary_view(tmp_path: Path) -> None:
    evaluation = evaluate(tmp_path, tmp_path / "out", "bm25", "dense", "hybrid")
    pairs = [("bm25", "dense"), ("bm25", "hybrid"), ("dense", "hybrid")]
    assert [(test.first, test.second, test.view) for test in evaluation.tests] == [
        (*pair, view) for pair in pairs for view in ("mixed", "monolingual", "across")
    ]
    for test in evaluation.tests:
        means = [
            fmean(evaluation.scores[name][test.view][MAIN_MEASURE].values())
            for name in (test.first, test.second)
        ]
        assert test.comparison.difference == pytest.approx(means[0] - means[1])
        assert test.comparison.p <= test.holm <= 1.0


def test_a_damaged_run_is_found_worse(tmp_path: Path) -> None:
    collection = make_collection(tmp_path / "small")
    for name, damaged in (("whole", 0), ("damaged", 9)):
        write_run(tmp_path / f"{name}.trec", make_run(collection, damaged), name)
    files = [str(tmp_path / f"{name}.trec") for name in ("whole", "damaged")]
    evaluation = evaluate(tmp_path, tmp_path / "out", *files)
    mixed = next(test for test in evaluation.tests if test.view == "mixed")
    assert mixed.comparison.difference > 0.2
    assert mixed.comparison.p < 0.05


def test_an_effect_without_bound_is_null_in_json(tmp_path: Path) -> None:
    """One system finds everything, the other nothing: all differences are 1."""
    collection = make_collection(tmp_path / "small")
    for name, wanted in (("best", True), ("worst", False)):
        run = {
            query: {passage.id: 1.0 for passage in collection.passages if (passage.id in grades) == wanted}
            for query, grades in collection.qrels.items()
        }
        write_run(tmp_path / f"{name}.trec", run, name)
    files = [str(tmp_path / f"{name}.trec") for name in ("best", "worst")]
    evaluation = evaluate(tmp_path, tmp_path / "out", *files)
    assert evaluation.tests[0].comparison.effect == math.inf
    summary = json.loads(
        (tmp_path / "out" / "summary.json").read_text(), parse_constant=lambda name: pytest.fail(name)
    )
    assert summary["tests"][0]["comparison"]["effect"] is None


def test_the_digest_tells_collection_systems_and_encoder(tmp_path: Path) -> None:
    def digest(name: str, encoder: str, *systems: str, languages: tuple[str, ...] = ("nl", "en")) -> str:
        collection = make_collection(tmp_path / name, languages)
        library = open_pool(collection, WordEncoder(encoder))
        evaluation = evaluate_retrieval(collection, name_systems(systems), library, tmp_path / "out")
        return str(evaluation.configuration["digest"])

    first = digest("a", "words", "dense")
    assert digest("a", "words", "dense") == first
    others = [
        digest("b", "words", "dense", languages=("nl", "de")),
        digest("a", "other words", "dense"),
        digest("a", "words", "bm25"),
        digest("a", "words", "dense", "bm25"),
    ]
    assert len({first, *others}) == 5


def test_a_run_whose_name_no_run_can_bear_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "my run.trec"
    write_run(path, make_run(make_collection(tmp_path / "small")), "x")
    with pytest.raises(FastTrackError, match="'my run' is empty or has white space"):
        evaluate(tmp_path, tmp_path / "out", str(path))


def test_a_parallel_collection_from_end_to_end(
    shared_folder: Path, tmp_path: Path, ready_encoder: PackagedEncoder
) -> None:
    """Paragraphs of the Declaration of Human Rights, whose articles are sought in the other languages."""
    collection = load_collection(shared_folder / "data" / "udhr6")
    library = open_pool(collection, ready_encoder)
    languages = sorted({passage.language for passage in collection.passages})
    systems = name_systems(["bm25", "dense", "hybrid"])
    evaluation = evaluate_retrieval(collection, systems, library, tmp_path / "first")
    for views in evaluation.scores.values():
        assert set(views) == {"mixed", "across"} | {
            f"{asked}-{pool}" for asked in languages for pool in languages if asked != pool
        }
        assert len(views["mixed"][MAIN_MEASURE]) == len(views["across"][MAIN_MEASURE]) == 300
    means = {name: found["across"][MAIN_MEASURE].mean for name, found in evaluation.intervals.items()}
    assert 0.5 < means["dense"] <= 1.0
    assert means["bm25"] < means["dense"]
    assert all(0 <= own.share <= 1 for own in evaluation.own_language.values())
    assert {round(own.even, 6) for own in evaluation.own_language.values()} == {round(1 / 6, 6)}
    run = read_run(tmp_path / "first" / "runs" / "dense" / "mixed.trec")
    assert {len(found) for found in run.values()} == {DEPTH}

    evaluate_retrieval(collection, systems, library, tmp_path / "second")
    for name in ("summary.json", "configuration.json", "runs/hybrid/mixed.trec", "scores/bm25.jsonl"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
