"""Test collections: passages, queries and judgements, in the formats of BEIR and TREC.

A collection is a folder:

- `corpus.jsonl`: a passage a line, `_id` and `text`, and if known `title` and `lang`;
- `queries.jsonl`: a query a line, `_id` and `text`, and if known `lang`; or TREC topics in `topics.txt`;
- `qrels.tsv` or `qrels/test.tsv`: query, passage and grade, parted by tabs, with BEIR's first line
  (`query-id corpus-id score`) or without; or TREC's four columns in `qrels.txt`.

BEIR: Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval
Models". `lang`, an ISO 639-1 code, is an addition that BEIR's own loader ignores. An id says nothing of the
language.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.digests import digest_texts
from eval.lines import BrokenFileError, Line, check_id, check_language, read_lines, read_objects, shorten
from eval.trec import Judgement, Topic, gather_judgements, read_grade, read_judgements, read_topics
from index.language import detect_language
from index.records import UNDETERMINED

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → passage id → grade; above 0 is relevant."""

_PASSAGES = "corpus.jsonl"
_QUERIES = ("queries.jsonl", "topics.txt")
_JUDGEMENTS = ("qrels.tsv", "qrels/test.tsv", "qrels.txt")

# Of 13,570 questions and sentences in six languages, the language is told wrongly of 0.01% of those with 30
# letters or more, and of 0.4% of the shorter ones.
_TELLING_LETTERS = 30
_TELLING_LENGTH = 400  # characters; more tell nothing new


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `language` is an ISO 639-1 code, or `UNDETERMINED`."""

    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What is to be found. `title` may be empty; so may `text`, as in a few passages of BEIR."""

    id: str
    text: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages and queries in the order of their files; every query has a relevant passage.

    `digest` stands for all but the name: ids, texts, languages, grades, and their order.
    """

    name: str
    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    qrels: Qrels
    digest: str


def load_collection(folder: Path) -> Collection:
    """The collection in a folder.

    Queries without a relevant passage are left out, with their judgements: every system would get 0 for
    them, and BEIR's `queries.jsonl` holds those for training, too. (trec_eval leaves out only those without
    any judgement.) A passage that nobody judged counts as not relevant. A language that is not stated is
    detected where 30 letters or more tell it. Raises `BrokenFileError`, with file and line, for whatever
    cannot be read, ids that stand twice, and judgements of unknown queries or passages.
    """
    if not folder.is_dir():
        raise BrokenFileError(
            f"There is no folder {folder}: a collection is a folder with {_PASSAGES}, queries and judgements."
        )
    source = _choose(folder, (_PASSAGES,), "passages")
    asked_in = _choose(folder, _QUERIES, "queries")
    judged_in = _choose(folder, _JUDGEMENTS, "judgements")
    passages = {passage.id: passage for passage in _read_passages(source)}
    topics = _read_queries(asked_in) if asked_in.suffix == ".jsonl" else read_topics(asked_in)
    _refuse_none(passages, source, "passage")
    _refuse_none(topics, asked_in, "query")
    judgements = read_judgements(judged_in) if judged_in.suffix == ".txt" else _read_tabbed(judged_in)
    known = ({topic.id for topic in topics}, asked_in.name), (passages, source.name)
    judged = gather_judgements(_refuse_unknown(judgements, *known))
    relevant = {query: grades for query, grades in judged.items() if max(grades.values()) > 0}
    _refuse_none(relevant, judged_in, "judgement above 0")
    queries = tuple(
        Query(topic.id, topic.text, topic.language or _tell_language(topic.text))
        for topic in topics
        if topic.id in relevant
    )
    qrels = {query.id: relevant[query.id] for query in queries}
    found = tuple(passages.values())
    return Collection(folder.resolve().name, found, queries, qrels, digest_collection(found, queries, qrels))


def _choose(folder: Path, names: tuple[str, ...], what: str) -> Path:
    present = [name for name in names if (folder / name).is_file()]
    if not present:
        raise BrokenFileError(f"{folder} holds no {what}: put them into {' or '.join(names)}.")
    if len(present) > 1:
        raise BrokenFileError(f"{folder} holds {what} in {' and '.join(present)}: keep one of them.")
    return folder / present[0]


def _refuse_none(entries: object, path: Path, what: str) -> None:
    if not entries:
        raise BrokenFileError(f"{path} holds no {what}.")


def _read_passages(path: Path) -> Iterator[Passage]:
    for line, id_, entry in _read_entries(path):
        text = _read_field(line, entry, "text")
        title = _read_field(line, entry, "title", "")
        language = _read_language(line, entry) or _tell_language(text or title)
        yield Passage(id_, text, title, language)


def _read_queries(path: Path) -> list[Topic]:
    topics = []
    for line, id_, entry in _read_entries(path):
        text = _read_field(line, entry, "text")
        if not text.strip():
            raise line.broken(f"query {id_} has no text")
        topics.append(Topic(id_, text, _read_language(line, entry)))
    return topics


def _read_entries(path: Path) -> Iterator[tuple[Line, str, dict[str, Any]]]:
    """Each object with its id, which no other has."""
    known = set()
    for line, entry in read_objects(path):
        id_ = check_id(line, _read_field(line, entry, "_id"))
        if id_ in known:
            raise line.broken(f"the id {id_} stands twice")
        known.add(id_)
        yield line, id_, entry


def _read_field(line: Line, entry: dict[str, Any], name: str, default: str | None = None) -> str:
    value = entry.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise line.broken(
            f'no "{name}"' if value is None else f'"{name}" is {shorten(json.dumps(value))}, not a string'
        )
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise line.broken(f'"{name}" has half a surrogate pair, which is no character')
    return value


def _read_language(line: Line, entry: dict[str, Any]) -> str | None:
    """The language that an entry states, if it does."""
    stated = _read_field(line, entry, "lang", "")
    return check_language(line, stated) if stated else None


def _tell_language(text: str) -> str:
    start = text[:_TELLING_LENGTH]
    tells = sum(map(str.isalpha, start)) >= _TELLING_LETTERS
    return detect_language(start) if tells else UNDETERMINED


def _read_tabbed(path: Path) -> Iterator[Judgement]:
    """The lines of BEIR's qrels."""
    for line in read_lines(path):
        columns = [column.strip() for column in line.text.split("\t")]
        if len(columns) != 3:
            raise line.broken(
                f"{len(columns)} columns parted by tabs instead of 3 (query, passage, grade); "
                "judgements in TREC's four columns belong into qrels.txt"
            )
        query, passage, grade = columns
        if line.number > 1 or grade != "score":
            yield Judgement(line, query, passage, read_grade(line, grade))


def _refuse_unknown(
    judgements: Iterable[Judgement], queries: tuple[Container[str], str], passages: tuple[Container[str], str]
) -> Iterator[Judgement]:
    """The judgements, each compared with the ids of queries and passages and the files that hold these."""
    for judgement in judgements:
        for what, id_, (ids, file) in (
            ("query", judgement.query, queries),
            ("passage", judgement.passage, passages),
        ):
            if id_ not in ids:
                raise judgement.line.broken(f"{what} {id_} is not in {file}")
        yield judgement


def digest_collection(passages: Iterable[Passage], queries: Iterable[Query], qrels: Qrels) -> str:
    """A digest of everything in a collection but its name, in order."""
    rows = (
        *([passage.id, passage.text, passage.title, passage.language] for passage in passages),
        *([query.id, query.text, query.language] for query in queries),
        *([query, grades] for query, grades in qrels.items()),
    )
    return digest_texts(*map(json.dumps, rows))
