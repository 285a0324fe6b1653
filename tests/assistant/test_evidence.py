"""Statements are exact stretches of their documents, and an extract is a few of them that differ."""

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Evidence, choose_extract, find_evidence, split_statements
from index.encoder import Encoder, Vectors
from index.library import Library
from index.records import Chunk, Hit, Metadata

LIST = """The partners meet four times. The topics are:

- labour market
- skills and competences
- social dialogue

After each meeting the group visits a firm."""


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "How do the partners work together?"),
        ("fr", "Quelles compétences atteste CléA Numérique ?"),
        ("cs", "Co je Aliance Společnost 4.0?"),
    ],
)
def test_a_statement_is_a_slice_of_its_document_inside_its_chunk(
    library: Library, packaged_encoder: Encoder, language: str, question: str
) -> None:
    hits = library.search(question, question_language=language, count=8)
    evidence = find_evidence(question, language, hits, packaged_encoder)
    assert evidence
    for one in evidence:
        chunk = one.hit.chunk
        assert chunk.start <= one.start < one.end <= chunk.end
        assert one.text == library.document(chunk.document_id).text[one.start : one.end] != ""
    assert all(one.score >= other.score for one, other in pairwise(evidence))
    assert {one.hit.chunk.id for one in evidence} <= {hit.chunk.id for hit in hits}


class InContext:
    """An encoder whose cosines with any question are these, for a statement in its context and alone."""

    name = digest = "in context"
    dimension = 2
    token_limit = 100

    def __init__(self, in_context: float, alone: float) -> None:
        self.in_context = in_context
        self.alone = alone

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        cosines = np.array([self.in_context if "\n" in text else self.alone for text in texts], np.float32)
        return np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, 0]] * len(texts), np.float32)


@pytest.mark.parametrize(
    ("in_context", "alone"), [(0.9, 0.7), (0.7, 0.9)], ids=["near in its context", "near by itself"]
)
def test_a_statement_is_as_near_as_its_better_reading(in_context: float, alone: float) -> None:
    hit = make_hit("d1", 0, "The budget was 250,000 euros.")
    [one] = find_evidence("Who paid?", "en", [hit], InContext(in_context, alone))
    assert one.score == pytest.approx(0.9)


def test_a_line_that_ends_no_sentence_scores_less_and_another_language_more() -> None:
    hits = [
        make_hit("d1", 0, "The budget was 250,000 euros."),
        make_hit("d2", 0, "Budget and contact of 2018"),
    ]
    for language, sentence, fragment in (("en", 0.9, 0.86), ("cs", 0.92, 0.88)):
        scores = [one.score for one in find_evidence("?", language, hits, InContext(0.9, 0.9))]
        assert scores == pytest.approx([sentence, fragment])


def test_no_passages_give_no_evidence(packaged_encoder: Encoder) -> None:
    assert find_evidence("Who paid?", "en", [], packaged_encoder) == []


def test_a_passage_of_headings_gives_no_evidence(packaged_encoder: Encoder) -> None:
    hit = make_hit("d1", 0, "Budget and contact\n\nDates")
    assert find_evidence("Who paid?", "en", [hit], packaged_encoder) == []


def test_an_announced_list_is_one_statement() -> None:
    statements = [LIST[start:end] for start, end in split_statements(LIST, "en")]
    assert statements == [
        "The partners meet four times.",
        "The topics are:\n\n- labour market\n- skills and competences\n- social dialogue",
        "After each meeting the group visits a firm.",
    ]


def test_the_list_of_topics_stays_whole_in_the_sample_library(
    library: Library, packaged_encoder: Encoder
) -> None:
    question = "What are the topics of the roundtables?"
    hits = library.search(question, question_language="en", count=8, language="en")
    [announced] = [
        one.text
        for one in find_evidence(question, "en", hits, packaged_encoder)
        if one.text.startswith("The four topics are:")
    ]
    assert announced.count("\n- ") == 4
    assert announced.endswith("the process of social dialogue itself")


@given(st.text("ab .:\n-•1)", max_size=60), st.sampled_from(["en", "cs", "xx"]))
def test_between_statements_lie_only_space_and_the_marks_of_list_items(text: str, language: str) -> None:
    spans = split_statements(text, language)
    assert all(start < end for start, end in spans)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        assert re.fullmatch(r"\s*(?:(?:[-•*]|\d[.)]|[a-z]\))\s+)?", text[start:end])


def make_hit(document: str, start: int, text: str) -> Hit:
    chunk = Chunk(f"{document}-{start}", document, start, start + len(text), text, "en")
    return Hit(1, 0.03, "fused", 0.8, chunk, f"{document}.md", Metadata(document, "en"))


@st.composite
def statements(draw: st.DrawFn) -> list[Evidence]:
    """Statements, best first. A vector is an angle: the further apart two angles, the less alike they are."""
    made = []
    for place in range(draw(st.integers(0, 8))):
        angle = draw(st.integers(0, 15)) * np.pi / 30
        hit = make_hit(draw(st.sampled_from(["d1", "d2", "d3"])), 100 * draw(st.integers(0, 9)), f"S{place}.")
        vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
        score = draw(st.integers(80, 90)) / 100
        made.append(Evidence(hit, hit.chunk.start, hit.chunk.end, hit.chunk.text, score, vector))
    return sorted(made, key=lambda one: -one.score)


@given(statements())
def test_an_extract_is_the_best_and_at_most_two_that_are_near_it_and_differ(evidence: list[Evidence]) -> None:
    chosen = choose_extract(evidence, "en")
    assert (chosen == []) == (evidence == [])
    if evidence:
        assert evidence[0] in chosen
        assert min(one.score for one in chosen) >= evidence[0].score - 0.03
    assert len(chosen) <= 3
    assert all(one in evidence for one in chosen)
    assert all(one.vector @ other.vector < 0.9 for one, other in combinations(chosen, 2))


@given(statements())
def test_a_statement_is_left_out_only_for_a_reason(evidence: list[Evidence]) -> None:
    chosen = choose_extract(evidence, "en")
    for one in evidence:
        far = one.score < evidence[0].score - 0.03
        alike = any(one.vector @ other.vector >= 0.9 for other in chosen)
        assert one in chosen or far or alike or len(chosen) == 3


@given(statements())
def test_an_extract_keeps_passages_together_and_in_their_own_order(evidence: list[Evidence]) -> None:
    chosen = choose_extract(evidence, "en")
    passages = [one.hit.chunk.id for one in chosen]
    assert [a for a, b in pairwise(passages) if a != b] == list(dict.fromkeys(passages))[:-1]
    assert all(
        one.start <= other.start for one, other in pairwise(chosen) if one.hit.chunk.id == other.hit.chunk.id
    )
    if chosen:
        assert passages[0] == evidence[0].hit.chunk.id
