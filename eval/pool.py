"""Encodes a collection into a library, once: what a bench searches is what the product searches."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from eval.collection import Collection, Passage
from eval.digests import digest_texts
from eval.packing import TOGETHER, store_together
from index import weights
from index.context import put_in_context
from index.encoder import Encoder
from index.library import Library, Writer, open_for_writing
from index.records import Chunk


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
    name = digest_texts(collection.digest, encoder.digest)
    return weights.cache_folder() / "collections" / name


def embedding_text(passage: Passage) -> str:
    """A passage as the encoder reads it."""
    return put_in_context(passage.title, (), passage.text) if passage.title else passage.text


def _part(passages: Sequence[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    """The passages in parts of one language, each under a name of its own."""
    for language, same in groupby(sorted(passages, key=lambda one: one.language), lambda one: one.language):
        together = list(same)
        for first in range(0, len(together), TOGETHER):
            yield f"{language}-{first}", together[first : first + TOGETHER]


def _store(writer: Writer, name: str, passages: Sequence[Passage], encoder: Encoder) -> None:
    texts = [embedding_text(passage) for passage in passages]
    wanted = list(dict.fromkeys(texts))
    vectors = dict(zip(wanted, encoder.encode_passages(wanted), strict=True))
    chunks = [Chunk(one.id, "", 0, 0, one.text, one.language) for one in passages]
    store_together(writer, name, chunks, texts, vectors)
