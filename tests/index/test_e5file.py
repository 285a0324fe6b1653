"""The packed encoder's file: what was packed comes back, and another file is refused."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.e5file import read_packed_model
from index.errors import WeightsError
from tests.index.packed import TINY, PackedFile, Tensor


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packed") / "encoder.bin"


scales = st.floats(width=16, allow_nan=False, allow_infinity=False)
blocks = st.lists(st.tuples(scales, st.binary(min_size=16, max_size=16)), min_size=1, max_size=4)


def widen_one_by_one(blocks: list[tuple[float, bytes]]) -> list[float]:
    """The slow reading of the layout: weights 0 to 15 in the low nibbles, 16 to 31 in the high ones."""
    values = []
    for scale, nibbles in blocks:
        values += [scale * ((byte & 15) - 8) for byte in nibbles]
        values += [scale * ((byte >> 4) - 8) for byte in nibbles]
    return values


@given(blocks, st.integers(0, 31))
def test_four_bit_blocks_widen_as_the_scalar_reading_does(
    path: Path, blocks: list[tuple[float, bytes]], unused: int
) -> None:
    elements = 32 * len(blocks) - unused
    data = b"".join(struct.pack("<e", scale) + nibbles for scale, nibbles in blocks)
    model = read_packed_model(PackedFile(tensors={"w": Tensor(1, elements, data)}).write(path))
    assert model.tensors["w"].dtype == np.float32
    assert model.tensors["w"].tolist() == widen_one_by_one(blocks)[:elements]


names = st.text(min_size=1, max_size=8)
numbers = st.lists(st.floats(width=32, allow_nan=False), max_size=8)


@given(st.dictionaries(names, numbers, max_size=4), st.lists(st.tuples(names, st.floats(-9, 0, width=32))))
def test_tensors_and_pieces_come_back_as_they_were_packed(
    path: Path, arrays: dict[str, list[float]], pieces: list[tuple[str, float]]
) -> None:
    tensors = {
        name: Tensor(0, len(array), struct.pack(f"<{len(array)}f", *array)) for name, array in arrays.items()
    }
    model = read_packed_model(PackedFile(pieces, tensors).write(path))
    assert model.shape == TINY
    assert model.pieces.vocabulary == pieces
    assert (model.pieces.bos, model.pieces.eos, model.pieces.pad, model.pieces.unk) == (0, 2, 1, 3)
    assert {name: tensor.tolist() for name, tensor in model.tensors.items()} == arrays


@pytest.mark.parametrize("magic", [b"E5S2", b"GGUF", b"\0\0\0\0"], ids=repr)
def test_a_file_that_begins_otherwise_is_refused(path: Path, magic: bytes) -> None:
    with pytest.raises(WeightsError, match="does not begin with E5S1"):
        read_packed_model(PackedFile(magic=magic).write(path))


def test_an_empty_file_is_refused(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(WeightsError, match="does not begin with E5S1"):
        read_packed_model(path)


def test_another_block_size_is_refused_with_both_sizes(path: Path) -> None:
    with pytest.raises(WeightsError, match="blocks of 64 weights; only 32"):
        read_packed_model(PackedFile(block=64).write(path))
