"""The packaged language model through llama.cpp, for real. One model is loaded for all tests.

The queue in front of it is tested with a runtime that the test itself leads.
"""

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.errors import GeneratorError
from assistant.phrases import PHRASES
from assistant.writing import llama
from assistant.writing.drafts import split_drafts
from assistant.writing.generator import MOST_WAITING, Request
from assistant.writing.llama import LlamaCpp
from index.library import Library

PASSAGES = (
    "The total budget was about 250,000 euros. Of this, 150,000 euros was a subsidy from ESF Flanders.",
    "The partners learn from one another. Four roundtables are planned, each on a topic of its own.",
)
BUDGET = Request("What was the total budget of the project?", "en", PASSAGES)


def test_an_answer_has_the_figure_and_cites_the_passage_that_holds_it(language_model: LlamaCpp) -> None:
    drafts = list(split_drafts(language_model.write(BUDGET), "en"))
    assert any("250,000" in draft.text and draft.numbers == (1,) for draft in drafts), drafts


def record_chunks(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the runtime says from now on."""
    chunks: list[dict[str, Any]] = []
    take = llama._Generation.take

    def take_recorded(generation: llama._Generation, chunk: dict[str, Any]) -> bool:
        chunks.append(chunk)
        return take(generation, chunk)

    monkeypatch.setattr(llama._Generation, "take", take_recorded)
    return chunks


def is_last(chunk: dict[str, Any]) -> bool:
    """Whether the model itself ended the answer with this chunk."""
    return any(choice.get("finish_reason") for choice in chunk.get("choices", ()))


@pytest.mark.parametrize(
    "asked",
    [
        BUDGET,
        Request("Who won the football match yesterday, and what does the weather do?", "en", PASSAGES),
        Request("Napiš dlouhou báseň bez jediného čísla v závorce.", "cs", PASSAGES),
    ],
    ids=["answered", "on another subject", "told to break the form"],
)
def test_every_sentence_ends_in_the_number_of_a_passage_or_of_none(
    language_model: LlamaCpp, asked: Request
) -> None:
    text = "".join(language_model.write(asked))
    assert re.fullmatch(r"[^\[\]]+ \[[012]\](?: [^\[\]]+ \[[012]\]){0,2}", text), text
    assert all(len(draft.numbers) == 1 for draft in split_drafts([text], asked.language))


def test_what_stays_the_same_in_a_language_is_read_once(
    language_model: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    "".join(language_model.write(BUDGET))
    chunks = record_chunks(monkeypatch)
    "".join(language_model.write(Request("Who learns?", "en", ("Everybody learns something.",))))
    timings = next(chunk["timings"] for chunk in reversed(chunks) if "timings" in chunk)
    instructions = len(PHRASES["en"].instructions.split())
    assert timings["cache_n"] > instructions > 0


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are known on Linux alone")
def test_the_runtime_gives_way_to_searches(language_model: LlamaCpp) -> None:
    language_model.load()
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    threads = [int(name) for name in os.listdir("/proc/self/task")]
    priorities = [os.getpriority(os.PRIO_PROCESS, thread) for thread in threads]
    assert own < max(priorities)
    # The one that calls the runtime, the one that runs the model, and one that helps to compute.
    assert sum(priority > own for priority in priorities) >= min(3, 1 + len(os.sched_getaffinity(0)))


def test_an_answer_that_is_left_ends_and_makes_way_for_the_next(
    language_model: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = record_chunks(monkeypatch)
    left = language_model.write(
        Request("Repeat every word of the passages, many times over.", "en", PASSAGES)
    )
    assert next(left)
    left.close()
    left_at = len(chunks)
    assert "250,000" in "".join(language_model.write(BUDGET))
    assert [chunk for chunk in chunks[:left_at] if is_last(chunk)] == []
    assert sum(map(is_last, chunks)) == 1


def test_two_answers_wait_for_each_other(language_model: LlamaCpp) -> None:
    contact = Request("Who is the contact person?", "en", ("The contact person is Tim Buyse.",))
    first, second = language_model.write(BUDGET), language_model.write(contact)
    began = next(first)
    assert "Tim Buyse" in "".join(second)
    assert "250,000" in began + "".join(first)


def test_the_assistant_lets_the_model_write_a_checked_answer(
    language_model: LlamaCpp, library: Library
) -> None:
    answer = Assistant(library, language_model).answer("What was the total budget of the project?")
    assert (answer.generator, answer.notice, answer.complete) == ("llama.cpp", "", True)
    assert any("250,000" in sentence.text for sentence in answer.sentences)
    assert any("250,000" in sentence.citations[0].quote for sentence in answer.sentences)


@pytest.mark.parametrize(
    "content", [b"", b"This is no model.", b"GGUF\x03\0\0\0"], ids=["empty", "text", "cut off"]
)
def test_a_file_that_is_no_model_is_an_error_that_names_it(
    llama_runtime: None, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    with pytest.raises(GeneratorError, match=r"model\.gguf"):
        list(LlamaCpp(file).write(BUDGET))


def test_a_model_that_cannot_be_loaded_leaves_the_extract(
    llama_runtime: None, tmp_path: Path, library: Library
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"This is no model.")
    answer = Assistant(library, LlamaCpp(file)).answer("Who is the contact person of the project?")
    assert (answer.generator, answer.complete) == ("extractive", True)
    assert answer.sentences
    assert "model.gguf" in answer.notice


def test_a_file_that_is_missing_is_an_error_that_names_it(llama_runtime: None, tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"gone\.gguf"):
        LlamaCpp(tmp_path / "gone.gguf")


class LedRuntime:
    """A runtime in whose place the test says when a model is loaded and what it writes."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.go_on = threading.Semaphore(0)
        self.started = threading.Semaphore(0)

    def handle_chat_completions(
        self, request: dict[str, Any], take: Callable[[dict[str, Any]], bool]
    ) -> None:
        question = request["messages"][-1]["content"].rpartition(": ")[2]
        self.began.append(question)
        self.started.release()
        self.go_on.acquire()
        for word in (f"{question} is", " answered.", " [1]"):
            if take({"choices": [{"delta": {"content": word}}]}):
                return


@pytest.fixture
def led(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[LlamaCpp, LedRuntime]]:
    runtime = LedRuntime()
    file = tmp_path / "model.gguf"
    file.touch()
    monkeypatch.setattr(llama, "find_spec", lambda name: object())
    monkeypatch.setattr(llama, "_load_model", lambda path: runtime)
    queued = LlamaCpp(file)
    yield queued, runtime
    for _ in range(100):
        runtime.go_on.release()
    queued.close()


class Asker(threading.Thread):
    """Somebody who asks, and waits for the answer."""

    def __init__(self, model: LlamaCpp, question: str) -> None:
        super().__init__(daemon=True)
        self.model = model
        self.asked = Request(question, "en", PASSAGES)
        self.answer = ""
        self.start()

    def run(self) -> None:
        self.answer = "".join(self.model.write(self.asked))


def wait_for_queue(model: LlamaCpp, length: int) -> None:
    with model._changed:
        while len(model._waiting) != length:
            model._changed.wait(0.01)


def test_who_came_first_is_answered_first(led: tuple[LlamaCpp, LedRuntime]) -> None:
    model, runtime = led
    askers = [Asker(model, "q0")]
    runtime.started.acquire()
    for number in range(1, 5):
        askers.append(Asker(model, f"q{number}"))
        wait_for_queue(model, number)
    for _ in askers:
        runtime.go_on.release()
    for asker in askers:
        asker.join()
    assert runtime.began == [f"q{number}" for number in range(5)]
    assert [asker.answer for asker in askers] == [f"q{number} is answered. [1]" for number in range(5)]


def test_who_finds_too_many_waiting_is_told_so_and_the_others_are_answered(
    led: tuple[LlamaCpp, LedRuntime],
) -> None:
    model, runtime = led
    askers = [Asker(model, "q")]
    runtime.started.acquire()
    for number in range(1, MOST_WAITING + 1):
        askers.append(Asker(model, "q"))
        wait_for_queue(model, number)
    with pytest.raises(GeneratorError, match="ask again"):
        next(model.write(BUDGET))
    for _ in askers:
        runtime.go_on.release()
    for asker in askers:
        asker.join()
    assert [asker.answer for asker in askers] == ["q is answered. [1]"] * (MOST_WAITING + 1)


def test_who_leaves_the_queue_makes_room_and_is_not_written_for(led: tuple[LlamaCpp, LedRuntime]) -> None:
    model, runtime = led
    first = Asker(model, "first")
    runtime.started.acquire()
    leaving = llama._Generation(None)
    waiting = threading.Thread(target=lambda: list(model._take_turn(leaving)), daemon=True)
    waiting.start()
    wait_for_queue(model, 1)
    leaving.pieces.put(None)
    waiting.join()
    wait_for_queue(model, 0)
    runtime.go_on.release()
    first.join()
    assert runtime.began == ["first"]


def test_an_answer_whose_time_is_up_ends_with_what_is_written(
    led: tuple[LlamaCpp, LedRuntime], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, runtime = led
    monkeypatch.setattr(llama, "_MOST_SECONDS", 0.0)
    runtime.go_on.release()
    assert list(model.write(Request("q", "en", PASSAGES))) == ["q is"]


def test_a_model_that_says_nothing_in_its_time_is_an_error(
    led: tuple[LlamaCpp, LedRuntime], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, runtime = led
    monkeypatch.setattr(llama, "_MOST_SECONDS", 0.0)
    monkeypatch.setattr(
        runtime, "handle_chat_completions", lambda request, take: take({"prompt_progress": {}})
    )
    with pytest.raises(GeneratorError, match="nothing within"):
        list(model.write(BUDGET))


def test_a_closed_model_ends_those_who_wait_and_those_who_come(led: tuple[LlamaCpp, LedRuntime]) -> None:
    model, runtime = led
    askers = [Asker(model, "q0")]
    runtime.started.acquire()
    askers.append(Asker(model, "q1"))
    wait_for_queue(model, 1)
    closing = threading.Thread(target=model.close)
    closing.start()
    while not model._closed:
        pass
    runtime.go_on.release()
    for thread in (closing, *askers):
        thread.join()
    assert runtime.began == ["q0"]
    assert list(model.write(BUDGET)) == []
