"""Why a sentence is not confirmed, in the six languages.

The check gives its reasons as short English phrases, which other programs read; here is what people read.
"""

from collections.abc import Mapping

REASONS: Mapping[str, Mapping[str, str]] = {
    "no passage holds its names": {
        "nl": "een naam staat in geen enkele passage",
        "en": "a name stands in no passage",
        "de": "ein Name steht in keiner Stelle",
        "fr": "un nom ne figure dans aucun passage",
        "es": "un nombre no figura en ningún pasaje",
        "cs": "některé jméno není v žádné pasáži",
    },
    "no passage holds": {
        "nl": "in geen enkele passage staat",
        "en": "no passage holds",
        "de": "in keiner Stelle steht",
        "fr": "ne figure dans aucun passage\N{NO-BREAK SPACE}:",
        "es": "no figura en ningún pasaje:",
        "cs": "v žádné pasáži není",
    },
    "it says too little to be checked": {
        "nl": "te kort om na te gaan",
        "en": "it says too little to be checked",
        "de": "zu kurz, um geprüft zu werden",
        "fr": "trop court pour être vérifié",
        "es": "demasiado breve para comprobarlo",
        "cs": "příliš krátké na ověření",
    },
    "no passage says this": {
        "nl": "geen enkele passage zegt dit",
        "en": "no passage says this",
        "de": "keine Stelle sagt das",
        "fr": "aucun passage ne le dit",
        "es": "ningún pasaje lo dice",
        "cs": "žádná pasáž to neříká",
    },
    "its figures belong to another statement": {
        "nl": "de cijfers horen bij een andere uitspraak",
        "en": "its figures belong to another statement",
        "de": "die Zahlen gehören zu einer anderen Aussage",
        "fr": "les chiffres appartiennent à un autre énoncé",
        "es": "las cifras corresponden a otra afirmación",
        "cs": "čísla patří k jinému výroku",
    },
    "a negation differs from the passage": {
        "nl": "de passage ontkent iets anders",
        "en": "a negation differs from the passage",
        "de": "eine Verneinung weicht von der Stelle ab",
        "fr": "une négation diffère du passage",
        "es": "una negación difiere del pasaje",
        "cs": "zápor se liší od pasáže",
    },
    "the passage does not say this of": {
        "nl": "de passage zegt dit niet van",
        "en": "the passage does not say this of",
        "de": "die Stelle sagt dies nicht von",
        "fr": "le passage ne le dit pas de",
        "es": "el pasaje no lo dice de",
        "cs": "pasáž to neříká o",
    },
    "the passage gives the actors other parts": {
        "nl": "in de passage zijn de rollen anders verdeeld",
        "en": "the passage gives the actors other parts",
        "de": "in der Stelle sind die Rollen anders verteilt",
        "fr": "le passage attribue les rôles autrement",
        "es": "el pasaje reparte los papeles de otro modo",
        "cs": "v pasáži jsou role rozděleny jinak",
    },
    "it repeats the question": {
        "nl": "herhaalt de vraag",
        "en": "repeats the question",
        "de": "wiederholt die Frage",
        "fr": "répète la question",
        "es": "repite la pregunta",
        "cs": "opakuje otázku",
    },
    "it repeats an earlier sentence": {
        "nl": "herhaalt een eerdere zin",
        "en": "repeats an earlier sentence",
        "de": "wiederholt einen früheren Satz",
        "fr": "répète une phrase précédente",
        "es": "repite una frase anterior",
        "cs": "opakuje dřívější větu",
    },
    "it repeats itself": {
        "nl": "herhaalt zichzelf",
        "en": "repeats itself",
        "de": "wiederholt sich",
        "fr": "se répète",
        "es": "se repite",
        "cs": "opakuje se",
    },
    "it is in another language": {
        "nl": "staat in een andere taal",
        "en": "is in another language",
        "de": "ist in einer anderen Sprache",
        "fr": "est dans une autre langue",
        "es": "está en otro idioma",
        "cs": "je v jiném jazyce",
    },
    "it holds a link or markup": {
        "nl": "bevat een link of opmaakcode",
        "en": "holds a link or markup",
        "de": "enthält einen Link oder Code",
        "fr": "contient un lien ou du code",
        "es": "contiene un enlace o código",
        "cs": "obsahuje odkaz nebo kód",
    },
    "it repeats the instructions": {
        "nl": "herhaalt de instructies van het taalmodel",
        "en": "repeats the language model’s instructions",
        "de": "wiederholt die Anweisungen an das Sprachmodell",
        "fr": "répète les consignes du modèle de langue",
        "es": "repite las instrucciones del modelo de lenguaje",
        "cs": "opakuje pokyny jazykovému modelu",
    },
    "it says what an order in a passage wants said": {
        "nl": "volgt een opdracht die in een document staat",
        "en": "follows an order that a document gives",
        "de": "folgt einer Anweisung, die in einem Dokument steht",
        "fr": "suit un ordre donné dans un document",
        "es": "sigue una orden que da un documento",
        "cs": "řídí se příkazem, který dává dokument",
    },
}
"""By the phrase's beginning; what follows it, such as the missing figures, is said as it stands."""


def explain(reason: str, language: str) -> str:
    """The check's reason in a language; nothing where it is not one of those above."""
    for phrase in sorted(REASONS, key=len, reverse=True):
        if reason.startswith(phrase):
            return REASONS[phrase][language] + reason.removeprefix(phrase)
    return ""
