"""What the assistant returns: an answer made of sentences, each resting on citations."""

from dataclasses import dataclass
from typing import Literal

from index.records import Hit

Verdict = Literal["supported", "unsupported"]

QUOTED = "quoted"
"""The reason why a sentence in a document's own words is supported."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quoted span in a passage that was retrieved for this question.

    `number` is the passage's place in `Answer.passages`, counted from 1; `start` and `end` are
    character offsets into the document, inside the passage's chunk.
    """

    number: int
    hit: Hit
    start: int
    end: int
    page: int | None

    @property
    def quote(self) -> str:
        """The quoted words, exactly as the document has them."""
        offset = self.hit.chunk.start
        return self.hit.chunk.text[self.start - offset : self.end - offset]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of an answer, without its citation marks, and what the check said of it."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    reason: str = ""

    @property
    def quoted_languages(self) -> frozenset[str]:
        """The languages of its words where these are the documents' own; empty for words of a generator."""
        if self.reason != QUOTED:
            return frozenset()
        return frozenset(citation.hit.chunk.language for citation in self.citations)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or, while `complete` is false, as much of it as there is so far.

    `lead_in` is the assistant's own opening in the question's language, or the text of an abstention;
    `notice` tells of a fallback, such as a language model that is not installed. `generator` names
    what wrote `sentences`. `passages` are the passages consulted, also when the assistant abstains;
    `evidence` is the probability that a statement found answers, as the reader judges it, None where there is
    none.
    """

    question: str
    language: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Hit, ...]
    generator: str
    lead_in: str
    abstained: bool = False
    reason: str = ""
    notice: str = ""
    seconds: float = 0.0
    complete: bool = True
    evidence: float | None = None
