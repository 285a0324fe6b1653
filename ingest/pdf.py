"""Reads PDF with pypdf, page by page, and removes what belongs to the page and not to the text."""

import io
import logging
import math
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import NullObject

from index.records import Page
from ingest.blocks import BULLET
from ingest.content import Content, state_properties
from ingest.errors import UnreadableError
from ingest.footnotes import part_footnotes
from ingest.furniture import LONGEST_ENTRY, drop_contents, drop_running_lines
from ingest.hyphens import find_words, join_cut_words
from ingest.lines import Line, Span, find_letter_size, letters_of, split_lines, text_of
from ingest.paragraphs import Paragraph, join_lines, make_paragraph, measure
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
# A soft hyphen that is printed is a hyphen: fonts draw both with one picture, which a PDF may call either.
_LETTERS = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "-", "\0": ""})
_BULLET = re.compile(r"^[ \t]*[•▪◦‣●\uf000-\uf0ff][ \t]*", re.MULTILINE)
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
        pages = [split_lines(_read_spans(page)) for page in reader.pages]
        outline = list(_read_outline(reader, reader.outline))
        properties = {
            name.lstrip("/"): str(value)
            for name, value in (reader.metadata or {}).items()
            if not isinstance(value, NullObject)
        }
    except _PARSER_FAULTS as error:
        raise UnreadableError(f"it is not a PDF that can be read ({_describe(error)})") from error
    if not any(text_of(line).strip() for page in pages for line in page):
        raise UnreadableError("its pages hold no text: a scan needs text recognition (OCR) first")
    paragraphs = _find_paragraphs(pages, outline)
    texts = (paragraph.text for page in paragraphs for paragraph in page)
    known = find_words([*texts, *properties.values()])
    return state_properties(_join_pages(paragraphs, outline, known), properties)


def _read_spans(page: PageObject) -> list[Span]:
    """The page's text, what cannot be shown left out, with its size and place."""
    spans: list[Span] = []

    def visit(text: str, page_matrix: list[float], text_matrix: list[float], _: Any, size: float) -> None:
        text = text.translate(_LETTERS).encode("utf-8", "ignore").decode()
        if text:
            height = size * _scale(text_matrix) * _scale(page_matrix)
            x, y = _transform(text_matrix[4:], page_matrix)
            spans.append(Span(text, round(height, 1), x, y))

    page.extract_text(visitor_text=visit)
    return spans


def _scale(matrix: list[float]) -> float:
    """How much a transformation stretches a letter's height."""
    return math.hypot(matrix[2], matrix[3])


def _transform(place: list[float], matrix: list[float]) -> tuple[float, float]:
    x, y = place
    a, b, c, d, e, f = matrix
    return x * a + y * c + e, x * b + y * d + f


def _find_paragraphs(
    pages: list[list[Line]], outline: Sequence[tuple[int, str, int]]
) -> list[list[Paragraph]]:
    """What each page says, without what belongs to the page alone: running lines, contents, marks."""
    titles = {title for _, title, _ in outline}
    pages = [drop_contents(page, titles) for page in drop_running_lines(pages)]
    body_size = find_letter_size(line for page in pages for line in page)
    parted = [part_footnotes(page, body_size) for page in pages]
    typography = measure([page.lines for page in parted])
    joined: list[list[Paragraph]] = []
    for number, page in enumerate(parted):
        own = {title for _, title, place in outline if place == number}
        paragraphs: list[Paragraph] = []
        for part, is_title in _part_titles(page.lines, own):
            if is_title:
                paragraphs.append(replace(make_paragraph(part), is_title=True))
            else:
                paragraphs += join_lines(part, typography[number])
        joined.append(paragraphs)
    return [
        _place_notes(paragraphs, page.notes, _find_next(joined, number))
        for number, (page, paragraphs) in enumerate(zip(parted, joined, strict=True), start=1)
    ]


def _part_titles(page: Sequence[Line], titles: set[str]) -> Iterator[tuple[list[Line], bool]]:
    """The outline's titles on the page, which no size or space may tell from the text, and what stands
    between them; with each, whether it is a title."""
    wanted = set(map(_title_of, titles)) - {""}
    between: list[Line] = []
    place = 0
    while place < len(page):
        for end in range(place + LONGEST_ENTRY, place, -1):
            if _title_of("".join(map(text_of, page[place:end]))) in wanted:
                yield between, False
                yield list(page[place:end]), True
                between, place = [], end
                break
        else:
            between.append(page[place])
            place += 1
    yield between, False


def _title_of(text: str) -> str:
    """What tells a title, however it is wrapped; "work." at a sentence's end is not "Work"."""
    text = unicodedata.normalize("NFC", text)
    return letters_of(text) + text.strip()[-1:].casefold()


def _find_next(pages: Sequence[list[Paragraph]], number: int) -> list[Paragraph]:
    """The page that follows this one; an empty one does not count."""
    return next((page for page in pages[number:] if page), [])


def _place_notes(
    paragraphs: list[Paragraph], notes: Mapping[str, Sequence[Line]], following: list[Paragraph]
) -> list[Paragraph]:
    """The page with each note behind the paragraph that bears its mark, or before it where that goes on at
    the next page."""
    placed: list[Paragraph] = []
    apart = False
    for paragraph in paragraphs:
        own = [make_paragraph(notes[mark]) for mark in dict.fromkeys(paragraph.marks)]
        goes_on = paragraph is paragraphs[-1] and following and paragraph.goes_on(following[0])
        here = replace(paragraph, apart=paragraph.apart or apart or bool(goes_on and own))
        placed += [*own, here] if goes_on else [here, *own]
        apart = bool(own)
    return placed


def _read_outline(
    reader: PdfReader, entries: Sequence[Any], level: int = 1
) -> Iterator[tuple[int, str, int]]:
    """The level, title and page index of the outline's entries, in order."""
    for entry in entries:
        if isinstance(entry, list):
            yield from _read_outline(reader, entry, level + 1)
        elif (page := reader.get_destination_page_number(entry)) is not None and entry.title:
            yield level, unicodedata.normalize("NFC", str(entry.title)), page


def _describe(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def _join_pages(
    pages: list[list[Paragraph]], outline: list[tuple[int, str, int]], known: set[str]
) -> Content:
    """One text, a line for each paragraph; a page ends where the next begins."""
    text = ""
    spans: list[Page] = []
    for number, page in enumerate(pages, start=1):
        start = len(text)
        following = _find_next(pages, number)
        for place, paragraph in enumerate(page):
            if place:
                text += "\n\n" if paragraph.apart else "\n"
            text += _flow(paragraph.text, known)
        if page and following:
            if page[-1].goes_on(following[0]):
                text = _bind(text, following[0].text, known)
            else:
                text += "\n\n"
        spans.append(Page(number, start, len(text)))
    headings = _find_headings(text, spans, outline)
    return Content(text=text, pages=tuple(spans), sections=build_sections(text, headings))


def _flow(text: str, known: set[str]) -> str:
    """A paragraph in one line."""
    text = unicodedata.normalize("NFC", join_cut_words(text, known))
    return _BULLET.sub(BULLET, re.sub(r"\s*\n\s*", " ", text))


def _bind(text: str, following: str, known: set[str]) -> str:
    """The text so that the next page's can follow: a space after it, or half of a word at its end."""
    first_word = following.split(maxsplit=1)[0]
    before, line_end, last = text.rpartition("\n")
    bound = join_cut_words(f"{last}\n{first_word}", known).removesuffix(first_word).replace("\n", " ")
    return f"{before}{line_end}{bound}"


def _find_headings(text: str, pages: list[Page], outline: list[tuple[int, str, int]]) -> list[Heading]:
    """Where the outline's titles stand as lines on their pages; a title that does not is left out."""
    headings: list[Heading] = []
    position = 0
    for level, title, page in outline:
        # A title may go on in the next line, after a space or a hyphen.
        words = r"\s+".join(re.escape(word).replace(r"\-", r"-\s*") for word in title.split())
        line = re.compile(rf"^[ \t]*{words}[ \t]*$", re.MULTILINE | re.IGNORECASE)
        if words and (match := line.search(text, max(position, pages[page].start), pages[page].end)):
            position = match.end()
            headings.append(
                Heading(level, re.sub(r"[ \t\r\n]+", " ", title.strip()), match.start(), match.end())
            )
    return headings
