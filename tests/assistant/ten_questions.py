"""Ten questions of the gold's dev half, and what must hold of their answers whatever model writes them."""

import json
from collections.abc import Generator as Pieces
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.errors import GeneratorError
from assistant.writing.generator import Generator, Request
from index.language import detect_language
from index.library import Library

GOLD = Path(__file__).parents[2] / "eval" / "gold" / "questions-dev.jsonl"
TEN = (
    *("dev-nl-02", "dev-nl-05", "dev-en-04", "dev-en-06", "dev-de-09"),
    *("dev-fr-01", "dev-fr-04", "dev-es-02", "dev-es-08", "dev-cs-04"),
)


# A name or a figure alone may be of any language.
TELLING_LETTERS = 30


@cache
def read_ten() -> dict[str, dict[str, Any]]:
    entries = map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())
    found = {entry["id"]: entry for entry in entries}
    return {id_: found[id_] for id_ in TEN}


class Overheard:
    """A generator, with all that it wrote and every failure."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.name = generator.name
        self.texts: list[str] = []
        self.failures: list[GeneratorError] = []

    def load(self) -> None:
        self._generator.load()

    def write(self, request: Request) -> Pieces[str]:
        self.texts.append("")
        try:
            with closing(self._generator.write(request)) as pieces:
                for piece in pieces:
                    self.texts[-1] += piece
                    yield piece
        except GeneratorError as error:
            self.failures.append(error)
            raise


def check_ten_answers(generator: Generator, library: Library) -> None:
    """Let the model answer all ten; every answer can be checked, and the model has a part in it."""
    overheard = Overheard(generator)
    assistant = Assistant(library, overheard)
    answers = {id_: assistant.answer(entry["question"]) for id_, entry in read_ten().items()}
    for id_, answer in answers.items():
        _check_answer(answer, library, overheard.name, read_ten()[id_]["language"])
    assert overheard.failures == []
    assert len(overheard.texts) >= len(TEN), "the model was asked"
    assert sum(bool(text.strip()) for text in overheard.texts) >= len(TEN) - 1, overheard.texts
    assert [id_ for id_, answer in answers.items() if answer.generator == overheard.name], overheard.texts


def _check_answer(answer: Answer, library: Library, generator: str, language: str) -> None:
    assert (answer.complete, answer.language) == (True, language)
    assert answer.sentences or answer.abstained
    for sentence in answer.sentences:
        assert sentence.citations
        if answer.generator == generator:
            assert sentence.verdict == "unsupported" or sentence.reason, "every sentence was checked"
            if len(sentence.text) > TELLING_LETTERS:
                assert detect_language(sentence.text, language) == language, sentence.text
        for citation in sentence.citations:
            chunk = citation.hit.chunk
            text = library.document(chunk.document_id).text
            assert answer.passages[citation.number - 1] == citation.hit
            assert chunk.start <= citation.start < citation.end <= chunk.end
            assert citation.quote == text[citation.start : citation.end]
