"""The command line as people and programs meet it: in a process of its own, from arguments to exit code."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

import fasttrack
from tests import shell

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("project/fast-track-en.md", "project/fast-track-cs.md", "serv/mission-nl.pdf")
ODD = """---
title: "Notes [/b] :smile: on ćma"
language: en
country: "[/]"
---

The moth is mentioned in this sentence alone.
"""
HIT_KEYS = {
    *("rank", "score", "document", "title", "source", "language", "country", "page", "heading"),
    *("start", "end", "text", "statements"),
}
CITATION_KEYS = {"number", "document", "source", "language", "page", "start", "end", "quote"}
UNSET = (*shell.UNSET, "LC_ALL")
NO_UTF8 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
BUDGET = "What was the total budget of the project?"


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.code == 0, self.err
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    def check_could_not(self, *told: str) -> None:
        """It could not be done, and one message on standard error says why."""
        assert self.code == 1, self.err
        assert self.out == ""
        assert "Traceback" not in self.err
        assert all(part in self.err for part in told), self.err

    def check_wrong_use(self, *told: str) -> None:
        """The command was not understood, and standard error says what was wrong with it."""
        assert self.code == 2, self.err
        assert self.out == ""
        assert "Traceback" not in self.err
        assert all(part in self.err for part in told), self.err


def start(command: Sequence[str], cwd: Path, settings: dict[str, str]) -> Done:
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    environment |= {"COLUMNS": "200", "PYTHONIOENCODING": "", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    environment |= settings
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class Shell:
    """A folder in which commands are run."""

    folder: Path
    library: Path | None = None

    def __call__(self, *arguments: str, **settings: str) -> Done:
        """Run `fasttrack` with these arguments and environment variables."""
        if self.library:
            settings = {"FASTTRACK_LIBRARY": str(self.library)} | settings
        return start(["-m", "fasttrack", *arguments], self.folder, settings)


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell where there is no library."""
    return Shell(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: object) -> Shell:
    """A shell with a library of three documents and an odd one. Its folder's name looks like markup."""
    folder = tmp_path_factory.mktemp("command")
    documents = folder / "documents"
    documents.mkdir()
    for name in DOCUMENTS:
        shutil.copy(ROOT / "corpus" / name, documents)
    (documents / "odd.md").write_text(ODD, encoding="utf-8")
    shell = Shell(folder, folder / "library [bold]")
    done = shell("ingest", "documents")
    assert f"the library at {shell.library} has " in " ".join(done.out.split()), done.err
    assert [path.name for path in folder.iterdir() if path != documents] == ["library [bold]"]
    return shell


def list_commands() -> list[tuple[str, ...]]:
    top = typer.main.get_command(fasttrack.app)
    assert isinstance(top, typer.core.TyperGroup)
    names: list[tuple[str, ...]] = [()]
    for name, command in top.commands.items():
        names.append((name,))
        names += [(name, below) for below in getattr(command, "commands", ())]
    return names


def find_command(names: Sequence[str]) -> Any:
    command: Any = typer.main.get_command(fasttrack.app)
    for name in names:
        command = command.commands[name]
    return command


@pytest.mark.parametrize("names", list_commands(), ids=lambda names: " ".join(names) or "fasttrack")
def test_help_names_every_option_and_command(bare: Shell, names: tuple[str, ...]) -> None:
    done = bare(*names, "--help")
    assert (done.code, done.err) == (0, "")
    command = find_command(names)
    options = [name for parameter in command.params for name in parameter.opts if name.startswith("-")]
    assert {name for name in (*options, *getattr(command, "commands", ())) if name not in done.out} == set()
    assert command.help.split(".")[0] in done.out


def test_the_commands_are_those_of_the_documentation() -> None:
    known = {" ".join(names) for names in list_commands()}
    assert known >= {"ingest", "search", "ask", "practices", "chat", "models"}
    assert known >= {"library status", "library list"}
    assert "library remove" in known


def test_ingest_tells_what_it_read_and_reads_it_once(tmp_path: Path, packaged_encoder: object) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    shutil.copy(ROOT / "corpus" / DOCUMENTS[0], documents)
    (documents / "odd.md").write_text(ODD, encoding="utf-8")
    (documents / "table.xlsx").write_bytes(b"PK")
    (documents / "empty.txt").write_bytes(b"")
    shell = Shell(tmp_path, tmp_path / "library")

    first = shell("ingest", "documents", "--json").json
    assert set(first) == {"read", "unchanged", "removed", "skipped", "chunks", "encoded", "seconds"}
    assert (first["read"], first["unchanged"], first["removed"]) == (2, 0, 0)
    assert first["encoded"] == first["chunks"] > 2
    assert [set(skipped) for skipped in first["skipped"]] == [{"source", "reason"}] * 2
    assert [skipped["source"] for skipped in first["skipped"]] == ["empty.txt", "table.xlsx"]
    assert ".xlsx" in first["skipped"][1]["reason"]
    assert first["seconds"] > 0

    (documents / "odd.md").unlink()
    second = shell("ingest", "documents", "--json").json
    assert (second["read"], second["unchanged"], second["removed"]) == (0, 1, 1)
    assert (second["encoded"], second["chunks"]) == (0, first["chunks"] - 1)

    told = shell("ingest", "documents").out
    assert "0 read, 1 unchanged, 0 removed, 2 skipped. 0 chunks encoded" in told
    assert "skipped table.xlsx: " in told


@pytest.mark.parametrize("mode", ["hybrid", "dense", "dense-raw", "lexical"])
def test_search_prints_hits_in_the_documented_shape(filled: Shell, mode: str) -> None:
    found = filled(
        "search", "Wie vertegenwoordigt de SERV in ILERA?", "-k", "4", "--mode", mode, "--json"
    ).json
    assert set(found) == {"question", "language", "mode", "hits"}
    assert (found["question"], found["language"], found["mode"]) == (
        "Wie vertegenwoordigt de SERV in ILERA?",
        "nl",
        mode,
    )
    assert [set(hit) for hit in found["hits"]] == [HIT_KEYS | {"before", "after"}] * 4
    assert all(hit["before"] == hit["after"] == [] for hit in found["hits"])
    for hit in found["hits"]:
        for statement in hit["statements"]:
            assert set(statement) == {"start", "end", "cosine"}
            assert hit["start"] <= statement["start"] < statement["end"] <= hit["end"]
            assert -1.001 < statement["cosine"] < 1.001
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3, 4]
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert "ILERA" in found["hits"][0]["text"]
    assert found["hits"][0]["source"] == "mission-nl.pdf"


def test_a_hit_is_shown_with_its_neighbours(filled: Shell) -> None:
    hits = filled("search", "budget", "--language", "cs", "-k", "100", "--around", "2", "--json").json["hits"]
    hits.sort(key=lambda hit: hit["start"])
    texts = [hit["text"] for hit in hits]
    assert len(texts) > 5
    for place, hit in enumerate(hits):
        assert hit["before"] == texts[max(0, place - 2) : place]
        assert hit["after"] == texts[place + 1 : place + 3]


EN, CS, NL = (Path(name).name for name in DOCUMENTS)


@pytest.mark.parametrize(
    ("options", "sources"),
    [
        pytest.param("--language cs", {CS}, id="language"),
        pytest.param("--language nl --language en", {NL, EN, "odd.md"}, id="two languages"),
        pytest.param("--country BE", {EN, CS, NL}, id="country"),
        pytest.param("--country be --country [/]", {EN, CS, NL, "odd.md"}, id="two countries"),
        pytest.param("--organisation SERV", {EN, CS, NL}, id="organisation"),
        pytest.param("--kind mission", {NL}, id="kind"),
        pytest.param("--kind mission --kind project", {EN, CS, NL}, id="two kinds"),
        pytest.param("--theme skills", {EN, CS}, id="theme"),
        pytest.param("--theme skills --theme 'social protection'", {EN, CS, NL}, id="two themes"),
        pytest.param("--since 2017", {EN, CS}, id="since a year"),
        pytest.param("--until 2017-01", {EN, CS, NL}, id="until a month"),
        pytest.param("--since 2016-12-31 --until 2016-12-31", {NL}, id="on a day"),
        pytest.param("--language en --language nl --theme skills --since 2016", {EN}, id="several at once"),
    ],
)
def test_a_filter_lets_through_what_fulfils_it_and_nothing_else(
    filled: Shell, options: str, sources: set[str]
) -> None:
    found = filled("search", "budget", *shlex.split(options), "-k", "100", "--mode", "dense", "--json").json
    assert {hit["source"] for hit in found["hits"]} == sources


@pytest.mark.parametrize("mode", ["hybrid", "dense-raw"])
def test_a_narrow_filter_still_fills_the_list(filled: Shell, mode: str) -> None:
    command = ("search", "budget", "--language", "cs", "--kind", "project", "-k", "6", "--mode", mode)
    hits = filled(*command, "--json").json["hits"]
    assert [(hit["rank"], hit["language"]) for hit in hits] == [(rank, "cs") for rank in range(1, 7)]


@pytest.mark.parametrize(("mode", "kind"), [("dense", "evidence"), ("dense-raw", "cosine")])
def test_people_are_told_what_a_score_means(filled: Shell, mode: str, kind: str) -> None:
    done = filled("search", "budget", "-k", "1", "--mode", mode)
    assert (done.code, done.err) == (0, "")
    assert f" · {kind} 0." in done.out


def test_a_filter_that_nothing_passes_is_no_failure(filled: Shell) -> None:
    done = filled("search", "budget", "--language", "fr")
    assert (done.code, done.out) == (0, "No passage fits.\n")
    assert filled("search", "budget", "--language", "cs", "--kind", "mission", "--json").json["hits"] == []


def test_search_shows_titles_as_they_are(filled: Shell) -> None:
    done = filled("search", "moth", "-k", "1", "--mode", "lexical")
    assert done.code == 0, done.err
    assert "1. Notes [/b] :smile: on ćma" in done.out
    assert "bm25" in done.out


def test_documents_cannot_steer_the_terminal(tmp_path: Path, packaged_encoder: object) -> None:
    (tmp_path / "note.txt").write_text("Pay\x1b[8m and \x9b2Jhours\x07 of work.", encoding="utf-8")
    shell = Shell(tmp_path, tmp_path / "library")
    assert shell("ingest", "note.txt").code == 0
    for command in (("search", "pay"), ("library", "list")):
        shown = shell(*command).out
        assert "note" in shown
        assert not {"\x1b", "\x9b", "\x07"} & set(shown)


def test_a_filter_may_be_written_in_any_case(filled: Shell) -> None:
    assert (
        filled("search", "budget", "--language", "NL").out
        == filled("search", "budget", "--language", "nl").out
    )


def test_ask_prints_an_answer_in_the_documented_shape(filled: Shell) -> None:
    answer = filled("ask", BUDGET, "--json").json
    assert set(answer) >= {
        "question",
        "language",
        "abstained",
        "generator",
        "sentences",
        "passages",
        "seconds",
    }
    assert (answer["question"], answer["language"]) == (BUDGET, "en")
    assert (answer["abstained"], answer["generator"]) == (False, "extractive")
    assert [set(hit) for hit in answer["passages"]] == [HIT_KEYS] * len(answer["passages"])
    assert answer["sentences"]
    for sentence in answer["sentences"]:
        assert set(sentence) >= {"text", "supported", "citations"}
        assert sentence["supported"] is True
        for citation in sentence["citations"]:
            assert set(citation) == CITATION_KEYS
            passage = answer["passages"][citation["number"] - 1]
            offset = passage["start"]
            quoted = passage["text"][citation["start"] - offset : citation["end"] - offset]
            assert quoted == citation["quote"] != ""
    assert any("250" in sentence["text"] for sentence in answer["sentences"])


def test_ask_prints_sentences_with_marks_and_their_sources(filled: Shell) -> None:
    done = filled("ask", BUDGET)
    assert (done.code, done.err) == (0, "")
    assert "The total budget was about 250,000 euros. [" in done.out
    assert "fast-track-en.md, Budget and contact)" in done.out
    assert "extractive, " in done.out


def test_ask_abstains_without_failing(filled: Shell) -> None:
    answer = filled("ask", "Jak upéct kváskový chléb z žitné mouky?", "--json").json
    assert (answer["abstained"], answer["language"], answer["sentences"]) == (True, "cs", [])
    assert answer["passages"]


def test_the_library_is_counted_and_listed(filled: Shell) -> None:
    status = filled("library", "status", "--json").json
    assert status["documents"] == 4
    assert status["languages"] == {"en": 2, "cs": 1, "nl": 1}
    assert status["countries"] == {"BE": 3, "[/]": 1}
    listed = filled("library", "list", "--json").json["documents"]
    assert [entry["source"] for entry in listed] == sorted(
        ["odd.md", *(Path(name).name for name in DOCUMENTS)], key=str.encode
    )
    assert sum(entry["chunks"] for entry in listed) == status["chunks"]
    assert {"id", "title", "language", "country", "kind", "themes"} <= set(listed[0])
    for name, values in {
        "kinds": [entry["kind"] for entry in listed],
        "organisations": [entry["organisation"] for entry in listed],
        "themes": [theme for entry in listed for theme in entry["themes"] or [""]],
        "formats": [Path(entry["path"]).suffix[1:] for entry in listed],
    }.items():
        assert status[name] == Counter(values)


def test_people_read_of_the_library_what_programs_read(filled: Shell) -> None:
    counted = filled("library", "status")
    assert counted.code == 0
    assert "4 documents" in counted.out
    assert "languages: en 2, cs 1, nl 1\ncountries: BE 3, [/] 1\n" in counted.out
    table = filled("library", "list")
    assert table.code == 0, table.err
    assert all(shown in table.out for shown in ("Notes [/b] :smile: on ćma", "[/]", "mission-nl.pdf"))


def test_a_removed_document_is_gone(filled: Shell, tmp_path: Path) -> None:
    assert filled.library is not None
    shell = Shell(tmp_path, Path(shutil.copytree(filled.library, tmp_path / "copy")))
    [odd] = [e for e in shell("library", "list", "--json").json["documents"] if e["source"] == "odd.md"]
    assert shell("library", "remove", odd["id"], "--json").json == {"removed": 1}
    assert shell("library", "status", "--json").json["documents"] == 3
    assert shell("search", "moth", "--mode", "lexical", "--json").json["hits"] == []
    shell("library", "remove", odd["id"]).check_could_not(odd["id"])


def test_models_are_described(bare: Shell) -> None:
    models = bare("models", "--json").json["models"]
    assert [model["role"] for model in models] == ["encoder", "language model"]
    for model in models:
        assert set(model) >= {"name", "licence", "state", "origin", "sha256"}
        assert len(model["sha256"]) == 64
    shown = bare("models")
    assert shown.code == 0
    assert all(model["name"] in shown.out for model in models)


def test_a_bench_prints_every_figure_with_its_count(bare: Shell, packaged_encoder: object) -> None:
    document = str(ROOT / "corpus" / DOCUMENTS[0])
    measured = bare("bench", document, "--part", "ingest", "--runs", "2", "--json").json
    assert (measured["documents"], measured["runs"]) == (1, 2)
    assert {one["part"] for one in measured["measurements"]} == {"ingest"}
    assert min(one["values"]["minimum"] for one in measured["measurements"]) > 0
    table = bare("bench", document, "--part", "ingest", "--runs", "2")
    assert (table.code, table.err) == (0, "")
    assert f"1 documents, {measured['chunks']} chunks, 2 runs" in table.out
    for one in measured["measurements"]:
        [row] = [line for line in table.out.splitlines() if line.startswith(f"  {one['name']} ")]
        n, *_, unit = row.removeprefix(f"  {one['name']} ").split()
        assert (n, unit) == (str(one["values"]["n"]), one["unit"])
    assert list(bare.folder.iterdir()) == []


def test_a_bench_needs_text(bare: Shell, packaged_encoder: object) -> None:
    bare("bench", ".", "--part", "encoding").check_could_not("no text")


@pytest.mark.parametrize(
    "command",
    [
        ("search", "budget"),
        ("ask", BUDGET),
        ("practices", "Robots lift loads."),
        ("chat",),
        ("library", "status"),
        ("library", "list", "--json"),
        ("library", "remove", "d1"),
    ],
    ids=" ".join,
)
def test_without_a_library_one_is_told_how_to_make_it(bare: Shell, command: tuple[str, ...]) -> None:
    bare(*command).check_could_not("var/library", "fasttrack ingest")
    assert list(bare.folder.iterdir()) == [], "looking for a library makes none"


def test_a_question_too_long_or_an_unknown_generator_could_not_be_used(filled: Shell) -> None:
    filled("ask", "a" * 2001).check_could_not("2001", "2000")
    filled("ask", BUDGET, "--generator", "oracle").check_could_not("oracle", "extractive", "llama.cpp")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param(("search", "budget", "--colour", "red"), "--colour", id="unknown option"),
        pytest.param(("serach", "budget"), "serach", id="unknown command"),
        pytest.param(("search",), "text", id="no text"),
        pytest.param(("search", " \n"), "empty", id="empty text"),
        pytest.param(("ask", ""), "empty", id="empty question"),
        pytest.param(("search", "budget", "--mode", "psychic"), "psychic", id="wrong mode"),
        pytest.param(("search", "budget", "-k", "0"), "-k", id="no hits wanted"),
        *(
            pytest.param(("search", "budget", option, date), f"{date} is no date: write it as", id=date)
            for option, date in (
                ("--since", "yesterday"),
                ("--since", "28-11-2018"),
                ("--until", "2018-13"),
                ("--until", "2018/2019"),
                ("--until", "2018-02-30"),
            )
        ),
        pytest.param(("practices",), "one of the two", id="no practice"),
        pytest.param(("practices", "robots", "--file", "a.md"), "one of the two", id="two practices"),
        pytest.param(("ingest", "no/such/folder"), "no/such/folder", id="missing path"),
        pytest.param(("ingest",), "PATH", id="no path"),
        pytest.param(("chat", "--port", "70000"), "65535", id="wrong port"),
        pytest.param(("bench", "no/such/folder"), "no/such/folder", id="nothing to measure with"),
        pytest.param(("bench", ".", "--part", "patience"), "patience", id="unknown part"),
        pytest.param(("bench", ".", "--size", "0"), "--size", id="empty library"),
    ],
)
def test_wrong_use_is_told(bare: Shell, command: tuple[str, ...], told: str) -> None:
    bare(*command).check_wrong_use(told)
    assert list(bare.folder.iterdir()) == []


def test_an_option_comes_before_the_environment(filled: Shell, tmp_path: Path) -> None:
    other = str(tmp_path / "elsewhere")
    filled("library", "status", FASTTRACK_LIBRARY=other).check_could_not(other)
    assert filled("library", "status", "--library", str(filled.library), FASTTRACK_LIBRARY=other).code == 0


@pytest.mark.parametrize("command", [("search", "budget", "--json"), ("ask", BUDGET, "--json")], ids=" ".join)
def test_a_question_imports_nothing_heavy(filled: Shell, command: tuple[str, ...]) -> None:
    script = (
        "import sys, fasttrack\n"
        "fasttrack.app(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'xllamacpp'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    settings = {"FASTTRACK_LIBRARY": str(filled.library)}
    done = start(["-c", script, *command], filled.folder, settings)
    assert (done.code, done.err) == (0, "")
    assert done.json


@pytest.mark.parametrize(
    "command",
    [("search", "rozpočet a moth ćma", "--json"), ("ask", "Jaký byl celkový rozpočet projektu?", "--json")],
    ids=["search", "ask"],
)
def test_json_is_the_same_where_the_locale_knows_no_accents(filled: Shell, command: tuple[str, ...]) -> None:
    usual, without = filled(*command).json, filled(*command, **NO_UTF8).json
    assert usual | {"seconds": 0} == without | {"seconds": 0}
    assert without["question"] == command[1]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param(("search", "rozpočet"), "bm25|fused", id="search"),
        pytest.param(("ask", "Jaký byl celkový rozpočet projektu?"), "250", id="ask"),
        pytest.param(("library", "list"), "Notes [/b] :smile: on ?ma", id="list"),
        pytest.param(("ingest", "--help"), "--library", id="help"),
    ],
)
def test_people_read_something_where_the_locale_knows_no_accents(
    filled: Shell, command: tuple[str, ...], told: str
) -> None:
    done = filled(*command, **NO_UTF8)
    assert (done.code, done.err) == (0, "")
    assert done.out.isascii()
    assert any(part in done.out for part in told.split("|"))


def test_an_error_with_accents_is_told_where_the_locale_knows_none(bare: Shell) -> None:
    bare("ingest", "nič", **NO_UTF8).check_wrong_use("There is no file or folder ni")
    bare("search", "moře", "--library", "nič", **NO_UTF8).check_could_not("There is no library at ni")
