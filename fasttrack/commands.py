"""All commands, in the order in which the help shows them, and the start of the program."""

import io
import os
import sys
from collections.abc import Callable

import typer

from fasttrack import evaluate, library
from fasttrack.ask import ask
from fasttrack.bench import bench
from fasttrack.chat import chat
from fasttrack.compare import compare
from fasttrack.ingest import ingest
from fasttrack.models import models
from fasttrack.practices import practices
from fasttrack.search import search

COMMANDS: tuple[Callable[..., None], ...] = (ingest, search, ask, compare, practices, chat, models, bench)

app = typer.Typer(
    name="fasttrack",
    help="Search and question multilingual project documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(library.app, name="library")
app.add_typer(evaluate.app, name="eval")


def main() -> None:
    """The `fasttrack` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal does not know is no failure
    # The models are packages or already here; nothing is looked up on a hub unless the user names it.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    app()
