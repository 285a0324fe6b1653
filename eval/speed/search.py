"""Measures searches: by a new process, and by one that is warm, with its steps and its memory.

- *cold process*: `fasttrack search` from its start to its end, against a Python that imports NumPy and ends.
  The files that it reads are in the system's memory by then.
- *warm search*: a new question to a library that is open, against the same question encoded by
  sentence-transformers and exact NumPy search. Each has a process of its own, on one core. Of the steps,
  *reading* is that of vectors and texts from the catalogue, and *rest* what no other step takes.
- *memory of the library*: what the process that searches has resident more than before it opened the library,
  when its encoder was loaded and had encoded questions.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from eval.speed import plain
from eval.speed.measurement import Measurement, compare, summarise, time_call
from eval.speed.mixed_questions import QUESTIONS, number_questions
from eval.speed.nearest import measure_nearest
from eval.speed.own_process import OwnProcess
from eval.speed.steps import Method, time_steps
from index.catalogue import Catalogue
from index.encoder import Encoder, load_encoder
from index.errors import FastTrackError
from index.language import detect_language
from index.library import Library
from index.vectors import VectorIndex
from index.words import WordIndex

WARM = "warm search, one core"

_PART = "search"
_COMMAND_LINE = ("-P", "-m", "fasttrack")  # -P: no module from the folder where the bench was started
_ROUNDS = 5
"""So many times a run asks each question, with another number in it: three runs then make 180 searches."""

_MANY = 100_000  # chunks; of fewer, what is there whatever the size would count for most of the memory
_STEPS: dict[str, tuple[Method, ...]] = {
    "nearest vectors": ((VectorIndex, "search"),),
    "words": ((WordIndex, "score"),),
    "reading": ((Catalogue, "embeddings_of"), (Catalogue, "read_chunks")),
}


def measure_search(folder: Path, chunks: int, runs: int) -> list[Measurement]:
    """Search the library in `folder`, which has so many chunks."""
    return [
        _measure_cold(folder, chunks, runs),
        *_measure_warm(folder, chunks, runs),
        *measure_nearest(folder, chunks, runs),
    ]


def time_plain_searches(folder: Path, number: int) -> list[float]:
    """Seconds of the reference for each question, with this number in it."""
    return [time_call(plain.search, folder, text) for _, text in number_questions(number)]


def _measure_cold(folder: Path, chunks: int, runs: int) -> Measurement:
    whole, bare = [], []
    for run in range(runs):
        _, text = QUESTIONS[run % len(QUESTIONS)]
        search = [*_COMMAND_LINE, "search", text, "--library", str(folder), "--json"]
        whole.append(time_call(_run_python, *search))
        bare.append(time_call(_run_python, "-c", "import numpy"))
    reference = compare("Python with NumPy", whole, bare)
    return Measurement(_PART, "cold process", "s", chunks, summarise(whole), reference)


def _run_python(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()
        raise FastTrackError(f"A process that was to be measured failed: {told}")


def _measure_warm(folder: Path, chunks: int, runs: int) -> list[Measurement]:
    seconds: list[float] = []
    expected: list[float] = []
    rounds = runs * _ROUNDS
    with OwnProcess(one_core=True) as own, OwnProcess(one_core=True) as other:
        own.call(_ready_encoder)
        before = own.memory()
        own.call(_time_searches, folder, 0)
        other.call(time_plain_searches, folder, 0)
        for number in range(1, rounds + 1):
            seconds += own.call(_time_searches, folder, number)
            expected += other.call(time_plain_searches, folder, number)
        grown = own.memory() - before
        memory, usual = own.peak_memory(), other.peak_memory()
        steps = [
            one
            for number in range(rounds + 1, 2 * rounds + 1)
            for one in own.call(_time_steps, folder, number)
        ]
    compared = compare(plain.SEARCH, seconds, expected)
    found = [
        Measurement(_PART, WARM, "s", chunks, summarise(seconds), compared),
        *(
            Measurement(_PART, f"{WARM}: {step}", "s", chunks, summarise([one[step] for one in steps]))
            for step in steps[0]
        ),
        Measurement(
            *(_PART, "peak memory", "MiB", chunks, summarise([memory])),
            compare(plain.SEARCH, [memory], [usual]),
        ),
        Measurement(_PART, "memory of the library", "MiB", chunks, summarise([grown])),
    ]
    if chunks >= _MANY:
        share = summarise([grown * 1_000_000 / chunks])
        found.append(Measurement(_PART, "memory per million chunks", "MiB", chunks, share))
    return found


@cache
def _load() -> Encoder:
    return load_encoder()


def _ready_encoder() -> None:
    """Load what a search needs whatever the library, as the chat page does before its first question."""
    _load().encode_passages(["."])
    for _, text in QUESTIONS:
        detect_language(text)
        _load().encode_questions([text])


@cache
def _open(folder: Path) -> Library:
    return Library(folder, _load())


def _search(folder: Path, text: str) -> None:
    _open(folder).search(text, question_language=detect_language(text))


def _time_searches(folder: Path, number: int) -> list[float]:
    return [time_call(_search, folder, text) for _, text in number_questions(number)]


def _time_steps(folder: Path, number: int) -> list[dict[str, float]]:
    steps = {"encoding": ((type(_load()), "encode_questions"),), **_STEPS}

    def ask(text: str) -> Callable[[], None]:
        return lambda: _search(folder, text)

    return [time_steps(steps, ask(text)) for _, text in number_questions(number)]
