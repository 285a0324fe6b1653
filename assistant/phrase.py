"""Lets a generator phrase an answer, and lets nothing through that the check has not seen."""

from collections.abc import Generator as Snapshots
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answer import Sentence
from assistant.checking.check import OTHER_LANGUAGE, check_draft
from assistant.consulted import Consulted
from assistant.orders import find_obedience
from assistant.writing.drafts import Draft, says_unanswered, split_drafts
from assistant.writing.generator import Generator, Request
from index.encoder import Encoder

Unsupported = Literal["drop", "mark"]
"""What becomes of a sentence that no passage supports: it is left out, or shown with the reason."""

_MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Phrased:
    """What of a generator's text may be shown so far.

    `refused`: it says that the passages do not answer. `drifted`: it wrote in another language than asked.
    """

    sentences: tuple[Sentence, ...] = ()
    refused: bool = False
    drifted: bool = False

    @property
    def is_supported(self) -> bool:
        return any(sentence.verdict == "supported" for sentence in self.sentences)


def phrase_answer(
    generator: Generator, request: Request, consulted: Consulted, encoder: Encoder, unsupported: Unsupported
) -> Snapshots[Phrased]:
    """Growing snapshots of the checked text. Where it is in another language, it is asked for once more.

    Raises `GeneratorError` where the generator fails.
    """
    last = yield from _write(generator, request, consulted, encoder, unsupported)
    if last.drifted and not last.is_supported:
        yield from _write(generator, replace(request, insist=True), consulted, encoder, unsupported)


def _write(
    generator: Generator, request: Request, consulted: Consulted, encoder: Encoder, unsupported: Unsupported
) -> Snapshots[Phrased, None, Phrased]:
    """Yields what there is so far, and returns the last of it."""
    phrased = Phrased()
    with closing(generator.write(request)) as pieces:
        for draft in split_drafts(pieces, request.language):
            if says_unanswered(draft):
                if not phrased.is_supported:
                    phrased = Phrased(refused=True)
                    yield phrased
                break
            sentence = _check(draft, request, phrased, consulted, encoder)
            drifted = phrased.drifted or sentence.reason == OTHER_LANGUAGE
            if sentence.verdict == "supported" or unsupported == "mark":
                phrased = replace(phrased, sentences=(*phrased.sentences, sentence), drifted=drifted)
                yield phrased
            elif drifted != phrased.drifted:
                phrased = replace(phrased, drifted=drifted)
                yield phrased
            if len(phrased.sentences) == _MOST_SENTENCES:
                break
    return phrased


def _check(
    draft: Draft, request: Request, phrased: Phrased, consulted: Consulted, encoder: Encoder
) -> Sentence:
    if obeyed := find_obedience(draft.text, request.language, request.question, consulted.passages):
        return Sentence(draft.text, (), "unsupported", obeyed)
    finding = check_draft(
        draft,
        question=request.question,
        language=request.language,
        earlier=[sentence.text for sentence in phrased.sentences],
        evidence=consulted.evidence,
        cited=consulted.chunk_ids(draft.numbers),
        encoder=encoder,
    )
    if finding.evidence is None:
        return Sentence(draft.text, (), "unsupported", finding.reason)
    return Sentence(draft.text, (consulted.cite(finding.evidence),), "supported", finding.reason)
