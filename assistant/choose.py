"""Chooses the generator by name."""

import os

from assistant.errors import GeneratorError
from assistant.generator import EXTRACTIVE, GENERATORS, LLAMA_CPP, Extractive, Generator
from index.errors import FastTrackError, WeightsError


def choose_generator(name: str | None = None) -> tuple[Generator, str]:
    """The generator called `name`, or the one in `FASTTRACK_GENERATOR`, or the extractive one.

    Where a language model is not installed, the extractive generator takes its place, and the second
    value says in a sentence what to install. Raises `FastTrackError` on an unknown name.
    """
    chosen = name or os.environ.get("FASTTRACK_GENERATOR") or EXTRACTIVE
    if chosen == EXTRACTIVE:
        return Extractive(), ""
    if chosen != LLAMA_CPP:
        raise FastTrackError(f"There is no generator {chosen}: choose one of {', '.join(GENERATORS)}.")
    from assistant.llama import LlamaCpp

    try:
        return LlamaCpp(), ""
    except (GeneratorError, WeightsError) as error:
        return Extractive(), str(error)
