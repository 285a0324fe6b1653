"""Tokens of one meaning are near each other whatever their language; what most passages have weighs least."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import weights
from index.alignment import Aligned, measure_alignment, weigh_tokens
from index.encoder import PackagedEncoder, Tokens, TorchEncoder, Use
from tests.doubles import WordEncoder

TEXTS = ["The budget was 250,000 euros.", "Kolik stál projekt?", "", " ", "x " * 700]


@pytest.fixture(scope="module")
def same_through_torch(packaged_encoder: PackagedEncoder) -> TorchEncoder:
    """The same weights in sentence-transformers."""
    folder = weights.prepare(weights.ENCODER, lambda *_: pytest.fail("the encoder is prepared already"))
    return TorchEncoder(str(folder / "sentence-transformers"))


@pytest.mark.parametrize("use", ["questions", "passages"])
def test_both_encoders_read_the_same_tokens(
    packaged_encoder: PackagedEncoder, same_through_torch: TorchEncoder, use: Use
) -> None:
    texts = [text for text in TEXTS if text.strip() and len(text) < 500]
    ours, theirs = packaged_encoder.encode_tokens(texts, use), same_through_torch.encode_tokens(texts, use)
    for text, one, other in zip(texts, ours, theirs, strict=True):
        assert one.ids.tolist() == other.ids.tolist()
        assert one.spans.tolist() == other.spans.tolist()
        lengths = np.linalg.norm(one.states, axis=1) * np.linalg.norm(other.states, axis=1)
        assert ((one.states * other.states).sum(axis=1) / lengths).min() > 0.999
        assert all(0 <= start < end <= len(text) for start, end in one.spans)


@pytest.mark.parametrize("use", ["questions", "passages"])
def test_tokens_cover_every_letter_of_a_text_and_nothing_of_its_prefix(
    packaged_encoder: PackagedEncoder, use: Use
) -> None:
    for text, one in zip(TEXTS, packaged_encoder.encode_tokens(TEXTS, use), strict=True):
        covered = {place for start, end in one.spans for place in range(start, end)}
        letters = {place for place, letter in enumerate(text) if letter.strip()}
        assert letters <= covered or len(one.ids) > 500, "the encoder reads so many tokens at most"
        assert one.ids.shape == (len(one.spans),) == (len(one.states),)


def test_a_text_is_read_alike_alone_and_among_others(packaged_encoder: PackagedEncoder) -> None:
    among = packaged_encoder.encode_tokens(TEXTS, "passages")[0]
    [alone] = packaged_encoder.encode_tokens(TEXTS[:1], "passages")
    assert among.states == pytest.approx(alone.states, abs=0.05)


@pytest.mark.parametrize(
    ("asked", "passage", "language", "pairs"),
    [
        ("budget of the project", "rozpočet projektu", "cs", {"budget": "rozpočet", "project": "projektu"}),
        ("trade unions and robots", "Roboter und Gewerkschaften", "de", {"robots": "Roboter"}),
        ("skills of workers", "las competencias de los trabajadores", "es", {"skills": "competencias"}),
    ],
)
def test_a_word_finds_its_translation(
    packaged_encoder: PackagedEncoder, asked: str, passage: str, language: str, pairs: dict[str, str]
) -> None:
    alignment = measure_alignment(packaged_encoder)
    question = alignment.read_question(asked, "en")
    [read] = alignment.read_passages([passage], [language])
    for word, translation in pairs.items():
        start = asked.index(word)
        of_word = question.part(start, start + len(word)).vectors.mean(axis=0)
        nearest = int(np.argmax(read.vectors @ of_word))
        begin, end = read.spans[nearest]
        assert passage[begin:end].strip() in translation


def make_aligned(*ids: int) -> Aligned:
    """Tokens of one character each, whose vectors are alike where their ids are."""
    spans = np.array([[place, place + 1] for place in range(len(ids))], np.int64).reshape(-1, 2)
    return Aligned(np.array(ids, np.int64), spans, np.eye(8, dtype=np.float32)[list(ids)])


def test_each_token_of_a_question_is_held_against_the_nearest_of_the_passage() -> None:
    question = make_aligned(1, 2, 3)
    assert question.find_matches(make_aligned(3, 1, 1)).tolist() == [1, 0, 1]
    assert question.find_matches(make_aligned()).tolist() == [0, 0, 0]
    assert make_aligned().find_matches(question).tolist() == []


def test_a_part_has_the_tokens_that_overlap_it() -> None:
    whole = make_aligned(4, 5, 6)
    assert whole.part(1, 2).ids.tolist() == [5]
    assert whole.part(0, 9).ids.tolist() == [4, 5, 6]
    assert whole.part(3, 9).ids.tolist() == []
    assert whole.move(-1).part(0, 1).ids.tolist() == [5]


def test_what_most_passages_have_weighs_least() -> None:
    question, passages = make_aligned(1, 2, 3), [make_aligned(1, 2), make_aligned(1), make_aligned(1)]
    common, rare, new = weigh_tokens(question, passages)
    assert common < rare < new
    expected = [math.log(1 + 3 / (1 + frequency)) for frequency in (3, 1, 0)]
    assert weigh_tokens(question, passages) == pytest.approx(np.array(expected) / sum(expected))
    assert weigh_tokens(question, []) == pytest.approx([1 / 3] * 3)
    assert weigh_tokens(make_aligned(), passages).tolist() == []


def test_means_are_measured_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path))

    class Counting(WordEncoder):
        calls = 0

        def encode_tokens(self, texts: Sequence[str], use: Use) -> list[Tokens]:
            self.calls += 1
            return super().encode_tokens(texts, use)

    first, second = Counting(), Counting()
    measured = measure_alignment(first).read_question("one two", "cs")
    kept = measure_alignment(second).read_question("one two", "cs")
    assert first.calls > second.calls == 1, "the question alone"
    assert measured.vectors.tolist() == kept.vectors.tolist()
    unknown = measure_alignment(second).read_question("one two", "sv")
    assert np.isfinite(unknown.vectors).all(), (
        "a language that was not measured gets the mean over the others"
    )
