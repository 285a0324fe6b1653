"""Takes a generator's text apart into sentences with their citation numbers, while it streams."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.sentences import split_sentences

_MARK = re.compile(r"\s*\[(\d+(?:\s*[,;]\s*\d+)*)\]")
# What was written up to its marks, the punctuation behind them, and the space or end that follows. Small
# models also begin an answer with a mark; it belongs to what comes after.
_COMPLETE = re.compile(r"(\s*(?:\[\d+\][.:]?\s*)?[^\[]+(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])+[.!?]?)(?=\s)")
_LEADING = re.compile(r"^[\s.:;,*•-]+|^\d+[.)]\s+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as a generator wrote it: its words, and the numbers that it cites."""

    text: str
    numbers: tuple[int, ...]


def split_drafts(pieces: Iterable[str], language: str) -> Iterator[Draft]:
    """Sentences as soon as the mark behind them is complete; a partial mark is never handed out.

    Sentences in front of one mark share it.
    """
    buffer = ""
    for piece in pieces:
        buffer += piece
        while match := _COMPLETE.match(buffer):
            yield from _parse(match.group(1), language)
            buffer = buffer[match.end() :]
    yield from _parse(buffer, language)


def _parse(text: str, language: str) -> Iterator[Draft]:
    found = [int(number) for marks in _MARK.findall(text) for number in re.split(r"\s*[,;]\s*", marks)]
    numbers = tuple(dict.fromkeys(found))
    words = _LEADING.sub("", " ".join(_MARK.sub("", text).split())).replace("..", ".")
    for start, end in split_sentences(words, language):
        yield Draft(words[start:end], numbers)
