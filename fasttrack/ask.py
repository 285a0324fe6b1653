"""`fasttrack ask`: a question, and the answer with its citations."""

from typing import TYPE_CHECKING, Annotated

import typer

from fasttrack.console import describe_place, explain_errors, output, print_json, show
from fasttrack.opening import open_assistant
from fasttrack.options import (
    DEFAULT_LIBRARY,
    EncoderOption,
    GeneratorOption,
    JsonOption,
    LibraryOption,
    QuestionArgument,
    Unsupported,
    UnsupportedOption,
    refuse_empty,
)

if TYPE_CHECKING:
    from assistant.answer import Answer


def ask(
    text: QuestionArgument,
    answer_in: Annotated[
        str, typer.Option(help="The answer's language, such as nl.", show_default="the question's")
    ] = "",
    generator: GeneratorOption = None,
    unsupported: UnsupportedOption = Unsupported.drop,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the documents, with citations, or say that they do not answer it."""
    from assistant.serialise import answer_to_json

    refuse_empty(text)
    with explain_errors():
        assistant = open_assistant(library, encoder, generator, unsupported)
        assistant.library.warm_up()
        answer = assistant.answer(text, language=answer_in)
    if as_json:
        print_json(answer_to_json(answer))
        return
    _print_answer(answer)


def _print_answer(answer: "Answer") -> None:
    if answer.notice:
        output.print(show(answer.notice, style="dim"))
    if answer.lead_in:
        output.print(show(answer.lead_in))
    for sentence in answer.sentences:
        marks = "".join(f" [{citation.number}]" for citation in sentence.citations)
        if sentence.verdict == "unsupported":
            marks = f" (unsupported: {sentence.reason})"
        for language in sorted(sentence.quoted_languages - {answer.language}):
            marks += f" ({language})"
        output.print(show(f"  {sentence.text}{marks}"))
    pages = {cited.number: cited.page for sentence in answer.sentences for cited in sentence.citations}
    for hit in answer.passages:
        if answer.abstained or hit.rank in pages:
            place = describe_place(hit.source, pages.get(hit.rank, hit.chunk.first_page), hit.chunk.heading)
            output.print(
                show(f"[{hit.rank}] {hit.metadata.title} ({hit.chunk.language}, {place})", style="dim")
            )
    output.print(show(f"{answer.generator}, {answer.seconds:.1f} s", style="dim"))
