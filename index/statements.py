"""Finds the statements of a text: sentences, and announced lists with their items, that can be evidence."""

import re

from index.records import Span
from index.sentences import split_sentences

_LIST_ITEM = re.compile(r"[-–•◦▪‣·*]\s+|\d{1,2}[.)]\s+|\(?[a-z]\)\s+")
FEWEST_WORDS = 4
"""Shorter statements are headings, labels or names, which e5 rates too high for any question."""


def find_statements(text: str, language: str, offset: int = 0) -> tuple[Span, ...]:
    """The spans of those statements of the text that say something; `offset` is added to each."""
    return tuple(
        (offset + start, offset + end)
        for start, end in split_statements(text, language)
        if len(text[start:end].split()) >= FEWEST_WORDS
    )


def split_statements(text: str, language: str) -> list[Span]:
    """Spans of the sentences, where an announced list ("… are:") is one statement with its items."""
    statements: list[Span] = []
    open_list = False
    for start, end in split_sentences(text, language):
        if open_list and (_LIST_ITEM.match(text, start) or not ends_sentence(text[start:end])):
            statements[-1] = (statements[-1][0], end)
        else:
            mark = _LIST_ITEM.match(text, start, end)
            statements.append((mark.end() if mark else start, end))
            open_list = text[start:end].endswith(":")
    return statements


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does; a heading or a table's cell does not."""
    return text.rstrip("\"'”’»“)] \u00a0\u202f").endswith((".", "!", "?", "…", ";", ":"))
