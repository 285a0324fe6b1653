"""An ingest reads every file once, with all that is known of it, and tells how far it is."""

from pathlib import Path

import pytest

from index.errors import FastTrackError, LibraryError
from index.library import Library
from ingest.pipeline import Progress, ingest
from tests.doubles import WordEncoder
from tests.ingest.folders import counts, expect, list_texts, readings_of, without_times
from tests.ingest.stored import read_stored
from tests.sayings import SENTENCES

# What is read


def test_every_file_becomes_a_document_with_all_that_is_known_of_it(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    report = ingest([files], library, encoder)
    stored = read_stored(library)
    assert counts(report) == expect(read=7, encoded=report.chunks)
    assert set(stored.documents) == {str(path) for path in files.rglob("*.*")}
    reader = Library(library, encoder)
    assert {
        entry.source: (entry.metadata.title, entry.metadata.language, entry.metadata.country)
        for entry in reader.entries()
    } == {
        **{
            f"{'below/' if language == 'cs' else ''}{language}.md": (f"Document {number}", language, "BE")
            for number, language in enumerate(SENTENCES)
        },
        "pages.pdf": ("Pages", "en", ""),
    }
    assert len(stored.chunks) == report.chunks == reader.status().chunks
    (hit, *_) = reader.search("People watch.", question_language="en")
    assert hit.chunk.last_page == 2


def test_every_chunk_and_statement_is_encoded_once_with_its_context(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    report = ingest([files], library, encoder)
    assert sorted(encoder.encoded) == list_texts(readings_of(library).values())
    assert len(encoder.encoded) > 2 * report.encoded, "a chunk has several statements"
    assert {text.split("\n")[0] for text in encoder.encoded} == {
        *(f"Document {n}" for n in range(6)),
        "Pages",
    }


def test_hidden_files_and_folders_are_left_alone(files: Path, library: Path, encoder: WordEncoder) -> None:
    for hidden in (
        files / ".hidden.md",
        files / ".git" / "notes.md",
        files / "below" / ".cache" / "a" / "b.md",
    ):
        hidden.parent.mkdir(parents=True, exist_ok=True)
        hidden.write_text("Hidden text.")
    report = ingest([files], library, encoder)
    assert counts(report) == expect(read=7, encoded=report.chunks)
    assert not any("Hidden" in text for text in encoder.encoded)


def test_a_hidden_folder_above_the_root_hides_nothing(tmp_path: Path, encoder: WordEncoder) -> None:
    folder = tmp_path / ".home" / "files"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Robots lift loads.")
    assert ingest([folder], tmp_path / "library", encoder).read == 1


def test_a_hidden_file_that_is_named_is_read(tmp_path: Path, library: Path, encoder: WordEncoder) -> None:
    (tmp_path / ".notes.txt").write_text("Robots lift loads.")
    assert ingest([tmp_path / ".notes.txt"], library, encoder).read == 1


def test_an_empty_folder_makes_an_empty_library(tmp_path: Path, library: Path, encoder: WordEncoder) -> None:
    (tmp_path / "empty").mkdir()
    report = ingest([tmp_path / "empty"], library, encoder)
    assert (counts(report), report.chunks) == (expect(), 0)
    assert Library(library, encoder).search("robots", question_language="en") == []


def test_a_path_that_is_not_there_is_named_and_nothing_is_made(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    with pytest.raises(FastTrackError, match=r"There is no file or folder .*nowhere"):
        ingest([files, files / "nowhere"], library, encoder)
    assert not library.exists()


def test_texts_that_stand_in_two_files_are_encoded_once(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    (files / "copy.md").write_bytes((files / "en.md").read_bytes())
    report = ingest([files], library, encoder)
    stored = read_stored(library)
    assert sorted(encoder.encoded) == list_texts(readings_of(library).values())
    assert report.encoded == report.chunks - len(stored.of(files / "copy.md")) < report.chunks
    vectors = [[stored.embedding(id_) for id_ in stored.of(files / name)] for name in ("en.md", "copy.md")]
    assert vectors[0] == vectors[1]


# Progress and refusals


def test_progress_rises_to_the_end(files: Path, library: Path, encoder: WordEncoder) -> None:
    (files / "broken.pdf").write_bytes(b"%PDF-")
    size = sum(path.stat().st_size for path in files.rglob("*.*"))
    for _ in range(2):
        told: list[Progress] = []
        report = ingest([files], library, encoder, told.append)
        assert [step.done for step in told] == sorted(step.done for step in told)
        assert {step.total for step in told} == {size}
        assert told[-1].done == pytest.approx(size)
        assert told[-1].encoded == report.encoded


def test_a_library_of_another_encoder_is_refused_before_anything_is_read(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    other = WordEncoder("letters")
    with pytest.raises(LibraryError, match="built with the encoder words"):
        ingest([files], library, other)
    assert (other.encoded, read_stored(library)) == ([], before)


def test_two_runs_into_new_libraries_give_the_same_report_and_the_same_rows(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    first = ingest([files], library, encoder)
    second = ingest([files], library.with_name("second"), WordEncoder())
    assert without_times(first) == without_times(second)
    assert read_stored(library) == read_stored(library.with_name("second"))
