"""Cuts a document into chunks that end where a sentence or a paragraph ends."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.context import describe_context
from index.encoder import Encoder
from index.language import detect_language
from index.records import Chunk, Document, Section
from index.sentences import split_paragraphs, split_sentences
from index.statements import find_statements

# Control characters mark the places where a chunk may end, so that the splitter prefers a paragraph's end to
# a sentence's. A document may hold them too, as white space; read as spaces they keep every offset in place.
_PARAGRAPH_END = "\x1e"
_SENTENCE_END = "\x1f"
_COLON_END = "\x1d"
"""Where a chunk ends only if it must, since what a colon announces belongs to it."""
_MARKS = (_PARAGRAPH_END, _SENTENCE_END, _COLON_END)
_WITHOUT_MARKS = str.maketrans(dict.fromkeys(_MARKS, " "))
_SMALL_CHUNK = 0.3
_LARGE_CHUNK = 1.3
_TELLING_LENGTH = 200


def split_document(document: Document, encoder: Encoder, chunk_tokens: int) -> list[Chunk]:
    """Chunks of about `chunk_tokens` tokens, in order, none crossing a heading.

    Together they hold every character of the sections but white space. With its context (`index.reading`)
    none is longer than the encoder reads; only a sentence beyond that limit is cut inside.
    """
    chunks = []
    for section in document.sections or (Section((), 0, len(document.text)),):
        context = describe_context(document.metadata.title, section.path)
        limit = encoder.token_limit - encoder.count_tokens(context) - 2
        for start, end in _split_section(document, section, encoder.count_tokens, chunk_tokens, limit):
            chunks.append(_make_chunk(document, section, start, end))
    return chunks


def _make_chunk(document: Document, section: Section, start: int, end: int) -> Chunk:
    text = document.text[start:end]
    pages = [page for page in document.pages if page.start < end and start < page.end]
    language = document.metadata.language
    if len(text) >= _TELLING_LENGTH:
        language = detect_language(text, language)
    return Chunk(
        id=f"{document.id}:{start}-{end}",
        document_id=document.id,
        start=start,
        end=end,
        text=text,
        language=language,
        first_page=pages[0].number if pages else None,
        last_page=pages[-1].number if pages else None,
        heading=section.path,
        page_starts=tuple(page.start for page in pages[1:]),
        statements=find_statements(text, language, start),
    )


def _split_section(
    document: Document, section: Section, count_tokens: Callable[[str], int], size: int, limit: int
) -> list[tuple[int, int]]:
    text = document.text[section.start : section.end].translate(_WITHOUT_MARKS)
    marked = _mark_ends(text, document.metadata.language)

    def length(piece: str) -> int:
        return count_tokens(_unmark(piece))

    by_sense = RecursiveCharacterTextSplitter(
        separators=[_PARAGRAPH_END, _SENTENCE_END],
        keep_separator="end",
        chunk_size=min(size, limit),
        chunk_overlap=0,
        length_function=length,
    )
    by_force = RecursiveCharacterTextSplitter(
        separators=[_COLON_END, "\n", "; ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=limit,
        chunk_overlap=0,
        length_function=length,
    )
    pieces: list[str] = []
    for piece in by_sense.split_text(marked):
        pieces += [piece] if length(piece) <= limit else by_force.split_text(piece)
    pieces = [_unmark(piece) for piece in pieces]
    spans = list(_find_in_order(text, pieces))
    joined = _join_small(text, spans, count_tokens, size, min(limit, int(size * _LARGE_CHUNK)))
    return [(section.start + start, section.start + end) for start, end in joined]


def _mark_ends(text: str, language: str) -> str:
    """The text with a mark behind every sentence and another behind every paragraph."""
    paragraph_ends = {end for _, end in split_paragraphs(text)}
    ends = [end for _, end in split_sentences(text, language)]
    parts = []
    for start, end in pairwise([0, *ends]):
        parts.append(text[start:end])
        if text[end - 1] == ":":
            parts.append(_COLON_END)
        else:
            parts.append(_PARAGRAPH_END if end in paragraph_ends else _SENTENCE_END)
    return "".join(parts) + (text[ends[-1] :] if ends else text)


def _unmark(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, "")
    return text.strip()


def _find_in_order(text: str, pieces: list[str]) -> Iterator[tuple[int, int]]:
    """Each piece's span, searched from the end of the one before."""
    position = 0
    for piece in pieces:
        if piece:
            start = text.index(piece, position)
            position = start + len(piece)
            yield start, position


def _join_small(
    text: str, spans: list[tuple[int, int]], count_tokens: Callable[[str], int], size: int, most: int
) -> list[tuple[int, int]]:
    """Join a chunk that is too small to stand alone, such as a heading's line, with its neighbour."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined:
            before = joined[-1]
            smaller = min(count_tokens(text[before[0] : before[1]]), count_tokens(text[start:end]))
            if smaller < size * _SMALL_CHUNK and count_tokens(text[before[0] : end]) <= most:
                joined[-1] = (before[0], end)
                continue
        joined.append((start, end))
    return joined
