"""Arguments and options that several commands take, and what is refused of them.

An option's choices are spelled out, here and in the commands: they are the literals of the part that it goes
to, but the help must not wait until that part is imported. The type checker sees to it that each is one of
them.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_LIBRARY = Path("var/library")


class Unsupported(StrEnum):
    """What becomes of a sentence that no passage supports."""

    drop = "drop"
    mark = "mark"


def read_text(text: str | None) -> str | None:
    """An argument in the locale's encoding, or, where that cannot be it (`LC_ALL=C`), in UTF-8."""
    if text is None:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode(errors="replace")
    return text


QuestionArgument = Annotated[
    str, typer.Argument(help="A question in nl, en, de, fr, es or cs.", callback=read_text)
]
LibraryOption = Annotated[
    Path,
    typer.Option(
        "--library",
        envvar="FASTTRACK_LIBRARY",
        help="The library's folder.",
        show_default=str(DEFAULT_LIBRARY),
    ),
]
EncoderOption = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        envvar="FASTTRACK_ENCODER",
        help="What encodes texts: packaged, or a hub name or folder for sentence-transformers.",
        show_default="packaged",
    ),
]
GeneratorOption = Annotated[
    str | None,
    typer.Option(
        "--generator",
        envvar="FASTTRACK_GENERATOR",
        help="Who writes the answer: extractive, llama.cpp, transformers or openai.",
    ),
]
UnsupportedOption = Annotated[
    Unsupported,
    typer.Option(help="What becomes of a model's sentence that no passage supports: left out, or marked."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def refuse_empty(question: str) -> None:
    """Raises `typer.BadParameter` where nothing is asked."""
    if not question.strip():
        raise typer.BadParameter("The question is empty: write what you want to know.")


def refuse_missing(paths: list[Path]) -> None:
    """Raises `typer.BadParameter` with the names of those that do not exist."""
    if missing := [str(path) for path in paths if not path.exists()]:
        raise typer.BadParameter(f"There is no file or folder {', '.join(missing)}.")
