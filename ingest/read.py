"""Turns a file into a document: one reader for each format, chosen by the file's ending."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from index.language import detect_language
from index.records import UNDETERMINED, Document, Metadata
from ingest.content import Content
from ingest.docx import read_docx
from ingest.errors import UnreadableError
from ingest.html import read_html
from ingest.markdown import read_markdown
from ingest.pdf import read_pdf
from ingest.plain import read_plain

READERS: dict[str, Callable[[bytes], Content]] = {
    ".docx": read_docx,
    ".htm": read_html,
    ".html": read_html,
    ".md": read_markdown,
    ".pdf": read_pdf,
    ".txt": read_plain,
}


_TELLING_LENGTH = 20_000


def choose_reader(path: Path) -> Callable[[bytes], Content]:
    """The reader for a file's format. Raises `UnreadableError` where there is none."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableError(
            f"{path.suffix or 'a file without ending'} is not a format that can be read "
            f"({', '.join(sorted(READERS))})"
        )
    return reader


def read_document(path: Path, data: bytes, source: str) -> Document:
    """The document in a file's bytes. `source` is its path below the folder that was ingested.

    Raises `UnreadableError` where the format is unknown or the file holds no text.
    """
    content = choose_reader(path)(data)
    if not content.text.strip():
        raise UnreadableError("it holds no text")
    known = content.metadata
    metadata = Metadata(
        title=known.get("title") or content.title or path.stem.replace("-", " ").replace("_", " "),
        # "nl-BE" is Dutch, for stems and filters.
        language=known.get("language", "").lower().replace("_", "-").partition("-")[0]
        or detect_language(content.text[:_TELLING_LENGTH], UNDETERMINED),
        country=known.get("country", "").upper(),
        organisation=known.get("organisation", ""),
        kind=known.get("kind", ""),
        date=known.get("date", ""),
        note=known.get("note", ""),
        themes=content.themes,
        sources=content.sources,
    )
    return Document(
        id=hashlib.blake2b(str(path).encode(), digest_size=6).hexdigest(),
        source=source,
        text=content.text,
        metadata=metadata,
        pages=content.pages,
        sections=content.sections,
    )
