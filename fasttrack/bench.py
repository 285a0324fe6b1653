"""`fasttrack bench`: speed and memory."""

import math
import os
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Column, Table

from fasttrack.console import (
    explain_errors,
    explain_missing_packages,
    fold,
    messages,
    output,
    print_json,
    show,
)
from fasttrack.opening import load_encoder
from fasttrack.options import EncoderOption, JsonOption, refuse_missing

if TYPE_CHECKING:
    from eval.speed.bench import Bench, Part
    from eval.speed.measurement import Measurement, Spread


_SHORT = 0.1  # seconds; less is told in milliseconds


class BenchPart(StrEnum):
    """What a bench measures."""

    encoding = "encoding"
    ingest = "ingest"
    search = "search"
    answers = "answers"


def bench(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to measure with.", metavar="PATH…")],
    part: Annotated[
        list[BenchPart],
        typer.Option(
            default_factory=lambda: list(BenchPart),
            show_default="all",
            help="What is measured; several times for several.",
        ),
    ],
    size: Annotated[
        list[int],
        typer.Option(
            default_factory=lambda: [1_000, 10_000],
            show_default="1000 and 10000",
            min=1,
            help="Chunks of a library to search, up to a million (8 GB); several times for several.",
        ),
    ],
    runs: Annotated[int, typer.Option(min=1, max=50, help="Measured runs of each.")] = 3,
    out: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            writable=True,
            help="A folder for bench.json and, where searches of several sizes are measured, a picture.",
        ),
    ] = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and memory, each against a plain reference in the same run."""
    refuse_missing(paths)
    with explain_errors(), messages.status("starting") as line:
        from eval.speed.bench import run_bench
        from index import weights
        from index.encoder import PACKAGED

        parts: list[Part] = [one.value for one in part]
        chosen = load_encoder(encoder)
        # What is measured runs in other processes, which know no option of this one.
        packaged = chosen.name == weights.ENCODER.name
        os.environ["FASTTRACK_ENCODER"] = PACKAGED if packaged else chosen.name
        found = run_bench(paths, chosen, parts, size, runs, lambda step: line.update(f"{step} …"))
    if out is not None:
        with explain_errors(), explain_missing_packages():
            from eval.speed.growth import write_bench

            write_bench(found, out)
    if as_json:
        print_json(asdict(found))
        return
    _print_bench(found)


def _print_bench(found: "Bench") -> None:
    output.print(
        show(
            f"{found.documents} documents, {found.chunks} chunks, {found.runs} runs, encoder {found.encoder}"
        )
    )
    groups = groupby(found.measurements, key=lambda one: (one.part, one.chunks))
    for (part, chunks), measurements in groups:
        output.print(_make_table(f"{part}, {chunks} chunks", measurements))


def _make_table(title: str, measurements: Iterable["Measurement"]) -> Table:
    """A row for each measurement, and below it one for its ratios to a reference."""
    figures = [Column(heading, justify="right") for heading in ("n", "Min", "Median", "p95", "Max")]
    table = Table(*fold(""), *figures, "Unit", title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for one in measurements:
        short = one.unit == "s" and one.values.median < _SHORT
        factor, unit = (1000, "ms") if short else (1, one.unit)
        table.add_row(one.name, *_list_figures(one.values, factor), unit)
        if one.reference:
            named = f"  to {one.reference.name}, {_round(one.reference.values.median * factor)} {unit}"
            table.add_row(named, *_list_figures(one.reference.ratios), "ratio", style="dim")
    return table


def _list_figures(values: "Spread", factor: int = 1) -> list[str]:
    shown = (values.minimum, values.median, values.p95, values.maximum)
    return [f"{values.n}", *("" if one is None else _round(one * factor) for one in shown)]


def _round(value: float) -> str:
    """Three digits that tell, or all before the point."""
    leading = math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(0, 2 - leading)}f}"
