"""What the encoder and the lexical index read of a chunk, and what the encoder makes of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.context import describe_context, put_in_context
from index.encoder import Encoder, Vectors
from index.records import Chunk


@dataclass(frozen=True, slots=True)
class Reading:
    """A chunk whole, and each of its statements, all after their context: title and heading path."""

    whole: str
    statements: tuple[str, ...]

    @property
    def digest(self) -> bytes:
        """SHA-256 of all that is encoded; equal readings have equal embeddings."""
        digest = hashlib.sha256()
        for text in (self.whole, *self.statements):
            data = text.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
        return digest.digest()


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Unit vectors of a reading: `whole` of shape (dimension,), `statements` of shape (n, dimension)."""

    whole: NDArray[np.float32]
    statements: Vectors


def read_chunk(title: str, chunk: Chunk) -> Reading:
    """The chunk of a document with this title, as it is encoded."""
    context = describe_context(title, chunk.heading)
    parts = (chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.statements)
    return Reading(
        put_in_context(context, chunk.text), tuple(put_in_context(context, part) for part in parts)
    )


def encode_readings(readings: Sequence[Reading], encoder: Encoder) -> list[Embedding]:
    """The embedding of each reading; texts that occur several times are encoded once."""
    texts = dict.fromkeys(text for reading in readings for text in (reading.whole, *reading.statements))
    place = {text: row for row, text in enumerate(texts)}
    vectors = encoder.encode_passages(list(texts)) if texts else np.empty((0, encoder.dimension), np.float32)
    return [
        Embedding(vectors[place[reading.whole]], vectors[[place[text] for text in reading.statements]])
        for reading in readings
    ]
