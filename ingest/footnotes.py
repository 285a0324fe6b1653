"""Takes footnotes out of the sentences that they interrupt, on pages whose text comes with its size.

On a printed page a footnote's mark sticks to a word or a figure ("250,000" and a raised 3), and the note
itself stands at the foot, often amid a sentence that goes on at the top of the next column or page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.lines import Line, Span, find_letter_size, text_of

_NOTE_SIZE = 0.93
"""A note's letters are at most this large, as a share of the letters of most of the text."""
_MARK_SIZE = 0.8
"""A mark's, as a share of those of its line."""
_NOTE_START = re.compile(r"\s*(\d{1,3})[.)]?\s*(?=[^\W\d_]|[„“‘«(])")


@dataclass(frozen=True, slots=True)
class PageLines:
    """A page's lines without notes, their marks no longer text, and each note's lines by its number."""

    lines: list[Line]
    notes: dict[str, list[Line]]


def part_footnotes(lines: Sequence[Line], body_size: float) -> PageLines:
    """The page with its footnotes apart. Only a mark and a note that bear the same number count as such."""
    small = [find_letter_size([line]) <= body_size * _NOTE_SIZE for line in lines]
    marks = {mark for place, line in enumerate(lines) if not small[place] for mark in _find_marks(line)}
    starts = {
        place: match[1]
        for place, line in enumerate(lines)
        if small[place] and (match := _NOTE_START.match(text_of(line))) and match[1] in marks
    }
    if raised := {place: number for place, number in starts.items() if number in _find_marks(lines[place])}:
        starts = raised  # where notes begin with a mark, a figure at the head of their lines is no mark
    numbers = set(starts.values())
    kept: list[Line] = []
    notes: dict[str, list[Line]] = {}
    inside = ""
    for place, line in enumerate(lines):
        inside = starts.get(place, inside if small[place] else "")
        if not inside:
            kept.append([_lift_mark(span, line, numbers) for span in line])
        else:
            notes.setdefault(inside, []).append(_without_number(line) if place in starts else line)
    return PageLines(kept, notes)


def _without_number(line: Line) -> Line:
    match = _NOTE_START.match(text_of(line))
    left = match.end() if match else 0
    kept: Line = []
    for span in line:
        kept.append(replace(span, text=span.text[left:]))
        left = max(0, left - len(span.text))
    return kept


def _find_marks(line: Line) -> set[str]:
    return {span.text.strip() for span in line if _could_be_mark(span, line)}


def _could_be_mark(span: Span, line: Line) -> bool:
    text = span.text.strip()
    return text.isdecimal() and len(text) <= 3 and span.size <= find_letter_size([line]) * _MARK_SIZE


def _lift_mark(span: Span, line: Line, numbers: set[str]) -> Span:
    """The span as it is, or as a mark where it is one."""
    number = span.text.strip()
    return replace(span, text="", mark=number) if number in numbers and _could_be_mark(span, line) else span
