"""The `transformers` generator: any causal language model, from a model hub, a folder, or a GGUF file.

Importing this module imports torch, which takes seconds: only who has chosen this generator does.
"""

import os
import struct
import threading
from collections.abc import Generator as Pieces
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import torch
import transformers
from jinja2 import TemplateError
from safetensors import SafetensorError

from assistant.errors import GeneratorError
from assistant.writing.generator import MOST_TOKENS, MOST_WAITING, TRANSFORMERS, Request
from assistant.writing.prompt import write_messages
from index.errors import FastTrackError

_SETTING = "FASTTRACK_TRANSFORMERS_MODEL"
_GGUF = ".gguf"
_GGUF_PACKAGES = ("gguf", "accelerate")
_INSTALL = "pip install -c constraints.txt -e '.[transformers]'"

# What the libraries raise where there is no model, or one that is damaged, unknown or too large.
_UNREADABLE = (OSError, ValueError, LookupError, RuntimeError, ImportError, SafetensorError, struct.error)

_MOST_SECONDS = 120.0
"""For a whole answer; what has been written by then stands."""
_LOOKED_UP_TOKENS = 8
"""Guessed at once from the prompt, and kept as far as the model agrees: an answer repeats its passages. The
text stays the same but for rounding. An answer of 86 tokens took 16 s instead of 58, one of 25 tokens 12 s
instead of 21 (two shared cores, a model of 1.5 billion parameters as bfloat16)."""


class Transformers:
    """Writes with one model. Several threads may use it; answers are written one by one, in their order."""

    name = TRANSFORMERS

    def __init__(self, model: str | None = None) -> None:
        """Use `model`, or else `FASTTRACK_TRANSFORMERS_MODEL`: a hub's name, a folder, or a GGUF file.

        Raises `FastTrackError` where no model is named, and `GeneratorError` where a GGUF file is missing or
        cannot be read without a further package. The model is loaded when the first answer is written.
        """
        named = model or os.environ.get(_SETTING, "").strip()
        if not named:
            raise FastTrackError(
                f"The generator {TRANSFORMERS} needs {_SETTING}: set it to a language model's name on a hub, "
                "its folder, or its GGUF file."
            )
        self._model = named
        if Path(named).suffix == _GGUF:
            _check_gguf(Path(named).expanduser())
        self._loaded: _Model | None = None
        self._loading = threading.Lock()
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix=TRANSFORMERS)
        self._places = threading.Semaphore(MOST_WAITING + 1)

    def load(self) -> None:
        """Load the model now: some seconds from a folder, about a minute from a GGUF file."""
        self._prepare()

    def write(self, request: Request) -> Pieces[str]:
        """Pieces of the answer. Closing the generator stops the model before its next words.

        The reading of a prompt, once begun, is not interrupted. Raises `GeneratorError` where the model
        cannot be loaded or fails, and where too many are waiting.
        """
        if not self._places.acquire(blocking=False):
            raise GeneratorError(
                "Too many questions are waiting for the language model: ask again in a minute."
            )
        generation = _Generation(request)
        work = self._queue.submit(self._run, generation)
        work.add_done_callback(lambda _: self._places.release())
        try:
            while (piece := generation.pieces.get()) is not None:
                yield piece
            work.result()
        finally:
            generation.stopped.set()

    def _run(self, generation: "_Generation") -> None:
        """Write one answer. What goes wrong is kept by the queue, and raised where the answer is read."""
        try:
            if not generation.stopped.is_set():
                self._prepare().write(generation)
        except (RuntimeError, ValueError, TemplateError) as error:
            raise GeneratorError(
                f"The language model {self._model} failed ({_first_line(error)}): ask again, "
                f"or name another one in {_SETTING}."
            ) from error
        finally:
            generation.pieces.put(None)

    def _prepare(self) -> "_Model":
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._model)
            return self._loaded


class _Generation(transformers.StoppingCriteria):
    """One answer under way, shared by the thread that writes it and the iterator that reads it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.stopped = threading.Event()
        self.pieces: SimpleQueue[str | None] = SimpleQueue()

    def __call__(self, input_ids: torch.Tensor, scores: object, **_: object) -> torch.Tensor:
        """Asked after every step: whether each text of the batch ends here."""
        return torch.full((len(input_ids),), self.stopped.is_set(), device=input_ids.device)


class _Streamer(transformers.TextStreamer):
    """Hands on whole words, without the prompt and without the template's own tokens."""

    def __init__(self, tokenizer: Any, generation: _Generation) -> None:
        super().__init__(tokenizer, skip_prompt=True, skip_special_tokens=True)
        self._pieces = generation.pieces

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
        if text:
            self._pieces.put(text)


class _Model:
    """A loaded model with its tokenizer."""

    def __init__(self, tokenizer: Any, model: Any) -> None:
        self._tokenizer = tokenizer
        self._model = model

    def write(self, generation: _Generation) -> None:
        prompt = self._encode(write_messages(generation.request))
        self._model.generate(
            **prompt,
            streamer=_Streamer(self._tokenizer, generation),
            stopping_criteria=transformers.StoppingCriteriaList([generation]),
            max_new_tokens=MOST_TOKENS,
            max_time=_MOST_SECONDS,
            do_sample=False,
            # Models come with settings for sampling, which is off.
            temperature=None,
            top_p=None,
            top_k=None,
            # A model with a running state cannot take back a guess.
            prompt_lookup_num_tokens=None if self._model._is_stateful else _LOOKED_UP_TOKENS,
        )

    def _encode(self, messages: list[dict[str, str]]) -> dict[str, torch.Tensor]:
        """The prompt's tokens, of shape (1, length), and which of them count: all."""
        tokens = self._tokenize(messages)
        # Tokenizers return more than some models take.
        return {name: tokens[name].to(self._model.device) for name in ("input_ids", "attention_mask")}

    def _tokenize(self, messages: list[dict[str, str]]) -> Any:
        """By the model's chat template, or as plain text for a model without one."""
        if not self._tokenizer.chat_template:
            text = "\n\n".join(message["content"] for message in messages) + "\n\n"
            return self._tokenizer(text, return_tensors="pt")
        try:
            return self._apply_template(messages)
        except TemplateError:
            # Some templates refuse a system message.
            content = "\n\n".join(message["content"] for message in messages)
            return self._apply_template([{"role": "user", "content": content}])

    def _apply_template(self, messages: list[dict[str, str]]) -> Any:
        return self._tokenizer.apply_chat_template(
            messages,
            add_generation_prompt=True,
            # Templates of models that can think aloud before they answer know this name; others pass it over.
            enable_thinking=False,
            return_dict=True,
            return_tensors="pt",
        )


def _check_gguf(file: Path) -> None:
    if not file.is_file():
        raise GeneratorError(f"There is no model file at {file}: name another one in {_SETTING}.")
    missing = [package for package in _GGUF_PACKAGES if find_spec(package) is None]
    if missing:
        raise GeneratorError(
            f"To read {file}, transformers needs {' and '.join(missing)}, not installed: run `{_INSTALL}`."
        )


def _load(named: str) -> _Model:
    """Load a model without running code that comes with it. Raises `GeneratorError`."""
    path = Path(named).expanduser()
    options: dict[str, Any] = {"trust_remote_code": False}
    weights: dict[str, Any] = {"dtype": _choose_precision()}
    place = str(path) if path.exists() else named
    if path.suffix == _GGUF:
        place, options["gguf_file"] = str(path.parent), path.name
        # Otherwise the library may fetch compiled code from a hub, to work on the packed weights.
        weights["quantization_config"] = transformers.GgufConfig(dequantize=True)
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(place, **options)
        model: Any = transformers.AutoModelForCausalLM.from_pretrained(place, **options, **weights)
        model.to(_choose_device())
    except _UNREADABLE as error:
        raise GeneratorError(
            f"The language model {named} could not be loaded ({_first_line(error)}): "
            f"name a folder, a GGUF file or a hub's model in {_SETTING}."
        ) from error
    return _Model(tokenizer, model)


def _choose_device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _choose_precision() -> torch.dtype:
    """Half the memory where the processor computes with it; full precision where it would emulate it."""
    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    can = torch.cpu.get_capabilities()
    return torch.bfloat16 if can.get("avx512_bf16") or can.get("amx_bf16") else torch.float32


def _first_line(error: Exception) -> str:
    """Some messages have many lines, of which the first says what is wrong."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(" .:")
