"""Measures encoding against plain sentence-transformers, over some of a library's chunks."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from eval.speed import plain
from eval.speed.large_library import read_passages
from eval.speed.measurement import Measurement, compare, spread_evenly, summarise, time_call
from eval.speed.own_process import OwnProcess
from index.encoder import Encoder, Vectors, load_encoder
from index.library import Library

_PART = "encoding"
_MOST_CHUNKS = 64


def measure_encoding(library: Library, runs: int) -> list[Measurement]:
    """Encode the same chunks with both, in turns, each in a process of its own, after a warm-up of each."""
    texts = [passage.embedding_text for passage in spread_evenly(read_passages(library), _MOST_CHUNKS)]
    with OwnProcess() as own, OwnProcess() as other:
        expected, ours = other.call(plain.encode_passages, texts), own.call(_encode, texts)
        seconds = [(own.call(_time_own, texts), other.call(_time_plain, texts)) for _ in range(runs)]
        tokens = own.call(_count_tokens, texts)
        memory = own.peak_memory(), other.peak_memory()

    def measure_rate(name: str, unit: str, amount: int) -> Measurement:
        rates = [amount / first for first, _ in seconds]
        reference = compare(plain.ENCODING, rates, [amount / second for _, second in seconds])
        return Measurement(_PART, name, unit, len(texts), summarise(rates), reference)

    cosines = np.sum(expected * ours, axis=1).tolist()
    return [
        measure_rate("tokens", "tokens/s", tokens),
        measure_rate("chunks", "chunks/s", len(texts)),
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
