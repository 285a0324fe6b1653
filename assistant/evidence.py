"""Finds the statements inside retrieved passages that bear on a question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.library import Library
from index.records import Hit
from index.statements import ends_sentence

_FRAGMENT_PENALTY = 0.04
"""For a line that ends no sentence: most often a heading or a table's cell, sometimes the answer."""
_REDUNDANT = 0.9
"""Of 302 statements and their translations (the project's digest in six languages) six in ten lie above,
of 1,976 different statements of one section one in twenty-five."""
_MOST_STATEMENTS = 3
_MARGIN = 0.035
_READ_ALONE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A statement in a passage; `start` and `end` are offsets into the document.

    `score` is its cosine with the question as `judge_cosine` takes it, in its context or, for the best
    ones, alone, whichever is nearer; these have their own `vector`, too.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    vector: NDArray[np.float32] | None = None


def find_evidence(question: str, language: str, hits: Sequence[Hit], library: Library) -> list[Evidence]:
    """All statements of the passages with their nearness to the question, best first.

    `language` is the question's.
    """
    evidence = [
        Evidence(hit, start, end, text, judge_cosine(cosine, text))
        for hit in hits
        for (start, end), cosine in zip(hit.chunk.statements, hit.evidence, strict=True)
        for text in [hit.chunk.text[start - hit.chunk.start : end - hit.chunk.start]]
    ]
    evidence.sort(key=lambda one: -one.score)
    closely = _read_alone(evidence[:_READ_ALONE], question, language, library)
    return closely + evidence[_READ_ALONE:]


def _read_alone(
    evidence: Sequence[Evidence], question: str, language: str, library: Library
) -> list[Evidence]:
    """The same statements judged without their context, too, where that brings them nearer; best first.

    A title that has little to do with a statement, as where the format shows no headings, would hide it.
    """
    if not evidence:
        return []
    offsets = library.offsets()
    asked = offsets.move_questions(library.encode_question(question)[None, :], [language])[0]
    vectors = library.encoder.encode_passages([one.text for one in evidence])
    cosines = offsets.move_passages(vectors, [one.hit.chunk.language for one in evidence]) @ asked
    judged = [
        replace(one, score=max(one.score, judge_cosine(cosine, one.text)), vector=vector)
        for one, vector, cosine in zip(evidence, vectors, cosines.tolist(), strict=True)
    ]
    return sorted(judged, key=lambda one: -one.score)


def choose_extract(evidence: Sequence[Evidence], language: str) -> list[Evidence]:
    """The few statements that answer best: near the best one, each saying something of its own.

    Of a statement and its translation, the one in the question's `language` is chosen. The passage with the
    best one comes first; inside a passage the statements keep their order.
    """
    chosen: list[Evidence] = []
    for one in evidence:
        if one.vector is None or one.score < evidence[0].score - _MARGIN:
            break
        twin = next((place for place, other in enumerate(chosen) if _say_the_same(one, other)), None)
        if twin is None:
            chosen.append(one)
        elif one.hit.chunk.language == language != chosen[twin].hit.chunk.language:
            chosen[twin] = one
    del chosen[_MOST_STATEMENTS:]
    first_of = {one.hit.chunk.id: place for place, one in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda one: (first_of[one.hit.chunk.id], one.start))


def _say_the_same(one: Evidence, other: Evidence) -> bool:
    if one.vector is None or other.vector is None:
        return False
    return float(one.vector @ other.vector) >= _REDUNDANT


def judge_cosine(cosine: float, text: str) -> float:
    """A statement's cosine with a question, made comparable between statements."""
    return cosine - (0.0 if ends_sentence(text) else _FRAGMENT_PENALTY)
