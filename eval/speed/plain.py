"""The references of the bench: what a plain script would do with the same weights and the same vectors.

They stay as they are, whatever the product learns: figures of different days and machines meet in them. What
they load is kept for the next call, so they run in processes of their own (`eval.speed.own_process`).
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from eval.speed.measurement import time_call
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

_PRODUCTS = (1024, 2048, 4096, 8192)


def encode_passages(texts: Sequence[str]) -> Vectors:
    """Unit vectors of shape (texts, dimension), by sentence-transformers in float32."""
    model = _load_model()
    vectors = model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float32)


def count_operations(texts: Sequence[str]) -> int:
    """The floating-point operations that encoding these passages takes, each multiply-add two of them.

    Those of the matrix products: every token with every weight, and in each layer every token's attention to
    all tokens of its own text, without padding.
    """
    from torch.nn import Linear

    model = _load_model()
    body: Any = model[0].auto_model  # a module of whatever model it is
    weights = sum(
        part.weight.numel()
        for name, part in body.named_modules()
        if isinstance(part, Linear) and "pooler" not in name
    )
    prompt = model.prompts.get("document") or ""
    ids = model.tokenizer(
        [prompt + text for text in texts], truncation=True, max_length=model.max_seq_length
    )["input_ids"]
    each_pair = 2 * body.config.num_hidden_layers * body.config.hidden_size
    return sum(2 * len(one) * (weights + each_pair * len(one)) for one in ids)


def time_products() -> dict[int, float]:
    """The floating-point operations that torch does in a second when it multiplies two square bfloat16
    matrices, by their size: the best of three products of each size."""
    import torch

    found = {}
    for size in _PRODUCTS:
        matrix = torch.rand(size, size).bfloat16()
        torch.mm(matrix, matrix)
        found[size] = 2 * size**3 / min(time_call(torch.mm, matrix, matrix) for _ in range(3))
    return found


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
    vectors = load_vectors(folder)
    return find_nearest(vectors, encode_questions([question])[0], min(DEPTH, len(vectors)))


@cache
def load_vectors(folder: Path) -> Vectors:
    """The vectors of the library in `folder`, shape (n, dimension)."""
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
