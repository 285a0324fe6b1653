"""Measures encoding over some of a library's chunks, against plain sentence-transformers and the processor.

*arithmetic* is held against torch's product of two large bfloat16 matrices on all cores: its ratio is the
share of the processor's peak that encoding reaches.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from eval.speed import plain
from eval.speed.large_library import read_chunks
from eval.speed.measurement import Measurement, compare, spread_evenly, summarise, time_call
from eval.speed.own_process import OwnProcess
from index.encoder import Encoder, Vectors, load_encoder
from index.library import Library

_PART = "encoding"
_MOST_CHUNKS = 64


def measure_encoding(library: Library, runs: int) -> list[Measurement]:
    """Encode the same chunks with both, in turns, each in a process of its own, after a warm-up of each."""
    texts = [chunk.reading.whole for chunk in spread_evenly(read_chunks(library), _MOST_CHUNKS)]
    with OwnProcess() as own, OwnProcess() as other:
        expected, ours = other.call(plain.encode_passages, texts), own.call(_encode, texts)
        seconds, peaks = [], []
        for _ in range(runs):
            seconds.append((own.call(_time_own, texts), other.call(_time_plain, texts)))
            peaks.append(other.call(plain.time_products))
        operations = other.call(plain.count_operations, texts)
        tokens = own.call(_count_tokens, texts)
        memory = own.peak_memory(), other.peak_memory()

    def measure_rate(name: str, unit: str, amount: int) -> Measurement:
        rates = [amount / first for first, _ in seconds]
        reference = compare(plain.ENCODING, rates, [amount / second for _, second in seconds])
        return Measurement(_PART, name, unit, len(texts), summarise(rates), reference)

    size = max(peaks[0], key=lambda one: max(peak[one] for peak in peaks))
    arithmetic = [operations / first / 1e9 for first, _ in seconds]
    at_best = compare(f"bf16 product of {size}", arithmetic, [peak[size] / 1e9 for peak in peaks])
    cosines = np.sum(expected * ours, axis=1).tolist()
    return [
        measure_rate("tokens", "tokens/s", tokens),
        measure_rate("chunks", "chunks/s", len(texts)),
        Measurement(_PART, "arithmetic", "GFLOP/s", len(texts), summarise(arithmetic), at_best),
        Measurement(_PART, f"cosine with {plain.ENCODING}", "", len(texts), summarise(cosines)),
        Measurement(
            *(_PART, "peak memory", "MiB", len(texts), summarise(memory[:1])),
            compare(plain.ENCODING, memory[:1], memory[1:]),
        ),
    ]


@cache
def _load() -> Encoder:
    return load_encoder()


def _encode(texts: Sequence[str]) -> Vectors:
    return _load().encode_passages(texts)


def _time_own(texts: Sequence[str]) -> float:
    return time_call(_encode, texts)


def _time_plain(texts: Sequence[str]) -> float:
    return time_call(plain.encode_passages, texts)


def _count_tokens(texts: Sequence[str]) -> int:
    return sum(_load().count_tokens(text) for text in texts)
