"""Reads the passages and questions written for the reader, in the format that README.md here tells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.context import describe_context, put_in_context
from index.records import Span

FOLDER = Path(__file__).parent / "passages"
UNTITLED = "-"
"""The title of a passage that is read without title and heading; its heading only names it."""


@dataclass(frozen=True, slots=True)
class Question:
    """`answers` are the places, from 0, of the statements that answer; none where the passage does not."""

    text: str
    language: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with the spans of its statements in `text`, which has its title and heading in front; `file`
    is the number of the one that it stands in."""

    file: int
    title: str
    heading: str
    language: str
    text: str
    statements: tuple[Span, ...]
    questions: tuple[Question, ...]

    @property
    def document(self) -> str:
        """A name that no other document has."""
        return f"{self.language} {self.heading if self.title == UNTITLED else self.title}"


def read_passages(folder: Path = FOLDER) -> list[Passage]:
    """The passages of all files, in the order of their names. Raises `ValueError` with file and line."""
    return [passage for file in sorted(folder.glob("*.txt")) for passage in _read_file(file)]


def _read_file(file: Path) -> Iterator[Passage]:
    language, _, number = file.stem.partition("-")
    for block in re.split(r"\n\n+", file.read_text(encoding="utf-8").strip()):
        head, *lines = block.split("\n")
        title, _, heading = head.removeprefix("## ").partition(" | ")
        # Not every document has a title that says what its passages are about.
        text = "" if title == UNTITLED else put_in_context(describe_context(title, (heading,)), "")
        statements: list[Span] = []
        questions = []
        for line in lines:
            if match := re.fullmatch(r"\? (\w\w) \| (-|[\d,]+) \| (.+)", line):
                places = () if match[2] == "-" else tuple(int(one) - 1 for one in match[2].split(","))
                questions.append(Question(match[3], match[1], places))
            elif match := re.fullmatch(r"\d+\. (.+)", line):
                statements.append((len(text), len(text) + len(match[1])))
                text += f"{match[1]} "
            else:
                raise ValueError(f"{file}: neither a statement nor a question: {line!r}")
        yield Passage(
            int(number), title, heading, language, text.rstrip(), tuple(statements), tuple(questions)
        )
