"""An ingest does what is new and nothing else, and leaves nothing of what is gone."""

from pathlib import Path

import pytest

from index.library import Library
from index.records import Mode
from ingest.pipeline import ingest
from tests.doubles import WordEncoder
from tests.ingest.folders import (
    counts,
    encode,
    expect,
    keep_times,
    list_texts,
    make_newer,
    paragraph,
    readings_of,
)
from tests.ingest.stored import read_stored

MODES: tuple[Mode, ...] = ("hybrid", "dense", "dense-raw", "lexical")


# What is not read again


def test_a_second_run_reads_and_encodes_nothing(files: Path, library: Path, encoder: WordEncoder) -> None:
    first = ingest([files], library, encoder)
    before = read_stored(library), Library(library, encoder).status()
    encoder.encoded.clear()
    second = ingest([files], library, encoder)
    assert counts(second) == expect(unchanged=7)
    assert (second.chunks, encoder.encoded) == (first.chunks, [])
    assert (read_stored(library), Library(library, encoder).status()) == before


def test_a_file_of_the_same_size_and_time_is_not_opened(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    text = (files / "en.md").read_text(encoding="utf-8")
    keep_times(files / "en.md", text.replace("robots", "people"))
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)
    assert read_stored(library) == before


def test_a_touched_file_is_unchanged_and_its_new_time_is_kept(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    encoder.encoded.clear()
    make_newer(files / "en.md")
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)
    assert (read_stored(library).chunks, encoder.encoded) == (before.chunks, [])
    # With its new time kept, it is not opened at the next run.
    text = (files / "en.md").read_text(encoding="utf-8")
    keep_times(files / "en.md", text.replace("robots", "people"))
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)


def test_a_changed_file_encodes_only_the_chunks_that_changed(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    encoder.encoded.clear()
    path = files / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("robots", "machines", 1), encoding="utf-8")
    report = ingest([files], library, encoder)
    after = read_stored(library)
    assert counts(report) == expect(read=1, unchanged=6, encoded=1)
    assert len(after.texts - before.texts) == len(before.texts - after.texts) == 1
    assert len(after.of(path)) == len(before.of(path)) > 1
    [changed] = [one for one in readings_of(library, path).values() if "machines" in one.whole]
    assert len(changed.statements) > 1
    assert sorted(encoder.encoded) == list_texts([changed])


def test_a_chunk_that_only_moves_keeps_its_vectors_and_those_of_its_statements(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    path = files / "more.md"
    sections = [f"## Section {number}\n\n{paragraph('en', 900 + number)}\n\n" for number in range(4)]
    path.write_text("# More\n\n" + "".join(sections[1:]), encoding="utf-8")
    ingest([files], library, encoder)
    known, stored = readings_of(library, path), read_stored(library)
    before = {reading: stored.embedding(id_) for id_, reading in known.items()}
    assert max(len(reading.statements) for reading in known.values()) > 1
    encoder.encoded.clear()
    path.write_text("# More\n\n" + "".join(sections), encoding="utf-8")
    report = ingest([files], library, encoder)
    moved, stored = readings_of(library, path), read_stored(library)
    new = [reading for reading in moved.values() if reading not in before]
    assert counts(report) == expect(read=1, unchanged=7, encoded=len(new))
    assert len(moved) == len(known) + len(new) > len(known)
    assert not set(known) & set(moved), "every chunk begins elsewhere"
    assert sorted(encoder.encoded) == list_texts(new)
    for id_, reading in moved.items():
        assert stored.embedding(id_) == before.get(reading, stored.embedding(id_)) == encode(reading)


def test_a_changed_title_encodes_the_whole_document_anew(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    encoder.encoded.clear()
    path = files / "en.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: Document 1", "title: Other"), encoding="utf-8"
    )
    report = ingest([files], library, encoder)
    readings = readings_of(library, path).values()
    assert counts(report) == expect(read=1, unchanged=6, encoded=len(readings))
    assert sorted(encoder.encoded) == list_texts(readings)


def test_a_renamed_file_is_read_again_and_encodes_nothing(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    encoder.encoded.clear()
    (files / "en.md").rename(files / "below" / "renamed.md")
    assert counts(ingest([files], library, encoder)) == expect(read=1, unchanged=6, removed=1)
    after = read_stored(library)
    assert set(before.documents) - set(after.documents) == {str(files / "en.md")}
    assert set(after.documents) - set(before.documents) == {str(files / "below" / "renamed.md")}
    assert after.texts == before.texts


def test_a_text_that_moves_to_a_later_file_keeps_its_vector(
    tmp_path: Path, library: Path, encoder: WordEncoder
) -> None:
    """The first file gives its text up in the same run in which the second one takes it over."""
    folder = tmp_path / "moving"
    folder.mkdir()
    (folder / "a.md").write_text("# Same title\n\nRobots lift heavy loads.")
    ingest([folder], library, encoder)
    encoder.encoded.clear()
    (folder / "a.md").write_text("# Same title\n\nPeople watch the robots.")
    (folder / "b.md").write_text("# Same title\n\nRobots lift heavy loads.")
    assert counts(ingest([folder], library, encoder)) == expect(read=2, encoded=1)
    assert encoder.encoded == ["Same title\nPeople watch the robots."]
    stored = read_stored(library)
    for id_, reading in readings_of(library).items():
        assert reading.statements == (reading.whole,)
        assert stored.embedding(id_) == encode(reading)


# What is gone


def test_a_removed_file_leaves_nothing_behind(files: Path, library: Path, encoder: WordEncoder) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    (files / "en.md").unlink()
    assert counts(ingest([files], library, encoder)) == expect(unchanged=6, removed=1)
    after = read_stored(library)
    gone = before.of(files / "en.md")
    assert set(after.documents) == set(before.documents) - {str(files / "en.md")}
    assert after.chunks == {id_: chunk for id_, chunk in before.chunks.items() if id_ not in gone}
    for mode in MODES:
        hits = Library(library, encoder).search("robots", question_language="en", count=999, mode=mode)
        assert not {hit.chunk.id for hit in hits} & set(gone)


def test_the_source_of_an_unchanged_file_follows_the_folder_that_was_ingested_last(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    for folder, source in ((files / "below", "cs.md"), (files, "below/cs.md"), (files / "below", "cs.md")):
        ingest([folder], library, encoder)
        entries = Library(library, encoder).entries()
        assert [entry.source for entry in entries if entry.source.endswith("cs.md")] == [source]
    assert len(encoder.encoded) == len(set(encoder.encoded))


def test_an_ingest_of_one_folder_removes_nothing_elsewhere(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    (files / "en.md").unlink()
    (files / "below" / "cs.md").unlink()
    assert counts(ingest([files / "below"], library, encoder)) == expect(removed=1)
    assert str(files / "en.md") in read_stored(library).documents


def test_a_folder_whose_name_begins_alike_is_another_folder(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    beside = files.with_name("files-2")
    beside.mkdir()
    (beside / "a.txt").write_text("Robots lift loads.")
    ingest([files, beside], library, encoder)
    (beside / "a.txt").unlink()
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)


@pytest.mark.parametrize(
    "chosen",
    [
        [["."], ["below"], ["below/cs.md"]],
        [["below/cs.md"], ["below"], ["."]],
        [[".", "below", "below/cs.md", "."]],
        [["below/cs.md", "below", "."]],
        [["below/../below"], ["."]],
    ],
    ids=["inwards", "outwards", "at-once", "at-once-outwards", "dots"],
)
def test_overlapping_folders_give_no_document_twice(
    files: Path, library: Path, encoder: WordEncoder, chosen: list[list[str]]
) -> None:
    for names in chosen:
        ingest([files / name for name in names], library, encoder)
    alone = WordEncoder()
    ingest([files], library.with_name("alone"), alone)
    assert read_stored(library).chunks == read_stored(library.with_name("alone")).chunks
    assert sorted(encoder.encoded) == sorted(alone.encoded)


def test_a_relative_path_and_a_link_lead_to_the_same_documents(
    files: Path, library: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([files], library, encoder)
    monkeypatch.chdir(files.parent)
    assert counts(ingest([Path("files")], library, encoder)) == expect(unchanged=7)
    Path("link").symlink_to(files)
    assert counts(ingest([Path("link")], library, encoder)) == expect(unchanged=7)
