"""The assistant has every phrase in every language that it speaks."""

from dataclasses import astuple, fields

import pytest

from assistant.phrases import DEFAULT_LANGUAGE, PHRASES, Phrases
from index.language import LANGUAGES, detect_language

NAMES = [field.name for field in fields(Phrases)]


def test_the_assistant_speaks_the_six_languages() -> None:
    assert set(PHRASES) == set(LANGUAGES)
    assert DEFAULT_LANGUAGE in PHRASES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_is_there_without_a_gap_to_fill(language: str, name: str) -> None:
    phrase = getattr(PHRASES[language], name)
    assert phrase.strip() == phrase != ""
    assert "{" not in phrase


@pytest.mark.parametrize("name", [name for name in NAMES if name != "question_label"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_is_in_its_language(language: str, name: str) -> None:
    assert detect_language(getattr(PHRASES[language], name)) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_prompt_shows_how_to_cite(language: str) -> None:
    assert "[1]" in PHRASES[language].instructions


def test_no_two_languages_share_a_sentence() -> None:
    sentences = [phrase for phrases in PHRASES.values() for phrase in astuple(phrases) if " " in phrase]
    assert len(set(sentences)) == len(sentences)
