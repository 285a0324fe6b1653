"""Ranks chunks for many questions at once, as `Library.search` does for one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.fusion import rank_candidates
from index.records import Mode

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one question scores on n chunks: cosines of shape (n,), and BM25 where `matched`."""

    cosines: NDArray[np.float32]
    bm25: NDArray[np.float64]
    matched: NDArray[np.bool_]


def spread_scores(cosines: NDArray[np.float32], places: Positions, scores: NDArray[np.float64]) -> Scored:
    """The scores by position; `places` are those that share a word with the question, `scores` their BM25."""
    bm25, matched = np.zeros(len(cosines)), np.zeros(len(cosines), np.bool_)
    bm25[places] = scores
    matched[places] = True
    return Scored(cosines, bm25, matched)


def rank_pool(scored: Scored, pool: Positions, depth: int, mode: Mode) -> list[tuple[int, float]]:
    """The `depth` best chunks of a pool of rising positions, with their scores, best first."""
    nearest = _take_best(scored.cosines, pool, depth) if mode != "lexical" else pool[:0]
    words = _take_best(scored.bm25, pool[scored.matched[pool]], depth) if mode != "dense" else pool[:0]
    places = np.union1d(nearest, words)
    bm25 = np.where(np.isin(places, words), scored.bm25[places], 0.0)
    return rank_candidates(mode, places, scored.cosines[places], bm25)[:depth]


def _take_best(scores: NDArray[np.floating], pool: Positions, depth: int) -> Positions:
    """The positions with the `depth` highest scores, of equal ones the lowest positions; in rising order."""
    if len(pool) <= depth:
        return pool
    found = scores[pool]
    least = np.partition(found, len(pool) - depth)[len(pool) - depth]
    chosen = found > least
    chosen[np.flatnonzero(found == least)[: depth - np.count_nonzero(chosen)]] = True
    best: Positions = pool[chosen]
    return best


def find_pools(languages: Sequence[str], wanted: Sequence[str | None]) -> dict[str | None, Positions]:
    """The positions of the chunks in each wanted language; None means all."""
    known = np.asarray(languages)
    return {
        language: np.flatnonzero(known == language) if language is not None else np.arange(len(known))
        for language in wanted
    }
