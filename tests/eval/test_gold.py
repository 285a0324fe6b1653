"""The gold rests on the sample library: quotes stand in their documents and hold the facts asked for."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.language import LANGUAGES, detect_language
from index.records import Document
from ingest.read import read_document

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
HALVES = ("dev", "test")

Entry = dict[str, Any]


def load(name: str) -> list[Entry]:
    lines = (ROOT / f"eval/gold/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


QUESTIONS = {half: load(f"questions-{half}") for half in HALVES}
PRACTICES = {half: load(f"practices-{half}") for half in HALVES}
ALL_QUESTIONS = [entry for half in HALVES for entry in QUESTIONS[half]]
ALL_PRACTICES = [entry for half in HALVES for entry in PRACTICES[half]]
ANSWERABLE = [entry for entry in ALL_QUESTIONS if entry["quotes"]]

every_question = pytest.mark.parametrize("entry", ALL_QUESTIONS, ids=lambda entry: entry["id"])
every_answerable = pytest.mark.parametrize("entry", ANSWERABLE, ids=lambda entry: entry["id"])
every_practice = pytest.mark.parametrize("entry", ALL_PRACTICES, ids=lambda entry: entry["id"])


@cache
def read(source: str) -> Document:
    path = CORPUS / source
    return read_document(path, path.read_bytes(), source)


def flatten(text: str) -> str:
    return " ".join(text.split())


def is_across(entry: Entry) -> bool:
    """No document that answers is in the question's language."""
    documents = {quote["document"] for quote in entry["quotes"]}
    return all(read(document).metadata.language != entry["language"] for document in documents)


@every_question
def test_a_question_has_the_fields_that_its_kind_asks_for(entry: Entry) -> None:
    assert list(entry) == ["id", "language", "question", "history", "quotes", "facts", "kind"]
    assert entry["kind"] in {"one place", "two places", "near miss", "other subject"}
    answerable = entry["kind"] in {"one place", "two places"}
    assert bool(entry["quotes"]) == bool(entry["facts"]) == answerable
    assert entry["kind"] != "two places" or len(entry["quotes"]) > 1
    assert all(isinstance(earlier, str) and earlier for earlier in entry["history"])


@every_answerable
def test_each_quote_stands_in_its_document(entry: Entry) -> None:
    for quote in entry["quotes"]:
        assert flatten(quote["text"]) in flatten(read(quote["document"]).text)


@every_answerable
def test_the_quotes_hold_every_fact(entry: Entry) -> None:
    text = " ".join(quote["text"] for quote in entry["quotes"])
    assert all(any(re.search(form, text, re.IGNORECASE) for form in forms) for forms in entry["facts"])


@every_answerable
def test_the_question_alone_does_not_hold_every_fact(entry: Entry) -> None:
    asked = " ".join([*entry["history"], entry["question"]])
    assert not all(any(re.search(form, asked, re.IGNORECASE) for form in forms) for forms in entry["facts"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("half", "kinds"),
    [
        ("dev", {"one place": 9, "two places": 1, "near miss": 8, "other subject": 2}),
        ("test", {"one place": 8, "two places": 2, "near miss": 7, "other subject": 3}),
    ],
    ids=HALVES,
)
def test_every_language_has_the_same_share(half: str, kinds: dict[str, int], language: str) -> None:
    entries = [entry for entry in QUESTIONS[half] if entry["language"] == language]
    assert Counter(entry["kind"] for entry in entries) == kinds
    answerable = [entry for entry in entries if entry["quotes"]]
    assert sum(map(is_across, answerable)) >= 5
    assert sum(bool(entry["history"]) for entry in answerable) == 2


def test_a_question_is_in_the_language_that_it_states() -> None:
    told = [detect_language(entry["question"]) == entry["language"] for entry in ALL_QUESTIONS]
    assert sum(told) >= 0.95 * len(told)  # a short one with foreign names may look otherwise


def test_ids_and_questions_are_unique() -> None:
    for name in ("id", "question"):
        assert len({entry[name] for entry in ALL_QUESTIONS}) == len(ALL_QUESTIONS)
    assert len({entry["id"] for entry in ALL_PRACTICES}) == len(ALL_PRACTICES)


def test_no_question_of_the_test_half_rests_on_a_quote_of_the_dev_half() -> None:
    quotes = {
        half: {
            (quote["document"], flatten(quote["text"]))
            for entry in QUESTIONS[half]
            for quote in entry["quotes"]
        }
        for half in HALVES
    }
    assert not quotes["dev"] & quotes["test"]


@every_practice
def test_a_practice_query_looks_for_documents_in_other_languages(entry: Entry) -> None:
    assert list(entry) == ["id", "language", "query", "about", "similar", "unjudged"]
    assert detect_language(entry["query"]) == entry["language"]
    assert read(entry["about"]).metadata.language == entry["language"]
    similar = {judgement["document"]: judgement["grade"] for judgement in entry["similar"]}
    assert len(similar) == len(entry["similar"])
    assert set(similar.values()) <= {1, 2}
    assert 2 in similar.values()
    assert all(read(document).metadata.language != entry["language"] for document in similar)
    assert not {entry["about"], *similar} & set(entry["unjudged"])
    assert all(read(document) for document in entry["unjudged"])


def test_every_language_asks_for_similar_practices_alike() -> None:
    for half in HALVES:
        asked = Counter(entry["language"] for entry in PRACTICES[half])
        assert asked == dict.fromkeys(LANGUAGES, 3)
    assert len({entry["about"] for entry in ALL_PRACTICES}) == len(ALL_PRACTICES)
