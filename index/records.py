"""What a library stores and returns: documents, chunks and hits.

Spans are half-open character offsets into `Document.text`. These records live here, in the base
package, because both their producer (`ingest`) and their consumer (`assistant`) depend on `index`
and not on each other.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

UNDETERMINED = "und"
"""BCP 47's code for a text whose language could not be told."""

Mode = Literal["hybrid", "dense", "dense-raw", "lexical"]
ScoreKind = Literal["fused", "evidence", "cosine", "bm25"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document besides its text; an empty value means unknown.

    `language` is an ISO 639-1 code or `UNDETERMINED`; `country` an ISO 3166-1 alpha-2 code, or `EU`;
    `date` an ISO 8601 date or interval as the document states it (`2018-11-28`, `2015/2021`).
    """

    title: str
    language: str = UNDETERMINED
    country: str = ""
    organisation: str = ""
    kind: str = ""
    date: str = ""
    themes: tuple[str, ...] = ()
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paginated format: its printed order, counted from 1, and its span."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading; `path` runs from the outermost heading inwards."""

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its structure. `pages` is empty where the format has no pages."""

    id: str
    source: str
    text: str
    metadata: Metadata
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable stretch of a document: `document.text[start:end] == text`.

    `first_page` and `last_page` are None where the format has no pages; `page_starts` holds the offsets in
    the document where each page after the first begins. `statements` are the document's spans of those
    sentences and lists in it that are evidence by themselves.
    """

    id: str
    document_id: str
    start: int
    end: int
    text: str
    language: str
    first_page: int | None = None
    last_page: int | None = None
    heading: tuple[str, ...] = ()
    page_starts: tuple[int, ...] = ()
    statements: tuple[Span, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The number of the page on which an offset of the document inside this chunk lies."""
        return None if self.first_page is None else self.first_page + bisect_right(self.page_starts, offset)


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by a search. `rank` counts from 1; `score_kind` says what `score` means.

    `similarity` is the cosine of question and chunk as unit vectors, -1 to 1, in every mode, with the offsets
    of their languages removed (`index.offsets`) but in mode `dense-raw`; `evidence` the same for each of the
    chunk's statements, in their order. `score` is

    - `evidence`: 0.4 × `similarity` + 0.6 × the best of `evidence`;
    - `fused`: that plus weighted BM25, comparable only within one result list;
    - `cosine`: `similarity` itself;
    - `bm25`: Okapi BM25, 0 or more.
    """

    rank: int
    score: float
    score_kind: ScoreKind
    similarity: float
    chunk: Chunk
    source: str
    metadata: Metadata
    evidence: tuple[float, ...] = ()
