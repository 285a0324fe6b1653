"""One state of a library, ready to be searched: what is derived from the catalogue and kept in memory."""

from dataclasses import dataclass
from pathlib import Path

from index.catalogue import Catalogue, Edition
from index.derived import read_derived, write_derived
from index.offsets import NO_OFFSETS, Offsets
from index.rows import ChunkRows
from index.vectors import VectorIndex, build_index
from index.words import WordIndex, build_words

_ROWS = "chunks.npz"
_VECTORS = "vectors.faiss"
_WORDS = "words.bm25"


@dataclass(frozen=True, slots=True, eq=False)
class Searchable:
    """The indexes of one edition. A chunk's position is its place in `rows`.

    `vectors` are those without their languages' `offsets`. `stored` says whether the files are up to date.
    """

    edition: Edition
    rows: ChunkRows
    offsets: Offsets
    vectors: VectorIndex
    words: WordIndex
    stored: bool


def load_searchable(folder: Path, catalogue: Catalogue, dimension: int) -> Searchable:
    """The indexes of the catalogue's edition, from the library's folder, or made anew where they must be."""
    edition, offsets = catalogue.edition(), catalogue.offsets()
    chunks, vectors, words = (read_derived(folder / name, edition) for name in (_ROWS, _VECTORS, _WORDS))
    rows = ChunkRows.from_bytes(chunks) if chunks is not None else catalogue.chunk_rows()
    return Searchable(
        edition=edition,
        rows=rows,
        offsets=offsets,
        vectors=VectorIndex.from_bytes(vectors)
        if vectors is not None
        else _index_vectors(catalogue, rows, offsets, dimension),
        words=WordIndex.from_bytes(words) if words is not None else build_words(catalogue.all_words()),
        stored=chunks is not None and vectors is not None and words is not None,
    )


def store_searchable(searchable: Searchable, folder: Path) -> None:
    """Write the files from which the indexes are loaded, each whole or not at all."""
    write_derived(folder / _ROWS, searchable.edition, searchable.rows.to_bytes())
    write_derived(folder / _VECTORS, searchable.edition, searchable.vectors.to_bytes())
    write_derived(folder / _WORDS, searchable.edition, searchable.words.to_bytes())


def load_raw_vectors(catalogue: Catalogue, rows: ChunkRows, dimension: int) -> VectorIndex:
    """The vectors of all chunks as the encoder made them."""
    return _index_vectors(catalogue, rows, NO_OFFSETS, dimension)


def _index_vectors(catalogue: Catalogue, rows: ChunkRows, offsets: Offsets, dimension: int) -> VectorIndex:
    return build_index(offsets.move_passages(catalogue.all_vectors(dimension), rows.languages))
