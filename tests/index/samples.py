"""Small documents, and how to put them into a library without reading files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.catalogue import FileState
from index.encoder import Encoder, Vectors
from index.library import Library, Writer, open_for_writing
from index.reading import Reading, encode_readings, read_chunk
from index.records import Chunk, Document, Metadata
from index.statements import find_statements
from tests.doubles import WordEncoder

STATE = FileState(size=1, modified=1, digest="")


class ScatteredEncoder(WordEncoder):
    """A text's vector points anywhere, so that no two cosines tie and the nearest chunks are certain."""

    def __init__(self) -> None:
        super().__init__("scattered")

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        drawn = [np.random.default_rng([*text.encode(), 1]).normal(size=self.dimension) for text in texts]
        return np.stack([vector / np.linalg.norm(vector) for vector in drawn]).astype(np.float32)


@dataclass(frozen=True)
class Sample:
    """A document whose lines are its chunks."""

    document: Document
    chunks: list[Chunk]

    @property
    def path(self) -> str:
        return f"/files/{self.document.source}"

    @property
    def texts(self) -> list[str]:
        return [chunk.text for chunk in self.chunks]

    @property
    def readings(self) -> list[Reading]:
        return [read_chunk("", chunk) for chunk in self.chunks]


def make_sample(name: str, *lines: str, language: str = "en", country: str = "BE") -> Sample:
    text = "\n".join(lines)
    chunks, start = [], 0
    for line in lines:
        end = start + len(line)
        statements = find_statements(line, language, start)
        chunks.append(Chunk(f"{name}:{start}-{end}", name, start, end, line, language, statements=statements))
        start = end + 1
    return Sample(Document(name, f"{name}.txt", text, Metadata(name, language, country)), chunks)


def put(writer: Writer, encoder: Encoder, samples: Sequence[Sample]) -> None:
    """Store the samples, encoding only what the library has no vector for."""
    for sample in samples:
        embeddings = writer.known_embeddings(sample.readings)
        missing = [one for one in dict.fromkeys(sample.readings) if one not in embeddings]
        embeddings.update(zip(missing, encode_readings(missing, encoder), strict=True))
        writer.put(sample.path, STATE, sample.document, sample.chunks, sample.readings, embeddings)


def build(folder: Path, encoder: Encoder, samples: Sequence[Sample]) -> Library:
    """A published library of the samples."""
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, samples)
        writer.publish()
    return Library(folder, encoder)
