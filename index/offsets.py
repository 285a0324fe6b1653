"""Measures and removes what a language by itself adds to an encoder's vectors.

A multilingual encoder puts each language into a region of its own, so that in a pool of several languages the
question's own crowds out better chunks in others. The offset of a language is the mean of its vectors less
the mean over the languages, measured on parallel sentences; questions and passages, which the encoder reads
with different prefixes, have offsets of their own. Removing means per language goes back to Libovický, Rosa &
Fraser, "On the Language Neutrality of Pre-trained Multilingual Representations", Findings of EMNLP 2020.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import weights
from index.encoder import Encoder, Vectors
from index.parallel import part_by_language, read_sentences

Offset = NDArray[np.float32]
Languages = Sequence[str] | NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """The offset of each language, shape (dimension,), for questions and for passages.

    A language that is not among them is left as it is. `centre` is the mean over the languages of passages:
    what all texts have in common, which makes any two of them look alike.
    """

    questions: Mapping[str, Offset]
    passages: Mapping[str, Offset]
    centre: Offset

    def move_questions(self, vectors: Vectors, languages: Languages) -> Vectors:
        """The unit vectors of questions, shape (n, dimension), without the offsets of their languages."""
        return _remove(vectors, languages, self.questions)

    def move_passages(self, vectors: Vectors, languages: Languages) -> Vectors:
        """The unit vectors of passages, shape (n, dimension), without the offsets of their languages."""
        return _remove(vectors, languages, self.passages)

    def compare_passages(self, vectors: Vectors, languages: Languages, question: Offset) -> Offset:
        """The cosines of passages, shape (n, dimension), with a question that was moved: as from
        `move_passages`, in a third of the time, since no vector is changed."""
        names = np.asarray(languages)
        cosines = vectors @ question
        squares = np.einsum("ij,ij->i", vectors, vectors)
        along = vectors @ np.stack([*self.passages.values(), np.zeros_like(question)]).T
        for column, (language, offset) in enumerate(self.passages.items()):
            rows = np.flatnonzero(names == language)
            cosines[rows] -= offset @ question
            squares[rows] += offset @ offset - 2 * along[rows, column]
        compared: Offset = cosines / np.sqrt(squares)
        return compared

    def centre_passages(self, vectors: Vectors, languages: Languages) -> Vectors:
        """The same without the centre, too: texts that have nothing in common get a cosine of about 0.1.

        It suits passages compared with passages; a question, whose vectors lie elsewhere, is found worse.
        """
        offsets = {language: offset + self.centre for language, offset in self.passages.items()}
        others = dict.fromkeys(set(languages) - offsets.keys(), self.centre)
        return _remove(vectors, languages, offsets | others)


NO_OFFSETS = Offsets({}, {}, np.zeros(1, np.float32))


def measure_offsets(encoder: Encoder) -> Offsets:
    """The encoder's offsets, measured once on a machine and kept in the cache under the encoder's digest."""
    text = read_sentences()
    name = f"means-{sha256(f'{encoder.digest} {text}'.encode()).hexdigest()[:24]}.npy"
    languages = list(part_by_language(text))
    path = weights.build_once(
        weights.cache_folder() / name, lambda target: _write(target, encoder, part_by_language(text))
    )
    questions, passages = np.load(path)
    return from_means(
        dict(zip(languages, questions, strict=True)), dict(zip(languages, passages, strict=True))
    )


def from_means(questions: Mapping[str, Offset], passages: Mapping[str, Offset]) -> Offsets:
    """The offsets where each language's vectors have these means."""
    centre = np.mean(list(passages.values()), axis=0)
    of_questions = np.mean(list(questions.values()), axis=0)
    return Offsets(
        {language: mean - of_questions for language, mean in questions.items()},
        {language: mean - centre for language, mean in passages.items()},
        centre,
    )


def _write(path: Path, encoder: Encoder, sentences: Mapping[str, Sequence[str]]) -> None:
    means = [
        np.stack([encode(texts).mean(axis=0) for texts in sentences.values()])
        for encode in (encoder.encode_questions, encoder.encode_passages)
    ]
    with path.open("wb") as file:
        np.save(file, np.stack(means))


def _remove(vectors: Vectors, languages: Languages, offsets: Mapping[str, Offset]) -> Vectors:
    names = np.asarray(languages)
    moved = np.array(vectors, np.float32)
    for language, offset in offsets.items():
        rows = names == language
        if rows.any():
            without = moved[rows] - offset
            moved[rows] = without / np.linalg.norm(without, axis=1, keepdims=True)
    return moved
