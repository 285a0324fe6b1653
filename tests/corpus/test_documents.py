"""The sample library's documents state what they are, in the language that they claim, in our own words."""

import re
from functools import cache
from pathlib import Path

import pytest

from index.language import LANGUAGES, detect_language
from index.records import Document
from ingest.read import READERS, read_document

CORPUS = Path(__file__).parents[2] / "corpus"
DOCUMENTS = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())

COUNTRIES = {"BE", "NL", "DE", "FR", "ES", "CZ", "EU"}
KINDS = {"vision", "mission", "project", "country note", "good practice", "glossary"}
THEMES = {
    "skills",
    "labour market",
    "economy and innovation",
    "social dialogue",
    "social protection",
    "data and platforms",
}
UNDATED = {"project/glossary-en.html", "serv/open-vizier-nl.html"}
NOTES = {
    "nl": "geen officiële tekst",
    "en": "not an official text",
    "de": "kein amtlicher Text",
    "fr": "texte non officiel",
    "es": "no es un texto oficial",
    "cs": "nejde o oficiální text",
}
_DATE = r"\d{4}(-\d\d(-\d\d)?)?"
_RUN = 12  # words


@cache
def read(source: str) -> Document:
    path = CORPUS / source
    return read_document(path, path.read_bytes(), source)


def count_words(text: str) -> int:
    return len(re.findall(r"\w+", text))


@pytest.mark.parametrize("source", DOCUMENTS)
def test_a_document_states_what_it_is(source: str) -> None:
    metadata = read(source).metadata
    assert " ".join(metadata.title.split()) in " ".join(read(source).text[:200].split())
    assert metadata.language in LANGUAGES
    assert Path(source).stem.endswith(f"-{metadata.language}")
    assert metadata.country in COUNTRIES
    assert metadata.organisation
    assert metadata.kind in KINDS
    assert metadata.themes
    assert set(metadata.themes) <= THEMES
    assert metadata.sources
    assert NOTES[metadata.language] in metadata.note
    assert bool(re.fullmatch(f"{_DATE}(/{_DATE})?", metadata.date)) == (source not in UNDATED)


@pytest.mark.parametrize("source", DOCUMENTS)
def test_a_document_is_in_the_language_that_it_states(source: str) -> None:
    document = read(source)
    assert detect_language(document.text[:20_000]) == document.metadata.language


@pytest.mark.parametrize(
    "source", [name for name in DOCUMENTS if read(name).metadata.kind == "good practice"]
)
def test_a_practice_takes_a_page(source: str) -> None:
    assert 150 <= count_words(read(source).text) <= 420


def test_the_library_holds_what_it_promises() -> None:
    documents = [read(source) for source in DOCUMENTS]
    practices = [document for document in documents if document.metadata.kind == "good practice"]
    for country in ("DE", "FR", "ES", "CZ"):
        assert sum(document.metadata.country == country for document in practices) >= 8
    for country in ("BE", "EU", "NL"):
        assert any(document.metadata.country == country for document in practices)
    formats = [Path(source).suffix for source in DOCUMENTS]
    assert (formats.count(".pdf"), formats.count(".docx"), formats.count(".html")) == (10, 2, 2)
    assert set(formats) <= set(READERS)


@pytest.mark.parametrize("source", DOCUMENTS)
def test_no_sentence_is_carried_over_from_the_published_texts(source: str, shared_folder: Path) -> None:
    runs = read_runs(shared_folder / "corpus")
    words = re.findall(r"\w+", read(source).text.lower())
    assert not [run for run in zip(*(words[i:] for i in range(_RUN)), strict=False) if run in runs]


@cache
def read_runs(folder: Path) -> frozenset[tuple[str, ...]]:
    """Every run of words in the published texts."""
    runs: set[tuple[str, ...]] = set()
    for path in folder.glob("*.txt"):
        words = re.findall(r"\w+", path.read_text(encoding="utf-8").lower())
        runs.update(zip(*(words[i:] for i in range(_RUN)), strict=False))
    assert len(runs) > 10_000
    return frozenset(runs)
