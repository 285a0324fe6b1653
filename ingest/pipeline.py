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
from index.library import CHUNK_TOKENS, Writer, open_for_writing
from index.records import Chunk, Document
from ingest.chunk import embedding_text, split_document
from ingest.errors import UnreadableError
from ingest.read import choose_reader, read_document

# Short documents are encoded together, so that the processor has enough to do; they are stored one by one.
_CHUNKS_TOGETHER = 16
_CHUNKS_PER_STEP = 32


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
class Progress:
    """How far an ingest is, in bytes of source files, and how many chunks it has encoded."""

    done: float
    total: int
    encoded: int


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    source: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    file: _File
    state: FileState
    document: Document
    chunks: list[Chunk]
    texts: list[str]


class _Run:
    """One ingest under way: its counts and what waits to be encoded."""

    def __init__(
        self, writer: Writer, encoder: Encoder, total: int, tell: Callable[[Progress], None]
    ) -> None:
        self.writer = writer
        self.encoder = encoder
        self.total = total
        self.tell = tell
        self.done = 0.0
        self.read = self.unchanged = self.encoded = 0
        self.skipped: list[Skipped] = []
        self.waiting: list[_Prepared] = []

    def advance(self, size: float) -> None:
        self.done += size
        self.tell(Progress(self.done, self.total, self.encoded))

    def take(self, file: _File, known: FileState | None) -> None:
        """Prepare one file, unless it is unchanged or cannot be read."""
        if known and (known.size, known.modified) == (file.size, file.modified):
            self.unchanged += 1
            self.advance(file.size)
            return
        try:
            _refuse_unprintable(file.path)
            choose_reader(file.path)
            data = file.path.read_bytes()
            state = FileState(file.size, file.modified, hashlib.sha256(data).hexdigest())
            if known and known.digest == state.digest:
                self.writer.touch(str(file.path), state)
                self.unchanged += 1
                self.advance(file.size)
                return
            document = read_document(file.path, data, file.source)
        except (OSError, UnreadableError) as error:
            stays = "; the version read earlier stays in the library" if known else ""
            self.skipped.append(Skipped(file.source, f"{error}{stays}"))
            self.advance(file.size)
            return
        chunks = split_document(document, self.encoder, CHUNK_TOKENS)
        texts = [embedding_text(document, chunk) for chunk in chunks]
        self.waiting.append(_Prepared(file, state, document, chunks, texts))
        if sum(len(prepared.chunks) for prepared in self.waiting) >= _CHUNKS_TOGETHER:
            self.store_waiting()

    def store_waiting(self) -> None:
        """Encode what waits, then store each document in a transaction of its own."""
        wanted = dict.fromkeys(text for prepared in self.waiting for text in prepared.texts)
        # All that is known is fetched first: storing one document may remove the text of the next.
        vectors = self.writer.known_vectors(list(wanted))
        missing = [text for text in wanted if text not in vectors]
        size = sum(prepared.file.size for prepared in self.waiting)
        for first in range(0, len(missing), _CHUNKS_PER_STEP):
            texts = missing[first : first + _CHUNKS_PER_STEP]
            vectors.update(zip(texts, self.encoder.encode_passages(texts), strict=True))
            self.encoded += len(texts)
            self.advance(size * len(texts) / len(missing))
        for prepared in self.waiting:
            self.writer.put(
                str(prepared.file.path),
                prepared.state,
                prepared.document,
                prepared.chunks,
                prepared.texts,
                vectors,
            )
            self.read += 1
        if not missing:
            self.advance(size)
        self.waiting = []


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
        run = _Run(writer, encoder, sum(file.size for file in files.values()), tell)
        for name, file in sorted(files.items()):
            run.take(file, known.get(name))
        run.store_waiting()
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
            read=run.read,
            unchanged=run.unchanged,
            removed=removed,
            skipped=(*unlisted.values(), *run.skipped),
            chunks=writer.count_chunks(),
            encoded=run.encoded,
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
