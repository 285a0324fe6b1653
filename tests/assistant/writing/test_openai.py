"""The `openai` generator asks what it should, and hands on what is written."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.writing import openai
from assistant.writing.generator import MOST_TOKENS
from assistant.writing.openai import OpenAI
from assistant.writing.prompt import write_messages
from index.errors import FastTrackError
from tests.assistant.writing.servers import (
    KEY,
    REQUEST,
    WAIT_SECONDS,
    Handler,
    Serve,
    answer_events,
    answer_pieces,
    begin_stream,
    connect,
    drop,
    fail,
    send_chunk,
    served,
    write_event,
    write_piece,
)


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
