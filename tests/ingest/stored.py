"""What a library holds, read past its own code, and without the row numbers that depend on the order."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stored:
    """Rows as they lie in the catalogue: documents by path, chunks by id with their vectors and stems."""

    documents: dict[str, tuple[object, ...]]
    chunks: dict[str, tuple[object, ...]]

    @property
    def texts(self) -> set[object]:
        return {chunk[4] for chunk in self.chunks.values()}

    def of(self, path: Path) -> dict[str, tuple[object, ...]]:
        """The chunks of the document that was read from `path`."""
        document = self.documents[str(path)][0]
        return {id_: chunk for id_, chunk in self.chunks.items() if chunk[0] == document}


def read_stored(folder: Path) -> Stored:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        documents = connection.execute("SELECT path, documents.* FROM documents").fetchall()
        chunks = connection.execute(
            "SELECT chunks.id, documents.id, chunks.digest, chunks.start, chunks.end, chunks.text,"
            " chunks.language, first_page, last_page, heading, vector, words.stems FROM chunks"
            " JOIN documents ON documents.number = chunks.document"
            " JOIN words ON words.rowid = chunks.number"
        ).fetchall()
        (rows,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
        (words,) = connection.execute("SELECT count(*) FROM words").fetchone()
    finally:
        connection.close()
    assert len(chunks) == rows == words
    # The second column of a document is its row number.
    return Stored({row[0]: row[2:] for row in documents}, {row[0]: row[1:] for row in chunks})
