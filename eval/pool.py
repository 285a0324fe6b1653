"""Encodes a collection into a library, once: what a bench searches is what the product searches."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from eval.collection import Collection, Passage
from index import weights
from index.catalogue import FileState
from index.context import put_in_context
from index.encoder import Encoder
from index.library import Library, Writer, open_for_writing
from index.records import Chunk, Document, Metadata

# Passages stored in one transaction: few enough that an interruption loses seconds.
_TOGETHER = 512


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
    name = hashlib.blake2b(f"{collection.digest} {encoder.digest}".encode(), digest_size=12).hexdigest()
    return weights.cache_folder() / "collections" / name


def embedding_text(passage: Passage) -> str:
    """A passage as the encoder reads it."""
    return put_in_context(passage.title, (), passage.text) if passage.title else passage.text


def _part(passages: Sequence[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    """The passages in parts of one language, each under a name of its own."""
    for language, same in groupby(sorted(passages, key=lambda one: one.language), lambda one: one.language):
        together = list(same)
        for first in range(0, len(together), _TOGETHER):
            yield f"{language}-{first}", together[first : first + _TOGETHER]


def _store(writer: Writer, name: str, passages: Sequence[Passage], encoder: Encoder) -> None:
    texts = [embedding_text(passage) for passage in passages]
    wanted = list(dict.fromkeys(texts))
    vectors = dict(zip(wanted, encoder.encode_passages(wanted), strict=True))
    text, chunks = "", []
    for passage in passages:
        start = len(text)
        text += passage.text
        chunks.append(Chunk(passage.id, name, start, len(text), passage.text, passage.language))
        text += "\n\n"
    document = Document(name, name, text, Metadata(name, passages[0].language))
    writer.put(name, FileState(0, 0, ""), document, chunks, texts, vectors)
