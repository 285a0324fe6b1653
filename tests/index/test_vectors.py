"""The scan in eight bits, and in one, against a matrix product."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import vectors
from index.vectors import VectorIndex, build_index

DIMENSION = 64


def make_vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Unit vectors in clusters, as texts lie."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(20, DIMENSION))
    found = centres[chance.integers(0, 20, count)] + 0.7 * chance.normal(size=(count, DIMENSION))
    unit: NDArray[np.float32] = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def find_nearest(
    found: NDArray[np.float32], vector: NDArray[np.float32], count: int, among: NDArray[np.int64]
) -> set[int]:
    """The exact answer."""
    return set(among[np.argsort(-(found[among] @ vector), kind="stable")[:count]].tolist())


MANY = make_vectors(5_000)
INDEX = build_index(MANY)


@pytest.fixture
def in_bits(monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """The same vectors as if they were very many."""
    monkeypatch.setattr(vectors, "LARGE", 1_000)
    return build_index(MANY)


@pytest.mark.parametrize("count", [1, 10, 100])
def test_the_exact_best_are_among_those_found(count: int) -> None:
    for question in make_vectors(30, seed=1):
        found = set(INDEX.search(question, count).tolist())
        assert find_nearest(MANY, question, count, np.arange(len(MANY))) <= found


@given(st.integers(0, 2**32 - 1), st.integers(1, 4_999), st.integers(1, 60))
def test_a_filter_loses_nothing(seed: int, size: int, count: int) -> None:
    among = np.sort(np.random.default_rng(seed).choice(len(MANY), size, replace=False))
    [question] = make_vectors(1, seed)
    found = set(INDEX.search(question, count, among).tolist())
    assert found <= set(among.tolist())
    assert find_nearest(MANY, question, count, among) <= found


def test_a_filter_that_lets_nothing_through_finds_nothing() -> None:
    assert len(INDEX.search(make_vectors(1)[0], 10, np.empty(0, np.int64))) == 0


def test_one_bit_finds_nearly_all_of_the_best(in_bits: VectorIndex) -> None:
    shares = []
    for question in make_vectors(30, seed=1):
        best = find_nearest(MANY, question, 10, np.arange(len(MANY)))
        shares.append(len(best & set(in_bits.search(question, 10).tolist())) / 10)
    assert np.mean(shares) >= 0.98


def test_one_bit_is_not_used_with_a_filter(in_bits: VectorIndex) -> None:
    among = np.arange(0, len(MANY), 2)
    question = make_vectors(1, seed=3)[0]
    assert find_nearest(MANY, question, 20, among) <= set(in_bits.search(question, 20, among).tolist())


def test_one_bit_is_for_large_libraries_only(in_bits: VectorIndex) -> None:
    assert INDEX.bits is None
    assert in_bits.bits is not None


def test_what_is_written_is_read(in_bits: VectorIndex) -> None:
    for made in (INDEX, in_bits):
        read = VectorIndex.from_bytes(memoryview(made.to_bytes()))
        for question in make_vectors(5, seed=2):
            np.testing.assert_array_equal(read.search(question, 50), made.search(question, 50))


def test_an_empty_library_has_nothing_near() -> None:
    empty = build_index(np.empty((0, DIMENSION), np.float32))
    assert len(empty.search(make_vectors(1)[0], 10)) == 0
    read = VectorIndex.from_bytes(memoryview(empty.to_bytes()))
    assert len(read.search(make_vectors(1)[0], 10)) == 0


def test_fewer_vectors_than_wanted_are_all_found() -> None:
    few = build_index(make_vectors(3))
    assert sorted(few.search(make_vectors(1)[0], 10).tolist()) == [0, 1, 2]


def test_every_position_is_found_once() -> None:
    found = INDEX.search(make_vectors(1, seed=5)[0], 100)
    assert len(set(found.tolist())) == len(found)
