"""`fasttrack practices`: a description of a practice, and documents on similar ones."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fasttrack.console import describe_place, explain_errors, output, print_json, show
from fasttrack.filters import (
    CountryOption,
    KindOption,
    LanguageOption,
    OrganisationOption,
    SinceOption,
    ThemeOption,
    UntilOption,
    make_filter,
)
from fasttrack.opening import open_library
from fasttrack.options import (
    DEFAULT_LIBRARY,
    EncoderOption,
    JsonOption,
    LibraryOption,
    read_text,
    refuse_missing,
)
from index.errors import FastTrackError

if TYPE_CHECKING:
    from assistant.practices import Practice


def practices(
    text: Annotated[
        str | None,
        typer.Argument(help="A paragraph that describes a practice, in any language.", callback=read_text),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A file that describes it: .md, .pdf, .docx, .html, .txt.", dir_okay=False),
    ] = None,
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=100, help="How many documents.")] = 10,
    language: LanguageOption = None,
    country: CountryOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
    theme: ThemeOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find similar practices in other languages and countries, from a paragraph or page about one.

    The score says how near the nearest statement is: of documents from 0.40 on, six in ten are similar; from
    0.30 on, one in four; below, few.
    """
    from assistant.practices import PERHAPS, find_practices
    from assistant.serialise import practices_to_json

    if (text is None) == (file is None):
        raise typer.BadParameter("Describe the practice in words, or name a file that does: one of the two.")
    filter_ = make_filter(language, country, organisation, kind, theme, since, until)
    with explain_errors():
        described = _read_file(file) if file is not None else text or ""
        found = find_practices(described, open_library(library, encoder), count=count, filter_=filter_)
    if as_json:
        print_json({"description": described, "practices": practices_to_json(found)})
        return
    if not found or found[0].score < PERHAPS:
        output.print("Nothing in the library seems similar; this is what comes nearest.")
    for one in found:
        _print_practice(one)


def _read_file(path: Path) -> str:
    """The text of a file in any format that can be ingested."""
    from ingest.errors import UnreadableError
    from ingest.read import read_document

    refuse_missing([path])
    try:
        return read_document(path, path.read_bytes(), path.name).text
    except (OSError, UnreadableError) as error:
        raise FastTrackError(f"{path} cannot be read: {error}") from error


def _print_practice(practice: "Practice") -> None:
    hit, known = practice.hit, practice.hit.metadata
    place = describe_place(hit.source, practice.page, hit.chunk.heading)
    about = " · ".join(filter(None, (known.language, known.country, known.organisation, place)))
    output.print(show(f"{practice.rank}. {known.title}", style="bold"))
    output.print(show(f"   {practice.score:.2f} · {about}", style="dim"))
    output.print(show(f"   described: {practice.sentence}"))
    output.print(show(f"   {hit.chunk.language}: {practice.statement}"))
    if practice.themes:
        output.print(show(f"   themes: {', '.join(practice.themes)}", style="dim"))
