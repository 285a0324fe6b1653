"""The `llama.cpp` generator: a GGUF model on the processor, in this process, through xllamacpp."""

import atexit
import os
import secrets
import tempfile
import threading
import weakref
from collections.abc import Generator as Pieces
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from assistant.errors import GeneratorError
from assistant.generator import LLAMA_CPP, Request
from assistant.prompt import write_messages
from index import weights

_CONTEXT_TOKENS = 4096
_MOST_TOKENS = 200
# A step of this many prompt tokens cannot be interrupted, so it bounds how long a stop takes; larger steps
# read the prompt no faster.
_PROMPT_STEP = 128
_PROMPT_CACHE_MIB = 256
_TURN_SECONDS = 0.1

_Piece = str | GeneratorError | None


class LlamaCpp:
    """Writes with one local model. Several threads may use it; one generation runs at a time."""

    name = LLAMA_CPP

    def __init__(self, model: Path | None = None) -> None:
        """Use the GGUF file `model`, or else the one in `FASTTRACK_LLM`, or else the packaged one.

        Raises `WeightsError` or `GeneratorError` where the model or the runtime is not installed. The
        model is loaded when the first answer is written.
        """
        if find_spec("xllamacpp") is None:
            raise GeneratorError(
                "The language model's runtime xllamacpp is not installed: "
                f"run `{weights.LANGUAGE_MODEL.install}`."
            )
        named = os.environ.get("FASTTRACK_LLM")
        self._model = model or (Path(named).expanduser() if named else _packaged_model())
        if not self._model.is_file():
            raise GeneratorError(f"There is no model file at {self._model}.")
        self._turn = threading.Lock()
        self._server: Any = None
        self._under_way: set[_Generation] = set()
        self._closed = False
        _live.add(self)

    def load(self) -> None:
        """Load the model now. Every thread waits meanwhile: the runtime holds the interpreter's lock."""
        with self._turn:
            self._start_server()

    def write(self, request: Request) -> Pieces[str]:
        """Pieces of the answer. Closing the generator stops the model within about two seconds."""
        generation = _Generation(_chat_request(request))
        thread = threading.Thread(target=self._run, args=(generation,), name="llama.cpp", daemon=True)
        self._under_way.add(generation)
        generation.thread = thread
        thread.start()
        try:
            while (piece := generation.pieces.get()) is not None:
                if isinstance(piece, GeneratorError):
                    raise piece
                yield piece
        finally:
            generation.stopped.set()

    def close(self) -> None:
        """Stop every generation, wait for its end, and free the model."""
        self._closed = True
        for generation in list(self._under_way):
            generation.stopped.set()
            if generation.thread:
                generation.thread.join()
        with self._turn:
            self._server = None

    def _run(self, generation: "_Generation") -> None:
        """Work on one generation in a thread of its own: the runtime calls back in the calling thread."""
        try:
            while not self._turn.acquire(timeout=_TURN_SECONDS):
                if generation.stopped.is_set():
                    return
            try:
                if not (generation.stopped.is_set() or self._closed):
                    self._start_server()
                    self._server.handle_chat_completions(generation.request, generation.take)
            finally:
                self._turn.release()
        except GeneratorError as error:
            generation.pieces.put(error)
        except (RuntimeError, ValueError, OSError) as error:
            generation.pieces.put(GeneratorError(f"The language model failed: {error}"))
        finally:
            generation.pieces.put(None)
            self._under_way.discard(generation)

    def _start_server(self) -> None:
        if self._server is None:
            self._server = _load_model(self._model)


class _Generation:
    """One answer under way, shared by the thread that writes it and the iterator that reads it."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.stopped = threading.Event()
        self.pieces: SimpleQueue[_Piece] = SimpleQueue()
        self.thread: threading.Thread | None = None

    def take(self, chunk: dict[str, Any]) -> bool:
        """Called by the runtime with each chunk; true ends the generation. Must not raise."""
        if "error" in chunk:
            reason = chunk["error"].get("message", chunk["error"])
            self.pieces.put(GeneratorError(f"The language model failed: {reason}"))
            return True
        for choice in chunk.get("choices", ()):
            if text := choice.get("delta", {}).get("content"):
                self.pieces.put(text)
        return self.stopped.is_set()


def _packaged_model() -> Path:
    return weights.prepare(weights.LANGUAGE_MODEL, _keep)


def _keep(packed: Path, target: Path) -> None:
    packed.rename(target)


def _chat_request(request: Request) -> dict[str, Any]:
    return {
        "messages": write_messages(request),
        "max_tokens": _MOST_TOKENS,
        "temperature": 0.0,
        "seed": 1,
        "stream": True,
        "cache_prompt": True,
        # Chunks come while the prompt is read, too: otherwise nothing could stop that phase.
        "return_progress": True,
    }


def _load_model(path: Path) -> Any:
    """Load the model, quietly, and without a port that others could reach.

    The runtime always opens an HTTP server. Here it listens on a socket in a private folder that is gone
    as soon as it is bound; where there are no such sockets, on loopback behind a random key.
    """
    # Threads that wait in a loop for each other stand still for minutes on a machine that is busy otherwise.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    params = xllamacpp.CommonParams()
    params.verbosity = -1
    params.model.path = str(path)
    params.n_ctx = _CONTEXT_TOKENS
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = _PROMPT_STEP
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.fit_params = False
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.ui = False
    params.endpoint_slots = False
    params.n_threads_http = 1
    params.api_keys = [secrets.token_urlsafe(32)]
    with tempfile.TemporaryDirectory(prefix="fasttrack-", ignore_cleanup_errors=True) as folder:
        if os.name == "posix":
            params.hostnames = [os.path.join(folder, "llama.sock")]
        else:
            params.hostnames, params.port = ["127.0.0.1"], 0
        try:
            return xllamacpp.Server(params)
        except RuntimeError as error:
            raise GeneratorError(f"The language model {path} could not be loaded.") from error


_live: weakref.WeakSet[LlamaCpp] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """End the runtime's threads while the interpreter can still serve their callbacks."""
    for model in list(_live):
        model.close()
