"""`fasttrack chat`: the chat page."""

from typing import Annotated

import typer

from fasttrack.console import explain_errors, messages
from fasttrack.opening import open_assistant
from fasttrack.options import (
    DEFAULT_LIBRARY,
    EncoderOption,
    GeneratorOption,
    LibraryOption,
    Unsupported,
    UnsupportedOption,
)


def chat(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
    generator: GeneratorOption = None,
    unsupported: UnsupportedOption = Unsupported.drop,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
) -> None:
    """Open the chat page for a browser."""
    with explain_errors():
        from assistant.page.chat import serve

        assistant = open_assistant(library, encoder, generator, unsupported)
        assistant.warm_up()

        serve(
            assistant, host, port, lambda address: messages.print(f"The chat is at {address} (stop: Ctrl+C).")
        )
