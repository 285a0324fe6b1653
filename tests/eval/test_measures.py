"""The measures are trec_eval's: they agree with other programs and with their definition, ties included."""

import math
import shutil
from collections.abc import Mapping
from random import Random

import ir_measures
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, rank_passages, score_run

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]

TOLERANCE = 1e-4
TREC_EVAL = {
    "nDCG@10": "ndcg_cut_10",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "RR@10": "recip_rank",
    "AP": "map",
    "Success@1": "success_1",
}

# Some differ only in letters that UTF-16 or a locale would order otherwise.
PASSAGES = [f"p{number}" for number in range(14)] + ["P1", "é", "z", "～", "𝔸", "nl-p001"]
QUERIES = ["q1", "q2", "q3"]
# Quarters tie often; a billionth is lost in single precision, a thousandth is not.
steps = st.tuples(st.integers(-4, 4), st.sampled_from([0.0, 1e-9, 1e-3])).map(
    lambda pair: pair[0] / 4 + pair[1]
)
runs = st.dictionaries(
    st.sampled_from(QUERIES), st.dictionaries(st.sampled_from(PASSAGES), steps, min_size=1), max_size=3
)
qrels = st.dictionaries(
    st.sampled_from(QUERIES),
    st.dictionaries(st.sampled_from(PASSAGES), st.integers(-1, 3), min_size=1).filter(
        lambda judged: max(judged.values()) > 0
    ),
    min_size=1,
)


def ask_trec_eval(run: Run, judged: Qrels) -> dict[str, dict[str, float]]:
    """All measures by pytrec_eval, which is trec_eval's own code."""
    evaluated = pytrec_eval.RelevanceEvaluator(judged, set(TREC_EVAL.values())).evaluate(run)
    values = {
        name: {query: evaluated.get(query, {}).get(theirs, 0.0) for query in judged}
        for name, theirs in TREC_EVAL.items()
    }
    # It has no cutoff for reciprocal rank: what it finds after the tenth place does not count.
    values["RR@10"] = {query: value if value > 1 / 10.5 else 0.0 for query, value in values["RR@10"].items()}
    return values


def compute_ndcg(scores: Mapping[str, float], judged: Mapping[str, int]) -> float:
    """nDCG@10 from its definition, for scores without ties."""

    def add_up(gains: list[int]) -> float:
        return sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains[:10], start=1))

    best_first = sorted(scores, key=lambda passage: scores[passage], reverse=True)
    return add_up([judged.get(passage, 0) for passage in best_first]) / add_up(
        sorted(judged.values(), reverse=True)
    )


def make_up(seed: int, *, ties: bool, greatest: int) -> tuple[Run, Qrels]:
    """A run over 40 queries and 300 passages, deeper than every cutoff, and judgements for it."""
    random = Random(seed)
    passages = [f"d{number}" for number in range(300)]
    run, judged = {}, {}
    for number in range(40):
        found = random.sample(passages, random.choice([3, 60, 150]))
        places = random.choices(range(30), k=len(found)) if ties else random.sample(range(9999), len(found))
        run[str(number)] = dict(zip(found, map(float, places), strict=True))
        graded = {passage: random.randint(0, greatest) for passage in random.sample(passages, 40)}
        judged[str(number)] = graded | {"d0": 1}
    return run, judged


def test_the_measures_are_those_that_ir_measures_calls_so() -> None:
    assert [str(ir_measures.parse_measure(name)) for name in MEASURES] == list(MEASURES) == list(TREC_EVAL)


@given(runs, qrels)
def test_small_runs_with_ties_score_as_trec_eval_scores_them(run: Run, judged: Qrels) -> None:
    ours = score_run(run, judged)
    for name, theirs in ask_trec_eval(run, judged).items():
        assert ours[name] == pytest.approx(theirs, abs=TOLERANCE)


@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
@pytest.mark.parametrize("seed", range(5))
def test_deep_runs_score_as_trec_eval_scores_them(seed: int, ties: bool) -> None:
    run, judged = make_up(seed, ties=ties, greatest=3)
    ours = score_run(run, judged)
    for name, theirs in ask_trec_eval(run, judged).items():
        assert ours[name] == pytest.approx(theirs, abs=TOLERANCE)
        assert len(set(theirs.values())) > 1  # or the comparison would say nothing


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a Perl program")
@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
def test_ndcg_is_what_another_provider_finds(ties: bool) -> None:
    """gdeval takes 2^grade − 1 as the gain, which is the grade where that is 0 or 1."""
    run, judged = make_up(7, ties=ties, greatest=1)
    found = ir_measures.gdeval.iter_calc([ir_measures.nDCG(dcg="exp-log2") @ 10], judged, run)
    theirs = {metric.query_id: metric.value for metric in found}
    assert score_run(run, judged)["nDCG@10"] == pytest.approx(theirs, abs=TOLERANCE)


@pytest.mark.parametrize("seed", range(5))
def test_ndcg_is_what_its_definition_says(seed: int) -> None:
    run, judged = make_up(seed, ties=False, greatest=3)
    plain = {query: compute_ndcg(run[query], judged[query]) for query in judged}
    assert score_run(run, judged)["nDCG@10"] == pytest.approx(plain, abs=TOLERANCE)


@given(runs, qrels)
def test_values_lie_between_nought_and_one_for_every_judged_query(run: Run, judged: Qrels) -> None:
    scores = score_run(run, judged)
    assert list(scores) == list(MEASURES)
    for values in scores.values():
        assert list(values) == list(judged)
        assert all(0 <= value <= 1 + 1e-12 for value in values.values())


@given(qrels)
def test_the_best_ranking_scores_one(judged: Qrels) -> None:
    ideal = {query: {passage: float(grade) for passage, grade in of.items()} for query, of in judged.items()}
    scores = score_run(ideal, judged)
    for name in ("nDCG@10", "RR@10", "AP", "Success@1", "R@100"):
        assert scores[name] == pytest.approx(dict.fromkeys(judged, 1.0))


@given(runs, qrels, st.randoms(use_true_random=False))
def test_the_order_in_which_a_run_is_written_does_not_matter(run: Run, judged: Qrels, random: Random) -> None:
    shuffled = {
        query: dict(random.sample(list(found.items()), len(found)))
        for query, found in random.sample(list(run.items()), len(run))
    }
    assert score_run(shuffled, judged) == score_run(run, judged)


@given(runs, qrels)
def test_judgements_of_nought_or_less_change_nothing(run: Run, judged: Qrels) -> None:
    positive = {query: {id_: grade for id_, grade in of.items() if grade > 0} for query, of in judged.items()}
    assert score_run(run, judged) == score_run(run, positive)


def test_a_judged_query_that_the_run_lacks_counts_nought() -> None:
    judged = {"lacking": {"p1": 1}, "empty": {"p1": 1}, "found": {"p1": 1}}
    scores = score_run({"found": {"p1": 2.0}, "empty": {}, "not judged": {"p1": 1.0}}, judged)
    for values in scores.values():
        assert values == {"lacking": 0.0, "empty": 0.0, "found": 1.0}


def test_a_query_without_a_relevant_passage_is_left_out() -> None:
    judged = {"none": {"p1": 0, "p2": -1}, "one": {"p1": 1}}
    assert all(list(values) == ["one"] for values in score_run({"none": {"p1": 1.0}}, judged).values())
    assert score_run({"none": {"p1": 1.0}}, {"none": {"p1": 0}}) == {name: {} for name in MEASURES}


def test_of_equal_scores_the_greatest_id_comes_first() -> None:
    assert rank_passages({"a": 1.0, "c": 1.0, "b": 1.0, "z": 0.5}) == ["c", "b", "a", "z"]
    assert rank_passages({"b": 1.0, "a": 1.0 + 1e-9}) == ["b", "a"]  # equal in single precision
    assert rank_passages({"b": 1.0, "a": 1.0 + 1e-6}) == ["a", "b"]
