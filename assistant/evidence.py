"""Finds the statements inside retrieved passages that answer a question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.reader import NOT_READ, Reader
from index.library import Library
from index.records import Hit
from index.statements import ends_sentence

_FRAGMENT_PENALTY = 0.04
"""For a line that ends no sentence: most often a heading or a table's cell, sometimes the answer."""
_READ_ALONE = 12
_STATEMENT_WEIGHT = 60.0
_PASSAGE_WEIGHT = 80.0
"""What a statement's cosine and its passage's score count beside the reader's log odds: see
eval/DECISIONS.md."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A statement in a passage; `start` and `end` are offsets into the document.

    `score` is its cosine with the question as `judge_cosine` takes it, in its context or, for the most
    relevant ones, alone, whichever is nearer; these have their own `vector`, too. `odds`: the reader's log
    odds that it answers, see `assistant.reader.Reader.score_statements`. `relevance` joins both with the
    passage's score, and orders the statements of one question.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    odds: float = NOT_READ
    relevance: float = NOT_READ
    vector: NDArray[np.float32] | None = None


def find_evidence(
    question: str, language: str, hits: Sequence[Hit], library: Library, reader: Reader
) -> list[Evidence]:
    """All statements of the passages by their relevance, best first.

    `language` is the question's.
    """
    evidence = []
    for hit, odds in zip(hits, reader.read(question, language, hits), strict=True):
        for (start, end), cosine, one in zip(hit.chunk.statements, hit.evidence, odds.tolist(), strict=True):
            text = hit.chunk.text[start - hit.chunk.start : end - hit.chunk.start]
            score = judge_cosine(cosine, text)
            # The reader was trained on rivals of one subject; a passage on another one can mislead it.
            relevance = one + _STATEMENT_WEIGHT * score + _PASSAGE_WEIGHT * hit.score
            evidence.append(Evidence(hit, start, end, text, score, one, relevance))
    evidence.sort(key=lambda one: -one.relevance)
    return _read_alone(evidence[:_READ_ALONE], question, language, library) + evidence[_READ_ALONE:]


def _read_alone(
    evidence: Sequence[Evidence], question: str, language: str, library: Library
) -> list[Evidence]:
    """The same statements judged without their context, too, where that brings them nearer.

    A title that has little to do with a statement, as where the format shows no headings, would hide it.
    """
    if not evidence:
        return []
    offsets = library.offsets()
    asked = offsets.move_questions(library.encode_question(question)[None, :], [language])[0]
    vectors = library.encoder.encode_passages([one.text for one in evidence])
    cosines = offsets.move_passages(vectors, [one.hit.chunk.language for one in evidence]) @ asked
    return [
        replace(one, score=max(one.score, judge_cosine(cosine, one.text)), vector=vector)
        for one, vector, cosine in zip(evidence, vectors, cosines.tolist(), strict=True)
    ]


def judge_cosine(cosine: float, text: str) -> float:
    """A statement's cosine with a question, made comparable between statements."""
    return cosine - (0.0 if ends_sentence(text) else _FRAGMENT_PENALTY)
