"""A small library on disk, gold questions over it, and an assistant that answers what a test tells it to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation, Sentence
from index.library import Library
from index.records import Chunk, Hit
from ingest.pipeline import ingest
from tests.doubles import WordEncoder

FILES = {
    "en/budget.md": (
        "---\nlanguage: en\n---\n# Money\n\nThe total budget was 250,000 euros. Europe paid a part of it.\n\n"
        "# People\n\nThe contact person was Tim Buyse.\n"
    ),
    "nl/budget.md": (
        "---\nlanguage: nl\n---\n# Geld\n\nHet totale budget bedroeg 250.000 euro. Europa betaalde mee.\n"
    ),
    "en/robots.txt": "Robots lift\n  heavy loads\u00a0in the port. Robots lift heavy loads in the port.\n",
}
BUDGET_EN = "The total budget was 250,000 euros."
BUDGET_NL = "Het totale budget bedroeg 250.000 euro."
CONTACT = "The contact person was Tim Buyse."
ROBOTS = "Robots lift heavy loads in the port."


def build_library(folder: Path, files: Mapping[str, str] = FILES) -> Library:
    for name, text in files.items():
        (folder / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "files" / name).write_text(text, encoding="utf-8")
    encoder = WordEncoder()
    ingest([folder / "files"], folder / "library", encoder)
    return Library(folder / "library", encoder)


def make_line(id_: str, **fields: Any) -> dict[str, Any]:
    """A line of a gold file, which the library answers unless the fields say otherwise."""
    answerable = {
        "id": id_,
        "language": "en",
        "question": f"What was the budget ({id_})?",
        "history": [],
        "quotes": [{"document": "en/budget.md", "text": BUDGET_EN}],
        "facts": [[r"250[.,]000"]],
        "kind": "one place",
    }
    return answerable | fields


def cite(library: Library, source: str, words: str, number: int = 1) -> Citation:
    """A citation of these words, in the chunk that holds them."""
    [entry] = [entry for entry in library.entries() if entry.source == source]
    chunks = [chunk for chunk in library.chunks_of(entry.id) if words in chunk.text]
    chunk: Chunk = chunks[0]
    start = chunk.start + chunk.text.index(words)
    evidence = (1.0,) * len(chunk.statements)
    hit = Hit(number, 1.0, "cosine", 1.0, chunk, source, entry.metadata, evidence)
    return Citation(number, hit, start, start + len(words), None)


def make_answer(
    *sentences: tuple[str, Citation], generator: str = "extractive", language: str = "en", lead_in: str = ""
) -> Answer:
    """A complete answer, whose passages are those that it cites; without sentences it abstains."""
    return Answer(
        question="?",
        language=language,
        sentences=tuple(Sentence(text, (citation,), "supported") for text, citation in sentences),
        passages=tuple(citation.hit for _, citation in sentences),
        generator=generator,
        lead_in=lead_in,
        abstained=not sentences,
    )


@dataclass
class Told:
    """An assistant that gives these snapshots for each question, and notes what it is asked.

    When it has answered `most` questions, it is interrupted as by Ctrl+C.
    """

    library: Library
    answers: Mapping[str, Sequence[Answer]]
    generator_name: str = "told"
    most: int = 1_000
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    warm: bool = False

    def warm_up(self) -> None:
        self.warm = True

    def stream(self, question: str, history: Sequence[str] = ()) -> Iterator[Answer]:
        assert self.warm, "the models are loaded before a question's time is taken"
        if len(self.asked) == self.most:
            raise KeyboardInterrupt
        self.asked.append((question, tuple(history)))
        yield from self.answers[question]
