"""Doubles that several test modules use."""

import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files

import numpy as np

from index.encoder import Vectors

# Encoded when the first library on a machine is made, and never again: no passages of a library.
_MEASURED = frozenset(
    re.split(r"[\t\n]", files("index").joinpath("parallel.tsv").read_text("utf-8").rstrip())
)


class WordEncoder:
    """A text's vector counts its lower-cased words, each in one of 32 places; a word is a token.

    `encoded` lists every passage of a library that was encoded. With `stop_after`, it is interrupted as by
    Ctrl+C when that many have been encoded.
    """

    dimension = 32

    def __init__(self, name: str = "words", token_limit: int = 60, stop_after: int | None = None) -> None:
        self.name = name
        self.digest = hashlib.sha256(name.encode()).hexdigest()
        self.token_limit = token_limit
        self.stop_after = stop_after
        self.encoded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        of_library = [text for text in texts if text not in _MEASURED]
        if self.stop_after is not None and len(self.encoded) + len(of_library) > self.stop_after:
            raise KeyboardInterrupt
        self.encoded += of_library
        return self.encode_questions(texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_count_words(text) for text in texts])


def _count_words(text: str) -> Vectors:
    counts = np.zeros(WordEncoder.dimension, np.float32)
    for word in text.lower().split() or [""]:
        counts[hashlib.sha256(word.encode()).digest()[0] % WordEncoder.dimension] += 1
    return counts / np.linalg.norm(counts)
