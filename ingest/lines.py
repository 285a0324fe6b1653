"""The printed lines of a page: what they say, how large, and where they stand."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in letters of one size; `x` and `y` are where it begins. All in points.

    `mark` is the number of the footnote that stood here as a raised mark, and is no text any more.
    """

    text: str
    size: float
    x: float = 0.0
    y: float = 0.0
    mark: str = ""


Line = list[Span]
"""The spans of one printed line."""


def split_lines(spans: Iterable[Span]) -> list[Line]:
    """The lines of a page."""
    lines: list[Line] = [[]]
    for span in spans:
        first, *others = _LINE_END.split(span.text)
        lines[-1].append(Span(first, span.size, span.x, span.y))
        lines.extend([Span(other, span.size, span.x, span.y)] for other in others)
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


def letters_of(text: str) -> str:
    """What a title says, however it is wrapped and spaced."""
    return "".join(character for character in text if character.isalnum()).casefold()
