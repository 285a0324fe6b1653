"""Passages made for a test, as a search finds them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalogue import FileState
from index.encoder import Encoder
from index.library import Library, open_for_writing
from index.offsets import NO_OFFSETS, Offsets
from index.reading import encode_readings, read_chunk
from index.records import Chunk, Document, Hit, Metadata
from index.statements import find_statements


class Empty(Library):
    """A library of nothing: an encoder, and what each language adds to its vectors."""

    def __init__(self, encoder: Encoder, offsets: Offsets = NO_OFFSETS) -> None:
        self.encoder = encoder
        self._offsets = offsets

    def offsets(self) -> Offsets:
        return self._offsets

    def encode_question(self, question: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encoder.encode_questions([question])[0]
        return vector


def make_chunk(
    id_: str, document: str, start: int, text: str, language: str = "en", heading: tuple[str, ...] = ()
) -> Chunk:
    """A chunk with its statements."""
    end = start + len(text)
    statements = find_statements(text, language, start)
    return Chunk(id_, document, start, end, text, language, heading=heading, statements=statements)


def store(folder: Path, encoder: Encoder, hits: Sequence[Hit]) -> Library:
    """A library in `folder` whose documents have these passages as their only chunks."""
    with open_for_writing(folder, encoder) as writer:
        for hit in hits:
            chunk = hit.chunk
            document = Document(chunk.document_id, hit.source, " " * chunk.start + chunk.text, hit.metadata)
            readings = [read_chunk(hit.metadata.title, chunk)]
            embeddings = dict(zip(readings, encode_readings(readings, encoder), strict=True))
            writer.put(hit.source, FileState(1, 1, ""), document, [chunk], readings, embeddings)
        writer.publish()
    return Library(folder, encoder)


def find(library: Library, question: str, language: str, hits: Sequence[Hit]) -> list[Hit]:
    """The same passages as a search for the question finds them, but with their own ranks."""
    rank = {hit.chunk.id: hit.rank for hit in hits}
    found = library.search(question, question_language=language, count=len(hits), mode="dense")
    return [replace(hit, rank=rank[hit.chunk.id]) for hit in found]


def make_hit(document: str, start: int, text: str, *evidence: float, language: str = "en") -> Hit:
    """A hit whose statements have these cosines with the question."""
    chunk = make_chunk(f"{document}-{start}", document, start, text, language)
    return Hit(1, 0.03, "fused", 0.8, chunk, f"{document}.md", Metadata(document, language), evidence)
