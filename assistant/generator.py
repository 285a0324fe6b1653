"""The protocol behind which all generators stand, and the one that is always there."""

from collections.abc import Generator as Pieces
from dataclasses import dataclass
from typing import Protocol

EXTRACTIVE = "extractive"
LLAMA_CPP = "llama.cpp"
GENERATORS = (EXTRACTIVE, LLAMA_CPP)


@dataclass(frozen=True, slots=True)
class Request:
    """What a generator writes from: a question, its language, and passages numbered from 1."""

    question: str
    language: str
    passages: tuple[str, ...]


class Generator(Protocol):
    """Writes an answer from passages, in the question's language, citing them as `[1]`."""

    @property
    def name(self) -> str: ...

    def load(self) -> None:
        """Load what the first answer would otherwise wait for."""

    def write(self, request: Request) -> Pieces[str]:
        """Pieces of text as they come. Closing the generator stops the work.

        Raises `GeneratorError` where the answer cannot be written.
        """


class Extractive:
    """Adds nothing to the extract, which is an answer by itself and cannot invent."""

    name = EXTRACTIVE

    def load(self) -> None:
        pass

    def write(self, request: Request) -> Pieces[str]:
        yield from ()
