"""Asks one question of each country, organisation or language by itself, from its own passages alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from assistant.abstention import LEAST_ODDS_IN_A_GROUP
from assistant.answer import Answer
from assistant.assistant import Assistant, Scope
from assistant.comparing.countries import EUROPE, find_countries, keep_own_statements
from assistant.comparing.each import Property, ask_one
from index.errors import FastTrackError
from index.filters import EVERYTHING, Filter
from index.library import Library
from index.records import UNDETERMINED, Metadata

NO_ANSWER = {
    "nl": "Geen antwoord in de documenten.",
    "en": "No answer in the documents.",
    "de": "Keine Antwort in den Dokumenten.",
    "fr": "Pas de réponse dans les documents.",
    "es": "Sin respuesta en los documentos.",
    "cs": "V dokumentech není odpověď.",
}
"""What an empty cell says, by the question's language."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What a library's documents are compared by: the names of the groups, sorted.

    `without` counts the library's documents that state nothing of the kind and so belong to no group.
    """

    by: Property
    names: tuple[str, ...]
    without: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A group's answer, which cites the group's passages alone. Where it abstained, the cell is empty."""

    group: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question's answers side by side. `asked` is the question as it was put to each group."""

    question: str
    asked: str
    groups: Groups
    cells: tuple[Cell, ...]
    seconds: float

    @property
    def notices(self) -> tuple[str, ...]:
        """What the answers tell of fallbacks, each once."""
        return tuple(dict.fromkeys(cell.answer.notice for cell in self.cells if cell.answer.notice))


def find_groups(library: Library, by: Property, filter_: Filter = EVERYTHING) -> Groups:
    """The groups of a library, or those of them that the filter names.

    Raises `FastTrackError` where there is none.
    """
    named = [_find_name(entry.metadata, by) for entry in library.entries()]
    wanted = {name.casefold() for name in _list_wanted(filter_, by)}
    # Capitals do not matter, so of two spellings one stands for both.
    spelled = {name.casefold(): name for name in sorted(filter(None, named), reverse=True)}
    names = [name for folded, name in sorted(spelled.items()) if not wanted or folded in wanted]
    if not names:
        raise FastTrackError(
            f"The library at {library.folder} holds no document of "
            + (f"the {by} {' or '.join(sorted(wanted))}" if wanted else f"a known {by}")
            + ": `fasttrack library status` shows what its documents state."
        )
    return Groups(by, tuple(names), sum(not name for name in named))


def compare(
    question: str,
    groups: Groups,
    assistant: Assistant,
    filter_: Filter = EVERYTHING,
    tell: Callable[[int], None] = lambda done: None,
) -> Comparison:
    """One answer for each group, from those of its passages that the filter lets through; none without any.

    By country, what a document tells of other countries is no evidence for its own, unless the question names
    a country. Where the generator fails at one group, that group has its extract. `tell` counts the groups
    done. Raises `FastTrackError` on an empty question or one that is too long.
    """
    started = time.monotonic()
    asked = ask_one(question, groups.by)
    narrows = groups.by == "country" and not find_countries(question) - {EUROPE}
    cells = []
    for done, group in enumerate(groups.names, start=1):
        scope = Scope(_restrict(filter_, groups.by, group), least_odds=LEAST_ODDS_IN_A_GROUP)
        if narrows:
            scope = replace(scope, narrow=partial(keep_own_statements, country=group.upper()))
        answer = assistant.answer(asked, scope=scope)
        if answer.passages:
            cells.append(Cell(group, _word(answer, question)))
        tell(done)
    return Comparison(question, asked, groups, tuple(cells), time.monotonic() - started)


def _find_name(known: Metadata, by: Property) -> str:
    if by == "country":
        return known.country
    if by == "organisation":
        return known.organisation
    return "" if known.language == UNDETERMINED else known.language


def _list_wanted(filter_: Filter, by: Property) -> frozenset[str]:
    if by == "country":
        return filter_.countries
    return filter_.organisations if by == "organisation" else filter_.languages


def _restrict(filter_: Filter, by: Property, group: str) -> Filter:
    if by == "country":
        return replace(filter_, countries=frozenset({group}))
    if by == "organisation":
        return replace(filter_, organisations=frozenset({group}))
    return replace(filter_, languages=frozenset({group}))


def _word(answer: Answer, question: str) -> Answer:
    lead_in = NO_ANSWER[answer.language] if answer.abstained else answer.lead_in
    return replace(answer, question=question, lead_in=lead_in)
