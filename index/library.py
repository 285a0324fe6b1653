"""The library on disk: the one class through which everything outside this package reads and writes it."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.batch import find_pools, rank_pool, spread_scores
from index.catalogue import Catalogue, Entry, FileState, Manifest, open_catalogue
from index.encoder import Encoder, Vectors
from index.errors import LibraryError
from index.fusion import rank_candidates
from index.language_identifier import load_identifier
from index.records import Chunk, Document, Hit, Mode, ScoreKind
from index.stems import find_words, stem_words
from index.vectors import VectorIndex, build_index, read_index, write_index

CHUNK_TOKENS = 200
"""The size that chunks aim at, in the encoder's tokens."""

READING = 2
"""Raised when the readers or the chunker change what they make of a file, so that all files are read anew."""

_CANDIDATES = 100
_QUESTIONS_TOGETHER = 256
_CATALOGUE = "catalogue.sqlite"
_VECTORS = "vectors.faiss"
_LOCK = "writing.lock"
_PATIENCE = 0.5  # seconds; a reader may hold the lock for a moment
_HOW_TO_FILL = "run `fasttrack ingest` with your documents, or with corpus/ for the sample library."


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


class Library:
    """A library that exists. Reads may come from any thread and any number of processes."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Open the library in `folder`. Raises `LibraryError` where there is none, or where it was built
        with another encoder."""
        if not (folder / _CATALOGUE).is_file():
            raise LibraryError(f"There is no library at {folder}: {_HOW_TO_FILL}")
        self.folder = folder
        self.encoder = encoder
        self._lock = threading.Lock()
        self._index: VectorIndex | None = None
        with self._snapshot():
            pass

    def warm_up(self) -> None:
        """Load what the first search would otherwise wait for."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            loading = pool.submit(self.encoder.encode_questions, ["?"])
            load_identifier()
            loading.result()

    @contextmanager
    def _snapshot(self) -> Iterator[Catalogue]:
        """One state of the library, which may have been made anew since it was opened."""
        with open_catalogue(self.folder / _CATALOGUE) as catalogue, catalogue.snapshot():
            _refuse_other_encoder(self.folder, self._manifest(catalogue), self.encoder)
            yield catalogue

    def _manifest(self, catalogue: Catalogue) -> Manifest:
        manifest = catalogue.read_manifest()
        if manifest is None:
            raise LibraryError(f"The library at {self.folder} is empty: {_HOW_TO_FILL}")
        return manifest

    def search(
        self,
        question: str,
        *,
        question_language: str,
        count: int = 10,
        mode: Mode = "hybrid",
        language: str | None = None,
        country: str | None = None,
    ) -> list[Hit]:
        """The `count` best chunks for a question, best first.

        `language` and `country` restrict the search itself, so a narrow filter still fills the list.
        """
        vector = self.encoder.encode_questions([question])[0]
        with self._snapshot() as catalogue:
            index = self._current_index(catalogue)
            filtered = language is not None or country is not None
            among = catalogue.chunk_numbers(language, country) if filtered else None
            depth = max(_CANDIDATES, count)
            dense = dict(index.search(vector, depth, among)) if mode != "lexical" else {}
            expression = _any_word(question, question_language)
            lexical = (
                dict(catalogue.match_words(expression, depth, language, country))
                if mode != "dense" and expression
                else {}
            )
            found_by_words_only = [number for number in lexical if number not in dense]
            cosines = dense | dict(
                zip(found_by_words_only, index.cosines(vector, found_by_words_only), strict=True)
            )
            candidates = sorted(cosines)
            ranked = rank_candidates(
                mode,
                np.asarray(candidates, np.int64),
                np.asarray([cosines[number] for number in candidates]),
                np.asarray([lexical.get(number, 0.0) for number in candidates]),
            )[:count]
            stored = catalogue.read_chunks([number for number, _ in ranked])
        kind: dict[Mode, ScoreKind] = {"hybrid": "fused", "dense": "cosine", "lexical": "bm25"}
        return [
            Hit(
                rank=rank,
                score=score,
                score_kind=kind[mode],
                similarity=cosines[number],
                chunk=stored[number].chunk,
                source=stored[number].source,
                metadata=stored[number].metadata,
            )
            for rank, (number, score) in enumerate(ranked, start=1)
        ]

    def rank_many(
        self,
        questions: Sequence[tuple[str, str]],
        modes: Sequence[Mode],
        languages: Sequence[str | None] = (None,),
        depth: int = _CANDIDATES,
    ) -> Iterator[Mapping[tuple[Mode, str | None], list[tuple[str, float]]]]:
        """For each question (text, language): what `search` finds in each mode and language of the chunks.

        `None` among the languages means all chunks. Each list holds up to `depth` chunk ids with their
        scores, best first. The questions are encoded together and no text is read: thousands take seconds.
        """
        candidates = max(_CANDIDATES, depth)
        with self._snapshot() as catalogue:
            numbers, vectors = catalogue.all_vectors(self.encoder.dimension)
            names = list(catalogue.name_chunks().values())  # by rising number, as the vectors
            ids = [name.id for name in names]
            pools = find_pools([name.language for name in names], languages)
            nothing = np.empty(0, np.int64), np.empty(0)
            for first in range(0, len(questions), _QUESTIONS_TOGETHER):
                asked = questions[first : first + _QUESTIONS_TOGETHER]
                cosines = self.encoder.encode_questions([text for text, _ in asked]) @ vectors.T
                for (text, language), row in zip(asked, cosines, strict=True):
                    expression = _any_word(text, language) if set(modes) - {"dense"} else ""
                    matched, bm25 = catalogue.match_all(expression) if expression else nothing
                    scored = spread_scores(row, np.searchsorted(numbers, matched), bm25)
                    yield {
                        (mode, pool): [
                            (ids[place], score)
                            for place, score in rank_pool(scored, members, candidates, mode)[:depth]
                        ]
                        for pool, members in pools.items()
                        for mode in modes
                    }

    def _current_index(self, catalogue: Catalogue) -> VectorIndex:
        """The vector index of the catalogue's edition, kept from one search to the next."""
        with self._lock:
            if self._index is None or self._index.edition != catalogue.edition():
                file = self.folder / _VECTORS
                self._index = read_index(file, catalogue.edition())
                if self._index is None:
                    self._index = _build_index(catalogue, self.encoder)
                    # The file only spares others the work: this search does without it. A writer at work
                    # would make it stale again, and writes it in the end.
                    with suppress(OSError):
                        if not _is_being_written(self.folder):
                            write_index(self._index, file)
            return self._index

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

    def chunks_of(self, id_: str) -> list[Chunk]:
        """A document's chunks in their order."""
        with self._snapshot() as catalogue:
            return catalogue.chunks_of(id_)

    def vectors(self) -> tuple[NDArray[np.int64], Vectors]:
        """Every chunk's number and vector, by rising number: shapes (n,) and (n, dimension)."""
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

    def known_vectors(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those texts that the library has already, by text."""
        digests = {text: _digest(text) for text in texts}
        found = self._catalogue.vectors_by_digest(list(digests.values()), self.encoder.dimension)
        return {text: found[digest] for text, digest in digests.items() if digest in found}

    def put(
        self,
        path: str,
        state: FileState,
        document: Document,
        chunks: Sequence[Chunk],
        texts: Sequence[str],
        vectors: Mapping[str, NDArray[np.float32]],
    ) -> None:
        """Store a document read from `path` in one transaction, replacing its earlier version.

        `texts` are the chunks' texts as the encoder reads them; `vectors` holds the vector of each.
        """
        self._catalogue.put(
            path,
            state,
            _name_reading(),
            document,
            chunks,
            [_digest(text) for text in texts],
            np.stack([vectors[text] for text in texts])
            if texts
            else np.empty((0, self.encoder.dimension), np.float32),
            [" ".join(stem_words(text, c.language)) for text, c in zip(texts, chunks, strict=True)],
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

    def publish(self) -> None:
        """Bring the derived files up to date, so that the next search need not."""
        file = self.folder / _VECTORS
        if read_index(file, self._catalogue.edition()) is None:
            write_index(_build_index(self._catalogue, self.encoder), file)


@contextmanager
def open_for_writing(folder: Path, encoder: Encoder) -> Iterator[Writer]:
    """The only writer of the library in `folder`, which is made where there is none.

    Raises `LibraryError` where another process is writing, the folder cannot be written, or the library has
    another encoder.
    """
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
        with open_catalogue(folder / _CATALOGUE, writing=True) as catalogue:
            manifest = catalogue.read_manifest()
            if manifest is None:
                catalogue.create(Manifest(encoder.name, encoder.digest, encoder.dimension))
            else:
                _refuse_other_encoder(folder, manifest, encoder)
            yield Writer(folder, catalogue, encoder)
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


def _build_index(catalogue: Catalogue, encoder: Encoder) -> VectorIndex:
    return build_index(catalogue.edition(), *catalogue.all_vectors(encoder.dimension))


def _name_reading() -> str:
    """What decides, besides a file's content, how it is stored."""
    return f"{READING}, {CHUNK_TOKENS} tokens"


def _refuse_other_encoder(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    if manifest.encoder_digest != encoder.digest:
        raise LibraryError(
            f"The library at {folder} was built with the encoder {manifest.encoder} and cannot be used with "
            f"{encoder.name}: choose {manifest.encoder}, or ingest into another library."
        )


def _count(values: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(values))


def _any_word(question: str, language: str) -> str:
    """An FTS5 expression that matches any of the question's words, stemmed or as they are.

    Every word is quoted, so nothing in a question is an operator.
    """
    words = dict.fromkeys([*stem_words(question, language), *find_words(question)])
    return " OR ".join(f'"{word}"' for word in words)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
