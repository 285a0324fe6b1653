"""The gold of comparisons rests on the sample library: quotes stand in documents of their group."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant.comparing.each import ask_one
from index.language import LANGUAGES, detect_language
from index.records import Document
from ingest.read import read_document

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
Entry = dict[str, Any]


def load(name: str) -> list[Entry]:
    lines = (ROOT / f"eval/gold/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


EIGHT, DEV = load("comparisons"), load("comparisons-dev")
every_entry = pytest.mark.parametrize("entry", [*EIGHT, *DEV], ids=lambda entry: entry["id"])


@cache
def read(source: str) -> Document:
    path = CORPUS / source
    return read_document(path, path.read_bytes(), source)


@cache
def list_groups(by: str) -> frozenset[str]:
    """What the documents of the sample library state."""
    sources = [str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file()]
    return frozenset(getattr(read(source).metadata, by) for source in sources)


def flatten(text: str) -> str:
    return " ".join(text.split())


@every_entry
def test_every_group_is_filled_empty_or_open(entry: Entry) -> None:
    assert list(entry) == ["id", "language", "by", "question", "filled", "empty", "open"]
    judged = Counter([*entry["filled"], *entry["empty"], *entry["open"]])
    assert judged == Counter(list_groups(entry["by"]))


@every_entry
def test_each_quote_stands_in_a_document_of_its_group(entry: Entry) -> None:
    for group, quotes in entry["filled"].items():
        assert quotes
        for quote in quotes:
            document = read(quote["document"])
            assert getattr(document.metadata, entry["by"]) == group
            assert flatten(quote["text"]) in flatten(document.text)


@every_entry
def test_a_question_is_in_its_language_and_no_group_is_named_in_it(entry: Entry) -> None:
    assert detect_language(entry["question"]) == entry["language"]
    assert not any(group in entry["question"] for group in list_groups(entry["by"]) if len(group) > 2)


def test_the_eight_are_in_all_languages_compare_by_all_properties_and_have_empty_cells() -> None:
    assert len(EIGHT) == 8
    assert {entry["language"] for entry in EIGHT} == set(LANGUAGES)
    assert Counter(entry["by"] for entry in EIGHT) == {"country": 6, "organisation": 1, "language": 1}
    assert all(entry["filled"] and entry["empty"] for entry in EIGHT)
    assert {entry["by"] for entry in DEV} == {"country", "organisation", "language"}


def test_no_question_is_asked_twice() -> None:
    assert len({entry["id"] for entry in [*EIGHT, *DEV]}) == len(EIGHT) + len(DEV)
    asked = {flatten(ask_one(entry["question"], entry["by"])).casefold() for entry in [*EIGHT, *DEV]}
    assert len(asked) == len(EIGHT) + len(DEV)
