"""The `openai` generator against llama.cpp's own server with the packaged model."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.writing.drafts import split_drafts
from index.library import Library
from tests.assistant.ten_questions import check_ten_answers
from tests.assistant.writing.servers import KEY, REQUEST, Server, connect, fail


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
