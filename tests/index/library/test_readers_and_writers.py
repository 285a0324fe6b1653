"""Whoever reads sees one state of a library, and one at a time changes it."""

import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from index.catalogue import Catalogue, open_catalogue
from index.errors import LibraryError
from index.library import Library, open_for_writing
from tests.doubles import WordEncoder
from tests.index.library.collection import (
    DERIVED,
    SAMPLES,
    open_and_write,
    rows,
    texts,
)
from tests.index.samples import Sample, build, make_sample, put


def test_a_reader_cannot_change_the_catalogue(folder: Path) -> None:
    with (
        pytest.raises(LibraryError, match="cannot be read"),
        open_catalogue(folder / "catalogue.sqlite") as catalogue,
    ):
        catalogue.remove(["nl-BE"])


@pytest.mark.parametrize("name", ["map #1", "50%41", "why?", "Zpráva"])
def test_a_folder_may_have_any_name(tmp_path: Path, encoder: WordEncoder, name: str) -> None:
    library = build(tmp_path / name, encoder, SAMPLES[:1])
    assert library.status().documents == 1
    assert (tmp_path / name / "catalogue.sqlite").is_file()


def test_a_library_is_read_where_no_file_can_be_made_beside_the_catalogue(
    folder: Path, encoder: WordEncoder
) -> None:
    """A link to nowhere and folders stand where something would be written, as root may write anywhere."""
    expected = Library(folder, encoder).search("robots change work", question_language="en")
    (folder / "catalogue.sqlite-shm").symlink_to(folder / "nowhere" / "shm")
    for name in DERIVED:
        (folder / name).unlink()
        (folder / name).mkdir()
    library = Library(folder, encoder)
    assert library.search("robots change work", question_language="en") == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_library_in_a_folder_that_cannot_be_written_is_read(folder: Path, encoder: WordEncoder) -> None:
    for name in DERIVED:
        (folder / name).unlink()
    folder.chmod(0o555)
    try:
        assert Library(folder, encoder).search("robots change work", question_language="en")
        with pytest.raises(LibraryError, match="cannot be"):
            open_and_write(folder, encoder)
    finally:
        folder.chmod(0o755)


def test_changes_that_lie_in_the_log_alone_are_not_passed_over(folder: Path, encoder: WordEncoder) -> None:
    """Without its log the catalogue would be taken for an older one."""
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [make_sample("new", "brand new exoskeletons")])
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
    (copy / "catalogue.sqlite-shm").unlink()
    (copy / "catalogue.sqlite-shm").symlink_to(copy / "nowhere" / "shm")
    with pytest.raises(LibraryError, match="cannot be read"):
        Library(copy, encoder)


def test_searches_while_a_writer_is_at_work_leave_the_files_to_it(folder: Path, encoder: WordEncoder) -> None:
    library = Library(folder, encoder)
    before = [(folder / name).read_bytes() for name in DERIVED]
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [make_sample("new", "brand new exoskeletons")])
        (best, *_) = library.search("brand new exoskeletons", question_language="en")
        assert best.chunk.document_id == "new"
        assert [(folder / name).read_bytes() for name in DERIVED] == before
        writer.publish()
        assert all((folder / name).read_bytes() != old for name, old in zip(DERIVED, before, strict=True))


def test_a_reader_sees_each_generation_while_the_writer_stays_open(
    folder: Path, encoder: WordEncoder
) -> None:
    reader = Library(folder, encoder)
    generation = reader.status().generation
    with open_for_writing(folder, encoder) as writer:
        for step, name in enumerate(["first", "second"], start=1):
            put(writer, encoder, [make_sample(name, f"the {name} exoskeleton")])
            (best, *_) = reader.search(f"the {name} exoskeleton", question_language="en")
            assert best.chunk.document_id == name
            assert reader.status().generation == generation + step
        writer.remove(["first"])
        hits = reader.search("the first exoskeleton", question_language="en", count=1000)
        assert "first" not in {hit.chunk.document_id for hit in hits}


def test_a_reader_sees_nothing_of_a_transaction_under_way(folder: Path, encoder: WordEncoder) -> None:
    reader = Library(folder, encoder)
    before = reader.status(), reader.entries(), reader.search("robots", question_language="en")
    catalogue = Catalogue(folder / "catalogue.sqlite", writing=True)
    with catalogue.transaction():
        catalogue._delete("nl-BE")
        assert (reader.status(), reader.entries(), reader.search("robots", question_language="en")) == before
    catalogue.close()
    assert reader.status().documents == before[0].documents - 1


def same_ids_twice(sample: Sample) -> Sample:
    """A document that cannot be stored: its last chunk has the id of its first."""
    return Sample(sample.document, [*sample.chunks, sample.chunks[0]])


@pytest.mark.parametrize(
    "broken",
    [
        make_sample("nl-BE", "a newer version", "of two lines"),
        make_sample("new", "a new one", "of two lines"),
    ],
    ids=["a-new-version", "a-new-document"],
)
def test_a_put_that_fails_leaves_everything_as_it_was(
    folder: Path, encoder: WordEncoder, broken: Sample
) -> None:
    def state() -> list[object]:
        tables = ("documents", "chunks", "embeddings", "offsets", "manifest")
        return [rows(folder, f"SELECT * FROM {table}") for table in tables]

    before = state()
    with open_for_writing(folder, encoder) as writer:
        with pytest.raises(sqlite3.IntegrityError):
            put(writer, encoder, [same_ids_twice(broken)])
        assert state() == before
        put(writer, encoder, [broken])
    assert Library(folder, encoder).document(broken.document.id) == broken.document


def test_a_second_writer_is_refused_and_may_come_afterwards(folder: Path, encoder: WordEncoder) -> None:
    with open_for_writing(folder, encoder) as writer:
        with pytest.raises(LibraryError, match="Another process is writing to the library at"):
            open_for_writing(folder, encoder).__enter__()
        put(writer, encoder, [make_sample("new", "the first writer goes on")])
    with open_for_writing(folder, encoder) as writer:
        assert "/files/new.txt" in writer.file_states()


def test_a_writer_that_failed_does_not_keep_others_out(folder: Path, encoder: WordEncoder) -> None:
    with pytest.raises(KeyboardInterrupt), open_for_writing(folder, encoder):
        raise KeyboardInterrupt
    with open_for_writing(folder, encoder) as writer:
        assert writer.count_chunks() == sum(len(sample.chunks) for sample in SAMPLES)


def test_readers_that_derive_the_files_at_once_all_find_the_same(folder: Path, encoder: WordEncoder) -> None:
    expected = texts(Library(folder, encoder).search("robots change work", question_language="en"))
    readers = 8
    barrier = Barrier(readers)

    def search(_: int) -> list[str]:
        library = Library(folder, encoder)
        barrier.wait()
        return texts(library.search("robots change work", question_language="en"))

    for _ in range(5):
        for name in DERIVED:
            (folder / name).unlink()
        with ThreadPoolExecutor(readers) as pool:
            assert list(pool.map(search, range(readers))) == [expected] * readers
    assert sorted(path.name for path in folder.iterdir() if "catalogue" not in path.name) == sorted(
        [*DERIVED, "writing.lock"]
    )


def test_one_library_serves_many_threads_while_it_changes(folder: Path, encoder: WordEncoder) -> None:
    library = Library(folder, encoder)

    def search(number: int) -> bool:
        hits = library.search(f"robots {number}", question_language="en", count=200)
        return len(hits) == len({hit.chunk.id for hit in hits}) >= sum(len(s.chunks) for s in SAMPLES)

    with ThreadPoolExecutor(4) as pool, open_for_writing(folder, encoder) as writer:
        found = [pool.submit(search, number) for number in range(40)]
        for number in range(20):
            put(writer, encoder, [make_sample(f"new-{number}", f"robots {number}")])
        assert all(future.result() for future in found)
