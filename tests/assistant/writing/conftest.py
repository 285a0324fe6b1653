"""Small servers, and no settings of the machine that runs the tests."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from assistant.writing import openai
from tests.assistant.writing.servers import Serve, served


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
