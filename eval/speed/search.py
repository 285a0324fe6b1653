"""Measures searches: by a new process, by one that is warm, and their dense part by itself.

- *cold process*: `fasttrack search` from its start to its end, against a Python that imports NumPy and ends.
  The files that it reads are in the system's memory by then.
- *warm search*: a question to a library that is open, against the same question encoded by
  sentence-transformers and exact NumPy search.
- *dense part*: the library's index alone, against exact NumPy search over the same vectors.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

from eval.speed import plain
from eval.speed.measurement import Measurement, compare, summarise, time_call
from eval.speed.mixed_questions import QUESTIONS
from eval.speed.own_process import OwnProcess
from index.catalogue import Edition
from index.encoder import load_encoder
from index.errors import FastTrackError
from index.language import detect_language
from index.library import Library
from index.vectors import build_index

_PART = "search"
_COMMAND_LINE = Path(__file__).parents[2] / "fasttrack.py"


def measure_search(folder: Path, chunks: int, runs: int) -> list[Measurement]:
    """Search the library in `folder`, which has so many chunks."""
    return [
        _measure_cold(folder, chunks, runs),
        *_measure_warm(folder, chunks, runs),
        *_measure_dense(folder, chunks, runs),
    ]


def time_plain_searches(folder: Path) -> list[float]:
    """Seconds of the reference for each question."""
    return [time_call(plain.search, folder, text) for _, text in QUESTIONS]


def _measure_cold(folder: Path, chunks: int, runs: int) -> Measurement:
    whole, bare = [], []
    for run in range(runs):
        _, text = QUESTIONS[run % len(QUESTIONS)]
        search = [str(_COMMAND_LINE), "search", text, "--library", str(folder), "--json"]
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
    with OwnProcess() as own, OwnProcess() as other:
        own.call(_time_searches, folder)
        other.call(time_plain_searches, folder)
        for _ in range(runs):
            seconds += own.call(_time_searches, folder)
            expected += other.call(time_plain_searches, folder)
        memory, usual = own.peak_memory(), other.peak_memory()
    return [
        Measurement(
            *(_PART, "warm search", "s", chunks, summarise(seconds)),
            compare(plain.SEARCH, seconds, expected),
        ),
        Measurement(
            *(_PART, "peak memory", "MiB", chunks, summarise([memory])),
            compare(plain.SEARCH, [memory], [usual]),
        ),
    ]


def _measure_dense(folder: Path, chunks: int, runs: int) -> list[Measurement]:
    with OwnProcess() as process:
        seconds, expected, shares = process.call(_compare_dense, folder, runs)
    return [
        Measurement(
            *(_PART, "dense part", "s", chunks, summarise(seconds)),
            compare(plain.NEAREST, seconds, expected),
        ),
        Measurement(_PART, f"share of {plain.NEAREST}'s hits", "", chunks, summarise(shares)),
    ]


@cache
def _open(folder: Path) -> Library:
    library = Library(folder, load_encoder())
    library.warm_up()
    return library


def _time_searches(folder: Path) -> list[float]:
    return [time_call(_search, _open(folder), text) for _, text in QUESTIONS]


def _search(library: Library, text: str) -> None:
    library.search(text, question_language=detect_language(text))


def _compare_dense(folder: Path, runs: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds of the index and of NumPy for each question and run, in turns after a warm-up of both, and for
    each question the share of NumPy's neighbours that the index finds, too."""
    numbers, vectors = plain.load_vectors(folder)
    index = build_index(Edition("", 0), numbers, vectors)
    count = min(plain.DEPTH, len(numbers))
    questions = load_encoder().encode_questions([text for _, text in QUESTIONS])
    shares = []
    for question in questions:
        found = {number for number, _ in index.search(question, count)}
        nearest = numbers[plain.find_nearest(vectors, question, count)].tolist()
        shares.append(len(found.intersection(nearest)) / count)
    seconds: list[float] = []
    expected: list[float] = []
    for _ in range(runs):
        seconds += [time_call(index.search, question, count) for question in questions]
        expected += [time_call(plain.find_nearest, vectors, question, count) for question in questions]
    return seconds, expected, shares
