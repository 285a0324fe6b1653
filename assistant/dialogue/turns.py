"""Reads one turn of a conversation: which words name its subject, and which stand for another."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.comparing.countries import find_countries
from assistant.dialogue.function_words import FUNCTION_WORDS, FunctionWords

Role = Literal["name", "content", "place", "year", "pointing", "perhaps", "empty"]
SUBJECT: frozenset[Role] = frozenset({"name", "content", "place", "year"})
"""The roles of words that say what a question is about."""

_WORD = re.compile(r"[^\W_]+(?:[.@/–-][^\W_]+)*")
_QUOTED = re.compile(r"[„«“‘\"]\s?([^„«“”»\"]{2,80}?)\s?[“”»’\"]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FRENCH_INVERSION = re.compile(
    r"-(?:t-)?(?=(?:il|elle|ils|elles|on|je|tu|vous|nous|ce|y|en)\b)", re.IGNORECASE
)
_OF_A_COUNTRY = ("republi", "républi", "repúbli")
_COURTESY_END = re.compile(r"(?<=[.!?,;])\s+")

_LONGEST_COURTESY = 8
"""In words."""
_NAME_STEM = 5
"""In characters."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it stands in its turn's text, and what it does there."""

    text: str
    start: int
    end: int
    role: Role

    @property
    def lower(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question without its courtesies, in the language whose function words it uses."""

    text: str
    language: str
    words: tuple[Word, ...]

    def of(self, *roles: Role) -> list[Word]:
        return [word for word in self.words if word.role in roles]

    @property
    def subject(self) -> list[Word]:
        return self.of(*SUBJECT)


def read_turn(text: str, language: str) -> Turn:
    """The turn without thanks and greetings; without words where it holds nothing else.

    `language` is taken where the function words do not tell: a short question full of foreign names would
    mislead any other judge.
    """
    language = _tell_language(text, language)
    lists = FUNCTION_WORDS[language]
    asked = " ".join(part for part in _COURTESY_END.split(text) if not _is_courtesy(part))
    return Turn(asked, language, _assign_roles(asked, language, lists))


def drop_opening(turn: Turn) -> str:
    """The turn's text without an "And" before it."""
    if len(turn.words) < 2 or turn.words[0].lower not in FUNCTION_WORDS[turn.language].openings:
        return turn.text
    # Small letters at the beginning bring any statement nearer to the encoder.
    start = turn.words[1].start
    return turn.text[start].upper() + turn.text[start + 1 :]


def name_stems(turn: Turn) -> frozenset[str]:
    """The beginnings of the turn's names, since Czech declines them; "4.0" by itself names nothing."""
    return frozenset(word.lower[:_NAME_STEM] for word in turn.of("name") if re.search(r"[^\W\d_]", word.text))


def _tell_language(text: str, default: str) -> str:
    """The language with the most function words in the text; `default` where it is among the best."""
    counts = {}
    for language, lists in FUNCTION_WORDS.items():
        words = [word.lower() for word, _ in _split(text, language)]
        counts[language] = sum(word in lists.empty or word in lists.pointing for word in words)
    most = max(counts.values())
    best = [language for language, count in counts.items() if count == most]
    return default if default in best else best[0]


def _split(text: str, language: str) -> list[tuple[str, int]]:
    """The words with their places; in French, "a-t-il" are two."""
    if language == "fr":
        text = _FRENCH_INVERSION.sub(lambda match: " " * len(match[0]), text)
    return [(match[0], match.start()) for match in _WORD.finditer(text)]


def _is_courtesy(text: str) -> bool:
    """Whether the text only thanks, greets or agrees, in any of the languages: people say merci in all."""
    words = [word.lower() for word, _ in _split(text, "")]
    return len(words) <= _LONGEST_COURTESY and any(
        any(word in lists.courtesies and word not in lists.empty for word in words)
        and all(word in lists.courtesies or word in lists.empty or word in lists.pointing for word in words)
        for lists in FUNCTION_WORDS.values()
    )


def _assign_roles(text: str, language: str, lists: FunctionWords) -> tuple[Word, ...]:
    quoted = [match.span(1) for match in _QUOTED.finditer(text)]
    pieces = _split(text, language)
    impersonal = _find_phrases([word.lower() for word, _ in pieces], lists.impersonal)
    words: list[Word] = []
    previous_end = 0
    for place, (word, start) in enumerate(pieces):
        begins = not words or bool(re.search(r"[.?!:¿¡]\s*$", text[previous_end:start]))
        role = _choose_role(word, language, lists, begins, text.isupper())
        if any(first <= start < last for first, last in quoted):
            role = "name"
        elif place in impersonal:
            role = "empty"
        previous_end = start + len(word)
        words.append(Word(word, start, previous_end, role))
    return tuple(words)


def _find_phrases(words: list[str], phrases: tuple[str, ...]) -> set[int]:
    """The places of all words inside one of the phrases."""
    found: set[int] = set()
    for phrase in map(str.split, phrases):
        for first in range(len(words) - len(phrase) + 1):
            if words[first : first + len(phrase)] == phrase:
                found.update(range(first, first + len(phrase)))
    return found


def _choose_role(word: str, language: str, lists: FunctionWords, begins: bool, shouted: bool) -> Role:
    lower = word.lower()
    if find_countries(lower) or lower.startswith(_OF_A_COUNTRY):
        return "place"
    if _YEAR.fullmatch(word):
        return "year"
    if any(map(str.isdigit, word)):
        return "name" if not word.isdigit() and not begins else "empty"
    if len(word) > 1 and not shouted and (word.isupper() or re.search(r"[^\W\d_A-Z][A-Z]", word)):
        return "name"
    if lower in lists.pointing:
        return "pointing"
    if lower in lists.perhaps:
        return "perhaps"
    if lower in lists.empty:
        return "empty"
    # German writes every noun like a name.
    if word[0].isupper() and not begins and not shouted and language != "de":
        return "name"
    return "content"
