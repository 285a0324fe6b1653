"""Measures an ingest, from files to a library that can be searched, against its encoding alone."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from eval.speed.large_library import read_chunks
from eval.speed.measurement import Measurement, compare, spread_evenly, summarise, time_call
from eval.speed.own_process import OwnProcess
from index.encoder import Encoder, load_encoder
from index.library import Library
from index.reading import Reading, encode_readings
from ingest import pipeline

_PART = "ingest"
_MOST_DOCUMENTS = 16
_REFERENCE = "encoding alone"


def ingest_documents(paths: Sequence[Path], folder: Path) -> None:
    """Bring the library in `folder` up to date with files and folders."""
    pipeline.ingest(paths, folder, _load())


def measure_ingest(library: Library, folder: Path, runs: int) -> list[Measurement]:
    """Ingest some of a library's documents into new libraries below `folder`, and encode their chunks in one
    call, in turns, after a warm-up of each."""
    paths = [Path(entry.path) for entry in spread_evenly(library.entries(), _MOST_DOCUMENTS)]
    with OwnProcess() as process:
        process.call(ingest_documents, paths, folder / "first")
        memory = process.peak_memory()
        chunks = read_chunks(Library(folder / "first", library.encoder))
        readings = list(dict.fromkeys(chunk.reading for chunk in chunks))
        process.call(_time_encoding, readings)
        seconds = [
            (process.call(_time_ingest, paths, folder / str(run)), process.call(_time_encoding, readings))
            for run in range(runs)
        ]
    whole = [first for first, _ in seconds]
    reference = compare(_REFERENCE, whole, [second for _, second in seconds])
    count = len(chunks)
    return [
        Measurement(_PART, f"{len(paths)} files", "s", count, summarise(whole), reference),
        Measurement(_PART, "files", "files/s", count, summarise([len(paths) / one for one in whole])),
        Measurement(_PART, "chunks", "chunks/s", count, summarise([count / one for one in whole])),
        Measurement(_PART, "peak memory", "MiB", count, summarise([memory])),
    ]


@cache
def _load() -> Encoder:
    return load_encoder()


def _time_ingest(paths: Sequence[Path], folder: Path) -> float:
    return time_call(ingest_documents, paths, folder)


def _time_encoding(readings: Sequence[Reading]) -> float:
    return time_call(encode_readings, readings, _load())
