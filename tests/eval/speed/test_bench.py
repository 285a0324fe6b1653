"""The whole bench over a few documents: what it measures, with what, and what it leaves behind."""

import itertools
import json
import pickle
import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

import pytest

from eval.speed import answers, encoding, ingest, nearest, plain, search
from eval.speed import bench as whole
from eval.speed.bench import Bench, Part, run_bench
from eval.speed.growth import write_bench
from eval.speed.measurement import Measurement
from eval.speed.mixed_questions import QUESTIONS, number_questions
from eval.speed.search import measure_search
from index.encoder import PACKAGED, PackagedEncoder
from index.errors import FastTrackError
from index.language import detect_language

ROOT = Path(__file__).parents[3]
DOCUMENTS = ("corpus/project/fast-track-en.md", "corpus/serv/vision-summary-nl.md")


class Here:
    """Calls in this process, which has the models already, as if in another one: what does not get there and
    back fails. Its memory grows by 1 MiB each time that it is asked for."""

    def __init__(self, *, one_core: bool = False) -> None:
        self.one_core = one_core
        self._memory = itertools.count(256.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        function, args = pickle.loads(pickle.dumps((function, args)))
        return pickle.loads(pickle.dumps(function(*args)))

    def peak_memory(self) -> float:
        return 512.0

    def memory(self) -> float:
        return next(self._memory)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: PackagedEncoder) -> Bench:
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # which would else be left behind
        patch.setenv("FASTTRACK_ENCODER", PACKAGED)
        patch.setattr(plain, "_PRODUCTS", (64, 128))
        patch.setattr(search, "_ROUNDS", 2)
        patch.setattr(search, "_MANY", 40)
        for module in (whole, encoding, ingest, search, nearest, answers):
            patch.setattr(module, "OwnProcess", Here)
        told: list[str] = []
        paths = [ROOT / name for name in DOCUMENTS]
        parts: list[Part] = ["encoding", "ingest", "search", "answers"]
        found = run_bench(paths, packaged_encoder, parts, [40, 20, 40], 1, told.append)
    assert list(folder.glob("fasttrack-bench-*")) == []
    assert len(told) == len(set(told)) == 8
    return found


def of(bench: Bench, part: str, name: str) -> list[Measurement]:
    return [one for one in bench.measurements if (one.part, one.name) == (part, name)]


def found_peak(bench: Bench) -> str:
    [arithmetic] = of(bench, "encoding", "arithmetic")
    assert arithmetic.reference
    assert arithmetic.reference.name in ("bf16 product of 64", "bf16 product of 128")
    return arithmetic.reference.name


def test_every_part_is_measured_against_its_reference(bench: Bench) -> None:
    assert (bench.encoder, bench.documents, bench.runs) == ("multilingual-e5-small", 2, 1)
    plain = "sentence-transformers and NumPy"
    warm, asked = "warm search, one core", 2 * len(QUESTIONS)
    search = [
        ("search", "cold process", "s", "Python with NumPy", 1),
        ("search", warm, "s", plain, asked),
        *[
            ("search", f"{warm}: {step}", "s", None, asked)
            for step in ("encoding", "nearest vectors", "words", "reading", "rest")
        ],
        ("search", "peak memory", "MiB", plain, 1),
        ("search", "memory of the library", "MiB", None, 1),
        ("search", "memory per million chunks", "MiB", None, 1),
        ("search", "nearest vectors, one core", "s", "NumPy", 5 * len(QUESTIONS)),
        ("search", "mean recall@10", "", None, 1),
        ("search", "mean recall@100", "", None, 1),
    ]
    assert [
        (one.part, one.name, one.unit, one.reference and one.reference.name, one.values.n)
        for one in bench.measurements
    ] == [
        ("encoding", "tokens", "tokens/s", "sentence-transformers float32", 1),
        ("encoding", "chunks", "chunks/s", "sentence-transformers float32", 1),
        ("encoding", "arithmetic", "GFLOP/s", found_peak(bench), 1),
        ("encoding", "cosine with sentence-transformers float32", "", None, bench.chunks),
        ("encoding", "peak memory", "MiB", "sentence-transformers float32", 1),
        ("ingest", "2 files", "s", "encoding alone", 1),
        ("ingest", "files", "files/s", None, 1),
        ("ingest", "chunks", "chunks/s", None, 1),
        ("ingest", "peak memory", "MiB", None, 1),
        *search,
        *(one for one in search if one[1] != "memory per million chunks"),
        ("answers", "to the sources", "s", plain, len(QUESTIONS)),
        ("answers", "to the end", "s", plain, len(QUESTIONS)),
        ("answers", "peak memory", "MiB", plain, 1),
    ]
    assert [one.chunks for one in of(bench, "search", warm)] == [40, 20]


def test_both_sides_do_the_same_work(bench: Bench) -> None:
    [cosines] = of(bench, "encoding", "cosine with sentence-transformers float32")
    assert 0.999 < cosines.values.minimum <= cosines.values.maximum < 1.0001
    for depth in (10, 100):
        assert [one.values.median for one in of(bench, "search", f"mean recall@{depth}")] == [1.0, 1.0]


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
    [arithmetic] = of(bench, "encoding", "arithmetic")
    assert 42 < arithmetic.values.median * 1000 / tokens.values.median < 60, "MFLOP of a token"
    for size in range(2):
        [encoding, nearest, words, reading, rest] = [
            one.values.median
            for one in bench.measurements
            if one.name.startswith("warm search, one core: ") and one.chunks == (40, 20)[size]
        ]
        whole_search = of(bench, "search", "warm search, one core")[size].values
        assert max(nearest, words, reading) < encoding
        assert encoding + rest < 2 * whole_search.maximum
    [sources], [end] = (of(bench, "answers", name) for name in ("to the sources", "to the end"))
    assert sources.values.median <= end.values.median


def test_what_encoding_takes_is_counted_from_layers_and_lengths(packaged_encoder: PackagedEncoder) -> None:
    texts = ["Een korte zin.", "The council pays for the training of every worker who asks for it. " * 60]
    lengths = [packaged_encoder.count_tokens(f"passage: {text}") + 2 for text in texts]
    assert lengths[1] > 512, "cut at the limit"
    layers, hidden, inner = 12, 384, 1536
    in_all = sum(
        layers * (length * (4 * hidden * hidden + 2 * hidden * inner) + 2 * length * length * hidden)
        for length in (lengths[0], 512)
    )
    assert plain.count_operations(texts) == 2 * in_all


def test_memory_by_the_million_is_told_of_large_libraries_only(bench: Bench) -> None:
    [of_forty, _] = of(bench, "search", "memory of the library")
    [by_million] = of(bench, "search", "memory per million chunks")
    assert by_million.chunks == 40
    assert by_million.values.median == pytest.approx(of_forty.values.median * 1_000_000 / 40)


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


def test_what_was_measured_is_written_with_a_picture(bench: Bench, tmp_path: Path) -> None:
    names = ["bench.json", "growth.svg", "growth.png"]
    written = write_bench(bench, tmp_path / "out")
    assert written == [tmp_path / "out" / name for name in names]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    told = json.loads(written[0].read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(asdict(bench)))


def test_growth_needs_two_sizes_for_a_picture(bench: Bench, tmp_path: Path) -> None:
    one_size = replace(bench, measurements=tuple(one for one in bench.measurements if one.chunks != 20))
    assert write_bench(one_size, tmp_path) == [tmp_path / "bench.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]


def test_a_numbered_question_is_a_new_one_in_the_same_language() -> None:
    texts = {text for number in range(50) for _, text in number_questions(number)}
    assert len(texts) == 50 * len(QUESTIONS)
    for language, text in number_questions(31):
        assert detect_language(text) == language
        assert text.endswith("(31)?")


def test_the_questions_are_in_six_languages_by_turns() -> None:
    languages = [language for language, _ in QUESTIONS]
    assert [detect_language(text) for _, text in QUESTIONS] == languages
    assert languages[:6] == languages[6:]
    assert len(set(languages)) == 6
