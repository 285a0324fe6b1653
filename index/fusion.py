"""Chooses what was found by meaning and by words, and joins it into one ranking."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import Mode

EVIDENCE_WEIGHT = 0.6
"""Share of a chunk's best statement beside the chunk as a whole."""

WORDS_WEIGHT = 0.03
"""What the share of the question's words that a chunk holds adds at most.

Words match in the question's own language only, so more weight lifts that language and hides the others. All
figures are in eval/DECISIONS.md.
"""

_NEAREST = 30

Positions = NDArray[np.int64]
Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Chunks that may be what a question asks for: n rising `positions`, and n of each of the others.

    `evidence` is the cosine of a chunk's best statement, `bm25` its BM25, `most` what BM25 could be at most.
    """

    positions: Positions
    languages: NDArray[np.str_]
    cosines: Floats
    evidence: Floats
    bm25: Floats
    most: float


def take_best(scores: NDArray[np.floating], pool: Positions, depth: int) -> Positions:
    """The positions with the `depth` highest scores, of equal ones the lowest positions; in rising order."""
    if len(pool) <= depth:
        return pool
    found = scores[pool]
    least = np.partition(found, len(pool) - depth)[len(pool) - depth]
    chosen = found > least
    chosen[np.flatnonzero(found == least)[: depth - np.count_nonzero(chosen)]] = True
    best: Positions = pool[chosen]
    return best


def find_best(
    cosines: NDArray[np.float32], counts: NDArray[np.int64], otherwise: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The cosine of each chunk's best statement, shape (questions, chunks).

    `cosines` has shape (questions, statements), `counts` (chunks,). A chunk without statements is its own.
    """
    having = np.flatnonzero(counts)
    best = otherwise.copy()
    if len(having):
        starts = np.cumsum(counts) - counts
        best[:, having] = np.maximum.reduceat(cosines, starts[having], axis=1)
    return best


def rank_candidates(mode: Mode, candidates: Candidates) -> list[tuple[int, float]]:
    """Positions with the scores that a mode gives them, best first; of equal ones the lowest position."""
    scores = _score(mode, candidates)
    order = np.lexsort((candidates.positions, -scores))
    return list(zip(candidates.positions[order].tolist(), scores[order].tolist(), strict=True))


def _score(mode: Mode, candidates: Candidates) -> Floats:
    if mode == "dense-raw":
        return candidates.cosines
    if mode == "lexical":
        return candidates.bm25
    meaning: Floats = (1 - EVIDENCE_WEIGHT) * candidates.cosines + EVIDENCE_WEIGHT * candidates.evidence
    if mode == "dense" or not candidates.most:
        return meaning
    return meaning + WORDS_WEIGHT * _compare_words(candidates, meaning)


def _compare_words(candidates: Candidates, meaning: Floats) -> Floats:
    """The share of the question's words that each chunk holds, less what is usual in its language.

    What is usual is the mean over that language's nearest chunks. So a chunk is lifted for holding more of
    the words than its like, and not for being in the question's language.
    """
    share = candidates.bm25 / candidates.most
    nearest_first = np.argsort(-meaning, kind="stable")
    for language in np.unique(candidates.languages):
        alike = candidates.languages == language
        nearest = nearest_first[alike[nearest_first]][:_NEAREST]
        share = np.where(alike, share - candidates.bm25[nearest].mean() / candidates.most, share)
    return share
