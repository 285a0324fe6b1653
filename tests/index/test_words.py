"""The lexical index scores as BM25 written down does, word by word and chunk by chunk."""

import math
import struct
import unicodedata
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import LANGUAGES
from index.stems import find_words, stem_words
from index.stop_words import STOP_WORDS
from index.words import WordIndex, build_words, count_words, weigh
from tests.sayings import QUESTIONS, SENTENCES

K1, B = 1.2, 0.75
NO_STEMMER = "und"

Text = tuple[str, str]
"""What is said, and in which language."""

# No stemmer and no stop words: what is asked and what is told are the words themselves.
WORDS = [f"word{letter}" for letter in "abcdefghij"]
plain_text = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
plain_library = st.lists(plain_text, max_size=12)

STEMMED = [(sentence, language) for language in LANGUAGES for sentence in SENTENCES[language]]
ASKED = [(question, language) for language in LANGUAGES for question in QUESTIONS[language]]


def index_texts(texts: Sequence[Text]) -> WordIndex:
    return build_words(count_words(text, language) for text, language in texts)


def index_plain(texts: Sequence[str]) -> WordIndex:
    return index_texts([(text, NO_STEMMER) for text in texts])


def fold(word: str) -> str:
    """The word without accents."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter)
    )


def tell(text: Text) -> list[str]:
    """The words that a chunk is known by, one for each place where it stands."""
    words, language = text
    telling = [word for word in find_words(words) if word not in STOP_WORDS.get(language, ())]
    return [fold(stem) for word in telling for stem in stem_words(word, language)]


def ask(question: Text) -> set[str]:
    """The words that a question looks for: as they are, and stemmed."""
    words, language = question
    telling = [word for word in find_words(words) if word not in STOP_WORDS.get(language, ())]
    return {fold(word) for word in telling} | set(tell(question))


def score_plainly(texts: Sequence[Text], question: Text) -> list[float]:
    """Okapi BM25 of each text, by its definition."""
    told = [tell(text) for text in texts]
    usual = sum(map(len, told)) / len(told) if told else 0.0
    scores = []
    for words in told:
        score = 0.0
        for word in ask(question) & set(words):
            holding = sum(word in others for others in told)
            rarity = math.log(1 + (len(told) - holding + 0.5) / (holding + 0.5))
            often = words.count(word)
            score += rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * len(words) / usual))
        scores.append(score)
    return scores


def check_scores(texts: Sequence[Text], question: Text) -> None:
    scores, _ = index_texts(texts).score(*question)
    assert scores.dtype == np.float32
    assert scores.tolist() == pytest.approx(score_plainly(texts, question), rel=1e-5)


# Scores


@given(plain_library, plain_text)
def test_scores_are_those_of_the_definition(texts: list[str], question: str) -> None:
    check_scores([(text, NO_STEMMER) for text in texts], (question, NO_STEMMER))


def test_scores_of_many_chunks_are_those_of_the_definition() -> None:
    """Chunks of up to 300 words, of which few are frequent and many are rare."""
    random = Random(5)
    words = [f"w{number}" for number in range(400)]
    frequencies = [1 / (number + 1) for number in range(400)]
    texts = [" ".join(random.choices(words, frequencies, k=random.randint(0, 300))) for _ in range(150)]
    for number in (0, 1, 5, 50, 399):
        check_scores([(text, NO_STEMMER) for text in texts], (f"w{number} w3 w77 nowhere", NO_STEMMER))


@pytest.mark.parametrize("question", ASKED, ids=lambda asked: f"{asked[1]}-{asked[0]}")
def test_scores_in_six_languages_are_those_of_the_definition(question: Text) -> None:
    check_scores(STEMMED, question)


def test_a_word_that_is_asked_twice_counts_once() -> None:
    index = index_plain(["robots lift", "people talk"])
    assert index.score("robots robots Robots", "und")[0].tolist() == index.score("robots", "und")[0].tolist()


def test_a_word_that_every_chunk_holds_still_counts() -> None:
    scores, _ = index_plain(["robots lift", "robots talk robots"]).score("robots", "und")
    assert (scores > 0).all()


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_rarer_word_weighs_more_and_none_less_than_nothing(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert weigh(fewer, 2000) >= weigh(more, 2000) > 0
    assert weigh(fewer, 2000) > weigh(more, 2000) or fewer == more


def test_a_word_that_stands_very_often_is_counted_as_often_as_can_be_stored() -> None:
    index = index_plain(["robots " * 70_000, "people talk"])
    scores, most = index.score("robots", "und")
    assert 0 < scores[0] <= most
    assert scores[1] == 0


# What a question could reach


@given(plain_library, plain_text)
def test_most_is_never_less_than_a_score(texts: list[str], question: str) -> None:
    scores, most = index_plain(texts).score(question, NO_STEMMER)
    assert max(scores.tolist(), default=0.0) <= most * (1 + 1e-6)


@given(plain_library, plain_text)
def test_most_is_what_the_weights_of_the_words_add_up_to(texts: list[str], question: str) -> None:
    _, most = index_plain(texts).score(question, NO_STEMMER)
    holding = [sum(word in text.split() for text in texts) for word in set(question.split())]
    assert most == pytest.approx(sum((K1 + 1) * weigh(number, len(texts)) for number in holding))


def test_the_forms_in_which_a_word_is_sought_count_once_for_the_most() -> None:
    """A word is sought as it is, too, and no chunk in the question's language holds it so."""
    index = index_texts([("employers", "en"), ("employers", "und"), ("people", "en")])
    scores, most = index.score("employers", "en")
    assert (scores[:2] > 0).all()
    assert most == pytest.approx((K1 + 1) * weigh(1, 3))


def test_a_short_text_of_a_word_without_end_nears_the_most() -> None:
    others = ["people talk " * 20_000] * 50
    scores, most = index_plain(["robots " * 10_000, *others]).score("robots", "und")
    assert scores[0] > 0.999 * most


def test_a_word_that_is_nowhere_counts_as_the_rarest() -> None:
    index = index_plain(["robots lift", "robots talk"])
    assert index.score("nowhere", "und")[1] == pytest.approx((K1 + 1) * math.log(1 + 2.5 / 0.5))
    assert index.score("nowhere", "und")[1] > index.score("lift", "und")[1] > index.score("robots", "und")[1]


@pytest.mark.parametrize("question", ASKED, ids=lambda asked: f"{asked[1]}-{asked[0]}")
def test_a_chunk_in_the_questions_language_reaches_no_more_than_the_most(question: Text) -> None:
    """Each of its words, which may also look like its own stem, matches once."""
    texts = [*STEMMED, question]
    scores, most = index_texts(texts).score(*question)
    assert max(scores.tolist()) <= most * (1 + 1e-6)


@pytest.mark.parametrize(
    ("question", "language"),
    [("acción", "es"), ("presupuesto de formación", "es"), ("kapitál", "cs")],
    ids=lambda value: value,
)
def test_a_word_whose_stem_is_itself_without_accents_counts_once(question: str, language: str) -> None:
    texts = [(question, language), ("otra", language), ("mariposa", language)]
    check_scores(texts, (question, language))
    scores, most = index_texts(texts).score(question, language)
    assert scores[0] <= most * (1 + 1e-6)


# Which words are the same


@pytest.mark.parametrize(
    ("told", "asked"),
    [("ČMKOS", "cmkos"), ("cmkos", "ČMKOS"), ("Łódź Málaga", "malaga"), ("Überstunden", "Uberstunden")],
)
def test_accents_do_not_matter(told: str, asked: str) -> None:
    scores, _ = index_plain([told, "people"]).score(asked, "und")
    assert scores[0] > 0
    assert scores[1] == 0


SPELLINGS = ("cafe", "café", "CAFÉ", "cafe\u0301")


@given(st.lists(st.sampled_from([*SPELLINGS, "robot"]), max_size=8), st.sampled_from(SPELLINGS))
def test_spellings_of_one_word_in_a_chunk_are_counted_together(words: list[str], asked: str) -> None:
    texts = [" ".join(words), "people talk", "robot"]
    check_scores([(text, NO_STEMMER) for text in texts], (asked, NO_STEMMER))


def test_a_word_that_is_asked_in_two_spellings_counts_once() -> None:
    index = index_plain(["cafe bar", "people talk", "robot"])
    (twice, most_twice), (once, most) = index.score("café cafe", "und"), index.score("cafe", "und")
    assert (twice.tolist(), most_twice) == (once.tolist(), most)


def test_no_spelling_makes_a_weight_negative() -> None:
    index = index_plain(["café cafe"])
    scores, most = index.score("cafe", "und")
    assert scores[0] > 0
    assert most > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_words_never_match(language: str) -> None:
    words = " ".join(sorted(STOP_WORDS[language]))
    index = index_texts([(words, language), (words, NO_STEMMER), (f"{words} robots", language)])
    scores, most = index.score(words.upper(), language)
    assert (scores.tolist(), most) == ([0.0, 0.0, 0.0], 0.0)
    assert count_words(words, language) == b""
    assert count_words(f"{words} robots", language) == count_words("robots", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_words_are_written_as_words_are_found(language: str) -> None:
    for word in STOP_WORDS[language]:
        assert find_words(word) == [word]


def test_each_of_the_six_languages_has_stop_words() -> None:
    assert set(STOP_WORDS) == set(LANGUAGES)


def test_a_question_of_stop_words_alone_asks_for_nothing() -> None:
    assert index_texts(STEMMED).score("Wat is het?", "nl")[1] == 0.0


@pytest.mark.parametrize("asked_in", [*LANGUAGES, "und", "it"])
def test_names_and_numbers_match_in_every_language(asked_in: str) -> None:
    texts = [(f"ČMKOS 2019 Antwerpen {language}", language) for language in (*LANGUAGES, "und")]
    for asked in ("CMKOS", "2019"):
        scores, _ = index_texts(texts).score(asked, asked_in)
        assert (scores > 0).all()


@given(st.text(), st.sampled_from([*LANGUAGES, "und", "it"]))
def test_any_text_can_be_told_and_asked(text: str, language: str) -> None:
    scores, most = index_texts([(text, language), ("robots", "en")]).score(text, language)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert most >= 0


# What is stored


def test_counts_take_ten_bytes_for_each_word() -> None:
    counted = count_words("robots robots lift", "und")
    assert len(counted) == 20
    assert sorted(struct.unpack("<2H", counted[16:])) == [1, 2]


@given(plain_library, plain_text)
def test_an_index_comes_back_from_its_bytes(texts: list[str], question: str) -> None:
    index = index_plain(texts)
    read = WordIndex.from_bytes(memoryview(index.to_bytes()))
    assert read.chunks == index.chunks == len(texts)
    for name in ("words", "starts", "positions", "gains"):
        assert np.array_equal(getattr(read, name), getattr(index, name))
        assert getattr(read, name).dtype == getattr(index, name).dtype
    (scores, most), (again, most_again) = index.score(question, "und"), read.score(question, "und")
    assert (scores.tolist(), most) == (again.tolist(), most_again)
    assert read.to_bytes() == index.to_bytes()


@given(plain_library)
def test_words_and_the_positions_of_each_rise(texts: list[str]) -> None:
    index = index_plain(texts)
    assert (np.diff(index.words.astype(object)) > 0).all()
    for start, end in zip(index.starts[:-1], index.starts[1:], strict=True):
        assert (np.diff(index.positions[start:end]) > 0).all()
    assert len(index.starts) == len(index.words) + 1
    assert index.starts[-1] == len(index.positions) == len(index.gains)


@pytest.mark.parametrize("texts", [[], [""], ["", "…", "🤖"]], ids=["no-chunk", "no-word", "no-words"])
def test_a_library_without_words_matches_nothing(texts: list[str]) -> None:
    index = index_plain(texts)
    for read in (index, WordIndex.from_bytes(memoryview(index.to_bytes()))):
        scores, most = read.score("robots", "en")
        assert scores.tolist() == [0.0] * len(texts)
        assert most > 0
        assert read.score("", "en")[1] == 0.0
