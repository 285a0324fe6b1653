"""Opens what the options name: an encoder, a library, an assistant."""

from pathlib import Path
from typing import TYPE_CHECKING

from fasttrack.console import messages
from fasttrack.options import Unsupported

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from index.encoder import Encoder
    from index.library import Library


def load_encoder(name: str | None) -> "Encoder":
    """The encoder of this name, after telling people when it has to be prepared first."""
    from index import encoder, weights

    # What a library tells of the packaged encoder, its own name, chooses it, too.
    loaded = encoder.load_encoder(encoder.PACKAGED if name == weights.ENCODER.name else name)
    if loaded.name == weights.ENCODER.name and not weights.artefact_path(weights.ENCODER).exists():
        messages.print("Preparing the encoder, once on this machine: about half a minute …")
    return loaded


def open_library(folder: Path, encoder: str | None) -> "Library":
    from index.library import Library

    return Library(folder, load_encoder(encoder))


def open_assistant(
    folder: Path, encoder: str | None, generator: str | None, unsupported: Unsupported = Unsupported.drop
) -> "Assistant":
    from assistant.assistant import Assistant
    from assistant.writing.choose import choose_generator

    chosen, notice = choose_generator(generator)
    return Assistant(open_library(folder, encoder), chosen, notice, unsupported.value)
