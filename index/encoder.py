"""Turns texts into unit vectors: the packaged encoder through OpenVINO, any other through
sentence-transformers.

Both prepend the encoder's own prefixes for questions and passages. The packaged encoder imports no
torch once it is converted, so that a question from the command line is answered within a second.
"""

import hashlib
import os
import platform
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index import weights
from index.convert import GRAPH_FILE, PIECES_FILE, TOKENIZER_FILE, convert_packed_encoder
from index.errors import WeightsError
from index.tokenizer import tokenize_few

Vectors = NDArray[np.float32]

PACKAGED = "packaged"
"""The setting that names the packaged encoder."""

_SAME_FROM_HUB = "intfloat/multilingual-e5-small"
_QUESTION_PREFIX = "query: "
_PASSAGE_PREFIX = "passage: "
_PAD_ID = 1
_MOST_TOKENS = 512
_BATCH = 8
# Sequences are padded to a multiple of this many tokens. With matrix tiles of 16 rows filled evenly, a
# text's vector does not depend on its neighbours in the batch, so an interrupted ingest that goes on
# later ends with exactly the vectors of an undisturbed one.
_PAD_MULTIPLE = 16
_STATES = "/aten::layer_norm/Add"
"""How the graph's nodes that normalise states end: one behind the embeddings, then two in each layer."""

TOKEN_LAYER = 8
"""Of the 12 layers, the one whose states tell most about a token in its place: the last ones prepare the
pooling. See eval/DECISIONS.md."""

Use = Literal["questions", "passages"]


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A text's tokens as the encoder reads them in their places.

    `ids` of shape (n,); `spans` of shape (n, 2), half-open character offsets into the text; `states`, float32
    of shape (n, dimension), which come out of the layer `TOKEN_LAYER`.
    """

    ids: NDArray[np.int64]
    spans: NDArray[np.int64]
    states: NDArray[np.float32]


class Encoder(Protocol):
    """Texts to float32 unit vectors of shape (texts, dimension)."""

    @property
    def name(self) -> str:
        """The name that people choose it by."""

    @property
    def digest(self) -> str:
        """SHA-256 of the weights: two encoders with one digest give the same vectors."""

    @property
    def dimension(self) -> int: ...

    @property
    def token_limit(self) -> int:
        """Most tokens of a passage, its prefix and special tokens taken off."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text without prefix or special tokens."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors: ...


class TokenEncoder(Protocol):
    """Reads a text token by token."""

    def encode_tokens(self, texts: Sequence[str], use: Use) -> list[Tokens]:
        """The tokens of each text, read as questions or as passages, prefix and special tokens left out."""


def load_encoder(name: str | None = None) -> Encoder:
    """The encoder called `name`, or the one in `FASTTRACK_ENCODER`, or the packaged one.

    A name other than `packaged` is a folder or a hub name that sentence-transformers loads. Where the
    package has no wheel for the platform, the same model from the hub is the default.
    """
    chosen = name or os.environ.get("FASTTRACK_ENCODER") or PACKAGED
    return _load_default() if chosen == PACKAGED else TorchEncoder(chosen)


def load_token_encoder() -> TokenEncoder:
    """multilingual-e5-small, whatever else is chosen: what is trained on its tokens needs it."""
    return _load_default()


@cache
def _load_default() -> "PackagedEncoder | TorchEncoder":
    """One for all that need it in a process: its graph takes half a second to load, and half a gigabyte."""
    return PackagedEncoder() if _has_package() else TorchEncoder(_SAME_FROM_HUB)


def _has_package() -> bool:
    return sys.platform == "linux" and platform.machine() == "x86_64"


class PackagedEncoder:
    """multilingual-e5-small from its package, run by OpenVINO in bfloat16 where the processor has it."""

    name = weights.ENCODER.name
    digest = weights.ENCODER.sha256
    dimension = 384

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._compiled: dict[Use, Any] = {}
        self._idle: dict[Use, list[Any]] = {"questions": [], "passages": []}
        self._compiled_states: Any = None

    @cached_property
    def _folder(self) -> Path:
        return weights.prepare(weights.ENCODER, convert_packed_encoder)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / TOKENIZER_FILE))

    @cached_property
    def token_limit(self) -> int:
        return _MOST_TOKENS - 2 - self.count_tokens(_PASSAGE_PREFIX)

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode("passages", [_PASSAGE_PREFIX + text for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode("questions", [_QUESTION_PREFIX + text for text in texts])

    def encode_tokens(self, texts: Sequence[str], use: Use) -> list[Tokens]:
        prefix = _QUESTION_PREFIX if use == "questions" else _PASSAGE_PREFIX
        encodings = self._tokenizer.encode_batch([prefix + text for text in texts])
        request = self._states_model().create_infer_request()
        tokens: list[Tokens | None] = [None] * len(texts)
        longest_first = sorted(range(len(texts)), key=lambda row: -len(encodings[row].ids))
        for first in range(0, len(texts), _BATCH):
            rows = longest_first[first : first + _BATCH]
            states = request.infer(_pad([_cut(encodings[row].ids) for row in rows]))[0]
            for place, row in enumerate(rows):
                tokens[row] = _pick_tokens(encodings[row], states[place], len(prefix))
        return [one for one in tokens if one is not None]

    def _encode(self, use: Use, texts: list[str]) -> Vectors:
        model = self._model_for(use)
        sequences = [_cut(ids) for ids in self._tokenize(use, texts)]
        longest_first = sorted(range(len(sequences)), key=lambda row: -len(sequences[row]))
        batches = [longest_first[first : first + _BATCH] for first in range(0, len(sequences), _BATCH)]
        vectors = np.empty((len(sequences), self.dimension), np.float32)
        # Requests that are waited for in turn, and no callbacks: a callback's release needs the interpreter's
        # lock in OpenVINO's thread, and a model that is freed meanwhile would wait for that thread for ever.
        requests = self._take_requests(model, use, min(_usable_cores(), len(batches)))
        for place, rows in enumerate(batches):
            request = requests[place % len(requests)]
            if place >= len(requests):
                _collect(request, batches[place - len(requests)], vectors)
            request.start_async(_pad([sequences[row] for row in rows]))
        for place in range(max(0, len(batches) - len(requests)), len(batches)):
            _collect(requests[place % len(requests)], batches[place], vectors)
        with self._lock:
            self._idle[use] += requests
        return vectors

    def _take_requests(self, model: Any, use: Use, count: int) -> list[Any]:
        """So many requests that nobody else uses: one that has served knows its memory already, which saves a
        question a millisecond. Those of a call that fails are not used again, since they may be at work."""
        with self._lock:
            idle = self._idle[use]
            return [idle.pop() if idle else model.create_infer_request() for _ in range(count)]

    def _tokenize(self, use: Use, texts: list[str]) -> list[list[int]]:
        if use == "questions" and "_tokenizer" not in self.__dict__:
            return tokenize_few(texts, self._folder / PIECES_FILE)
        return [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]

    def _model_for(self, use: Use) -> Any:
        """The graph compiled for this use, and for passages the vocabulary read meanwhile.

        Each takes half a second. Compiling needs no interpreter lock and reading the vocabulary holds
        it, so the compilation starts first, in a thread.
        """
        with self._lock:
            if use not in self._compiled:
                import openvino

                core = openvino.Core()
                with ThreadPoolExecutor(max_workers=1) as pool:
                    compiling = pool.submit(
                        core.compile_model, self._folder / GRAPH_FILE, "CPU", _hints(core, use)
                    )
                    if use == "passages":
                        _ = self._tokenizer
                    self._compiled[use] = compiling.result()
            return self._compiled[use]

    def _states_model(self) -> Any:
        """The same graph, cut behind the layer that tokens are read from."""
        with self._lock:
            if self._compiled_states is None:
                import openvino

                core = openvino.Core()
                graph = core.read_model(self._folder / GRAPH_FILE)
                states = [
                    node for node in graph.get_ordered_ops() if node.get_friendly_name().endswith(_STATES)
                ]
                cut = openvino.Model([states[2 * TOKEN_LAYER].output(0)], graph.get_parameters())
                self._compiled_states = core.compile_model(cut, "CPU", _hints(core, "questions"))
            return self._compiled_states


def _collect(request: Any, rows: list[int], vectors: Vectors) -> None:
    """Wait for a batch and put its vectors in their rows."""
    request.wait()
    vectors[rows] = request.get_output_tensor(0).data


def _hints(core: Any, use: Use) -> dict[str, str]:
    """One question is answered by all cores together; passages in bulk get a stream per core."""
    native_bf16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    precision = {"INFERENCE_PRECISION_HINT": "bf16" if native_bf16 else "f32"}
    if use == "questions":
        return precision | {"PERFORMANCE_HINT": "LATENCY"}
    return precision | {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(_usable_cores())}


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0))  # the package has a wheel for Linux only


def _cut(ids: list[int]) -> list[int]:
    """At most the encoder's limit, with the closing token kept."""
    return ids if len(ids) <= _MOST_TOKENS else ids[: _MOST_TOKENS - 1] + ids[-1:]


def _pad(sequences: list[list[int]]) -> list[NDArray[np.int64]]:
    """Ids and attention mask, both of shape (sequences, padded length)."""
    longest = max(len(sequence) for sequence in sequences)
    width = -(-longest // _PAD_MULTIPLE) * _PAD_MULTIPLE
    ids = np.full((len(sequences), width), _PAD_ID, np.int64)
    mask = np.zeros((len(sequences), width), np.int64)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return [ids, mask]


def _pick_tokens(encoding: Any, states: NDArray[np.float32], prefix: int) -> Tokens:
    """Those tokens of a text behind a prefix of so many characters that are its own."""
    # Of a longer text the last place has the closing token, see `_cut`.
    kept = len(encoding.ids) if len(encoding.ids) <= _MOST_TOKENS else _MOST_TOKENS - 1
    spans = np.array(encoding.offsets, np.int64).reshape(-1, 2)[:kept] - prefix
    return _pick_own(np.array(encoding.ids, np.int64)[:kept], spans, states[:kept])


def _pick_own(ids: NDArray[np.int64], spans: NDArray[np.int64], states: NDArray[np.float32]) -> Tokens:
    """Those that stand behind the prefix: the special tokens' spans are empty, or end before it."""
    own = (spans[:, 1] > 0) & (spans[:, 1] > spans[:, 0])
    # A word's token may begin at the space before it.
    return Tokens(ids[own], np.maximum(spans[own], 0), states[own].copy())


class TorchEncoder:
    """Any sentence-transformers model, by folder or hub name, on the device that torch finds."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        try:
            self._model: SentenceTransformer = SentenceTransformer(name)
        except (OSError, ValueError) as error:
            raise WeightsError(f"The encoder {name} could not be loaded: {error}") from error
        if "e5" in name and not any(self._model.prompts.values()):
            # The published e5 models need these prefixes and do not state them.
            self._model.prompts = {"query": _QUESTION_PREFIX, "document": _PASSAGE_PREFIX}

    @cached_property
    def digest(self) -> str:
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            # No vector depends on BERT's own pooler; where a model lacks it, each load fills it at random.
            if ".pooler." not in key:
                digest.update(key.encode())
                digest.update(tensor.float().cpu().numpy().tobytes())
        return digest.hexdigest()

    @property
    def dimension(self) -> int:
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise WeightsError(f"The encoder {self.name} does not tell its dimension.")
        return dimension

    @cached_property
    def token_limit(self) -> int:
        limit = self._model.max_seq_length
        if limit is None:
            raise WeightsError(f"The encoder {self.name} does not tell how many tokens it reads.")
        prefix = self._model.prompts.get("document", "")
        return limit - len(self._model.tokenizer(prefix)["input_ids"])

    def count_tokens(self, text: str) -> int:
        ids = self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)[
            "input_ids"
        ]
        return len(ids)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode_query(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def encode_tokens(self, texts: Sequence[str], use: Use) -> list[Tokens]:
        """As the packaged encoder does, where this is the same model."""
        import torch

        prefix = self._model.prompts.get("query" if use == "questions" else "document") or ""
        transformer: Any = self._model[0]
        tokens = []
        for text in texts:
            encoding = self._model.tokenizer(
                prefix + text,
                truncation=True,
                max_length=self._model.max_seq_length,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            spans = encoding.pop("offset_mapping")[0].numpy() - len(prefix)
            with torch.no_grad():
                read = transformer.auto_model(**encoding.to(self._model.device), output_hidden_states=True)
            states = read.hidden_states[TOKEN_LAYER][0].float().cpu().numpy()
            ids = encoding["input_ids"][0].cpu().numpy()
            tokens.append(_pick_own(ids, spans, states))
        return tokens
