"""BM25 over stemmed words: for each word the chunks that hold it, with what it adds to their scores.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with an inverse document
frequency that never falls below 0. A word is known by the first eight bytes of its SHA-256, so that a posting
needs no text; the chance that any two of a million words share them is one in 37 million.
"""

import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from index.stems import find_words, stem_words
from index.stop_words import STOP_WORDS

_K1 = 1.2
_B = 0.75
_COUNTS = struct.Struct("<QQ")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class WordIndex:
    """Postings of all chunks, by their position among `chunks` of them.

    The chunks that hold `words[i]` (rising) are `positions[starts[i]:starts[i + 1]]` (rising, too), and
    `gains` is what it adds to the score of each.
    """

    chunks: int
    words: NDArray[np.uint64]
    starts: NDArray[np.int64]
    positions: NDArray[np.int32]
    gains: Scores

    def score(self, question: str, language: str) -> tuple[Scores, float]:
        """The BM25 of every chunk for a question, shape (chunks,), and what is the most it could be.

        A chunk would reach that if it held every word of the question without end. Words that are not in
        the library count there as the rarest; stop words do not count at all.
        """
        telling = [word for word in find_words(question) if word not in STOP_WORDS.get(language, ())]
        stems = dict.fromkeys(map(_name, stem_words(" ".join(telling), language)))
        scores = np.zeros(self.chunks, np.float32)
        most = 0.0
        # Names and numbers in other languages stand there unstemmed, or stemmed in another way.
        for name in dict.fromkeys([*stems, *map(_name, telling)]):
            start, end = self._find(name)
            scores[self.positions[start:end]] += self.gains[start:end]
            if name in stems:
                most += float(weigh(np.asarray(end - start), self.chunks)) * (_K1 + 1)
        return scores, most

    def _find(self, name: int) -> tuple[int, int]:
        """Where a word's postings start and end; equal where no chunk holds it."""
        key = np.uint64(name)
        place = int(np.searchsorted(self.words, key))
        if place == len(self.words) or self.words[place] != key:
            return 0, 0
        return int(self.starts[place]), int(self.starts[place + 1])

    def to_bytes(self) -> bytes:
        """As `from_bytes` reads it."""
        parts = (self.words, self.starts, self.gains, self.positions)
        return _COUNTS.pack(self.chunks, len(self.words)) + b"".join(part.tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, data: memoryview) -> "WordIndex":
        """The index in these bytes, without copying them."""
        chunks, count = _COUNTS.unpack_from(data)
        place = _COUNTS.size
        words = np.frombuffer(data, "<u8", count, place)
        place += words.nbytes
        starts = np.frombuffer(data, "<i8", count + 1, place)
        place += starts.nbytes
        postings = int(starts[-1])
        gains = np.frombuffer(data, "<f4", postings, place)
        positions = np.frombuffer(data, "<i4", postings, place + gains.nbytes)
        return cls(chunks, words, starts, positions, gains)


def weigh(holding: NDArray[np.int64], chunks: int) -> NDArray[np.float64]:
    """The inverse document frequencies of words that so many of the chunks hold."""
    weights: NDArray[np.float64] = np.log1p((chunks - holding + 0.5) / (holding + 0.5))
    return weights


def count_words(text: str, language: str) -> bytes:
    """A chunk's words as `build_words` takes them: eight bytes for each, then two for how often it occurs.

    Stop words are left out; what is left is counted stemmed.
    """
    stop = STOP_WORDS.get(language, frozenset())
    telling = " ".join(word for word in find_words(text) if word not in stop)
    counts = Counter(map(_name, stem_words(telling, language)))
    names = np.fromiter(counts, "<u8", len(counts))
    times = np.fromiter(counts.values(), np.int64, len(counts)).clip(max=0xFFFF).astype("<u2")
    return names.tobytes() + times.tobytes()


def build_words(counted: Iterable[bytes]) -> WordIndex:
    """Index what `count_words` found in each chunk, in the order of the chunks."""
    parts = [_read_counts(data) for data in counted]
    chunks = len(parts)
    if not any(len(names) for names, _ in parts):
        return WordIndex(
            chunks,
            np.empty(0, np.uint64),
            np.zeros(1, np.int64),
            np.empty(0, np.int32),
            np.empty(0, np.float32),
        )
    names = np.concatenate([names for names, _ in parts])
    times = np.concatenate([times for _, times in parts]).astype(np.float32)
    distinct = np.fromiter((len(names) for names, _ in parts), np.int64, chunks)
    positions = np.repeat(np.arange(chunks, dtype=np.int32), distinct)
    lengths = np.fromiter((times.sum(dtype=np.int64) for _, times in parts), np.float32, chunks)
    length = (lengths / lengths.mean())[positions]
    order = np.argsort(names, kind="stable")
    words, starts = np.unique(names[order], return_index=True)
    starts = np.append(starts, len(names)).astype(np.int64)
    holding = np.diff(starts)
    gains = times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * length))
    gains = gains[order] * np.repeat(weigh(holding, chunks), holding).astype(np.float32)
    return WordIndex(chunks, words, starts, positions[order], gains.astype(np.float32))


def _read_counts(data: bytes) -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    count = len(data) // 10
    return np.frombuffer(data, "<u8", count), np.frombuffer(data, "<u2", count, 8 * count)


@lru_cache(maxsize=1 << 17)
def _name(word: str) -> int:
    """A word's number; accents do not count, since many people type without them."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter)
    )
    return int.from_bytes(sha256(plain.encode()).digest()[:8], "little")
