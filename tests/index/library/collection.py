"""A library of one document for each language and country, how it is read, and how its files are damaged."""

import shutil
import sqlite3
import struct
import zlib
from itertools import product
from pathlib import Path
from random import Random

from index.catalogue import open_catalogue
from index.derived import read_derived
from index.language import LANGUAGES
from index.library import open_for_writing
from index.records import Hit, Mode, ScoreKind
from tests.doubles import WordEncoder
from tests.index.samples import Sample, build, make_sample, put
from tests.sayings import SENTENCES

COUNTRIES = ("BE", "CZ", "DE", "")
SCORE_KINDS: dict[Mode, ScoreKind] = {
    "hybrid": "fused",
    "dense": "evidence",
    "dense-raw": "cosine",
    "lexical": "bm25",
}
MODES = tuple(SCORE_KINDS)
OF_CHUNKS = "SELECT number FROM chunks ORDER BY number"
OF_EMBEDDINGS = "SELECT chunk FROM embeddings ORDER BY chunk"
DERIVED = ("chunks.npz", "vectors.faiss", "words.bm25")


def make_collection(lines_each: int = 5) -> list[Sample]:
    """One document for each language and country, its lines drawn from that language's words.

    Of each one's lines one is too short for a statement, and one has two statements or more.
    """
    random = Random(3)
    samples = []
    for language, country in product(LANGUAGES, COUNTRIES):
        words = " ".join(SENTENCES[language]).split()
        lines = [" ".join(random.sample(words, 8)) for _ in range(lines_each - 2)]
        lines.append(" ".join(random.sample(words, 3)))
        lines.append(f"{' '.join(random.sample(words, 7))}. 2019! {lines[0]}")
        samples.append(make_sample(f"{language}-{country}", *lines, language=language, country=country))
    return samples


SAMPLES = make_collection()


def texts(hits: list[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What lies in the file, asked past the library."""
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def open_and_write(folder: Path, encoder: WordEncoder) -> None:
    """Store another document."""
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [make_sample("new", "robots", "people")])
        writer.publish()


def take_away(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut_in_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_a_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def date_back(file: Path) -> None:
    """A whole file of an earlier generation, with other vectors in it."""
    other = build(file.parent.parent / "earlier", WordEncoder(), [make_sample("old", "an old text")])
    shutil.copy(other.folder / file.name, file)


def fill_with_other_data(file: Path) -> None:
    body = b"not an index"
    file.write_bytes(struct.pack("<4s16sQI", b"XXXX", bytes(16), 1, zlib.crc32(body)) + body)


def read_whole(file: Path) -> bytes | None:
    """What a derived file holds for the catalogue beside it."""
    with open_catalogue(file.parent / "catalogue.sqlite") as catalogue:
        content = read_derived(file, catalogue.edition())
    return None if content is None else bytes(content)
