"""Takes a generator's text apart into sentences with their citation numbers, while it streams."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.sentences import split_sentences

_MARK = re.compile(r"\s*\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_UNFINISHED_MARK = re.compile(r"\s*\[[\d\s,;]*$")
# What was written up to its marks, and the punctuation behind them. Where there is none, the next word must
# have begun, since more marks may follow after a space. Small models also begin an answer with marks; they
# belong to what comes after.
_MARKS = rf"(?:{_MARK.pattern})+"
_COMPLETE = re.compile(
    rf"((?:{_MARKS}[.:]?)?\s*[^\[\s][^\[]*{_MARKS}(?:[.!?](?=\s)|(?=\s+[^\s\[])))",
)
# The number of a list's item, and not a date such as "28. listopadu".
_LEADING = re.compile(r"^[\s.:;,*•-]+|^\d[.)]\s+(?=[A-ZÀ-ÞČĎĚŇŘŠŤŮŽ¿¡\"„“«])")
_DOUBLED_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")


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
    unmarked = _UNFINISHED_MARK.sub("", _MARK.sub("", text))
    words = _DOUBLED_STOP.sub(".", _LEADING.sub("", " ".join(unmarked.split())))
    for start, end in split_sentences(words, language):
        yield Draft(words[start:end], numbers)
