"""`fasttrack compare`: one question, and an answer from each country, organisation or language."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from fasttrack.console import describe_place, explain_errors, fold, output, print_json, show, show_steps
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
from fasttrack.opening import open_assistant
from fasttrack.options import (
    DEFAULT_LIBRARY,
    EncoderOption,
    GeneratorOption,
    JsonOption,
    LibraryOption,
    QuestionArgument,
    refuse_empty,
)

if TYPE_CHECKING:
    from assistant.comparing.compare import Cell, Comparison


class ComparedBy(StrEnum):
    """What documents are compared by."""

    country = "country"
    organisation = "organisation"
    language = "language"


def compare(
    text: QuestionArgument,
    by: Annotated[ComparedBy, typer.Option(help="What gets an answer each.")] = ComparedBy.country,
    language: LanguageOption = None,
    country: CountryOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
    theme: ThemeOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    generator: GeneratorOption = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question for each country, organisation or language, from its own documents alone.

    A cell is empty where these do not answer it.
    """
    from assistant.comparing.compare import compare as run_compare
    from assistant.comparing.compare import find_groups
    from assistant.serialise import comparison_to_json

    refuse_empty(text)
    filter_ = make_filter(language, country, organisation, kind, theme, since, until)
    with explain_errors():
        assistant = open_assistant(library, encoder, generator)
        groups = find_groups(assistant.library, by.value, filter_)
        assistant.library.warm_up()
        with show_steps("answering", len(groups.names)) as tell:
            found = run_compare(text, groups, assistant, filter_, tell)
    if as_json:
        print_json(comparison_to_json(found))
        return
    _print_comparison(found)


def _print_comparison(found: "Comparison") -> None:
    groups = found.groups
    for notice in found.notices:
        output.print(show(notice, style="dim"))
    table = Table(*fold(groups.by.capitalize(), "Answer", "Sources"), show_lines=True)
    for cell in found.cells:
        _add_row(table, cell)
    output.print(table if found.cells else "No passage fits.")
    if groups.without:
        states = "document states" if groups.without == 1 else "documents state"
        output.print(f"{groups.without} {states} no {groups.by}: in no row.")
    output.print(f"{found.seconds:.1f} s", style="dim")


def _add_row(table: Table, cell: "Cell") -> None:
    answer = cell.answer
    if answer.abstained:
        table.add_row(show(cell.group), show(answer.lead_in, style="dim"), "")
        return
    marked = [
        " ".join((sentence.text, *(f"[{citation.number}]" for citation in sentence.citations)))
        for sentence in answer.sentences
    ]
    numbered = {citation.number: citation for one in answer.sentences for citation in one.citations}
    places = [
        f"[{number}] {cited.hit.chunk.language}, "
        + describe_place(cited.hit.source, cited.page, cited.hit.chunk.heading)
        for number, cited in sorted(numbered.items())
    ]
    table.add_row(show(cell.group), show("\n".join(marked)), show("\n".join(places), style="dim"))
