"""Compares a question and a passage token by token, in any two languages.

How much of what is asked a passage speaks of: each token of the question is held against the passage's
nearest one, as in late interaction (Khattab & Zaharia, "ColBERT", SIGIR 2020), here with an encoder that was
not trained for it. Before, what a language adds to the state of every token is taken off: the mean over
parallel sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import weights
from index.encoder import Encoder, Tokens, Use
from index.parallel import part_by_language, read_sentences

Means = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A text's tokens: `ids` of shape (n,), `spans` of shape (n, 2) in characters of the text, and centred
    unit `vectors` of shape (n, dimension)."""

    ids: NDArray[np.int64]
    spans: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def find_matches(self, passage: "Aligned") -> NDArray[np.float32]:
        """For each of these tokens the cosine, -1 to 1, with the passage's nearest one; 0 if it has none."""
        if not len(passage.vectors):
            return np.zeros(len(self.vectors), np.float32)
        matches: NDArray[np.float32] = (self.vectors @ passage.vectors.T).max(axis=1)
        return matches

    def part(self, start: int, end: int) -> "Aligned":
        """The tokens that overlap these characters."""
        inside = (self.spans[:, 0] < end) & (self.spans[:, 1] > start)
        return Aligned(self.ids[inside], self.spans[inside], self.vectors[inside])

    def move(self, characters: int) -> "Aligned":
        """The same tokens in a text that begins so much earlier."""
        return Aligned(self.ids, self.spans + characters, self.vectors)


class Alignment:
    """Reads texts so that tokens of one meaning are near each other, whatever their language."""

    def __init__(self, encoder: Encoder, questions: Means, passages: Means) -> None:
        self._encoder = encoder
        self._means: dict[Use, Means] = {"questions": questions, "passages": passages}

    def read_question(self, text: str, language: str) -> Aligned:
        [question] = self._read("questions", [text], [language])
        return question

    def read_passages(self, texts: Sequence[str], languages: Sequence[str]) -> list[Aligned]:
        return self._read("passages", texts, languages)

    def _read(self, use: Use, texts: Sequence[str], languages: Sequence[str]) -> list[Aligned]:
        means = self._means[use]
        usual = np.mean(list(means.values()), axis=0)
        tokens = self._encoder.encode_tokens(texts, use) if texts else []
        return [
            Aligned(one.ids, one.spans, _centre(one.states, means.get(language, usual)))
            for one, language in zip(tokens, languages, strict=True)
        ]


def _centre(states: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = states - mean
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit: NDArray[np.float32] = centred / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def weigh_tokens(question: Aligned, passages: Sequence[Aligned]) -> NDArray[np.float64]:
    """The weight of each token of the question, shape (n,), summing to 1: less for what most passages have.

    The inverse document frequency among the passages that were found, since what all of them are about tells
    none of them apart.
    """
    held = [set(passage.ids.tolist()) for passage in passages]
    frequencies = np.array([sum(id_ in one for one in held) for id_ in question.ids.tolist()], np.float64)
    weights_ = np.log(1 + len(held) / (1 + frequencies)) if held else np.ones(len(question.ids))
    total = weights_.sum()
    return weights_ / total if total else weights_


def measure_alignment(encoder: Encoder) -> Alignment:
    """The encoder's, with the mean state of a token in each language, measured once on a machine and kept in
    the cache under the encoder's digest."""
    text = read_sentences()
    sentences = part_by_language(text)
    name = f"token-means-{sha256(f'{encoder.digest} {text}'.encode()).hexdigest()[:24]}.npy"
    path = weights.build_once(
        weights.cache_folder() / name, lambda target: _write(target, encoder, sentences)
    )
    questions, passages = np.load(path)
    return Alignment(
        encoder, dict(zip(sentences, questions, strict=True)), dict(zip(sentences, passages, strict=True))
    )


def _write(path: Path, encoder: Encoder, sentences: Mapping[str, Sequence[str]]) -> None:
    uses: tuple[Use, Use] = ("questions", "passages")
    means = [
        np.stack([_mean_state(encoder.encode_tokens(texts, use)) for texts in sentences.values()])
        for use in uses
    ]
    with path.open("wb") as file:
        np.save(file, np.stack(means))


def _mean_state(tokens: Sequence[Tokens]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = np.concatenate([one.states for one in tokens]).mean(axis=0)
    return mean
