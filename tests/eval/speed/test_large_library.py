"""Libraries made larger: as many chunks as asked, like those that they come from, and nothing encoded."""

from pathlib import Path

import numpy as np
import pytest

from eval.speed.large_library import make_library, read_chunks
from index.catalogue import Statements, open_catalogue
from index.library import Library
from index.records import Mode
from ingest.pipeline import ingest
from tests.doubles import WordEncoder

LINES = (
    "The council pays for the training of every worker who asks for a course in time. A course may last a "
    "year, and the employer keeps the place open until its end. Who leaves early pays back a part.",
    "Platforms must tell riders how their algorithm shares out the work of a day. A person looks at each "
    "refusal and answers within two weeks. Nobody loses an account because of what an algorithm alone found.",
    "Employers and unions agree on hours in which no message has to be answered at all. The agreement names "
    "the exceptions one by one. Each year both sides look at what came of it and write down their view.",
)

MODES: tuple[Mode, ...] = ("hybrid", "dense", "dense-raw", "lexical")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder, encoder = tmp_path_factory.mktemp("small"), WordEncoder()
    for number, line in enumerate(LINES):
        (folder / f"{number}.txt").write_text(line, encoding="utf-8")
    ingest([folder], folder / "library", encoder)
    return Library(folder / "library", encoder)


@pytest.fixture(scope="module")
def larger(source: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("large")
    make_library(folder, 700, source)
    return Library(folder, source.encoder)


def read_statements(library: Library) -> Statements:
    with open_catalogue(library.folder / "catalogue.sqlite") as catalogue:
        return catalogue.all_statements(library.encoder.dimension)


@pytest.mark.parametrize("size", [1, 3, 4])
def test_a_library_has_the_size_that_was_asked_for(source: Library, tmp_path: Path, size: int) -> None:
    make_library(tmp_path, size, source)
    assert Library(tmp_path, source.encoder).status().chunks == size


def test_nothing_is_encoded(source: Library, tmp_path: Path) -> None:
    assert isinstance(source.encoder, WordEncoder)
    before = list(source.encoder.encoded)
    make_library(tmp_path, 20, source)
    assert source.encoder.encoded == before


def test_texts_lack_a_word_in_ten_and_no_two_copies_lack_the_same(larger: Library) -> None:
    texts = [titled.chunk.text for titled in read_chunks(larger)]
    assert len(texts) == 700
    assert len(set(texts)) > 650, "where nothing or the same word falls, a text comes twice"
    kept = 0
    for number, text in enumerate(texts):
        remaining = iter(LINES[number % 3].split())
        assert all(word in remaining for word in text.split()), "the words left are in their order"
        kept += len(text.split())
    whole = sum(len(LINES[number % 3].split()) for number in range(700))
    assert kept / whole == pytest.approx(0.9, abs=0.02)


def test_vectors_are_of_unit_length_and_near_their_own(source: Library, larger: Library) -> None:
    vectors = larger.vectors()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(np.unique(vectors, axis=0)) > 650
    cosines = np.sum(vectors * np.resize(source.vectors(), vectors.shape), axis=1)
    assert float(np.mean(cosines)) == pytest.approx(0.958, abs=0.01)
    assert float(np.min(cosines)) > 0.85


def test_each_chunk_has_as_many_statements_as_its_own_with_vectors_near_theirs(
    source: Library, larger: Library
) -> None:
    own, varied = read_statements(source), read_statements(larger)
    assert own.counts.tolist() == [3, 3, 3]
    assert varied.counts.tolist() == [3] * 700
    assert np.linalg.norm(varied.vectors, axis=1) == pytest.approx(1, abs=1e-3), "stored in half precision"
    cosines = np.sum(varied.vectors * np.resize(own.vectors, varied.vectors.shape), axis=1)
    assert float(np.min(cosines)) > 0.85
    for titled in read_chunks(larger):
        assert len(titled.chunk.statements) == 3
        for start, end in titled.chunk.statements:
            assert titled.chunk.start <= start < end <= titled.chunk.end


def test_a_library_is_made_the_same_each_time(source: Library, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        make_library(tmp_path / name, 30, source)
        library = Library(tmp_path / name, source.encoder)
        statements = read_statements(library).vectors.tolist()
        made.append((read_chunks(library), library.vectors().tolist(), statements))
    assert made[0] == made[1]


def test_it_is_searched_like_any_other(larger: Library) -> None:
    assert larger.status().documents == 2
    for entry in larger.entries():
        document = larger.document(entry.id)
        for chunk in larger.chunks_of(entry.id):
            assert document.text[chunk.start : chunk.end] == chunk.text
    for mode in MODES:
        hits = larger.search("riders algorithm platforms refusal", question_language="en", mode=mode)
        assert len(hits) == 10
        assert set(hits[0].chunk.text.split()) <= set(LINES[1].split())
