"""Says how sure a mean over queries is, and whether two systems differ by more than chance."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from index.errors import FastTrackError

RESAMPLES = 10_000
"""How often values are drawn anew, or the signs of differences flipped."""

CONFIDENCE = 0.95

SEED = 20180228
"""Of whatever is drawn, so that a rerun gives the same digits."""

_CELLS = 1_000_000  # numbers drawn at once: bounds the memory to some 20 MB


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over `n` queries with its 95% confidence interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean difference of two systems over the same `n` queries, first minus second.

    `low` and `high` bound its 95% confidence interval; `p` is two-sided. `effect` is Cohen's d for paired
    samples: the mean difference by the standard deviation of the differences; infinite where all differences
    are the same and not 0.
    """

    difference: float
    low: float
    high: float
    p: float
    effect: float
    n: int


def bootstrap_interval(values: Sequence[float], *, seed: int = SEED) -> Interval:
    """The percentile bootstrap of a mean (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993).

    The same values give the same digits, in whatever order. Raises `FastTrackError` where there are none.
    """
    if not values:
        raise FastTrackError(
            "There is nothing to average: check that the judgements name the collection's queries."
        )
    distinct, counts = np.unique(np.asarray(values, np.float64), return_counts=True)
    random = np.random.default_rng(seed)
    # How often each value is drawn follows a multinomial distribution. A measure has few distinct values, so
    # drawing these counts is much faster than drawing a value for each query. einsum, not `@`: the last
    # digit of BLAS may depend on the number of threads.
    means = np.concatenate(
        [
            np.einsum("ij,j->i", random.multinomial(len(values), counts / len(values), rows), distinct)
            for rows in _parts(len(distinct))
        ]
    ) / len(values)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail]).tolist()
    return Interval(fmean(values), low, high, len(values))


def compare_paired(a: Mapping[str, float], b: Mapping[str, float], *, seed: int = SEED) -> Comparison:
    """Compare two systems' values by query id with the paired randomisation test.

    Smucker, Allan & Carterette, "A Comparison of Statistical Significance Tests for Information Retrieval
    Evaluation", CIKM 2007: were the systems alike, each query's difference could as well have the other sign.
    Raises `FastTrackError` where the two have not the same queries, or none.
    """
    if a.keys() != b.keys():
        alone = min(a.keys() ^ b.keys())
        raise FastTrackError(
            f"Query {alone} is scored for the {'first' if alone in a else 'second'} system only: "
            "score both with the same judgements."
        )
    differences = [a[query] - b[query] for query in sorted(a)]
    interval = bootstrap_interval(differences, seed=seed)
    return Comparison(
        difference=interval.mean,
        low=interval.low,
        high=interval.high,
        p=_randomise(np.asarray(differences, np.float64), seed),
        effect=_standardise(np.asarray(differences, np.float64)),
        n=interval.n,
    )


def correct_holm(ps: Sequence[float]) -> list[float]:
    """The p-values, in their order, corrected for being several.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 1979.
    """
    corrected = [0.0] * len(ps)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = highest
    return corrected


def _randomise(differences: NDArray[np.float64], seed: int) -> float:
    """The two-sided p-value of a mean difference under random signs; never 0, since what was observed is one
    of the outcomes."""
    random = np.random.default_rng(seed)
    differing = differences[differences != 0]  # a sign changes nothing about 0
    total = differing.sum()
    # Sums of the same numbers in another order differ in their last digits and are equal all the same.
    observed = abs(total) - 1e-9 * np.abs(differing).sum()
    extreme = 0
    for rows in _parts(len(differing)):
        flipped = random.integers(0, 2, (rows, len(differing)), np.bool_)
        sums = total - 2 * np.einsum("ij,j->i", flipped, differing)
        extreme += int(np.count_nonzero(np.abs(sums) >= observed))
    return (1 + extreme) / (1 + RESAMPLES)


def _standardise(differences: NDArray[np.float64]) -> float:
    mean = float(differences.mean())
    if mean == 0:
        return 0.0
    spread = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    # Equal differences may differ in their last digits.
    return mean / spread if spread > 1e-12 * abs(mean) else math.copysign(math.inf, mean)


def _parts(columns: int) -> Iterator[int]:
    """The resamples in parts of so many rows that each has about `_CELLS` cells."""
    size = max(1, _CELLS // max(1, columns))
    for first in range(0, RESAMPLES, size):
        yield min(size, RESAMPLES - first)
