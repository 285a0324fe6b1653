"""Stores many passages in few transactions: a library commits a document at a time, so they share one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.catalogue import FileState
from index.library import Writer
from index.records import Chunk, Document, Metadata

TOGETHER = 512
"""Few enough that an interruption loses seconds."""


def store_together(
    writer: Writer,
    name: str,
    chunks: Sequence[Chunk],
    texts: Sequence[str],
    vectors: Mapping[str, NDArray[np.float32]],
) -> None:
    """Store chunks as one document called `name`; where they stand in it is found here.

    `texts` are what the encoder reads of them, `vectors` the vector of each text.
    """
    text, placed = "", []
    for chunk in chunks:
        start = len(text)
        text += chunk.text
        placed.append(replace(chunk, document_id=name, start=start, end=len(text)))
        text += "\n\n"
    document = Document(name, name, text, Metadata(name, chunks[0].language))
    writer.put(name, FileState(0, 0, ""), document, placed, texts, vectors)
