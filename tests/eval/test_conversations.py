"""The conversations rest on the sample library: quotes stand in their documents and hold the facts asked."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from eval.questions import Question, load_questions
from index.language import LANGUAGES
from ingest.read import read_document

ROOT = Path(__file__).parents[2]
HALVES = {half: load_questions(ROOT / f"eval/gold/conversations-{half}.jsonl") for half in ("dev", "test")}
KINDS = {
    "pronoun",
    "ellipsis",
    "replacement",
    "topic change",
    "chit-chat",
    "long history",
    "complete",
    "language switch",
}

every_half = pytest.mark.parametrize("half", HALVES)
every_turn = pytest.mark.parametrize(
    "turn", [turn for half in HALVES.values() for turn in half], ids=lambda turn: turn.id
)


@cache
def read(source: str) -> str:
    path = ROOT / "corpus" / source
    return flatten(read_document(path, path.read_bytes(), source).text)


def flatten(text: str) -> str:
    return " ".join(text.split())


@every_turn
def test_a_turn_has_a_history_and_an_answer(turn: Question) -> None:
    assert turn.history
    assert turn.is_answerable
    assert turn.kind in KINDS
    assert turn.kind != "long history" or len(turn.history) >= 8


@every_turn
def test_each_quote_stands_in_its_document(turn: Question) -> None:
    for quote in turn.quotes:
        assert flatten(quote.text) in read(quote.document)


@every_turn
def test_the_quotes_hold_every_fact_and_the_conversation_does_not(turn: Question) -> None:
    quoted = " ".join(flatten(quote.text) for quote in turn.quotes)
    asked = " ".join([*turn.history, turn.text])
    assert all(any(form.search(quoted) for form in forms) for forms in turn.facts)
    assert not all(any(form.search(asked) for form in forms) for forms in turn.facts)


@every_half
def test_every_language_has_every_kind_once(half: str) -> None:
    assert Counter((turn.language, turn.kind) for turn in HALVES[half]) == Counter(
        (language, kind) for language in LANGUAGES for kind in KINDS
    )


def test_no_turn_of_the_test_half_rests_on_a_quote_of_the_dev_half() -> None:
    quotes = {
        half: {(quote.document, flatten(quote.text)) for turn in turns for quote in turn.quotes}
        for half, turns in HALVES.items()
    }
    assert not quotes["dev"] & quotes["test"]
    assert not {turn.text for turn in HALVES["dev"]} & {turn.text for turn in HALVES["test"]}
