"""The conversion of a packed encoder, tried on a tiny one and checked against BERT written out in NumPy."""

import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index.convert import GRAPH_FILE, TOKENIZER_FILE, TORCH_FOLDER, convert_packed_encoder
from index.e5file import PackedModel, Shape, read_packed_model
from tests.index.packed import PackedFile, Tensor

Array = NDArray[np.float32]

SHAPE = Shape(
    hidden=32, layers=2, heads=4, feed_forward=64, vocabulary=40, positions=24, types=2, epsilon=1e-12
)
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]
PIECES += [(letter, -4.0 - place / 10) for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz:")]
TEXTS = ["passage: robots work", "query: why", "passage: " + "many words " * 20]


def make_packed_file() -> PackedFile:
    """Random weights; matrices in 4-bit blocks and the rest in float32, as in the real file."""
    random = np.random.default_rng(11)

    def blocks(elements: int) -> Tensor:
        assert elements % 32 == 0
        data = (struct.pack("<e", 0.02) + random.bytes(16) for _ in range(elements // 32))
        return Tensor(1, elements, b"".join(data))

    def floats(elements: int, around: float = 0.0) -> Tensor:
        return Tensor(0, elements, random.normal(around, 0.1, elements).astype("<f4").tobytes())

    narrow, wide = SHAPE.hidden, SHAPE.feed_forward
    tensors = {
        "emb.word": blocks(SHAPE.vocabulary * narrow),
        "emb.pos": blocks(SHAPE.positions * narrow),
        "emb.type": blocks(SHAPE.types * narrow),
        "emb.ln.w": floats(narrow, around=1.0),
        "emb.ln.b": floats(narrow),
    }
    for layer in range(SHAPE.layers):
        for name, rows, columns in (
            *((name, narrow, narrow) for name in ("q", "k", "v", "ao")),
            ("fi", wide, narrow),
            ("fo", narrow, wide),
        ):
            tensors |= {f"l{layer}.{name}.w": blocks(rows * columns), f"l{layer}.{name}.b": floats(rows)}
        for name in ("aln", "oln"):
            tensors |= {f"l{layer}.{name}.w": floats(narrow, 1.0), f"l{layer}.{name}.b": floats(narrow)}
    return PackedFile(PIECES, tensors, SHAPE)


def encode_in_numpy(model: PackedModel, ids: Sequence[int]) -> Array:
    """BERT as its paper has it, mean pooling, unit length; without anything that a library does for it."""
    tensors, narrow = model.tensors, SHAPE.hidden

    def norm(states: Array, name: str) -> Array:
        centred = states - states.mean(1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(1, keepdims=True) + SHAPE.epsilon)
        return np.asarray(scaled * tensors[f"{name}.w"] + tensors[f"{name}.b"])

    def linear(states: Array, name: str) -> Array:
        return np.asarray(states @ tensors[f"{name}.w"].reshape(-1, states.shape[1]).T + tensors[f"{name}.b"])

    def split_heads(states: Array) -> Array:
        return states.reshape(len(ids), SHAPE.heads, -1).swapaxes(0, 1)

    positions, types = tensors["emb.pos"].reshape(-1, narrow), tensors["emb.type"].reshape(-1, narrow)
    states = tensors["emb.word"].reshape(-1, narrow)[list(ids)] + positions[: len(ids)] + types[0]
    states = norm(states, "emb.ln")
    for layer in range(SHAPE.layers):
        q, k, v = (split_heads(linear(states, f"l{layer}.{name}")) for name in "qkv")
        weights = np.exp(q @ k.swapaxes(1, 2) / math.sqrt(q.shape[2]))
        mixed = (weights / weights.sum(2, keepdims=True) @ v).swapaxes(0, 1).reshape(len(ids), narrow)
        states = norm(states + linear(mixed, f"l{layer}.ao"), f"l{layer}.aln")
        inner = linear(states, f"l{layer}.fi")
        gelu = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
        states = norm(states + linear(gelu, f"l{layer}.fo"), f"l{layer}.oln")
    mean = states.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_packed_file().write(tmp_path_factory.mktemp("packed") / "encoder.bin")


@pytest.fixture(scope="module")
def folder(packed: Path) -> Path:
    folder = packed.with_name("converted")
    convert_packed_encoder(packed, folder)
    return folder


@pytest.fixture(scope="module")
def ids(folder: Path) -> list[list[int]]:
    """The texts' ids, cut to what the tiny encoder reads."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.enable_truncation(SHAPE.positions)
    return [encoding.ids for encoding in tokenizer.encode_batch(TEXTS)]


@pytest.fixture(scope="module")
def expected(packed: Path, ids: list[list[int]]) -> Array:
    model = read_packed_model(packed)
    return np.stack([encode_in_numpy(model, sequence) for sequence in ids])


def test_the_sentence_transformers_folder_gives_the_vectors_of_bert(folder: Path, expected: Array) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder / TORCH_FOLDER), device="cpu")
    assert model.prompts == {"query": "query: ", "document": "passage: "}
    assert model.max_seq_length == SHAPE.positions
    assert np.abs(model.encode(TEXTS, show_progress_bar=False) - expected).max() < 1e-5


def test_the_graph_gives_the_vectors_of_bert_and_heeds_the_mask(
    folder: Path, ids: list[list[int]], expected: Array
) -> None:
    import openvino

    model = openvino.Core().compile_model(folder / GRAPH_FILE, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    padded = np.ones((len(ids), SHAPE.positions), np.int64)
    mask = np.zeros_like(padded)
    for row, sequence in enumerate(ids):
        padded[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    assert mask.min() == 0
    assert np.abs(model([padded, mask])[0] - expected).max() < 1e-5


def test_the_tokenizer_begins_and_ends_each_text_and_cuts_words_into_pieces(ids: list[list[int]]) -> None:
    names = [piece for piece, _ in PIECES]
    assert [names[id_] for id_ in ids[1]] == ["<s>", *"▁query:▁why", "</s>"]
    assert {(sequence[0], sequence[-1]) for sequence in ids} == {(0, 2)}


def test_nothing_of_the_conversion_is_left_behind(folder: Path) -> None:
    assert not (folder / TORCH_FOLDER / "plain").exists()
    assert sorted(path.name for path in folder.glob("encoder.*")) == ["encoder.bin", "encoder.xml"]
