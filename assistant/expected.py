"""Tells what kind of thing a question asks for: a quantity or a time.

A statement that holds nothing of that kind does not answer, however near it is; and where a quantity is asked
for, the figure has to count the thing that is asked about. It knows the question words of six languages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.checking.numerals import MONTHS, NUMBERS, UNITS
from index.alignment import Aligned
from index.records import Span
from index.stop_words import STOP_WORDS

_QUANTITY: Mapping[str, str] = {
    "nl": r"hoeveel\w*|hoe (?:groot|hoog|duur)|(?:tot )?welke? "
    r"(?=(?:\w+ )?(?:bedrag|percentage|aandeel|budget|minimum|maximum|leeftijd|aantal|prijs))",
    "en": r"how (?:many|much|large|big|high)|(?:what|which) "
    r"(?=(?:\w+ )?(?:share|percentage|proportion|amount|budget|age|number|fine|price))",
    "de": r"wie ?viele?[nr]?|wie (?:hoch|gro(?:ß|ss)|teuer)|welche[rsnm]? "
    r"(?=(?:\w+ )?(?:anteil|betrag|summe|alter|prozentsatz|zahl|budget))",
    "fr": r"combien|quel(?:le)?s? (?:est |était |sont )?"
    r"(?=(?:l[ea] |l[’'])?(?:\w+ )?(?:montant|pourcentage|budget|âge|taux|nombre|part|somme|amende|durée)\b)",
    "es": r"cuánt[oa]s?|qué (?=(?:\w+ )?(?:porcentaje|cantidad|importe|edad|proporción|parte|presupuesto))|"
    r"cuál (?:es|era|fue) (?=el (?:presupuesto|importe|porcentaje|número))",
    "cs": r"kolik\w*|jak (?:velk|vysok)\w+|jak(?:ý|á|ou|ém) "
    r"(?=(?:\w+ )?(?:podíl|počet|rozpočet|výš|částk|procent))",
}
_SHARE_WORD = re.compile(
    r"share|percentages?|proportion|aandeel|anteil|prozentsatz|pourcentage|part|taux|porcentaje|proporción|"
    r"parte|podíl\w{0,2}|procent\w{0,2}",
    re.IGNORECASE,
)
_TIME: Mapping[str, str] = {
    "nl": r"wanneer|(?:in |sinds )?welk jaar|welke datum",
    "en": r"when|(?:what|which) (?:year|date)",
    "de": r"wann|welche[ms] (?:jahr|datum|tag)",
    "fr": r"quand|quelle (?:année|date)",
    "es": r"cuándo|qué (?:año|fecha)",
    "cs": r"kdy|odkdy|(?:kterém|jakém) roce|jaké datum",
}
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_WORD = re.compile(r"[^\W\d_]+")
_PARTS = frozenset(
    {"helft", "half", "kwart", "third", "quarter", "hälfte", "drittel", "viertel", "moitié", "tiers", "quart"}
    | {"mitad", "tercio", "cuarto", "polovina", "polovinu", "polovině", "třetina", "třetinu", "čtvrtina"}
)
_MONTHS = frozenset(MONTHS) - {"may", "march"}
"""Without those that are more often other words."""

_BESIDE = 28
"""Characters between a figure and what it counts: some four words."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question asks for. `counted` is the span in the question of what a quantity is asked of."""

    quantity: bool
    time: bool
    counted: Span | None


def find_expected(question: str, language: str) -> Expected:
    """What a question in one of the six languages asks for; in any other, nothing that is known."""
    quantity = _search(_QUANTITY, question, language)
    time = _search(_TIME, question, language)
    counted = _find_counted(question, language, quantity.end()) if quantity else None
    return Expected(quantity is not None, time is not None, counted)


def judge_kind(expected: Expected, question: str, statement: str, language: str) -> float:
    """The share, 0 to 1, of what is asked for that the statement holds and the question does not.

    0 where nothing is asked for that is known. `language` is the statement's.
    """
    held = []
    if expected.quantity:
        held.append(bool(_find_figures(question, statement, language)))
    if expected.time:
        years = {year for year in _YEAR.findall(statement) if year not in question}
        held.append(bool(years or any(word.lower() in _MONTHS for word in _WORD.findall(statement))))
    return sum(held) / len(held) if held else 0.0


def judge_counted(
    expected: Expected, question: str, asked: Aligned, statement: str, language: str, read: Aligned
) -> float:
    """How near, as a cosine, what the question counts comes to what stands beside a figure of the statement.

    1 where the question asks for no quantity, 0 where the statement holds no figure of its own. `language` is
    the statement's, `read` are its tokens, with spans in it.
    """
    if expected.counted is None:
        return 1.0
    if _SHARE_WORD.fullmatch(question[slice(*expected.counted)]) and UNITS["%"].search(statement):
        return 1.0
    counted = asked.part(*expected.counted)
    figures = _find_figures(question, statement, language)
    around = (read.part(start - _BESIDE, end + _BESIDE) for start, end in figures)
    nearest = (float(counted.find_matches(beside).max(initial=0.0)) for beside in around)
    return max(nearest, default=0.0)


def _search(patterns: Mapping[str, str], question: str, language: str) -> re.Match[str] | None:
    pattern = patterns.get(language)
    return re.search(rf"\b(?:{pattern})", question, re.IGNORECASE) if pattern else None


def _find_counted(question: str, language: str, start: int) -> Span | None:
    """The first word behind the question word that says something."""
    skipped = STOP_WORDS[language]
    for word in re.finditer(r"\w+", question[start:]):
        if word[0].lower() not in skipped and len(word[0]) > 2:
            return start + word.start(), start + word.end()
    return None


def _find_figures(question: str, statement: str, language: str) -> list[Span]:
    """The spans of the statement's figures and number words, but years and what the question says itself."""
    known = set(_NUMBER.findall(question))
    words = NUMBERS.get(language, {})
    figures = [
        match.span()
        for match in _NUMBER.finditer(statement)
        if match[0] not in known and not _YEAR.fullmatch(match[0])
    ]
    return figures + [
        match.span()
        for match in _WORD.finditer(statement)
        if match[0].lower() in words or match[0].lower() in _PARTS
    ]
