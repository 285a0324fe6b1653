"""Tells whether a sentence affirms what a statement denies, or the other way round, in six languages.

Each clause denies or affirms by the words in it (`assistant.checking.denials`). A clause of the sentence is
held against the part of the statement that says most nearly the same.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from assistant.checking.clauses import split_clauses
from assistant.checking.denials import CZECH_VERB, DENIALS, KINDRED, LACKS, NO_DENIALS
from index.stems import find_words
from index.stop_words import STOP_WORDS

_CZECH_DENIAL = re.compile(CZECH_VERB)
_SHORTEST = 3
_BEGINNING = 5
"""In characters: words are inflected, so their beginnings are compared, and shorter words say little."""
_FEWEST_SHARED = 2

Compare = Callable[[str, Sequence[str]], Sequence[float]]
"""How near a text is in meaning to each of some others."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a text: whether it denies, and whether it has words that may stand for a denial."""

    text: str
    denies: bool
    kindred: bool


def contradicts(sentence: str, language: str, statement: str, other: str, compare: Compare) -> bool:
    """Whether one denies what the other affirms. `language` is the sentence's, `other` the statement's.

    Nothing contradicts in a language whose words of denial are not known. `compare` is asked where the
    languages differ and not all clauses agree.
    """
    if language not in DENIALS or other not in DENIALS:
        return False
    said, stands = _read_clauses(sentence, language), _read_clauses(statement, other)
    spans = [span for _, _, span in _join_spans(stands)]
    joined = _join_spans(said)

    def measure(text: str) -> Sequence[float]:
        if language == other:
            return [_share_words(text, span.text, language) for span in spans]
        return compare(text, [span.text for span in spans])

    for place, clause in enumerate(said):
        differing = [_differ(clause, span) for span in spans]
        if not any(differing):
            continue
        if clause.denies and all(differing):
            return True
        # Where one language parts what another says in one clause, several clauses may be what corresponds.
        parts = [part for first, last, part in joined if first <= place < last]
        best, agrees = 0.0, True
        for part in parts:
            for span, score in zip(spans, measure(part.text), strict=True):
                if score > best or (score == best and not _differ(part, span)):
                    best, agrees = score, not _differ(part, span)
        if not agrees:
            return True
    return False


def denies(text: str, language: str) -> bool:
    """Whether any clause of a text denies; none does in a language whose words of denial are not known."""
    return language in DENIALS and any(clause.denies for clause in _read_clauses(text, language))


@lru_cache(maxsize=4096)
def find_telling(text: str, language: str) -> frozenset[str]:
    """The beginnings of the words that say something, without the prefix that denies a Czech verb."""
    words = find_words(text)
    if language == "cs":
        words = [word.removeprefix("ne") if _CZECH_DENIAL.fullmatch(word) else word for word in words]
    stop_words = STOP_WORDS.get(language, frozenset())
    return frozenset(word[:_BEGINNING] for word in words if len(word) >= _SHORTEST and word not in stop_words)


@lru_cache(maxsize=4096)
def _read_clauses(text: str, language: str) -> tuple[_Clause, ...]:
    return tuple(_read_clause(text[start:end], language) for start, end in split_clauses(text))


def _read_clause(text: str, language: str) -> _Clause:
    rest = NO_DENIALS[language].sub(" ", text)
    denial = bool(DENIALS[language].search(rest)) != bool(LACKS[language].search(rest))
    return _Clause(text.strip(), denial, bool(KINDRED[language].search(text)))


def _join(clauses: Sequence[_Clause]) -> _Clause:
    return _Clause(
        " ".join(clause.text for clause in clauses),
        any(clause.denies for clause in clauses),
        any(clause.kindred for clause in clauses),
    )


def _join_spans(clauses: Sequence[_Clause]) -> list[tuple[int, int, _Clause]]:
    """Every run of clauses as one, with where it begins and ends."""
    bounds = combinations(range(len(clauses) + 1), 2)
    return [(first, last, _join(clauses[first:last])) for first, last in bounds]


def _differ(one: _Clause, other: _Clause) -> bool:
    return one.denies != other.denies and one.kindred == other.kindred


def _share_words(text: str, other: str, language: str) -> float:
    """How many of their telling words two texts share: Jaccard's index, 0 where they share too few."""
    ours, theirs = find_telling(text, language), find_telling(other, language)
    shared = len(ours & theirs)
    return (
        shared / len(ours | theirs) if shared >= max(1, min(_FEWEST_SHARED, len(ours), len(theirs))) else 0.0
    )
