"""Reads a question and a passage together and tells which statements answer.

A retriever finds and a reader reads (Chen et al., "Reading Wikipedia to Answer Open-Domain Questions", ACL
2017). This one is a panel of judges, whose log odds are averaged. Each is a transformer of two small layers
over the states that the packaged encoder gives the tokens of both, less the mean of each language. It is told
beforehand which tokens belong together: its attention has the cosine between a token of the question and one
of the passage added, and a statement's score begins as late interaction (Khattab & Zaharia, "ColBERT", SIGIR
2020). The judges were trained on different passages and questions that were written for them (docs/reader/);
their weights lie beside this file, and NumPy computes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from index.context import describe_context, put_in_context
from index.encoder import TokenEncoder, Tokens, Use, load_token_encoder
from index.records import Hit, Span

Array = NDArray[np.float32]

FILE = "reader.npz"
MEANS = "means"
HEADS = 4
NOT_READ = -20.0
"""The log odds of a statement of which the encoder reads no token."""

_EPSILON = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """The judges, the encoder that they are trained for, and its tokens' mean state by use and language."""

    judges: Sequence["Judge"]
    encoder: TokenEncoder
    means: Mapping[str, Array]

    def warm_up(self) -> None:
        """Load the encoder's graph, so that the first question need not wait for it."""
        self.encoder.encode_tokens(["."], "questions")

    def read(self, question: str, language: str, hits: Sequence[Hit]) -> list[Array]:
        """For each statement of each passage the log odds of answering, as `score_statements` gives them.

        `language` is the question's.
        """
        if not hits:
            return []
        [asked] = self.encoder.encode_tokens([question], "questions")
        asked = self._centre(asked, "questions", language)
        contexts = [
            put_in_context(describe_context(hit.metadata.title, hit.chunk.heading), "") for hit in hits
        ]
        texts = [context + hit.chunk.text for context, hit in zip(contexts, hits, strict=True)]
        return [
            self.score_statements(
                asked,
                self._centre(told, "passages", hit.chunk.language),
                [
                    (len(context) + start - hit.chunk.start, len(context) + end - hit.chunk.start)
                    for start, end in hit.chunk.statements
                ],
            )
            for told, hit, context in zip(
                self.encoder.encode_tokens(texts, "passages"), hits, contexts, strict=True
            )
        ]

    def score_statements(self, question: Tokens, passage: Tokens, statements: Sequence[Span]) -> Array:
        """The mean of the judges' log odds, as `Judge.score_statements` gives them."""
        scores: Array = np.mean(
            [judge.score_statements(question, passage, statements) for judge in self.judges], axis=0
        )
        return scores

    def _centre(self, tokens: Tokens, use: Use, language: str) -> Tokens:
        """Without what the language adds to every token; where it is none of the six, the mean of all."""
        means = {name: mean for name, mean in self.means.items() if name.startswith(f"{use}.")}
        usual: Array = np.mean(list(means.values()), axis=0)
        return centre(tokens, means.get(f"{use}.{language}", usual))


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """One trained model: its weights by name, as docs/reader/train.py writes them."""

    weights: Mapping[str, Array]

    def score_statements(self, question: Tokens, passage: Tokens, statements: Sequence[Span]) -> Array:
        """For each statement the log odds of answering the question, against the passage not doing so.

        The tokens' states are centred; `statements` are spans in the passage's text, and the result has shape
        (statements,).
        """
        scores = np.full(len(statements), NOT_READ, np.float32)
        asked, told = question.states, passage.states
        if not len(asked) or not len(told):
            return scores
        cosines = asked @ told.T
        importance = _softmax(self._apply("importance", asked)[:, 0])
        mixed = self._mix(asked, told, cosines)
        gist, mixed = importance @ mixed[: len(asked)], mixed[len(asked) :]
        nearness = self._measure_nearness(asked, told, cosines)
        heed = self._apply("heed", mixed)[:, 0]
        for place, (start, end) in enumerate(statements):
            own = (passage.spans[:, 0] < end) & (passage.spans[:, 1] > start)
            if own.any():
                said = _softmax(heed[own]) @ mixed[own]
                judged = _gelu(self._apply("judge", np.concatenate([said, gist])))
                late = sum(importance @ one[:, own].max(axis=1) for one in nearness)
                scores[place] = late + self._apply("verdict", judged)[0]
        return scores

    def _mix(self, asked: Array, told: Array, cosines: Array) -> Array:
        """The tokens of both after the layers, shape (tokens, width): the question's come first."""
        first, total = len(asked), len(asked) + len(told)
        across = np.zeros((total, total), np.float32)
        across[:first, first:], across[first:, :first] = cosines, cosines.T
        states = self._apply("project", np.concatenate([asked, told]))
        states[:first] += self.weights["kind"][0]
        states[first:] += self.weights["kind"][1]
        layer = 0
        while f"layers.{layer}.nearness" in self.weights:
            name = f"layers.{layer}"
            states = states + self._attend(name, self._normalise(f"{name}.before_attention", states), across)
            wide = self._apply(f"{name}.widen", self._normalise(f"{name}.before_widening", states))
            states = states + self._apply(f"{name}.narrow", _gelu(wide))
            layer += 1
        return self._normalise("normalise", states)

    def _attend(self, layer: str, states: Array, across: Array) -> Array:
        total, width = states.shape
        parts = self._apply(f"{layer}.attend", states).reshape(total, 3, HEADS, width // HEADS)
        queries, keys, values = parts.transpose(1, 2, 0, 3)
        nearness = self.weights[f"{layer}.nearness"][:, None, None] * across
        attention = _softmax(queries @ keys.transpose(0, 2, 1) / np.float32(sqrt(width / HEADS)) + nearness)
        return self._apply(f"{layer}.gather", (attention @ values).transpose(1, 0, 2).reshape(total, width))

    def _measure_nearness(self, asked: Array, told: Array, cosines: Array) -> tuple[Array, Array]:
        """How near each token of the question is to each of the passage, as it is and by a learned metric."""
        metric = self.weights["metric.weight"].T
        mapped = _unit(asked @ metric) @ _unit(told @ metric).T
        return self.weights["scale"] * cosines, self.weights["metric_scale"] * mapped

    def _apply(self, name: str, states: Array) -> Array:
        applied: Array = states @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return applied

    def _normalise(self, name: str, states: Array) -> Array:
        centred = states - states.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
        normalised: Array = (
            centred / deviation * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        )
        return normalised


@cache
def load_reader() -> Reader:
    """The packaged reader, in float32, over the packaged encoder, whatever a library was built with."""
    with files("assistant").joinpath(FILE).open("rb") as file, np.load(file) as stored:
        parts = part_weights({name: stored[name].astype(np.float32) for name in stored.files})
    means = parts.pop(MEANS)
    return Reader([Judge(weights) for weights in parts.values()], load_token_encoder(), means)


def part_weights(stored: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    """The arrays of each part of the file, by their names in it: `MEANS`, and the judges' in their order."""
    parts: dict[str, dict[str, Array]] = {}
    for name in sorted(stored):
        part, _, rest = name.partition(".")
        parts.setdefault(part, {})[rest] = stored[name]
    return parts


def centre(tokens: Tokens, mean: Array) -> Tokens:
    """The tokens with states less this mean, at unit length."""
    return replace(tokens, states=_unit(tokens.states - mean))


def _softmax(scores: Array) -> Array:
    """Over the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _gelu(states: Array) -> Array:
    """By its tanh approximation (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016)."""
    inner = np.float32(sqrt(2 / pi)) * (states + np.float32(0.044715) * states**3)
    activated: Array = states * np.float32(0.5) * (1 + np.tanh(inner))
    return activated


def _unit(vectors: Array) -> Array:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    units: Array = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return units
