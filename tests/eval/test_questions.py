"""Gold files are read whole or refused with the line, and their quotes are found where they stand."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.questions import load_questions, locate_quotes
from index.errors import FastTrackError
from index.library import Library
from ingest.pipeline import ingest
from tests.doubles import WordEncoder
from tests.eval.golden import BUDGET_EN, BUDGET_NL, ROBOTS, build_library, make_line


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return tmp_path / "gold.jsonl"


def write(path: Path, *lines: Any) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build_library(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def sample_library(tmp_path_factory: pytest.TempPathFactory, project_folder: Path) -> Library:
    """All documents of the sample library, with an encoder that costs nothing."""
    folder, encoder = tmp_path_factory.mktemp("sample"), WordEncoder()
    ingest([project_folder / "corpus"], folder / "library", encoder)
    return Library(folder / "library", encoder)


def test_a_question_is_read_with_its_quotes_and_patterns(gold: Path) -> None:
    quotes = [{"document": "a.md", "text": "Één"}, {"document": "b.md", "text": "twee"}]
    line = make_line("q1", language="nl", history=["Eerst?"], quotes=quotes, facts=[["één", "1"], ["twee"]])
    [question] = load_questions(write(gold, line))
    assert (question.id, question.language, question.text) == ("q1", "nl", line["question"])
    assert question.history == ("Eerst?",)
    assert [(quote.document, quote.text) for quote in question.quotes] == [("a.md", "Één"), ("b.md", "twee")]
    assert [[bool(pattern.search("EEN of ÉÉN")) for pattern in group] for group in question.facts] == [
        [True, False],
        [False],
    ]
    assert question.is_answerable


def test_a_question_without_quotes_is_unanswerable_and_its_kind_is_free(gold: Path) -> None:
    [question] = load_questions(write(gold, make_line("q1", quotes=[], facts=[], kind="a trap of ours")))
    assert not question.is_answerable
    assert question.kind == "a trap of ours"


def test_blank_lines_are_passed_over_and_unknown_fields_too(gold: Path) -> None:
    gold.write_text(f"\n{json.dumps(make_line('q1') | {'note': 'easy'})}\n\n", encoding="utf-8")
    assert [question.id for question in load_questions(gold)] == ["q1"]


@pytest.mark.parametrize("name", list(make_line("q1")))
def test_a_missing_field_is_named_with_its_line(gold: Path, name: str) -> None:
    line = make_line("q2")
    del line[name]
    with pytest.raises(FastTrackError, match=rf"gold\.jsonl, line 2: the field {name} is missing"):
        load_questions(write(gold, make_line("q1"), line))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"facts": [["fine", "(broken"]]}, "“(broken” is not a regular expression"),
        ({"facts": ["a pattern"]}, 'facts holds "a pattern" where a list belongs'),
        ({"facts": [[]]}, "a group without patterns"),
        ({"facts": [[""]]}, "facts holds an empty text"),
        ({"facts": []}, "quotes and facts belong together"),
        ({"quotes": []}, "quotes and facts belong together"),
        ({"quotes": ["text"]}, 'quotes holds "text" where an object belongs'),
        ({"quotes": [{"document": "a.md"}]}, "the field text is missing"),
        ({"quotes": [{"document": "a.md", "text": " \n"}]}, "text holds an empty text"),
        ({"history": "Earlier?"}, 'history holds "Earlier?" where a list belongs'),
        ({"history": [7]}, "history holds 7 where a text belongs"),
        ({"question": None}, "question holds null where a text belongs"),
        ({"question": "  "}, "question holds an empty text"),
        ({"kind": ["one place"]}, "where a text belongs"),
        ({"language": "Dutch"}, "the language 'Dutch' is no code"),
        ({"id": "q1"}, "an earlier line has the id q1"),
    ],
)
def test_what_does_not_fit_the_format_is_refused_with_its_line(
    gold: Path, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(FastTrackError, match=rf"gold\.jsonl, line 2: .*{re.escape(message)}"):
        load_questions(write(gold, make_line("q1"), make_line("q2", **fields)))


@pytest.mark.parametrize("broken", [b'{"id": "q2"', b"[1, 2]", b'{"id": "\xff"}'])
def test_a_line_that_is_no_json_object_is_refused(gold: Path, broken: bytes) -> None:
    gold.write_bytes(json.dumps(make_line("q1")).encode() + b"\n" + broken + b"\n")
    with pytest.raises(FastTrackError, match=r"gold\.jsonl, line 2: not (a JSON object|UTF-8)"):
        load_questions(gold)


def test_a_file_that_is_not_there_or_empty_is_refused(gold: Path) -> None:
    with pytest.raises(FastTrackError, match="cannot be read"):
        load_questions(gold)
    gold.write_bytes(b"\n")
    with pytest.raises(FastTrackError, match="holds no questions"):
        load_questions(gold)


def test_a_quote_is_found_wherever_it_stands_whatever_the_white_space(gold: Path, library: Library) -> None:
    quotes = [{"document": "en/robots.txt", "text": ROBOTS.replace(" ", " \n ")}]
    [question] = load_questions(write(gold, make_line("q1", quotes=quotes)))
    places = locate_quotes([question], library)["q1"]
    assert len(places) == 2
    for place in places:
        text = library.document(place.document).text[place.start : place.end]
        assert " ".join(text.split()) == ROBOTS
    assert "\u00a0" in library.document(places[0].document).text[places[0].start : places[0].end]


def test_each_quote_is_looked_for_in_its_own_document(gold: Path, library: Library) -> None:
    quotes = [
        {"document": "nl/budget.md", "text": BUDGET_NL},
        {"document": "en/budget.md", "text": BUDGET_EN},
    ]
    lines = make_line("q1", quotes=quotes), make_line("q2", quotes=[], facts=[])
    located = locate_quotes(load_questions(write(gold, *lines)), library)
    found = [library.document(place.document) for place in located["q1"]]
    assert [document.source for document in found] == ["nl/budget.md", "en/budget.md"]
    cut = [document.text[p.start : p.end] for document, p in zip(found, located["q1"], strict=True)]
    assert cut == [BUDGET_NL, BUDGET_EN]
    assert located["q2"] == ()


def test_a_document_that_the_library_lacks_is_named_with_the_question(gold: Path, library: Library) -> None:
    quotes = [{"document": "budget.md", "text": BUDGET_EN}]
    questions = load_questions(write(gold, make_line("q1", quotes=quotes)))
    with pytest.raises(FastTrackError, match=r"holds no document budget\.md, on which the question q1 rests"):
        locate_quotes(questions, library)


def test_a_quote_that_its_document_lacks_is_named_with_both(gold: Path, library: Library) -> None:
    quotes = [{"document": "en/budget.md", "text": BUDGET_NL}]
    questions = load_questions(write(gold, make_line("q1", quotes=quotes)))
    with pytest.raises(FastTrackError, match=rf"en/budget\.md does not hold .* q1 .*{re.escape(BUDGET_NL)}"):
        locate_quotes(questions, library)


@pytest.mark.parametrize("half", ["dev", "test"])
def test_the_projects_own_gold_is_read_and_found(
    half: str, project_folder: Path, sample_library: Library
) -> None:
    questions = load_questions(project_folder / f"eval/gold/questions-{half}.jsonl")
    assert len(questions) == 120
    assert sum(question.is_answerable for question in questions) == 60
    located = locate_quotes(questions, sample_library)
    for question in questions:
        assert {place.quote for place in located[question.id]} == set(question.quotes)
        for place in located[question.id]:
            text = sample_library.document(place.document).text[place.start : place.end]
            assert text.split() == place.quote.text.split()
