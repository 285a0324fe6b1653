"""The PDF, Word and HTML documents say what their Markdown says, and are made of it as it stands."""

import importlib.util
import re
from pathlib import Path

import pytest

from index.records import Document
from index.sentences import split_sentences
from ingest.read import read_document

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
SOURCES = ROOT / "docs/corpus"
MADE = sorted(path.relative_to(SOURCES).with_suffix("").as_posix() for path in SOURCES.glob("*/*.*.md"))

REPORTS = [name for name in MADE if name.endswith(".pdf")]

CONTENTS = "Contents|Inhoudsopgave|Inhaltsverzeichnis|Table des matières|Índice|Obsah"
_NOTE = re.compile(r"^\[\^\d+\]: (.+)$", re.MULTILINE)


def read(path: Path) -> Document:
    return read_document(path, path.read_bytes(), path.name)


def flatten(text: str) -> str:
    """The text without what layout may change: line breaks and the bars between cells."""
    return " ".join(text.replace("|", " ").split())


def test_every_document_in_another_format_is_made() -> None:
    others = (path for path in CORPUS.rglob("*.*") if path.suffix != ".md")
    assert sorted(path.relative_to(CORPUS).as_posix() for path in others) == MADE


@pytest.mark.parametrize("name", MADE)
def test_a_document_says_what_its_markdown_says(name: str) -> None:
    source, made = read(SOURCES / f"{name}.md"), read(CORPUS / name)
    assert made.metadata == source.metadata
    assert [section.path for section in made.sections] == [section.path for section in source.sections]
    ours, theirs = flatten(made.text), flatten(source.text)
    if name.endswith(".pdf"):
        title, organisation, note = map(
            flatten, (source.metadata.title, source.metadata.organisation, source.metadata.note)
        )
        cover = f"^{re.escape(title)} ({re.escape(organisation)} )?{re.escape(note)} (({CONTENTS}) )?"
        ours = re.sub(cover, f"{title} ", ours)
    assert ours == theirs


def sentences(document: Document) -> list[str]:
    """What a document's sentences say, without what marks a list's item."""
    spans = split_sentences(document.text, document.metadata.language)
    return [" ".join(document.text[start:end].split()).lstrip("- ") for start, end in spans]


@pytest.mark.parametrize("name", REPORTS)
def test_a_sentence_stays_one_in_the_columns_and_pages_of_a_report(name: str) -> None:
    whole = [one for one in sentences(read(SOURCES / f"{name}.md")) if "|" not in one]  # no row of a table
    assert whole
    assert set(whole) <= set(sentences(read(CORPUS / name)))


def test_the_documents_are_those_that_their_markdown_makes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("typeset", SOURCES / "typeset.py")
    assert spec
    assert spec.loader
    typeset = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(typeset)
    typeset.make_all(tmp_path)
    made = sorted(path for path in tmp_path.rglob("*.*") if path.is_file())
    assert [path.relative_to(tmp_path).as_posix() for path in made] == MADE
    for path, name in zip(made, MADE, strict=True):
        again, committed = read(path), read(CORPUS / name)
        assert (again.text, again.metadata) == (committed.text, committed.metadata)


@pytest.mark.parametrize("name", REPORTS)
def test_a_pdf_has_the_shape_of_a_report(name: str) -> None:
    document = read(CORPUS / name)
    assert len(document.pages) > 1
    assert _NOTE.search((SOURCES / f"{name}.md").read_text(encoding="utf-8"))
