"""Words of one stem are one word to the lexical index."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import LANGUAGES
from index.stems import find_words, stem_words

FORMS = {
    "nl": "werknemer werknemers",
    "en": "employer employers",
    "de": "Vereinbarung Vereinbarungen",
    "fr": "formation formations",
    "es": "trabajador trabajadores",
    "cs": "dovednost dovednosti dovednostem",
}


def test_every_language_has_a_stemmer() -> None:
    assert set(FORMS) == set(LANGUAGES)


@pytest.mark.parametrize(("language", "forms"), FORMS.items(), ids=FORMS)
def test_inflected_forms_share_a_stem_in_their_language(language: str, forms: str) -> None:
    assert len(set(stem_words(forms, language))) == 1
    assert stem_words(forms.upper(), language) == stem_words(forms, language)


@pytest.mark.parametrize("language", ["und", "it", ""], ids=repr)
def test_a_language_without_stemmer_keeps_its_words(language: str) -> None:
    assert stem_words("Sindacati e lavoratori", language) == ["sindacati", "e", "lavoratori"]


def test_numbers_and_acronyms_are_words() -> None:
    assert find_words("SERV: 250.000 euro, ČMKOS (2019) – l'ESF") == [
        *("serv", "250", "000", "euro", "čmkos", "2019", "l", "esf")
    ]


def test_underscores_separate_words() -> None:
    assert stem_words("_robots_ and work_councils", "en") == ["robot", "and", "work", "council"]


@pytest.mark.parametrize("text", ["příležitost dovedností", "Überstunden", "numérisation"])
def test_words_with_decomposed_accents_are_the_same_words(text: str) -> None:
    assert find_words(unicodedata.normalize("NFD", text)) == find_words(text) == text.lower().split()


@given(st.text(), st.sampled_from([*LANGUAGES, "und"]))
def test_each_word_has_one_stem_in_its_place(text: str, language: str) -> None:
    assert len(stem_words(text, language)) == len(find_words(text))


def test_threads_that_stem_at_once_get_what_one_alone_gets() -> None:
    texts = [f"{forms} {number}" for number in range(40) for forms in FORMS.values()]
    alone = [stem_words(text, "de") for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: stem_words(text, "de"), texts)) == alone
