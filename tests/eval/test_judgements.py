"""Where a quote stands decides which chunks are relevant, whatever the chunks are."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from eval.judgements import judge_chunks
from eval.questions import Question, Quote, load_questions
from eval.retrieval import evaluate_retrieval
from eval.systems import name_systems
from index.errors import FastTrackError
from index.library import Library, open_for_writing
from index.records import Chunk, Document, Metadata
from ingest.pipeline import ingest
from tests.doubles import WordEncoder
from tests.eval.golden import BUDGET_EN, BUDGET_NL, build_library
from tests.index.samples import Sample, put

TEXT = "aaaa bbbb cccc dddd eeee ffff gggg hhhh."
STARTS = (0, 10, 20, 30)  # each chunk has ten characters, the last of them a space


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """One document in four chunks of two words each."""
    chunks = [
        Chunk(f"c{number}", "d", start, start + 10, TEXT[start : start + 10], "en")
        for number, start in enumerate(STARTS)
    ]
    encoder = WordEncoder()
    with open_for_writing(tmp_path / "library", encoder) as writer:
        put(writer, encoder, [Sample(Document("d", "d.md", TEXT, Metadata("D", "en")), chunks)])
    return Library(tmp_path / "library", encoder)


def ask(*quotes: Quote, id_: str = "q", history: tuple[str, ...] = ()) -> Question:
    facts = ((re.compile("x"),),) if quotes else ()
    return Question(id_, "nl", f"{id_}?", history, quotes, facts, "one place")


@pytest.mark.parametrize(
    ("quote", "relevant"),
    [
        pytest.param("aaaa bbbb", {"c0"}, id="the whole chunk"),
        pytest.param("bbbb", {"c0"}, id="a part of one chunk"),
        pytest.param("bb ccc", {"c0", "c1"}, id="half in either"),
        pytest.param("bbbb cccc", {"c0"}, id="more in the first"),
        pytest.param("b cccc dddd", {"c1"}, id="hardly reaching into another"),
        pytest.param("bbbb cccc dddd eeee f", {"c0", "c1", "c2"}, id="half of a chunk at either end"),
        pytest.param("bb cccc dddd ee", {"c1"}, id="less than half of a chunk at either end"),
        pytest.param(TEXT, {"c0", "c1", "c2", "c3"}, id="over all"),
        pytest.param("cccc\n  dddd", {"c1"}, id="other white space"),
    ],
)
def test_a_chunk_is_relevant_that_holds_half_or_is_held_by_half(
    library: Library, quote: str, relevant: set[str]
) -> None:
    collection = judge_chunks("gold", [ask(Quote("d.md", quote))], library)
    assert collection.qrels == {"q": dict.fromkeys(relevant, 1)}


def test_the_chunks_are_the_passages_and_the_questions_the_queries(library: Library) -> None:
    collection = judge_chunks("gold", [ask(Quote("d.md", "aaaa"))], library)
    chunks = library.chunks_of("d")
    assert collection.name == "gold"
    assert [(one.id, one.text, one.title, one.language) for one in collection.passages] == [
        (chunk.id, chunk.text, "", "en") for chunk in chunks
    ]
    assert [(one.id, one.text, one.language) for one in collection.queries] == [("q", "q?", "nl")]


def test_what_cannot_be_searched_by_itself_is_left_out(library: Library) -> None:
    quote = Quote("d.md", "aaaa")
    questions = [
        ask(quote, id_="kept"),
        ask(id_="unanswerable"),
        ask(quote, id_="follow-up", history=("And?",)),
    ]
    collection = judge_chunks("gold", questions, library)
    assert [query.id for query in collection.queries] == list(collection.qrels) == ["kept"]


def test_several_quotes_and_places_are_all_relevant(tmp_path: Path) -> None:
    library = build_library(tmp_path)
    quotes = Quote("en/budget.md", BUDGET_EN), Quote("nl/budget.md", BUDGET_NL)
    collection = judge_chunks("gold", [ask(*quotes)], library)
    texts = {passage.id: passage.text for passage in collection.passages}
    found = [texts[id_] for id_ in collection.qrels["q"]]
    assert any(BUDGET_EN in text for text in found)
    assert any(BUDGET_NL in text for text in found)
    assert not any("Robots" in text for text in found)


def test_a_library_without_the_quote_is_refused(library: Library) -> None:
    with pytest.raises(FastTrackError, match=r"d\.md does not hold what the question q rests on, “zzzz”"):
        judge_chunks("gold", [ask(Quote("d.md", "zzzz"))], library)
    with pytest.raises(FastTrackError, match=r"holds no document e\.md"):
        judge_chunks("gold", [ask(Quote("e.md", "aaaa"))], library)


def test_the_digest_tells_questions_judgements_and_library(library: Library, tmp_path: Path) -> None:
    question = ask(Quote("d.md", "aaaa"))
    digest = judge_chunks("gold", [question], library).digest
    assert judge_chunks("renamed", [question], library).digest == digest
    others = [
        judge_chunks("gold", [replace(question, text="?")], library),
        judge_chunks("gold", [ask(Quote("d.md", "cccc"))], library),
        judge_chunks("gold", [question, ask(Quote("d.md", "aaaa"), id_="r")], library),
        judge_chunks("gold", [question], build_library(tmp_path, {"d.md": "aaaa, and more."})),
    ]
    assert len({digest, *(other.digest for other in others)}) == 5


@pytest.mark.parametrize("half", ["dev", "test"])
def test_every_gold_question_has_a_relevant_chunk_in_the_sample_library(
    project_folder: Path, tmp_path: Path, half: str
) -> None:
    encoder = WordEncoder()
    ingest([project_folder / "corpus"], tmp_path / "library", encoder)
    library = Library(tmp_path / "library", encoder)
    questions = load_questions(project_folder / f"eval/gold/questions-{half}.jsonl")
    collection = judge_chunks(half, questions, library)
    expected = [one.id for one in questions if one.is_answerable and not one.history]
    assert [query.id for query in collection.queries] == expected
    assert all(collection.qrels[id_] for id_ in expected)
    assert len(collection.passages) == library.status().chunks
    evaluation = evaluate_retrieval(collection, name_systems(["bm25"]), library, tmp_path / "out")
    assert len(evaluation.scores["bm25"]["mixed"]["AP"]) == len(expected)
