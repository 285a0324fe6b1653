"""What kind of thing a question asks for, and whether a statement holds it."""

import numpy as np
import pytest

from assistant.expected import find_expected, judge_counted, judge_kind
from index.encoder import PackagedEncoder
from index.library import Library

QUANTITY = {
    "nl": ("Hoeveel bedrijven deden mee?", "bedrijven"),
    "en": ("How many companies took part?", "companies"),
    "de": ("Wie viele Betriebe haben teilgenommen?", "Betriebe"),
    "fr": ("Combien d’entreprises ont participé ?", "entreprises"),
    "es": ("¿Cuántas empresas participaron?", "empresas"),
    "cs": ("Kolik firem se zúčastnilo?", "firem"),
}
TIME = {
    "nl": "Wanneer begon het project?",
    "en": "When did the project begin?",
    "de": "Wann hat das Projekt begonnen?",
    "fr": "Quand le projet a-t-il commencé ?",
    "es": "¿Cuándo empezó el proyecto?",
    "cs": "Kdy projekt začal?",
}
NEITHER = {
    "nl": "Welke thema’s komen aan bod?",
    "en": "Which topics are discussed?",
    "de": "Welche Themen werden besprochen?",
    "fr": "Quels thèmes sont abordés ?",
    "es": "¿Qué temas se tratan?",
    "cs": "Jaká témata se probírají?",
}
HELD = {
    "nl": "Er deden 35 bedrijven mee.",
    "en": "There were 35 companies that took part.",
    "de": "Es haben 35 Betriebe teilgenommen.",
    "fr": "35 entreprises ont participé.",
    "es": "Participaron 35 empresas.",
    "cs": "Zúčastnilo se 35 firem.",
}
OTHER_FIGURE = {
    "nl": "De overeenkomst telt 35 bladzijden.",
    "en": "The agreement has 35 pages.",
    "de": "Die Vereinbarung hat 35 Seiten.",
    "fr": "L’accord compte 35 pages.",
    "es": "El acuerdo tiene 35 páginas.",
    "cs": "Dohoda má 35 stran.",
}


@pytest.mark.parametrize("language", QUANTITY)
def test_a_question_tells_what_it_asks_for(language: str) -> None:
    question, counted = QUANTITY[language]
    asked = find_expected(question, language)
    assert (asked.quantity, asked.time) == (True, False)
    assert asked.counted is not None
    assert question[slice(*asked.counted)] == counted
    asked = find_expected(TIME[language], language)
    assert (asked.quantity, asked.time, asked.counted) == (False, True, None)
    asked = find_expected(NEITHER[language], language)
    assert (asked.quantity, asked.time, asked.counted) == (False, False, None)


def test_of_another_language_nothing_is_known() -> None:
    asked = find_expected("Quante imprese hanno partecipato, e quando?", "it")
    assert (asked.quantity, asked.time, asked.counted) == (False, False, None)


@pytest.mark.parametrize("language", QUANTITY)
def test_a_quantity_is_held_by_a_figure_that_the_question_does_not_say(language: str) -> None:
    question, _ = QUANTITY[language]
    asked = find_expected(question, language)
    assert judge_kind(asked, question, HELD[language], language) == 1
    assert judge_kind(asked, f"{question} 35?", HELD[language], language) == 0
    assert judge_kind(asked, question, "It was in 2019.", "en") == 0, "a year counts nothing"
    assert (
        judge_kind(find_expected(NEITHER[language], language), NEITHER[language], HELD[language], language)
        == 0
    )


@pytest.mark.parametrize("language", TIME)
def test_a_time_is_held_by_a_year_or_a_month(language: str) -> None:
    asked = find_expected(TIME[language], language)
    for date in ("2019", "28 november", "28 November", "28. listopadu", "le 3 août", "el 5 de enero"):
        assert judge_kind(asked, TIME[language], f"… {date} …", language) == 1
    assert judge_kind(asked, TIME[language], "35 companies", "en") == 0
    assert judge_kind(asked, f"{TIME[language]} 2019?", "2019", "en") == 0


@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("nl", "Het zijn er zeventien."),
        ("en", "Fourteen of them."),
        ("de", "Die Hälfte der Betriebe."),
        ("fr", "Une douzaine, soit douze."),
        ("es", "Son quince."),
        ("cs", "Je jich jedenáct."),
    ],
)
def test_a_number_may_be_written_as_a_word(language: str, statement: str) -> None:
    question, _ = QUANTITY["en"]
    assert judge_kind(find_expected(question, "en"), question, statement, language) == 1
    assert judge_kind(find_expected(question, "en"), question, "Once more, at six.", "es") == 1, "eleven"
    assert judge_kind(find_expected(question, "en"), question, "Once more.", "en") == 0


@pytest.mark.parametrize("asked_in", QUANTITY)
@pytest.mark.parametrize("answered_in", QUANTITY)
def test_the_figure_of_what_is_counted_is_nearer_than_another_one_whatever_the_languages(
    library: Library, asked_in: str, answered_in: str
) -> None:
    question, _ = QUANTITY[asked_in]
    asked = library.alignment.read_question(question, asked_in)
    texts = [HELD[answered_in], OTHER_FIGURE[answered_in], "…"]
    right, wrong, none = (
        judge_counted(find_expected(question, asked_in), question, asked, text, answered_in, read)
        for text, read in zip(texts, library.alignment.read_passages(texts, [answered_in] * 3), strict=True)
    )
    assert 1.001 > right > wrong > 0
    assert none == 0


@pytest.mark.parametrize(
    ("question", "is_share"),
    [("What share of them took part?", True), ("How many partners took part?", False)],
)
def test_a_share_is_any_percentage(library: Library, question: str, is_share: bool) -> None:
    asked = library.alignment.read_question(question, "en")
    text = "It was 30%."
    [read] = library.alignment.read_passages([text], ["en"])
    judged = judge_counted(find_expected(question, "en"), question, asked, text, "en", read)
    assert (judged == 1) is is_share


def test_where_nothing_is_counted_every_statement_will_do(
    packaged_encoder: PackagedEncoder, library: Library
) -> None:
    question = NEITHER["en"]
    asked = library.alignment.read_question(question, "en")
    [read] = library.alignment.read_passages(["No figure."], ["en"])
    assert judge_counted(find_expected(question, "en"), question, asked, "No figure.", "en", read) == 1
    assert np.isfinite(asked.vectors).all()
