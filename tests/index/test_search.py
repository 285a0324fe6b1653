"""A search ranks by meaning and words together, and is fair to languages with the encoder that is used."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.encoder import PackagedEncoder
from index.fusion import WORDS_WEIGHT
from index.language import LANGUAGES
from index.library import Library
from index.records import Mode
from index.sentences import split_sentences
from index.words import build_words, count_words
from tests.index.oracle import HALF, Compared, compare_all
from tests.index.parallel import read_blocks
from tests.index.samples import Sample, ScatteredEncoder, build, make_sample
from tests.sayings import QUESTIONS, SENTENCES

LONG = 60
"""Paragraphs of more characters are no headings."""

ASKED = [(question, language) for language, asked in QUESTIONS.items() for question in asked]
IN_SIX_LANGUAGES = [
    make_sample(language, *SENTENCES[language], language=language, country="") for language in LANGUAGES
]


def fuse_plainly(compared: Sequence[Compared], bm25: Sequence[float], most: float) -> dict[str, float]:
    """The scores of mode `hybrid` where every chunk is a candidate, and no language has more than 30."""
    scores = {}
    for one, words in zip(compared, bm25, strict=True):
        alike = [
            other_words
            for other, other_words in zip(compared, bm25, strict=True)
            if other.chunk.language == one.chunk.language
        ]
        usual = sum(alike) / len(alike)
        scores[one.chunk.id] = one.score + WORDS_WEIGHT * (words - usual) / most
    return scores


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked[1]}-{asked[0]}")
def test_fusion_is_that_of_every_chunk_by_itself(tmp_path: Path, asked: tuple[str, str]) -> None:
    question, language = asked
    library = build(tmp_path, ScatteredEncoder(), IN_SIX_LANGUAGES)
    compared = compare_all(question, language, IN_SIX_LANGUAGES, library.encoder, library.offsets())
    words = build_words(count_words(one.chunk.text, one.chunk.language) for one in compared)
    bm25, most = words.score(question, language)
    expected = fuse_plainly(compared, bm25.tolist(), most)
    hits = library.search(question, question_language=language, count=100)
    assert {hit.chunk.id: hit.score for hit in hits} == pytest.approx(expected, abs=HALF)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_offsets_are_those_of_the_questions_language(tmp_path: Path) -> None:
    library = build(tmp_path, ScatteredEncoder(), IN_SIX_LANGUAGES)
    for language in (*LANGUAGES, "it", "und"):
        hits = library.search("2019", question_language=language, count=100, mode="dense")
        compared = compare_all("2019", language, IN_SIX_LANGUAGES, library.encoder, library.offsets())
        assert {hit.chunk.id: hit.similarity for hit in hits} == pytest.approx(
            {one.chunk.id: one.similarity for one in compared}, abs=1e-6
        )


# With the packaged encoder

RIVALS = (
    "Het budget van de stad voor fietspaden steeg vorig jaar.",
    "De kosten van het openbaar vervoer stijgen sneller dan de lonen.",
    "De haven van Gent ligt aan een kanaal en telt dertig kaaien.",
    "Wie een cursus volgt, krijgt een getuigschrift.",
)
BUDGET = SENTENCES["en"][2]


@pytest.fixture(scope="module")
def blocks(project_folder: Path) -> dict[str, list[str]]:
    """The paragraphs of the parallel documents, by language."""
    texts = read_blocks(project_folder)
    long = [place for place, text in enumerate(texts["en"]) if len(text) > LONG]
    return {language: [texts[language][place] for place in long] for language in LANGUAGES}


def test_a_dutch_question_finds_the_english_answer_before_dutch_rivals(
    tmp_path: Path, packaged_encoder: PackagedEncoder
) -> None:
    samples = [make_sample("en", *SENTENCES["en"]), make_sample("nl", *RIVALS, language="nl")]
    library = build(tmp_path, packaged_encoder, samples)
    best = {
        mode: library.search("Hoe groot was het budget?", question_language="nl", mode=mode)[0].chunk.text
        for mode in ("hybrid", "dense", "dense-raw")
    }
    assert best["hybrid"] == best["dense"] == BUDGET
    assert best["dense-raw"] in RIVALS


@pytest.fixture(scope="module")
def crowded(
    tmp_path_factory: pytest.TempPathFactory, packaged_encoder: PackagedEncoder, blocks: dict[str, list[str]]
) -> Library:
    """Every paragraph in six languages."""
    samples = [make_sample(language, *blocks[language], language=language) for language in LANGUAGES]
    return build(tmp_path_factory.mktemp("crowded"), packaged_encoder, samples)


def share_of_own(library: Library, mode: Mode) -> float:
    """How many of the twelve best chunks are in the question's language."""
    hits = [
        (language, hit.chunk.language)
        for question, language in ASKED
        for hit in library.search(question, question_language=language, count=12, mode=mode)
    ]
    return sum(asked == found for asked, found in hits) / len(hits)


def test_the_questions_language_does_not_crowd_out_the_others(crowded: Library) -> None:
    """Where every paragraph lies in six languages, an even share is a sixth."""
    raw = share_of_own(crowded, "dense-raw")
    assert raw > 0.5
    for mode in ("dense", "hybrid"):
        assert share_of_own(crowded, mode) < raw / 2


def spread(blocks: dict[str, list[str]]) -> list[Sample]:
    """Every paragraph in one language only, in turns."""
    return [
        make_sample(language, *blocks[language][number :: len(LANGUAGES)], language=language)
        for number, language in enumerate(LANGUAGES)
    ]


def test_the_only_right_passage_is_found_in_another_language(
    tmp_path: Path, packaged_encoder: PackagedEncoder, blocks: dict[str, list[str]]
) -> None:
    """What is asked is the first sentence of each paragraph in Dutch, which the library has in five languages
    that are not Dutch."""
    samples = spread(blocks)
    right = {
        number + len(LANGUAGES) * row: chunk.id
        for number, sample in enumerate(samples)
        for row, chunk in enumerate(sample.chunks)
        if chunk.language != "nl"
    }
    asked = [text[slice(*split_sentences(text, "nl")[0])] for text in blocks["nl"]]
    library = build(tmp_path, packaged_encoder, samples)
    modes: tuple[Mode, ...] = ("hybrid", "dense", "dense-raw")
    rankings = list(library.rank_many([(asked[place], "nl") for place in right], modes))
    first = {
        mode: sum(
            ranking[mode, None][0][0] == id_ for ranking, id_ in zip(rankings, right.values(), strict=True)
        )
        / len(right)
        for mode in modes
    }
    assert first["dense"] >= 0.95
    assert first["hybrid"] >= 0.95
    assert first["dense-raw"] < 0.9
