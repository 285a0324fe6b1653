"""An extract is a few stretches of statements that differ, each whole enough to be understood."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Evidence
from assistant.extract import choose_extract
from index.records import Hit
from tests.assistant.passages import make_hit

SENTENCE = "The budget was 250,000 euros."


def make_evidence(
    document: str, turn: int, relevance: float, start: int = 0, text: str = SENTENCE, language: str = "en"
) -> Evidence:
    """A statement, alone in its chunk, whose vector is turned by so many steps of six degrees; `relevance` is
    a twentieth of what it is."""
    hit = make_hit(document, start, text, language=language)
    return judge(hit, hit.chunk.start, hit.chunk.end, turn, relevance)


def judge(hit: Hit, start: int, end: int, turn: int, relevance: float) -> Evidence:
    angle = turn * np.pi / 30
    text = hit.chunk.text[start - hit.chunk.start : end - hit.chunk.start]
    vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return Evidence(hit, start, end, text, 0.9, 0.0, 20 * relevance, vector)


@st.composite
def statements(draw: st.DrawFn) -> list[Evidence]:
    """Statements, best first. A vector is an angle: the further apart two angles, the less alike they are."""
    made = []
    for place in range(draw(st.integers(0, 8))):
        document, start = draw(st.sampled_from(["d1", "d2", "d3"])), 100 * draw(st.integers(0, 9))
        turn, relevance = draw(st.integers(0, 15)), draw(st.integers(70, 90)) / 100
        made.append(make_evidence(document, turn, relevance, start, f"S{place}."))
    return sorted(made, key=lambda one: -one.relevance)


@given(statements())
def test_an_extract_is_the_best_and_at_most_two_that_are_near_it_and_differ(evidence: list[Evidence]) -> None:
    chosen = choose_extract(evidence, "en")
    assert (chosen == []) == (evidence == [])
    if evidence:
        assert evidence[0].text in [one.text for one in chosen]
    assert len(chosen) <= 3
    assert {one.text for one in chosen} <= {one.text for one in evidence}
    for one, other in combinations(chosen, 2):
        assert one.vector is not None
        assert other.vector is not None
        assert one.vector @ other.vector < 0.9


def test_what_is_far_from_the_best_is_left_out() -> None:
    relevances = (0.9, 0.9, 0.1, 0.1)
    evidence = [make_evidence(f"d{place}", 5 * place, one) for place, one in enumerate(relevances)]
    assert [one.hit.chunk.document_id for one in choose_extract(evidence, "en")] == ["d0", "d1"]


def test_what_was_not_read_closely_is_left_out() -> None:
    near, unread = make_evidence("d1", 0, 0.9), replace(make_evidence("d2", 10, 0.9), vector=None)
    assert [one.hit.chunk.document_id for one in choose_extract([near, unread], "en")] == ["d1"]


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


CHUNK = "Robots came in 2019. The council wrote a report. It names four risks. Nobody else did so."


def judge_sentences(*relevances: float) -> list[Evidence]:
    """The statements of one chunk with these relevances, best first, all different."""
    hit = make_hit("d1", 50, CHUNK, *relevances)
    spans = zip(hit.chunk.statements, relevances, strict=True)
    judged = [judge(hit, start, end, 7 * turn, one) for turn, ((start, end), one) in enumerate(spans)]
    return sorted(judged, key=lambda one: -one.relevance)


@pytest.mark.parametrize(
    ("relevances", "texts"),
    [
        pytest.param((0.9, 0.1, 0.1, 0.1), ["Robots came in 2019."], id="alone"),
        pytest.param(
            (0.1, 0.9, 0.85, 0.1), ["The council wrote a report. It names four risks."], id="two that touch"
        ),
        pytest.param(
            (0.1, 0.1, 0.9, 0.1),
            ["The council wrote a report. It names four risks."],
            id="leans on the one before",
        ),
        pytest.param(
            (0.9, 0.1, 0.1, 0.9), ["Robots came in 2019.", "Nobody else did so."], id="two that do not"
        ),
        pytest.param((0.9, 0.9, 0.9, 0.9), [CHUNK], id="all"),
    ],
)
def test_neighbours_that_belong_together_are_one_quotation(
    relevances: tuple[float, ...], texts: list[str]
) -> None:
    chosen = choose_extract(judge_sentences(*relevances), "en")
    assert [one.text for one in chosen] == texts
    for one in chosen:
        assert CHUNK[one.start - 50 : one.end - 50] == one.text


@given(st.lists(st.integers(70, 95), min_size=4, max_size=4))
def test_quotations_never_overlap(hundredths: list[int]) -> None:
    chosen = choose_extract(judge_sentences(*(one / 100 for one in hundredths)), "en")
    assert all(one.end < other.start for one, other in pairwise(chosen))


@given(st.lists(st.integers(70, 95), min_size=4, max_size=4), st.integers(1, 2))
def test_no_quotation_reaches_over_a_statement_that_was_left_out(hundredths: list[int], place: int) -> None:
    evidence = judge_sentences(*(one / 100 for one in hundredths))
    left_out = sorted(evidence, key=lambda one: one.start)[place]
    chosen = choose_extract([one for one in evidence if one is not left_out], "en")
    assert not any(left_out.text in one.text for one in chosen)


def test_no_quotation_reaches_over_an_order_that_spaces_stand_for() -> None:
    order = " The council wrote a report. It names four risks. "
    blank = CHUNK.replace(order, " " * len(order))
    evidence = [one for one in judge_sentences(0.9, 0.9, 0.9, 0.9) if one.text in blank]
    hit = replace(evidence[0].hit, chunk=replace(evidence[0].hit.chunk, text=blank))
    chosen = choose_extract([replace(one, hit=hit) for one in evidence], "en")
    assert [one.text for one in chosen] == ["Robots came in 2019.", "Nobody else did so."]
