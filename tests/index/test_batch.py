"""Ranking many questions at once gives what a search for each of them gives."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import PackagedEncoder
from index.filters import EVERYTHING, Filter
from index.fusion import take_best
from index.language import LANGUAGES
from index.library import Library
from index.records import Mode
from index.search import find_matching
from tests.doubles import WordEncoder
from tests.index.oracle import check_same
from tests.index.samples import Sample, ScatteredEncoder, build, make_sample
from tests.sayings import QUESTIONS, SENTENCES

MODES: tuple[Mode, ...] = ("hybrid", "dense", "dense-raw", "lexical")
POOLS = (None, "nl", "cs", "it")  # none of the chunks is Italian
ASKED = [(question, language) for language, asked in QUESTIONS.items() for question in asked]
WORDLESS = [("", "und"), ("…", "und"), ("🤖", "en"), ('"', "nl")]
ROUNDING = 1e-5

Ranking = Sequence[tuple[str, float]]


def make_many(lines_each: int) -> list[Sample]:
    """A document for each language, whose lines are drawn from that language's words, of any length and with
    any number of statements."""
    random = Random(11)
    samples = []
    for language in LANGUAGES:
        words = " ".join(SENTENCES[language]).split()
        lines = [
            ". 2019! ".join(
                " ".join(random.sample(words, random.randint(3, 12))) for _ in range(random.randint(1, 3))
            )
            for _ in range(lines_each)
        ]
        samples.append(make_sample(language, *lines, language=language))
    return samples


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """More chunks than are candidates of a search, in each language and in all."""
    return build(tmp_path_factory.mktemp("many"), ScatteredEncoder(), make_many(120))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build(tmp_path_factory.mktemp("few"), ScatteredEncoder(), make_many(4))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: PackagedEncoder) -> Library:
    """Every sentence in six languages, as the product encodes it."""
    samples = [
        make_sample(language, *sentences, language=language) for language, sentences in SENTENCES.items()
    ]
    return build(tmp_path_factory.mktemp("real"), packaged_encoder, samples)


def rank_one(library: Library, asked: tuple[str, str], mode: Mode, pool: str | None, depth: int) -> Ranking:
    filter_ = EVERYTHING if pool is None else Filter(languages=frozenset({pool}))
    hits = library.search(asked[0], question_language=asked[1], count=depth, mode=mode, filter_=filter_)
    return [(hit.chunk.id, hit.score) for hit in hits]


@pytest.mark.parametrize("depth", [1, 10, 100, 150, 1000])
@pytest.mark.parametrize("mode", MODES)
def test_many_questions_find_what_each_finds_alone(many: Library, mode: Mode, depth: int) -> None:
    asked = [*ASKED, *WORDLESS]
    for one, ranking in zip(asked, many.rank_many(asked, [mode], POOLS, depth), strict=True):
        assert list(ranking) == [(mode, pool) for pool in POOLS]
        for pool in POOLS:
            check_same(ranking[mode, pool], rank_one(many, one, mode, pool, depth), ROUNDING)


@pytest.mark.parametrize("mode", MODES)
def test_with_the_packaged_encoder_many_questions_find_the_same_too(real: Library, mode: Mode) -> None:
    for one, ranking in zip(ASKED, real.rank_many(ASKED, [mode], POOLS, 100), strict=True):
        for pool in POOLS:
            check_same(ranking[mode, pool], rank_one(real, one, mode, pool, 100), ROUNDING)


def test_the_chunks_that_are_ranked_have_no_statement_or_several(many: Library) -> None:
    counts = {len(chunk.statements) for entry in many.entries() for chunk in many.chunks_of(entry.id)}
    assert counts >= {0, 1, 2, 3}


def test_all_modes_together_are_each_mode_alone(many: Library) -> None:
    together = list(many.rank_many(ASKED, MODES, POOLS, 20))
    for mode in MODES:
        alone = list(many.rank_many(ASKED, [mode], POOLS, 20))
        assert [{key: found[key] for key in found if key[0] == mode} for found in together] == alone


def test_more_questions_than_are_encoded_together_keep_their_order(few: Library) -> None:
    asked = [ASKED[number % len(ASKED)] for number in range(600)]
    rankings = list(few.rank_many(asked, ["hybrid"]))
    assert len(rankings) == len(asked)
    alone = {one: next(iter(few.rank_many([one], ["hybrid"]))) for one in ASKED}
    for one, ranking in zip(asked, rankings, strict=True):
        check_same(ranking["hybrid", None], alone[one]["hybrid", None], ROUNDING)


def test_a_list_is_as_long_as_the_pool_where_the_depth_is_larger(few: Library) -> None:
    [ranking] = few.rank_many([("robots lift loads", "en")], MODES, POOLS, 1000)
    total = few.status().chunks
    for mode in ("hybrid", "dense", "dense-raw"):
        assert {pool: len(ranking[mode, pool]) for pool in POOLS} == {None: total, "nl": 4, "cs": 4, "it": 0}
    assert len(ranking["lexical", None]) < total


@pytest.mark.parametrize("asked", WORDLESS, ids=lambda asked: repr(asked[0]))
def test_a_question_without_words_matches_none(few: Library, asked: tuple[str, str]) -> None:
    [ranking] = few.rank_many([asked], MODES, depth=10)
    assert ranking["lexical", None] == []
    assert {len(ranking[mode, None]) for mode in MODES if mode != "lexical"} == {10}


def test_each_pool_holds_the_chunks_in_its_language_only(many: Library) -> None:
    languages = {chunk.id: chunk.language for entry in many.entries() for chunk in many.chunks_of(entry.id)}
    for ranking in many.rank_many(ASKED, MODES, LANGUAGES):
        for (_, pool), found in ranking.items():
            assert {languages[id_] for id_, _ in found} <= {pool}


def test_scores_fall_and_no_chunk_comes_twice(many: Library) -> None:
    for ranking in many.rank_many(ASKED, MODES, POOLS, 150):
        for found in ranking.values():
            assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
            assert len({id_ for id_, _ in found}) == len(found)


def test_no_question_and_no_chunk_are_no_failure(many: Library, tmp_path: Path) -> None:
    assert list(many.rank_many([], MODES)) == []
    empty = build(tmp_path, WordEncoder(), [])
    [ranking] = empty.rank_many([("robots", "en")], MODES, (None, "nl"))
    assert set(ranking) == {(mode, pool) for mode in MODES for pool in (None, "nl")}
    assert not any(ranking.values())


@given(
    st.integers(1, 60_000), st.floats(0, 1), st.integers(1, 5), st.integers(1, 200), st.integers(0, 2**32 - 1)
)
def test_a_sample_of_the_scores_loses_none_of_the_best(
    chunks: int, density: float, distinct: int, depth: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    scores = np.where(chance.random(chunks) < density, chance.integers(1, 10**distinct, chunks), 0)
    bm25 = scores.astype(np.float32)
    found = find_matching(bm25, depth, None)
    np.testing.assert_array_equal(found, take_best(bm25, np.flatnonzero(bm25), depth))
