"""Makes libraries of any number of chunks from those of a small one, to measure how searches grow with size.

Nothing is encoded for them. The chunks come again and again, each time with about one word in ten left out,
and each time with their own vector moved by seeded noise, at unit length, to a cosine of about 0.96 with it.
So words and vectors are spread much as in real documents, and hardly two chunks are the same. What a search
finds there says nothing; what it costs is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np

from eval.packing import TOGETHER, store_together
from eval.significance import SEED
from index.library import Library, Writer, open_for_writing
from index.reading import Embedding, Reading, read_chunk
from index.records import Chunk

_LEFT_OUT = 0.1
_NOISE = 0.3  # its length beside that of the vector


@dataclass(frozen=True, slots=True)
class Titled:
    """A chunk as it lies in a library, with its document's title."""

    title: str
    chunk: Chunk

    @property
    def reading(self) -> Reading:
        return read_chunk(self.title, self.chunk)


def read_chunks(library: Library) -> list[Titled]:
    """All chunks of a library, by document and place."""
    return [
        Titled(entry.metadata.title, chunk)
        for entry in library.entries()
        for chunk in library.chunks_of(entry.id)
    ]


def make_library(folder: Path, size: int, source: Library) -> None:
    """Make a library of `size` chunks in `folder` from those of `source`, which has at least one."""
    chunks = read_chunks(source)
    with open_for_writing(source.folder, source.encoder) as writer:
        known = writer.known_embeddings([chunk.reading for chunk in chunks])
    embeddings = [known[chunk.reading] for chunk in chunks]
    chance = np.random.default_rng(SEED)
    with open_for_writing(folder, source.encoder) as writer:
        for number, first in enumerate(range(0, size, TOGETHER)):
            places = [place % len(chunks) for place in range(first, min(first + TOGETHER, size))]
            name = f"part-{number}"
            varied = [_vary(chunks[place], f"{name}:{row}", chance) for row, place in enumerate(places)]
            moved = _move([embeddings[place] for place in places], chance)
            _store(writer, name, varied, moved)
        writer.publish()


def _vary(titled: Titled, id_: str, chance: np.random.Generator) -> Titled:
    """The chunk under another id without some of its words."""
    chunk = titled.chunk
    words = chunk.text.split(" ")
    text = " ".join(compress(words, (chance.random(len(words)) > _LEFT_OUT).tolist())) or chunk.text
    # As many statements as before, whatever they say: what they cost is measured.
    statements = ((0, len(text)),) * len(chunk.statements)
    return Titled(
        titled.title, replace(chunk, id=id_, start=0, end=len(text), text=text, statements=statements)
    )


def _move(embeddings: Sequence[Embedding], chance: np.random.Generator) -> list[Embedding]:
    """Embeddings near these. All their vectors are moved at once: one by one takes several times as long."""
    vectors = np.concatenate([np.vstack([one.whole[None, :], one.statements]) for one in embeddings])
    noise = chance.standard_normal(vectors.shape, np.float32)
    moved = vectors + noise * np.float32(_NOISE / np.sqrt(vectors.shape[1]))
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    ends = np.cumsum([1 + len(one.statements) for one in embeddings])
    return [Embedding(part[0], part[1:]) for part in np.split(moved, ends[:-1])]


def _store(writer: Writer, name: str, varied: Sequence[Titled], embeddings: Sequence[Embedding]) -> None:
    readings = [titled.reading for titled in varied]
    store_together(
        *(writer, name, [titled.chunk for titled in varied], readings),
        dict(zip(readings, embeddings, strict=True)),
    )
