"""Makes libraries of any number of chunks from those of a small one, to measure how searches grow with size.

Nothing is encoded for them. The chunks come again and again, each time with about one word in ten left out,
and each time with their own vector moved by seeded noise, at unit length, to a cosine of about 0.96 with it.
So words and vectors are spread much as in real documents, and hardly two chunks are the same. What a search
finds there says nothing; what it costs is measured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.packing import TOGETHER, store_together
from eval.significance import SEED
from index.context import put_in_context
from index.library import Library, Writer, open_for_writing
from index.records import Chunk

_LEFT_OUT = 0.1
_NOISE = 0.3  # its length beside that of the vector


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it lies in a library, with what the encoder reads in front of it."""

    title: str
    heading: tuple[str, ...]
    text: str
    language: str

    @property
    def embedding_text(self) -> str:
        return put_in_context(self.title, self.heading, self.text)


def read_passages(library: Library) -> list[Passage]:
    """All chunks of a library, by document and place."""
    return [
        Passage(entry.metadata.title, chunk.heading, chunk.text, chunk.language)
        for entry in library.entries()
        for chunk in library.chunks_of(entry.id)
    ]


def make_library(folder: Path, size: int, source: Library) -> None:
    """Make a library of `size` chunks in `folder` from those of `source`, which has at least one."""
    passages = read_passages(source)
    with open_for_writing(source.folder, source.encoder) as writer:
        known = writer.known_vectors([passage.embedding_text for passage in passages])
    vectors = np.stack([known[passage.embedding_text] for passage in passages])
    varied = _vary(passages, vectors, size)
    with open_for_writing(folder, source.encoder) as writer:
        number = 0
        while together := list(islice(varied, TOGETHER)):
            _store(writer, f"part-{number}", together)
            number += 1
        writer.publish()


def _vary(
    passages: Sequence[Passage], vectors: NDArray[np.float32], size: int
) -> Iterator[tuple[Passage, NDArray[np.float32]]]:
    chance = np.random.default_rng(SEED)
    dimension = vectors.shape[1]
    for number in range(size):
        passage, vector = passages[number % len(passages)], vectors[number % len(passages)]
        words = passage.text.split(" ")
        kept = [
            word for word, drawn in zip(words, chance.random(len(words)), strict=True) if drawn > _LEFT_OUT
        ]
        moved = vector + chance.normal(0, _NOISE / np.sqrt(dimension), dimension)
        text = " ".join(kept) or passage.text
        unit = (moved / np.linalg.norm(moved)).astype(np.float32)
        yield Passage(passage.title, passage.heading, text, passage.language), unit


def _store(writer: Writer, name: str, varied: Sequence[tuple[Passage, NDArray[np.float32]]]) -> None:
    chunks = [
        Chunk(f"{name}:{place}", "", 0, 0, passage.text, passage.language, heading=passage.heading)
        for place, (passage, _) in enumerate(varied)
    ]
    texts = [passage.embedding_text for passage, _ in varied]
    vectors = dict(zip(texts, (vector for _, vector in varied), strict=True))
    store_together(writer, name, chunks, texts, vectors)
