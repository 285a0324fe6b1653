"""`fasttrack search`: a text, and the passages that fit it."""

from collections.abc import Sequence
from enum import StrEnum
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
from fasttrack.options import DEFAULT_LIBRARY, EncoderOption, JsonOption, LibraryOption, read_text

if TYPE_CHECKING:
    from index.records import Chunk, Hit


class SearchMode(StrEnum):
    """How passages are found."""

    hybrid = "hybrid"
    dense = "dense"
    dense_raw = "dense-raw"
    lexical = "lexical"


def search(
    text: Annotated[
        str, typer.Argument(help="A question or some words, in any language.", callback=read_text)
    ],
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=1000, help="How many passages.")] = 10,
    language: LanguageOption = None,
    country: CountryOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
    theme: ThemeOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    around: Annotated[
        int, typer.Option(min=0, max=20, help="Also show so many chunks before and after each passage.")
    ] = 0,
    mode: Annotated[SearchMode, typer.Option(help="How passages are found.")] = SearchMode.hybrid,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages that fit a text best, whatever their language.

    Each restriction may be given several times, and then lets each of its values through.
    """
    from assistant.serialise import hits_to_json
    from index.language import detect_language

    if not text.strip():
        raise typer.BadParameter("The text is empty: write what you are looking for.")
    filter_ = make_filter(language, country, organisation, kind, theme, since, until)
    with explain_errors():
        opened = open_library(library, encoder)
        opened.warm_up()
        detected = detect_language(text)
        hits = opened.search(text, question_language=detected, count=count, mode=mode.value, filter_=filter_)
        neighbours = (
            [opened.neighbours(hit.chunk, around) for hit in hits] if around else [([], [])] * len(hits)
        )
    if as_json:
        shown = hits_to_json(hits)
        for one, (before, after) in zip(shown, neighbours, strict=True):
            one["before"] = [chunk.text for chunk in before]
            one["after"] = [chunk.text for chunk in after]
        print_json({"question": text, "language": detected, "mode": mode.value, "hits": shown})
        return
    for hit, (before, after) in zip(hits, neighbours, strict=True):
        _print_hit(hit, before, after)
    if not hits:
        output.print("No passage fits.")


def _print_hit(hit: "Hit", before: Sequence["Chunk"], after: Sequence["Chunk"]) -> None:
    place = describe_place(hit.source, hit.chunk.first_page, hit.chunk.heading)
    output.print(show(f"{hit.rank}. {hit.metadata.title}", style="bold"))
    output.print(show(f"   {hit.chunk.language} · {place} · {hit.score_kind} {hit.score:.3f}", style="dim"))
    for chunk in (*before, hit.chunk, *after):
        output.print(show(f"   {' '.join(chunk.text.split())}", "" if chunk is hit.chunk else "dim"))
    output.print()
