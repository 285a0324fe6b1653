"""A sentence and its denial contradict each other in and between all languages; translations do not."""

from collections.abc import Sequence
from itertools import permutations, product
from pathlib import Path

import pytest

from assistant.checking.clauses import split_clauses
from assistant.checking.polarity import Compare, contradicts, denies
from index.encoder import Encoder
from index.language import LANGUAGES

AFFIRMED = {
    "nl": "De wet regelt de sancties.",
    "en": "The law sets the penalties.",
    "de": "Das Gesetz regelt die Sanktionen.",
    "fr": "La loi fixe les sanctions.",
    "es": "La ley fija las sanciones.",
    "cs": "Zákon stanoví sankce.",
}
DENIED = {
    "nl": "De wet regelt de sancties niet.",
    "en": "The law does not set the penalties.",
    "de": "Das Gesetz regelt keine Sanktionen.",
    "fr": "La loi ne fixe pas les sanctions.",
    "es": "La ley no fija las sanciones.",
    "cs": "Zákon sankce nestanoví.",
}


def count_letters(text: str, others: Sequence[str]) -> list[float]:
    """A stand-in for an encoder: the share of letters that two texts have in common."""
    return [len(set(text) & set(other)) / len(set(text) | set(other)) for other in others]


@pytest.fixture(scope="module")
def compare(packaged_encoder: Encoder) -> Compare:
    def measure(text: str, others: Sequence[str]) -> list[float]:
        vector, *vectors = packaged_encoder.encode_passages([text, *others])
        return [float(vector @ other) for other in vectors]

    return measure


@pytest.mark.parametrize(("language", "other"), list(product(LANGUAGES, LANGUAGES)))
def test_a_denial_contradicts_what_affirms_and_nothing_else(language: str, other: str) -> None:
    assert contradicts(AFFIRMED[language], language, DENIED[other], other, count_letters)
    assert contradicts(DENIED[language], language, AFFIRMED[other], other, count_letters)
    assert not contradicts(AFFIRMED[language], language, AFFIRMED[other], other, count_letters)
    assert not contradicts(DENIED[language], language, DENIED[other], other, count_letters)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Het geldt niet alleen in België.", "nl"),
        ("It applies no later than May, no matter where.", "en"),
        ("Das gilt nicht nur in Belgien.", "de"),
        ("La participation n’a atteint que 4 %.", "fr"),
        ("Avant que l’employeur ne rédige la charte.", "fr"),
        ("No solo se aplica en Bélgica.", "es"),
        ("Hace falta un debate.", "es"),
        ("Nejprve jednala vláda, nebo také nejvyšší a nezávislé orgány.", "cs"),
    ],
)
def test_words_that_look_like_a_denial_are_none(text: str, language: str) -> None:
    assert not denies(text, language)


@pytest.mark.parametrize(
    ("one", "same", "opposite"),
    [
        (
            ("Flanders lacks a strategy.", "en"),
            ("Flandern hat keine Strategie.", "de"),
            ("Má strategii.", "cs"),
        ),
        (
            ("Employers oppose the law.", "en"),
            ("Werkgevers zijn tegen de wet.", "nl"),
            ("Están a favor.", "es"),
        ),
    ],
)
def test_some_verbs_deny_by_themselves(
    one: tuple[str, str], same: tuple[str, str], opposite: tuple[str, str]
) -> None:
    assert not contradicts(*one, *same, count_letters)
    assert contradicts(*one, *opposite, count_letters)


def test_a_verb_that_denies_is_denied_in_turn() -> None:
    assert contradicts("They do not oppose it.", "en", "They oppose it.", "en", count_letters)


def test_a_kindred_word_may_stand_for_a_denial() -> None:
    assert not contradicts(
        "Die Regel verbietet das.", "de", "The rule does not allow that.", "en", count_letters
    )


def test_only_the_clause_that_says_the_same_is_held_against_a_sentence() -> None:
    statement = "Block 42 lets citizens correct their data, but consultations do not replace councils."
    assert not contradicts("Citizens may correct their data.", "en", statement, "en", count_letters)
    assert contradicts("Citizens may not correct their data.", "en", statement, "en", count_letters)
    assert contradicts("Consultations replace councils.", "en", statement, "en", count_letters)
    assert not contradicts("Consultations do not replace councils.", "en", statement, "en", count_letters)


def test_nothing_contradicts_in_an_unknown_language() -> None:
    assert not contradicts("Non è vero.", "it", "It is true.", "en", count_letters)
    assert not denies("Non è vero.", "it")


def test_translations_do_not_contradict_each_other(project_folder: Path, compare: Compare) -> None:
    """Of all 4,770 such pairs two do, when the words were last changed."""
    rows = (project_folder / "index" / "parallel.tsv").read_text(encoding="utf-8").splitlines()
    languages, *lines = (row.split("\t") for row in rows)
    pairs = [
        (line[one], languages[one], line[other], languages[other])
        for number, line in enumerate(lines)
        for one, other in list(permutations(range(len(languages)), 2))[number % 15 :: 15]
    ]
    wrong = [pair for pair in pairs if contradicts(*pair, compare)]
    assert len(wrong) <= len(pairs) / 100, wrong


@pytest.mark.parametrize(
    "text", [*AFFIRMED.values(), "One, two, three; and then: the end (of it).", "", "One"]
)
def test_clauses_hold_the_whole_text(text: str) -> None:
    spans = split_clauses(text)
    assert "".join(text[start:end] for start, end in spans) == text
