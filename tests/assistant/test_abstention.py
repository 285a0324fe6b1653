"""The assistant answers where the best statement is near enough to the question, and only there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import is_answerable
from assistant.evidence import Evidence
from index.records import Chunk, Hit, Metadata

TEXT = "The budget was 250,000 euros."
HIT = Hit(
    1, 0.03, "fused", 0.8, Chunk("c1", "d1", 0, len(TEXT), TEXT, "en"), "d1.md", Metadata("Report", "en")
)


def state(*scores: float) -> list[Evidence]:
    return [Evidence(HIT, 0, len(TEXT), TEXT, score, np.array([1, 0], np.float32)) for score in scores]


scores = st.floats(-1, 1, allow_nan=False)


def test_what_says_the_same_is_an_answer_and_what_has_nothing_in_common_none() -> None:
    assert is_answerable(state(1.0))
    assert not is_answerable(state(0.0))
    assert not is_answerable(state())


@given(st.lists(scores, min_size=1))
def test_the_best_statement_decides(found: list[float]) -> None:
    found.sort(reverse=True)
    assert is_answerable(state(*found)) == is_answerable(state(found[0]))


@given(scores, scores)
def test_a_nearer_statement_is_an_answer_where_a_further_one_is(one: float, other: float) -> None:
    assert is_answerable(state(min(one, other))) <= is_answerable(state(max(one, other)))
