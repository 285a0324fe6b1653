"""Small documents, and how to put them into a library without reading files."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.catalogue import FileState
from index.encoder import Encoder
from index.library import Writer
from index.records import Chunk, Document, Metadata

STATE = FileState(size=1, modified=1, digest="")


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


def make_sample(name: str, *lines: str, language: str = "en", country: str = "BE") -> Sample:
    text = "\n".join(lines)
    chunks, start = [], 0
    for line in lines:
        end = start + len(line)
        chunks.append(Chunk(f"{name}:{start}-{end}", name, start, end, line, language))
        start = end + 1
    return Sample(Document(name, f"{name}.txt", text, Metadata(name, language, country)), chunks)


def put(writer: Writer, encoder: Encoder, samples: Sequence[Sample]) -> None:
    """Store the samples, encoding only what the library has no vector for."""
    for sample in samples:
        vectors = writer.known_vectors(sample.texts)
        missing = [text for text in dict.fromkeys(sample.texts) if text not in vectors]
        if missing:
            vectors.update(zip(missing, encoder.encode_passages(missing), strict=True))
        writer.put(sample.path, STATE, sample.document, sample.chunks, sample.texts, vectors)
