"""Answers a question from the library: retrieve, judge, extract, and, where a language model is chosen,
let it phrase the answer from the same passages and check every sentence."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from assistant.abstention import is_answerable
from assistant.answer import Answer, Citation, Sentence
from assistant.check import check_draft
from assistant.conversation import make_standalone
from assistant.drafts import split_drafts
from assistant.errors import GeneratorError
from assistant.evidence import Evidence, choose_extract, find_evidence
from assistant.generator import EXTRACTIVE, Generator, Request
from assistant.phrases import DEFAULT_LANGUAGE, OTHER_LANGUAGE, PHRASES
from index.errors import FastTrackError
from index.filters import EVERYTHING, Filter
from index.language import detect_language
from index.library import Library
from index.records import Hit

_CANDIDATES = 16
_PASSAGES = 5
_EXCERPTS = 3
_MOST_SENTENCES = 3

LONGEST_QUESTION = 2_000
"""In characters."""


@dataclass(frozen=True, slots=True)
class LibrarySummary:
    """What the library holds, in short."""

    documents: int
    chunks: int
    languages: tuple[str, ...]


class Assistant:
    """Answers questions over one library. Holds nothing of a conversation: several users may share it."""

    def __init__(self, library: Library, generator: Generator, notice: str = "") -> None:
        self.library = library
        self.generator = generator
        self.notice = notice

    @property
    def generator_name(self) -> str:
        return self.generator.name

    def warm_up(self) -> None:
        """Load the models, so that the first question need not wait for them."""
        self.library.warm_up()
        self.library.encoder.encode_passages(["."])
        self.generator.load()

    def library_summary(self) -> LibrarySummary:
        status = self.library.status()
        return LibrarySummary(status.documents, status.chunks, tuple(sorted(status.languages)))

    def answer(self, question: str, history: Sequence[str] = (), *, filter_: Filter = EVERYTHING) -> Answer:
        """The complete answer. `history` holds the conversation's earlier questions."""
        *_, last = self.stream(question, history, filter_=filter_)
        return last

    def stream(
        self, question: str, history: Sequence[str] = (), *, filter_: Filter = EVERYTHING
    ) -> Iterator[Answer]:
        """Growing snapshots of one answer: the extract first, then the model's checked sentences.

        Only passages that `filter_` lets through are consulted. Where the model fails, the extract stands,
        and the notice says why. Raises `FastTrackError` on an empty question or one that is too long.
        """
        started = time.monotonic()
        question = _tidy(question)
        history = [_mend(earlier) for earlier in history]
        detected = detect_language(question, _earlier_language(history))
        language = detected if detected in PHRASES else DEFAULT_LANGUAGE
        notice = _join(self.notice, "" if detected in PHRASES else OTHER_LANGUAGE)
        alone = make_standalone(question, history, detected)
        hits = self.library.search(alone, question_language=detected, count=_CANDIDATES, filter_=filter_)
        evidence = find_evidence(alone, detected, hits, self.library)
        passages = _best_passages(evidence, hits)
        answer = Answer(
            question=question,
            language=language,
            sentences=(),
            passages=tuple(passages),
            generator=EXTRACTIVE,
            lead_in="",
            notice=notice,
            complete=False,
            evidence=evidence[0].score if evidence else None,
        )
        if not is_answerable(evidence):
            lead_in = PHRASES[language].abstained if passages else PHRASES[language].nothing_stored
            yield _finish(replace(answer, abstained=True, reason="weak evidence", lead_in=lead_in), started)
            return
        consulted = _Consulted(passages, evidence)
        extract = tuple(consulted.quote(one) for one in choose_extract(consulted.evidence, detected))
        answer = extracted = replace(answer, sentences=extract, lead_in=PHRASES[language].found)
        yield replace(answer, seconds=time.monotonic() - started)
        try:
            for written in self._phrase(alone, language, consulted):
                answer = replace(answer, sentences=written, generator=self.generator.name, lead_in="")
                yield replace(answer, seconds=time.monotonic() - started)
        except GeneratorError as error:
            answer = replace(extracted, notice=_join(notice, str(error)))
        yield _finish(answer, started)

    def _phrase(
        self, question: str, language: str, consulted: "_Consulted"
    ) -> Iterator[tuple[Sentence, ...]]:
        """The model's sentences that pass the check, as they grow; the others are dropped."""
        request = Request(question, language, consulted.excerpts())
        sentences: tuple[Sentence, ...] = ()
        with closing(self.generator.write(request)) as pieces:
            for draft in split_drafts(pieces, language):
                finding = check_draft(
                    draft,
                    question=question,
                    language=language,
                    earlier=[sentence.text for sentence in sentences],
                    evidence=consulted.evidence,
                    cited=consulted.chunk_ids(draft.numbers),
                    encoder=self.library.encoder,
                )
                if finding.evidence:
                    citation = consulted.cite(finding.evidence)
                    sentences += (Sentence(draft.text, (citation,), "supported", finding.reason),)
                    yield sentences
                if len(sentences) == _MOST_SENTENCES:
                    return


class _Consulted:
    """The passages of one answer under their numbers, and the statements inside them."""

    def __init__(self, passages: Sequence[Hit], evidence: Sequence[Evidence]) -> None:
        self.passages = passages
        self.numbers = {hit.chunk.id: number for number, hit in enumerate(passages, start=1)}
        self.evidence = [one for one in evidence if one.hit.chunk.id in self.numbers]

    def cite(self, one: Evidence) -> Citation:
        number = self.numbers[one.hit.chunk.id]
        page = one.hit.chunk.page_at(one.start)
        return Citation(number, self.passages[number - 1], one.start, one.end, page)

    def quote(self, one: Evidence) -> Sentence:
        return Sentence(" ".join(one.text.split()), (self.cite(one),), "supported", "quoted")

    def chunk_ids(self, numbers: Sequence[int]) -> list[str]:
        """The chunks behind these numbers; a number that no passage has is passed over."""
        return [self.passages[number - 1].chunk.id for number in numbers if 1 <= number <= len(self.passages)]

    def excerpts(self) -> tuple[str, ...]:
        """For a generator: from the first passages, the best statement with its neighbours."""
        known = {one.hit.chunk.id for one in self.evidence}
        return tuple(self._excerpt(hit) for hit in self.passages[:_EXCERPTS] if hit.chunk.id in known)

    def _excerpt(self, hit: Hit) -> str:
        inside = [one for one in self.evidence if one.hit.chunk.id == hit.chunk.id]
        best = inside[0]
        inside.sort(key=lambda one: one.start)
        place = inside.index(best)
        around = inside[max(0, place - 1) : place + 2]
        return " ".join(" ".join(one.text.split()) for one in around)


def _tidy(question: str) -> str:
    question = _mend(question)
    if not question:
        raise FastTrackError("The question is empty: write what you want to know.")
    if len(question) > LONGEST_QUESTION:
        raise FastTrackError(
            f"The question has {len(question)} characters; the assistant reads at most {LONGEST_QUESTION}."
        )
    return question


def _mend(text: str) -> str:
    """The text in one line, without the half of a pair that is left where a browser cuts an emoji."""
    return " ".join(text.encode(errors="replace").decode().split())


def _join(*notices: str) -> str:
    return " ".join(filter(None, notices))


def _earlier_language(history: Sequence[str]) -> str:
    return detect_language(history[-1], DEFAULT_LANGUAGE) if history else DEFAULT_LANGUAGE


def _best_passages(evidence: Sequence[Evidence], hits: Sequence[Hit]) -> list[Hit]:
    """The passages with the best statements, best first, ranked anew; after them those without statements."""
    best: dict[str, Hit] = {}
    for hit in (*(one.hit for one in evidence), *hits):
        best.setdefault(hit.chunk.id, hit)
    return [replace(hit, rank=rank) for rank, hit in enumerate(list(best.values())[:_PASSAGES], start=1)]


def _finish(answer: Answer, started: float) -> Answer:
    return replace(answer, complete=True, seconds=time.monotonic() - started)
