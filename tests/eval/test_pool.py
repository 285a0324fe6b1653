"""A collection is encoded once, whatever interrupts it, and is searched as it was written."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.collection import Collection, Passage, Query
from eval.pool import locate_pool, make_chunk, open_pool
from index.library import Library
from index.reading import Reading, read_chunk
from index.records import Chunk
from tests.doubles import WordEncoder
from tests.eval.small import make_collection


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def collect(passages: Sequence[Passage], digest: str = "d") -> Collection:
    query = Query("q", "first words", "en")
    return Collection("made", tuple(passages), (query,), {"q": {passages[0].id: 1}}, digest)


def make_passages(count: int, language: str = "en") -> list[Passage]:
    return [Passage(f"{language}{number}", f"word{number} words", "", language) for number in range(count)]


ODD = [
    Passage("p1", "Telewerk in de zorg", "Zorg", "nl"),
    Passage("p/2:0", "Remote work,\n\nin care", "", "en"),
    Passage("p3", "", "Only a title", "en"),
    Passage("p4", "", "", "und"),
    Passage("p5", "Telewerk in de zorg", "Zorg", "nl"),
    Passage("p6", "Télétravail 𝔸", "", "fr"),
]


def chunks_of(library: Library) -> dict[str, Chunk]:
    return {chunk.id: chunk for entry in library.entries() for chunk in library.chunks_of(entry.id)}


def read(passage: Passage) -> Reading:
    return read_chunk(passage.title, make_chunk(passage))


def list_texts(passages: Sequence[Passage]) -> list[str]:
    """All that the encoder is given of these, each text once."""
    readings = [read(passage) for passage in passages]
    return sorted({text for reading in readings for text in (reading.whole, *reading.statements)})


@pytest.mark.parametrize("languages", [("nl", "en"), ("nl", "en", "de", "cs")], ids=len)
def test_ids_languages_and_texts_survive(tmp_path: Path, languages: tuple[str, ...]) -> None:
    collection = make_collection(tmp_path / "small", languages)
    chunks = chunks_of(open_pool(collection, WordEncoder()))
    assert {id_: (chunk.text, chunk.language) for id_, chunk in chunks.items()} == {
        passage.id: (passage.text, passage.language) for passage in collection.passages
    }


def test_empty_passages_equal_ones_and_odd_ids_survive_too() -> None:
    library = open_pool(collect(ODD), WordEncoder())
    chunks = chunks_of(library)
    assert {id_: (chunk.text, chunk.language) for id_, chunk in chunks.items()} == {
        passage.id: (passage.text, passage.language) for passage in ODD
    }
    for chunk in chunks.values():
        assert library.document(chunk.document_id).text[chunk.start : chunk.end] == chunk.text


def test_a_title_is_read_before_the_text_and_found_by_its_words() -> None:
    assert read(ODD[0]).whole == "Zorg\nTelewerk in de zorg"
    assert read(ODD[1]).whole == "Remote work,\n\nin care"
    encoder = WordEncoder()
    library = open_pool(collect(ODD), encoder)
    assert "Zorg\nTelewerk in de zorg" in encoder.encoded
    [ranking] = library.rank_many([("title", "en")], ["lexical"])
    assert [id_ for id_, _ in ranking["lexical", None]] == ["p3"]


def test_a_text_that_stands_twice_is_encoded_once() -> None:
    encoder = WordEncoder()
    open_pool(collect(ODD), encoder)
    assert sorted(encoder.encoded) == list_texts(ODD)
    assert len({read(passage) for passage in ODD}) == len(ODD) - 1


def test_statements_lie_where_their_passage_does() -> None:
    said = {
        Passage("p1", "Robots lift heavy loads. Why? People watch them do it.", "Port", "en"): [
            "Robots lift heavy loads.",
            "People watch them do it.",
        ],
        Passage("p2", "Roboter heben schwere Lasten.", "", "de"): ["Roboter heben schwere Lasten."],
        Passage("p3", "Ships wait for the tide.", "", "en"): ["Ships wait for the tide."],
        Passage("p4", "Too short.", "", "en"): [],
    }
    library = open_pool(collect(list(said)), WordEncoder())
    chunks = chunks_of(library)
    for passage, expected in said.items():
        chunk = chunks[passage.id]
        text = library.document(chunk.document_id).text
        assert [text[start:end] for start, end in chunk.statements] == expected


def test_a_second_opening_encodes_nothing() -> None:
    collection = collect(make_passages(700))
    first = open_pool(collection, WordEncoder())
    encoder = WordEncoder()
    done: list[int] = []
    again = open_pool(collection, encoder, done.append)
    assert encoder.encoded == []
    assert again.folder == first.folder
    assert done[-1] == 700


def test_an_interrupted_encoding_goes_on_where_it_stopped() -> None:
    passages = [*make_passages(700), *make_passages(600, "nl")]
    collection = collect(passages)
    stopping = WordEncoder(stop_after=800)
    with pytest.raises(KeyboardInterrupt):
        open_pool(collection, stopping)
    assert 0 < len(stopping.encoded) <= 800
    encoder = WordEncoder()
    library = open_pool(collection, encoder)
    assert sorted(stopping.encoded + encoder.encoded) == sorted(read(one).whole for one in passages)
    assert set(chunks_of(library)) == {passage.id for passage in passages}

    whole = open_pool(replace(collection, digest="other"), WordEncoder())
    for mine, other in zip(library.vectors(), whole.vectors(), strict=True):
        assert np.array_equal(mine, other)


def test_one_is_told_how_many_passages_are_encoded() -> None:
    done: list[int] = []
    open_pool(collect([*make_passages(600), *make_passages(10, "nl")]), WordEncoder(), done.append)
    assert done == sorted(set(done))
    assert len(done) > 1
    assert done[-1] == 610


def test_another_collection_or_encoder_has_another_folder(cache: Path) -> None:
    collection = collect(make_passages(3))
    folders = {
        locate_pool(collection, WordEncoder()),
        locate_pool(replace(collection, name="renamed"), WordEncoder()),
        locate_pool(replace(collection, digest="other"), WordEncoder()),
        locate_pool(collection, WordEncoder("other words")),
    }
    assert len(folders) == 3, "a name decides nothing"
    assert {folder.parent for folder in folders} == {cache / "collections"}
    assert not cache.exists(), "asking where it lies makes nothing"
    encoder = WordEncoder("other words")
    open_pool(collection, WordEncoder())
    open_pool(collection, encoder)
    assert len(encoder.encoded) == 3
