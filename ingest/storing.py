"""Cuts documents into chunks, encodes them in steps, and stores each document whole."""

from collections.abc import Callable
from dataclasses import dataclass

from index.catalogue import FileState
from index.encoder import Encoder
from index.library import CHUNK_TOKENS, Writer
from index.reading import Reading, encode_readings, read_chunk
from index.records import Chunk, Document
from ingest.chunk import split_document

# Short documents are encoded together, so that the processor has enough to do; they are stored one by one.
_CHUNKS_TOGETHER = 16
_CHUNKS_PER_STEP = 32


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is, in bytes of source files or in chunks stored before; and chunks encoded."""

    done: float
    total: int
    encoded: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    path: str
    state: FileState
    document: Document
    size: int
    chunks: list[Chunk]
    readings: list[Reading]


class Storer:
    """Puts documents into a library, telling how far it is of `total`; counts what it stored and encoded."""

    def __init__(
        self, writer: Writer, encoder: Encoder, total: int, tell: Callable[[Progress], None]
    ) -> None:
        self.stored = self.encoded = 0
        self._writer = writer
        self._encoder = encoder
        self._total = total
        self._tell = tell
        self._done = 0.0
        self._waiting: list[_Prepared] = []

    def advance(self, size: float) -> None:
        """Tell that so much more is done."""
        self._done += size
        self._tell(Progress(self._done, self._total, self.encoded))

    def take(self, path: str, state: FileState, document: Document, size: int) -> None:
        """Cut a document, and store it once enough is waiting; `size` is its part of the total."""
        chunks = split_document(document, self._encoder, CHUNK_TOKENS)
        readings = [read_chunk(document.metadata.title, chunk) for chunk in chunks]
        self._waiting.append(_Prepared(path, state, document, size, chunks, readings))
        if sum(len(prepared.chunks) for prepared in self._waiting) >= _CHUNKS_TOGETHER:
            self.store_waiting()

    def store_waiting(self) -> None:
        """Encode what waits, then store each document in a transaction of its own."""
        wanted = dict.fromkeys(reading for prepared in self._waiting for reading in prepared.readings)
        # All that is known is fetched first: storing one document may remove the text of the next.
        embeddings = self._writer.known_embeddings(wanted)
        missing = [reading for reading in wanted if reading not in embeddings]
        size = sum(prepared.size for prepared in self._waiting)
        for first in range(0, len(missing), _CHUNKS_PER_STEP):
            readings = missing[first : first + _CHUNKS_PER_STEP]
            embeddings.update(zip(readings, encode_readings(readings, self._encoder), strict=True))
            self.encoded += len(readings)
            self.advance(size * len(readings) / len(missing))
        for prepared in self._waiting:
            self._writer.put(
                prepared.path,
                prepared.state,
                prepared.document,
                prepared.chunks,
                prepared.readings,
                embeddings,
            )
            self.stored += 1
        if not missing:
            self.advance(size)
        self._waiting = []
