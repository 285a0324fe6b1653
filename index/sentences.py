"""Cuts text into sentences as exact spans: paragraphs first, then `sentencex` inside each."""

import re
from collections import Counter
from itertools import pairwise

import sentencex

from index.records import Span

_BREAK = re.compile(r"\n\s*")
# Marks that begin a list item wherever a line begins with them, and marks that may also be a wrapped
# line's first word ("am\n28. November"), which count only where the line before has ended.
_SURE_BULLET = re.compile(r"[•◦▪‣·*+][ \t]")
_LIKELY_BULLET = re.compile(r"(?:[-–—]|\d{1,2}[.)]|\(?[a-z0-9]\))[ \t]")
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"'”’»«“)\]]*\s*$")
_FULL_LINE = 0.8
"""A line shorter than this share of its neighbours' width was broken on purpose, not by wrapping."""
_WRAP_WIDTH = 60
"""Text that was wrapped has lines at least this long (characters)."""
# Abbreviations that the segmenter takes for a sentence's end.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\['’])(?:[A-Z]|[Gg]em|[Aa]rt|[Aa]bs|[Nn]r|[Bb]ijv|[Bb]v|[Dd]hr|[Mm]evr|[Nn]apř|[Tt]zv|[Čč]l|[Oo]dst"
    r"|[Ss]ra?|[Mm]me|[Vv]gl|[Aa]pprox|[Pp]rov|ca|resp|incl|e\.a|o\.a|m\.b\.t|z\. ?B|u\. ?a|d\. ?h|i\.e|e\.g"
    r"|p\. ?ej)\.\s+$"
)

_LONGEST_ABBREVIATION = 20
"""More characters than any of these has, with what stands before it."""

# "28. Mai", "28. listopadu": in these languages a number with a stop is an ordinal.
_ORDINAL_LANGUAGES = frozenset({"de", "cs"})
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s+$")


def split_paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the paragraphs, headings and list items in `text[start:end]`, without outer space.

    Line breaks alone do not tell: text taken from pages is wrapped, and some extractors put a blank line
    after every line. A break counts where a list item or an indented line begins, or where the line
    before ended a sentence in front of a blank line, or was too short to be wrapped and no small letter
    follows.
    """
    end = len(text) if end is None else end
    width = _line_width(text[start:end])
    usual_indentation = _usual_indentation(text[start:end])
    cuts = [start]
    for match in _BREAK.finditer(text, start, end):
        line = text[max(start, text.rfind("\n", start, match.start()) + 1) : match.start()].rstrip()
        indented = _indentation(match.group()) > usual_indentation
        following = text[match.end() : match.end() + 4]
        if _is_break(line, match.group().count("\n") > 1, indented, following, width):
            cuts.append(match.end())
    cuts.append(end)
    return [span for a, b in pairwise(cuts) if (span := _strip(text, a, b))]


def _line_width(text: str) -> float:
    """The width at which the text seems to have been wrapped, in characters: its 90th percentile."""
    lengths = sorted(len(line.strip()) for line in text.splitlines() if line.strip())
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0.0


def _usual_indentation(text: str) -> int:
    """The indentation of most lines, in characters."""
    counts = Counter(len(line) - len(line.lstrip()) for line in text.splitlines() if line.strip())
    return max(counts, key=counts.__getitem__) if counts else 0


def _indentation(space: str) -> int:
    """Characters of white space at the end of `space` that stand on the last line."""
    return len(space) - space.rfind("\n") - 1


def _is_break(line: str, blank_line: bool, indented: bool, following: str, width: float) -> bool:
    ended = bool(_ENDS_SENTENCE.search(line)) or not line.strip()
    if _SURE_BULLET.match(following) or ((ended or blank_line) and _LIKELY_BULLET.match(following)):
        return True
    if blank_line and ended:
        return True
    if indented and following[:1].isupper():
        return True
    short = len(line.strip()) < _FULL_LINE * max(width, _WRAP_WIDTH)
    begins_anew = not following[:1].islower() and (blank_line or not following[:1].isdigit())
    return short and begins_anew and not line.rstrip().endswith((",", "-"))


def split_sentences(text: str, language: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences in `text[start:end]`, in order and without the white space around them.

    Nothing but white space lies between the spans. `language` chooses the abbreviations that end no
    sentence; an unknown one falls back on English.
    """
    spans: list[Span] = []
    for paragraph_start, paragraph_end in split_paragraphs(text, start, end):
        spans += _split_paragraph(text, language, paragraph_start, paragraph_end)
    return spans


def _split_paragraph(text: str, language: str, start: int, end: int) -> list[Span]:
    # Line breaks inside a paragraph are layout; as spaces they keep every offset in its place.
    paragraph = re.sub(r"\s", " ", text[start:end])
    cuts = [start]
    position = start
    for piece in sentencex.segment(language, paragraph):
        position += len(piece)
        visible_end = position - (len(piece) - len(piece.rstrip()))
        before = text[max(cuts[-1], visible_end - _LONGEST_ABBREVIATION) : position]
        if position < end and not _runs_on(before, text[position], language):
            cuts.append(position)
    cuts.append(end)
    return [span for a, b in pairwise(cuts) if (span := _strip(text, a, b))]


def _runs_on(before: str, after: str, language: str) -> bool:
    """Whether what looks like a sentence's end, between `before` and the character `after`, is none."""
    inside_word = not before[-1:].isspace() and not after.isspace()
    ordinal = language in _ORDINAL_LANGUAGES and _ORDINAL.search(before)
    return inside_word or after.islower() or bool(ordinal or _ABBREVIATION.search(before))


def _strip(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
