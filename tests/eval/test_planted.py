"""Planted errors: what the file must hold, what is counted, and the command."""

import json
import math
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.checking.facts import find_facts, find_held
from eval.planted import (
    CORRECT,
    KINDS,
    Planted,
    consult,
    count_share,
    evaluate_check,
    judge,
    load_planted,
)
from fasttrack import app
from index.encoder import PackagedEncoder
from index.errors import FastTrackError
from index.language import LANGUAGES, detect_language
from index.library import Library
from index.records import Hit, Metadata
from tests.assistant.passages import make_chunk, store

BUDGET = "The total budget was about 250,000 euros."
TEXTS = {
    "budget-en.md": f"{BUDGET} The contact person is Tim Buyse.",
    "method-en.md": "Four roundtables are planned, each on a topic of its own.",
}
PLANTED = Planted(
    id="p1",
    half="dev",
    language="en",
    kind="paraphrase",
    sentence="The total budget was about € 250 000.",
    question="What was the budget?",
    document="budget-en.md",
    quote=BUDGET,
)


@pytest.fixture(scope="module")
def library(packaged_encoder: PackagedEncoder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    hits = [
        Hit(rank, 0.5, "fused", 0.5, make_chunk(f"c{rank}", f"d{rank}", 0, text), name, Metadata(name, "en"))
        for rank, (name, text) in enumerate(TEXTS.items(), start=1)
    ]
    return store(tmp_path_factory.mktemp("planted") / "library", packaged_encoder, hits)


@pytest.fixture(scope="module")
def planted(project_folder: Path) -> tuple[Planted, ...]:
    return load_planted(project_folder / "eval" / "gold" / "planted.jsonl")


def write(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


# The file


def test_every_kind_is_there_in_every_language_and_half(planted: tuple[Planted, ...]) -> None:
    counts = Counter((one.half, one.language, one.kind in CORRECT) for one in planted)
    kinds = {(one.half, one.language, one.kind) for one in planted}
    for half in ("dev", "test"):
        for language in LANGUAGES:
            assert counts[half, language, True] >= 10
            assert counts[half, language, False] >= 17
            assert {kind for of, spoken, kind in kinds if (of, spoken) == (half, language)} == set(KINDS)


def test_the_halves_share_no_document_in_any_language(planted: tuple[Planted, ...]) -> None:
    families = [
        {one.document.rsplit("-", 1)[0] for one in planted if one.half == half} for half in ("dev", "test")
    ]
    assert families[0] & families[1] == set()


def test_sentences_are_in_their_language_and_differ(planted: tuple[Planted, ...]) -> None:
    assert len({one.sentence for one in planted if one.kind != "copy"}) == sum(
        one.kind != "copy" for one in planted
    )
    for one in planted:
        assert detect_language(one.sentence, one.language) == one.language, one.id
        assert detect_language(one.question, one.language) == one.language, one.id


def test_quotes_stand_in_their_documents(planted: tuple[Planted, ...], project_folder: Path) -> None:
    for one in planted:
        path = project_folder / "corpus" / one.document
        assert path.suffix == ".md", "only these can be compared as text"
        assert one.quote in " ".join(path.read_text(encoding="utf-8").split()), one.id


def test_a_kind_says_what_differs_from_the_quote(planted: tuple[Planted, ...]) -> None:
    for one in planted:
        spoken = one.document.removesuffix(".md").rsplit("-", 1)[1]
        missing = find_facts(one.sentence, one.language) - find_held(one.quote, spoken)
        if one.kind == "copy":
            assert one.sentence == one.quote
        if one.kind in ("paraphrase", "translation"):
            assert (one.language == spoken) == (one.kind == "paraphrase")
        if one.kind in ("figure", "date"):
            assert missing, one.id
        if one.kind in CORRECT:
            assert not missing, one.id


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "lie"}, "the kind must be one of"),
        ({"half": "third"}, "the half dev or test"),
        ({"sentence": " "}, "sentence"),
        ({"quote": None}, "quote"),
        ({"language": "English"}, "language"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    path = write(tmp_path / "planted.jsonl", asdict(PLANTED), asdict(PLANTED) | {"id": "p2"} | change)
    with pytest.raises(FastTrackError, match=rf"line 2: .*{told}"):
        load_planted(path)


def test_an_id_comes_once_and_some_sentence_is_there(tmp_path: Path) -> None:
    with pytest.raises(FastTrackError, match="line 2: an earlier line has the id p1"):
        load_planted(write(tmp_path / "twice.jsonl", asdict(PLANTED), asdict(PLANTED)))
    with pytest.raises(FastTrackError, match="holds no sentences"):
        load_planted(write(tmp_path / "empty.jsonl"))


# Counting


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 7), (5, 10), (41, 42), (42, 42)])
def test_the_interval_is_where_the_score_test_does_not_reject(hits: int, n: int) -> None:
    found = count_share([True] * hits + [False] * (n - hits))
    assert found.share == hits / n
    assert found.n == n
    for bound in {found.low, found.high} - {0.0, 1.0}:
        z = (hits / n - bound) / math.sqrt(bound * (1 - bound) / n)
        assert abs(z) == pytest.approx(1.96, abs=1e-3)
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_nothing_has_no_share() -> None:
    with pytest.raises(FastTrackError, match="nothing to count"):
        count_share([])


# Checking


def test_the_cited_passage_comes_first_and_others_stand_beside_it(library: Library) -> None:
    passages = consult(PLANTED, library)
    assert [hit.source for hit in passages] == ["budget-en.md", "method-en.md"]


@pytest.mark.parametrize("change", [{"document": "method-en.md"}, {"quote": "The budget was 9 euros."}])
def test_a_quote_that_the_library_lacks_is_told(library: Library, change: dict[str, str]) -> None:
    with pytest.raises(FastTrackError, match="p1 rests on"):
        consult(replace(PLANTED, **change), library)


def test_what_is_right_passes_and_what_is_wrong_is_refused(library: Library) -> None:
    wrong = replace(PLANTED, id="p2", kind="figure", sentence="The total budget was about 150,000 euros.")
    found = evaluate_check([PLANTED, wrong], "dev", library)
    assert [one.passed for one in found.judged] == [True, False]
    assert found.judged[0].cited
    assert found.groups["false alarms"]["all"].share == 0
    assert found.groups["figures and dates"]["en"].share == 1
    assert "negation" not in found.groups
    assert judge(wrong, library).reason == found.judged[1].reason


def test_a_half_without_sentences_is_told(library: Library) -> None:
    with pytest.raises(FastTrackError, match="no sentence of the half test"):
        evaluate_check([PLANTED], "test", library)


# The command


@pytest.fixture
def run(library: Library, tmp_path: Path) -> Any:
    wrong = asdict(PLANTED) | {"id": "p2", "kind": "date", "sentence": "The budget was settled in 2019."}
    path = write(tmp_path / "planted.jsonl", asdict(PLANTED), wrong)
    arguments = ["eval", "check", str(path), "--library", str(library.folder), "--out", str(tmp_path / "out")]
    return lambda *more: CliRunner().invoke(app, [*arguments, *more])


def test_the_command_prints_what_it_writes(run: Any, tmp_path: Path) -> None:
    done = run("--json")
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    written = json.loads((tmp_path / "out" / "check.json").read_text(encoding="utf-8"))
    assert {name: value for name, value in printed.items() if name in ("half", "groups")} == {
        name: written[name] for name in ("half", "groups")
    }
    assert [one["passed"] for one in printed["judged"]] == [True, False]


def test_the_command_shows_the_shares(run: Any) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    assert "false alarms" in done.stdout
    assert "Median" in done.stdout


def test_the_command_refuses_a_half_that_is_not_there(run: Any) -> None:
    done = run("--half", "test")
    assert done.exit_code == 1
    assert "no sentence of the half test" in " ".join(done.stderr.split())
