"""Statements are exact stretches of their documents, and an extract is a few of them that differ."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Evidence, choose_extract, find_evidence
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
    evidence = find_evidence(question, language, hits, library)
    assert evidence
    for one in evidence:
        chunk = one.hit.chunk
        assert chunk.start <= one.start < one.end <= chunk.end
        assert one.text == library.document(chunk.document_id).text[one.start : one.end] != ""
    assert all(one.score >= other.score for one, other in pairwise(evidence))
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


SENTENCE = "The budget was 250,000 euros."


@pytest.mark.parametrize(
    ("in_context", "alone"), [(0.9, 0.7), (0.7, 0.9)], ids=["near in its context", "near by itself"]
)
def test_a_statement_is_as_near_as_its_better_reading(in_context: float, alone: float) -> None:
    hit = make_hit("d1", 0, SENTENCE, in_context)
    [one] = find_evidence("Who paid?", "en", [hit], Empty(Alone(alone)))
    assert one.score == pytest.approx(0.9)


def test_by_itself_a_statement_is_read_without_what_its_language_adds() -> None:
    offsets = Offsets(
        {"en": np.array([0, 0.5], np.float32)},
        {"cs": np.array([0.25, 0], np.float32)},
        np.zeros(2, np.float32),
    )
    hits = [make_hit("d1", 0, SENTENCE, -1), make_hit("d2", 0, SENTENCE, -1, language="cs")]
    for asked in ("en", "cs"):
        found = find_evidence("?", asked, hits, Empty(Alone(0.6), offsets))
        question = offsets.move_questions(np.array([[1, 0]], np.float32), [asked])[0]
        for one in found:
            language = one.hit.chunk.language
            [statement] = offsets.move_passages(np.array([[0.6, 0.8]], np.float32), [language])
            assert one.score == pytest.approx(float(statement @ question))
            assert one.vector == pytest.approx(np.array([0.6, 0.8])), "as the encoder made it"
        assert len({one.score for one in found}) == 2


def test_only_the_best_statements_are_read_by_themselves() -> None:
    hits = [make_hit(f"d{place}", 0, SENTENCE, place / 100) for place in range(50)]
    found = find_evidence("?", "en", hits, Empty(Alone(0.6)))
    read = sum(one.vector is not None for one in found)
    assert 3 <= read < 50, "as many as an extract has, and not all"
    assert all(one.vector is not None for one in found[:read])
    assert [one.score for one in found[:read]] == pytest.approx([0.6] * read)
    assert [one.score for one in found[read:]] == pytest.approx(
        [place / 100 for place in range(49 - read, -1, -1)]
    )


@pytest.mark.parametrize("language", ["en", "cs"])
def test_a_line_that_ends_no_sentence_scores_less_whatever_the_language(language: str) -> None:
    hits = [make_hit("d1", 0, SENTENCE, 0.9), make_hit("d2", 0, "Budget and contact of 2018", 0.9)]
    scores = [one.score for one in find_evidence("?", language, hits, Empty(Alone(0.9)))]
    assert scores == pytest.approx([0.9, 0.86])


def test_each_statement_has_the_cosine_that_was_found_for_it() -> None:
    text = "Robots lift heavy loads. Why? People watch them do it."
    found = find_evidence("?", "en", [make_hit("d1", 50, text, 0.3, 0.7)], Empty(Alone(-1)))
    assert [(one.text, one.start, one.score) for one in found] == [
        ("People watch them do it.", 80, pytest.approx(0.7)),
        ("Robots lift heavy loads.", 50, pytest.approx(0.3)),
    ]


def test_no_passages_give_no_evidence() -> None:
    assert find_evidence("Who paid?", "en", [], Empty(Alone(0.9))) == []


def test_a_passage_of_headings_gives_no_evidence() -> None:
    hit = make_hit("d1", 0, "Budget and contact\n\nDates")
    assert find_evidence("Who paid?", "en", [hit], Empty(Alone(0.9))) == []


def test_the_list_of_topics_stays_whole_in_the_sample_library(library: Library) -> None:
    question = "What are the topics of the roundtables?"
    english = Filter(languages=frozenset({"en"}))
    hits = library.search(question, question_language="en", count=8, filter_=english)
    [announced] = [
        one.text
        for one in find_evidence(question, "en", hits, library)
        if one.text.startswith("The four topics are:")
    ]
    assert announced.count("\n- ") == 4
    assert announced.endswith("the process of social dialogue itself")


def make_evidence(
    document: str, turn: int, score: float, start: int = 0, text: str = SENTENCE, language: str = "en"
) -> Evidence:
    """A statement whose vector is turned by so many steps of six degrees."""
    angle = turn * np.pi / 30
    hit = make_hit(document, start, text, language=language)
    vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return Evidence(hit, hit.chunk.start, hit.chunk.end, text, score, vector)


@st.composite
def statements(draw: st.DrawFn) -> list[Evidence]:
    """Statements, best first. A vector is an angle: the further apart two angles, the less alike they are."""
    made = []
    for place in range(draw(st.integers(0, 8))):
        document, start = draw(st.sampled_from(["d1", "d2", "d3"])), 100 * draw(st.integers(0, 9))
        turn, score = draw(st.integers(0, 15)), draw(st.integers(80, 90)) / 100
        made.append(make_evidence(document, turn, score, start, f"S{place}."))
    return sorted(made, key=lambda one: -one.score)


@given(statements())
def test_an_extract_is_the_best_and_at_most_two_that_are_near_it_and_differ(evidence: list[Evidence]) -> None:
    chosen = choose_extract(evidence, "en")
    assert (chosen == []) == (evidence == [])
    if evidence:
        assert evidence[0] in chosen
    assert len(chosen) <= 3
    assert all(one in evidence for one in chosen)
    assert all(one.vector @ other.vector < 0.9 for one, other in combinations(chosen, 2))


@given(statements())
def test_a_statement_is_left_out_only_for_a_reason(evidence: list[Evidence]) -> None:
    """It says what another one says, it is further away than all that were chosen, or these are enough."""
    chosen = choose_extract(evidence, "en")
    for one in evidence:
        far = all(one.score < other.score for other in chosen)
        alike = any(one.vector @ other.vector >= 0.9 for other in chosen)
        assert one in chosen or far or alike or len(chosen) == 3


def test_what_is_far_from_the_best_is_left_out() -> None:
    scores = (0.9, 0.9, 0.1, 0.1)
    evidence = [make_evidence(f"d{place}", 5 * place, score) for place, score in enumerate(scores)]
    assert choose_extract(evidence, "en") == evidence[:2]


def test_what_was_not_read_by_itself_is_left_out() -> None:
    near, unread = make_evidence("d1", 0, 0.9), replace(make_evidence("d2", 10, 0.9), vector=None)
    assert choose_extract([near, unread], "en") == [near]


@pytest.mark.parametrize(("language", "document"), [("en", "d1"), ("cs", "d2"), ("fr", "d1")])
def test_of_a_statement_and_its_translation_the_one_in_the_questions_language_is_chosen(
    language: str, document: str
) -> None:
    english, czech = make_evidence("d1", 0, 0.9), make_evidence("d2", 0, 0.89, language="cs")
    [one] = choose_extract([english, czech], language)
    assert one.hit.chunk.document_id == document


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
