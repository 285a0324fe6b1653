"""What a library holds, read past its own code, and without the row numbers that depend on the order."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stored:
    """Rows as they lie in the catalogue: documents by path, chunks by id with all that was made of them."""

    documents: dict[str, tuple[object, ...]]
    chunks: dict[str, tuple[object, ...]]

    @property
    def texts(self) -> set[object]:
        return {chunk[4] for chunk in self.chunks.values()}

    def of(self, path: Path) -> dict[str, tuple[object, ...]]:
        """The chunks of the document that was read from `path`."""
        document = self.documents[str(path)][0]
        return {id_: chunk for id_, chunk in self.chunks.items() if chunk[0] == document}

    def embedding(self, id_: str) -> tuple[object, object]:
        """A chunk's vectors: its own, in single precision, and those of its statements, in half precision."""
        return self.chunks[id_][9], self.chunks[id_][10]


def read_stored(folder: Path) -> Stored:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        documents = connection.execute("SELECT path, documents.* FROM documents").fetchall()
        chunks = connection.execute(
            "SELECT chunks.id, documents.id, embeddings.digest, chunks.start, chunks.end, chunks.text,"
            " chunks.language, first_page, last_page, heading, whole, embeddings.statements, words,"
            " page_starts, chunks.statements FROM chunks"
            " JOIN documents ON documents.number = chunks.document"
            " JOIN embeddings ON embeddings.chunk = chunks.number"
        ).fetchall()
        (rows,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
        (embeddings,) = connection.execute("SELECT count(*) FROM embeddings").fetchone()
    finally:
        connection.close()
    assert len(chunks) == rows == embeddings
    # The second column of a document is its row number.
    return Stored({row[0]: row[2:] for row in documents}, {row[0]: row[1:] for row in chunks})
