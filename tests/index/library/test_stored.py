"""What is stored comes back, and is replaced and removed whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import library as library_module
from index.errors import LibraryError
from index.language import LANGUAGES
from index.library import Library, open_for_writing
from index.reading import Reading, encode_readings
from index.records import Chunk, Document, Metadata, Page, Section
from tests.doubles import WordEncoder
from tests.index.library.collection import COUNTRIES, MODES, OF_CHUNKS, OF_EMBEDDINGS, SAMPLES, rows
from tests.index.oracle import HALF
from tests.index.samples import STATE, Sample, make_sample, put


def test_a_document_comes_back_as_it_was_stored(tmp_path: Path, encoder: WordEncoder) -> None:
    text = "Werk\nRobots in de haven.\fVaardigheden tellen."
    metadata = Metadata(
        "Werk", "nl", "BE", "SERV", "report", "2015/2021", ("work", "skills"), "kort", ("a", "b")
    )
    document = Document(
        "id",
        "map/werk.pdf",
        text,
        metadata,
        pages=(Page(1, 0, 25), Page(2, 25, len(text))),
        sections=(Section(("Werk", "Haven"), 5, len(text)),),
    )
    chunks = [
        Chunk("id:5-24", "id", 5, 24, text[5:24], "nl", 1, 1, ("Werk", "Haven"), statements=((5, 24),)),
        Chunk("id:5-45", "id", 5, 45, text[5:45], "und", 1, 2, (), (25,)),
        Chunk("id:26-45", "id", 26, 45, text[26:45], "nl", None, None, ("Werk",)),
    ]
    with open_for_writing(tmp_path, encoder) as writer:
        put(writer, encoder, [Sample(document, chunks)])
    library = Library(tmp_path, encoder)
    assert library.document("id") == document
    assert sorted(library.chunks_of("id"), key=lambda chunk: chunk.id) == sorted(chunks, key=lambda c: c.id)
    (hit, *_) = library.search("vaardigheden", question_language="nl", mode="lexical")
    assert (hit.metadata, hit.source) == (metadata, "map/werk.pdf")


def test_chunks_come_in_the_order_of_the_text(shared_library: Library) -> None:
    for sample in SAMPLES:
        assert shared_library.chunks_of(sample.document.id) == sample.chunks


def test_counts_and_list_agree_with_what_was_stored(shared_library: Library) -> None:
    status = shared_library.status()
    assert (status.documents, status.chunks) == (len(SAMPLES), sum(len(sample.chunks) for sample in SAMPLES))
    assert status.languages == dict.fromkeys(LANGUAGES, len(COUNTRIES))
    assert status.countries == dict.fromkeys(COUNTRIES, len(LANGUAGES))
    assert {entry.path: entry.chunks for entry in shared_library.entries()} == {
        sample.path: len(sample.chunks) for sample in SAMPLES
    }


def test_a_document_that_is_not_there_is_named(shared_library: Library) -> None:
    with pytest.raises(LibraryError, match="holds no document nowhere"):
        shared_library.document("nowhere")
    assert shared_library.chunks_of("nowhere") == []


def test_each_vector_belongs_to_its_chunk(shared_library: Library) -> None:
    stored = [str(text) for (text,) in rows(shared_library.folder, "SELECT text FROM chunks ORDER BY number")]
    assert np.array_equal(shared_library.vectors(), WordEncoder().encode_passages(stored))


def test_the_statements_that_are_stored_are_those_of_the_text(shared_library: Library) -> None:
    for sample in SAMPLES:
        for chunk in shared_library.chunks_of(sample.document.id):
            spans = [sample.document.text[start:end] for start, end in chunk.statements]
            assert all(text in chunk.text for text in spans)
    assert any(len(chunk.statements) > 1 for sample in SAMPLES for chunk in sample.chunks)
    assert not all(chunk.statements for sample in SAMPLES for chunk in sample.chunks)


@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_neighbours_are_those_in_the_document(shared_library: Library, count: int) -> None:
    for entry in shared_library.entries():
        chunks = shared_library.chunks_of(entry.id)
        for place, chunk in enumerate(chunks):
            before, after = shared_library.neighbours(chunk, count)
            assert [*before, chunk, *after] == chunks[max(0, place - count) : place + count + 1]


def test_a_chunk_that_is_gone_has_no_neighbours(shared_library: Library) -> None:
    [chunk, *_] = shared_library.chunks_of(shared_library.entries()[0].id)
    with pytest.raises(LibraryError, match="holds no chunk"):
        shared_library.neighbours(replace(chunk, id="gone"))


def test_a_removed_document_leaves_no_row_behind(folder: Path, encoder: WordEncoder) -> None:
    kept = {sample.document.id: len(sample.chunks) for sample in SAMPLES if sample.document.id != "nl-BE"}
    with open_for_writing(folder, encoder) as writer:
        assert writer.remove(["nl-BE", "nowhere"]) == 1
    assert rows(folder, "SELECT count(*) FROM documents WHERE id = 'nl-BE'") == [(0,)]
    assert rows(folder, "SELECT count(*) FROM chunks WHERE id LIKE 'nl-BE:%'") == [(0,)]
    assert rows(folder, OF_EMBEDDINGS) == rows(folder, OF_CHUNKS)
    assert rows(folder, "SELECT count(*) FROM embeddings") == [(sum(kept.values()),)]
    assert rows(folder, "PRAGMA foreign_key_check") == []
    library = Library(folder, encoder)
    assert {entry.id: entry.chunks for entry in library.entries()} == kept
    for mode in MODES:
        hits = library.search(SAMPLES[0].texts[0], question_language="nl", count=1000, mode=mode)
        assert "nl-BE" not in {hit.chunk.document_id for hit in hits}


def test_removing_nothing_changes_no_generation(folder: Path, encoder: WordEncoder) -> None:
    before = Library(folder, encoder).status()
    with open_for_writing(folder, encoder) as writer:
        assert writer.remove([]) == writer.remove(["nowhere"]) == 0
    assert Library(folder, encoder).status() == before


def test_a_new_version_replaces_the_old_one_whole(folder: Path, encoder: WordEncoder) -> None:
    newer = make_sample("nl-BE", "Nieuwe tekst over exoskeletten.", language="nl")
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [newer])
    library = Library(folder, encoder)
    assert library.document("nl-BE") == newer.document
    assert library.chunks_of("nl-BE") == newer.chunks
    assert library.status().documents == len(SAMPLES)
    assert rows(folder, OF_EMBEDDINGS) == rows(folder, OF_CHUNKS)


def test_the_embedding_of_a_reading_that_is_known_is_the_stored_one(
    folder: Path, encoder: WordEncoder
) -> None:
    old = SAMPLES[0].readings
    new = Reading("a text nobody has stored", ())
    with open_for_writing(folder, encoder) as writer:
        known = writer.known_embeddings([*old, new, *old])
        assert set(known) == set(old)
        for reading, expected in zip(old, encode_readings(old, WordEncoder()), strict=True):
            assert np.array_equal(known[reading].whole, expected.whole)
            assert known[reading].statements == pytest.approx(expected.statements, abs=HALF)
        encoded = len(encoder.encoded)
        put(writer, encoder, [make_sample("nl-BE", old[0].whole, "one line is new", *SAMPLES[0].texts[2:])])
        assert encoder.encoded[encoded:] == ["one line is new"]


def test_a_whole_that_is_known_with_other_statements_is_encoded_again(
    folder: Path, encoder: WordEncoder
) -> None:
    whole = SAMPLES[0].readings[0].whole
    with open_for_writing(folder, encoder) as writer:
        assert writer.known_embeddings([Reading(whole, ("a statement that was not there",))]) == {}


def test_storing_a_known_embedding_again_changes_none_of_its_bytes(
    folder: Path, encoder: WordEncoder
) -> None:
    """Statements lose precision once, when they are first stored, and not each time."""
    query = "SELECT digest, whole, statements FROM embeddings ORDER BY digest"
    before = rows(folder, query)
    with open_for_writing(folder, encoder) as writer:
        encoded = len(encoder.encoded)
        put(writer, encoder, SAMPLES)
        assert len(encoder.encoded) == encoded
    assert rows(folder, query) == before


def test_a_touched_file_keeps_its_document_and_the_generation(folder: Path, encoder: WordEncoder) -> None:
    sample = SAMPLES[0]
    before = Library(folder, encoder).status()
    with open_for_writing(folder, encoder) as writer:
        newer = type(STATE)(size=1, modified=99, digest=STATE.digest)
        writer.touch(sample.path, newer)
        assert writer.file_states()[sample.path] == newer
        assert writer.file_states()[SAMPLES[1].path] == STATE
        assert writer.ids_by_path()[sample.path] == sample.document.id
    assert Library(folder, encoder).status() == before


@pytest.mark.parametrize("changed", ["READING", "CHUNK_TOKENS"])
def test_files_read_in_another_way_are_to_be_read_again(
    folder: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    """And only those, so that an ingest of some files, or one cut short, leaves the others to the next."""
    monkeypatch.setattr(library_module, changed, 99)
    with open_for_writing(folder, encoder) as writer:
        assert writer.file_states() == {}
        put(writer, encoder, SAMPLES[:1])
        writer.publish()
        assert writer.file_states() == {SAMPLES[0].path: STATE}
    read = {reading for sample in SAMPLES for reading in sample.readings}
    assert len(encoder.encoded) == len({text for one in read for text in (one.whole, *one.statements)})
