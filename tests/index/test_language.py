"""Languages are told apart; what does not tell its language is not guessed."""

import pytest

from index.language import LANGUAGES, detect_language
from index.language_identifier import load_identifier
from index.records import UNDETERMINED
from tests.sayings import QUESTIONS, SENTENCES

TEXTS = [
    pytest.param(text, language, id=f"{language}-{kind}-{number}")
    for kind, table in (("sentence", SENTENCES), ("question", QUESTIONS))
    for language, texts in table.items()
    for number, text in enumerate(texts, start=1)
]


def test_the_tables_cover_every_language() -> None:
    assert set(SENTENCES) == set(QUESTIONS) == set(LANGUAGES)


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_each_language_is_recognised(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_capitals_and_numbers_change_nothing(text: str, language: str) -> None:
    assert detect_language(f"2018: {text.upper()} (28/11)") == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Come cambia il lavoro con la digitalizzazione e che cosa fanno i sindacati?", "it"),
        ("Jak cyfryzacja zmienia pracę i co robią związki zawodowe w Polsce?", "pl"),
        ("Hur förändrar digitaliseringen arbetet och vad gör fackföreningarna?", "sv"),
    ],
    ids=["it", "pl", "sv"],
)
def test_a_seventh_language_is_not_taken_for_one_of_the_six(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_the_unpacked_model_ranks_languages_as_the_shipped_one() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    shipped = LanguageIdentifier.from_model_file(MODEL_FILE)
    for text in ["robots", *(texts[0] for texts in SENTENCES.values())]:
        assert dict(load_identifier().rank(text)) == pytest.approx(dict(shipped.rank(text)))


@pytest.mark.parametrize("text", ["", "  \n", "12345", "28/11/2018 – 250 000 €", "?!", "🤖", "SERV"])
def test_a_text_that_does_not_tell_gets_the_default(text: str) -> None:
    assert detect_language(text) == UNDETERMINED
    assert detect_language(text, "cs") == "cs"


def test_the_code_is_always_of_two_letters_or_the_default() -> None:
    for text in ("Kumusta ang trabaho ngayong araw sa pabrika ng mga robot?", "ᏣᎳᎩ", "ok"):
        assert detect_language(text) == UNDETERMINED or len(detect_language(text)) == 2
