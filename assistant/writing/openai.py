"""The `openai` generator: any server that speaks OpenAI's chat completions, such as Ollama, vLLM, the server
of llama.cpp, or a provider."""

import json
import os
import time
from collections.abc import Generator as Pieces
from contextlib import closing
from typing import Any

import httpx2

from assistant.errors import GeneratorError
from assistant.writing.generator import MOST_TOKENS, OPENAI, Request
from assistant.writing.prompt import write_messages
from index.errors import FastTrackError

_ADDRESS = "FASTTRACK_OPENAI_BASE_URL"
_MODEL = "FASTTRACK_OPENAI_MODEL"
_KEY = "FASTTRACK_OPENAI_KEY"

_CONNECT_SECONDS = 5.0
_SILENT_SECONDS = 60.0
"""How long a server may say nothing. One that reads its model from the disk first takes this long."""
_MOST_SECONDS = 120.0
"""For a whole answer; what has come by then stands."""
_PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try."""
_LONGEST_PAUSE = 10.0
"""A server that asks for more patience than this is told to be busy at once."""
_LONGEST_REASON = 200
"""Characters of a server's own words that are passed on."""


class _MayPass(GeneratorError):
    """A failure after which another try may do better; `pause` in seconds where the server named one."""

    def __init__(self, error: GeneratorError, pause: float = 0.0) -> None:
        super().__init__(str(error))
        self.pause = pause


class OpenAI:
    """Writes with a model behind an address. Several threads may use it; the server queues what it must.

    The question and the passages are sent there. What the server says of itself never holds the key.
    """

    name = OPENAI

    def __init__(self) -> None:
        """Take address, model and key from the environment; a server of one's own mostly needs no key.

        The names are this product's: where documents go is not to be decided by a variable that was set
        for another program. Raises `FastTrackError` where one is missing or cannot be right.
        """
        self._address = _read_address()
        self._model = _read(_MODEL, "the name of the model that the server is to use")
        self._key = os.environ.get(_KEY, "").strip()
        if not (self._key.isascii() and self._key.isprintable()):
            raise FastTrackError(f"{_KEY} holds characters that no key has: set it anew.")
        self._client = httpx2.Client(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx2.Timeout(_SILENT_SECONDS, connect=_CONNECT_SECONDS),
            # A kept connection that the server has closed meanwhile would cost one of the tries.
            limits=httpx2.Limits(max_keepalive_connections=0),
            # Documents go to the address that was named, and to no other.
            follow_redirects=False,
        )

    @property
    def _place(self) -> str:
        """The server, as it may be shown: without what else an address can hold."""
        return f"{self._address.scheme}://{self._address.netloc.decode()}"

    def load(self) -> None:
        """Nothing: the server has its model."""

    def write(self, request: Request) -> Pieces[str]:
        """Pieces of the answer. Closing the generator closes the connection, which ends the server's work."""
        until = time.monotonic() + _MOST_SECONDS
        with closing(self._connect(request)) as response:
            try:
                yield from self._read_pieces(response, until)
            except httpx2.SSEError as error:
                raise self._fail_strange() from error
            except httpx2.TimeoutException as error:
                raise self._fail_silent() from error
            except httpx2.RequestError as error:
                raise self._fail("broke off its answer", "ask again") from error

    def _read_pieces(self, response: httpx2.Response, until: float) -> Pieces[str]:
        finished = wrote = False
        for event in httpx2.EventSource(response):
            if event.data == "[DONE]":
                finished = True
                break
            piece, ends = self._read_event(event.data)
            finished |= ends
            if piece:
                wrote = True
                yield piece
            if time.monotonic() > until:
                return
        if not finished:
            raise self._fail("broke off its answer", "ask again")
        if not wrote:
            raise self._fail(
                "wrote nothing",
                f"choose a model that does not think for {MOST_TOKENS} tokens first, as {self._model} may do",
            )

    def _read_event(self, data: str) -> tuple[str, bool]:
        """The text in one event, and whether the answer ends with it."""
        try:
            chunk = json.loads(data)
            if chunk.get("error"):
                raise self._fail(f"failed{self._quote(chunk)}", "ask again")
            choices = chunk["choices"]
            text = "".join((choice.get("delta") or {}).get("content") or "" for choice in choices)
            return text, any(choice.get("finish_reason") for choice in choices)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._fail_strange() from error

    def _connect(self, request: Request) -> httpx2.Response:
        """The response as it begins, after as many tries as it may take."""
        for pause in _PAUSES:
            try:
                return self._try(request)
            except _MayPass as error:
                if error.pause > _LONGEST_PAUSE:
                    raise
                time.sleep(error.pause or pause)
        return self._try(request)

    def _try(self, request: Request) -> httpx2.Response:
        asked = self._client.build_request("POST", self._address, json=_write_body(self._model, request))
        try:
            response = self._client.send(asked, stream=True)
            if response.is_success:
                return response
            with closing(response):
                response.read()
        except httpx2.ConnectTimeout as error:
            what = f"cannot be reached within {_CONNECT_SECONDS:.0f} s"
            raise _MayPass(self._fail(what, _mend_address())) from error
        except httpx2.TimeoutException as error:
            # Not tried again: the server may be at work on it, and would have the work twice.
            raise self._fail_silent() from error
        except httpx2.ConnectError as error:
            raise _MayPass(self._fail("cannot be reached", f"start it, or {_mend_address()}")) from error
        except httpx2.RequestError as error:
            step = f"ask again, or {_mend_address()}"
            raise _MayPass(self._fail("closed the connection", step)) from error
        raise self._explain(response)

    def _explain(self, response: httpx2.Response) -> GeneratorError:
        """What a status other than success means, and what to do."""
        status = response.status_code
        # Servers quote the key that they refuse, so nothing of such a reply is passed on.
        if status in (401, 403):
            step = f"set {_KEY} to a key that it accepts for the model {self._model}"
            return self._fail(f"refused the key (status {status})", step)
        said = f"answered with status {status}{self._quote(_parse(response.text))}"
        if response.is_redirect:
            return self._fail(said, f"set {_ADDRESS} to the address that it moved to")
        if status == 404:
            step = f"{_mend_address()}, and {_MODEL} ({self._model}), which it must know"
            return self._fail(said, step)
        if status == 429 or status >= 500:
            step = "ask again later" if status == 429 else "ask again later, or look into its log"
            return _MayPass(self._fail(said, step), _read_pause(response))
        return self._fail(said, f"check {_MODEL} ({self._model})")

    def _fail(self, what: str, step: str) -> GeneratorError:
        return GeneratorError(f"The language model's server at {self._place} {what}: {step}.")

    def _fail_strange(self) -> GeneratorError:
        return self._fail("does not answer as an OpenAI-compatible server does", _mend_address())

    def _fail_silent(self) -> GeneratorError:
        step = "ask again, or choose a smaller model"
        return self._fail(f"has said nothing for {_SILENT_SECONDS:.0f} s", step)

    def _quote(self, reply: Any) -> str:
        """The reason in a server's reply, in brackets, short, without the key; empty if there is none."""
        error = reply.get("error") if isinstance(reply, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        if not isinstance(message, str) or not message.strip():
            return ""
        reason = " ".join(message.split())
        if self._key:
            reason = reason.replace(self._key, "…")
        return f" ({reason[:_LONGEST_REASON].rstrip(' .')})"


def _read(name: str, meaning: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise FastTrackError(f"The generator {OPENAI} needs {name}: set it to {meaning}.")
    return value


def _read_address() -> httpx2.URL:
    """Where chats are completed, from the base address, which users write with or without a slash behind."""
    example = "the server's address, such as http://127.0.0.1:11434/v1"
    named = _read(_ADDRESS, example)
    try:
        base = httpx2.URL(named)
    except httpx2.InvalidURL as error:
        raise FastTrackError(f"{_ADDRESS} is no address: set it to {example}.") from error
    if base.scheme not in ("http", "https") or not base.host:
        raise FastTrackError(f"{_ADDRESS} is no address: set it to {example}.")
    return base.copy_with(path=f"{base.path.rstrip('/')}/chat/completions")


def _write_body(model: str, request: Request) -> dict[str, Any]:
    return {
        "model": model,
        "messages": write_messages(request),
        "max_tokens": MOST_TOKENS,
        "temperature": 0,
        "stream": True,
    }


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _read_pause(response: httpx2.Response) -> float:
    """The seconds that a server asks to wait; 0 where it names none, or a date."""
    named = response.headers.get("retry-after", "")
    return float(named) if named.isdecimal() else 0.0


def _mend_address() -> str:
    return f"check {_ADDRESS}, which mostly ends in /v1"
