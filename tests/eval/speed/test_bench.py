"""The whole bench over a few documents: what it measures, with what, and what it leaves behind."""

import pickle
import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import pytest

from eval.speed import answers, encoding, ingest, search
from eval.speed import bench as whole
from eval.speed.bench import Bench, run_bench
from eval.speed.measurement import Measurement
from eval.speed.mixed_questions import QUESTIONS
from eval.speed.search import measure_search
from index.encoder import PackagedEncoder
from index.errors import FastTrackError
from index.language import detect_language

ROOT = Path(__file__).parents[3]
DOCUMENTS = ("corpus/project/fast-track-en.md", "corpus/serv/vision-summary-nl.md")


class Here:
    """Calls in this process, which has the models already, as if in another one: what does not get there and
    back fails."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        function, args = pickle.loads(pickle.dumps((function, args)))
        return pickle.loads(pickle.dumps(function(*args)))

    def peak_memory(self) -> float:
        return 512.0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: PackagedEncoder) -> Bench:
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # which would else be left behind
        for module in (whole, encoding, ingest, search, answers):
            patch.setattr(module, "OwnProcess", Here)
        told: list[str] = []
        paths = [ROOT / name for name in DOCUMENTS]
        parts = ("encoding", "ingest", "search", "answers")
        found = run_bench(paths, packaged_encoder, parts, [40, 20, 40], 1, told.append)
    assert list(folder.glob("fasttrack-bench-*")) == []
    assert len(told) == len(set(told)) == 8
    return found


def of(bench: Bench, part: str, name: str) -> list[Measurement]:
    return [one for one in bench.measurements if (one.part, one.name) == (part, name)]


def test_every_part_is_measured_against_its_reference(bench: Bench) -> None:
    assert (bench.encoder, bench.documents, bench.runs) == ("multilingual-e5-small", 2, 1)
    plain = "sentence-transformers and NumPy"
    search = [
        *[("search", "cold process", "s", "Python with NumPy", 1)],
        *[("search", "warm search", "s", plain, len(QUESTIONS)), ("search", "peak memory", "MiB", plain, 1)],
        *[("search", "dense part", "s", "NumPy", len(QUESTIONS))],
        *[("search", "share of NumPy's hits", "", None, len(QUESTIONS))],
    ]
    assert [
        (one.part, one.name, one.unit, one.reference and one.reference.name, one.values.n)
        for one in bench.measurements
    ] == [
        ("encoding", "tokens", "tokens/s", "sentence-transformers float32", 1),
        ("encoding", "chunks", "chunks/s", "sentence-transformers float32", 1),
        ("encoding", "cosine with sentence-transformers float32", "", None, bench.chunks),
        ("encoding", "peak memory", "MiB", "sentence-transformers float32", 1),
        ("ingest", "2 files", "s", "encoding alone", 1),
        ("ingest", "files", "files/s", None, 1),
        ("ingest", "chunks", "chunks/s", None, 1),
        ("ingest", "peak memory", "MiB", None, 1),
        *search,
        *search,
        ("answers", "to the sources", "s", plain, len(QUESTIONS)),
        ("answers", "to the end", "s", plain, len(QUESTIONS)),
        ("answers", "peak memory", "MiB", plain, 1),
    ]
    assert [one.chunks for one in of(bench, "search", "warm search")] == [40, 20]


def test_both_sides_do_the_same_work(bench: Bench) -> None:
    [cosines] = of(bench, "encoding", "cosine with sentence-transformers float32")
    assert 0.999 < cosines.values.minimum <= cosines.values.maximum < 1.0001
    assert {one.values.minimum for one in of(bench, "search", "share of NumPy's hits")} == {1.0}


def test_figures_of_one_run_fit_together(bench: Bench) -> None:
    [whole], [files], [chunks] = (of(bench, "ingest", name) for name in ("2 files", "files", "chunks"))
    assert files.values.median * whole.values.median == pytest.approx(2)
    assert chunks.values.median * whole.values.median == pytest.approx(bench.chunks)
    [tokens], [texts] = (of(bench, "encoding", name) for name in ("tokens", "chunks"))
    assert 20 < tokens.values.median / texts.values.median < 300, "tokens of a chunk"
    for one in bench.measurements:
        assert 0 < one.values.minimum <= one.values.median <= one.values.maximum
        if one.reference and one.values.n == 1:
            ratio = one.values.median / one.reference.values.median
            assert one.reference.ratios.median == pytest.approx(ratio)
    [sources], [end] = (of(bench, "answers", name) for name in ("to the sources", "to the end"))
    assert sources.values.median <= end.values.median


def test_its_shape_is_documented(bench: Bench) -> None:
    documented = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    section = re.search(r"## `fasttrack bench`\n(.*?)\n## ", documented, re.DOTALL)
    assert section
    known = set(re.findall(r"`(\w+)`", section[1]))
    shown = asdict(bench)
    measurement = shown["measurements"][0]
    for keys in (shown, measurement, measurement["values"], measurement["reference"]):
        assert set(keys) <= known


def test_documents_without_text_cannot_be_measured_with(
    tmp_path: Path, packaged_encoder: PackagedEncoder
) -> None:
    with pytest.raises(FastTrackError, match="no text"):
        run_bench([tmp_path], packaged_encoder, ["search"], [10], 1)


def test_a_search_that_fails_is_told(tmp_path: Path, packaged_encoder: PackagedEncoder) -> None:
    with pytest.raises(FastTrackError, match="There is no library"):
        measure_search(tmp_path / "none", 10, 1)


def test_the_questions_are_in_six_languages_by_turns() -> None:
    languages = [language for language, _ in QUESTIONS]
    assert [detect_language(text) for _, text in QUESTIONS] == languages
    assert languages[:6] == languages[6:]
    assert len(set(languages)) == 6
