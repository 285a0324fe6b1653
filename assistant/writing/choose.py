"""Chooses the generator by name."""

import os

from assistant.errors import GeneratorError
from assistant.writing.generator import (
    EXTRACTIVE,
    GENERATORS,
    LLAMA_CPP,
    OPENAI,
    TRANSFORMERS,
    Extractive,
    Generator,
)
from index.errors import FastTrackError, WeightsError


def choose_generator(name: str | None = None) -> tuple[Generator, str]:
    """The generator called `name`, or the one in `FASTTRACK_GENERATOR`, or the extractive one.

    Where a package or a model is not installed, the extractive generator takes its place, and the second
    value says in a sentence what to install. Raises `FastTrackError` on an unknown name, and where a
    setting is missing or cannot be right: that is found by whoever starts the program and can mend it, not
    by the people who ask.
    """
    chosen = name or os.environ.get("FASTTRACK_GENERATOR") or EXTRACTIVE
    try:
        return _make(chosen), ""
    except (GeneratorError, WeightsError) as error:
        return Extractive(), str(error)


def _make(name: str) -> Generator:
    """The generator of this name. What it runs on is imported only here."""
    if name == EXTRACTIVE:
        return Extractive()
    if name == LLAMA_CPP:
        from assistant.writing.llama import LlamaCpp

        return LlamaCpp()
    if name == TRANSFORMERS:
        from assistant.writing.transformers import Transformers

        return Transformers()
    if name == OPENAI:
        from assistant.writing.openai import OpenAI

        return OpenAI()
    raise FastTrackError(f"There is no generator {name}: choose one of {', '.join(GENERATORS)}.")
