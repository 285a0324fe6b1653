"""Finds the statements inside retrieved passages that bear on a question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.context import put_in_context
from index.encoder import Encoder
from index.records import Hit
from index.sentences import Span, split_sentences

_LIST_ITEM = re.compile(r"[-–•◦▪‣·*]\s|\d{1,2}[.)]\s|\(?[a-z]\)\s")
_FEWEST_WORDS = 4
"""Shorter statements are headings, labels or names, which e5 rates too high for any question."""
_FRAGMENT_PENALTY = 0.04
"""For a line that ends no sentence: most often a heading or a table's cell, sometimes the answer."""
_OTHER_LANGUAGE_BONUS = 0.02
"""e5 rates a question and a statement of different languages about this much lower than of one language."""
_REDUNDANT = 0.9
"""Of 302 statements and their translations (the project's digest in six languages) six in ten lie above,
of 1,976 different statements of one section one in twenty-five."""
_MOST_STATEMENTS = 3
_MARGIN = 0.035
_READ_ALONE = 8


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


def find_evidence(question: str, language: str, hits: Sequence[Hit], encoder: Encoder) -> list[Evidence]:
    """All statements of the passages with their nearness to the question, best first.

    `language` is the question's.
    """
    spans = [
        (hit, (start, end))
        for hit in hits
        for start, end in split_statements(hit.chunk.text, hit.chunk.language)
        if len(hit.chunk.text[start:end].split()) >= _FEWEST_WORDS
    ]
    if not spans:
        return []
    asked = encoder.encode_questions([question])[0]
    texts = [hit.chunk.text[start:end] for hit, (start, end) in spans]
    vectors = encoder.encode_passages(
        [
            put_in_context(hit.metadata.title, hit.chunk.heading, text)
            for (hit, _), text in zip(spans, texts, strict=True)
        ]
    )
    evidence = [
        Evidence(
            hit=hit,
            start=hit.chunk.start + start,
            end=hit.chunk.start + end,
            text=text,
            score=judge_cosine(float(vector @ asked), text, hit, language),
        )
        for (hit, (start, end)), text, vector in zip(spans, texts, vectors, strict=True)
    ]
    evidence.sort(key=lambda one: -one.score)
    closely = _read_alone(evidence[:_READ_ALONE], asked, language, encoder)
    return closely + evidence[_READ_ALONE:]


def _read_alone(
    evidence: Sequence[Evidence], asked: NDArray[np.float32], language: str, encoder: Encoder
) -> list[Evidence]:
    """The same statements judged without their context, too, where that brings them nearer; best first.

    A title that has little to do with a statement, as where the format shows no headings, would hide it.
    """
    judged = []
    for one, vector in zip(evidence, encoder.encode_passages([one.text for one in evidence]), strict=True):
        alone = judge_cosine(float(vector @ asked), one.text, one.hit, language)
        judged.append(replace(one, score=max(one.score, alone), vector=vector))
    return sorted(judged, key=lambda one: -one.score)


def split_statements(text: str, language: str) -> list[Span]:
    """Spans of the sentences, where an announced list ("… are:") is one statement with its items."""
    statements: list[Span] = []
    open_list = False
    for start, end in split_sentences(text, language):
        if open_list and (_LIST_ITEM.match(text, start) or not _is_sentence(text[start:end])):
            statements[-1] = (statements[-1][0], end)
        else:
            mark = _LIST_ITEM.match(text, start, end)
            statements.append((mark.end() if mark else start, end))
            open_list = text[start:end].endswith(":")
    return statements


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


def judge_cosine(cosine: float, text: str, hit: Hit, language: str) -> float:
    """A statement's cosine with a question in `language`, made comparable between statements."""
    bonus = _OTHER_LANGUAGE_BONUS if hit.chunk.language != language else 0.0
    return cosine + bonus - (0.0 if _is_sentence(text) else _FRAGMENT_PENALTY)


def _is_sentence(text: str) -> bool:
    return text.rstrip("\"'”’»“)]").endswith((".", "!", "?", "…", ";", ":"))
