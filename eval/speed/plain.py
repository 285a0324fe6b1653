"""The references of the bench: what a plain script would do with the same weights and the same vectors.

They stay as they are, whatever the product learns: figures of different days and machines meet in them. What
they load is kept for the next call, so they run in processes of their own (`eval.speed.own_process`).
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index import weights
from index.convert import convert_packed_encoder
from index.encoder import Vectors, load_encoder
from index.library import Library

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ENCODING = "sentence-transformers float32"
NEAREST = "NumPy"
SEARCH = "sentence-transformers and NumPy"

DEPTH = 100
"""How many neighbours are looked for: as many as a search takes from its dense part."""


def encode_passages(texts: Sequence[str]) -> Vectors:
    """Unit vectors of shape (texts, dimension), by sentence-transformers in float32."""
    model = _load_model()
    vectors = model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float32)


def encode_questions(texts: Sequence[str]) -> Vectors:
    """The same for questions."""
    model = _load_model()
    vectors = model.encode_query(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float32)


def find_nearest(vectors: Vectors, vector: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """The rows of the `count` nearest vectors, best first: a matrix product, a partial and a short sort.

    `vectors` has shape (n, dimension) and holds at least `count` rows.
    """
    cosines = vectors @ vector
    nearest = np.argpartition(cosines, len(cosines) - count)[-count:]
    return nearest[np.argsort(-cosines[nearest])]


def search(folder: Path, question: str) -> NDArray[np.intp]:
    """Encode a question and find the nearest of the vectors of the library in `folder`, as rows."""
    _, vectors = load_vectors(folder)
    return find_nearest(vectors, encode_questions([question])[0], min(DEPTH, len(vectors)))


@cache
def load_vectors(folder: Path) -> tuple[NDArray[np.int64], Vectors]:
    """The chunk numbers and vectors of the library in `folder`: shapes (n,) and (n, dimension)."""
    return Library(folder, load_encoder()).vectors()


@cache
def _load_model() -> "SentenceTransformer":
    """The weights of the encoder that is measured."""
    # Torch's threads wait for each other in a loop by default. Beside other work, a question then took 30 ms
    # or 2 s by chance, and a ratio to it said nothing; waiting passively, it took 25 to 60 ms.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Imported here, so that torch takes no memory where the product is measured.
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    name = load_encoder().name
    if name == weights.ENCODER.name:
        name = str(weights.prepare(weights.ENCODER, convert_packed_encoder) / "sentence-transformers")
    return SentenceTransformer(name).float()
