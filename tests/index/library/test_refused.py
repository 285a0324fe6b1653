"""What is no library, or another one than is asked for, is refused with both sides."""

import errno
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from index.catalogue import FORMAT
from index.errors import LibraryError
from index.library import Library
from tests.doubles import WordEncoder
from tests.index.library.collection import (
    SAMPLES,
    cut_in_half,
    open_and_write,
)
from tests.index.samples import build


def open_for_reading(folder: Path, encoder: WordEncoder) -> None:
    library = Library(folder, encoder)
    library.status()
    library.search("robots change work", question_language="en")
    library.vectors()
    library.document("nl-BE")


OPENERS = [open_for_reading, open_and_write]
either_way = pytest.mark.parametrize("use", OPENERS, ids=lambda use: use.__name__)


@either_way
def test_another_encoder_is_refused_and_both_are_named(
    folder: Path, use: Callable[[Path, WordEncoder], None]
) -> None:
    with pytest.raises(LibraryError, match=r"the encoder words .* with letters: choose words"):
        use(folder, WordEncoder("letters"))


def test_the_same_weights_under_another_name_are_welcome(folder: Path, encoder: WordEncoder) -> None:
    renamed = WordEncoder()
    renamed.name = "a/copy"
    assert Library(folder, renamed).status().encoder == encoder.name


@either_way
def test_another_format_is_refused_with_both_numbers(
    folder: Path, encoder: WordEncoder, use: Callable[[Path, WordEncoder], None]
) -> None:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    with connection:
        connection.execute("UPDATE manifest SET value = '99' WHERE key = 'format'")
    connection.close()
    with pytest.raises(LibraryError, match=f"format 99, this version reads {FORMAT}"):
        use(folder, encoder)


def test_a_catalogue_without_an_id_is_of_an_older_format(folder: Path, encoder: WordEncoder) -> None:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    with connection:
        connection.execute("DELETE FROM manifest WHERE key = 'library'")
        connection.execute("UPDATE manifest SET value = '1' WHERE key = 'format'")
    connection.close()
    with pytest.raises(LibraryError, match=r"format 1, .*: ingest the documents into a new library"):
        Library(folder, encoder)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, encoder: WordEncoder) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="file is a file, and a library is a folder"):
        open_and_write(tmp_path / "file", encoder)
    with pytest.raises(LibraryError, match=r"below cannot be written .*: choose another one"):
        open_and_write(tmp_path / "file" / "below", encoder)


def test_a_folder_that_refuses_to_be_written_is_told(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(LibraryError, match=r"cannot be written \(Permission denied\): choose another one"):
        open_and_write(tmp_path, encoder)


def test_a_catalogue_that_cannot_be_written_is_told(folder: Path, encoder: WordEncoder) -> None:
    (folder / "catalogue.sqlite-shm").symlink_to(folder / "nowhere" / "shm")
    with pytest.raises(LibraryError, match=r"cannot be written .*choose another library"):
        open_and_write(folder, encoder)


def overwrite(file: Path) -> None:
    file.write_bytes(b"This is no database. " * 500)


def overwrite_the_end(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xee" * (len(data) - 4096))


@either_way
@pytest.mark.parametrize("damage", [overwrite, cut_in_half, overwrite_the_end], ids=lambda d: d.__name__)
def test_a_damaged_catalogue_is_told_as_such(
    folder: Path,
    encoder: WordEncoder,
    damage: Callable[[Path], None],
    use: Callable[[Path, WordEncoder], None],
) -> None:
    damage(folder / "catalogue.sqlite")
    with pytest.raises(LibraryError, match=re.escape(str(folder)) + ".*ingest the documents again"):
        use(folder, encoder)


def test_a_missing_library_is_told_with_the_next_step(tmp_path: Path, encoder: WordEncoder) -> None:
    with pytest.raises(LibraryError, match=r"There is no library at .*: run `fasttrack ingest`"):
        Library(tmp_path / "nowhere", encoder)
    assert not (tmp_path / "nowhere").exists()


def test_a_library_whose_making_was_cut_short_is_told_and_can_be_filled(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    (tmp_path / "catalogue.sqlite").touch()
    with pytest.raises(LibraryError, match="is empty: run `fasttrack ingest`"):
        Library(tmp_path, encoder)
    build(tmp_path, encoder, SAMPLES[:1])
    assert Library(tmp_path, encoder).status().documents == 1
