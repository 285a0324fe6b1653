"""Takes footnotes out of the sentences that they interrupt, on pages whose text comes with its size.

On a printed page a footnote's mark sticks to a word or a figure ("250,000" and a raised 3), and the note
itself stands at the foot, often amid a sentence that goes on at the top of the next column or page.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Line = list["Span"]
"""The spans of one printed line."""

_NOTE_SIZE = 0.93
"""A note's letters are at most this large, as a share of the letters of most of the text."""
_MARK_SIZE = 0.8
"""A mark's, as a share of those of its line."""
_NOTE_START = re.compile(r"\s*(\d{1,3})[.)]?\s*(?=[^\W\d_]|[„“‘«(])")
_SENTENCE_END = re.compile(r"[.!?…:;][”“’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in letters of one size, in points."""

    text: str
    size: float


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's text without marks and notes, and its notes, each on a line."""

    text: str
    notes: str = ""


def split_lines(spans: Iterable[Span]) -> list[Line]:
    """The lines of a page."""
    lines: list[Line] = [[]]
    for span in spans:
        first, *others = span.text.split("\n")
        lines[-1].append(Span(first, span.size))
        lines.extend([Span(other, span.size)] for other in others)
    return lines


def text_of(line: Line) -> str:
    """What a line says."""
    return "".join(span.text for span in line)


def find_letter_size(lines: Iterable[Line]) -> float:
    """The size of most letters."""
    letters: Counter[float] = Counter()
    for line in lines:
        for span in line:
            letters[span.size] += sum(character.isalpha() for character in span.text)
    return max(letters, key=lambda size: (letters[size], size), default=0.0)


def part_footnotes(lines: Sequence[Line], body_size: float) -> PageText:
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
    kept: list[str] = []
    notes: list[str] = []
    inside = False
    for place, line in enumerate(lines):
        inside = place in starts or (inside and small[place])
        if not inside:
            kept.append("".join(span.text for span in line if not _is_mark(span, line, numbers)))
        elif place in starts:
            notes.append(_NOTE_START.sub("", text_of(line), count=1))
        else:
            notes[-1] += "\n" + text_of(line)
    return PageText("\n".join(kept), "\n".join(notes))


def join_notes(text: str, notes: str) -> str:
    """The page with its notes after its last whole sentence, so that none is interrupted."""
    if not notes:
        return text
    lines = text.splitlines()
    ends = [place for place, line in enumerate(lines, start=1) if _SENTENCE_END.search(line.rstrip())]
    place = ends[-1] if ends else len(lines)
    return "\n".join([*lines[:place], notes, *lines[place:]])


def _find_marks(line: Line) -> set[str]:
    return {span.text.strip() for span in line if _could_be_mark(span, line)}


def _could_be_mark(span: Span, line: Line) -> bool:
    text = span.text.strip()
    return text.isdecimal() and len(text) <= 3 and span.size <= find_letter_size([line]) * _MARK_SIZE


def _is_mark(span: Span, line: Line, numbers: set[str]) -> bool:
    return span.text.strip() in numbers and _could_be_mark(span, line)
