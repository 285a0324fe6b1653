"""What a language adds is measured on parallel sentences, kept, and removed; nothing else is touched."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import weights
from index.encoder import Vectors
from index.language import LANGUAGES
from index.library import Library, open_for_writing
from index.offsets import NO_OFFSETS, Offset, Offsets, measure_offsets
from index.sentences import split_sentences
from tests.doubles import WordEncoder
from tests.index.parallel import read_blocks
from tests.index.samples import ScatteredEncoder, build, make_sample

ACCENTED = "éè"


class AccentEncoder(WordEncoder):
    """Counts words, and adds to questions another amount than to passages for each letter with an accent."""

    def __init__(self, name: str = "accents") -> None:
        super().__init__(name)
        self.calls = 0

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return add_accents(WordEncoder().encode_questions(texts), texts, 0.1)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return add_accents(WordEncoder().encode_questions(texts), texts, 0.3)


def add_accents(vectors: Vectors, texts: Sequence[str], amount: float) -> Vectors:
    added = vectors.copy()
    added[:, 0] += [amount * sum(text.count(letter) for letter in ACCENTED) for text in texts]
    return np.asarray(added / np.linalg.norm(added, axis=1, keepdims=True), np.float32)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for prepared models."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("FASTTRACK_CACHE", str(folder))
    return folder


def read_parallel(project_folder: Path) -> dict[str, list[str]]:
    """The sentences in the file, by language."""
    text = (project_folder / "index" / "parallel.tsv").read_text(encoding="utf-8")
    languages, *rows = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
    assert {len(row) for row in rows} == {len(languages)}
    return {language: [row[place] for row in rows] for place, language in enumerate(languages)}


def average(vectors: Vectors) -> Offset:
    """Their mean, one vector after the other."""
    total = np.zeros(vectors.shape[1], np.float64)
    for vector in vectors:
        total += vector
    return np.asarray(total / len(vectors), np.float32)


def check_equal(one: Offsets, other: Offsets) -> None:
    assert set(one.questions) == set(one.passages) == set(other.questions) == set(other.passages)
    for language in one.questions:
        assert np.array_equal(one.questions[language], other.questions[language])
        assert np.array_equal(one.passages[language], other.passages[language])
    assert np.array_equal(one.centre, other.centre)


# The parallel sentences


def test_the_sentences_are_those_of_the_parallel_documents(project_folder: Path) -> None:
    """Without the marks of list items, and one beside its translations."""
    expected: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for language, blocks in read_blocks(project_folder).items():
        for block in blocks:
            sentences = [block[start:end] for start, end in split_sentences(block, language)]
            expected[language] += [re.sub(r"^(- |\d+\. )", "", sentence) for sentence in sentences]
    assert read_parallel(project_folder) == expected


def test_no_sentence_begins_with_the_mark_of_a_list_item(project_folder: Path) -> None:
    for sentences in read_parallel(project_folder).values():
        assert all(sentences)
        assert not [text for text in sentences if re.match(r"[-–•*·]\s|\d{1,2}[.)]\s|\s", text)]


def test_no_sentence_is_left_untranslated(project_folder: Path) -> None:
    """Names and figures may be the same in some languages, and never in all."""
    for row in zip(*read_parallel(project_folder).values(), strict=True):
        assert len(row) == len(LANGUAGES)
        assert len(set(row)) > 1


# Measuring


def test_an_offset_is_the_languages_mean_less_the_mean_over_all(cache: Path, project_folder: Path) -> None:
    encoder = AccentEncoder()
    offsets = measure_offsets(encoder)
    parallel = read_parallel(project_folder)
    for measured, encode in (
        (offsets.questions, encoder.encode_questions),
        (offsets.passages, encoder.encode_passages),
    ):
        means = {language: average(encode(sentences)) for language, sentences in parallel.items()}
        centre = sum(means.values()) / len(means)
        assert list(measured) == list(LANGUAGES)
        for language in LANGUAGES:
            assert measured[language].dtype == np.float32
            assert measured[language] == pytest.approx(means[language] - centre, abs=1e-6)


def test_questions_and_passages_have_offsets_of_their_own(cache: Path) -> None:
    offsets = measure_offsets(AccentEncoder())
    assert offsets.questions["fr"][0] > offsets.passages["fr"][0] + 0.05 > 0.05
    assert offsets.questions["en"][0] < offsets.passages["en"][0] < 0


def test_without_their_offsets_parallel_means_coincide(cache: Path, project_folder: Path) -> None:
    encoder = AccentEncoder()
    offsets = measure_offsets(encoder)
    moved = [
        (encoder.encode_passages(sentences) - offsets.passages[language]).mean(axis=0)
        for language, sentences in read_parallel(project_folder).items()
    ]
    for mean in moved:
        assert mean == pytest.approx(moved[0], abs=1e-6)


def test_the_offsets_of_all_languages_add_up_to_nothing(cache: Path) -> None:
    offsets = measure_offsets(AccentEncoder())
    for measured in (offsets.questions, offsets.passages):
        assert sum(measured.values()) == pytest.approx(np.zeros(AccentEncoder.dimension), abs=1e-6)


def test_the_centre_is_the_mean_of_all_parallel_passages(cache: Path, project_folder: Path) -> None:
    """There are equally many in each language."""
    encoder = AccentEncoder()
    together = [text for sentences in read_parallel(project_folder).values() for text in sentences]
    expected = average(encoder.encode_passages(together))
    assert measure_offsets(encoder).centre == pytest.approx(expected, abs=1e-6)


def test_offsets_are_measured_once_for_each_encoder(cache: Path) -> None:
    encoder = AccentEncoder()
    first = measure_offsets(encoder)
    calls = encoder.calls
    again = measure_offsets(encoder)
    assert encoder.calls == calls > 0
    check_equal(again, first)


def list_offsets(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir() if path.suffix == ".npy"}


def test_offsets_are_kept_under_the_encoders_digest(cache: Path) -> None:
    one, same, other = AccentEncoder(), AccentEncoder(), AccentEncoder("others")
    same.name = "a/copy"
    measure_offsets(one)
    assert len(list_offsets(cache)) == 1
    measure_offsets(same)
    assert (len(list_offsets(cache)), same.calls) == (1, 0)
    measure_offsets(other)
    assert len(list_offsets(cache)) == 2
    assert other.calls > 0
    assert weights.cache_folder() == cache


# Removing

OFFSET = {"en": np.array([0.5, 0, 0], np.float32), "nl": np.array([0, -0.25, 0.25], np.float32)}
SWAPPED = {"en": OFFSET["nl"], "nl": OFFSET["en"]}
CENTRE = np.array([0, 0, 0.5], np.float32)
SMALL = Offsets(questions=SWAPPED, passages=OFFSET, centre=CENTRE)


def unit(*values: float) -> list[float]:
    return [value / np.hypot.reduce(values) for value in values]


def test_an_offset_is_taken_off_and_the_length_made_one_again() -> None:
    vectors = np.array([[1, 0, 0], [0.6, 0.8, 0], [0, 0, 1]], np.float32)
    moved = SMALL.move_passages(vectors, ["en", "en", "nl"])
    assert moved.dtype == np.float32
    assert moved == pytest.approx(np.array([[1, 0, 0], unit(0.1, 0.8, 0), unit(0, 0.25, 0.75)]), abs=1e-6)


def test_questions_are_moved_by_the_offsets_of_questions() -> None:
    vectors = np.array([[0, 0, 1], [0, 0, 1]], np.float32)
    moved = SMALL.move_questions(vectors, ["en", "nl"])
    assert moved == pytest.approx(np.array([unit(0, 0.25, 0.75), unit(-0.5, 0, 1)]), abs=1e-6)


@given(st.lists(st.sampled_from(["en", "nl", "it", "und", ""]), max_size=8), st.integers(0, 100))
def test_each_row_is_moved_as_if_alone_and_unknown_languages_are_not(languages: list[str], seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=(len(languages), 3))
    vectors = np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)
    before = vectors.copy()
    for given_as in (languages, np.array(languages, np.str_)):
        moved = SMALL.move_passages(vectors, given_as)
        assert moved.shape == vectors.shape
        assert np.linalg.norm(moved, axis=1) == pytest.approx(np.ones(len(languages)), abs=1e-6)
        for place, language in enumerate(languages):
            alone = SMALL.move_passages(vectors[place : place + 1], [language])[0]
            assert moved[place] == pytest.approx(alone, abs=1e-6)
            assert np.array_equal(moved[place], vectors[place]) == (language not in OFFSET)
    assert np.array_equal(vectors, before)


def test_centred_passages_lose_what_all_have_in_common_too() -> None:
    vectors = np.array([[1, 0, 0], [0, 0, 1], [0, 0.6, 0.8]], np.float32)
    moved = SMALL.centre_passages(vectors, ["en", "nl", "und"])
    expected = np.array([unit(0.5, 0, -0.5), unit(0, 0.25, 0.25), unit(0, 0.6, 0.3)])
    assert moved == pytest.approx(expected, abs=1e-6)
    assert np.array_equal(moved, SMALL.centre_passages(vectors, np.array(["en", "nl", "und"])))


def test_centred_parallel_passages_lie_around_nothing(cache: Path, project_folder: Path) -> None:
    """What is taken off a sentence there is the mean of all in its language."""
    encoder = AccentEncoder()
    offsets = measure_offsets(encoder)
    for language, sentences in read_parallel(project_folder).items():
        vectors = encoder.encode_passages(sentences)
        own = vectors - vectors.mean(axis=0)
        expected = own / np.linalg.norm(own, axis=1, keepdims=True)
        centred = offsets.centre_passages(vectors, [language] * len(vectors))
        assert centred == pytest.approx(expected, abs=1e-4)


def test_without_offsets_nothing_moves() -> None:
    vectors = np.eye(3, dtype=np.float32)
    assert np.array_equal(NO_OFFSETS.move_passages(vectors, ["en", "nl", "und"]), vectors)
    assert np.array_equal(NO_OFFSETS.move_questions(vectors, ["en", "nl", "und"]), vectors)


# In a library


def test_a_library_keeps_the_offsets_it_was_made_with(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = measure_offsets(ScatteredEncoder())
    library = build(tmp_path / "library", ScatteredEncoder(), [make_sample("one", "robots lift loads")])
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path / "elsewhere"))
    with open_for_writing(library.folder, ScatteredEncoder()) as writer:
        writer.publish()
    kept = Library(library.folder, ScatteredEncoder()).offsets()
    check_equal(kept, measured)
    assert not (tmp_path / "elsewhere").exists()


def test_the_stored_vectors_keep_their_offsets(cache: Path, tmp_path: Path) -> None:
    """So that `dense-raw` and later ways of removing them need no text encoded again."""
    samples = [make_sample("en", "robots lift loads"), make_sample("nl", "robots tillen", language="nl")]
    library = build(tmp_path / "library", ScatteredEncoder(), samples)
    expected = ScatteredEncoder().encode_passages(["robots lift loads", "robots tillen"])
    assert np.array_equal(library.vectors(), expected)
