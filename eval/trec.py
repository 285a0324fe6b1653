"""TREC's files: topics, judgements (qrels) and runs.

The formats are those of NIST's trec_eval (https://github.com/usnistgov/trec_eval), whose columns are parted
by white space. All errors name file and line.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.files import write_text
from eval.lines import Line, check_id, check_language, read_lines, shorten
from index.errors import FastTrackError

Run = Mapping[str, Mapping[str, float]]
"""Query id → passage id → score, in any order; a higher score is better."""

_TOPIC = re.compile(r"<top>(.*?)</top>", re.IGNORECASE | re.DOTALL)
# TREC's early topics say "Number:" and "Topic:" after the tags; a field ends where the next tag begins.
_FIELD = r"<{tag}>\s*(?:{label}:)?(.*?)(?=</?[a-z]|\Z)"
_NUMBER = re.compile(_FIELD.format(tag="num", label="number"), re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(_FIELD.format(tag="title", label="topic"), re.IGNORECASE | re.DOTALL)

_SCORE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
# trec_eval reserves memory for each grade up to the highest, and counts a far larger one as none.
_GRADE = re.compile(r"[+-]?\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Topic:
    """A query as its file states it; `language` is None where the file does not say."""

    id: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of qrels. A grade above 0 means relevant, any other not."""

    line: Line
    query: str
    passage: str
    grade: int


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """The scores in a run: query, Q0, passage, rank, score, tag.

    The rank is ignored, as trec_eval ignores it. Raises `BrokenFileError` for a line of other columns, a
    score that is no finite number, and a passage that stands twice for one query.
    """
    run: dict[str, dict[str, float]] = {}
    for line in read_lines(path):
        query, _, passage, _, score, _ = _split(line, ("query", "Q0", "passage", "rank", "score", "tag"))
        found = run.setdefault(query, {})
        if passage in found:
            raise line.broken(f"passage {passage} stands twice for query {query}")
        found[passage] = _read_score(line, score)
    return run


def write_run(path: Path, run: Run, tag: str) -> None:
    """Write all that the run holds, the file whole or not at all; `tag` names the system.

    Passages are ordered, and ranked from 1, by falling score; where scores are equal by falling id, in the
    order of characters, as trec_eval breaks ties. (pytrec_eval holds scores in 32 bits, so it sees further
    ties.) `read_run` gives back the same scores to the last bit, but cannot know of a query for which
    nothing was found. Raises `FastTrackError` for an id or tag with white space, a score that is not finite,
    and a file that cannot be written.
    """
    for name in (tag, *run, *{passage for found in run.values() for passage in found}):
        if name.split() != [name]:
            raise FastTrackError(
                f"{path} cannot be written: {shorten(name)} is empty or has white space, which parts a run's "
                "columns. Choose another name for it."
            )
    try:
        write_text(path, "".join(_format_run(path, run, tag)))
    except OSError as error:
        raise FastTrackError(
            f"{path} cannot be written ({error.strerror}): choose another place for it."
        ) from error


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The grades in TREC's qrels, by query and passage. Raises `BrokenFileError`."""
    return gather_judgements(read_judgements(path))


def read_judgements(path: Path) -> Iterator[Judgement]:
    """The lines of TREC's qrels: query, iteration (ignored), passage, grade. Raises `BrokenFileError`."""
    for line in read_lines(path):
        query, _, passage, grade = _split(line, ("query", "0", "passage", "grade"))
        yield Judgement(line, query, passage, read_grade(line, grade))


def gather_judgements(judgements: Iterable[Judgement]) -> dict[str, dict[str, int]]:
    """Grades by query and passage. Raises `BrokenFileError` where a pair is judged twice."""
    qrels: dict[str, dict[str, int]] = {}
    for judgement in judgements:
        grades = qrels.setdefault(judgement.query, {})
        if judgement.passage in grades:
            raise judgement.line.broken(
                f"passage {judgement.passage} is judged twice for query {judgement.query}"
            )
        grades[judgement.passage] = judgement.grade
    return qrels


def read_grade(line: Line, grade: str) -> int:
    """The grade as a number. Some TREC tracks use negative ones for spam or for what was not judged; they
    are kept, and count as not relevant. Raises `BrokenFileError`."""
    if not _GRADE.fullmatch(grade):
        raise line.broken(f"the grade {shorten(grade)} is not a whole number of at most six digits")
    return int(grade)


def read_topics(path: Path) -> list[Topic]:
    """The topics: TREC's `<top><num><title></top>`, or a line each of id and text, or id, language and
    text, parted by tabs.

    Descriptions and narratives are left out. Raises `BrokenFileError` for anything else, and for an id that
    stands twice.
    """
    lines = list(read_lines(path))
    tagged = bool(lines) and lines[0].text.lstrip().lower().startswith("<top")
    known: dict[str, Topic] = {}
    for line, topic in _read_tagged(lines) if tagged else map(_read_tabbed, lines):
        if topic.id in known:
            raise line.broken(f"topic {topic.id} stands twice")
        if not topic.text:
            raise line.broken(f"topic {topic.id} has no text")
        known[topic.id] = topic
    return list(known.values())


def _read_tabbed(line: Line) -> tuple[Line, Topic]:
    columns = [column.strip() for column in line.text.split("\t")]
    if len(columns) not in (2, 3):
        raise line.broken(
            f"{len(columns)} columns parted by tabs, where a topic has two (id, text) or three "
            "(id, language, text)"
        )
    language = check_language(line, columns[1]) if len(columns) == 3 else None
    return line, Topic(check_id(line, columns[0]), columns[-1], language)


def _read_tagged(lines: list[Line]) -> Iterator[tuple[Line, Topic]]:
    text = "\n".join(line.text for line in lines)
    place = 0
    for match in _TOPIC.finditer(text):
        _refuse_loose(lines, text, place, match.start())
        place = match.end()
        line = lines[text.count("\n", 0, match.start())]
        if "<top>" in match[1].lower():
            raise line.broken("this <top> is not closed by </top>")
        number = _read_field(line, _NUMBER, "<num>", match[1])
        title = _read_field(line, _TITLE, "<title>", match[1])
        yield line, Topic(check_id(line, number), title)
    _refuse_loose(lines, text, place, len(text))


def _read_field(line: Line, field: re.Pattern[str], tag: str, topic: str) -> str:
    found = field.findall(topic)
    if len(found) != 1:
        raise line.broken(f"a topic with {len(found)} {tag} instead of one")
    return " ".join(found[0].split())


def _refuse_loose(lines: list[Line], text: str, start: int, end: int) -> None:
    """Raise `BrokenFileError` where there is text between one topic and the next."""
    loose = text[start:end]
    if loose.strip():
        before = start + len(loose) - len(loose.lstrip())
        line = lines[text.count("\n", 0, before)]
        raise line.broken(f"{shorten(line.text)} belongs to no <top> that ends with </top>")


def _split(line: Line, names: tuple[str, ...]) -> list[str]:
    columns = line.text.split()
    if len(columns) != len(names):
        raise line.broken(f"{len(columns)} columns instead of {len(names)} ({', '.join(names)})")
    return columns


def _read_score(line: Line, score: str) -> float:
    if not _SCORE.fullmatch(score) or not math.isfinite(value := float(score)):
        raise line.broken(f"the score {shorten(score)} is not a finite number")
    return value


def _format_run(path: Path, run: Run, tag: str) -> Iterator[str]:
    for query, found in run.items():
        ranked = sorted(found.items(), key=lambda item: (item[1], item[0]), reverse=True)
        for rank, (passage, score) in enumerate(ranked, start=1):
            if not math.isfinite(score):
                raise FastTrackError(
                    f"{path} cannot be written: passage {passage} has the score {score} for query {query}, "
                    "and a run holds finite numbers only."
                )
            yield f"{query} Q0 {passage} {rank} {float(score)!r} {tag}\n"
