"""Two actors that change places are noticed in every language and between any two; a passive changes none."""

from collections.abc import Sequence
from itertools import permutations, product

import pytest

from assistant.checking.actors import find_mentions, find_strange_persons, find_strangers, swaps_actors
from index.language import LANGUAGES
from index.parallel import part_by_language, read_sentences
from index.stems import find_words

HEARS = {
    "nl": ("De werkgever hoort de vakbonden.", "De vakbonden horen de werkgever."),
    "en": ("The employer hears the unions.", "The unions hear the employer."),
    "de": ("Der Arbeitgeber hört die Gewerkschaften an.", "Die Gewerkschaften hören den Arbeitgeber an."),
    "fr": ("L’employeur entend les syndicats.", "Les syndicats entendent l’employeur."),
    "es": ("El empleador oye a los sindicatos.", "Los sindicatos oyen al empleador."),
    "cs": ("Zaměstnavatel vyslechne odbory.", "Odbory vyslechnou zaměstnavatele."),
}
HEARD = {
    "nl": "De vakbonden worden gehoord door de werkgever.",
    "en": "The unions are heard by the employer.",
    "de": "Die Gewerkschaften werden vom Arbeitgeber angehört.",
    "fr": "Les syndicats sont entendus par l’employeur.",
    "es": "Los sindicatos son oídos por el empleador.",
}
COURT_HEARS = {
    "nl": ("De rechtbank hoort de gemeente.", "De gemeente hoort de rechtbank."),
    "en": ("The court hears the municipality.", "The municipality hears the court."),
    "de": ("Das Gericht hört die Gemeinde an.", "Die Gemeinde hört das Gericht an."),
    "fr": ("Le tribunal entend la commune.", "La commune entend le tribunal."),
    "es": ("El tribunal oye al ayuntamiento.", "El ayuntamiento oye al tribunal."),
    "cs": ("Soud vyslechne obec.", "Obec vyslechne soud."),
}
PARTIES = {
    "nl": "werknemers, overheid en sociale partners",
    "en": "employees, government and social partners",
    "de": "Beschäftigte, Regierung und Sozialpartner",
    "fr": "salariés, gouvernement et partenaires sociaux",
    "es": "trabajadores, gobierno e interlocutores sociales",
    "cs": "zaměstnanci, vláda a sociální partneři",
}


def never(text: str, others: Sequence[str]) -> list[float]:
    raise AssertionError("the clauses tell enough")


@pytest.mark.parametrize(("language", "other"), list(product(LANGUAGES, LANGUAGES)))
def test_actors_that_change_places_are_noticed(language: str, other: str) -> None:
    (said, swapped), (stands, reverse) = HEARS[language], HEARS[other]
    assert not swaps_actors(said, language, stands, other, never)
    assert not swaps_actors(swapped, language, reverse, other, never)
    assert swaps_actors(swapped, language, stands, other, never)
    assert swaps_actors(said, language, reverse, other, never)


@pytest.mark.parametrize(("language", "other"), list(product(HEARD, LANGUAGES)))
def test_a_passive_names_who_acts_last(language: str, other: str) -> None:
    stands, reverse = HEARS[other]
    assert not swaps_actors(HEARD[language], language, stands, other, never)
    assert swaps_actors(HEARD[language], language, reverse, other, never)


@pytest.mark.parametrize(("language", "other"), list(product(LANGUAGES, LANGUAGES)))
def test_parties_have_one_key_in_all_languages(language: str, other: str) -> None:
    assert {one.key for one in find_mentions(PARTIES[language], language)} == {
        "employee",
        "government",
        "social partners",
    }
    assert find_strangers(PARTIES[language], language, PARTIES[other], other) == frozenset()


@pytest.mark.parametrize(("language", "other"), list(product(LANGUAGES, LANGUAGES)))
def test_a_court_and_a_municipality_are_parties_too(language: str, other: str) -> None:
    (said, swapped), (stands, _) = COURT_HEARS[language], COURT_HEARS[other]
    assert {one.key for one in find_mentions(said, language)} == {"court", "municipality"}
    assert not swaps_actors(said, language, stands, other, never)
    assert swaps_actors(swapped, language, stands, other, never)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le compte personnel de formation est tenu en euros.", "fr"),
        ("Une commission paritaire a pris une position commune.", "fr"),
        ("El registro ha estado en vigor; la protección de datos personales, también.", "es"),
        ("A joint commission met in summer.", "en"),
        ("Het is rijk aan voorbeelden.", "nl"),
    ],
)
def test_an_ordinary_word_is_no_party(text: str, language: str) -> None:
    assert find_mentions(text, language) == ()


def test_a_name_changes_places_where_only_one_text_parts_them() -> None:
    stands = "Sigrid Aas first proposed a minibus, but the council of Oslo judged it too dear."
    said = "Too dear, said the council of Oslo of the minibus that Sigrid Aas had proposed."
    assert not swaps_actors(said, "en", stands, "en", never)


def test_hardly_a_translation_names_a_party_that_its_original_does_not() -> None:
    sentences = part_by_language(read_sentences())
    pairs = [
        (said, language, stands, other)
        for language, other in permutations(sentences, 2)
        for said, stands in zip(sentences[language], sentences[other], strict=True)
    ]
    strange = [pair for pair in pairs if find_strangers(*pair)]
    assert len(strange) <= len(pairs) / 100, strange


def test_the_order_of_a_list_says_nothing() -> None:
    one, other = "The unions and employers met.", "The employers and unions met."
    assert not swaps_actors(one, "en", other, "en", never)


def test_clauses_may_change_places_with_their_actors() -> None:
    statement = "The Bundestag passed the act on 21 May, the Bundesrat approved it on 28 May."
    assert not swaps_actors(
        "The Bundesrat approved it on 28 May, the Bundestag passed it on 21 May.",
        "en",
        statement,
        "en",
        never,
    )
    assert swaps_actors(
        "The Bundesrat passed the act on 21 May, the Bundestag approved it on 28 May.",
        "en",
        statement,
        "en",
        never,
    )


def test_who_is_for_and_who_against_is_no_matter_of_order() -> None:
    statement, other = "La CFDT s’est dite favorable à l’accord. La CGT s’y est opposée.", "fr"
    assert not swaps_actors("CGT opposed it, while CFDT was in favour.", "en", statement, other, never)
    assert swaps_actors("CFDT opposed it, while CGT was in favour.", "en", statement, other, never)


def test_one_actor_under_two_names_is_one_mention() -> None:
    mentions = find_mentions("The European Social Fund (ESF) paid, SERV managed.", "en")
    assert [one.key for one in mentions] == ["ESF", "SERV"]


def test_a_quoted_title_names_nobody() -> None:
    assert find_mentions("“Social partners on the digital fast track” is a project.", "en") == ()


@pytest.mark.parametrize(
    ("sentence", "strangers"),
    [
        ("Unions oppose the law.", {"union"}),
        ("The company opposes the law.", set()),
        ("FGTB opposes the law.", {"FGTB"}),
        ("Employers oppose the law.", set()),
    ],
)
def test_a_party_that_the_passage_does_not_name_is_a_stranger(sentence: str, strangers: set[str]) -> None:
    assert find_strangers(sentence, "en", "Employers oppose the law.", "en") == strangers


def test_persons_of_whom_no_name_is_known_are_strange() -> None:
    words = find_words("Ansprechpartner ist Tim Buyse.")
    assert find_strange_persons("Der Ansprechpartner heißt Jan Peeters.", words) == {"Jan Peeters"}
    assert find_strange_persons("Der Ansprechpartner heißt Tim Buyse.", words) == set()


def test_nobody_is_known_in_an_unknown_language() -> None:
    assert find_mentions("I sindacati e i datori di lavoro.", "it") == ()
