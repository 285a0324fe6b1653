"""The assistant answers where the best statement is near enough, and a figure counts what is asked about."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import find_lack
from assistant.evidence import Evidence
from tests.assistant.passages import make_hit

HIT = make_hit("d1", 0, "The budget was 250,000 euros.", 0.9)


def judge(*scores: float, counted: float = 1.0) -> list[Evidence]:
    """One statement for each score, the best first."""
    return [
        Evidence(HIT, 0, HIT.chunk.end, HIT.chunk.text, score, score, counted, np.array([1, 0], np.float32))
        for score in sorted(scores, reverse=True)
    ]


scores = st.floats(-1, 1, allow_nan=False)


def test_what_says_the_same_is_an_answer_and_what_has_nothing_in_common_none() -> None:
    assert find_lack(judge(1.0), judge(1.0)) == ""
    assert find_lack(judge(0.0), judge(0.0)) == "weak evidence"
    assert find_lack([], []) == "weak evidence"


@given(st.lists(scores, min_size=1))
def test_the_best_statement_decides(found: list[float]) -> None:
    assert find_lack(judge(*found), judge(1)) == find_lack(judge(max(found)), judge(1))


@given(scores, scores)
def test_a_nearer_statement_is_an_answer_where_a_further_one_is(one: float, other: float) -> None:
    further, nearer = (find_lack(judge(score), judge(1)) for score in sorted((one, other)))
    assert not nearer or further


@given(st.lists(st.floats(0, 1), min_size=1))
def test_one_figure_that_counts_what_is_asked_about_is_enough(counted: list[float]) -> None:
    extract = [judge(1.0, counted=one)[0] for one in counted]
    best = [judge(1.0, counted=max(counted))[0]]
    assert find_lack(judge(1.0), extract) == find_lack(judge(1.0), best)


def test_a_figure_that_counts_something_else_is_no_answer() -> None:
    assert find_lack(judge(1.0), judge(1.0, counted=0.0)) == "no figure for what is asked"
