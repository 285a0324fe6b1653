"""Measures encoding speed as a ratio to a reference in the same run: machines are shared and noisy."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import weights
from index.encoder import PackagedEncoder, Vectors
from index.library import CHUNK_TOKENS
from ingest.chunk import embedding_text, split_document
from ingest.pipeline import find_files
from ingest.read import READERS, read_document


@dataclass(frozen=True, slots=True)
class EncodingSpeed:
    """Chunks per second of the reference (sentence-transformers, float32) and of the packaged encoder.

    `ratios` holds ours over the reference's, a value for each pair of runs; `least_cosine` compares the
    two vectors of each chunk.
    """

    chunks: int
    tokens: int
    reference_per_second: tuple[float, ...]
    ours_per_second: tuple[float, ...]
    ratios: tuple[float, ...]
    median_ratio: float
    least_cosine: float


def measure_encoding(paths: Sequence[Path], runs: int) -> EncodingSpeed:
    """Encode the chunks of these files and folders with both, in turns, after a warm-up of each."""
    from sentence_transformers import SentenceTransformer

    encoder = PackagedEncoder()
    texts = _chunk_texts(paths, encoder)
    reference = SentenceTransformer(str(weights.artefact_path(weights.ENCODER) / "sentence-transformers"))

    def encode_by_reference(batch: Sequence[str]) -> Vectors:
        return np.asarray(reference.encode_document(list(batch), show_progress_bar=False), np.float32)

    expected, ours = encode_by_reference(texts), encoder.encode_passages(texts)
    times = [(_time(encode_by_reference, texts), _time(encoder.encode_passages, texts)) for _ in range(runs)]
    ratios = tuple(slow / fast for slow, fast in times)
    return EncodingSpeed(
        chunks=len(texts),
        tokens=sum(encoder.count_tokens(text) for text in texts),
        reference_per_second=tuple(len(texts) / slow for slow, _ in times),
        ours_per_second=tuple(len(texts) / fast for _, fast in times),
        ratios=ratios,
        median_ratio=statistics.median(ratios),
        least_cosine=float(np.min(np.sum(expected * ours, axis=1))),
    )


def _chunk_texts(paths: Sequence[Path], encoder: PackagedEncoder) -> list[str]:
    texts = []
    for file in (file for path in paths for file in find_files(path.resolve())):
        if file.path.suffix.lower() in READERS:
            document = read_document(file.path, file.path.read_bytes(), file.source)
            chunks = split_document(document, encoder, CHUNK_TOKENS)
            texts += [embedding_text(document, chunk) for chunk in chunks]
    return texts


def _time(encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    encode(texts)
    return time.perf_counter() - started
