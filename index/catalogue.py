"""The catalogue: one SQLite file that holds all of a library, from which everything else is derived.

Documents, chunks, vectors, words and the manifest change together in one transaction per
document. Each change raises the generation, by which derived files tell that they are stale.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.offsets import Offsets
from index.reading import Embedding
from index.records import Chunk, Document, Metadata, Page, Section
from index.rows import ChunkRows

FORMAT = 3
"""Raised when the tables change, so that an old library is told from a damaged one."""

_TABLES = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    digest TEXT NOT NULL,
    reading TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    country TEXT NOT NULL,
    metadata TEXT NOT NULL,
    pages TEXT NOT NULL,
    sections TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    first_page INTEGER,
    last_page INTEGER,
    page_starts TEXT NOT NULL,
    heading TEXT NOT NULL,
    statements TEXT NOT NULL
) STRICT;
CREATE INDEX chunks_of_document ON chunks (document);
CREATE INDEX chunks_in_order ON chunks (number, document, language);
CREATE TABLE embeddings (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (number) ON DELETE CASCADE,
    digest BLOB NOT NULL,
    words BLOB NOT NULL,
    whole BLOB NOT NULL,
    statements BLOB NOT NULL
) STRICT;
CREATE INDEX embeddings_by_digest ON embeddings (digest);
CREATE TABLE offsets (
    language TEXT PRIMARY KEY,
    questions BLOB NOT NULL,
    passages BLOB NOT NULL,
    centre BLOB NOT NULL
) STRICT;
"""

_SELECT_STORED = (
    "SELECT chunks.*, documents.id AS document_id, documents.source, documents.metadata"
    " FROM chunks JOIN documents ON documents.number = chunks.document"
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a library was built with."""

    encoder: str
    encoder_digest: str
    dimension: int


class Edition(NamedTuple):
    """One state of one library: its id, made at random with it, and how many times it has changed."""

    library: str
    generation: int


@dataclass(frozen=True, slots=True)
class FileState:
    """A source file as it was when it was read: size in bytes, time in nanoseconds, SHA-256."""

    size: int
    modified: int
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is listed; `path` is where its file lay when it was read."""

    id: str
    path: str
    source: str
    metadata: Metadata
    chunks: int


class Statements(NamedTuple):
    """The vectors of the statements of some chunks, one chunk after the other: shape (statements, dimension);
    `counts` says how many each chunk has, shape (chunks,)."""

    vectors: NDArray[np.float32]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with what a hit shows of its document."""

    number: int
    chunk: Chunk
    source: str
    metadata: Metadata


class Catalogue:
    """Reads one catalogue file, and changes it where `writing`. A connection serves one thread."""

    def __init__(self, path: Path, *, writing: bool = False) -> None:
        self.path = path
        self._connection = _connect_to_write(path) if writing else _connect_to_read(path)
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        self._connection.close()

    # The manifest

    def create(self, manifest: Manifest, offsets: Offsets) -> None:
        """Make the tables. The manifest is part of the same transaction: a catalogue has it or is empty."""
        with self.transaction():
            for statement in _statements(_TABLES):
                self._connection.execute(statement)
            values = {"format": FORMAT, "library": uuid4().hex, "generation": 0} | asdict(manifest)
            self._connection.executemany(
                "INSERT INTO manifest VALUES (?, ?)", [(key, str(value)) for key, value in values.items()]
            )
            self._connection.executemany(
                "INSERT INTO offsets VALUES (?, ?, ?, ?)",
                [
                    (language, _to_blob(of_questions), _to_blob(of_passages), _to_blob(offsets.centre))
                    for language, of_questions in offsets.questions.items()
                    for of_passages in [offsets.passages[language]]
                ],
            )

    def read_manifest(self) -> Manifest | None:
        """The manifest, or None where the catalogue is new. Raises `LibraryError` on another format."""
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
            return None
        values = dict(self._connection.execute("SELECT key, value FROM manifest").fetchall())
        if int(values["format"]) != FORMAT:
            raise LibraryError(
                f"{self.path.parent} has format {values['format']}, this version reads {FORMAT}: "
                "ingest the documents into a new library."
            )
        return Manifest(
            encoder=values["encoder"],
            encoder_digest=values["encoder_digest"],
            dimension=int(values["dimension"]),
        )

    def offsets(self) -> Offsets:
        """What each language adds to the vectors of this library's encoder."""
        rows = self._connection.execute("SELECT * FROM offsets").fetchall()
        return Offsets(
            {row["language"]: np.frombuffer(row["questions"], "<f4") for row in rows},
            {row["language"]: np.frombuffer(row["passages"], "<f4") for row in rows},
            np.frombuffer(rows[0]["centre"], "<f4"),
        )

    def edition(self) -> Edition:
        """Which library this is, and in which state."""
        values = dict(self._connection.execute("SELECT key, value FROM manifest").fetchall())
        return Edition(values["library"], int(values["generation"]))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and the only writer meanwhile."""
        with self._scope("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see one state, whatever a writer does meanwhile."""
        with self._scope("BEGIN"):
            yield

    @contextmanager
    def _scope(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    # Writing

    def put(
        self,
        path: str,
        state: FileState,
        reading: str,
        document: Document,
        chunks: Sequence[Chunk],
        digests: Sequence[bytes],
        words: Sequence[bytes],
        embeddings: Sequence[Embedding],
    ) -> None:
        """Store a document with its chunks, replacing an earlier version of it.

        `reading` names the way in which it was read and cut. `words` are the chunks' words as
        `index.words.count_words` gives them.
        """
        with self.transaction():
            self._delete(document.id)
            cursor = self._connection.execute(
                "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.id,
                    path,
                    document.source,
                    state.size,
                    state.modified,
                    state.digest,
                    reading,
                    document.metadata.title,
                    document.metadata.language,
                    document.metadata.country,
                    _to_json(asdict(document.metadata)),
                    _to_json([asdict(page) for page in document.pages]),
                    _to_json([asdict(section) for section in document.sections]),
                    document.text,
                ),
            )
            number = cursor.lastrowid
            for chunk, digest, counted, embedding in zip(chunks, digests, words, embeddings, strict=True):
                cursor = self._connection.execute(
                    "INSERT INTO chunks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        number,
                        chunk.id,
                        chunk.start,
                        chunk.end,
                        chunk.text,
                        chunk.language,
                        chunk.first_page,
                        chunk.last_page,
                        _to_json(chunk.page_starts),
                        _to_json(chunk.heading),
                        _to_json(chunk.statements),
                    ),
                )
                self._connection.execute(
                    "INSERT INTO embeddings VALUES (?, ?, ?, ?, ?)",
                    (
                        cursor.lastrowid,
                        digest,
                        counted,
                        _to_blob(embedding.whole),
                        # Half precision: a cosine changes in its fifth digit, and there are many of them.
                        np.asarray(embedding.statements, "<f2").tobytes(),
                    ),
                )
            self._raise_generation()

    def touch(self, path: str, state: FileState) -> None:
        """Note that a file has a new time but the same content."""
        with self.transaction():
            self._connection.execute(
                "UPDATE documents SET size = ?, modified = ? WHERE path = ?",
                (state.size, state.modified, path),
            )

    def name_sources(self, sources: Mapping[str, str]) -> None:
        """Note what each path is called now, where that has changed."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE documents SET source = ?1 WHERE path = ?2 AND source <> ?1",
                [(source, path) for path, source in sources.items()],
            )

    def remove(self, ids: Sequence[str]) -> int:
        """Remove these documents with all that belongs to them; returns how many there were."""
        with self.transaction():
            removed = sum(self._delete(id_) for id_ in ids)
            if removed:
                self._raise_generation()
        return removed

    def copy_to(self, other: "Catalogue") -> None:
        """Make another catalogue, which must be writing, the same as this one, in one transaction of its."""
        self._connection.backup(other._connection)

    def _delete(self, id_: str) -> int:
        return self._connection.execute("DELETE FROM documents WHERE id = ?", (id_,)).rowcount

    def _raise_generation(self) -> None:
        self._connection.execute("UPDATE manifest SET value = value + 1 WHERE key = 'generation'")

    # Reading

    def file_states(self, reading: str) -> dict[str, FileState]:
        """Those files that were read in this way, as they were then, by path."""
        rows = self._connection.execute(
            "SELECT path, size, modified, digest FROM documents WHERE reading = ?", (reading,)
        )
        return {row["path"]: FileState(row["size"], row["modified"], row["digest"]) for row in rows}

    def ids_by_path(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT path, id FROM documents").fetchall())

    def embeddings_by_digest(self, digests: Sequence[bytes]) -> dict[bytes, Embedding]:
        """The embeddings that the library already has, by the digest of what was read."""
        found = {}
        for digest in set(digests):
            row = self._connection.execute(
                "SELECT whole, statements FROM embeddings WHERE digest = ? LIMIT 1", (digest,)
            ).fetchone()
            if row:
                whole = np.frombuffer(row["whole"], "<f4")
                found[digest] = Embedding(whole, _read_statements(row["statements"], len(whole)))
        return found

    def all_vectors(self, dimension: int) -> NDArray[np.float32]:
        """The vectors of all chunks, shape (n, dimension), by rising number."""
        rows = self._connection.execute("SELECT whole FROM embeddings ORDER BY chunk")
        return np.frombuffer(b"".join(whole for (whole,) in rows), "<f4").reshape(-1, dimension)

    def all_statements(self, dimension: int) -> Statements:
        """The vectors of all statements, by rising number of the chunk."""
        rows = self._connection.execute("SELECT statements FROM embeddings ORDER BY chunk")
        return _join_statements([blob for (blob,) in rows], dimension)

    def embeddings_of(self, numbers: Sequence[int], dimension: int) -> tuple[NDArray[np.float32], Statements]:
        """The vectors of these chunks, whose numbers rise, shape (n, dimension), and of their statements."""
        marks = ",".join("?" * len(numbers))
        query = f"SELECT whole, statements FROM embeddings WHERE chunk IN ({marks}) ORDER BY chunk"
        rows = self._connection.execute(query, numbers).fetchall()
        whole = np.frombuffer(b"".join(row["whole"] for row in rows), "<f4").reshape(-1, dimension)
        return whole, _join_statements([row["statements"] for row in rows], dimension)

    def all_words(self) -> Iterator[bytes]:
        """The words of each chunk as `index.words.count_words` gave them, by rising number."""
        return (words for (words,) in self._connection.execute("SELECT words FROM embeddings ORDER BY chunk"))

    def chunk_rows(self) -> ChunkRows:
        """What a search knows of all chunks."""
        query = "SELECT number, document, language FROM chunks ORDER BY number"
        rows = self._connection.execute(query).fetchall()
        numbers, documents, languages = zip(*rows, strict=True) if rows else ((), (), ())
        return ChunkRows(
            np.array(numbers, np.int64), np.array(documents, np.int64), np.array(languages, np.str_)
        )

    def metadata_by_number(self) -> dict[int, Metadata]:
        """What is known of each document, by its number."""
        rows = self._connection.execute("SELECT number, metadata FROM documents")
        return {row["number"]: _read_metadata(row["metadata"]) for row in rows}

    def chunk_ids(self) -> list[str]:
        """The id of every chunk, by rising number."""
        return [id_ for (id_,) in self._connection.execute("SELECT id FROM chunks ORDER BY number")]

    def read_chunks(self, numbers: Sequence[int]) -> dict[int, StoredChunk]:
        """The chunks with these numbers, by number."""
        marks = ",".join("?" * len(numbers))
        rows = self._connection.execute(f"{_SELECT_STORED} WHERE chunks.number IN ({marks})", list(numbers))
        return {row["number"]: _read_stored_chunk(row) for row in rows}

    def read_document(self, id_: str) -> Document | None:
        """The whole document, or None."""
        row = self._connection.execute("SELECT * FROM documents WHERE id = ?", (id_,)).fetchone()
        if row is None:
            return None
        return Document(
            id=row["id"],
            source=row["source"],
            text=row["text"],
            metadata=_read_metadata(row["metadata"]),
            pages=tuple(Page(**page) for page in json.loads(row["pages"])),
            sections=tuple(
                Section(tuple(section["path"]), section["start"], section["end"])
                for section in json.loads(row["sections"])
            ),
        )

    def chunks_of(self, document_id: str) -> list[Chunk]:
        """A document's chunks in their order."""
        rows = self._connection.execute(
            f"{_SELECT_STORED} WHERE documents.id = ? ORDER BY start", (document_id,)
        )
        return [_read_stored_chunk(row).chunk for row in rows]

    def entries(self) -> list[Entry]:
        """All documents, by path."""
        rows = self._connection.execute(
            "SELECT documents.id, path, source, metadata, count(chunks.number) AS n"
            " FROM documents LEFT JOIN chunks ON chunks.document = documents.number"
            " GROUP BY documents.number ORDER BY path"
        )
        return [
            Entry(row["id"], row["path"], row["source"], _read_metadata(row["metadata"]), row["n"])
            for row in rows
        ]

    def count_chunks(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM chunks").fetchone()
        return int(count)


@contextmanager
def open_catalogue(path: Path, *, writing: bool = False) -> Iterator[Catalogue]:
    """The catalogue in the file, closed at the end.

    Raises `LibraryError` where it proves damaged, or may not be opened or written.
    """
    try:
        with closing(Catalogue(path, writing=writing)) as catalogue:
            yield catalogue
    except sqlite3.DatabaseError as error:
        if _primary_code(error) in _NO_ACCESS:
            raise LibraryError(
                f"{path} cannot be {'written' if writing else 'read'} ({error}): "
                "check that it is there and that you may, or choose another library."
            ) from error
        if type(error) is not sqlite3.DatabaseError:
            raise  # a lock or a fault of ours, not damage
        raise LibraryError(
            f"{path} is not a catalogue or is damaged ({error}): "
            "move the folder away and ingest the documents again."
        ) from error


_NO_ACCESS = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}


def _primary_code(error: sqlite3.Error) -> int:
    """SQLite's code without its extension; 0 where the error is not SQLite's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _connect_to_write(path: Path) -> sqlite3.Connection:
    # What is committed survives a power cut, too: derived files trust the generation's number.
    # A chunk's vectors take some five kilobytes, which are read at once where a page holds them.
    settings = ("page_size = 16384", "foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL")
    return _connect(path, "mode=rwc", settings)


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, so that a library on a read-only medium answers as well.

    SQLite makes two files beside a catalogue that it reads. Where it may not, nothing but a log that waits to
    be read forbids to take the catalogue for a file that does not change.
    """
    try:
        return _connect(path, "mode=rw", ("query_only = ON", "schema_version"))
    except sqlite3.OperationalError as error:
        log = path.with_name(f"{path.name}-wal")
        if _primary_code(error) not in _NO_ACCESS or (log.exists() and log.stat().st_size):
            raise
        return _connect(path, "mode=ro&immutable=1", ("query_only = ON",))


def _connect(path: Path, how: str, settings: Sequence[str]) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
    try:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _statements(script: str) -> Iterator[str]:
    """The script's statements; `executescript` would commit the open transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _to_blob(vector: NDArray[np.float32]) -> bytes:
    return np.asarray(vector, "<f4").tobytes()


def _read_statements(blob: bytes, dimension: int) -> NDArray[np.float32]:
    return np.frombuffer(blob, "<f2").reshape(-1, dimension).astype(np.float32)


def _join_statements(blobs: Sequence[bytes], dimension: int) -> Statements:
    counts = np.fromiter((len(blob) // (2 * dimension) for blob in blobs), np.int64, len(blobs))
    return Statements(_read_statements(b"".join(blobs), dimension), counts)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read_metadata(text: str) -> Metadata:
    values = json.loads(text)
    return Metadata(**values | {name: tuple(values[name]) for name in ("themes", "sources")})


def _read_stored_chunk(row: sqlite3.Row) -> StoredChunk:
    chunk = Chunk(
        id=row["id"],
        document_id=row["document_id"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        language=row["language"],
        first_page=row["first_page"],
        last_page=row["last_page"],
        heading=tuple(json.loads(row["heading"])),
        page_starts=tuple(json.loads(row["page_starts"])),
        statements=tuple((start, end) for start, end in json.loads(row["statements"])),
    )
    return StoredChunk(row["number"], chunk, row["source"], _read_metadata(row["metadata"]))
