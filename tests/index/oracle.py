"""Rankings worked out the long way: each chunk is compared with the question by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from index.encoder import Encoder, Vectors
from index.offsets import Offset, Offsets
from index.records import Chunk, Metadata
from tests.index.samples import Sample

CANDIDATES = 100
"""A search ranks so many of the nearest chunks, and as many that share words."""

HALF = 2e-3
"""How far a cosine with a statement may be off: statements are stored in half precision."""


@dataclass(frozen=True)
class Compared:
    """A chunk with its cosine and those of its statements."""

    chunk: Chunk
    metadata: Metadata
    similarity: float
    evidence: tuple[float, ...]

    @property
    def score(self) -> float:
        return 0.4 * self.similarity + 0.6 * max(self.evidence, default=self.similarity)


def compare_all(
    question: str, language: str, samples: Iterable[Sample], encoder: Encoder, offsets: Offsets
) -> list[Compared]:
    """Every chunk of the samples, compared with the question."""
    asked = _move(encoder.encode_questions([question]), language, offsets.questions)[0]
    compared = []
    for sample in samples:
        for chunk, reading in zip(sample.chunks, sample.readings, strict=True):
            vectors = encoder.encode_passages([reading.whole, *reading.statements])
            whole, *evidence = (_move(vectors, chunk.language, offsets.passages) @ asked).tolist()
            compared.append(Compared(chunk, sample.document.metadata, whole, tuple(evidence)))
    return compared


def check_same(
    ranked: Sequence[tuple[str, float]], expected: Sequence[tuple[str, float]], rounding: float
) -> None:
    """Both rank the same ids with the same scores; only such as differ by rounding may change places.

    At the end of the list one may take the place of another.
    """
    assert [score for _, score in ranked] == pytest.approx([score for _, score in expected], abs=rounding)
    scores, other = dict(ranked), dict(expected)
    last = min(scores.values(), default=0.0)
    for id_ in scores.keys() | other.keys():
        assert scores.get(id_, last) == pytest.approx(other.get(id_, last), abs=2 * rounding)


def rank_dense(compared: Sequence[Compared], count: int) -> list[Compared]:
    """What a search of mode `dense` is to find."""
    nearest = sorted(compared, key=lambda one: -one.similarity)[: max(CANDIDATES, count)]
    return sorted(nearest, key=lambda one: -one.score)[:count]


def rank_raw(compared: Sequence[Compared], count: int) -> list[Compared]:
    """What a search of mode `dense-raw` is to find, where no offsets were removed."""
    return sorted(compared, key=lambda one: -one.similarity)[:count]


def _move(vectors: Vectors, language: str, offsets: Mapping[str, Offset]) -> Vectors:
    if language not in offsets:
        return vectors
    moved = [vector - offsets[language] for vector in vectors]
    return np.stack([vector / np.sqrt((vector**2).sum()) for vector in moved])
