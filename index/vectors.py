"""The FAISS index over a library's vectors, and its file.

The file is derived: a header with the catalogue's edition and a checksum, then the index as FAISS writes it.
A file that is missing, damaged or of another edition is made anew from the catalogue.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.catalogue import Edition
from index.files import write_bytes

_HEADER = struct.Struct("<4s16sQI")
_MAGIC = b"FTV2"


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """Exact inner-product search over unit vectors, by chunk number."""

    edition: Edition
    index: Any

    def search(
        self, vector: NDArray[np.float32], count: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The `count` nearest chunk numbers with their cosine, best first.

        `vector` has shape (dimension,); `among` restricts the search to these numbers.
        """
        wanted = min(count, self.index.ntotal if among is None else len(among))
        if wanted == 0:
            return []
        parameters = None
        if among is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]  # its stubs lag
        cosines, numbers = self.index.search(vector[None, :], wanted, params=parameters)
        found = zip(numbers[0].tolist(), cosines[0].tolist(), strict=True)
        return [(number, cosine) for number, cosine in found if number >= 0]

    def cosines(self, vector: NDArray[np.float32], numbers: list[int]) -> list[float]:
        """The cosines of these chunks with `vector`, in the same order."""
        if not numbers:
            return []
        found: NDArray[np.float32] = self.index.reconstruct_batch(np.asarray(numbers, np.int64)) @ vector
        return [float(cosine) for cosine in found]


def build_index(edition: Edition, numbers: NDArray[np.int64], vectors: NDArray[np.float32]) -> VectorIndex:
    """Index vectors of shape (n, dimension) under their chunk numbers."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    index.add_with_ids(np.ascontiguousarray(vectors, np.float32), numbers)
    return VectorIndex(edition, index)


def write_index(index: VectorIndex, path: Path) -> None:
    """Write the file, whole or not at all."""
    body = faiss.serialize_index(index.index).tobytes()
    library, generation = index.edition
    header = _HEADER.pack(_MAGIC, bytes.fromhex(library), generation, zlib.crc32(body))
    write_bytes(path, header, body)


def read_index(path: Path, edition: Edition) -> VectorIndex | None:
    """The index in the file, or None where it is missing, unreadable, damaged or of another edition."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) < _HEADER.size:
        return None
    magic, library, generation, checksum = _HEADER.unpack_from(data)
    body = memoryview(data)[_HEADER.size :]
    written = Edition(library.hex(), generation)
    if magic != _MAGIC or written != edition or zlib.crc32(body) != checksum:
        return None
    return VectorIndex(edition, faiss.deserialize_index(np.frombuffer(body, np.uint8)))
