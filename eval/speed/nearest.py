"""Measures the library's index of vectors alone against exact NumPy search, in time and in what it finds.

- *nearest vectors*: the index, against NumPy over the same vectors, on one core.
- *mean recall*: the share of NumPy's nearest that the index finds, too, over 60 questions. A search asks for
  as many as the index is asked for here, and compares what it gets exactly. (Sentences from the library would
  flatter: of a million chunks, a sentence's nearest ten were found at 0.98, a question's at 0.93.)
"""

from pathlib import Path

import numpy as np

from eval.speed import plain
from eval.speed.measurement import Measurement, compare, summarise, time_call
from eval.speed.mixed_questions import number_questions
from eval.speed.own_process import OwnProcess
from index.encoder import Vectors, load_encoder
from index.vectors import VectorIndex, build_index

_PART = "search"
_ROUNDS = 5  # of the questions, with another number in each
_DEPTHS = (10, plain.DEPTH)


def measure_nearest(folder: Path, chunks: int, runs: int) -> list[Measurement]:
    """Look for the nearest vectors in the library in `folder`, which has so many chunks."""
    with OwnProcess(one_core=True) as process:
        seconds, expected, recall = process.call(_compare, folder, runs)
    return [
        Measurement(
            *(_PART, "nearest vectors, one core", "s", chunks, summarise(seconds)),
            compare(plain.NEAREST, seconds, expected),
        ),
        *(
            Measurement(_PART, f"mean recall@{depth}", "", chunks, summarise([share]))
            for depth, share in recall.items()
        ),
    ]


def _compare(folder: Path, runs: int) -> tuple[list[float], list[float], dict[int, float]]:
    """Seconds of the index and of NumPy for each question and run, in turns after a warm-up of both, and the
    mean recall at each depth."""
    vectors = plain.load_vectors(folder)
    index = build_index(vectors)
    texts = [text for number in range(_ROUNDS) for _, text in number_questions(number)]
    questions = load_encoder().encode_questions(texts)
    recall = _measure_recall(index, vectors, questions)
    count = min(plain.DEPTH, len(vectors))
    seconds: list[float] = []
    expected: list[float] = []
    for question in [question for _ in range(runs) for question in questions]:
        seconds.append(time_call(index.search, question, count))
        expected.append(time_call(plain.find_nearest, vectors, question, count))
    return seconds, expected, recall


def _measure_recall(index: VectorIndex, vectors: Vectors, questions: Vectors) -> dict[int, float]:
    shares: dict[int, list[float]] = {depth: [] for depth in _DEPTHS}
    deepest = min(plain.DEPTH, len(vectors))
    for question in questions:
        found = index.search(question, deepest)
        nearest = plain.find_nearest(vectors, question, deepest)
        for depth, of_depth in shares.items():
            of_depth.append(float(np.isin(nearest[:depth], found).mean()))
    return {depth: float(np.mean(of_depth)) for depth, of_depth in shares.items()}
