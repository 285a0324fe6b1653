"""Folders that tests ingest, and what of their reports and libraries is compared."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

from index.library import Library
from index.reading import Reading, read_chunk
from ingest.pipeline import Report
from tests.doubles import WordEncoder
from tests.sayings import SENTENCES


def paragraph(language: str, seed: int) -> str:
    """Four sentences of the language, each with a number of its own."""
    random = Random(f"{language} {seed}")
    sentences = random.sample(SENTENCES[language], len(SENTENCES[language]))
    return " ".join(f"{sentence[:-1]} {random.randrange(10_000)}." for sentence in sentences)


def markdown(language: str, seed: int, paragraphs: int = 12) -> str:
    body = "\n\n".join(paragraph(language, 100 * seed + number) for number in range(paragraphs))
    return (
        f"---\ntitle: Document {seed}\nlanguage: {language}\ncountry: BE\n---\n# Document {seed}\n\n{body}\n"
    )


def without_times(report: Report) -> Report:
    return replace(report, seconds=0.0)


def keep_times(path: Path, data: str) -> None:
    """Change a file so that only its bytes tell: same size, same time."""
    before = path.stat()
    assert len(data.encode()) == before.st_size
    path.write_text(data, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def make_newer(path: Path) -> None:
    before = path.stat()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))


def readings_of(folder: Path, path: Path | None = None) -> dict[str, Reading]:
    """What the encoder reads of each chunk of a library, or of one of its files, by chunk id."""
    library = Library(folder, WordEncoder())
    return {
        chunk.id: read_chunk(entry.metadata.title, chunk)
        for entry in library.entries()
        for chunk in library.chunks_of(entry.id)
        if path is None or entry.path == str(path)
    }


def list_texts(readings: Iterable[Reading]) -> list[str]:
    """All that the encoder is given of these, each text once."""
    return sorted({text for reading in readings for text in (reading.whole, *reading.statements)})


def encode(reading: Reading) -> tuple[bytes, bytes]:
    """A reading's vectors as they are stored."""
    whole, *statements = WordEncoder().encode_passages([reading.whole, *reading.statements])
    return whole.tobytes(), b"".join(vector.astype("<f2").tobytes() for vector in statements)


def expect(read: int = 0, unchanged: int = 0, removed: int = 0, encoded: int = 0) -> dict[str, int]:
    return {"read": read, "unchanged": unchanged, "removed": removed, "encoded": encoded, "skipped": 0}


def counts(report: Report) -> dict[str, int]:
    counted = {name: getattr(report, name) for name in ("read", "unchanged", "removed", "encoded")}
    return counted | {"skipped": len(report.skipped)}
