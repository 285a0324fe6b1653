"""Answers a question from the library: retrieve, judge, extract, and, where a language model is chosen,
let it phrase the answer from the same passages and check every sentence."""

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Snapshots
from contextlib import closing
from dataclasses import dataclass, replace

from assistant.abstention import LEAST_ODDS, find_lack, judge_evidence
from assistant.answer import Answer
from assistant.consulted import Consulted
from assistant.dialogue.conversation import make_standalone
from assistant.errors import GeneratorError
from assistant.evidence import find_evidence
from assistant.extract import choose_extract
from assistant.orders import leave_out_orders
from assistant.phrase import Phrased, Unsupported, phrase_answer
from assistant.phrases import DEFAULT_LANGUAGE, OTHER_LANGUAGE, PHRASES
from assistant.reader import load_reader
from assistant.writing.generator import EXTRACTIVE, Generator, Request
from index.errors import FastTrackError
from index.filters import EVERYTHING, Filter
from index.language import detect_language
from index.library import Library
from index.records import Hit

_CANDIDATES = 16

LONGEST_QUESTION = 2_000
"""In characters."""


@dataclass(frozen=True, slots=True)
class LibrarySummary:
    """What the library holds, in short."""

    documents: int
    chunks: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What may answer: documents that `filter_` lets through, and of each passage what `narrow` leaves; and
    from which log odds on it does."""

    filter_: Filter = EVERYTHING
    narrow: Callable[[Hit], Hit] = lambda hit: hit
    least_odds: float = LEAST_ODDS


WHOLE_LIBRARY = Scope()


class Assistant:
    """Answers questions over one library. Holds nothing of a conversation: several users may share it.

    `unsupported` says what becomes of a generator's sentence that no passage supports; `notice` stands with
    every answer.
    """

    def __init__(
        self, library: Library, generator: Generator, notice: str = "", unsupported: Unsupported = "drop"
    ) -> None:
        self.library = library
        self.generator = generator
        self.notice = notice
        self.unsupported: Unsupported = unsupported

    @property
    def generator_name(self) -> str:
        return self.generator.name

    def warm_up(self) -> None:
        """Load the models, so that the first question need not wait for them."""
        self.library.warm_up()
        self.library.encoder.encode_passages(["."])
        load_reader().warm_up()
        self.generator.load()

    def library_summary(self) -> LibrarySummary:
        status = self.library.status()
        return LibrarySummary(status.documents, status.chunks, tuple(sorted(status.languages)))

    def answer(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        language: str = "",
        scope: Scope = WHOLE_LIBRARY,
    ) -> Answer:
        """The complete answer, as `stream` ends with it."""
        *_, last = self.stream(question, history, language=language, scope=scope)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        language: str = "",
        scope: Scope = WHOLE_LIBRARY,
    ) -> Iterator[Answer]:
        """Growing snapshots of one answer: the extract first, then the model's checked sentences.

        `history` holds the conversation's earlier questions, the latest last. The answer is in `language`, or
        else in the question's own. Where the model fails, finds no answer, or leaves nothing that the
        passages support, the notice or the abstention says so. Raises `FastTrackError` on an empty question,
        one that is too long, or a language that the assistant does not speak.
        """
        started = time.monotonic()
        if language and language not in PHRASES:
            raise FastTrackError(
                f"The assistant does not speak {language}: choose one of {', '.join(PHRASES)}."
            )
        earlier = [_mend(one) for one in history]
        with closing(self._stream(_tidy(question), earlier, language, scope)) as answers:
            for answer in answers:
                yield replace(answer, seconds=time.monotonic() - started)

    def _stream(
        self, question: str, history: Sequence[str], language: str, scope: Scope
    ) -> Snapshots[Answer]:
        asked_in = detect_language(question, _earlier_language(history))
        speaks = asked_in in PHRASES or bool(language)
        language = language or (asked_in if asked_in in PHRASES else DEFAULT_LANGUAGE)
        words = PHRASES[language]
        notice = _join(self.notice, "" if speaks else OTHER_LANGUAGE)
        alone = make_standalone(question, history, asked_in, self.library)
        found = self.library.search(
            alone, question_language=asked_in, count=_CANDIDATES, filter_=scope.filter_
        )
        hits = [scope.narrow(hit) for hit in found]
        readable = [leave_out_orders(hit) for hit in hits]
        evidence = find_evidence(alone, asked_in, readable, self.library, load_reader())
        extract = choose_extract(evidence, language)
        consulted = Consulted(extract, evidence, hits)
        answer = Answer(
            question=question,
            language=language,
            sentences=(),
            passages=consulted.passages,
            generator=EXTRACTIVE,
            lead_in=words.abstained if hits else words.nothing_stored,
            notice=notice,
            complete=False,
            evidence=judge_evidence(evidence),
        )
        if lack := find_lack(evidence, scope.least_odds):
            yield replace(answer, abstained=True, reason=lack, complete=True)
            return
        extracted = replace(answer, sentences=consulted.quote(), lead_in=words.found)
        if self.generator.name == EXTRACTIVE:
            yield replace(extracted, complete=True)
            return
        yield extracted
        request = Request(alone, language, consulted.excerpts())
        encoder = self.library.encoder
        phrased = Phrased()
        try:
            with closing(
                phrase_answer(self.generator, request, consulted, encoder, self.unsupported)
            ) as snapshots:
                for phrased in snapshots:
                    if phrased.sentences:
                        yield self._show(extracted, phrased)
        except GeneratorError as error:
            yield replace(extracted, notice=_join(notice, str(error)), complete=True)
            return
        if phrased.refused:
            yield replace(answer, abstained=True, reason="the model finds no answer", complete=True)
        elif phrased.is_supported:
            yield replace(self._show(extracted, phrased), complete=True)
        else:
            fallback = words.drifted if phrased.drifted else words.unsupported
            yield replace(extracted, notice=_join(notice, fallback), complete=True)

    def _show(self, extracted: Answer, phrased: Phrased) -> Answer:
        return replace(extracted, sentences=phrased.sentences, generator=self.generator.name, lead_in="")


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
