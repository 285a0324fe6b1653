"""Turns the packed encoder into a sentence-transformers folder and an OpenVINO graph.

Runs once per machine, and only then imports torch.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.e5file import PackedModel, Shape, read_packed_model
from index.tokenizer import build_tokenizer, write_pieces

TORCH_FOLDER = "sentence-transformers"
GRAPH_FILE = "encoder.xml"
TOKENIZER_FILE = "tokenizer.json"
PIECES_FILE = "pieces.sqlite"


def convert_packed_encoder(packed: Path, folder: Path) -> None:
    """Make `folder`: the sentence-transformers model, the OpenVINO graph and the tokenizer."""
    folder.mkdir()
    model = read_packed_model(packed)
    tokenizer = build_tokenizer(model.pieces)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    write_pieces(model.pieces, folder / PIECES_FILE)
    with _quiet():
        bert = build_bert(model)
        _write_sentence_transformer(bert, tokenizer, model, folder / TORCH_FOLDER)
        _write_graph(bert, folder / GRAPH_FILE)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bars and the tracer's remarks, which tell the user nothing."""
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def build_bert(model: PackedModel) -> Any:
    """A `transformers.BertModel` without pooler, in float32 and evaluation mode."""
    import torch
    from transformers import BertConfig, BertModel

    shape = model.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        # The file holds 1e-12 as float32; the decimal is what the published configuration says.
        layer_norm_eps=float(f"{shape.epsilon:.1e}"),
        pad_token_id=model.pieces.pad,
    )
    bert = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(array) for name, array in _bert_state(shape, model.tensors).items()}
    bert.load_state_dict(state, strict=True)
    bert.train(False)
    return bert


def _bert_state(shape: Shape, tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The same weights under BertModel's names and in its shapes."""
    wide, narrow = shape.feed_forward, shape.hidden
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(shape.vocabulary, narrow),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(shape.positions, narrow),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(shape.types, narrow),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    matrices = {
        "q": ("attention.self.query", (narrow, narrow)),
        "k": ("attention.self.key", (narrow, narrow)),
        "v": ("attention.self.value", (narrow, narrow)),
        "ao": ("attention.output.dense", (narrow, narrow)),
        "fi": ("intermediate.dense", (wide, narrow)),
        "fo": ("output.dense", (narrow, wide)),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(shape.layers):
        there, here = f"encoder.layer.{layer}", f"l{layer}"
        for short, (name, size) in matrices.items():
            state[f"{there}.{name}.weight"] = tensors[f"{here}.{short}.w"].reshape(size)
            state[f"{there}.{name}.bias"] = tensors[f"{here}.{short}.b"]
        for short, name in norms.items():
            state[f"{there}.{name}.weight"] = tensors[f"{here}.{short}.w"]
            state[f"{there}.{name}.bias"] = tensors[f"{here}.{short}.b"]
    return state


def _write_sentence_transformer(bert: Any, tokenizer: Any, model: PackedModel, folder: Path) -> None:
    """An ordinary folder that `SentenceTransformer(folder)` loads: mean pooling, unit length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    plain = folder / "plain"
    bert.save_pretrained(plain)
    fast: Any = PreTrainedTokenizerFast
    fast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=model.shape.positions,
        padding_side="right",
    ).save_pretrained(plain)
    transformer = Transformer(
        str(plain), max_seq_length=model.shape.positions, model_kwargs={"add_pooling_layer": False}
    )
    pooling = Pooling(model.shape.hidden, pooling_mode="mean")
    sentence = SentenceTransformer(
        modules=[transformer, pooling, Normalize()],
        device="cpu",
        prompts={"query": "query: ", "document": "passage: "},
    )
    sentence.save(str(folder))
    for file in sorted(plain.iterdir()):
        file.unlink()
    plain.rmdir()


def _write_graph(bert: Any, path: Path) -> None:
    """Convert to OpenVINO with pooling and normalisation inside: ids and mask in, unit vectors out."""
    import openvino
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(mean, dim=1)

    ids = torch.ones((2, 8), dtype=torch.int64)
    with torch.no_grad():
        graph = openvino.convert_model(
            Pooled(), example_input={"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        )
    openvino.save_model(graph, path, compress_to_fp16=False)
