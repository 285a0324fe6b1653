"""Chooses the few quotations that answer a question, each whole enough to be understood."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Evidence
from index.statements import FEWEST_WORDS

_MOST_QUOTATIONS = 3
_MARGIN = 4.0
_NEIGHBOUR_MARGIN = 5.0
"""In relevance. For other values' figures see eval/DECISIONS.md."""
_LEFT_OUT = " " * 9
"""At least so many spaces stand for an order that was left out, see `assistant.orders.leave_out_orders`."""
_REDUNDANT = 0.9
"""Of 302 statements and their translations (the project's digest in six languages) six in ten lie above,
of 1,976 different statements of one section one in twenty-five."""

_LEANING = re.compile(
    r"(?:deze|dit|die|dat|hij|zij|ze|hun|zijn|haar|het geld|daar\w+|hier\w+|"
    r"it|its|they|their|he|she|his|her|this|these|that|those|such|"
    r"er|es|sie|ihre?|dies\w*|da(?:von|für|mit|zu|r?in|r?an|nach)|"
    r"il|elle|ils|elles|ce|cette|ces|cet|cel(?:ui|le)-ci|son|sa|ses|leurs?|"
    r"est[eao]s?|es[eao]s?|ello|sus?|"
    r"ten|ta|to|tato|tento|toto|tito|tyto|ti|ty|jeho|její|jejich|z toho|k tomu)\b",
    re.IGNORECASE,
)
"""How a sentence begins that speaks of something named before, in the six languages."""


@dataclass(slots=True)
class _Stretch:
    """Neighbouring statements of one chunk, from the first to the last place in it."""

    best: Evidence
    first: int
    last: int


def choose_extract(evidence: Sequence[Evidence], language: str) -> list[Evidence]:
    """The few stretches of statements that answer best: near the best one, each saying something of its own.

    A statement brings the one before or behind it where that is relevant, too, and the one before where it
    begins with a word that leans on it. Of a statement and its translation, the one in the question's
    `language` is chosen. The passage with the best one comes first; inside each, the text's order is kept.
    """
    chunks = _order_by_chunk(evidence)
    chosen: list[_Stretch] = []
    for one in _choose_statements(evidence, language):
        order = chunks[one.hit.chunk.id]
        place = next(at for at, other in enumerate(order) if other.start == one.start)
        if not any(_holds(stretch, one, place) for stretch in chosen):
            chosen.append(_extend(one, place, order))
    return [_quote(stretch, chunks[stretch.best.hit.chunk.id]) for stretch in _merge(chosen, chunks)]


def _order_by_chunk(evidence: Sequence[Evidence]) -> dict[str, list[Evidence]]:
    chunks: dict[str, list[Evidence]] = {}
    for one in sorted(evidence, key=lambda one: one.start):
        chunks.setdefault(one.hit.chunk.id, []).append(one)
    return chunks


def _choose_statements(evidence: Sequence[Evidence], language: str) -> list[Evidence]:
    chosen: list[Evidence] = []
    for one in evidence:
        if one.vector is None or one.relevance < evidence[0].relevance - _MARGIN:
            break
        twin = next((place for place, other in enumerate(chosen) if _say_the_same(one, other)), None)
        if twin is None:
            if len(chosen) < _MOST_QUOTATIONS:
                chosen.append(one)
        elif one.hit.chunk.language == language != chosen[twin].hit.chunk.language:
            chosen[twin] = one
    return chosen


def _say_the_same(one: Evidence, other: Evidence) -> bool:
    if one.vector is None or other.vector is None:
        return False
    return float(one.vector @ other.vector) >= _REDUNDANT


def _holds(stretch: _Stretch, one: Evidence, place: int) -> bool:
    return stretch.best.hit.chunk.id == one.hit.chunk.id and stretch.first <= place <= stretch.last


def _extend(one: Evidence, place: int, order: Sequence[Evidence]) -> _Stretch:
    """With its better neighbour, where that is relevant; and with the one that it leans on."""
    stretch = _Stretch(one, place, place)
    neighbours = [at for at in (place + 1, place - 1) if _are_neighbours(order, place, at)]
    best = max(neighbours, key=lambda at: order[at].relevance, default=place)
    if order[best].relevance >= one.relevance - _NEIGHBOUR_MARGIN:
        stretch.first, stretch.last = min(place, best), max(place, best)
    first = stretch.first
    if _LEANING.match(order[first].text) and _are_neighbours(order, first - 1, first):
        stretch.first -= 1
    return stretch


def _are_neighbours(order: Sequence[Evidence], one: int, other: int) -> bool:
    """Whether statements stand at these places, next to each other, and nothing was left out between them."""
    first, last = min(one, other), max(one, other)
    if first < 0 or last >= len(order):
        return False
    chunk = order[first].hit.chunk
    between = chunk.text[order[first].end - chunk.start : order[last].start - chunk.start]
    return _LEFT_OUT not in between and len(between.split()) < FEWEST_WORDS


def _merge(stretches: Sequence[_Stretch], chunks: Mapping[str, Sequence[Evidence]]) -> list[_Stretch]:
    """In the order in which they are shown; those that touch or overlap become one."""
    shown = list(dict.fromkeys(stretch.best.hit.chunk.id for stretch in stretches))
    merged: list[_Stretch] = []
    for one in sorted(stretches, key=lambda one: (shown.index(one.best.hit.chunk.id), one.first)):
        before = merged[-1] if merged else None
        if before and _touch(before, one, chunks[one.best.hit.chunk.id]):
            before.last = max(before.last, one.last)
        else:
            merged.append(one)
    return merged


def _touch(before: _Stretch, one: _Stretch, order: Sequence[Evidence]) -> bool:
    if before.best.hit.chunk.id != one.best.hit.chunk.id:
        return False
    return one.first <= before.last or (
        one.first == before.last + 1 and _are_neighbours(order, before.last, one.first)
    )


def _quote(stretch: _Stretch, order: Sequence[Evidence]) -> Evidence:
    start, end = order[stretch.first].start, order[stretch.last].end
    chunk = stretch.best.hit.chunk
    text = chunk.text[start - chunk.start : end - chunk.start]
    return replace(stretch.best, start=start, end=end, text=text)
