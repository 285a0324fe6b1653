"""The `openai` generator: against llama.cpp's own server with the packaged model, and against small servers
that fail in every way that servers do."""

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import GeneratorError
from assistant.writing import openai
from assistant.writing.drafts import split_drafts
from assistant.writing.generator import MOST_TOKENS, Request
from assistant.writing.openai import OpenAI
from assistant.writing.prompt import write_messages
from index.errors import FastTrackError
from index.library import Library
from tests.assistant.ten_questions import check_ten_answers

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


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda *replies: stack.enter_context(served(*replies))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"FASTTRACK_OPENAI_{name}", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the generator would have waited between its tries."""
    waited: list[float] = []
    monkeypatch.setattr(openai, "time", SimpleNamespace(sleep=waited.append, monotonic=time.monotonic))
    return waited


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


# What servers reply.


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


# What is asked, and what comes of it.


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/some/where"])
def test_the_request_is_the_prompt_for_the_model_that_was_named(serve: Serve, path: str) -> None:
    server = serve(answer_pieces("It was ", "250,000 euros [1]."))
    assert list(connect(server, path=path).write(REQUEST)) == ["It was ", "250,000 euros [1]."]
    [asked] = server.requests
    assert asked.path == f"{path.rstrip('/')}/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body == {
        "model": "small-model",
        "messages": write_messages(REQUEST),
        "max_tokens": MOST_TOKENS,
        "temperature": 0,
        "stream": True,
    }


def test_without_a_key_none_is_sent(serve: Serve) -> None:
    server = serve(answer_pieces("Yes."))
    assert list(connect(server, key="").write(REQUEST)) == ["Yes."]
    assert "authorization" not in server.requests[0].headers


def test_variables_of_other_programs_are_not_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "BASE_URL", "MODEL"):
        monkeypatch.setenv(f"OPENAI_{name}", "of-another-program")
    server = serve(answer_pieces("Yes."))
    list(connect(server, key="").write(REQUEST))
    assert "of-another-program" not in repr(server.requests)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), min_size=1, max_size=5))
@settings(max_examples=30)
def test_whatever_is_written_arrives(pieces: list[str]) -> None:
    with pytest.MonkeyPatch.context() as environment, served(answer_pieces(*pieces)) as server:
        environment.setenv("NO_PROXY", "127.0.0.1")
        assert list(connect(server).write(REQUEST)) == pieces


def test_events_that_hold_no_text_are_passed_over(serve: Serve) -> None:
    server = serve(
        answer_events(
            ": a comment\n\n",
            write_event({"choices": [{"index": 0, "delta": {"role": "assistant"}}]}),
            write_event(
                {"choices": [{"index": 0, "delta": {"reasoning_content": "Let me see."}}], "error": None}
            ),
            write_piece("Yes."),
            write_piece(None, "stop"),
            write_event({"choices": [], "usage": {"total_tokens": 5}}),
        )
    )
    assert list(connect(server).write(REQUEST)) == ["Yes."]


def test_a_server_that_says_no_goodbye_has_ended_where_it_says_why(serve: Serve) -> None:
    server = serve(answer_events(write_piece("Yes."), write_piece(None, "length"), done=False))
    assert list(connect(server).write(REQUEST)) == ["Yes."]


def test_closing_the_generator_closes_the_connection(serve: Serve) -> None:
    left = threading.Event()

    def babble(handler: Handler) -> None:
        begin_stream(handler)
        try:
            while not left.wait(0.01):
                send_chunk(handler, write_piece("and so on "))
        except OSError:
            left.set()

    server = serve(babble)
    pieces = connect(server).write(REQUEST)
    assert next(pieces) == "and so on "
    pieces.close()
    try:
        assert left.wait(WAIT_SECONDS)
    finally:
        left.set()


def test_an_answer_that_takes_too_long_ends_and_what_has_come_stands(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "_MOST_SECONDS", 0.0)
    server = serve(answer_pieces("The first ", "and the second."))
    assert list(connect(server).write(REQUEST)) == ["The first "]


# Failures that may pass.


@pytest.mark.parametrize(
    "failing", [answer_status(429), answer_status(503), drop], ids=["429", "503", "dropped"]
)
def test_what_may_pass_is_tried_again(serve: Serve, pauses: list[float], failing: Reply) -> None:
    server = serve(failing, failing, answer_pieces("Yes."))
    assert list(connect(server).write(REQUEST)) == ["Yes."]
    assert len(server.requests) == 3
    assert server.requests[0].body == server.requests[2].body
    assert 0 < pauses[0] < pauses[1]


def test_a_busy_server_says_how_long_to_wait(serve: Serve, pauses: list[float]) -> None:
    server = serve(answer_status(429, retry_after="3"), answer_pieces("Yes."))
    assert list(connect(server).write(REQUEST)) == ["Yes."]
    assert pauses == [3.0]


def test_a_server_that_is_busy_for_long_is_not_waited_for(serve: Serve, pauses: list[float]) -> None:
    server = serve(answer_status(429, "Quota exceeded.", retry_after="3600"))
    message = fail(connect(server))
    assert "429 (Quota exceeded)" in message
    assert "later" in message
    assert (pauses, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        (answer_status(500, "Out of memory."), "500 (Out of memory)"),
        (answer_status(502), "502"),
        (drop, "closed"),
    ],
    ids=["500", "502", "dropped"],
)
def test_what_does_not_pass_is_told_after_three_tries(
    serve: Serve, pauses: list[float], failing: Reply, told: str
) -> None:
    server = serve(failing)
    message = fail(connect(server))
    assert told in message
    assert server.address in message
    assert len(server.requests) == 3


def test_a_server_that_is_not_there_is_named(pauses: list[float]) -> None:
    with served(drop) as server:
        pass
    message = fail(connect(server))
    assert f"{server.address} cannot be reached" in message
    assert "FASTTRACK_OPENAI_BASE_URL" in message
    assert len(pauses) == 2


def test_a_server_without_a_word_is_left_and_not_asked_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "_SILENT_SECONDS", 0.2)
    left = threading.Event()
    server = serve(lambda handler: [left.wait(WAIT_SECONDS), drop(handler)][-1])
    try:
        assert "said nothing" in fail(connect(server))
        assert len(server.requests) == 1
    finally:
        left.set()


# Failures that do not.


def test_a_refused_key_is_told_without_the_key(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for status in (401, 403):
        server = serve(answer_status(status, f"Incorrect key {KEY}, also known as {KEY[:9]}."))
        generator = connect(server)
        message = fail(generator)
        assert "FASTTRACK_OPENAI_KEY" in message
        assert KEY[:9] not in message + repr(generator) + caplog.text
        assert len(server.requests) == 1


def test_an_unknown_model_is_named(serve: Serve) -> None:
    server = serve(answer_status(404, "The model does not exist."))
    message = fail(connect(server, model="no-such-model"))
    assert "404 (The model does not exist)" in message
    assert "no-such-model" in message
    assert "FASTTRACK_OPENAI_BASE_URL" in message
    assert len(server.requests) == 1


def test_a_servers_own_words_are_short_and_do_not_hold_the_key(serve: Serve) -> None:
    server = serve(answer_status(400, f"You sent {KEY}\nand a very long prompt: " + "very long " * 1000))
    message = fail(connect(server))
    assert "400 (You sent … and a very long prompt" in message
    assert len(message) < 500


def test_documents_do_not_follow_a_redirect(serve: Serve) -> None:
    elsewhere = serve(answer_pieces("Yes."))
    server = serve(answer_status(307, location=f"{elsewhere.address}/v1/chat/completions"))
    assert "FASTTRACK_OPENAI_BASE_URL" in fail(connect(server))
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        answer_text("<html>It works!</html>", "text/html"),
        answer_text('{"choices": [{"message": {"content": "Yes."}}]}', "application/json"),
        answer_events("data: hello\n\n"),
        answer_events(write_event([])),
        answer_events(write_event({"text": "Yes."})),
        answer_events(write_event({"choices": ["Yes."]})),
        answer_events(write_event({"choices": [{"delta": {"content": 1}}]})),
    ],
    ids=["page", "no stream", "no JSON", "a list", "no choices", "choices of text", "a number"],
)
def test_a_server_of_another_kind_is_recognised(serve: Serve, reply: Reply) -> None:
    message = fail(connect(serve(reply)))
    assert "OpenAI-compatible" in message
    assert "FASTTRACK_OPENAI_BASE_URL" in message


def test_an_error_inside_the_stream_is_told(serve: Serve) -> None:
    server = serve(answer_events(write_piece("The "), write_event({"error": {"message": f"Lost {KEY}."}})))
    pieces = connect(server).write(REQUEST)
    assert next(pieces) == "The "
    with pytest.raises(GeneratorError, match=r"\(Lost …\)"):
        next(pieces)


def end_early(handler: Handler) -> None:
    begin_stream(handler)
    send_chunk(handler, write_piece("The total "))
    handler.wfile.write(b"0\r\n\r\n")


def cut_off(handler: Handler) -> None:
    begin_stream(handler)
    send_chunk(handler, write_piece("The total "))
    handler.wfile.flush()
    drop(handler)


@pytest.mark.parametrize("reply", [end_early, cut_off])
def test_a_stream_that_breaks_off_is_no_answer(serve: Serve, reply: Reply) -> None:
    server = serve(reply)
    pieces = connect(server).write(REQUEST)
    assert next(pieces) == "The total "
    with pytest.raises(GeneratorError, match="broke off"):
        next(pieces)
    assert len(server.requests) == 1


def test_a_stream_that_stands_still_is_left(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "_SILENT_SECONDS", 0.2)
    left = threading.Event()

    def stand_still(handler: Handler) -> None:
        begin_stream(handler)
        send_chunk(handler, write_piece("The total "))
        left.wait(WAIT_SECONDS)

    pieces = connect(serve(stand_still)).write(REQUEST)
    try:
        assert next(pieces) == "The total "
        with pytest.raises(GeneratorError, match="said nothing"):
            next(pieces)
    finally:
        left.set()


def test_a_model_that_writes_nothing_is_told(serve: Serve) -> None:
    message = fail(connect(serve(answer_events(write_piece(None, "length")))))
    assert "wrote nothing" in message
    assert "small-model" in message


# Settings.


@pytest.mark.parametrize("missing", ["FASTTRACK_OPENAI_BASE_URL", "FASTTRACK_OPENAI_MODEL"])
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("FASTTRACK_OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("FASTTRACK_OPENAI_MODEL", "small-model")
    monkeypatch.setenv(missing, " ")
    with pytest.raises(FastTrackError, match=missing):
        OpenAI()


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8000/v1", "ftp://host/v1", "http://", "http://host:port/v1", "v1"]
)
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("FASTTRACK_OPENAI_BASE_URL", address)
    monkeypatch.setenv("FASTTRACK_OPENAI_MODEL", "small-model")
    with pytest.raises(FastTrackError, match="FASTTRACK_OPENAI_BASE_URL is no address"):
        OpenAI()


@pytest.mark.parametrize("key", ["sk-\ntest", "sk-tést"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("FASTTRACK_OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("FASTTRACK_OPENAI_MODEL", "small-model")
    monkeypatch.setenv("FASTTRACK_OPENAI_KEY", key)
    with pytest.raises(FastTrackError, match="FASTTRACK_OPENAI_KEY") as told:
        OpenAI()
    assert key not in str(told.value)


def test_what_an_address_hides_is_not_shown(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    with served(drop) as gone:
        pass
    monkeypatch.setenv("FASTTRACK_OPENAI_BASE_URL", f"http://user:secret@127.0.0.1:{gone.port}/v1")
    monkeypatch.setenv("FASTTRACK_OPENAI_MODEL", "small-model")
    message = fail(OpenAI())
    assert gone.address in message
    assert "secret" not in message


# A real server.


@pytest.fixture(scope="module")
def llama_server(llama_runtime: None, language_model_file: Path) -> Iterator[Server]:
    """llama.cpp's own server with the packaged model, on loopback, behind a key."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.verbosity = -1
    params.model.path = str(language_model_file)
    params.n_ctx = 4096
    params.n_parallel = 1
    params.fit_params = False
    params.ui = False
    params.api_keys = [KEY]
    params.hostnames, params.port = ["127.0.0.1"], 0
    runtime = xllamacpp.Server(params)
    server = Server([], port=int(runtime.listening_address.rsplit(":", 1)[1]))
    yield server
    del runtime


def test_a_real_server_writes_the_figure_and_cites_the_passage(llama_server: Server) -> None:
    asked = replace(REQUEST, question="Who gave a subsidy, and how much?")
    drafts = list(split_drafts(connect(llama_server).write(asked), "en"))
    assert any("150,000" in draft.text and draft.numbers == (1,) for draft in drafts), drafts


def test_a_real_server_refuses_another_key(llama_server: Server) -> None:
    assert "FASTTRACK_OPENAI_KEY" in fail(connect(llama_server, key="sk-another"))


def test_a_real_server_does_not_know_another_address(llama_server: Server) -> None:
    assert "404" in fail(connect(llama_server, path="/v2"))


def test_ten_gold_questions_through_a_real_server(llama_server: Server, library: Library) -> None:
    check_ten_answers(connect(llama_server), library)
