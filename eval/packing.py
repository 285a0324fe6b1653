"""Stores many passages in few transactions: a library commits a document at a time, so they share one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.catalogue import FileState
from index.library import Writer
from index.reading import Embedding, Reading
from index.records import Chunk, Document, Metadata

TOGETHER = 512
"""Few enough that an interruption loses seconds."""


def store_together(
    writer: Writer,
    name: str,
    chunks: Sequence[Chunk],
    readings: Sequence[Reading],
    embeddings: Mapping[Reading, Embedding],
) -> None:
    """Store chunks that each start at 0 as one document called `name`, one after the other.

    `readings` are what the encoder reads of them, `embeddings` has the one of each.
    """
    text, placed = "", []
    for chunk in chunks:
        start = len(text)
        text += chunk.text
        moved = tuple((start + first, start + last) for first, last in chunk.statements)
        placed.append(replace(chunk, document_id=name, start=start, end=len(text), statements=moved))
        text += "\n\n"
    document = Document(name, name, text, Metadata(name, chunks[0].language))
    writer.put(name, FileState(0, 0, ""), document, placed, readings, embeddings)
