"""The gold rests on the sample library: each quote stands in its document and holds the facts asked for."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from index.language import LANGUAGES
from ingest.read import read_document

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
GOLD = [json.loads(line) for line in (ROOT / "eval/gold/dev.jsonl").read_text(encoding="utf-8").splitlines()]


def read(source: str) -> str:
    path = CORPUS / source
    return " ".join(read_document(path, path.read_bytes(), source).text.split())


@pytest.mark.parametrize("entry", GOLD, ids=lambda entry: entry["id"])
def test_each_quote_stands_in_its_document(entry: dict[str, Any]) -> None:
    for quote in entry["quotes"]:
        assert " ".join(quote["text"].split()) in read(quote["document"])


@pytest.mark.parametrize("entry", GOLD, ids=lambda entry: entry["id"])
def test_the_quotes_hold_every_fact(entry: dict[str, Any]) -> None:
    text = " ".join(quote["text"] for quote in entry["quotes"])
    assert all(any(re.search(form, text, re.IGNORECASE) for form in forms) for forms in entry["facts"])
    assert bool(entry["quotes"]) == bool(entry["facts"]) == (entry["kind"] == "answerable")


def test_every_language_has_the_same_share() -> None:
    kinds = [(entry["language"], entry["kind"]) for entry in GOLD]
    shares = {(language, kind): kinds.count((language, kind)) for language, kind in set(kinds)}
    assert {language for language, _ in shares} == set(LANGUAGES)
    for kind, share in {"answerable": 10, "near": 3, "far": 3}.items():
        assert [shares[language, kind] for language in LANGUAGES] == [share] * len(LANGUAGES)


def test_every_question_has_its_own_id() -> None:
    assert len({entry["id"] for entry in GOLD}) == len(GOLD)
