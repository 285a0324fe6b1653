"""Libraries made larger: as many chunks as asked, like those that they come from, and nothing encoded."""

from pathlib import Path

import numpy as np
import pytest

from eval.speed.large_library import make_library, read_passages
from index.encoder import Vectors
from index.library import Library, open_for_writing
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


def vectors_by_text(library: Library) -> dict[str, Vectors]:
    texts = [passage.embedding_text for passage in read_passages(library)]
    with open_for_writing(library.folder, library.encoder) as writer:
        return dict(writer.known_vectors(texts))


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
    texts = [passage.text for passage in read_passages(larger)]
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
    _, vectors = larger.vectors()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(np.unique(vectors, axis=0)) > 650
    known = vectors_by_text(source)
    own = np.stack([known[passage.embedding_text] for passage in read_passages(source)])
    cosines = np.sum(vectors * np.stack([own[number % 3] for number in range(700)]), axis=1)
    assert float(np.mean(cosines)) == pytest.approx(0.958, abs=0.01)
    assert float(np.min(cosines)) > 0.85


def test_a_library_is_made_the_same_each_time(source: Library, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        make_library(tmp_path / name, 30, source)
        library = Library(tmp_path / name, source.encoder)
        made.append((read_passages(library), library.vectors()[1].tolist()))
    assert made[0] == made[1]


def test_it_is_searched_like_any_other(larger: Library) -> None:
    assert larger.status().documents == 2
    for entry in larger.entries():
        document = larger.document(entry.id)
        for chunk in larger.chunks_of(entry.id):
            assert document.text[chunk.start : chunk.end] == chunk.text
    for mode in ("hybrid", "dense", "lexical"):
        hits = larger.search("riders algorithm platforms refusal", question_language="en", mode=mode)
        assert len(hits) == 10
        assert "riders" in hits[0].chunk.text
