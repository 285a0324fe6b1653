"""`fasttrack ingest`: files and folders become a library."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fasttrack.console import explain_errors, output, print_json, show, show_progress
from fasttrack.opening import load_encoder
from fasttrack.options import DEFAULT_LIBRARY, EncoderOption, JsonOption, LibraryOption, refuse_missing


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders: .md, .pdf, .docx, .html, .txt.", metavar="PATH…")
    ],
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the library up to date with files and folders; unchanged files cost nothing."""
    from ingest.pipeline import ingest as run_ingest

    refuse_missing(paths)
    with explain_errors(), show_progress("reading and encoding") as tell:
        report = run_ingest(paths, library, load_encoder(encoder), tell)
    if as_json:
        print_json(asdict(report))
        return
    output.print(
        f"{report.read} read, {report.unchanged} unchanged, {report.removed} removed, "
        f"{len(report.skipped)} skipped. {report.encoded} chunks encoded in {report.seconds:.1f} s; "
        f"the library at {library} has {report.chunks}."
    )
    for skipped in report.skipped:
        output.print(show(f"  skipped {skipped.source}: {skipped.reason}"))
