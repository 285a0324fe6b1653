"""The assistant answers where the best statement is near enough and the reader finds that one answers."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import find_lack, judge_evidence
from assistant.evidence import Evidence
from tests.assistant.passages import make_hit

HIT = make_hit("d1", 0, "The budget was 250,000 euros.", 0.9)
SURE = 10.0


def judge(score: float, odds: float = SURE) -> Evidence:
    return Evidence(HIT, 0, HIT.chunk.end, HIT.chunk.text, score, odds, odds, np.array([1, 0], np.float32))


scores = st.floats(-1, 1, allow_nan=False)
log_odds = st.floats(-20, 20, allow_nan=False)


def test_what_says_the_same_is_an_answer_and_what_has_nothing_in_common_none() -> None:
    assert find_lack([judge(1.0)]) == ""
    assert find_lack([judge(0.0)]) == "weak evidence"
    assert find_lack([]) == "weak evidence"


def test_what_the_reader_takes_for_no_answer_is_none() -> None:
    assert find_lack([judge(1.0, -SURE)]) == "no statement answers"


@given(st.lists(st.tuples(scores, log_odds), min_size=1))
def test_the_nearest_and_the_best_statement_decide(found: list[tuple[float, float]]) -> None:
    best = judge(max(score for score, _ in found), max(odds for _, odds in found))
    assert find_lack([judge(*one) for one in found]) == find_lack([best])


@given(scores, scores, log_odds, log_odds)
def test_a_better_statement_is_an_answer_where_a_worse_one_is(a: float, b: float, c: float, d: float) -> None:
    pairs = product(sorted((a, b)), sorted((c, d)))
    worst, *_, best = (bool(find_lack([judge(*pair)])) for pair in pairs)
    assert not best or worst


def test_the_evidence_is_a_probability() -> None:
    assert judge_evidence([]) is None
    assert judge_evidence([judge(0.5, 0.0)]) == pytest.approx(0.5)
    assert judge_evidence([judge(0.5, -3.0), judge(0.5, np.log(3))]) == pytest.approx(0.75)
