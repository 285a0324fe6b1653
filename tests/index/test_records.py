"""What a chunk knows of its own pages."""

import pytest

from index.records import Chunk, Document, Metadata, Page
from ingest.chunk import split_document
from tests.doubles import WordEncoder


@pytest.mark.parametrize(
    ("offset", "page"), [(5, 3), (24, 3), (25, 4), (39, 4), (40, 6), (44, 6)], ids=lambda value: str(value)
)
def test_a_chunk_tells_the_page_of_an_offset(offset: int, page: int) -> None:
    """Page 5 is empty."""
    chunk = Chunk("id:5-45", "id", 5, 45, "x" * 40, "nl", 3, 6, page_starts=(25, 40, 40))
    assert chunk.page_at(offset) == page


def test_a_chunk_of_a_format_without_pages_has_none() -> None:
    assert Chunk("id:5-45", "id", 5, 45, "x" * 40, "nl").page_at(7) is None


def test_a_chunk_that_was_cut_knows_the_page_of_each_of_its_characters() -> None:
    texts = ["One page of words. ", "Two pages of words. ", "", "Four pages of words. ", "Five."]
    pages, start = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, start, start + len(text)))
        start += len(text)
    document = Document("id", "id.pdf", "".join(texts), Metadata("Title", "en"), tuple(pages))
    chunks = split_document(document, WordEncoder(), 10)
    assert any(chunk.page_starts for chunk in chunks)
    for chunk in chunks:
        for offset in range(chunk.start, chunk.end):
            (expected,) = (page.number for page in pages if page.start <= offset < page.end)
            assert chunk.page_at(offset) == expected
