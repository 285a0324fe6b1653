"""`fasttrack library`: what a library holds, and changes to it that read no file."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from fasttrack.console import explain_errors, fold, output, print_json, show, show_progress
from fasttrack.opening import load_encoder
from fasttrack.options import DEFAULT_LIBRARY, EncoderOption, JsonOption, LibraryOption
from index.errors import FastTrackError

app = typer.Typer(help="Look at the library, or remove documents from it.", no_args_is_help=True)


@app.command()
def status(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """Count the library's documents, by language, country, organisation, kind, theme and format."""
    from index.library import Holdings

    with explain_errors():
        found = Holdings(library).status()
    if as_json:
        print_json(asdict(found))
        return
    output.print(f"{found.documents} documents, {found.chunks} chunks, encoder {found.encoder}")
    for name in ("languages", "countries", "organisations", "kinds", "themes", "formats"):
        output.print(show(f"{name}: {_list_counts(getattr(found, name))}"))


@app.command("list")
def list_documents(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """List the library's documents."""
    from index.library import Holdings

    with explain_errors():
        entries = Holdings(library).entries()
    if as_json:
        print_json({"documents": [_flatten(asdict(entry)) for entry in entries]})
        return
    table = Table(*fold("Document", "Title", "Language", "Country", "Kind", "Chunks", "Source"))
    for entry in entries:
        known = entry.metadata
        described = (known.title, known.language, known.country, known.kind)
        table.add_row(entry.id, *map(show, described), str(entry.chunks), show(entry.source))
    output.print(table)


@app.command()
def remove(
    documents: Annotated[list[str], typer.Argument(help="Documents, as `library list` shows them.")],
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove documents from the library; their files stay where they are."""
    from index.library import Holdings, open_for_writing

    with explain_errors():
        known = {entry.id for entry in Holdings(library).entries()}
        if unknown := [id_ for id_ in documents if id_ not in known]:
            raise FastTrackError(f"The library at {library} holds no document {', '.join(unknown)}.")
        with open_for_writing(library, load_encoder(encoder)) as writer:
            removed = writer.remove(documents)
            writer.publish()
    if as_json:
        print_json({"removed": removed})
        return
    output.print(f"{removed} removed.")


@app.command()
def reencode(
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the library anew for another encoder, from the documents that it holds.

    The library answers as before until the new one is whole. Interrupted, run it again: it goes on.
    """
    from ingest.reencode import reencode as run_reencode

    with explain_errors(), show_progress("encoding") as tell:
        done = run_reencode(library, load_encoder(encoder), tell)
    if as_json:
        print_json(asdict(done))
        return
    if not done.changed:
        output.print(show(f"The library at {library} has the encoder {done.encoder} already: nothing to do."))
        return
    instead = f", instead of {done.before}" if done.before != done.encoder else ""
    output.print(
        show(
            f"{done.documents} documents, {done.chunks} chunks, {done.encoded} encoded in "
            f"{done.seconds:.1f} s; the library at {library} has the encoder {done.encoder} now{instead}."
        )
    )


def _list_counts(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name or 'unknown'} {count}" for name, count in ranked)


def _flatten(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with what is known of the document beside its place, not below it."""
    known: dict[str, Any] = entry.pop("metadata")
    return entry | known
