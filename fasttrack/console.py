"""What people and programs read: text, tables, JSON and progress bars, and errors as text and exit codes."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Column
from rich.text import Text

from index.errors import FastTrackError

if TYPE_CHECKING:
    from ingest.storing import Progress as StoringProgress

# What comes from documents and file names is shown as it is: "[…]" is no markup, ":…:" no picture.
# Lines are folded for people only: what reads a pipe wants them whole.
output = Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False, emoji=False)
messages = Console(stderr=True, highlight=False, markup=False, emoji=False)


@contextmanager
def explain_errors() -> Iterator[None]:
    """Turn the errors that people are meant to read into a line on standard error and exit code 1."""
    try:
        yield
    except FastTrackError as error:
        messages.print(show(str(error)))
        raise typer.Exit(1) from error


@contextmanager
def explain_missing_packages() -> Iterator[None]:
    """Tell, as a `FastTrackError`, how to get the packages that only measuring needs."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("ir_measures", "pytrec_eval", "matplotlib"):
            raise
        raise FastTrackError(
            f"Measuring needs the package {error.name}: pip install -c constraints.txt -e '.[eval]'"
        ) from error


def print_json(value: Any) -> None:
    """Print one JSON object, in UTF-8 whatever the terminal's own encoding."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")


def show(text: str, style: str = "") -> Text:
    """Text for the terminal, with a space for each control character: documents must not steer it."""
    return Text("".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text), style)


def fold(*headings: str) -> list[Column]:
    """Columns for a table whose cells are folded where they are too wide, not cut off."""
    return [Column(heading, overflow="fold") for heading in headings]


def describe_place(source: str, page: int | None, heading: tuple[str, ...]) -> str:
    """Where in a document something stands."""
    parts = [source, *([f"p. {page}"] if page is not None else []), *heading[-1:]]
    return ", ".join(parts)


@contextmanager
def show_progress(what: str) -> Iterator[Callable[["StoringProgress"], None]]:
    """A bar with rate and time left on the terminal; nothing where the output goes elsewhere."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[encoded]} chunks, {task.fields[rate]:.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task("", total=None, encoded=0, rate=0.0)

        def tell(progress: "StoringProgress") -> None:
            seconds = bar.tasks[task].elapsed or 1.0
            bar.update(
                task,
                completed=progress.done,
                total=progress.total,
                encoded=progress.encoded,
                rate=progress.encoded / max(seconds, 0.1),
            )

        yield tell


@contextmanager
def show_steps(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that counts to `total` on the terminal; nothing where the output goes elsewhere."""
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)
