"""Brings a library up to date with files and folders: reads what is new or changed, encodes what has no
vector yet, removes what is gone."""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import FileState
from index.encoder import Encoder
from index.errors import FastTrackError
from index.library import Writer, open_for_writing
from ingest.errors import UnreadableError
from ingest.read import choose_reader, read_document
from ingest.storing import Progress, Storer


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did. `chunks` counts the library's, `encoded` those of this run."""

    read: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    chunks: int
    encoded: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    source: str
    size: int
    modified: int


class _Run:
    """One ingest under way: its counts, and what stores its documents."""

    def __init__(self, writer: Writer, storer: Storer) -> None:
        self.writer = writer
        self.storer = storer
        self.unchanged = 0
        self.skipped: list[Skipped] = []

    def take(self, file: _File, known: FileState | None) -> None:
        """Prepare one file, unless it is unchanged or cannot be read."""
        if known and (known.size, known.modified) == (file.size, file.modified):
            self.unchanged += 1
            self.storer.advance(file.size)
            return
        try:
            _refuse_unprintable(file.path)
            choose_reader(file.path)
            data = file.path.read_bytes()
            state = FileState(file.size, file.modified, hashlib.sha256(data).hexdigest())
            if known and known.digest == state.digest:
                self.writer.touch(str(file.path), state)
                self.unchanged += 1
                self.storer.advance(file.size)
                return
            document = read_document(file.path, data, file.source)
        except (OSError, UnreadableError) as error:
            stays = "; the version read earlier stays in the library" if known else ""
            self.skipped.append(Skipped(file.source, f"{error}{stays}"))
            self.storer.advance(file.size)
            return
        self.storer.take(str(file.path), state, document, file.size)


def ingest(
    paths: Sequence[Path], folder: Path, encoder: Encoder, tell: Callable[[Progress], None] = lambda _: None
) -> Report:
    """Bring the library in `folder` up to date with the files and folders in `paths`.

    Raises `FastTrackError` where a path does not exist. A file or folder that cannot be read is reported, and
    the others are read all the same. Interrupted, it goes on where it stopped when it is run again.
    """
    started = time.monotonic()
    roots = [_locate(path) for path in paths]
    unlisted: dict[Path, Skipped] = {}
    files = {str(file.path): file for root in roots for file in find_files(root, unlisted)}
    with open_for_writing(folder, encoder) as writer:
        known = writer.file_states()
        storer = Storer(writer, encoder, sum(file.size for file in files.values()), tell)
        run = _Run(writer, storer)
        for name, file in sorted(files.items()):
            run.take(file, known.get(name))
        storer.store_waiting()
        ids = writer.ids_by_path()
        gone = [
            id_
            for path, id_ in ids.items()
            if path not in files and _lies_below(path, roots) and not _lies_below(path, unlisted)
        ]
        removed = writer.remove(gone)
        writer.name_sources({path: files[path].source for path in ids if path in files})
        writer.publish()
        return Report(
            read=storer.stored,
            unchanged=run.unchanged,
            removed=removed,
            skipped=(*unlisted.values(), *run.skipped),
            chunks=writer.count_chunks(),
            encoded=storer.encoded,
            seconds=time.monotonic() - started,
        )


def find_files(root: Path, unlisted: dict[Path, Skipped] | None = None) -> Iterator[_File]:
    """All files at or below `root` but those that are hidden below it, each with its path below the root.

    What cannot be looked into is left out and put in `unlisted`.
    """
    base = root.parent if root.is_file() else root

    def leave_out(path: Path, error: OSError) -> None:
        # What has vanished since its folder was listed is simply not there.
        if unlisted is not None and not isinstance(error, FileNotFoundError):
            source = _printable(path.relative_to(base)) if path != base else _printable(path)
            reason = f"it cannot be read ({error.strerror}); what was read earlier stays in the library"
            unlisted[path] = Skipped(source, reason)

    for path in [root] if root.is_file() else _walk(root, leave_out):
        try:
            status = path.stat()
        except OSError as error:
            leave_out(path, error)
            continue
        if stat.S_ISREG(status.st_mode):
            yield _File(path, _printable(path.relative_to(base)), status.st_size, status.st_mtime_ns)


def _walk(root: Path, leave_out: Callable[[Path, OSError], None]) -> Iterator[Path]:
    """What lies below `root` and is neither hidden nor a folder."""

    def onerror(error: OSError) -> None:
        leave_out(Path(os.fsdecode(error.filename)), error)

    for folder, below, names in os.walk(root, onerror=onerror):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _locate(path: Path) -> Path:
    """The path without links. Raises `FastTrackError` where there is nothing, or nothing to be seen."""
    try:
        return path.resolve(strict=True)
    except FileNotFoundError as error:
        raise FastTrackError(f"There is no file or folder {path}.") from error
    except (OSError, RuntimeError) as error:
        raise FastTrackError(f"{path} cannot be read: {error}") from error


def _refuse_unprintable(path: Path) -> None:
    """A library keeps paths as text, which a name in another encoding than UTF-8 is not."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise UnreadableError("its name, or a folder's, is not valid UTF-8: rename it") from error


def _printable(path: Path) -> str:
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _lies_below(path: str, roots: Iterable[Path]) -> bool:
    return any(Path(path).is_relative_to(root) for root in roots)
