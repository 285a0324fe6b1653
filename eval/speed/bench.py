"""Measures speed and memory part by part, over documents and over larger libraries made from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from eval.speed.answers import measure_answers
from eval.speed.encoding import measure_encoding
from eval.speed.ingest import ingest_documents, measure_ingest
from eval.speed.large_library import make_library
from eval.speed.measurement import Measurement
from eval.speed.own_process import OwnProcess
from eval.speed.search import measure_search
from index.encoder import Encoder
from index.errors import FastTrackError
from index.library import Library

Part = Literal["encoding", "ingest", "search", "answers"]


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured over documents with so many chunks, in so many runs."""

    encoder: str
    documents: int
    chunks: int
    runs: int
    measurements: tuple[Measurement, ...]


def run_bench(
    paths: Sequence[Path],
    encoder: Encoder,
    parts: Sequence[Part],
    sizes: Sequence[int],
    runs: int,
    tell: Callable[[str], None] = lambda _: None,
) -> Bench:
    """Measure the parts over the documents in `paths`.

    Searches are measured over a library of each of `sizes` chunks (see `eval.speed.large_library`).
    `encoder` is the one that `load_encoder` gives to other processes, too. All that is made lies in a
    temporary folder. `tell` is told what goes on. Raises `FastTrackError` where the documents have no text.
    """
    with TemporaryDirectory(prefix="fasttrack-bench-") as folder:
        tell("reading the documents")
        with OwnProcess() as process:
            process.call(ingest_documents, paths, Path(folder, "documents"))
        library = Library(Path(folder, "documents"), encoder)
        status = library.status()
        if not status.chunks:
            raise FastTrackError(
                "There is no text to measure with: name files or folders that ingest can read."
            )
        measurements = tuple(_measure(library, Path(folder), parts, sizes, runs, tell))
    return Bench(encoder.name, status.documents, status.chunks, runs, measurements)


def _measure(
    library: Library,
    folder: Path,
    parts: Sequence[Part],
    sizes: Sequence[int],
    runs: int,
    tell: Callable[[str], None],
) -> Iterator[Measurement]:
    if "encoding" in parts:
        tell("measuring encoding")
        yield from measure_encoding(library, runs)
    if "ingest" in parts:
        tell("measuring ingest")
        yield from measure_ingest(library, folder / "ingest", runs)
    if "search" in parts:
        for size in dict.fromkeys(sizes):
            tell(f"making a library of {size} chunks")
            make_library(folder / str(size), size, library)
            tell(f"measuring searches over {size} chunks")
            yield from measure_search(folder / str(size), size, runs)
    if "answers" in parts:
        tell("measuring answers")
        yield from measure_answers(library.folder, library.status().chunks, runs)
