"""Fusion ranks every candidate once, by its meaning first, and words favour no language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import EVIDENCE_WEIGHT, WORDS_WEIGHT, Candidates, rank_candidates
from index.records import Mode

MOST = 30.0
USUAL = 30  # so many of a language's nearest chunks say what share of the words is usual in it


@dataclass(frozen=True)
class Candidate:
    position: int
    cosine: float
    evidence: float
    bm25: float = 0.0
    language: str = "en"

    @property
    def meaning(self) -> float:
        return (1 - EVIDENCE_WEIGHT) * self.cosine + EVIDENCE_WEIGHT * self.evidence


# Steps of a hundredth keep ties exact and differences far above rounding.
cosines = st.integers(-100, 100).map(lambda hundredths: hundredths / 100)
bm25 = st.just(0.0) | st.integers(1, 3000).map(lambda hundredths: hundredths / 100)
single = st.builds(
    Candidate, st.integers(0, 50), cosines, cosines, bm25, st.sampled_from(["en", "nl", "und"])
)
several = st.lists(single, max_size=12, unique_by=lambda one: one.position)
MODES: tuple[Mode, ...] = ("hybrid", "dense", "dense-raw", "lexical")


def rank(mode: Mode, candidates: Sequence[Candidate], most: float = MOST) -> list[tuple[int, float]]:
    rising = sorted(candidates, key=lambda one: one.position)
    return rank_candidates(
        mode,
        Candidates(
            np.array([one.position for one in rising], np.int64),
            np.array([one.language for one in rising], np.str_),
            np.array([one.cosine for one in rising]),
            np.array([one.evidence for one in rising]),
            np.array([one.bm25 for one in rising]),
            most,
        ),
    )


def fuse(candidates: Sequence[Candidate], most: float = MOST) -> dict[int, float]:
    return dict(rank("hybrid", candidates, most))


def fuse_plainly(candidates: Sequence[Candidate], most: float = MOST) -> Mapping[int, float]:
    """The same, one candidate after the other."""
    scores = {}
    for one in candidates:
        alike = [other for other in candidates if other.language == one.language]
        nearest = sorted(alike, key=lambda other: (-other.meaning, other.position))[:USUAL]
        usual = sum(other.bm25 for other in nearest) / len(nearest) / most
        scores[one.position] = one.meaning + WORDS_WEIGHT * (one.bm25 / most - usual)
    return scores


@given(several, st.sampled_from(MODES))
def test_every_candidate_is_ranked_once_best_first(candidates: list[Candidate], mode: Mode) -> None:
    ranked = rank(mode, candidates)
    assert sorted(position for position, _ in ranked) == sorted(one.position for one in candidates)
    assert ranked == sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


@given(several)
def test_each_mode_looks_at_its_own_scores(candidates: list[Candidate]) -> None:
    assert dict(rank("dense-raw", candidates)) == {one.position: one.cosine for one in candidates}
    assert dict(rank("lexical", candidates)) == {one.position: one.bm25 for one in candidates}
    assert dict(rank("dense", candidates)) == pytest.approx({one.position: one.meaning for one in candidates})


@given(several)
def test_the_best_statement_counts_for_more_than_half(candidates: list[Candidate]) -> None:
    expected = {one.position: 0.4 * one.cosine + 0.6 * one.evidence for one in candidates}
    assert dict(rank("dense", candidates)) == pytest.approx(expected)


@given(several)
def test_fusion_adds_the_words_above_what_is_usual_in_the_language(candidates: list[Candidate]) -> None:
    assert fuse(candidates) == pytest.approx(fuse_plainly(candidates), abs=1e-9)


def test_what_is_usual_is_the_mean_of_the_nearest_thirty() -> None:
    """The farthest of forty hold all words of the question, and change nothing for the others."""
    near = [
        Candidate(number, 0.9 - number / 1000, 0.9 - number / 1000, float(number)) for number in range(USUAL)
    ]
    far = [Candidate(USUAL + number, 0.5, 0.5, MOST) for number in range(10)]
    fused = fuse([*near, *far])
    assert fused == pytest.approx(fuse_plainly([*near, *far]), abs=1e-9)
    assert {one.position: fused[one.position] for one in near} == pytest.approx(fuse(near), abs=1e-9)


@given(several, st.sampled_from(["en", "nl", "und"]), st.sampled_from([0.1, 1.0, 7.0]))
def test_words_that_all_chunks_of_a_language_hold_change_nothing(
    candidates: list[Candidate], language: str, more: float
) -> None:
    lifted = [
        replace(one, bm25=one.bm25 + more * MOST) if one.language == language else one for one in candidates
    ]
    assert fuse(lifted) == pytest.approx(fuse(candidates), abs=1e-9)


@given(several, st.sampled_from([0.25, 3.0, 40.0]))
def test_the_scale_of_bm25_does_not_matter(candidates: list[Candidate], factor: float) -> None:
    scaled = [replace(one, bm25=one.bm25 * factor) for one in candidates]
    assert fuse(scaled, MOST * factor) == pytest.approx(fuse(candidates), abs=1e-9)


@given(several)
def test_in_one_language_none_comes_after_one_that_is_worse_in_all(candidates: list[Candidate]) -> None:
    scores = fuse(candidates)
    for better in candidates:
        for worse in candidates:
            alike = better.language == worse.language
            if alike and better.meaning >= worse.meaning and better.bm25 >= worse.bm25:
                assert scores[better.position] >= scores[worse.position] - 1e-12


@given(several)
def test_without_matching_words_the_meaning_alone_decides(candidates: list[Candidate]) -> None:
    wordless = [replace(one, bm25=0.0) for one in candidates]
    expected = rank("dense", candidates)
    assert rank("hybrid", wordless) == expected
    assert rank("hybrid", wordless, most=0.0) == expected


@given(several)
def test_a_difference_in_meaning_above_the_weight_of_words_is_never_turned(
    candidates: list[Candidate],
) -> None:
    """Words match in the question's own language only, so their share is small on purpose."""
    scores = fuse(candidates)
    for better in candidates:
        for worse in candidates:
            if better.language == worse.language and better.meaning > worse.meaning + WORDS_WEIGHT + 1e-9:
                assert scores[better.position] > scores[worse.position]
            if better.meaning > worse.meaning + 2 * WORDS_WEIGHT + 1e-9:
                assert scores[better.position] > scores[worse.position]


def test_among_equal_meanings_words_decide() -> None:
    candidates = [Candidate(1, 0.8, 0.8), Candidate(2, 0.8, 0.8, 4.0), Candidate(3, 0.8, 0.8, 9.0)]
    assert [position for position, _ in rank("hybrid", candidates)] == [3, 2, 1]


def test_no_candidates_rank_as_nothing() -> None:
    for mode in MODES:
        assert rank(mode, []) == []
        assert rank(mode, [], most=0.0) == []
