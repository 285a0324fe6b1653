"""A file is written whole or stays what it was."""

from pathlib import Path

import pytest

from index.files import write_bytes


def test_what_is_written_can_be_read_in_a_folder_that_was_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_bytes(path, b"head", b"body")
    assert path.read_bytes() == b"headbody"
    assert [one.name for one in path.parent.iterdir()] == ["file"]


def test_a_failure_leaves_the_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")

    with pytest.raises(TypeError):
        write_bytes(path, b"half of", "no bytes")
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
