"""Reads the gold questions (format: `eval/gold/README.md`), and finds their quotes in a library."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.lines import check_language, read_objects
from index.errors import FastTrackError
from index.library import Library


@dataclass(frozen=True, slots=True)
class Quote:
    """A place that answers: the document's path below the collection's root, and the words there, exact but
    for white space."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what a right answer rests on and says; without quotes, the library does not answer it.

    `history` holds the conversation's earlier questions. A right answer matches one pattern of each group in
    `facts`.
    """

    id: str
    language: str
    text: str
    history: tuple[str, ...]
    quotes: tuple[Quote, ...]
    facts: tuple[tuple[re.Pattern[str], ...], ...]
    kind: str

    @property
    def is_answerable(self) -> bool:
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands in a library: the document's id, and character offsets into its text."""

    quote: Quote
    document: str
    start: int
    end: int


def load_questions(path: Path) -> tuple[Question, ...]:
    """The questions of a gold file, in their order.

    Raises `FastTrackError` with file and line where a field is missing or of the wrong kind, a regular
    expression is invalid, or an id comes twice.
    """
    questions: dict[str, Question] = {}
    for line, fields in read_objects(path):
        try:
            question = _read_question(fields)
        except ValueError as error:
            raise line.broken(str(error)) from error
        if question.id in questions:
            raise line.broken(f"an earlier line has the id {question.id}, too; give each its own")
        check_language(line, question.language)
        questions[question.id] = question
    if not questions:
        raise FastTrackError(f"{path} holds no questions.")
    return tuple(questions.values())


def locate_quotes(questions: Iterable[Question], library: Library) -> dict[str, tuple[Place, ...]]:
    """Every place where a quote of the question stands in the library, by the question's id.

    Raises `FastTrackError` where the library lacks a document, or a document its quote.
    """
    ids: dict[str, list[str]] = {}
    for entry in library.entries():
        ids.setdefault(entry.source, []).append(entry.id)
    texts: dict[str, str] = {}
    located = {}
    for question in questions:
        places: list[Place] = []
        for quote in question.quotes:
            if quote.document not in ids:
                raise FastTrackError(
                    f"The library at {library.folder} holds no document {quote.document}, on which the "
                    f"question {question.id} rests: ingest the folder below which it has this path."
                )
            for id_ in ids[quote.document]:
                if id_ not in texts:
                    texts[id_] = library.document(id_).text
            found = [
                Place(quote, id_, *match.span())
                for id_ in ids[quote.document]
                for match in _any_white_space(quote.text).finditer(texts[id_])
            ]
            if not found:
                raise FastTrackError(
                    f"In the library at {library.folder} the document {quote.document} does not hold what "
                    f"the question {question.id} rests on, “{quote.text}”: ingest it anew, or mend the quote."
                )
            places += found
        located[question.id] = tuple(places)
    return located


def _any_white_space(text: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, text.split())))


def _read_question(fields: Mapping[str, Any]) -> Question:
    """Raises `ValueError` with what is wrong."""
    quotes = _take(fields, "quotes", list)
    question = Question(
        id=_take_text(fields, "id"),
        language=_take_text(fields, "language"),
        text=_take_text(fields, "question"),
        history=tuple(_check_text(earlier, "history") for earlier in _take(fields, "history", list)),
        quotes=tuple(
            Quote(_take_text(quote, "document"), _take_text(quote, "text"))
            for quote in (_check(quote, "quotes", dict) for quote in quotes)
        ),
        facts=tuple(_read_facts(group) for group in _take(fields, "facts", list)),
        kind=_take_text(fields, "kind"),
    )
    if bool(question.quotes) != bool(question.facts):
        raise ValueError("quotes and facts belong together; give both, or neither")
    return question


def _read_facts(group: Any) -> tuple[re.Pattern[str], ...]:
    patterns = [_check_text(pattern, "facts") for pattern in _check(group, "facts", list)]
    if not patterns:
        raise ValueError("facts holds a group without patterns, which nothing can match")
    return tuple(map(_compile, patterns))


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"“{pattern}” is not a regular expression ({error})") from error


_KINDS: Mapping[type, str] = {str: "a text", list: "a list", dict: "an object"}


def _take(fields: Mapping[str, Any], name: str, kind: type) -> Any:
    if name not in fields:
        raise ValueError(f"the field {name} is missing")
    return _check(fields[name], name, kind)


def _take_text(fields: Mapping[str, Any], name: str) -> str:
    return _check_text(_take(fields, name, str), name)


def _check_text(value: Any, name: str) -> str:
    text: str = _check(value, name, str)
    if not text.strip():
        raise ValueError(f"{name} holds an empty text")
    return text


def _check(value: Any, name: str, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{name} holds {json.dumps(value, ensure_ascii=False)} where {_KINDS[kind]} belongs")
    return value
