"""Statements are exact stretches of their documents, and an extract is a few of them that differ."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from assistant.evidence import find_evidence
from assistant.reader import load_reader
from index.encoder import Vectors
from index.filters import Filter
from index.library import Library
from index.offsets import Offsets
from tests.assistant.passages import Empty, make_hit


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "How do the partners work together?"),
        ("fr", "Quelles compétences atteste CléA Numérique ?"),
        ("cs", "Co je Aliance Společnost 4.0?"),
    ],
)
def test_a_statement_is_a_slice_of_its_document_inside_its_chunk(
    library: Library, language: str, question: str
) -> None:
    hits = library.search(question, question_language=language, count=8)
    evidence = find_evidence(question, language, hits, library, READER)
    assert evidence
    for one in evidence:
        chunk = one.hit.chunk
        assert chunk.start <= one.start < one.end <= chunk.end
        assert one.text == library.document(chunk.document_id).text[one.start : one.end] != ""
    read = [one for one in evidence if one.vector is not None]
    assert evidence[: len(read)] == read, "those read closely come first"
    assert all(one.relevance >= other.relevance for one, other in pairwise(evidence))
    assert sorted((one.start, one.end, one.hit.chunk.id) for one in evidence) == sorted(
        (*span, hit.chunk.id) for hit in hits for span in hit.chunk.statements
    )


class Alone:
    """An encoder of two dimensions, in which a statement by itself has this cosine with any question."""

    name = digest = "alone"
    dimension = 2
    token_limit = 100

    def __init__(self, cosine: float) -> None:
        self.cosine = cosine

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([[self.cosine, np.sqrt(1 - self.cosine**2)]] * len(texts), np.float32)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, 0]] * len(texts), np.float32)


READER = load_reader()
SENTENCE = "The budget was 250,000 euros."


@pytest.mark.parametrize(
    ("in_context", "alone"), [(0.9, 0.7), (0.7, 0.9)], ids=["near in its context", "near by itself"]
)
def test_a_statement_is_as_near_as_its_better_reading(in_context: float, alone: float) -> None:
    hit = make_hit("d1", 0, SENTENCE, in_context)
    [one] = find_evidence("Who paid?", "en", [hit], Empty(Alone(alone)), READER)
    assert one.score == pytest.approx(0.9)


def test_by_itself_a_statement_is_read_without_what_its_language_adds() -> None:
    offsets = Offsets(
        {"en": np.array([0, 0.5], np.float32)},
        {"cs": np.array([0.25, 0], np.float32)},
        np.zeros(2, np.float32),
    )
    hits = [make_hit("d1", 0, SENTENCE, -1), make_hit("d2", 0, SENTENCE, -1, language="cs")]
    for asked in ("en", "cs"):
        found = find_evidence("?", asked, hits, Empty(Alone(0.6), offsets), READER)
        question = offsets.move_questions(np.array([[1, 0]], np.float32), [asked])[0]
        for one in found:
            language = one.hit.chunk.language
            [statement] = offsets.move_passages(np.array([[0.6, 0.8]], np.float32), [language])
            assert one.score == pytest.approx(float(statement @ question))
            assert one.vector == pytest.approx(np.array([0.6, 0.8])), "as the encoder made it"
        assert len({one.score for one in found}) == 2


def test_only_the_best_statements_are_read_by_themselves() -> None:
    hits = [make_hit(f"d{place}", 0, SENTENCE, place / 100) for place in range(50)]
    found = find_evidence("?", "en", hits, Empty(Alone(0.6)), READER)
    read = sum(one.vector is not None for one in found)
    assert 3 <= read < 50, "as many as an extract has, and not all"
    assert all(one.vector is not None for one in found[:read])
    assert [one.score for one in found[:read]] == pytest.approx([0.6] * read)
    assert all(one.score == pytest.approx(one.hit.evidence[0]) for one in found[read:])


@pytest.mark.parametrize("language", ["en", "cs"])
def test_a_line_that_ends_no_sentence_scores_less_whatever_the_language(language: str) -> None:
    hits = [make_hit("d1", 0, SENTENCE, 0.9), make_hit("d2", 0, "Budget and contact of 2018", 0.9)]
    found = find_evidence("?", language, hits, Empty(Alone(0.9)), READER)
    scores = {one.text: one.score for one in found}
    assert scores == pytest.approx({SENTENCE: 0.9, "Budget and contact of 2018": 0.86})


def test_each_statement_has_the_cosine_that_was_found_for_it() -> None:
    text = "Robots lift heavy loads. Why? People watch them do it."
    found = find_evidence("?", "en", [make_hit("d1", 50, text, 0.3, 0.7)], Empty(Alone(-1)), READER)
    assert [(one.text, one.start, one.score) for one in found] == [
        ("People watch them do it.", 80, pytest.approx(0.7)),
        ("Robots lift heavy loads.", 50, pytest.approx(0.3)),
    ]


def test_no_passages_give_no_evidence() -> None:
    assert find_evidence("Who paid?", "en", [], Empty(Alone(0.9)), READER) == []


def test_a_passage_of_headings_gives_no_evidence() -> None:
    hit = make_hit("d1", 0, "Budget and contact\n\nDates")
    assert find_evidence("Who paid?", "en", [hit], Empty(Alone(0.9)), READER) == []


def test_the_list_of_topics_stays_whole_in_the_sample_library(library: Library) -> None:
    question = "What are the topics of the roundtables?"
    english = Filter(languages=frozenset({"en"}))
    hits = library.search(question, question_language="en", count=8, filter_=english)
    [announced] = [
        one.text
        for one in find_evidence(question, "en", hits, library, READER)
        if one.text.startswith("The four topics are:")
    ]
    assert announced.count("\n- ") == 4
    assert announced.endswith("the process of social dialogue itself")
