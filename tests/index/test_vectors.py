"""The FAISS file holds what was indexed, or counts as missing; its search is the exact one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalogue import Edition
from index.encoder import Vectors
from index.vectors import VectorIndex, build_index, read_index, write_index

EDITION = Edition("0f" * 16, 7)
NUMBERS = np.arange(3, 63, 2, dtype=np.int64)


def unit_vectors(count: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


VECTORS = unit_vectors(len(NUMBERS), seed=1)


@pytest.fixture(scope="module")
def index() -> VectorIndex:
    return build_index(EDITION, NUMBERS, VECTORS)


@pytest.fixture(scope="module")
def file(index: VectorIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / "vectors.faiss"
    write_index(index, path)
    return path


@given(
    st.integers(0, 1000), st.integers(1, 40), st.one_of(st.none(), st.sets(st.sampled_from(list(NUMBERS))))
)
def test_search_agrees_with_every_product_sorted(
    index: VectorIndex, seed: int, count: int, among: set[np.int64] | None
) -> None:
    question = unit_vectors(1, seed)[0]
    products = {
        int(number): float(vector @ question) for number, vector in zip(NUMBERS, VECTORS, strict=True)
    }
    eligible = products if among is None else {int(number): products[int(number)] for number in among}
    chosen = None if among is None else np.fromiter(among, np.int64, len(among))
    found = index.search(question, count, chosen)
    best = sorted(eligible, key=lambda number: -eligible[number])[:count]
    assert [number for number, _ in found] == best
    assert [cosine for _, cosine in found] == pytest.approx([products[number] for number in best], abs=1e-6)


def test_cosines_come_in_the_order_of_the_numbers(index: VectorIndex) -> None:
    numbers = [61, 3, 33]
    rows = [VECTORS[(number - 3) // 2] for number in numbers]
    question = unit_vectors(1, seed=2)[0]
    assert index.cosines(question, numbers) == pytest.approx(
        [float(row @ question) for row in rows], abs=1e-6
    )
    assert index.cosines(question, []) == []


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    empty = build_index(EDITION, NUMBERS[:0], VECTORS[:0])
    write_index(empty, tmp_path / "empty.faiss")
    read = read_index(tmp_path / "empty.faiss", EDITION)
    assert read is not None
    assert empty.search(VECTORS[0], 10) == read.search(VECTORS[0], 10) == []


def test_what_was_written_is_read(index: VectorIndex, file: Path) -> None:
    read = read_index(file, EDITION)
    assert read is not None
    assert read.search(VECTORS[4], 10) == index.search(VECTORS[4], 10)


@pytest.mark.parametrize(
    "edition", [EDITION._replace(generation=8), EDITION._replace(library="f0" * 16)], ids=["older", "other"]
)
def test_a_file_of_another_edition_counts_as_missing(file: Path, edition: Edition) -> None:
    assert read_index(file, edition) is None


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    assert read_index(tmp_path / "vectors.faiss", EDITION) is None


@given(st.data())
def test_one_flipped_bit_anywhere_makes_the_file_count_as_missing(
    file: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    damaged = bytearray(file.read_bytes())
    damaged[data.draw(st.integers(0, len(damaged) - 1), "place")] ^= 1 << data.draw(st.integers(0, 7), "bit")
    path = tmp_path_factory.getbasetemp() / "flipped.faiss"
    path.write_bytes(damaged)
    assert read_index(path, EDITION) is None


@given(st.data())
def test_a_file_cut_short_anywhere_counts_as_missing(
    file: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = file.read_bytes()
    path = tmp_path_factory.getbasetemp() / "short.faiss"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1), "length")])
    assert read_index(path, EDITION) is None


def test_writing_replaces_the_file_and_leaves_nothing_else(index: VectorIndex, tmp_path: Path) -> None:
    newer = EDITION._replace(generation=8)
    for edition in (EDITION, newer):
        write_index(VectorIndex(edition, index.index), tmp_path / "vectors.faiss")
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]
    assert read_index(tmp_path / "vectors.faiss", newer) is not None


def test_writing_that_fails_leaves_nothing_behind(index: VectorIndex, tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").mkdir()
    with pytest.raises(OSError, match=r"vectors\.faiss"):
        write_index(index, tmp_path / "vectors.faiss")
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


def test_threads_that_write_at_once_do_not_take_each_others_files(tmp_path: Path) -> None:
    large = build_index(EDITION, np.arange(20_000), np.tile(VECTORS[:1], (20_000, 1)))
    path, writers = tmp_path / "vectors.faiss", 4
    barrier = Barrier(writers)

    def write(_: int) -> bool:
        barrier.wait()
        write_index(large, path)
        return read_index(path, EDITION) is not None

    with ThreadPoolExecutor(writers) as pool:
        for _ in range(10):
            assert all(pool.map(write, range(writers)))
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]
