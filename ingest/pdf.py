"""Reads PDF with pypdf, page by page, and removes what belongs to the page and not to the text."""

import io
import logging
import re
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from index.records import Page
from ingest.content import Content
from ingest.errors import UnreadableError
from ingest.sections import Heading, build_sections

# What pypdf lets through from broken files besides its own errors. Anything else is a fault of ours and
# must not pass for a broken file.
_PARSER_FAULTS = (
    PyPdfError,
    DependencyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "\0": ""})
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u2010]\n(?=[^\W\d_])")
_LETTER = re.compile(r"[^\W\d_]")
_EDGE_LINES = 2
_MOST_PAGES = 10_000


def read_pdf(data: bytes) -> Content:
    """The text of all pages, one after the other. Raises `UnreadableError` with the reason."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("it is locked with a password")
        if len(reader.pages) > _MOST_PAGES:
            raise UnreadableError(f"it claims {len(reader.pages)} pages, more than {_MOST_PAGES}")
        pages = [page.extract_text() for page in reader.pages]
        outline = list(_read_outline(reader, reader.outline))
        title = (reader.metadata and reader.metadata.title) or ""
    except _PARSER_FAULTS as error:
        raise UnreadableError(f"it is not a PDF that can be read ({_describe(error)})") from error
    if not any(page.strip() for page in pages):
        raise UnreadableError("its pages hold no text: a scan needs text recognition (OCR) first")
    return _join_pages(_drop_running_lines([_clean(page) for page in pages]), outline, str(title).strip())


def _read_outline(
    reader: PdfReader, entries: Sequence[Any], level: int = 1
) -> Iterator[tuple[int, str, int]]:
    """The level, title and page index of the outline's entries, in order."""
    for entry in entries:
        if isinstance(entry, list):
            yield from _read_outline(reader, entry, level + 1)
        elif (page := reader.get_destination_page_number(entry)) is not None and entry.title:
            yield level, str(entry.title), page


def _describe(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def _clean(text: str) -> str:
    """Compose accents, open ligatures, drop what cannot be shown."""
    text = text.translate(_LIGATURES).encode("utf-8", "ignore").decode()
    lines = unicodedata.normalize("NFC", text).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _drop_running_lines(pages: list[str]) -> list[str]:
    """Without the headers, footers and page numbers that most pages share at their edges."""
    if len(pages) < 3:
        return pages
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line for line in page.splitlines() if line.strip()]
        counts.update({_shape(line) for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])})
    running = {shape for shape, count in counts.items() if count > len(pages) / 2}
    return [_without_edges(page, running) for page in pages]


def _shape(line: str) -> str:
    """A line with its numbers made alike, so that page numbers do not tell pages apart."""
    return re.sub(r"\d+", "0", line.strip())


def _without_edges(page: str, running: set[str]) -> str:
    lines = page.splitlines()
    lines = lines[_count_running(lines, running) :]
    return "\n".join(lines[: len(lines) - _count_running(lines[::-1], running)])


def _count_running(lines: Sequence[str], running: set[str]) -> int:
    """How many of the first lines belong to the page. Only one may be a mere number, as an amount has its
    shape too."""
    removed = numbers = 0
    for place, line in enumerate(lines):
        if line.strip():
            removed += 1
            numbers += _LETTER.search(line) is None
            if removed > _EDGE_LINES or numbers > 1 or _shape(line) not in running:
                return place
    return len(lines)


def _join_pages(pages: list[str], outline: list[tuple[int, str, int]], title: str) -> Content:
    """One text; a page ends where the next begins, and words cut at line ends are whole."""
    text = ""
    spans: list[Page] = []
    for number, (page, following) in enumerate(pairwise([*pages, ""]), start=1):
        start, first_letter = len(text), following[:1]
        text += _unhyphenate(f"{page}\n{first_letter}").removesuffix(first_letter)
        spans.append(Page(number, start, len(text)))
    headings = _find_headings(text, spans, outline)
    return Content(text=text, title=title, pages=tuple(spans), sections=build_sections(text, headings))


def _find_headings(text: str, pages: list[Page], outline: list[tuple[int, str, int]]) -> list[Heading]:
    """Where the outline's titles stand as lines on their pages; a title that does not is left out."""
    headings: list[Heading] = []
    position = 0
    for level, title, page in outline:
        words = r"\s+".join(map(re.escape, title.split()))
        line = re.compile(rf"^[ \t]*{words}[ \t]*$", re.MULTILINE | re.IGNORECASE)
        if words and (match := line.search(text, max(position, pages[page].start), pages[page].end)):
            position = match.end()
            headings.append(Heading(level, " ".join(title.split()), match.start(), match.end()))
    return headings


def _unhyphenate(text: str) -> str:
    """Join words cut at line ends; a capital after the hyphen shows that the hyphen belongs there."""

    def join(match: re.Match[str]) -> str:
        following = text[match.end() : match.end() + 1]
        return "" if following.islower() else "-"

    return _HYPHENATED.sub(join, text)
