"""A derived file holds what was written for one edition, or counts as absent."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalogue import Edition
from index.derived import read_derived, write_derived

EDITION = Edition("0f" * 16, 7)
CONTENT = Random(1).randbytes(200)
HEADER = 32
# Where each part of the file begins and ends.
REGIONS = {
    "magic": (0, 4),
    "library": (4, 20),
    "generation": (20, 28),
    "checksum": (28, HEADER),
    "content": (HEADER, HEADER + len(CONTENT)),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "derived"
    write_derived(path, EDITION, CONTENT)
    return path


def read_bytes(path: Path, edition: Edition) -> bytes | None:
    read = read_derived(path, edition)
    return None if read is None else bytes(read)


@given(st.binary(max_size=2000), st.integers(0, 2**64 - 1), st.binary(min_size=16, max_size=16))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, generation: int, library: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-derived"
    edition = Edition(library.hex(), generation)
    write_derived(path, edition, content)
    assert read_bytes(path, edition) == content


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("region", REGIONS)
def test_a_flipped_bit_anywhere_makes_the_file_count_as_absent(file: Path, region: str, bit: int) -> None:
    whole = file.read_bytes()
    for place in range(*REGIONS[region]):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        file.write_bytes(damaged)
        assert read_derived(file, EDITION) is None


@pytest.mark.parametrize("region", REGIONS)
def test_overwritten_bytes_make_the_file_count_as_absent(file: Path, region: str) -> None:
    start, end = REGIONS[region]
    whole = file.read_bytes()
    for filler in (b"\0", b"\xff"):
        file.write_bytes(whole[:start] + filler * (end - start) + whole[end:])
        assert read_derived(file, EDITION) is None


def test_a_file_cut_short_anywhere_counts_as_absent(file: Path) -> None:
    whole = file.read_bytes()
    assert len(whole) == HEADER + len(CONTENT)
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert read_derived(file, EDITION) is None


def test_a_file_with_more_at_its_end_counts_as_absent(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\0")
    assert read_derived(file, EDITION) is None


@pytest.mark.parametrize(
    "edition",
    [EDITION._replace(generation=6), EDITION._replace(generation=8), EDITION._replace(library="f0" * 16)],
    ids=["older", "newer", "other-library"],
)
def test_a_file_of_another_edition_counts_as_absent(file: Path, edition: Edition) -> None:
    assert read_derived(file, edition) is None
    assert read_derived(file, EDITION) is not None


def test_a_missing_file_is_absent(tmp_path: Path) -> None:
    assert read_derived(tmp_path / "derived", EDITION) is None


def test_a_folder_in_the_files_place_is_absent(tmp_path: Path) -> None:
    (tmp_path / "derived").mkdir()
    assert read_derived(tmp_path / "derived", EDITION) is None


def test_empty_content_is_content(tmp_path: Path) -> None:
    write_derived(tmp_path / "derived", EDITION, b"")
    assert read_bytes(tmp_path / "derived", EDITION) == b""


def test_writing_replaces_the_file_and_leaves_nothing_else(file: Path) -> None:
    newer = EDITION._replace(generation=8)
    write_derived(file, newer, b"newer")
    assert [path.name for path in file.parent.iterdir()] == ["derived"]
    assert read_derived(file, EDITION) is None
    assert read_bytes(file, newer) == b"newer"


def test_writing_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "derived").mkdir()
    with pytest.raises(OSError, match="derived"):
        write_derived(tmp_path / "derived", EDITION, CONTENT)
    assert [path.name for path in tmp_path.iterdir()] == ["derived"]


def test_threads_that_write_at_once_do_not_take_each_others_files(tmp_path: Path) -> None:
    path, writers = tmp_path / "derived", 4
    content = CONTENT * 50_000
    barrier = Barrier(writers)

    def write(_: int) -> bool:
        barrier.wait()
        write_derived(path, EDITION, content)
        return read_bytes(path, EDITION) == content

    with ThreadPoolExecutor(writers) as pool:
        for _ in range(5):
            assert all(pool.map(write, range(writers)))
    assert [file.name for file in tmp_path.iterdir()] == ["derived"]
