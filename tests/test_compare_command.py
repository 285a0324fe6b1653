"""`fasttrack compare` as people and programs meet it."""

from pathlib import Path
from typing import Any

import pytest

from tests.shell import ROOT, FolderShell

QUESTION = "How is the right to disconnect settled in each country?"
DOCUMENTS = (
    "flanders/recht-op-deconnectie-nl.md",
    "france/droit-deconnexion-fr.md",
    "czechia/prumysl-40-cs.md",
)
NO_COUNTRY = "---\nlanguage: en\n---\n\nThe moth is mentioned in this sentence alone.\n"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: object) -> FolderShell:
    """A shell with a library of three countries' documents and one that states no country."""
    folder = tmp_path_factory.mktemp("compare")
    (folder / "note.md").write_text(NO_COUNTRY, encoding="utf-8")
    shell = FolderShell(folder, {"FASTTRACK_LIBRARY": str(folder / "library")})
    done = shell("ingest", *(str(ROOT / "corpus" / name) for name in DOCUMENTS), "note.md")
    assert done.returncode == 0, done.stderr
    return shell


@pytest.fixture(scope="module")
def found(shell: FolderShell) -> dict[str, Any]:
    return shell.json("compare", QUESTION)


def test_programs_read_each_countrys_answer_as_ask_prints_it(
    shell: FolderShell, found: dict[str, Any]
) -> None:
    assert list(found) == ["question", "asked", "by", "without", "cells", "seconds"]
    assert (found["question"], found["by"], found["without"]) == (QUESTION, "country", 1)
    assert found["asked"] == "How is the right to disconnect settled?"
    assert [cell["group"] for cell in found["cells"]] == ["BE", "CZ", "FR"]
    shape = shell.json("ask", QUESTION)
    for cell in found["cells"]:
        assert list(cell) == ["group", "answer"]
        assert list(cell["answer"]) == list(shape)
        assert {hit["country"] for hit in cell["answer"]["passages"]} == {cell["group"]}
        for sentence in cell["answer"]["sentences"]:
            assert list(sentence) == list(shape["sentences"][0])
            for citation in sentence["citations"]:
                passage = cell["answer"]["passages"][citation["number"] - 1]
                place = slice(citation["start"] - passage["start"], citation["end"] - passage["start"])
                assert passage["text"][place] == citation["quote"] != ""
    assert [cell["answer"]["abstained"] for cell in found["cells"]] == [False, True, False]


def test_people_read_the_same_in_a_table_with_sources(shell: FolderShell, found: dict[str, Any]) -> None:
    done = shell("compare", QUESTION)
    assert (done.returncode, done.stderr) == (0, "")
    shown = [[cell.strip() for cell in line.split("│")] for line in done.stdout.splitlines()]
    rows = [line[1:4] for line in shown if len(line) == 5]
    for cell in found["cells"]:
        own = next(place for place, row in enumerate(rows) if row[0] == cell["group"])
        if cell["answer"]["abstained"]:
            assert rows[own][1:] == ["No answer in the documents.", ""]
            continue
        for row, sentence in zip(rows[own:], cell["answer"]["sentences"], strict=False):
            [citation] = sentence["citations"]
            assert row[1] == f"{sentence['text']} [{citation['number']}]"
        first = cell["answer"]["sentences"][0]["citations"][0]
        assert any(f"[{first['number']}] {first['language']}, {first['source']}" in row[2] for row in rows)
    assert "1 document states no country: in no row." in done.stdout


def test_documents_are_compared_by_organisation_and_language_too(shell: FolderShell) -> None:
    by_language = shell.json("compare", "What is Průmysl 4.0?", "--by", "language")
    assert [cell["group"] for cell in by_language["cells"]] == ["cs", "en", "fr", "nl"]
    assert by_language["without"] == 0
    by_organisation = shell("compare", "Co je Průmysl 4.0?", "--by", "organisation")
    assert by_organisation.returncode == 0
    assert "│ Ministerstvo průmyslu a obchodu │" in by_organisation.stdout
    assert "V dokumentech není odpověď." in by_organisation.stdout


def test_a_filter_names_the_groups(shell: FolderShell) -> None:
    found = shell.json("compare", QUESTION, "--country", "fr", "--country", "be")
    assert [cell["group"] for cell in found["cells"]] == ["BE", "FR"]
    none = shell("compare", QUESTION, "--country", "SE")
    assert (none.returncode, none.stdout) == (1, "")
    assert "country se" in none.stderr


def test_a_filter_that_nothing_passes_is_no_failure(shell: FolderShell) -> None:
    done = shell("compare", QUESTION, "--until", "1999")
    assert done.returncode == 0
    assert done.stdout.startswith("No passage fits.\n")


@pytest.mark.parametrize(
    "arguments", [(" ",), (QUESTION, "--by", "theme")], ids=["empty", "unknown property"]
)
def test_wrong_use_is_told(shell: FolderShell, arguments: tuple[str, ...]) -> None:
    done = shell("compare", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_without_a_library_one_is_told_how_to_make_it(tmp_path: Path) -> None:
    done = FolderShell(tmp_path)("compare", QUESTION)
    assert (done.returncode, done.stdout) == (1, "")
    assert "fasttrack ingest" in done.stderr
    assert list(tmp_path.iterdir()) == []
