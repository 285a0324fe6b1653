"""The library keeps one truth: what is searched, counted and found again is what was stored last."""

import errno
import os
import re
import shutil
import sqlite3
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from threading import Barrier

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from index import library as library_module
from index.catalogue import FORMAT, Catalogue, open_catalogue
from index.derived import read_derived
from index.errors import LibraryError
from index.filters import EVERYTHING, Filter
from index.language import LANGUAGES
from index.library import Library, open_for_writing
from index.offsets import NO_OFFSETS
from index.reading import Reading, encode_readings
from index.records import Chunk, Document, Hit, Metadata, Mode, Page, ScoreKind, Section
from tests.doubles import WordEncoder
from tests.index.oracle import HALF, Compared, compare_all, rank_dense, rank_raw
from tests.index.samples import STATE, Sample, build, make_sample, put
from tests.sayings import SENTENCES

COUNTRIES = ("BE", "CZ", "DE", "")
SCORE_KINDS: dict[Mode, ScoreKind] = {
    "hybrid": "fused",
    "dense": "evidence",
    "dense-raw": "cosine",
    "lexical": "bm25",
}
MODES = tuple(SCORE_KINDS)
OF_CHUNKS = "SELECT number FROM chunks ORDER BY number"
OF_EMBEDDINGS = "SELECT chunk FROM embeddings ORDER BY chunk"
DERIVED = ("chunks.npz", "vectors.faiss", "words.bm25")


def make_collection(lines_each: int = 5) -> list[Sample]:
    """One document for each language and country, its lines drawn from that language's words.

    Of each one's lines one is too short for a statement, and one has two statements or more.
    """
    random = Random(3)
    samples = []
    for language, country in product(LANGUAGES, COUNTRIES):
        words = " ".join(SENTENCES[language]).split()
        lines = [" ".join(random.sample(words, 8)) for _ in range(lines_each - 2)]
        lines.append(" ".join(random.sample(words, 3)))
        lines.append(f"{' '.join(random.sample(words, 7))}. 2019! {lines[0]}")
        samples.append(make_sample(f"{language}-{country}", *lines, language=language, country=country))
    return samples


SAMPLES = make_collection()


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def folder(tmp_path: Path, encoder: WordEncoder) -> Path:
    """A library of all samples, published."""
    return build(tmp_path / "library", encoder, SAMPLES).folder


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """For tests that only read."""
    return build(tmp_path_factory.mktemp("shared") / "library", WordEncoder(), SAMPLES)


def texts(hits: list[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What lies in the file, asked past the library."""
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


# What is stored comes back


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


# Search


def compare(library: Library, question: str, mode: Mode) -> list[Compared]:
    """Every chunk of the samples, by the cosines that the mode looks at."""
    offsets = NO_OFFSETS if mode == "dense-raw" else library.offsets()
    return compare_all(question, "en", SAMPLES, WordEncoder(), offsets)


def only(value: str | None) -> frozenset[str]:
    return frozenset() if value is None else frozenset({value})


def by_id(compared: list[Compared]) -> dict[str, Compared]:
    return {one.chunk.id: one for one in compared}


@pytest.mark.parametrize("count", [1, 10, 110, 1000])
@pytest.mark.parametrize("country", [None, "CZ", "", "XX"], ids=["any-country", "CZ", "unknown", "none-such"])
@pytest.mark.parametrize("language", [None, "nl", "it"], ids=["any-language", "nl", "none-such"])
@pytest.mark.parametrize("mode", ["dense", "dense-raw"])
def test_dense_search_is_the_exact_one_under_every_filter(
    shared_library: Library, mode: Mode, language: str | None, country: str | None, count: int
) -> None:
    question = "robots change the work of employers in Europe"
    eligible = [
        one
        for one in compare(shared_library, question, mode)
        if language in (None, one.chunk.language) and country in (None, one.metadata.country)
    ]
    filter_ = Filter(languages=only(language), countries=only(country))
    hits = shared_library.search(question, question_language="en", count=count, mode=mode, filter_=filter_)
    expected = by_id(eligible)
    if mode == "dense-raw":
        best = [one.similarity for one in rank_raw(eligible, count)]
        assert [hit.score for hit in hits] == pytest.approx(best, abs=1e-6)
    else:
        best = [one.score for one in rank_dense(eligible, count)]
        assert [hit.score for hit in hits] == pytest.approx(best, abs=HALF)
        for hit in hits:
            assert hit.score == pytest.approx(expected[hit.chunk.id].score, abs=HALF)
    for hit in hits:
        assert hit.similarity == pytest.approx(expected[hit.chunk.id].similarity, abs=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_a_narrow_filter_still_fills_the_list(tmp_path: Path, encoder: WordEncoder, mode: Mode) -> None:
    """The one Dutch chunk is far behind 300 better ones in English."""
    better = [make_sample(f"en-{number}", "robots work") for number in range(300)]
    behind = make_sample("nl", "hier staan alleen maar andere woorden en robots", language="nl", country="NL")
    library = build(tmp_path, encoder, [*better, behind])
    for filter_ in (Filter(languages=frozenset({"nl"})), Filter(countries=frozenset({"NL"}))):
        hits = library.search("robots work", question_language="nl", count=5, mode=mode, filter_=filter_)
        assert texts(hits) == behind.texts


@pytest.mark.parametrize("mode", MODES)
def test_ranks_count_from_one_and_scores_fall(shared_library: Library, mode: Mode) -> None:
    hits = shared_library.search("robots work in Europe", question_language="en", count=20, mode=mode)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.score_kind for hit in hits} == {SCORE_KINDS[mode]}
    assert len({hit.chunk.id for hit in hits}) == len(hits)
    assert len(hits) == 20 or (mode == "lexical" and hits)


@pytest.mark.parametrize("mode", MODES)
def test_the_similarity_is_the_cosine_in_every_mode(shared_library: Library, mode: Mode) -> None:
    question = "robots work in Europe"
    expected = by_id(compare(shared_library, question, mode))
    hits = shared_library.search(question, question_language="en", count=30, mode=mode)
    assert [hit.similarity for hit in hits] == pytest.approx(
        [expected[hit.chunk.id].similarity for hit in hits], abs=1e-6
    )
    assert hits


@pytest.mark.parametrize("mode", MODES)
def test_the_evidence_is_the_cosine_of_each_statement_in_every_mode(
    shared_library: Library, mode: Mode
) -> None:
    question = "robots work in Europe"
    expected = by_id(compare(shared_library, question, mode))
    hits = shared_library.search(question, question_language="en", count=120, mode=mode)
    for hit in hits:
        assert len(hit.evidence) == len(hit.chunk.statements)
        assert hit.evidence == pytest.approx(expected[hit.chunk.id].evidence, abs=HALF)
    assert {0, 1, 2} <= {len(hit.evidence) for hit in hits} or mode == "lexical"


def test_the_score_of_mode_dense_is_made_of_similarity_and_evidence(shared_library: Library) -> None:
    for hit in shared_library.search("robots work", question_language="en", count=120, mode="dense"):
        best = max(hit.evidence, default=hit.similarity)
        assert hit.score == pytest.approx(0.4 * hit.similarity + 0.6 * best, abs=1e-6)


def test_languages_make_no_difference_to_the_plain_cosine(shared_library: Library) -> None:
    searches = [
        shared_library.search("robots work", question_language=language, count=30, mode="dense-raw")
        for language in (*LANGUAGES, "und")
    ]
    assert all(hits == searches[0] for hits in searches)


def test_asking_for_everything_is_asking_without_a_filter(shared_library: Library) -> None:
    for mode in MODES:
        search = partial(shared_library.search, "robots work", question_language="en", count=30, mode=mode)
        assert search(filter_=EVERYTHING) == search()


@pytest.mark.parametrize(
    ("question", "language"),
    [("What does an employer pay?", "en"), ("Was zahlen die Arbeitgeber?", "de"), ("ČMKOS 2019", "cs")],
    ids=["inflected-en", "inflected-de", "acronym-and-number"],
)
def test_words_find_inflected_forms_names_and_numbers(
    tmp_path: Path, encoder: WordEncoder, question: str, language: str
) -> None:
    samples = [
        make_sample("en", "The employers met.", "Nobody else did."),
        make_sample("de", "Ein Arbeitgeber war da.", "Sonst niemand.", language="de"),
        make_sample("cs", "Odbory zastupovala ČMKOS (2019).", "Nikdo jiný.", language="cs"),
    ]
    library = build(tmp_path, encoder, samples)
    hits = library.search(question, question_language=language, mode="lexical")
    assert [hit.chunk.document_id for hit in hits] == [language]


OPERATORS = [
    *('"robots', '"robots"', "robots*", "^robots", "robots:", "stems : robots", "NEAR(robots haven)"),
    *("robots AND", "OR robots", "NOT robots", "robots NEAR/2", "-robots", "+robots", "(robots", "{robots}"),
    *("robots; DROP TABLE words; --", "robots' OR '1'='1", "robots\\", "🤖 robots", "ROBOTS_", "robots\0x"),
]


@pytest.mark.parametrize("question", OPERATORS)
def test_what_is_an_operator_elsewhere_is_text(tmp_path: Path, encoder: WordEncoder, question: str) -> None:
    samples = [make_sample("robots", "Many robots work here."), make_sample("people", "Many people do too.")]
    library = build(tmp_path, encoder, samples)
    hits = library.search(question, question_language="en", mode="lexical")
    assert texts(hits) == ["Many robots work here."]
    assert library.status().chunks == 2


@pytest.mark.parametrize("question", ["", " ", '"', "*", "-", "()", "🤖", "_", "\0", "…"], ids=repr)
def test_a_question_without_words_matches_no_words_and_is_still_answered(
    shared_library: Library, question: str
) -> None:
    assert shared_library.search(question, question_language="und", mode="lexical") == []
    assert len(shared_library.search(question, question_language="und")) == 10


@given(st.text(), st.sampled_from([*LANGUAGES, "und"]), st.sampled_from(MODES))
def test_any_text_can_be_asked(shared_library: Library, question: str, language: str, mode: Mode) -> None:
    hits = shared_library.search(question, question_language=language, mode=mode)
    assert len(hits) == 10 or mode == "lexical"


def test_a_question_of_thousands_of_words_can_be_asked(shared_library: Library) -> None:
    question = " ".join([*(f"word{number}" for number in range(5000)), "robots"])
    hits = shared_library.search(question, question_language="en", mode="lexical")
    assert hits
    assert all("robot" in hit.chunk.text.lower() for hit in hits)


def test_an_empty_library_answers_with_nothing(tmp_path: Path, encoder: WordEncoder) -> None:
    library = build(tmp_path, encoder, [])
    for mode in MODES:
        assert library.search("robots", question_language="en", mode=mode) == []
    assert (library.status().documents, library.entries()) == (0, [])


# The files of the indexes are derived


def take_away(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut_in_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_a_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def date_back(file: Path) -> None:
    """A whole file of an earlier generation, with other vectors in it."""
    other = build(file.parent.parent / "earlier", WordEncoder(), [make_sample("old", "an old text")])
    shutil.copy(other.folder / file.name, file)


def fill_with_other_data(file: Path) -> None:
    body = b"not an index"
    file.write_bytes(struct.pack("<4s16sQI", b"XXXX", bytes(16), 1, zlib.crc32(body)) + body)


DAMAGES = [take_away, empty, cut_in_half, flip_a_byte, date_back, fill_with_other_data]


def read_whole(file: Path) -> bytes | None:
    """What a derived file holds for the catalogue beside it."""
    with open_catalogue(file.parent / "catalogue.sqlite") as catalogue:
        content = read_derived(file, catalogue.edition())
    return None if content is None else bytes(content)


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


# Readers and writers


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


def test_a_question_is_encoded_once_while_it_is_among_the_latest(
    folder: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    encode = encoder.encode_questions
    monkeypatch.setattr(encoder, "encode_questions", lambda texts: asked.extend(texts) or encode(texts))
    monkeypatch.setattr("index.library._QUESTIONS_KEPT", 2)
    library = Library(folder, encoder)
    first = library.search("robots", question_language="en")
    for question in ("telework", "robots", "skills", "robots", "telework"):
        library.search(question, question_language="en")
    assert asked == ["robots", "telework", "skills", "telework"]
    assert library.search("robots", question_language="en") == first


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


# Replacing and removing


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


# What does not fit is refused


def open_for_reading(folder: Path, encoder: WordEncoder) -> None:
    library = Library(folder, encoder)
    library.status()
    library.search("robots change work", question_language="en")
    library.vectors()
    library.document("nl-BE")


def open_and_write(folder: Path, encoder: WordEncoder) -> None:
    with open_for_writing(folder, encoder) as writer:
        put(writer, encoder, [make_sample("new", "robots", "people")])
        writer.publish()


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
