"""Finds the nearest vectors by their position in a library, in a fraction of their size.

FAISS scans them rounded to eight bits, in a third of the time that exact vectors take; who searches then
compares the best exactly. Beyond `LARGE` chunks they are scanned in one bit for each dimension (RaBitQ: Gao &
Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for Approximate Nearest
Neighbor Search", SIGMOD 2024). Both are made in seconds. What they lose is in eval/DECISIONS.md.
"""

import math
import struct
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

LARGE = 200_000
"""Up to so many chunks, all vectors are scanned in eight bits."""

_SPARE = 1.5
"""Times as many as are wanted are taken, since rounding changes their order: of 100,000 chunks, the best 69
in eight bits held the exact best 50, and the best 131 the best 100, for each of 240 questions."""

_SPARE_BITS = 4000
"""So many are taken at least, where a dimension is one bit, and compared in eight: of a million vectors, each
with 1,776 near copies, 0.996 of the exact best 10 were part."""

_STEPS = 127
_TOGETHER = 100_000  # vectors that are rounded at once, so that a copy of all of them needs no memory
_SIZE = struct.Struct("<Q")

Positions = NDArray[np.int64]
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """`rounded` has all vectors in eight bits; `bits` in one, where there are more than `LARGE`."""

    rounded: Any
    bits: Any

    def search(self, vector: Vector, count: int, among: Positions | None = None) -> Positions:
        """The positions of the nearest vectors, in no order: the `count` nearest are among them.

        `vector` has shape (dimension,) and unit length; `among` restricts the search to these positions.
        """
        # Several threads would share one question so badly that it takes twice as long; the setting is the
        # thread's own.
        faiss.omp_set_num_threads(1)
        wanted = math.ceil(count * _SPARE)
        rounded = _round(vector[None, :], np.abs(vector).max())
        if among is not None and len(among) <= wanted:
            return among
        if among is not None:
            found = self.rounded.search(rounded, wanted, params=_choose(among, self.rounded.ntotal))[1][0]
        elif self.bits is not None:
            found = self._scan_bits(vector, rounded[0], wanted)
        elif self.rounded.ntotal:
            found = self.rounded.search(rounded, min(wanted, self.rounded.ntotal))[1][0]
        else:
            found = np.empty(0, np.int64)
        positions: Positions = found[found >= 0]
        return positions

    def _scan_bits(self, vector: Vector, rounded: Vector, wanted: int) -> Positions:
        """The best of those that are nearest in one bit, by their eight."""
        likely = self.bits.search(vector[None, :], max(wanted, _SPARE_BITS))[1][0]
        likely = likely[likely >= 0]
        scores = self.rounded.reconstruct_batch(likely) @ rounded
        best: Positions = likely[np.argsort(-scores, kind="stable")[:wanted]]
        return best

    def to_bytes(self) -> bytes:
        """As `from_bytes` reads it."""
        parts = [faiss.serialize_index(one).tobytes() for one in (self.rounded, self.bits) if one is not None]
        return b"".join(_SIZE.pack(len(part)) + part for part in parts)

    @classmethod
    def from_bytes(cls, data: memoryview) -> "VectorIndex":
        """The index in these bytes, without copying its vectors in eight bits."""
        parts = []
        while data:
            (size,) = _SIZE.unpack_from(data)
            parts.append(_read_in_place(np.frombuffer(data[_SIZE.size : _SIZE.size + size], np.uint8)))
            data = data[_SIZE.size + size :]
        return cls(parts[0], parts[1] if len(parts) > 1 else None)


def build_index(vectors: NDArray[np.float32]) -> VectorIndex:
    """Index unit vectors of shape (n, dimension)."""
    dimension = vectors.shape[1]
    rounded = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
    )
    if len(vectors):
        # What all have in common changes no order, and would make the steps coarser.
        middle = vectors.mean(axis=0)
        greatest = max((vectors.max(axis=0) - middle).max(), (middle - vectors.min(axis=0)).max())
        for first in range(0, len(vectors), _TOGETHER):
            rounded.add(_round(vectors[first : first + _TOGETHER] - middle, greatest))
    bits = None
    if len(vectors) > LARGE:
        bits = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
        bits.train(vectors)
        bits.add(vectors)
    return VectorIndex(rounded, bits)


def _read_in_place(data: NDArray[np.uint8]) -> Any:
    """The FAISS index in these bytes, which live as long as it does."""
    # FAISS's stubs do not know this reader.
    reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(data), data.size)  # type: ignore[attr-defined]
    index: Any = faiss.read_index(reader)
    index.referenced_objects = [data]
    return index


def _choose(positions: Positions, size: int) -> faiss.SearchParameters:
    """What lets FAISS look at these positions only."""
    chosen = np.zeros(size, np.bool_)
    chosen[positions] = True
    bits = np.packbits(chosen, bitorder="little")
    # FAISS's stubs know neither the array nor the parameters.
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg,arg-type]


def _round(vectors: Vector, greatest: float) -> Vector:
    """The vectors in steps of which the `greatest` number has 127: FAISS drops what is behind the point."""
    steps: Vector = np.rint(vectors * np.float32(_STEPS / (greatest or 1)))
    return steps
