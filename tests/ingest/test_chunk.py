"""Chunks are exact pieces of the document that lose nothing, cross no heading and fit the encoder."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.context import describe_context
from index.encoder import Encoder, PackagedEncoder
from index.language import LANGUAGES
from index.library import CHUNK_TOKENS
from index.reading import read_chunk
from index.records import Chunk, Document, Metadata, Page, Section
from index.sentences import split_sentences
from ingest.chunk import split_document
from ingest.read import read_document
from tests.doubles import WordEncoder
from tests.ingest.pdfs import make_pdf
from tests.sayings import SENTENCES

FRAGMENTS = [
    *("Robots lift heavy loads in the port.", "Why?", "The themes are:", "z. B.", "28.", "A heading"),
    *("- an item", "• Another", "one two three four five six seven eight nine ten, eleven; twelve"),
    *("word", "Antwerpen", "€ 250.000", "🤖", "x" * 300, "数字化改变工作。", "e.g."),
    *(" ", " ", "\n", "\n\n", "\n    ", "\r\n", "\t", "\u00a0", "\u2028", "\x0c", "\x1c", "\x1e", "\x1f"),
]
stretches = st.one_of(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join), st.text(max_size=200))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Sections with a heading's line before each, and pages that end anywhere."""
    text, sections = "", []
    for number in range(draw(st.integers(0, 4))):
        text += f"Heading {number}" * draw(st.booleans())
        start = len(text)
        text += draw(stretches)
        sections.append(Section((f"Heading {number}",) * draw(st.integers(0, 2)), start, len(text)))
    if not sections:
        text = draw(stretches)
    ends = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)) | {len(text)})
    pages = [
        Page(n, start, end) for n, (start, end) in enumerate(zip([0, *ends], ends, strict=False), start=1)
    ]
    metadata = Metadata(draw(st.sampled_from(["", "A title"])), draw(st.sampled_from([*LANGUAGES, "und"])))
    has_pages = draw(st.booleans())
    return Document("id", "file", text, metadata, tuple(pages) if has_pages else (), tuple(sections))


def sections_of(document: Document) -> Sequence[Section]:
    return document.sections or (Section((), 0, len(document.text)),)


def section_of(document: Document, chunk: Chunk) -> Section:
    (section,) = (
        section
        for section in sections_of(document)
        if section.start <= chunk.start and chunk.end <= section.end
        if section.start < section.end
    )
    return section


def assert_chunks_hold_the_document(document: Document, chunks: list[Chunk]) -> None:
    """Exact, in order, disjoint, within one section each, and nothing visible left out."""
    held = [0] * len(document.text)
    position = 0
    for chunk in chunks:
        assert document.text[chunk.start : chunk.end] == chunk.text
        assert chunk.text == chunk.text.strip() != ""
        assert chunk.start >= position
        assert chunk.heading == section_of(document, chunk).path
        assert chunk.document_id == document.id
        position = chunk.end
        for place in range(chunk.start, chunk.end):
            held[place] += 1
    expected = [0] * len(document.text)
    for section in sections_of(document):
        for place in range(section.start, section.end):
            expected[place] = 1
    for place, character in enumerate(document.text):
        assert character.isspace() or held[place] == expected[place]
    assert len({chunk.id for chunk in chunks}) == len(chunks)


def assert_chunks_fit(document: Document, chunks: list[Chunk], encoder: Encoder) -> None:
    for chunk in chunks:
        reading = read_chunk(document.metadata.title, chunk)
        for text in (reading.whole, *reading.statements):
            assert encoder.count_tokens(text) <= encoder.token_limit


def assert_chunks_end_with_sentences(document: Document, chunks: list[Chunk], encoder: Encoder) -> None:
    """Only a sentence that is longer than the encoder reads is cut inside."""
    for chunk in chunks:
        section = section_of(document, chunk)
        text = document.text[section.start : section.end]
        context = encoder.count_tokens(describe_context(document.metadata.title, section.path))
        whole = split_sentences(text, document.metadata.language)
        cut = {chunk.start - section.start, chunk.end - section.start} - {
            bound for span in whole for bound in span
        }
        for place in cut:
            (sentence,) = (text[start:end] for start, end in whole if start < place < end)
            assert encoder.count_tokens(sentence) > encoder.token_limit - context - 2


def assert_chunks_know_their_pages(document: Document, chunks: list[Chunk]) -> None:
    def page_at(place: int) -> int | None:
        return next((page.number for page in document.pages if page.start <= place < page.end), None)

    for chunk in chunks:
        assert (chunk.first_page, chunk.last_page) == (page_at(chunk.start), page_at(chunk.end - 1))


def assert_statements_are_parts_of_their_chunks(document: Document, chunks: list[Chunk]) -> None:
    """Inside the chunk, one after the other, exact to the letter, and each with something to say."""
    for chunk in chunks:
        position = chunk.start
        for start, end in chunk.statements:
            assert position <= start < end <= chunk.end
            text = document.text[start:end]
            assert text == text.strip()
            assert len(text.split()) >= 4
            position = end


@settings(max_examples=300)
@given(documents(), st.integers(3, 20), st.integers(12, 30))
def test_chunks_of_any_document_are_exact_pieces_that_lose_nothing(
    document: Document, size: int, limit: int
) -> None:
    encoder = WordEncoder(token_limit=limit)
    chunks = split_document(document, encoder, size)
    assert_chunks_hold_the_document(document, chunks)
    assert_chunks_fit(document, chunks, encoder)
    assert_chunks_end_with_sentences(document, chunks, encoder)
    assert_chunks_know_their_pages(document, chunks)
    assert_statements_are_parts_of_their_chunks(document, chunks)


@settings(max_examples=40)
@given(documents())
def test_chunks_of_any_document_fit_the_packaged_encoder(
    packaged_encoder: PackagedEncoder, document: Document
) -> None:
    chunks = split_document(document, packaged_encoder, CHUNK_TOKENS)
    assert_chunks_hold_the_document(document, chunks)
    assert_chunks_fit(document, chunks, packaged_encoder)
    assert_statements_are_parts_of_their_chunks(document, chunks)


PROJECT = Path(__file__).parents[2]
REAL = [
    *sorted(path for path in (PROJECT / "corpus").rglob("*") if path.is_file()),
    *sorted((PROJECT.parent / "shared" / "corpus").glob("*.txt")),
    *sorted((PROJECT.parent / "shared" / "data" / "pdfs").glob("nl_*.pdf")),
]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_chunks_of_real_documents_keep_every_invariant(packaged_encoder: PackagedEncoder, path: Path) -> None:
    document = read_document(path, path.read_bytes(), path.name)
    chunks = split_document(document, packaged_encoder, CHUNK_TOKENS)
    assert chunks
    assert_chunks_hold_the_document(document, chunks)
    assert_chunks_fit(document, chunks, packaged_encoder)
    assert_chunks_end_with_sentences(document, chunks, packaged_encoder)
    assert_chunks_know_their_pages(document, chunks)
    assert_statements_are_parts_of_their_chunks(document, chunks)
    assert any(len(chunk.statements) > 1 for chunk in chunks)


@pytest.mark.parametrize("path", sorted((PROJECT / "corpus").rglob("*.md")), ids=lambda path: path.stem)
def test_chunks_of_the_sample_documents_are_about_as_long_as_asked(
    packaged_encoder: PackagedEncoder, path: Path
) -> None:
    document = read_document(path, path.read_bytes(), path.name)
    lengths = [
        packaged_encoder.count_tokens(chunk.text)
        for chunk in split_document(document, packaged_encoder, CHUNK_TOKENS)
    ]
    assert max(lengths) <= 1.3 * CHUNK_TOKENS


def chunk_texts(text: str, size: int = 12, limit: int = 60, **metadata: str) -> list[str]:
    document = Document("id", "file", text, Metadata(**({"title": "", "language": "en"} | metadata)))
    return [chunk.text for chunk in split_document(document, WordEncoder(token_limit=limit), size)]


def test_a_paragraphs_end_is_preferred_to_a_sentences() -> None:
    first = "Robots lift heavy loads. People watch them do it."
    second = "Skills change every year. Courses follow them. Few are free."
    assert chunk_texts(f"{first}\n\n{second}") == [first, second]


def test_a_paragraph_too_long_for_one_chunk_is_cut_between_sentences() -> None:
    sentences = [f"Sentence number {number} has six words." for number in range(6)]
    pairs = [" ".join(sentences[first : first + 2]) for first in (0, 2, 4)]
    assert chunk_texts(" ".join(sentences)) == pairs


def test_a_rest_too_small_to_stand_alone_joins_its_neighbour() -> None:
    text = "Sentence number one has these seven words. Another one has six of them. So there."
    assert chunk_texts(text, size=13) == [text]


def test_what_a_colon_announces_stays_with_it() -> None:
    question = "How do social partners elsewhere seize the chances of new technology?"
    text = f"One paragraph of seven words comes first.\n\nThe council asks:\n\n- {question}"
    (chunk,) = (chunk for chunk in chunk_texts(text) if "asks:" in chunk)
    assert question in chunk


def test_what_a_colon_announces_leaves_it_where_the_encoder_cannot_read_both() -> None:
    announced = "The council, which has met four times in this year, asks all of its members:"
    question = "How do social partners in other countries, such as Spain,\nseize the chances of technology?"
    assert chunk_texts(f"{announced}\n\n{question}", limit=30) == [announced, question]


def test_a_sentence_longer_than_the_encoder_reads_is_cut_between_its_words() -> None:
    words = [f"word{number}" for number in range(150)]
    chunks = chunk_texts(" ".join(words))
    assert " ".join(chunks).split() == words
    assert len(chunks) > 1


def test_a_title_as_long_as_can_be_leaves_room_for_the_text() -> None:
    chunks = chunk_texts(" ".join(SENTENCES["en"]), title="word " * 500)
    assert " ".join(chunks) == " ".join(SENTENCES["en"])


def test_a_long_chunk_has_its_own_language_and_a_short_one_the_documents() -> None:
    czech = " ".join(SENTENCES["cs"])
    document = Document(
        "id",
        "file",
        f"{czech}\n\nOk.",
        Metadata("", "nl"),
        sections=(
            Section((), 0, len(czech)),
            Section(("Slot",), len(czech), len(czech) + 5),
        ),
    )
    chunks = split_document(document, WordEncoder(), 60)
    assert [chunk.language for chunk in chunks] == ["cs", "nl"]


def test_a_heading_with_nothing_below_it_is_a_chunk() -> None:
    data = b"# Report\n\n## Budget: 250,000 euro in 2018\n\n## Partners\n"
    chunks = split_document(read_document(Path("report.md"), data, "report.md"), WordEncoder(), 12)
    assert [chunk.text for chunk in chunks] == ["Budget: 250,000 euro in 2018", "Partners"]


def test_a_chunk_knows_all_pages_that_it_stands_on() -> None:
    first, second = "The first page ends in the middle of", "a sentence that goes on."
    data = make_pdf([first], [second], ["The last page has another sentence of some words."])
    chunks = split_document(read_document(Path("report.pdf"), data, "report.pdf"), WordEncoder(), 12)
    assert [(chunk.first_page, chunk.last_page) for chunk in chunks] == [(1, 2), (3, 3)]


def test_the_encoder_reads_the_title_and_the_heading_before_a_text_and_before_each_statement() -> None:
    text = "Robots lift heavy loads. Why? People watch them do it."
    document = Document(
        "id", "file", text, Metadata("Port", "en"), sections=(Section(("Work", "Robots"), 0, len(text)),)
    )
    (chunk,) = split_document(document, WordEncoder(), 12)
    assert chunk.text == text
    reading = read_chunk(document.metadata.title, chunk)
    assert reading.whole == f"Port – Work – Robots\n{text}"
    assert reading.statements == (
        "Port – Work – Robots\nRobots lift heavy loads.",
        "Port – Work – Robots\nPeople watch them do it.",
    )
