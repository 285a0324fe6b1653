"""The `llama.cpp` generator: a GGUF model on the processor, in this process, through xllamacpp."""

import atexit
import os
import secrets
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Generator as Pieces
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from assistant.errors import GeneratorError
from assistant.writing.drafts import NO_PASSAGE
from assistant.writing.generator import LLAMA_CPP, MOST_TOKENS, MOST_WAITING, Request
from assistant.writing.prompt import write_messages
from index import weights

_CONTEXT_TOKENS = 4096
_MOST_SECONDS = 60.0
"""For writing one answer, without the wait for its turn: four times what an answer should take."""
# A step of this many prompt tokens cannot be interrupted, so it bounds how long a stop takes; larger steps
# read the prompt no faster.
_PROMPT_STEP = 128
_PROMPT_CACHE_MIB = 256
"""For some twenty prompts, so that the instructions of every language that is asked in are read once."""
_NICENESS = 5
"""Enough for a search to come first; a machine that is busy with other work still lets the model write."""

# A sentence holds letters of the Latin script, figures and punctuation, but no brackets and no markup. A stop
# inside it stands before a letter or figure of the same word, before a small letter ("bijv. de") or behind a
# figure ("18. November"). It may end at once: where "4." or "1." was not allowed to, the model wrote
# "4.000.000.000" up to the last token. It begins with a capital letter and has two words: a small model likes
# to give a bare figure or name, of which nobody can check what it is the answer to.
_GRAMMAR = r"""
root ::= sentence (" " sentence){0,2}
sentence ::= first letter* " " letter rest* [.!?]? " [" number "]"
first ::= [A-Z\u00c0-\u024f¿¡"„“«]
rest ::= letter | " " | [.!?] inside | ". " small | [0-9] ". " [A-Z]
letter ::= [a-zA-Z0-9\u00c0-\u024f,;:'"’‘‚“”„«»‹›()&%‰€$£§°+=/@\u00a0\u202f\u2010-\u2015\u2026-]
inside ::= [a-zA-Z0-9\u00c0-\u024f,;:'"’”“»)-]
small ::= [a-z0-9\u00df-\u00ff]
number ::= NUMBERS
"""

_Piece = str | GeneratorError | None


class LlamaCpp:
    """Writes with one local model. Several threads may use it; they get their turns in their order."""

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
        self._changed = threading.Condition()
        self._waiting: deque[_Generation] = deque()
        self._writing: _Generation | None = None
        self._worker: threading.Thread | None = None
        self._closed = False
        _live.add(self)

    def load(self) -> None:
        """Load the model now. Every thread waits meanwhile: the runtime holds the interpreter's lock.

        Raises `GeneratorError` where the file is no model.
        """
        for _ in self._take_turn(_Generation(None)):
            pass

    def write(self, request: Request) -> Pieces[str]:
        """Pieces of the answer. Closing the generator stops the model within about two seconds.

        After a minute of writing the answer ends with what is there. Raises `GeneratorError` where nothing is
        there by then, where the model fails, and where too many are waiting.
        """
        yield from self._take_turn(_Generation(_chat_request(request)))

    def close(self) -> None:
        """Stop every generation, wait for its end, and free the model. What is asked later ends at once."""
        with self._changed:
            self._closed = True
            if self._writing:
                self._writing.stopped.set()
            self._changed.notify()
            worker = self._worker
        if worker:
            worker.join()

    def _take_turn(self, generation: "_Generation") -> Pieces[str]:
        with self._changed:
            if self._closed:
                return
            if len(self._waiting) >= MOST_WAITING:
                raise GeneratorError(
                    "Too many questions are waiting for the language model: ask again in a minute."
                )
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="llama.cpp", daemon=True)
                self._worker.start()
            self._waiting.append(generation)
            self._changed.notify()
        try:
            while (piece := generation.pieces.get()) is not None:
                if isinstance(piece, GeneratorError):
                    raise piece
                yield piece
        finally:
            generation.stopped.set()
            with self._changed:
                if generation in self._waiting:
                    self._waiting.remove(generation)

    def _work(self) -> None:
        """Serve the queue, in one thread: the runtime calls back in the thread that calls it.

        The runtime's own threads inherit the low priority of the one that loads the model.
        """
        _give_way()
        server: Any = None
        while generation := self._next_generation():
            try:
                server = server or _load_model(self._model)
                generation.write(server)
            except GeneratorError as error:
                generation.pieces.put(error)
            except (RuntimeError, ValueError, OSError) as error:
                generation.pieces.put(GeneratorError(f"The language model failed: {error}"))
            finally:
                generation.pieces.put(None)

    def _next_generation(self) -> "_Generation | None":
        """The one that has waited longest, or nothing when the model was closed."""
        with self._changed:
            self._writing = None
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                while self._waiting:
                    self._waiting.popleft().pieces.put(None)
                return None
            self._writing = self._waiting.popleft()
            return self._writing


class _Generation:
    """One answer under way, shared by the thread that writes it and the iterator that reads it.

    Without a request nothing is written: it only has the model loaded.
    """

    def __init__(self, request: dict[str, Any] | None) -> None:
        self.stopped = threading.Event()
        self.pieces: SimpleQueue[_Piece] = SimpleQueue()
        self._request = request
        self._deadline = 0.0
        self._began = False

    def write(self, server: Any) -> None:
        self._deadline = time.monotonic() + _MOST_SECONDS
        if self._request and not self.stopped.is_set():
            server.handle_chat_completions(self._request, self.take)

    def take(self, chunk: dict[str, Any]) -> bool:
        """Called by the runtime with each chunk; true ends the generation. Must not raise."""
        if "error" in chunk:
            reason = chunk["error"].get("message", chunk["error"])
            self.pieces.put(GeneratorError(f"The language model failed: {reason}"))
            return True
        for choice in chunk.get("choices", ()):
            if text := choice.get("delta", {}).get("content"):
                self._began = True
                self.pieces.put(text)
        late = time.monotonic() > self._deadline
        if late and not self._began:
            self.pieces.put(
                GeneratorError(f"The language model wrote nothing within {_MOST_SECONDS:.0f} seconds.")
            )
        return late or self.stopped.is_set()


def _give_way() -> None:
    """Lower the priority of this thread and of those that it starts, so that searches come first."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _packaged_model() -> Path:
    return weights.prepare(weights.LANGUAGE_MODEL, _keep)


def _keep(packed: Path, target: Path) -> None:
    packed.rename(target)


def _chat_request(request: Request) -> dict[str, Any]:
    return {
        "messages": write_messages(request),
        "grammar": write_grammar(len(request.passages)),
        "max_tokens": MOST_TOKENS,
        "temperature": 0.0,
        "seed": 1,
        "stream": True,
        "cache_prompt": True,
        # Chunks come while the prompt is read, too: otherwise nothing could stop that phase.
        "return_progress": True,
    }


def write_grammar(passages: int) -> str:
    """What may be written: one to three sentences, each with the number of a passage, or of none, behind it.

    The answer may end behind every mark, so the model is never made to go on.
    """
    numbers = " | ".join(f'"{number}"' for number in (NO_PASSAGE, *range(1, passages + 1)))
    return _GRAMMAR.replace("NUMBERS", numbers)


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
