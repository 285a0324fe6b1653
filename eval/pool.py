"""Encodes a collection into a library, once: what a bench searches is what the product searches."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from eval.collection import Collection, Passage
from eval.digests import digest_texts
from eval.packing import TOGETHER, store_together
from index import weights
from index.encoder import Encoder
from index.library import READING, Library, Writer, open_for_writing
from index.reading import encode_readings, read_chunk
from index.records import Chunk
from index.statements import find_statements


def open_pool(
    collection: Collection, encoder: Encoder, tell: Callable[[int], None] = lambda _: None
) -> Library:
    """The library that holds the collection's passages as its chunks, under their own ids.

    It is kept in the cache by the digests of collection and encoder; interrupted, it goes on where it
    stopped. `tell` is told how many passages are encoded.
    """
    folder = locate_pool(collection, encoder)
    with open_for_writing(folder, encoder) as writer:
        stored = writer.file_states()
        done = 0
        for name, passages in _part(collection.passages):
            if name not in stored:
                _store(writer, name, passages, encoder)
            done += len(passages)
            tell(done)
        writer.publish()
    return Library(folder, encoder)


def locate_pool(collection: Collection, encoder: Encoder) -> Path:
    """Where the collection's library lies, made or not."""
    name = digest_texts(collection.digest, encoder.digest, f"{READING}")
    return weights.cache_folder() / "collections" / name


def _part(passages: Sequence[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    """The passages in parts of one language, each under a name of its own."""
    for language, same in groupby(sorted(passages, key=lambda one: one.language), lambda one: one.language):
        together = list(same)
        for first in range(0, len(together), TOGETHER):
            yield f"{language}-{first}", together[first : first + TOGETHER]


def _store(writer: Writer, name: str, passages: Sequence[Passage], encoder: Encoder) -> None:
    chunks = [make_chunk(passage) for passage in passages]
    readings = [read_chunk(one.title, chunk) for one, chunk in zip(passages, chunks, strict=True)]
    wanted = list(dict.fromkeys(readings))
    embeddings = dict(zip(wanted, encode_readings(wanted, encoder), strict=True))
    store_together(writer, name, chunks, readings, embeddings)


def make_chunk(passage: Passage) -> Chunk:
    """The passage as a chunk that starts at 0."""
    statements = find_statements(passage.text, passage.language)
    return Chunk(passage.id, "", 0, len(passage.text), passage.text, passage.language, statements=statements)
