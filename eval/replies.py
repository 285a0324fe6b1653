"""Asks an assistant the gold questions and keeps its replies, so that an interrupted run goes on."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import assistant as assistant_package
import index as index_package
from assistant.assistant import Assistant
from assistant.serialise import answer_to_json
from eval.digests import digest_code, digest_texts
from eval.files import write_json
from eval.lines import read_objects
from eval.questions import Question
from index.errors import FastTrackError
from index.files import write_bytes
from index.library import Library

ANSWERS = "answers.jsonl"
CONFIGURATION = "configuration.json"


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long one waited: for the sources, for the first sentence by what wrote the final answer (None where
    that has no sentences), and for the end."""

    to_sources: float
    to_first_sentence: float | None
    to_end: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the question `id`, as `fasttrack ask --json` prints it."""

    id: str
    answer: Mapping[str, Any]
    seconds: Seconds


def answer_questions(
    questions: Iterable[Question], assistant: Assistant, tell: Callable[[int], None] = lambda _: None
) -> Iterator[Reply]:
    """Each question's reply as it comes, from an assistant whose models are loaded first.

    `tell` is told how many questions are done. Raises `FastTrackError` where the assistant cannot take one.
    """
    assistant.warm_up()
    for done, question in enumerate(questions, start=1):
        yield _ask(question, assistant)
        tell(done)


def collect_replies(
    questions: Sequence[Question],
    assistant: Assistant,
    folder: Path,
    configuration: Mapping[str, str],
    tell: Callable[[int], None] = lambda _: None,
) -> list[Reply]:
    """The replies to all questions; those that `answers.jsonl` in the folder holds already are not asked for.

    `configuration`, as `describe` gives it, is kept beside them. Raises `FastTrackError` where the answers
    that are there came about in another one.
    """
    file = folder / ANSWERS
    if file.exists():
        _refuse_other(configuration, folder)
        _drop_half_line(file)
    else:
        write_json(folder / CONFIGURATION, configuration)
    known = {reply.id: reply for reply in _read_replies(file)} if file.exists() else {}
    missing = [question for question in questions if question.id not in known]
    before = len(known)
    tell(before)
    if missing:
        with file.open("a", encoding="utf-8") as lines:
            for reply in answer_questions(missing, assistant, lambda done: tell(before + done)):
                lines.write(json.dumps(asdict(reply), ensure_ascii=False) + "\n")
                lines.flush()
                known[reply.id] = reply
    return [known[question.id] for question in questions]


def describe(questions: Iterable[Question], assistant: Assistant, **more: str) -> dict[str, str]:
    """All that decides the answers, under one `digest`.

    Of the questions only what is asked counts, so that facts and quotes can be mended without asking anew.
    `more` is for what the assistant does not tell of itself, such as the language model's file.
    """
    asked = [(question.id, question.text, question.history) for question in questions]
    library = assistant.library
    described = {
        "questions": digest_texts(json.dumps(asked)),
        "library": digest_texts(*_content(library)),
        "encoder": library.encoder.name,
        "encoder_digest": library.encoder.digest,
        "generator": assistant.generator_name,
        "code": digest_code(assistant_package, index_package),
        **more,
    }
    return {"digest": digest_texts(json.dumps(described, sort_keys=True)), **described}


def _ask(question: Question, assistant: Assistant) -> Reply:
    started = time.perf_counter()
    try:
        snapshots = [
            (time.perf_counter() - started, answer)
            for answer in assistant.stream(question.text, question.history)
        ]
    except FastTrackError as error:
        raise FastTrackError(f"The question {question.id} could not be asked: {error}") from error
    to_end, last = snapshots[-1]
    written = (at for at, one in snapshots if one.sentences and one.generator == last.generator)
    seconds = Seconds(snapshots[0][0], next(written, None), to_end)
    return Reply(question.id, answer_to_json(last), seconds)


def _read_replies(file: Path) -> Iterator[Reply]:
    for line, fields in read_objects(file):
        try:
            yield Reply(fields["id"], fields["answer"], Seconds(**fields["seconds"]))
        except (KeyError, TypeError) as error:
            raise line.broken("not an answer that a run has written; remove the line") from error


def _drop_half_line(file: Path) -> None:
    """A run that was killed may have left its last line half written."""
    data = file.read_bytes()
    if not data.endswith(b"\n"):
        write_bytes(file, data[: data.rfind(b"\n") + 1])


def _refuse_other(configuration: Mapping[str, str], folder: Path) -> None:
    file = folder / CONFIGURATION
    try:
        before = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise FastTrackError(
            f"{folder} holds answers but no {CONFIGURATION} that says how they came about: choose another "
            f"folder, or remove {ANSWERS} there."
        ) from error
    if before != configuration:
        names = sorted({name for name, _ in before.items() ^ configuration.items()} - {"digest"})
        raise FastTrackError(
            f"The answers in {folder} came about in another configuration (digest {before.get('digest')}, "
            f"now {configuration['digest']}; different: {', '.join(names)}): choose another folder, or "
            f"remove {ANSWERS} there."
        )


def _content(library: Library) -> Iterator[str]:
    """What the library answers from, as texts that change with it."""
    for entry in library.entries():
        yield json.dumps([entry.id, entry.source, asdict(entry.metadata)], sort_keys=True)
        yield json.dumps([asdict(chunk) for chunk in library.chunks_of(entry.id)], sort_keys=True)
