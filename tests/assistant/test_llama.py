"""The packaged language model through llama.cpp, for real. One model is loaded for the whole module."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from assistant import llama
from assistant.assistant import Assistant
from assistant.drafts import split_drafts
from assistant.errors import GeneratorError
from assistant.generator import Request
from assistant.llama import LlamaCpp
from index import weights
from index.errors import WeightsError
from index.library import Library

PASSAGES = (
    "The total budget was about 250,000 euros. Of this, 150,000 euros was a subsidy from ESF Flanders.",
    "The partners learn from one another. Four roundtables are planned, each on a topic of its own.",
)
BUDGET = Request("What was the total budget of the project?", "en", PASSAGES)


def say_what_is_missing() -> str:
    if find_spec("xllamacpp") is None:
        return "the package xllamacpp is not installed"
    try:
        weights.locate_files(weights.LANGUAGE_MODEL)
    except WeightsError as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def model() -> Iterator[LlamaCpp]:
    """The packaged model. Where it is missing, the tests that need it are skipped, but never in CI."""
    if missing := say_what_is_missing():
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with pytest.MonkeyPatch.context() as settings:
        settings.delenv("FASTTRACK_LLM", raising=False)
        packaged = LlamaCpp()
    yield packaged
    packaged.close()


@pytest.fixture
def runtime() -> None:
    if find_spec("xllamacpp") is None:
        message = "the package xllamacpp is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def test_an_answer_has_the_figure_and_cites_the_passage_that_holds_it(model: LlamaCpp) -> None:
    drafts = list(split_drafts(model.write(BUDGET), "en"))
    assert any("250,000" in draft.text and draft.numbers == (1,) for draft in drafts), drafts


def test_an_answer_that_is_left_ends_and_makes_way_for_the_next(
    model: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[llama._Generation] = []
    take = llama._Generation.take

    def take_counted(generation: llama._Generation, chunk: dict[str, Any]) -> bool:
        taken.append(generation)
        return take(generation, chunk)

    monkeypatch.setattr(llama._Generation, "take", take_counted)
    left = model.write(Request("Repeat every word of the passages, many times over.", "en", PASSAGES))
    assert next(left)
    left.close()
    assert "250,000" in "".join(model.write(BUDGET))
    assert taken.count(taken[0]) < llama._MOST_TOKENS / 2


def test_two_answers_wait_for_each_other(model: LlamaCpp) -> None:
    contact = Request("Who is the contact person?", "en", ("The contact person is Tim Buyse.",))
    first, second = model.write(BUDGET), model.write(contact)
    began = next(first)
    assert "Tim Buyse" in "".join(second)
    assert "250,000" in began + "".join(first)


def test_the_assistant_lets_the_model_write_a_checked_answer(model: LlamaCpp, library: Library) -> None:
    answer = Assistant(library, model).answer("Who is the contact person of the project?")
    assert (answer.generator, answer.notice, answer.complete) == ("llama.cpp", "", True)
    assert any("Tim Buyse" in sentence.text for sentence in answer.sentences)
    assert all("Tim Buyse" in sentence.citations[0].quote for sentence in answer.sentences)


@pytest.mark.parametrize(
    "content", [b"", b"This is no model.", b"GGUF\x03\0\0\0"], ids=["empty", "text", "cut off"]
)
def test_a_file_that_is_no_model_is_an_error_that_names_it(
    runtime: None, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    with pytest.raises(GeneratorError, match=r"model\.gguf"):
        list(LlamaCpp(file).write(BUDGET))


def test_a_model_that_cannot_be_loaded_leaves_the_extract(
    runtime: None, tmp_path: Path, library: Library
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"This is no model.")
    answer = Assistant(library, LlamaCpp(file)).answer("Who is the contact person of the project?")
    assert (answer.generator, answer.complete) == ("extractive", True)
    assert answer.sentences
    assert "model.gguf" in answer.notice


def test_a_file_that_is_missing_is_an_error_that_names_it(runtime: None, tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"gone\.gguf"):
        LlamaCpp(tmp_path / "gone.gguf")
