"""Ranks chunks for many questions at once, as `Library.search` does for one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Statements
from index.encoder import Vectors
from index.fusion import Candidates, Positions, find_best, rank_candidates, take_best
from index.offsets import Offsets
from index.records import Mode
from index.rows import ChunkRows

_CELLS = 1 << 24  # cosines computed at once: bounds the memory to some 100 MB


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The vectors of n chunks and of their statements, all without the `offsets` of their languages."""

    offsets: Offsets
    whole: Vectors
    statements: Statements

    def compare(
        self, questions: Vectors, languages: Sequence[str]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """For each question its cosines with the chunks and with the best statement of each, shapes (n,)."""
        moved = self.offsets.move_questions(questions, languages)
        together = max(1, _CELLS // max(1, len(self.whole) + len(self.statements.vectors)))
        for first in range(0, len(moved), together):
            part = moved[first : first + together]
            cosines = part @ self.whole.T
            best = find_best(part @ self.statements.vectors.T, self.statements.counts, cosines)
            yield from zip(cosines, best, strict=True)


def make_pool(rows: ChunkRows, offsets: Offsets, whole: Vectors, statements: Statements) -> Pool:
    """Remove the offsets from the vectors as the encoder made them."""
    of_statements = np.repeat(rows.languages, statements.counts)
    moved = Statements(offsets.move_passages(statements.vectors, of_statements), statements.counts)
    return Pool(offsets, offsets.move_passages(whole, rows.languages), moved)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What one question scores on n chunks: cosines, those of the best statements, and BM25, shapes (n,)."""

    languages: NDArray[np.str_]
    cosines: NDArray[np.float32]
    evidence: NDArray[np.float32]
    bm25: NDArray[np.float32]
    most: float


def rank_pool(scored: Scored, pool: Positions, depth: int, mode: Mode) -> list[tuple[int, float]]:
    """The `depth` best chunks of a pool of rising positions, with their scores, best first."""
    nearest = take_best(scored.cosines, pool, depth) if mode != "lexical" else pool[:0]
    matching = pool[scored.bm25[pool] > 0] if mode in ("lexical", "hybrid") else pool[:0]
    positions = np.union1d(nearest, take_best(scored.bm25, matching, depth))
    candidates = Candidates(
        positions,
        scored.languages[positions],
        scored.cosines[positions],
        scored.evidence[positions],
        scored.bm25[positions],
        scored.most,
    )
    return rank_candidates(mode, candidates)[:depth]


def find_pools(languages: NDArray[np.str_], wanted: Sequence[str | None]) -> dict[str | None, Positions]:
    """The positions of the chunks in each wanted language; None means all."""
    return {
        language: np.flatnonzero(languages == language) if language is not None else np.arange(len(languages))
        for language in wanted
    }
