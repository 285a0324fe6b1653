"""Reads the packed file of the packaged encoder (multilingual-e5-small in 4-bit blocks).

The layout, little-endian throughout, each part right after the other:

- magic `E5S1`, u32 version; i32 hidden size, layers, heads, feed-forward size, vocabulary size, most
  positions, type vocabulary; f32 layer-norm epsilon; i32 block size.
- tokenizer: i32 pieces and the ids of bos, eos, pad, unk; u64 bytes of text; u32 offsets[pieces + 1];
  f32 scores[pieces]; the text in UTF-8; i32 entries and u32 bytes of a normalisation map (not needed:
  the `tokenizers` normaliser does the same).
- i32 tensors, and for each a header: u16 name length, name, u8 type (0 float32, 1 4-bit), u32 elements,
  u64 absolute offset, u64 bytes.
- a 4-bit block is an f16 scale and 16 bytes for 32 weights: low nibbles first, then high nibbles; a
  nibble n stands for (n - 8) * scale.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import WeightsError

_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2


@dataclass(frozen=True, slots=True)
class Shape:
    """The architecture's sizes."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The Unigram vocabulary: each piece with its log probability, and the special ids."""

    vocabulary: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The whole file; tensors are flat float32 arrays under the file's own names."""

    shape: Shape
    pieces: Pieces
    tensors: dict[str, NDArray[np.float32]]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.position)
        self.position += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        self.position += count
        return taken


def read_packed_model(path: Path) -> PackedModel:
    """Read the file at `path` and unpack its weights.

    Raises `WeightsError` where the file is not of this format.
    """
    reader = _Reader(path.read_bytes())
    if reader.bytes(4) != b"E5S1":
        raise WeightsError(f"{path} is not a packed encoder: it does not begin with E5S1.")
    (_version,) = reader.unpack("I")
    hidden, layers, heads, wide, vocabulary, positions, types, epsilon, block = reader.unpack("7ifi")
    if block != _BLOCK:
        raise WeightsError(f"{path} has blocks of {block} weights; only {_BLOCK} can be read.")
    shape = Shape(hidden, layers, heads, wide, vocabulary, positions, types, epsilon)
    return PackedModel(shape, _read_pieces(reader), _read_tensors(reader))


def _read_pieces(reader: _Reader) -> Pieces:
    count, bos, eos, pad, unk = reader.unpack("5i")
    (text_bytes,) = reader.unpack("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = reader.bytes(text_bytes)
    _entries, map_bytes = reader.unpack("iI")
    reader.bytes(map_bytes)
    spans = zip(pairwise(offsets), scores, strict=True)
    vocabulary = [(text[start:end].decode(), score) for (start, end), score in spans]
    return Pieces(vocabulary, bos, eos, pad, unk)


def _read_tensors(reader: _Reader) -> dict[str, NDArray[np.float32]]:
    (count,) = reader.unpack("i")
    tensors = {}
    for _ in range(count):
        (name_length,) = reader.unpack("H")
        name = reader.bytes(name_length).decode()
        kind, elements, offset, size = reader.unpack("BIQQ")
        packed = np.frombuffer(reader.data, dtype=np.uint8, count=size, offset=offset)
        tensors[name] = _unpack_blocks(packed, elements) if kind == 1 else packed.view("<f4").copy()
    return tensors


def _unpack_blocks(packed: NDArray[np.uint8], elements: int) -> NDArray[np.float32]:
    """Widen 4-bit blocks to float32."""
    blocks = packed.reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return (values * scales).reshape(-1)[:elements]
