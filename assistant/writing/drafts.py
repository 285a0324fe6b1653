"""Takes a generator's text apart into sentences with their citation numbers, while it streams."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.sentences import split_sentences

NO_PASSAGE = 0
"""The number that the prompt asks a model to cite where no passage answers the question."""

# What models write in place of [1]: [1, 2], [1-3], [^1], 【1】, [passage 1].
_OPEN, _CLOSE = r"[\[【]", r"[\]】]"
_LABEL = r"(?:\^|(?:passages?|(?:Text)?stellen?|pasajes?|pasáže?)\s)?"
_JOINED = r"\s?[,;–-]\s?"
_MARK = re.compile(
    rf"\s*{_OPEN}\s?{_LABEL}(\d{{1,3}}(?:{_JOINED}\d{{1,3}}){{0,7}})\s?{_CLOSE}", re.IGNORECASE
)
_LONGEST_MARK = 60
"""In characters; no mark is longer, so an open bracket that is not closed so far is text."""
_UNFINISHED_MARK = re.compile(rf"\s*{_OPEN}[^\[\]【】]{{0,{_LONGEST_MARK}}}\Z")
_NO_MARK = rf"(?!{_MARK.pattern}|{_UNFINISHED_MARK.pattern})"
# What was written up to its marks, and the punctuation behind them. Where there is none, the next word must
# have begun, since more marks may follow after a space. Small models also begin an answer with marks; they
# belong to what comes after.
_MARKS = rf"(?:{_MARK.pattern})+"
_COMPLETE = re.compile(
    rf"((?:{_MARKS}[.:]?)?\s*{_NO_MARK}\S(?:[^\[【]|{_NO_MARK}{_OPEN})*?{_MARKS}"
    rf"(?:[.!?](?=\s)|(?=\s+{_NO_MARK}\S)))",
    re.IGNORECASE,
)
# The number of a list's item, and not a date such as "28. listopadu".
_LEADING = re.compile(r"^[\s.:;,*•-]+|^\d[.)]\s+(?=[A-ZÀ-ÞČĎĚŇŘŠŤŮŽ¿¡\"„“«])")
_DOUBLED_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as a generator wrote it: its words, and the numbers that it cites."""

    text: str
    numbers: tuple[int, ...]


def says_unanswered(draft: Draft) -> bool:
    """Whether the generator says, in whatever words, that no passage answers the question."""
    return NO_PASSAGE in draft.numbers


def split_drafts(pieces: Iterable[str], language: str) -> Iterator[Draft]:
    """Sentences as soon as the mark behind them is complete; a partial mark is never handed out.

    Sentences in front of one mark share it. A mark alone is no sentence, except one that says that no passage
    answers, which has no words then.
    """
    buffer = ""
    for piece in pieces:
        buffer += piece
        while match := _COMPLETE.match(buffer):
            yield from _parse(match.group(1), language)
            buffer = buffer[match.end() :]
    yield from _parse(buffer, language)


def _parse(text: str, language: str) -> Iterator[Draft]:
    numbers = tuple(dict.fromkeys(number for marks in _MARK.findall(text) for number in _read_numbers(marks)))
    unmarked = _UNFINISHED_MARK.sub("", _MARK.sub("", text))
    words = _DOUBLED_STOP.sub(".", _LEADING.sub("", " ".join(unmarked.split())))
    drafts = [Draft(words[start:end], numbers) for start, end in split_sentences(words, language)]
    if not drafts and NO_PASSAGE in numbers:
        drafts = [Draft("", numbers)]
    yield from drafts


def _read_numbers(marks: str) -> Iterator[int]:
    """The numbers in one mark: `1, 2`, or `1-3`."""
    for part in re.split(r"\s?[,;]\s?", marks):
        bounds = [int(number) for number in re.split(r"\s?[–-]\s?", part)]
        yield from range(bounds[0], bounds[-1] + 1)
