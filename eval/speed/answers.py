"""Measures answers that quote: how long one waits for the sources and for the end, against a plain search."""

from functools import cache
from pathlib import Path

from assistant.assistant import Assistant
from assistant.writing.generator import Extractive
from eval.questions import Question
from eval.replies import Seconds, answer_questions
from eval.speed import plain
from eval.speed.measurement import Measurement, compare, summarise
from eval.speed.mixed_questions import number_questions
from eval.speed.own_process import OwnProcess
from eval.speed.search import time_plain_searches
from index.encoder import load_encoder
from index.library import Library

_PART = "answers"


def measure_answers(folder: Path, chunks: int, runs: int) -> list[Measurement]:
    """Answer questions from the library in `folder`, which has so many chunks, in turns with the reference,
    each in a process of its own, after a warm-up of each."""
    waits: list[Seconds] = []
    expected: list[float] = []
    with OwnProcess() as own, OwnProcess() as other:
        own.call(_time_answers, folder, 0)
        other.call(time_plain_searches, folder, 0)
        for number in range(1, runs + 1):
            waits += own.call(_time_answers, folder, number)
            expected += other.call(time_plain_searches, folder, number)
        memory, usual = own.peak_memory(), other.peak_memory()

    def measure(name: str, unit: str, values: list[float], reference: list[float]) -> Measurement:
        compared = compare(plain.SEARCH, values, reference)
        return Measurement(_PART, name, unit, chunks, summarise(values), compared)

    return [
        measure("to the sources", "s", [wait.to_sources for wait in waits], expected),
        measure("to the end", "s", [wait.to_end for wait in waits], expected),
        measure("peak memory", "MiB", [memory], [usual]),
    ]


@cache
def _open(folder: Path) -> Assistant:
    return Assistant(Library(folder, load_encoder()), Extractive())


def _time_answers(folder: Path, number: int) -> list[Seconds]:
    asked = [
        Question(str(place), language, text, (), (), (), _PART)
        for place, (language, text) in enumerate(number_questions(number))
    ]
    return [reply.seconds for reply in answer_questions(asked, _open(folder))]
