"""The three `eval` commands as people and programs meet them, from arguments to files and exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.measures import MEASURES
from eval.trec import read_run
from index import weights
from index.encoder import PackagedEncoder
from tests.eval.golden import BUDGET_EN, FILES, make_line
from tests.eval.small import LANGUAGES, write_collection
from tests.shell import ROOT, FolderShell

GOLD = [
    make_line("q1", question="What was the total budget?"),
    make_line("q2", question="Zebras eat grass?", quotes=[], facts=[], kind="other subject"),
]
PRACTICE = {
    "id": "p1",
    "language": "nl",
    "query": BUDGET_EN,
    "about": "nl/budget.md",
    "similar": [{"document": "en/budget.md", "grade": 2}],
    "unjudged": [],
}


class Shell(FolderShell):
    """A folder with a small collection, gold and a library, and a cache that shares the prepared encoder."""

    def check_refused(self, code: int, arguments: tuple[str, ...], *told: str) -> None:
        """One message on standard error says why, and nothing is printed or written."""
        done = self(*arguments)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        shown = " ".join(done.stderr.split())
        assert all(part in shown for part in told), done.stderr
        assert not (self.folder / "refused").exists()


def write_lines(path: Path, *lines: Any) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: PackagedEncoder) -> Shell:
    folder = tmp_path_factory.mktemp("eval")
    packaged_encoder.encode_questions(["?"])  # prepared now, where it was not yet
    (folder / "cache").mkdir()
    for prepared in weights.cache_folder().iterdir():
        if prepared.name != "collections":
            (folder / "cache" / prepared.name).symlink_to(prepared)
    write_collection(folder / "care")
    write_lines(folder / "gold.jsonl", *GOLD)
    write_lines(folder / "practices.jsonl", PRACTICE)
    for name, text in FILES.items():
        (folder / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "files" / name).write_text(text, encoding="utf-8")
    shell = Shell(folder, {"COLUMNS": "200", "FASTTRACK_CACHE": str(folder / "cache")})
    done = shell("ingest", "files", "--library", "library")
    assert done.returncode == 0, done.stderr
    return shell


# Retrieval


def test_a_collection_is_run_scored_and_reported(shell: Shell) -> None:
    systems = ("--system", "bm25", "--system", "dense")
    summary = shell.json("eval", "retrieval", "care", *systems, "--out", "care-out")
    out = shell.folder / "care-out"
    assert summary == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert list(summary["systems"]) == ["bm25", "dense"]
    directions = {f"{asked}-{pool}" for asked in LANGUAGES for pool in LANGUAGES}
    views = summary["systems"]["dense"]["views"]
    assert set(views) == {"mixed", "monolingual", "across"} | directions
    assert list(views["mixed"]) == list(MEASURES)
    assert views["monolingual"]["nDCG@10"]["mean"] > 0.5
    assert {path.stem for path in (out / "runs" / "dense").iterdir()} == {"mixed"} | directions
    assert set(read_run(out / "runs" / "dense" / "mixed.trec")) == {
        f"{language}-q{number}" for language in LANGUAGES for number in range(3)
    }
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "fasttrack eval retrieval care --system bm25 --system dense --out care-out" in page


def test_people_read_a_table_and_where_the_report_lies(shell: Shell) -> None:
    done = shell("eval", "retrieval", "care", "--out", "people")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    for system in ("dense", "hybrid"):
        assert sum(f"│ {system} " in line for line in lines) == 3
        assert any(line.startswith(f"{system}: ") and "top ten" in line for line in lines)
    assert sum(line.startswith("dense – hybrid, ") for line in lines) == 3
    assert lines[-1] == "Report: people/report.html"
    assert done.stderr == "", "a bar is for the terminal only"


def test_a_run_made_elsewhere_is_compared(shell: Shell) -> None:
    run = shell.folder / "theirs.trec"
    run.write_text("".join(f"nl-q0 Q0 nl-{rank} {rank} {-rank} theirs\n" for rank in range(4)))
    command = ("eval", "retrieval", "care", "--system", "dense", "--system", "theirs.trec", "--out", "two")
    summary = shell.json(*command)
    recorded = summary["configuration"]["systems"]
    assert recorded["dense"] == "fasttrack dense"
    assert recorded["theirs"].startswith("theirs.trec, digest ")
    assert [(test["first"], test["second"]) for test in summary["tests"]] == [("dense", "theirs")] * 3


def test_gold_becomes_a_collection_over_the_library(shell: Shell) -> None:
    command = ("eval", "retrieval", "gold.jsonl", "--library", "library", "--system", "dense")
    summary = shell.json(*command, "--out", "gold-out")
    assert summary["configuration"]["collection"] == "gold"
    assert summary["queries"] == 1, "the other one is unanswerable"
    assert summary["systems"]["dense"]["views"]["mixed"]["R@100"]["mean"] == 1.0


def test_a_variant_is_a_collection_of_its_own(shell: Shell) -> None:
    folder = write_collection(shell.folder / "parallel")
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "nl-q3", "text": "Wie volgt opleidingen?", "lang": "nl"}) + "\n")
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as file:
        file.write("".join(f"nl-q3\t{language}-1\t1\n" for language in LANGUAGES))
    command = ("eval", "retrieval", "parallel", "--variant", "disjoint", "--system", "dense")
    summary = shell.json(*command, "--out", "disjoint")
    assert summary["configuration"]["collection"] == "parallel-disjoint"
    assert (summary["passages"], summary["queries"]) == (4, 10)
    views = summary["systems"]["dense"]["views"]
    assert [views[view]["nDCG@10"]["n"] for view in ("mixed", "mixed-own", "mixed-other")] == [10, 3, 7]
    page = (shell.folder / "disjoint" / "report.html").read_text(encoding="utf-8")
    assert "--variant disjoint" in page


def test_a_variant_needs_a_parallel_collection(shell: Shell) -> None:
    arguments = ("eval", "retrieval", "care", "--variant", "skewed", *REFUSED)
    shell.check_refused(1, arguments, "care has no variants, as it is not parallel: no query ties nl-1 to")
    arguments = ("eval", "retrieval", "gold.jsonl", "--variant", "skewed", *REFUSED)
    shell.check_refused(2, arguments, "--variant needs a folder")


RETRIEVAL = ("eval", "retrieval")
REFUSED = ("--out", "refused")


def test_a_broken_line_is_told_with_file_and_line(shell: Shell) -> None:
    folder = write_collection(shell.folder / "broken")
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as file:
        file.write("nl-q0\tnowhere\t1\n")
    lines = len((folder / "qrels.tsv").read_text().splitlines())
    told = f"qrels.tsv, line {lines}: passage nowhere is not in corpus.jsonl."
    shell.check_refused(1, (*RETRIEVAL, "broken", *REFUSED), told)
    (shell.folder / "bad.trec").write_text("nl-q0 Q0 nl-0 1 0.5 x\nnl-q0 nl-1 0.4\n")
    shell.check_refused(
        1, (*RETRIEVAL, "care", "--system", "bad.trec", *REFUSED), "bad.trec, line 2: 3 columns instead of 6"
    )
    for command in ("answers", "retrieval"):
        write_lines(shell.folder / "bad.jsonl", GOLD[0], {"id": "q2"})
        arguments = ("eval", command, "bad.jsonl", "--library", "library", *REFUSED)
        shell.check_refused(1, arguments, "bad.jsonl, line 2: ")
    write_lines(shell.folder / "bad.jsonl", PRACTICE, {"id": "p2"})
    arguments = ("eval", "practices", "bad.jsonl", "--library", "library", *REFUSED)
    shell.check_refused(1, arguments, "bad.jsonl, line 2: ", "eval/gold/README.md")


@pytest.mark.parametrize("command", ["retrieval", "practices"])
def test_an_unknown_system_is_told_with_those_there_are(shell: Shell, command: str) -> None:
    gold = "care" if command == "retrieval" else "practices.jsonl"
    arguments = ("eval", command, gold, "--system", "oracle", "--library", "library", *REFUSED)
    shell.check_refused(1, arguments, "oracle", "bm25, dense, dense-raw, hybrid")


@pytest.mark.parametrize(
    ("command", "gold"),
    [("retrieval", "gold.jsonl"), ("answers", "gold.jsonl"), ("practices", "practices.jsonl")],
)
def test_without_a_library_one_is_told_how_to_make_it(shell: Shell, command: str, gold: str) -> None:
    arguments = ("eval", command, gold, "--library", "elsewhere", *REFUSED)
    shell.check_refused(1, arguments, "There is no library at elsewhere", "fasttrack ingest")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("retrieval", "nowhere", *REFUSED), "nowhere", id="no collection"),
        pytest.param(("answers", "nowhere.jsonl", *REFUSED), "nowhere.jsonl", id="no questions"),
        pytest.param(("practices", "nowhere.jsonl", *REFUSED), "nowhere.jsonl", id="no practices"),
        pytest.param(("retrieval", "care"), "--out", id="nowhere to write"),
        pytest.param(("answers", "gold.jsonl", "--out", "gold.jsonl"), "is a file", id="out is a file"),
        pytest.param(("retrival",), "retrival", id="unknown command"),
    ],
)
def test_wrong_use_is_told(shell: Shell, arguments: tuple[str, ...], told: str) -> None:
    shell.check_refused(2, ("eval", *arguments), told)


# Answers and practices


def test_answers_are_scored_and_a_second_run_asks_nothing(shell: Shell) -> None:
    command = ("eval", "answers", "gold.jsonl", "--library", "library", "--out", "answers-out")
    summary = shell.json(*command)
    out = shell.folder / "answers-out"
    assert summary == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["overall"]["questions"], summary["overall"]["answerable"]) == (2, 1)
    assert summary["configuration"]["generator"] == "extractive"
    answers = [json.loads(line) for line in (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["q1", "q2"]
    assert set(answers[0]["answer"]) >= {"question", "language", "abstained", "sentences", "passages"}
    before = (out / "answers.jsonl").read_bytes()

    shown = shell(*command)
    assert shown.returncode == 0, shown.stderr
    assert "Report: answers-out/report.html" in shown.stdout
    assert shown.stderr == ""
    assert (out / "answers.jsonl").read_bytes() == before
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == summary
    assert "eval answers gold.jsonl" in (out / "report.html").read_text(encoding="utf-8")


def test_practices_are_ranked_and_scored(shell: Shell) -> None:
    command = ("eval", "practices", "practices.jsonl", "--library", "library", "--out", "practices-out")
    found = shell.json(*command)
    systems = found["systems"]
    assert list(systems) == ["practices", "dense-raw"]
    assert [(test["first"], test["second"]) for test in found["tests"]] == [("practices", "dense-raw")]
    for name, result in systems.items():
        assert result["ndcg"]["n"] == 1
        assert result["by_language"] == {"nl": result["ndcg"]["mean"]}
        run = read_run(shell.folder / "practices-out" / "runs" / f"{name}.trec")
        assert "nl/budget.md" not in run["p1"]
    shown = shell(*command, "--system", "bm25")
    assert shown.returncode == 0, shown.stderr
    assert "│ bm25 " in shown.stdout


def test_without_the_packages_for_measuring_one_is_told_how_to_get_them(shell: Shell) -> None:
    script = (
        "import sys\n"
        "sys.modules['ir_measures'] = None\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "import fasttrack\n"
        "fasttrack.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *RETRIEVAL, "care", *REFUSED],
        cwd=shell.folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "ir_measures: pip install -c constraints.txt -e '.[eval]'" in " ".join(done.stderr.split())
