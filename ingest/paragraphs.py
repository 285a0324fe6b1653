"""Joins the printed lines of a page into paragraphs, by where they stand.

Line ends say nothing where text was wrapped, as in a report's columns: a capital begins the line "Vlaamse
regels" as it does a heading. But the lines of one paragraph follow each other at one distance, in one size,
and begin at one place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.lines import Line, Span, find_letter_size, text_of

LEADERS = re.compile(r"^(.*?)(?:[ ]?[.…·]){4,}[ ]?\d+$")
"""An entry of a table of contents or a price list: its title, dots, and a number."""

_MARK = re.compile(r"\s*(?:[-•▪◦‣●*\uf000-\uf0ff]|(?P<unsure>[–—o]|\(?(?:\d{1,3}|[a-zA-Z])[.)]))\s")
_SENTENCE_END = re.compile(r"[.!?…:;][”“’»)\]]*\s*$")
_HALF_WORD = re.compile(r"\w[-\u2010]$")
_SAME_SIZE = 0.05
_SAME_DISTANCE = 0.1
_WIDEST_DISTANCE = 2.0  # as a multiple of the letters' size
_SAME_PLACE = 2.0  # points
_DEEPEST_INDENT = 40.0
_FEWEST_LINES = 5
_SHORT = 0.6
"""A line shorter than this share of most lines ended before its column did."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, a line end between them, in letters of `size` points.

    `apart`: space parts it from what stands above. `is_full`: its last line runs to the end of the column.
    `is_title`: the document's outline has it as a heading. `marks`: the numbers of its footnotes.
    """

    text: str
    size: float
    apart: bool = True
    is_full: bool = False
    is_title: bool = False
    marks: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its last sentence has not ended."""
        return _SENTENCE_END.search(self.text) is None

    def goes_on(self, following: "Paragraph") -> bool:
        """Whether its last sentence goes on in the first paragraph of the next page."""
        return (
            self.is_open
            and not (self.is_title or following.is_title)
            and not _begins_item(following.text, self.text, wrapped=self.is_full)
            and _are_alike(self.size, following.size)
            and (self.is_full or following.text[0].islower() or _HALF_WORD.search(self.text) is not None)
        )


@dataclass(frozen=True, slots=True)
class Typography:
    """By letter size: the distance from line to line, and how long most lines are, in characters."""

    distances: Mapping[float, float]
    lengths: Mapping[float, int]


def measure(pages: Sequence[Sequence[Line]]) -> list[Typography]:
    """For each page, the distances and lengths that most of its lines have; where a size is rare on a page,
    those of the whole document."""
    whole = _measure(pages, fewest=1)
    alone = (_measure([page], fewest=_FEWEST_LINES) for page in pages)
    return [
        Typography({**whole.distances, **page.distances}, {**whole.lengths, **page.lengths}) for page in alone
    ]


def _measure(pages: Iterable[Sequence[Line]], fewest: int) -> Typography:
    distances: dict[float, Counter[float]] = {}
    lengths: dict[float, list[int]] = {}
    for page in pages:
        lines = [line for line in page if text_of(line).strip()]
        for line in lines:
            lengths.setdefault(_size(line), []).append(len(text_of(line).strip()))
        for line, following in pairwise(lines):
            size, distance = _size(line), _height(line) - _height(following)
            if size == _size(following) and 0 < distance < 3 * size:
                distances.setdefault(size, Counter())[round(distance, 1)] += 1
    return Typography(
        {
            size: max(counts, key=lambda one: (counts[one], -one))
            for size, counts in distances.items()
            if counts.total() >= fewest
        },
        {
            size: sorted(found)[int(0.9 * (len(found) - 1))]
            for size, found in lengths.items()
            if len(found) >= fewest
        },
    )


def join_lines(lines: Sequence[Line], typography: Typography) -> list[Paragraph]:
    """The paragraphs of a page, in their order."""
    paragraphs: list[list[Line]] = []
    apart: list[bool] = []
    for line in lines:
        if not text_of(line).strip():
            continue
        if paragraphs and _goes_on(paragraphs[-1], line, typography):
            paragraphs[-1].append(line)
        else:
            apart.append(not paragraphs or not _is_next(paragraphs[-1][-1], line, typography))
            paragraphs.append([line])
    return [
        make_paragraph(paragraph, apart=parted, is_full=not _is_short(paragraph[-1], typography))
        for paragraph, parted in zip(paragraphs, apart, strict=True)
    ]


def make_paragraph(lines: Sequence[Line], *, apart: bool = True, is_full: bool = False) -> Paragraph:
    """The paragraph that these lines are."""
    text = "\n".join(said for line in lines if (said := text_of(line).strip()))
    marks = tuple(span.mark for line in lines for span in line if span.mark)
    return Paragraph(text, find_letter_size(lines), apart, is_full, marks=marks)


def _goes_on(paragraph: Sequence[Line], line: Line, typography: Typography) -> bool:
    last = paragraph[-1]
    said, following = text_of(last).strip(), text_of(line).strip()
    if not _are_alike(_size(last), _size(line)):
        return False
    full, inside = not _is_short(last, typography), _SENTENCE_END.search(said) is None
    higher = _height(line) > _height(last)  # in the next column
    wrapped = full and inside and not higher
    if _begins_item(following, text_of(paragraph[0]), wrapped=wrapped) or LEADERS.match(said):
        return False
    if _HALF_WORD.search(said) and following[0].isalnum():  # wherever the other half stands
        return True
    small = following[0].islower()
    if higher:
        return (full or small) and inside
    if full and small and inside and _is_near(last, line):
        return True
    return (full or small) and _is_next(last, line, typography) and _stands_below(paragraph, line)


def _begins_item(said: str, paragraph: str, *, wrapped: bool) -> bool:
    """Whether what follows a paragraph is an item of a list. Within a sentence, "28. November" and "– as" may
    begin a line that was wrapped."""
    mark = _MARK.match(said)
    return mark is not None and not (mark["unsure"] and wrapped and not _MARK.match(paragraph))


def _are_alike(size: float, other: float) -> bool:
    return abs(size - other) <= _SAME_SIZE * max(size, other)


def _is_short(line: Line, typography: Typography) -> bool:
    return len(text_of(line).strip()) < _SHORT * typography.lengths.get(_size(line), 0)


def _is_next(line: Line, following: Line, typography: Typography) -> bool:
    """Whether a line stands below another as the lines of one paragraph do."""
    usual = typography.distances.get(_size(line))
    distance = _height(line) - _height(following)
    return usual is not None and abs(distance - usual) <= _SAME_DISTANCE * usual


def _is_near(line: Line, following: Line) -> bool:
    """Whether a line stands below another, be it wider apart or centred: enough amid a sentence."""
    below = 0 < _height(line) - _height(following) <= _WIDEST_DISTANCE * _size(line)
    return below and abs(_edge(line) - _edge(following)) <= _DEEPEST_INDENT


def _stands_below(paragraph: Sequence[Line], line: Line) -> bool:
    """Whether a line begins where the paragraph's do; the first may be indented, or hang out with a mark."""
    shift = _edge(line) - _edge(paragraph[-1])
    if len(paragraph) > 1:
        return abs(shift) <= _SAME_PLACE
    if _MARK.match(text_of(paragraph[0])):
        return -_SAME_PLACE <= shift <= _DEEPEST_INDENT
    return -_DEEPEST_INDENT <= shift <= _SAME_PLACE


def _size(line: Line) -> float:
    """A line's size, which the first word has: what follows a raised mark may come as small as the mark."""
    sizes = (span.size for span in line if sum(map(str.isalpha, span.text)) > 1)
    return next(sizes, find_letter_size([line]))


def _height(line: Line) -> float:
    return _first_visible(line).y


def _edge(line: Line) -> float:
    return _first_visible(line).x


def _first_visible(line: Line) -> Span:
    return next((span for span in line if span.text.strip()), line[0])
