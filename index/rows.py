"""What a search knows of all chunks: a chunk's position in the indexes is its row here."""

from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class ChunkRows(NamedTuple):
    """By rising number of the chunk: n numbers, numbers of documents, and languages."""

    numbers: NDArray[np.int64]
    documents: NDArray[np.int64]
    languages: NDArray[np.str_]

    def to_bytes(self) -> bytes:
        """As `from_bytes` reads it."""
        file = BytesIO()
        np.savez(file, numbers=self.numbers, documents=self.documents, languages=self.languages)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: memoryview) -> "ChunkRows":
        """The rows in these bytes."""
        with np.load(BytesIO(data)) as arrays:
            return cls(arrays["numbers"], arrays["documents"], arrays["languages"])
