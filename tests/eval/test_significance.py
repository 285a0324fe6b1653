"""Intervals and p-values agree with exact ones, find planted differences, and find none where none are."""

import math
from collections.abc import Callable
from itertools import product
from random import Random
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from eval.measures import score_run
from eval.significance import RESAMPLES, Comparison, bootstrap_interval, compare_paired, correct_holm
from index.errors import FastTrackError

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]

hundredths = st.integers(0, 100).map(lambda number: number / 100)
ps = st.lists(st.floats(0, 1), max_size=12)


def by_query(values: list[float]) -> dict[str, float]:
    return {f"q{number}": value for number, value in enumerate(values)}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, float]]:
    both = draw(st.lists(st.tuples(hundredths, hundredths), min_size=1, max_size=40))
    return by_query([first for first, _ in both]), by_query([second for _, second in both])


# Bootstrap


@pytest.mark.parametrize(("hits", "n"), [(30, 100), (180, 200), (1500, 3000)])
def test_the_interval_of_a_proportion_is_the_binomial_one(hits: int, n: int) -> None:
    """The mean of n values of 0 and 1, drawn anew, is a binomial count by n: its quantiles are known."""
    interval = bootstrap_interval([1.0] * hits + [0.0] * (n - hits), seed=3)
    exact = stats.binom(n, hits / n).ppf([0.025, 0.975]) / n
    noise = 0.1 * math.sqrt(hits / n * (1 - hits / n) / n)
    assert [interval.low, interval.high] == pytest.approx(exact.tolist(), abs=1 / n + noise)
    assert (interval.mean, interval.n) == (pytest.approx(hits / n), n)


def test_the_interval_of_distinct_values_is_the_one_that_scipy_finds() -> None:
    values = np.random.default_rng(5).beta(2, 5, size=120)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=RESAMPLES, method="percentile", rng=11)
    ours = bootstrap_interval(values.tolist(), seed=11)
    noise = 0.1 * values.std() / math.sqrt(len(values))
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=noise)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=noise)


def test_it_does_not_matter_how_the_work_is_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(6).random(90).tolist()
    others = by_query(np.random.default_rng(7).random(90).tolist())
    interval = bootstrap_interval(values, seed=1)
    p = compare_paired(by_query(values), others, seed=1).p
    monkeypatch.setattr("eval.significance._CELLS", 2000)
    assert bootstrap_interval(values, seed=1) == interval
    assert compare_paired(by_query(values), others, seed=1).p == pytest.approx(p, abs=0.03)


@settings(max_examples=30)
@given(st.lists(hundredths, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_an_interval_holds_the_mean_and_repeats_to_the_last_digit(
    values: list[float], random: Random
) -> None:
    interval = bootstrap_interval(values, seed=2)
    assert min(values) - 1e-12 <= interval.low <= interval.mean + 1e-12
    assert interval.mean - 1e-12 <= interval.high <= max(values) + 1e-12
    assert interval.mean == fmean(values)
    shuffled = random.sample(values, len(values))
    assert bootstrap_interval(values, seed=2) == interval == bootstrap_interval(shuffled, seed=2)


def test_the_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    """Of 300 samples of 60, between 90% and 98.5% of the intervals hold the true mean."""
    random = np.random.default_rng(8)
    samples = random.binomial(10, 0.4, size=(300, 60)) / 10
    intervals = [bootstrap_interval(sample.tolist(), seed=number) for number, sample in enumerate(samples)]
    assert 0.90 <= fmean(interval.low <= 0.4 <= interval.high for interval in intervals) <= 0.985


def test_nothing_has_no_interval() -> None:
    with pytest.raises(FastTrackError, match="nothing to average"):
        bootstrap_interval([])


# Paired comparison


def enumerate_signs(differences: list[float]) -> float:
    """The exact two-sided p-value, over all signs."""
    observed = abs(sum(differences)) - 1e-9
    signs = list(product((1, -1), repeat=len(differences)))
    sums = (sum(sign * one for sign, one in zip(row, differences, strict=True)) for row in signs)
    return sum(abs(total) >= observed for total in sums) / len(signs)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.8])
def test_p_is_the_exact_one_up_to_chance(seed: int, shift: float) -> None:
    random = Random(seed)
    differences = [round(random.gauss(shift, 1), random.choice([0, 2])) for _ in range(10)]
    p = compare_paired(by_query(differences), by_query([0.0] * 10), seed=seed).p
    exact = enumerate_signs(differences)
    assert p == pytest.approx(exact, abs=5 * math.sqrt(exact * (1 - exact) / RESAMPLES) + 2 / RESAMPLES)


def test_p_is_the_one_that_scipy_finds() -> None:
    random = np.random.default_rng(9)
    a, b = random.random(80), random.random(80) + 0.08
    theirs = stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=4,
    )
    ours = compare_paired(by_query(a.tolist()), by_query(b.tolist()), seed=4)
    assert 0.005 < theirs.pvalue < 0.5  # or agreement would say little
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.02)


def test_no_p_is_nought() -> None:
    a, b = by_query([0.9] * 60), by_query([0.1] * 60)
    assert compare_paired(a, b).p == 1 / (1 + RESAMPLES)


@settings(max_examples=30)
@given(pairs())
def test_a_comparison_is_the_mirror_of_its_reverse(pair: tuple[dict[str, float], dict[str, float]]) -> None:
    a, b = pair
    there = compare_paired(a, b, seed=1)
    back = compare_paired(dict(reversed(b.items())), a, seed=1)
    assert there == compare_paired(dict(reversed(a.items())), b, seed=1)
    assert back.p == there.p
    assert (back.difference, back.effect) == pytest.approx((-there.difference, -there.effect))
    assert 0 < there.p <= 1
    assert there.difference == pytest.approx(fmean(a.values()) - fmean(b.values()))
    assert there.low - 1e-12 <= there.difference <= there.high + 1e-12


def test_a_system_does_not_differ_from_itself() -> None:
    values = by_query([0.1, 0.7, 0.3])
    assert compare_paired(values, values) == Comparison(0.0, 0.0, 0.0, 1.0, 0.0, 3)


def test_the_effect_is_cohens_d_for_paired_samples() -> None:
    differences = [0.5, 0.0, -0.25, 0.75, 0.0]
    comparison = compare_paired(by_query(differences), by_query([0.0] * 5))
    assert comparison.effect == pytest.approx(fmean(differences) / stdev(differences))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [1, 3])
def test_an_even_difference_has_an_infinite_effect(n: int) -> None:
    high, low = by_query([0.3, 0.4, 0.5][:n]), by_query([0.1, 0.2, 0.3][:n])
    assert compare_paired(high, low).effect == math.inf
    assert compare_paired(low, high).effect == -math.inf


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ({"q1": 1.0, "q2": 1.0}, {"q1": 1.0}, "Query q2 is scored for the first system only"),
        ({"q1": 1.0}, {"q1": 1.0, "q3": 1.0}, "Query q3 is scored for the second system only"),
        ({}, {}, "nothing to average"),
    ],
)
def test_other_queries_are_refused(a: dict[str, float], b: dict[str, float], said: str) -> None:
    with pytest.raises(FastTrackError, match=said):
        compare_paired(a, b)


def test_where_systems_are_alike_p_is_not_too_small() -> None:
    """Pairs that could as well be swapped, many of them equal, as scores are. A p-value is at most α about as
    often as α says: not more often than chance makes of that in one of a thousand cases."""
    random = np.random.default_rng(12)
    repetitions, found = 400, []
    for number in range(repetitions):
        shared = random.choice([0.0, 0.5, 1.0], size=25)
        a, b = (np.where(random.random(25) < 0.4, random.random(25).round(1), shared) for _ in range(2))
        found.append(compare_paired(by_query(a.tolist()), by_query(b.tolist()), seed=number).p)
    for alpha in (0.01, 0.05, 0.1, 0.25, 0.5):
        at_most = stats.binom(repetitions, alpha).ppf(0.999)
        assert sum(p <= alpha for p in found) <= at_most
    assert sum(p <= 0.5 for p in found) >= stats.binom(repetitions, 0.4).ppf(0.001)  # nor far too large


# Planted differences


def make_up(queries: int) -> tuple[Run, Qrels]:
    """A run that finds two relevant passages of fifty near the top, many of its scores equal."""
    random = Random(20)
    run, qrels = {}, {}
    for number in range(queries):
        relevant = {"p07": 2, "p23": 1}
        run[f"q{number}"] = {
            f"p{passage:02}": random.randint(0, 4) + 2.0 * (f"p{passage:02}" in relevant)
            for passage in range(50)
        }
        qrels[f"q{number}"] = relevant
    return run, qrels


def break_ties(run: Run, random: Random) -> Run:
    """The run with its equal scores in some order."""
    return {
        query: {id_: score + random.random() / 2 for id_, score in of.items()} for query, of in run.items()
    }


def test_a_run_damaged_on_thirty_random_queries_is_found_worse() -> None:
    run, qrels = make_up(200)
    random = Random(21)
    damaged = run | {
        query: {id_: -score for id_, score in run[query].items()} for query in random.sample([*run], 30)
    }
    comparison = compare_paired(
        score_run(damaged, qrels)["nDCG@10"], score_run(run, qrels)["nDCG@10"], seed=1
    )
    assert comparison.difference < 0
    assert comparison.high < 0
    assert comparison.effect < 0
    assert comparison.p < 0.05


def test_two_copies_with_shuffled_ties_are_not_found_different_more_often_than_chance_allows() -> None:
    run, qrels = make_up(40)
    found = 0
    for repetition in range(200):
        random = Random(repetition)
        first, second = (score_run(break_ties(run, random), qrels)["nDCG@10"] for _ in range(2))
        assert first != second
        found += compare_paired(first, second, seed=repetition).p < 0.05
    assert found <= 0.05 * 200


# Holm


def adjust(ps: list[float]) -> list[float]:
    """Holm's correction from its definition: the least level at which the step-down test rejects each."""

    def rejects(level: float, place: int) -> bool:
        order = sorted(range(len(ps)), key=lambda one: ps[one])
        for rank, one in enumerate(order):
            if ps[one] * (len(ps) - rank) > level:
                return False
            if one == place:
                return True
        raise AssertionError

    levels = sorted({min(1.0, p * factor) for p in ps for factor in range(1, len(ps) + 1)} | {1.0})
    return [next((level for level in levels if rejects(level, place)), 1.0) for place in range(len(ps))]


@given(ps)
def test_holm_is_the_step_down_test(values: list[float]) -> None:
    assert correct_holm(values) == pytest.approx(adjust(values))


@given(ps)
def test_holm_keeps_the_order_and_never_lowers_a_p(values: list[float]) -> None:
    corrected = correct_holm(values)
    assert all(p <= q <= min(1.0, p * len(values)) for p, q in zip(values, corrected, strict=True))
    ordered: Callable[[int], float] = values.__getitem__
    ranked = [corrected[place] for place in sorted(range(len(values)), key=ordered)]
    assert ranked == sorted(ranked)


def test_holm_on_a_worked_example() -> None:
    assert correct_holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert correct_holm([0.2]) == [0.2]
    assert correct_holm([0.9, 0.8]) == [1.0, 1.0]
    assert correct_holm([]) == []
