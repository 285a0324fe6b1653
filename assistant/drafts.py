"""Takes a generator's text apart into sentences with their citation numbers, while it streams."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MARK = re.compile(r"\s*[\[(](\d+(?:\s*[,;]\s*\d+)*)[\])]")
# A sentence is complete with its marks, the punctuation behind them, and the space or end that follows.
_COMPLETE = re.compile(r"(.+?(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])+[.!?]?)(?=\s)", re.DOTALL)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as a generator wrote it: its words, and the numbers that it cites."""

    text: str
    numbers: tuple[int, ...]


def split_drafts(pieces: Iterable[str]) -> Iterator[Draft]:
    """Sentences as soon as they are complete; a partial citation mark is never handed out."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        while match := _COMPLETE.match(buffer):
            yield from _parse(match.group(1))
            buffer = buffer[match.end() :]
    yield from _parse(buffer)


def _parse(text: str) -> Iterator[Draft]:
    numbers = [int(number) for marks in _MARK.findall(text) for number in re.split(r"\s*[,;]\s*", marks)]
    words = _LIST_MARK.sub("", " ".join(_MARK.sub("", text).split()))
    if words:
        yield Draft(words, tuple(dict.fromkeys(numbers)))
