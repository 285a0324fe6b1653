"""Finds the statements inside retrieved passages that bear on a question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.expected import find_expected, judge_counted, judge_kind
from index.alignment import weigh_tokens
from index.context import describe_context, put_in_context
from index.library import Library
from index.records import Hit
from index.statements import ends_sentence

_FRAGMENT_PENALTY = 0.04
"""For a line that ends no sentence: most often a heading or a table's cell, sometimes the answer."""
_READ_CLOSELY = 32
_ALIGNMENT_WEIGHT = 1.2
_KIND_WEIGHT = 0.08
"""What these brought on the development questions, and what else was tried, is in eval/DECISIONS.md."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A statement in a passage; `start` and `end` are offsets into the document.

    `score` is its cosine with the question as `judge_cosine` takes it, in its context or, for those read
    closely, alone, whichever is nearer; these have their own `vector`, too. `relevance` orders the statements
    of one question: the score, with how much of what is asked the statement speaks of, token by token, and
    whether it holds the kind of thing that is asked for. `counted`: see `assistant.expected.judge_counted`.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    relevance: float = -1.0
    counted: float = 0.0
    vector: NDArray[np.float32] | None = None


def find_evidence(question: str, language: str, hits: Sequence[Hit], library: Library) -> list[Evidence]:
    """All statements of the passages: those read closely by their relevance, best first, then the others by
    their score.

    `language` is the question's.
    """
    evidence = [
        Evidence(hit, start, end, text, judge_cosine(cosine, text))
        for hit in hits
        for (start, end), cosine in zip(hit.chunk.statements, hit.evidence, strict=True)
        for text in [hit.chunk.text[start - hit.chunk.start : end - hit.chunk.start]]
    ]
    evidence.sort(key=lambda one: -one.score)
    closely = _align(
        _read_alone(evidence[:_READ_CLOSELY], question, language, library), question, language, library
    )
    return closely + evidence[_READ_CLOSELY:]


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


def _align(evidence: Sequence[Evidence], question: str, language: str, library: Library) -> list[Evidence]:
    """The same statements with their relevance, best first."""
    asked = library.alignment.read_question(question, language)
    contexts = [
        put_in_context(describe_context(one.hit.metadata.title, one.hit.chunk.heading), "")
        for one in evidence
    ]
    read = library.alignment.read_passages(
        [context + one.text for context, one in zip(contexts, evidence, strict=True)],
        [one.hit.chunk.language for one in evidence],
    )
    alone = [
        one.part(len(context), len(context) + len(of.text)).move(-len(context))
        for one, of, context in zip(read, evidence, contexts, strict=True)
    ]
    weights = weigh_tokens(asked, alone)
    expected = find_expected(question, language)
    judged = [
        replace(
            one,
            relevance=one.score
            + _ALIGNMENT_WEIGHT * float(asked.find_matches(whole) @ weights)
            + _KIND_WEIGHT * judge_kind(expected, question, one.text, one.hit.chunk.language),
            counted=judge_counted(expected, question, asked, one.text, one.hit.chunk.language, own),
        )
        for one, whole, own in zip(evidence, read, alone, strict=True)
    ]
    return sorted(judged, key=lambda one: -one.relevance)


def judge_cosine(cosine: float, text: str) -> float:
    """A statement's cosine with a question, made comparable between statements."""
    return cosine - (0.0 if ends_sentence(text) else _FRAGMENT_PENALTY)
