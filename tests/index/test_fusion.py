"""Fusion ranks every candidate once, and the scale of its input does not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import rank_candidates

# Steps of a hundredth keep ties exact and differences far above rounding.
cosines = st.integers(-100, 100).map(lambda hundredths: hundredths / 100)
bm25 = st.integers(0, 3000).map(lambda hundredths: hundredths / 100)


def fuse(dense: dict[int, float], lexical: dict[int, float]) -> list[tuple[int, float]]:
    numbers = sorted(dense)
    return rank_candidates(
        "hybrid",
        np.asarray(numbers, np.int64),
        np.asarray([dense[number] for number in numbers]),
        np.asarray([lexical.get(number, 0.0) for number in numbers]),
    )


@st.composite
def rankings(draw: st.DrawFn) -> tuple[dict[int, float], dict[int, float]]:
    dense = draw(st.dictionaries(st.integers(1, 50), cosines, max_size=12))
    matched = draw(st.sets(st.sampled_from(sorted(dense)))) if dense else set()
    return dense, {number: draw(bm25) for number in sorted(matched)}


@given(rankings())
def test_every_candidate_is_ranked_once_best_first(both: tuple[dict[int, float], dict[int, float]]) -> None:
    ranked = fuse(*both)
    assert sorted(number for number, _ in ranked) == sorted(both[0])
    assert ranked == sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


@given(rankings(), st.sampled_from([0.25, 3.0, 40.0]), st.sampled_from([-1.0, 0.0, 0.8]))
def test_the_scale_of_the_scores_does_not_matter(
    both: tuple[dict[int, float], dict[int, float]], factor: float, shift: float
) -> None:
    dense, lexical = both
    scaled = fuse(
        {number: cosine * factor + shift for number, cosine in dense.items()},
        {number: score * factor for number, score in lexical.items()},
    )
    if len(set(dense.values())) != 1:
        assert dict(scaled) == pytest.approx(dict(fuse(dense, lexical)), abs=1e-6)


@given(rankings())
def test_no_candidate_comes_after_one_that_is_worse_in_both(
    both: tuple[dict[int, float], dict[int, float]],
) -> None:
    dense, lexical = both
    scores = dict(fuse(dense, lexical))
    for better in dense:
        for worse in dense:
            if dense[better] >= dense[worse] and lexical.get(better, 0) >= lexical.get(worse, 0):
                assert scores[better] >= scores[worse]


@given(rankings())
def test_without_matching_words_the_cosine_alone_decides(
    both: tuple[dict[int, float], dict[int, float]],
) -> None:
    dense = both[0]
    assert [number for number, _ in fuse(dense, {})] == sorted(dense, key=lambda n: (-dense[n], n))


def test_among_equal_cosines_words_decide() -> None:
    assert [number for number, _ in fuse({1: 0.8, 2: 0.8, 3: 0.8}, {3: 9.0, 2: 4.0})] == [3, 2, 1]


def test_a_clear_cosine_outweighs_words() -> None:
    """The lexical share is small on purpose: words match in the question's own language only."""
    ranked = fuse({1: 0.90, 2: 0.80, 3: 0.79, 4: 0.78}, {2: 12.0})
    assert [number for number, _ in ranked] == [1, 2, 3, 4]


def test_no_candidates_rank_as_nothing() -> None:
    assert fuse({}, {}) == []
