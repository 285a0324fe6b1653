"""Searches one state of a library for one question."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.fusion import Candidates, Positions, find_best, rank_candidates, take_best
from index.records import Mode
from index.searchable import Searchable

_SAMPLE = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked, its language, and its unit vector as the encoder made it, shape (dimension,)."""

    text: str
    language: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk's number with its score, and its cosine and those of its statements with the question."""

    number: int
    score: float
    similarity: float
    evidence: tuple[float, ...]


def search_chunks(
    question: Question,
    searchable: Searchable,
    catalogue: Catalogue,
    mode: Mode,
    count: int,
    depth: int,
    among: Positions | None = None,
) -> list[Found]:
    """The `count` best chunks, best first, of the `depth` nearest and as many that share words.

    `among` restricts the search to these rising positions.
    """
    vector = searchable.offsets.move_questions(question.vector[None, :], [question.language])[0]
    bm25, most = searchable.words.score(question.text, question.language)
    nothing = np.empty(0, np.int64)
    near = searchable.vectors.search(vector, depth, among) if mode != "lexical" else nothing
    matching = find_matching(bm25, depth, among) if mode in ("lexical", "hybrid") else nothing
    positions = np.union1d(near, matching)
    languages = searchable.rows.languages[positions]
    numbers = searchable.rows.numbers[positions].tolist()
    whole, statements = catalogue.embeddings_of(numbers, len(vector))
    cosines = searchable.offsets.compare_passages(whole, languages, vector)
    of_statements = np.repeat(languages, statements.counts)
    evidence = searchable.offsets.compare_passages(statements.vectors, of_statements, vector)
    best = find_best(evidence[None, :], statements.counts, cosines[None, :])[0]
    nearest = take_best(cosines, np.flatnonzero(np.isin(positions, near)), depth)
    rows = np.union1d(nearest, np.flatnonzero(np.isin(positions, matching)))
    candidates = Candidates(
        positions[rows], languages[rows], cosines[rows], best[rows], bm25[positions[rows]], most
    )
    ends = np.cumsum(statements.counts)
    found = []
    for position, score in rank_candidates(mode, candidates)[:count]:
        row = int(np.searchsorted(positions, position))
        of_chunk = evidence[ends[row] - statements.counts[row] : ends[row]]
        number = int(searchable.rows.numbers[position])
        found.append(Found(number, score, float(cosines[row]), tuple(of_chunk.tolist())))
    return found


def find_matching(bm25: NDArray[np.float32], depth: int, among: Positions | None) -> Positions:
    """The rising positions of the chunks with the highest BM25 above 0."""
    if among is not None:
        return take_best(bm25, among[bm25[among] > 0], depth)
    # Common words match most of a large library, and of these few are looked at: a sample tells where.
    step = max(1, len(bm25) // _SAMPLE)
    likely = np.sort(bm25[::step])[-max(1, 2 * depth // step) :].min(initial=np.inf)
    matching = np.flatnonzero(bm25 >= likely) if likely > 0 else np.empty(0, np.int64)
    if len(matching) < depth:
        matching = np.flatnonzero(bm25)
    return take_best(bm25, matching, depth)
