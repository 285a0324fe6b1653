"""Small servers for the `openai` generator that reply as servers do, and what of its failures is told."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.errors import GeneratorError
from assistant.writing.generator import Request
from assistant.writing.openai import OpenAI

KEY = "sk-test-0123456789"
REQUEST = Request(
    "What was the total budget of the project?",
    "en",
    (
        "The total budget was about 250,000 euros. Of this, 150,000 euros was a subsidy from ESF Flanders.",
        "The partners learn from one another. Four roundtables are planned, each on a topic of its own.",
    ),
)
WAIT_SECONDS = 20.0

Handler = BaseHTTPRequestHandler
Reply = Callable[[Handler], None]


@dataclass
class Asked:
    """A request that a server got."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Server:
    """Gives these replies in turn, the last one for ever, and keeps what it was asked."""

    replies: list[Reply]
    requests: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reply(self, handler: Handler) -> None:
        size = int(handler.headers["Content-Length"])
        body = json.loads(handler.rfile.read(size))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append(Asked(handler.path, headers, body))
        self.replies[min(len(self.requests), len(self.replies)) - 1](handler)


Serve = Callable[..., Server]


@contextmanager
def served(*replies: Reply) -> Iterator[Server]:
    server = Server(list(replies))

    class Answering(Handler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.close_connection = True
            server.reply(self)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    http.daemon_threads = True
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.socket.close()


def connect(server: Server, key: str = KEY, path: str = "/v1", model: str = "small-model") -> OpenAI:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FASTTRACK_OPENAI_BASE_URL", server.address + path)
        environment.setenv("FASTTRACK_OPENAI_MODEL", model)
        environment.setenv("FASTTRACK_OPENAI_KEY", key)
        return OpenAI()


def fail(generator: OpenAI) -> str:
    """The message of the failure, which is one line, a sentence, and never shows the key."""
    with pytest.raises(GeneratorError) as raised:
        list(generator.write(REQUEST))
    message = str(raised.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert KEY not in message
    return message


def send(handler: Handler, status: int, body: str, kind: str = "application/json", **headers: str) -> None:
    content = body.encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


def answer_status(status: int, message: str = "", **headers: str) -> Reply:
    body = json.dumps({"error": {"message": message, "type": "some_error"}})
    return lambda handler: send(handler, status, body, **headers)


def answer_text(body: str, kind: str) -> Reply:
    return lambda handler: send(handler, 200, body, kind)


def write_event(value: Any) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def write_piece(text: str | None, finish: str | None = None) -> str:
    return write_event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]})


def answer_events(*events: str, done: bool = True) -> Reply:
    return answer_text("".join(events) + ("data: [DONE]\n\n" if done else ""), "text/event-stream")


def answer_pieces(*pieces: str) -> Reply:
    return answer_events(*map(write_piece, pieces), write_piece(None, "stop"))


def begin_stream(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()


def send_chunk(handler: Handler, text: str) -> None:
    content = text.encode()
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))


def drop(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
