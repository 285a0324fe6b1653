"""Restricts a search to documents by what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import Metadata
from index.rows import ChunkRows


@dataclass(frozen=True, slots=True)
class Filter:
    """What a chunk must fulfil: for each kind of property one of the values given; none means any.

    `languages` are those of the chunk, and `except_language` the one that it must not have; all else is said
    of its document. `since` and `until` are ISO 8601
    dates, also shortened to a month or year; a document whose date, or interval, lies at least partly
    between them fits, and one without a date does not. Capitals do not matter, but in languages.
    """

    languages: frozenset[str] = frozenset()
    except_language: str = ""
    countries: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""


EVERYTHING = Filter()


def choose_positions(filter_: Filter, rows: ChunkRows, metadata: Mapping[int, Metadata]) -> NDArray[np.int64]:
    """The rising positions among `rows` of the chunks that fulfil the filter; `metadata` is by document."""
    fitting = [number for number, known in metadata.items() if _fits(known, filter_)]
    chosen = np.isin(rows.documents, fitting)
    if filter_.languages:
        chosen &= np.isin(rows.languages, list(filter_.languages))
    if filter_.except_language:
        chosen &= rows.languages != filter_.except_language
    return np.flatnonzero(chosen)


def _fits(known: Metadata, filter_: Filter) -> bool:
    return (
        _is_among({known.country}, filter_.countries)
        and _is_among({known.organisation}, filter_.organisations)
        and _is_among({known.kind}, filter_.kinds)
        and _is_among(set(known.themes) or {""}, filter_.themes)
        and _lies_between(known.date, filter_.since, filter_.until)
    )


def _is_among(values: set[str], wanted: frozenset[str]) -> bool:
    return not wanted or not {one.casefold() for one in wanted}.isdisjoint(one.casefold() for one in values)


def _lies_between(date: str, since: str, until: str) -> bool:
    if not since and not until:
        return True
    if not date[:4].isdigit():
        return False  # none, or none that can be compared
    first, _, last = date.partition("/")
    # Dates compare as texts; a shortened one stands for its first day, or its last.
    starts_in_time = not until or _first_day(first) <= _last_day(until)
    ends_in_time = not since or _last_day(last or first) >= _first_day(since)
    return starts_in_time and ends_in_time


def _first_day(date: str) -> str:
    return date + "0000-01-01"[len(date) :]


def _last_day(date: str) -> str:
    return date + "9999-12-31"[len(date) :]
