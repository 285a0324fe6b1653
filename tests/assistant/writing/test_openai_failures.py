"""The `openai` generator against small servers that fail in every way that servers do."""

import logging
import threading

import pytest

from assistant.errors import GeneratorError
from assistant.writing import openai
from tests.assistant.writing.servers import (
    KEY,
    REQUEST,
    WAIT_SECONDS,
    Handler,
    Reply,
    Serve,
    answer_events,
    answer_pieces,
    answer_status,
    answer_text,
    begin_stream,
    connect,
    drop,
    fail,
    send_chunk,
    served,
    write_event,
    write_piece,
)

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
