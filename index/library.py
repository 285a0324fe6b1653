"""The library on disk: the one class through which everything outside this package reads and writes it."""

import shlex
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.batch import Scored, find_pools, make_pool, rank_pool
from index.catalogue import Catalogue, Entry, FileState, Manifest, open_catalogue
from index.encoder import Encoder, Vectors
from index.errors import LibraryError
from index.filters import EVERYTHING, Filter, choose_positions
from index.language_identifier import load_identifier
from index.offsets import NO_OFFSETS, Offsets, measure_offsets
from index.reading import Embedding, Reading
from index.records import Chunk, Document, Hit, Mode, ScoreKind
from index.search import Question, search_chunks
from index.searchable import Searchable, load_raw_vectors, load_searchable, store_searchable
from index.words import count_words

CHUNK_TOKENS = 200
"""The size that chunks aim at, in the encoder's tokens."""

READING = 3
"""Raised when the readers or the chunker change what they make of a file, so that all files are read anew."""

_CANDIDATES = 50
"""So many of the nearest chunks, and as many of those that share words, are compared by their statements."""

_QUESTIONS_TOGETHER = 256
_QUESTIONS_KEPT = 256
_CATALOGUE = "catalogue.sqlite"
_LOCK = "writing.lock"
_PATIENCE = 0.5  # seconds; a reader may hold the lock for a moment
_HOW_TO_FILL = "run `fasttrack ingest` with your documents, or with corpus/ for the sample library."
_SCORE_KINDS: Mapping[Mode, ScoreKind] = {
    "hybrid": "fused",
    "dense": "evidence",
    "dense-raw": "cosine",
    "lexical": "bm25",
}


@dataclass(frozen=True, slots=True)
class Status:
    """How large a library is and what it was built with.

    The mappings count documents by what is known of them, the empty text standing for unknown; a document
    with several themes counts for each. A format is a file's ending, such as `pdf`.
    """

    documents: int
    chunks: int
    languages: Mapping[str, int]
    countries: Mapping[str, int]
    organisations: Mapping[str, int]
    kinds: Mapping[str, int]
    themes: Mapping[str, int]
    formats: Mapping[str, int]
    encoder: str
    generation: int


class Holdings:
    """What a library holds, whatever its encoder. Reads may come from any thread and any process."""

    def __init__(self, folder: Path) -> None:
        """The library in `folder`. Raises `LibraryError` where there is none."""
        if not (folder / _CATALOGUE).is_file():
            raise LibraryError(f"There is no library at {folder}: {_HOW_TO_FILL}")
        self.folder = folder

    @contextmanager
    def _snapshot(self) -> Iterator[Catalogue]:
        """One state of the library, which may have been made anew since it was opened."""
        with open_catalogue(self.folder / _CATALOGUE) as catalogue, catalogue.snapshot():
            self._accept(self._manifest(catalogue))
            yield catalogue

    def _accept(self, manifest: Manifest) -> None:
        """Raise `LibraryError` for a library that cannot be used here."""

    def _manifest(self, catalogue: Catalogue) -> Manifest:
        manifest = catalogue.read_manifest()
        if manifest is None:
            raise LibraryError(f"The library at {self.folder} is empty: {_HOW_TO_FILL}")
        return manifest

    def manifest(self) -> Manifest:
        """What the library was built with."""
        with self._snapshot() as catalogue:
            return self._manifest(catalogue)

    def status(self) -> Status:
        """Counts, by what is known of the documents."""
        with self._snapshot() as catalogue:
            entries = catalogue.entries()
            known = [entry.metadata for entry in entries]
            return Status(
                documents=len(entries),
                chunks=catalogue.count_chunks(),
                languages=_count(metadata.language for metadata in known),
                countries=_count(metadata.country for metadata in known),
                organisations=_count(metadata.organisation for metadata in known),
                kinds=_count(metadata.kind for metadata in known),
                themes=_count(theme for metadata in known for theme in metadata.themes or ("",)),
                formats=_count(PurePath(entry.path).suffix.lower().removeprefix(".") for entry in entries),
                encoder=self._manifest(catalogue).encoder,
                generation=catalogue.edition().generation,
            )

    def entries(self) -> list[Entry]:
        """All documents, by path."""
        with self._snapshot() as catalogue:
            return catalogue.entries()

    def document(self, id_: str) -> Document:
        """The whole document. Raises `LibraryError` where the library does not hold it."""
        with self._snapshot() as catalogue:
            document = catalogue.read_document(id_)
        if document is None:
            raise LibraryError(f"The library at {self.folder} holds no document {id_}.")
        return document

    def neighbours(self, chunk: Chunk, count: int = 1) -> tuple[list[Chunk], list[Chunk]]:
        """The `count` chunks before a chunk of the library and those after it, in the document's order."""
        chunks = self.chunks_of(chunk.document_id)
        place = next((place for place, one in enumerate(chunks) if one.id == chunk.id), None)
        if place is None:
            raise LibraryError(f"The library at {self.folder} holds no chunk {chunk.id}: search again.")
        return chunks[max(0, place - count) : place], chunks[place + 1 : place + 1 + count]

    def chunks_of(self, id_: str) -> list[Chunk]:
        """A document's chunks in their order."""
        with self._snapshot() as catalogue:
            return catalogue.chunks_of(id_)


class Library(Holdings):
    """A library with its encoder, ready to be searched."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Open the library in `folder`. Raises `LibraryError` where there is none, or where it was built
        with another encoder."""
        super().__init__(folder)
        self.encoder = encoder
        self._lock = threading.Lock()
        self._searchable: Searchable | None = None
        self._raw: Searchable | None = None
        self._asked: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        with self._snapshot():
            pass

    def warm_up(self) -> None:
        """Load what the first search would otherwise wait for."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            loading = pool.submit(self.encoder.encode_questions, ["?"])
            load_identifier()
            loading.result()

    def _accept(self, manifest: Manifest) -> None:
        _refuse_other_encoder(self.folder, manifest, self.encoder)

    def search(
        self,
        question: str,
        *,
        question_language: str,
        count: int = 10,
        mode: Mode = "hybrid",
        filter_: Filter = EVERYTHING,
    ) -> list[Hit]:
        """The `count` best chunks for a question, best first.

        The filter restricts the search itself, so a narrow one still fills the list.
        """
        asked = Question(question, question_language, self.encode_question(question))
        with self._snapshot() as catalogue:
            searchable = self._load_raw(catalogue) if mode == "dense-raw" else self._load(catalogue)
            among = None
            if filter_ != EVERYTHING:
                among = choose_positions(filter_, searchable.rows, catalogue.metadata_by_number())
            depth = max(_CANDIDATES, count)
            ranked = search_chunks(asked, searchable, catalogue, mode, count, depth, among)
            stored = catalogue.read_chunks([found.number for found in ranked])
        return [
            Hit(
                rank=rank,
                score=found.score,
                score_kind=_SCORE_KINDS[mode],
                similarity=found.similarity,
                chunk=stored[found.number].chunk,
                source=stored[found.number].source,
                metadata=stored[found.number].metadata,
                evidence=found.evidence,
            )
            for rank, found in enumerate(ranked, start=1)
        ]

    def offsets(self) -> Offsets:
        """What each language adds to the vectors of this library's encoder."""
        with self._snapshot() as catalogue:
            return catalogue.offsets()

    def rank_many(
        self,
        questions: Sequence[tuple[str, str]],
        modes: Sequence[Mode],
        languages: Sequence[str | None] = (None,),
        depth: int = _CANDIDATES,
    ) -> Iterator[Mapping[tuple[Mode, str | None], list[tuple[str, float]]]]:
        """For each question (text, language): what `search` finds in each mode and language of the chunks.

        `None` among the languages means all chunks. Each list holds up to `depth` chunk ids with their
        scores, best first. The questions are encoded together, and all vectors are held in memory (some
        10 kB for each chunk): thousands of questions take seconds.
        """
        candidates = max(_CANDIDATES, depth)
        with self._snapshot() as catalogue:
            searchable = self._load(catalogue)
            rows, ids = searchable.rows, catalogue.chunk_ids()
            whole = catalogue.all_vectors(self.encoder.dimension)
            statements = catalogue.all_statements(self.encoder.dimension)
        fair = make_pool(rows, searchable.offsets, whole, statements)
        raw = make_pool(rows, NO_OFFSETS, whole, statements) if "dense-raw" in modes else fair
        pool_of = {mode: raw if mode == "dense-raw" else fair for mode in modes}
        members_of = find_pools(rows.languages, languages)
        for first in range(0, len(questions), _QUESTIONS_TOGETHER):
            asked = questions[first : first + _QUESTIONS_TOGETHER]
            vectors = self.encoder.encode_questions([text for text, _ in asked])
            spoken = [language for _, language in asked]
            compared = {pool: pool.compare(vectors, spoken) for pool in pool_of.values()}
            for text, language in asked:
                cosines = {pool: next(found) for pool, found in compared.items()}
                bm25, most = searchable.words.score(text, language)
                scored = {
                    mode: Scored(rows.languages, *cosines[pool], bm25, most) for mode, pool in pool_of.items()
                }
                yield {
                    (mode, name): [
                        (ids[place], score)
                        for place, score in rank_pool(scored[mode], members, candidates, mode)[:depth]
                    ]
                    for name, members in members_of.items()
                    for mode in modes
                }

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """The question's vector; the latest ones are kept."""
        with self._lock:
            if question in self._asked:
                self._asked.move_to_end(question)
                return self._asked[question]
        vector: NDArray[np.float32] = self.encoder.encode_questions([question])[0]
        with self._lock:
            self._asked[question] = vector
            while len(self._asked) > _QUESTIONS_KEPT:
                self._asked.popitem(last=False)
        return vector

    def _load(self, catalogue: Catalogue) -> Searchable:
        """The indexes of the catalogue's edition, kept from one search to the next."""
        with self._lock:
            if self._searchable is None or self._searchable.edition != catalogue.edition():
                self._searchable = load_searchable(self.folder, catalogue, self.encoder.dimension)
                # The files only spare others the work: this search does without them. A writer at work
                # would make them stale again, and writes them in the end.
                if not self._searchable.stored:
                    with suppress(OSError):
                        if not _is_being_written(self.folder):
                            store_searchable(self._searchable, self.folder)
            return self._searchable

    def _load_raw(self, catalogue: Catalogue) -> Searchable:
        """The same with the vectors as the encoder made them."""
        searchable = self._load(catalogue)
        with self._lock:
            if self._raw is None or self._raw.edition != searchable.edition:
                vectors = load_raw_vectors(catalogue, searchable.rows, self.encoder.dimension)
                self._raw = replace(searchable, vectors=vectors, offsets=NO_OFFSETS)
            return self._raw

    def vectors(self) -> Vectors:
        """Every chunk's vector as the encoder made it, in the order of the chunks: shape (n, dimension)."""
        with self._snapshot() as catalogue:
            return catalogue.all_vectors(self.encoder.dimension)


class Writer:
    """Changes a library. Made by `open_for_writing`, one at a time for each library."""

    def __init__(self, folder: Path, catalogue: Catalogue, encoder: Encoder) -> None:
        self.folder = folder
        self.encoder = encoder
        self._catalogue = catalogue

    def file_states(self) -> dict[str, FileState]:
        """The files of the library as they were when they were read, by path.

        A file that was read in another way than files are read now is not among them.
        """
        return self._catalogue.file_states(_name_reading())

    def ids_by_path(self) -> dict[str, str]:
        return self._catalogue.ids_by_path()

    def known_embeddings(self, readings: Iterable[Reading]) -> dict[Reading, Embedding]:
        """The embeddings of those readings that the library has already."""
        digests = {reading: reading.digest for reading in readings}
        found = self._catalogue.embeddings_by_digest(list(digests.values()))
        return {reading: found[digest] for reading, digest in digests.items() if digest in found}

    def put(
        self,
        path: str,
        state: FileState,
        document: Document,
        chunks: Sequence[Chunk],
        readings: Sequence[Reading],
        embeddings: Mapping[Reading, Embedding],
    ) -> None:
        """Store a document read from `path` in one transaction, replacing its earlier version.

        `readings` are the chunks as the encoder reads them; `embeddings` holds the one of each.
        """
        self._catalogue.put(
            path,
            state,
            _name_reading(),
            document,
            chunks,
            [reading.digest for reading in readings],
            [count_words(one.whole, chunk.language) for one, chunk in zip(readings, chunks, strict=True)],
            [embeddings[reading] for reading in readings],
        )

    def touch(self, path: str, state: FileState) -> None:
        """Note that a file has a new time but the same content."""
        self._catalogue.touch(path, state)

    def name_sources(self, sources: Mapping[str, str]) -> None:
        """Note under which source each path is shown now, such as after an ingest of another folder."""
        self._catalogue.name_sources(sources)

    def remove(self, ids: Sequence[str]) -> int:
        """Remove these documents with all that belongs to them; returns how many there were."""
        return self._catalogue.remove(ids)

    def count_chunks(self) -> int:
        return self._catalogue.count_chunks()

    def copy_to(self, catalogue: Catalogue) -> None:
        """Give the catalogue of another library all that this one holds."""
        self._catalogue.copy_to(catalogue)

    def publish(self) -> None:
        """Bring the derived files up to date, so that the next search need not."""
        searchable = load_searchable(self.folder, self._catalogue, self.encoder.dimension)
        if not searchable.stored:
            store_searchable(searchable, self.folder)


class Replaceable(Holdings):
    """A library that one with another encoder is to replace. Made by `open_for_replacing`."""

    def is_up_to_date(self, encoder: Encoder) -> bool:
        """Whether this encoder built it, and all its documents were cut as they would be now."""
        with self._snapshot() as catalogue:
            cut_as_now = len(catalogue.file_states(_name_reading())) == len(catalogue.ids_by_path())
            return cut_as_now and self._manifest(catalogue).encoder_digest == encoder.digest

    def file_states(self) -> dict[str, FileState]:
        """The files of the library as they were when they were read, by path.

        Where a file was read in another way than files are read now, its state fits no file, so that the next
        ingest reads it.
        """
        with self._snapshot() as catalogue:
            unknown = dict.fromkeys(catalogue.ids_by_path(), FileState(-1, -1, ""))
            return unknown | catalogue.file_states(_name_reading())

    def give_way_to(self, successor: Writer) -> None:
        """Hold from now on what the successor holds.

        This is one transaction: readers see all of the one or all of the other, and so does whoever comes
        after a kill.
        """
        with open_catalogue(self.folder / _CATALOGUE, writing=True) as catalogue:
            successor.copy_to(catalogue)
            Writer(self.folder, catalogue, successor.encoder).publish()


@contextmanager
def open_for_writing(folder: Path, encoder: Encoder) -> Iterator[Writer]:
    """The only writer of the library in `folder`, which is made where there is none.

    Raises `LibraryError` where another process is writing, the folder cannot be written, or the library has
    another encoder.
    """
    with _only_writer(folder), open_catalogue(folder / _CATALOGUE, writing=True) as catalogue:
        manifest = catalogue.read_manifest()
        if manifest is None:
            manifest = Manifest(encoder.name, encoder.digest, encoder.dimension)
            catalogue.create(manifest, measure_offsets(encoder))
        else:
            _refuse_other_encoder(folder, manifest, encoder)
        yield Writer(folder, catalogue, encoder)


@contextmanager
def open_for_replacing(folder: Path) -> Iterator[Replaceable]:
    """The library in `folder`, which nobody else changes meanwhile.

    Raises `LibraryError` where there is none, another process is writing, or the folder cannot be written.
    """
    library = Replaceable(folder)
    with _only_writer(folder):
        yield library


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """The right to write in the folder, which is made where there is none. Raises `LibraryError`."""
    lock = FileLock(folder / _LOCK)
    try:
        if folder.is_file():
            raise LibraryError(f"{folder} is a file, and a library is a folder: choose another name for it.")
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise LibraryError(
            f"Another process is writing to the library at {folder}: wait until it has finished."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The folder {folder} cannot be written ({error.strerror}): choose another one for the library."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _is_being_written(folder: Path) -> bool:
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _name_reading() -> str:
    """What decides, besides a file's content, how it is stored."""
    return f"{READING}, {CHUNK_TOKENS} tokens"


def _refuse_other_encoder(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    if manifest.encoder_digest == encoder.digest:
        return
    built, asked = shlex.quote(manifest.encoder), shlex.quote(encoder.name)
    if built == asked:
        raise LibraryError(
            f"The library at {folder} was built with the encoder {manifest.encoder} when that had other "
            f"weights: build it anew with `fasttrack library reencode --encoder {asked}`."
        )
    raise LibraryError(
        f"The library at {folder} was built with the encoder {manifest.encoder} and cannot be used with "
        f"{encoder.name}: choose {manifest.encoder} with `--encoder {built}`, or build the library anew for "
        f"{encoder.name} with `fasttrack library reencode --encoder {asked}`."
    )


def _count(values: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(values))
