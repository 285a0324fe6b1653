"""The indexes' files are derived: whatever becomes of them, a search finds the same."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.library import Library, open_for_writing
from tests.doubles import WordEncoder
from tests.index.library.collection import (
    DERIVED,
    SAMPLES,
    cut_in_half,
    date_back,
    empty,
    fill_with_other_data,
    flip_a_byte,
    read_whole,
    take_away,
)
from tests.index.samples import Sample, build, make_sample, put

DAMAGES = [take_away, empty, cut_in_half, flip_a_byte, date_back, fill_with_other_data]


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_made_anew_and_no_text_is_encoded_again(
    folder: Path, encoder: WordEncoder, damage: Callable[[Path], None], name: str
) -> None:
    question = "robots change work"
    before = Library(folder, encoder).search(question, question_language="en", count=20)
    content, encoded = read_whole(folder / name), list(encoder.encoded)
    assert content is not None
    damage(folder / name)
    assert read_whole(folder / name) is None
    library = Library(folder, encoder)
    assert library.search(question, question_language="en", count=20) == before
    assert encoder.encoded == encoded
    assert read_whole(folder / name) == content


def test_all_files_belong_to_what_was_published(folder: Path, encoder: WordEncoder) -> None:
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [make_sample("new", "brand new exoskeletons")])
        assert [read_whole(folder / name) for name in DERIVED] == [None] * len(DERIVED)
        writer.publish()
        assert all(read_whole(folder / name) for name in DERIVED)


def test_an_unpublished_change_is_found_all_the_same(folder: Path, encoder: WordEncoder) -> None:
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [make_sample("new", "brand new exoskeletons")])
    (best, *_) = Library(folder, encoder).search("brand new exoskeletons", question_language="en")
    assert best.chunk.document_id == "new"


def test_a_new_catalogue_does_not_take_the_old_ones_files_for_its_own(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    """Both have the same generation number, and only one has the text."""
    build(tmp_path, encoder, [make_sample("old", "robots lift loads")])
    (tmp_path / "catalogue.sqlite").unlink()
    build(tmp_path, encoder, [make_sample("new", "people talk")])
    (hit,) = Library(tmp_path, encoder).search("people talk", question_language="en", mode="dense")
    assert hit.similarity == pytest.approx(1.0)


def make_anew(folder: Path, encoder: WordEncoder, samples: list[Sample]) -> None:
    shutil.rmtree(folder)
    build(folder, encoder, samples)


def test_an_open_library_that_is_made_anew_answers_from_the_new_one(
    folder: Path, encoder: WordEncoder
) -> None:
    """The new one ends at the generation of the old one."""
    library = Library(folder, encoder)
    library.search("people talk", question_language="en")
    samples = [make_sample(f"new-{number}", "people talk") for number in range(len(SAMPLES))]
    make_anew(folder, encoder, samples)
    hits = library.search("people talk", question_language="en", count=1000, mode="dense")
    assert [hit.chunk.document_id for hit in hits] == [sample.document.id for sample in samples]
    assert [hit.similarity for hit in hits] == pytest.approx([1.0] * len(samples))


def test_an_open_library_that_is_made_anew_with_another_encoder_is_refused(
    folder: Path, encoder: WordEncoder
) -> None:
    library = Library(folder, encoder)
    make_anew(folder, WordEncoder("letters"), SAMPLES)
    with pytest.raises(LibraryError, match="was built with the encoder letters"):
        library.search("robots", question_language="en")


def test_an_open_library_that_was_removed_is_told(folder: Path, encoder: WordEncoder) -> None:
    library = Library(folder, encoder)
    shutil.rmtree(folder)
    with pytest.raises(LibraryError, match=r"cannot be read .*: check that it is there"):
        library.search("robots", question_language="en")
    assert not folder.exists()
