"""Builds a library anew for another encoder, from the documents that it holds: their files may be gone.

The new library grows in a folder beside the old one, which answers meanwhile. In the end one transaction
puts all of the new one in the place of the old. A run that was interrupted is taken up where it stopped.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.encoder import Encoder
from index.errors import LibraryError
from index.library import Holdings, Replaceable, Writer, open_for_replacing, open_for_writing
from ingest.storing import Progress, Storer


@dataclass(frozen=True, slots=True)
class Reencoding:
    """What was done. `changed` is false where the library needed nothing; `before` and `encoder` are names.

    `documents` and `chunks` count the library's, `encoded` the chunks of this run.
    """

    changed: bool
    before: str
    encoder: str
    documents: int
    chunks: int
    encoded: int
    seconds: float


def reencode(folder: Path, encoder: Encoder, tell: Callable[[Progress], None] = lambda _: None) -> Reencoding:
    """Make the library in `folder` one of this encoder.

    Raises `LibraryError` where there is none, another process is writing to it, or a folder cannot be
    written.
    """
    started = time.monotonic()
    with open_for_replacing(folder) as old:
        before, beside = old.manifest().encoder, name_successor(folder)
        changed, encoded, leftover = not old.is_up_to_date(encoder), 0, _find_encoder(beside)
        if changed:
            if leftover != encoder.digest:
                _remove(beside)
            with open_for_writing(beside, encoder) as writer:
                encoded = _fill(writer, old, encoder, tell)
                old.give_way_to(writer)
        if changed or leftover in (encoder.digest, None):  # what another encoder began may still be finished
            _remove(beside)
        status = old.status()
    return Reencoding(
        changed=changed,
        before=before,
        encoder=status.encoder,
        documents=status.documents,
        chunks=status.chunks,
        encoded=encoded,
        seconds=time.monotonic() - started,
    )


def name_successor(folder: Path) -> Path:
    """The folder beside the library's in which its successor grows."""
    real = folder.resolve()
    return real.with_name(f"{real.name}.reencoded")


def _fill(writer: Writer, old: Replaceable, encoder: Encoder, tell: Callable[[Progress], None]) -> int:
    """Bring the new library up to date with the old one; returns how many chunks were encoded."""
    entries, states, stored = old.entries(), old.file_states(), writer.file_states()
    writer.remove([id_ for path, id_ in writer.ids_by_path().items() if path not in states])
    storer = Storer(writer, encoder, sum(entry.chunks for entry in entries), tell)
    for entry in entries:
        if stored.get(entry.path) == states[entry.path]:
            storer.advance(entry.chunks)
        else:
            storer.take(entry.path, states[entry.path], old.document(entry.id), entry.chunks)
    storer.store_waiting()
    writer.name_sources({entry.path: entry.source for entry in entries})
    return storer.encoded


def _find_encoder(beside: Path) -> str | None:
    """The digest of the encoder for which an interrupted run began there, if one can go on with it."""
    try:
        return Holdings(beside).manifest().encoder_digest
    except LibraryError:
        return None


def _remove(beside: Path) -> None:
    try:
        # First of all what makes it a library: half removed, it must not be taken for a whole one.
        for catalogue in sorted(beside.glob("*.sqlite")):
            catalogue.unlink()
        if beside.exists():
            shutil.rmtree(beside)
    except OSError as error:
        raise LibraryError(
            f"{beside}, left over from a library that was built anew, cannot be removed ({error.strerror}): "
            "remove it yourself."
        ) from error
