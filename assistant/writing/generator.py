"""The protocol behind which all generators stand, and the one that is always there."""

from collections.abc import Generator as Pieces
from dataclasses import dataclass
from typing import Protocol

EXTRACTIVE = "extractive"
LLAMA_CPP = "llama.cpp"
TRANSFORMERS = "transformers"
OPENAI = "openai"
GENERATORS = (EXTRACTIVE, LLAMA_CPP, TRANSFORMERS, OPENAI)

MOST_TOKENS = 200
"""What a model may write at most. An answer is three short sentences, and the reader leaves after them; this
ends a model that babbles."""

MOST_WAITING = 8
"""Questions that may wait for a model of which there is one: nobody waits longer than this many answers take,
and who comes then is told so at once."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a generator writes from: a question, its language, and passages numbered from 1.

    `insist`: it wrote in another language before, and is told once more which one is meant.
    """

    question: str
    language: str
    passages: tuple[str, ...]
    insist: bool = False


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
