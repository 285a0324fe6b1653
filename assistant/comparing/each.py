"""Takes "in each country" out of a question that is asked of each country by itself.

Inside one country's documents nothing speaks of each country, so these words would only draw the search
towards comparisons. What this gains is in eval/DECISIONS.md.
"""

import re
from collections.abc import Mapping
from typing import Literal

from index.language import detect_language

Property = Literal["country", "organisation", "language"]
"""What is known of a document, and documents are compared by."""

_LEAST_WORDS = 3

_NOUNS: Mapping[str, Mapping[Property, str]] = {
    "nl": {
        "country": "land|landen|lidstaat|lidstaten",
        "organisation": "organisaties?",
        "language": "taal|talen",
    },
    "en": {
        "country": "country|countries|member states?",
        "organisation": "organi[sz]ations?",
        "language": "languages?",
    },
    "de": {
        "country": "land|lande|länder|ländern|mitgliedstaat|mitgliedstaaten",
        "organisation": "organisation|organisationen",
        "language": "sprache|sprachen",
    },
    "fr": {"country": "pays|états? membres?", "organisation": "organisations?", "language": "langues?"},
    "es": {
        "country": "país|países|estados? miembros?",
        "organisation": "organización|organizaciones",
        "language": "idiomas?|lenguas?",
    },
    "cs": {
        "country": "země|zemi|zemí|zemích|státě|státu|států|státech",
        "organisation": "organizace|organizaci|organizací|organizacích",
        "language": "jazyk|jazyce|jazyku|jazyků|jazycích",
    },
}
# What stands before the noun: perhaps a preposition, and words for each or for several; or words like "per".
_EACH: Mapping[str, tuple[str, str, str]] = {
    "nl": (
        "in|binnen|van|voor|bij|door|uit|over",
        "elke?|iedere?|(?:elk|ieder) van de|alle|(?:de )?(?:verschillende|afzonderlijke|diverse|betrokken)",
        "per",
    ),
    "en": (
        "in|within|across|for|of|from|at",
        "each|every|each of the|all(?: of)?(?: the)?|(?:all )?(?:the )?(?:various|different|individual)",
        "per|by|across(?: the)?",
    ),
    "de": (
        "in|aus|von|für|bei",
        "jede[mnrs]?|alle[nr]?|im jeweiligen|(?:d(?:ie|en|er) )?(?:einzelnen?|verschiedenen?|jeweiligen?)",
        "pro|je|nach",
    ),
    "fr": (
        "dans|pour|de|chez|selon",
        "chaque|chacune? des|tou(?:s|tes) les|(?:(?:l|d)es )?(?:différent|divers)e?s",
        "par|selon les?",
    ),
    "es": (
        "en|de|para|por|según",
        "cada|cada un[oa] de l[oa]s|tod[oa]s l[oa]s|l[oa]s (?:distint|diferente|divers)[oa]?s",
        "por|según (?:el|los|las?)",
    ),
    "cs": (
        "v|ve|z|ze|pro|u|podle",
        "každé(?:m|ho)?|každá|každý|všech|všechny|jednotlivých|jednotlivé|různých|různé",
        "podle|dle",
    ),
}


def _write_pattern(language: str, by: Property) -> re.Pattern[str]:
    before, each, per = _EACH[language]
    noun = _NOUNS[language][by]
    return re.compile(
        rf" ?\b(?:(?:(?:{before}) )?(?:{each})|{per}) (?:{noun})\b(?:['’]s\b)?[,;]?", re.IGNORECASE
    )


_PATTERNS = {
    (language, by): _write_pattern(language, by) for language, nouns in _NOUNS.items() for by in nouns
}


def ask_one(question: str, by: Property) -> str:
    """The question as one country, organisation or language would be asked it.

    It stays as it is where little would be left, or its language could not be told any more.
    """
    language = detect_language(question)
    pattern = _PATTERNS.get((language, by))
    if pattern is None:
        return question
    asked = " ".join(pattern.sub("", " ".join(question.split())).split())
    if len(re.findall(r"\w+", asked)) < _LEAST_WORDS or detect_language(asked) != language:
        return question
    return asked
