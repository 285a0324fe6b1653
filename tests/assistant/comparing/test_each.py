"""What is left of a question when "in each country" is taken out of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.comparing.each import Property, ask_one

QUESTIONS = {
    "Hoe is het recht op deconnectie in elk land geregeld?": "Hoe is het recht op deconnectie geregeld?",
    "Welke regels gelden in de verschillende landen voor telewerk?": "Welke regels gelden voor telewerk?",
    "Hoeveel uren opleidingsverlof krijgt een werknemer per land?": (
        "Hoeveel uren opleidingsverlof krijgt een werknemer?"
    ),
    "How is the right to disconnect settled in each country?": "How is the right to disconnect settled?",
    "In every country, who pays for training leave?": "who pays for training leave?",
    "What is each country's policy on platform work?": "What is policy on platform work?",
    "How do the rules on telework differ across the different countries?": (
        "How do the rules on telework differ?"
    ),
    "Wie ist mobile Arbeit in den einzelnen Ländern geregelt?": "Wie ist mobile Arbeit geregelt?",
    "Welche Rechte haben Betriebsräte in jedem Land?": "Welche Rechte haben Betriebsräte?",
    "Welche Gesetze der verschiedenen Länder regeln die Weiterbildung?": (
        "Welche Gesetze regeln die Weiterbildung?"
    ),
    "Comment le télétravail est-il réglé dans chaque pays ?": "Comment le télétravail est-il réglé ?",
    "Dans les différents pays, qui finance la formation ?": "qui finance la formation ?",
    "Quels sont les droits des salariés par pays ?": "Quels sont les droits des salariés ?",
    "¿Cómo se regula en cada país el trabajo a distancia?": "¿Cómo se regula el trabajo a distancia?",
    "¿Qué derechos tiene un repartidor en los distintos países?": "¿Qué derechos tiene un repartidor?",
    "Jak je v jednotlivých zemích upravena práce na dálku?": "Jak je upravena práce na dálku?",
    "Kdo v každé zemi platí další vzdělávání zaměstnanců?": "Kdo platí další vzdělávání zaměstnanců?",
}
OF_OTHER_PROPERTIES: dict[Property, dict[str, str]] = {
    "organisation": {
        "Wat zegt elke organisatie over het recht op deconnectie?": "Wat zegt over het recht op deconnectie?",
        "What does each organization say about telework rules?": "What does say about telework rules?",
        "Was fordern die einzelnen Organisationen für die Weiterbildung?": (
            "Was fordern für die Weiterbildung?"
        ),
        "Que dit chaque organisation du droit à la déconnexion ?": "Que dit du droit à la déconnexion ?",
        "¿Qué dice cada organización sobre el teletrabajo?": "¿Qué dice sobre el teletrabajo?",
        "Co říká každá organizace o práci na dálku?": "Co říká o práci na dálku?",
    },
    "language": {
        "What was the budget of the project in each language?": "What was the budget of the project?",
        "Wie hoch war das Budget des Projekts in jeder Sprache?": "Wie hoch war das Budget des Projekts?",
    },
}
UNTOUCHED = [
    "How is the right to disconnect settled in France?",
    "In which country is telework voluntary?",
    "Wie kommt das Land Nordrhein-Westfalen in dem Projekt vor?",
    "Quel pays a regretté son accord sur le télétravail ?",
    "Wat zegt elke organisatie over het recht op deconnectie?",
    "Hoe zit dat per landbouwsector, en wie betaalt daarvoor?",
    "In ogni paese, chi paga la formazione dei lavoratori?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_words_for_each_country_go_and_all_others_stay(question: str) -> None:
    assert ask_one(question, "country") == QUESTIONS[question]


@pytest.mark.parametrize(
    ("by", "question", "asked"),
    [
        (by, question, asked)
        for by, asked_of in OF_OTHER_PROPERTIES.items()
        for question, asked in asked_of.items()
    ],
)
def test_so_do_those_for_each_organisation_and_language(by: Property, question: str, asked: str) -> None:
    assert ask_one(question, by) == asked


@pytest.mark.parametrize("question", UNTOUCHED)
def test_a_question_without_such_words_stays_as_it_is(question: str) -> None:
    assert ask_one(question, "country") == question


@pytest.mark.parametrize(
    "question", ["In each country?", "Et dans chaque pays ?", "Telewerk per land?", "", "?"]
)
def test_a_question_of_which_little_would_be_left_stays_as_it_is(question: str) -> None:
    assert ask_one(question, "country") == question


@given(st.lists(st.sampled_from(" ".join(QUESTIONS).split()), max_size=20).map(" ".join))
def test_words_are_only_taken_away(question: str) -> None:
    rest = iter(re.findall(r"\w+", question))
    assert all(word in rest for word in re.findall(r"\w+", ask_one(question, "country")))
