"""The assistant over the sample library with the real encoder, alone and with doubles of a model."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant, Scope
from assistant.checking.check import find_facts
from assistant.errors import GeneratorError
from assistant.phrases import OTHER_LANGUAGE, PHRASES
from assistant.writing.generator import Extractive, Generator, Request
from index.encoder import PackagedEncoder
from index.errors import FastTrackError
from index.filters import Filter
from index.library import Library
from ingest.pipeline import ingest

BUDGET = {
    "nl": "Wat was het totale budget van het project, en wie betaalde een deel ervan?",
    "en": "What was the total budget of the project, and who paid part of it?",
    "de": "Wie hoch war das Gesamtbudget des Projekts, und wer hat einen Teil davon bezahlt?",
    "fr": "Quel était le budget total du projet, et qui en a payé une partie ?",
    "es": "¿Cuál fue el presupuesto total del proyecto y quién pagó una parte?",
    "cs": "Jaký byl celkový rozpočet projektu a kdo zaplatil jeho část?",
}
BREAD = {
    "nl": "Hoe bak ik een zuurdesembrood met roggemeel?",
    "en": "How do I bake a sourdough bread with rye flour?",
    "de": "Wie backe ich ein Sauerteigbrot mit Roggenmehl?",
    "fr": "Comment faire un pain au levain avec de la farine de seigle ?",
    "es": "¿Cómo se hornea un pan de masa madre con harina de centeno?",
    "cs": "Jak upéct kváskový chléb z žitné mouky?",
}


class Says:
    """A language model that says these pieces; then, where there is one, it raises the error."""

    name = "says"

    def __init__(self, *pieces: str, error: GeneratorError | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.requests: list[Request] = []
        self.closed = False

    def load(self) -> None:
        pass

    def write(self, request: Request) -> Iterator[str]:
        self.requests.append(request)
        try:
            yield from self.pieces
            if self.error:
                raise self.error
        finally:
            self.closed = True


@pytest.fixture(scope="module")
def extractive(library: Library) -> Assistant:
    return Assistant(library, Extractive())


@pytest.fixture(scope="module")
def extract(library: Library) -> Answer:
    return ask(library, Extractive())


def ask(library: Library, generator: Generator, question: str = BUDGET["en"], notice: str = "") -> Answer:
    answer = Assistant(library, generator, notice).answer(question)
    check_citations(answer, library)
    return answer


def check_citations(answer: Answer, library: Library) -> None:
    """Every quotation stands in its document, inside a passage that was retrieved for this question."""
    assert [hit.rank for hit in answer.passages] == list(range(1, len(answer.passages) + 1))
    for sentence in answer.sentences:
        assert sentence.verdict == "supported"
        assert len(sentence.citations) == 1
        for citation in sentence.citations:
            chunk = citation.hit.chunk
            document = library.document(chunk.document_id)
            assert answer.passages[citation.number - 1] == citation.hit
            assert chunk.start <= citation.start < citation.end <= chunk.end
            assert citation.quote == document.text[citation.start : citation.end]
            assert citation.page == chunk.page_at(citation.start)
            assert (citation.page is None) == (not document.pages), "only a PDF has pages"


@pytest.mark.parametrize("language", BUDGET)
def test_the_budget_is_found_in_every_language(
    extractive: Assistant, library: Library, language: str
) -> None:
    answer = extractive.answer(BUDGET[language])
    check_citations(answer, library)
    assert (answer.language, answer.abstained, answer.complete) == (language, False, True)
    assert (answer.generator, answer.notice, answer.lead_in) == ("extractive", "", PHRASES[language].found)
    quotes = [citation.quote for sentence in answer.sentences for citation in sentence.citations]
    assert any("250000" in find_facts(quote) for quote in quotes)
    assert [sentence.text for sentence in answer.sentences] == [" ".join(quote.split()) for quote in quotes]


@pytest.mark.parametrize("language", BREAD)
def test_a_question_on_another_subject_is_not_answered(extractive: Assistant, language: str) -> None:
    [answer] = extractive.stream(BREAD[language])
    assert (answer.language, answer.abstained, answer.complete) == (language, True, True)
    assert answer.reason
    assert answer.sentences == ()
    assert answer.lead_in == PHRASES[language].abstained
    assert len(answer.passages) == 5


def test_passages_without_a_whole_statement_are_shown_as_nearest(
    tmp_path: Path, packaged_encoder: PackagedEncoder
) -> None:
    (tmp_path / "note.txt").write_text("Trade unions.\n\nDigital work.", encoding="utf-8")
    ingest([tmp_path / "note.txt"], tmp_path / "library", packaged_encoder)
    answer = Assistant(Library(tmp_path / "library", packaged_encoder), Extractive()).answer(BUDGET["en"])
    assert (answer.abstained, answer.lead_in) == (True, PHRASES["en"].abstained)
    assert [hit.source for hit in answer.passages] == ["note.txt"]


def test_a_follow_up_survives_a_broken_earlier_question(extractive: Assistant) -> None:
    answer = extractive.answer("And who paid?", [BUDGET["en"] + "\ud83d"])
    assert "250" in " ".join(sentence.text for sentence in answer.sentences)


def test_of_translations_the_one_in_the_questions_language_is_quoted(extractive: Assistant) -> None:
    for language, question in BUDGET.items():
        first, *_ = extractive.answer(question).sentences
        assert first.citations[0].hit.chunk.language == language


def test_an_empty_library_says_that_it_is_empty(tmp_path: Path, packaged_encoder: PackagedEncoder) -> None:
    (tmp_path / "documents").mkdir()
    ingest([tmp_path / "documents"], tmp_path / "library", packaged_encoder)
    answer = Assistant(Library(tmp_path / "library", packaged_encoder), Extractive()).answer(BUDGET["cs"])
    assert (answer.abstained, answer.passages) == (True, ())
    assert answer.lead_in == PHRASES["cs"].nothing_stored


def test_the_extract_comes_first_and_the_last_snapshot_is_complete(library: Library, extract: Answer) -> None:
    model = Says("The total budget was about ", "250,000 euros [1]. ", "The contact person is Tim Buyse [1].")
    first, *between, last = Assistant(library, model).stream(BUDGET["en"])
    assert (first.generator, first.complete, first.lead_in) == ("extractive", False, PHRASES["en"].found)
    assert first.sentences == extract.sentences
    assert [(len(grown.sentences), grown.complete) for grown in between] == [(1, False), (2, False)]
    assert (last.generator, last.complete, last.lead_in) == ("says", True, "")
    assert last.sentences == between[-1].sentences
    assert [grown.seconds for grown in (first, *between, last)] == sorted(
        grown.seconds for grown in (first, *between, last)
    )
    assert {grown.passages for grown in (first, *between, last)} == {first.passages}


def test_a_seventh_language_is_answered_in_english_with_a_notice(extractive: Assistant) -> None:
    answer = extractive.answer("Qual era il budget totale del progetto e chi ne ha pagato una parte?")
    assert (answer.language, answer.notice) == ("en", OTHER_LANGUAGE)
    assert answer.lead_in == (PHRASES["en"].abstained if answer.abstained else PHRASES["en"].found)
    assert any("250000" in find_facts(hit.chunk.text) for hit in answer.passages)


@pytest.mark.parametrize(
    "question",
    ["", " \n\t", "a" * 2001, "very " * 401],
    ids=["empty", "white space", "long word", "long sentence"],
)
def test_a_question_that_cannot_be_read_is_an_error_for_people(extractive: Assistant, question: str) -> None:
    with pytest.raises(FastTrackError, match="The question"):
        extractive.answer(question)


@pytest.mark.parametrize(
    "question",
    ["?", "🦀", '" OR * NEAR( ^', "'; DROP TABLE chunks; --", "What was the budget \ud83d", "\x00 budget"],
    ids=["mark", "emoji", "search operators", "SQL", "half an emoji", "NUL"],
)
def test_no_question_breaks_the_assistant(extractive: Assistant, library: Library, question: str) -> None:
    check_citations(extractive.answer(question), library)


def test_a_question_is_tidied_before_it_is_asked(extractive: Assistant, extract: Answer) -> None:
    answer = extractive.answer(f"\n  {BUDGET['en'].replace(' ', '   ')} ")
    assert answer.question == BUDGET["en"]
    assert answer.sentences == extract.sentences


def test_a_short_follow_up_is_about_what_was_asked_before(extractive: Assistant) -> None:
    history = ["Wat doet de SERV in ILERA?", "What was the total budget of the digital fast track project?"]
    answer = extractive.answer("And the rest?", history)
    assert "250000" in find_facts(answer.passages[0].chunk.text)
    assert answer.question == "And the rest?"
    assert answer.passages != extractive.answer("And the rest?").passages


def test_a_follow_up_without_words_of_its_own_keeps_the_language(extractive: Assistant) -> None:
    assert extractive.answer("2018?", [BUDGET["cs"]]).language == "cs"
    assert extractive.answer("2018?").language == "en"


def test_a_long_question_stands_alone(extractive: Assistant, extract: Answer) -> None:
    other = extractive.answer(BUDGET["en"], ["Wie vertegenwoordigt de SERV in ILERA?"])
    assert other.sentences == extract.sentences


def test_the_model_is_given_the_question_its_language_and_whole_statements(library: Library) -> None:
    model = Says()
    answer = ask(library, model, BUDGET["cs"])
    [request] = model.requests
    assert (request.question, request.language) == (BUDGET["cs"], "cs")
    assert 1 <= len(request.passages) <= 3
    for excerpt, hit in zip(request.passages, answer.passages, strict=False):
        assert excerpt in " ".join(hit.chunk.text.split())
    assert "250000" in find_facts(request.passages[0])


def test_only_the_sentence_that_the_passages_support_stays(library: Library) -> None:
    right = "The total budget was about 250,000 euros."
    model = Says(
        "My grandmother bakes bread every Sunday morning [9]. The total budget was about 999,000 euros [1]. ",
        f"{right[:-1]} [2].",
    )
    answer = ask(library, model)
    assert [sentence.text for sentence in answer.sentences] == [right]
    assert (answer.generator, answer.notice) == ("says", "")


def test_a_citation_of_a_passage_that_is_not_there_moves_to_one_that_is(library: Library) -> None:
    answer = ask(library, Says("The contact person is Tim Buyse [9]."))
    [sentence] = answer.sentences
    assert "Tim Buyse" in sentence.citations[0].quote


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "My grandmother bakes bread every Sunday [1]. Bananas are yellow fruit [2].", id="nonsense"
        ),
        pytest.param("The total budget was about 999,000 euros [1].", id="invented figure"),
        pytest.param(f"{BUDGET['en']} [1]", id="echo"),
        pytest.param("Het totale budget bedroeg ongeveer 250.000 euro [1].", id="other language"),
        pytest.param("budget budget budget budget budget budget budget budget [1].", id="babble"),
        pytest.param("[1] [2] [3]", id="marks alone"),
        pytest.param("", id="silence"),
    ],
)
def test_the_extract_stands_where_the_model_says_nothing_right(
    library: Library, extract: Answer, text: str
) -> None:
    answer = ask(library, Says(text))
    assert (answer.sentences, answer.lead_in) == (extract.sentences, extract.lead_in)
    assert (answer.generator, answer.complete) == ("extractive", True)
    assert answer.notice in (PHRASES["en"].unsupported, PHRASES["en"].drifted)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        ("The total budget was about ",),
        ("The contact person is Tim Buyse [1]. ", "The total budget was "),
    ],
    ids=["at once", "inside the first sentence", "after a sentence"],
)
def test_the_extract_stands_with_a_notice_where_the_model_fails(
    library: Library, extract: Answer, pieces: tuple[str, ...]
) -> None:
    model = Says(*pieces, error=GeneratorError("The language model failed: out of memory."))
    answer = ask(library, model)
    assert (answer.sentences, answer.lead_in) == (extract.sentences, extract.lead_in)
    assert (answer.generator, answer.complete, answer.abstained) == ("extractive", True, False)
    assert answer.notice == "The language model failed: out of memory."
    assert model.closed


def test_a_failure_does_not_hide_an_earlier_notice(library: Library) -> None:
    answer = ask(library, Says(error=GeneratorError("It failed.")), notice="A notice.")
    assert answer.notice == "A notice. It failed."


def test_an_answer_has_at_most_three_written_sentences(library: Library) -> None:
    model = Says(
        "The total budget was about 250,000 euros [1]. The contact person is Tim Buyse [1]. ",
        "Of this, 150,000 euros was a subsidy from ESF Flanders [1]. ",
        "The page does not say where the rest came from [1]. ",
        "And so on. " * 1000,
    )
    assert len(ask(library, model).sentences) == 3
    assert model.closed


@pytest.mark.parametrize("language", BUDGET)
def test_a_text_in_another_language_is_asked_for_once_more(library: Library, language: str) -> None:
    wrong = (
        "Celkový rozpočet celého projektu činil přibližně 250 000 eur [1]."
        if language == "en"
        else "The total budget of the whole project was about 250,000 euros [1]."
    )
    model = Says(wrong)
    answer = Assistant(library, model).answer(BUDGET[language])
    assert [request.insist for request in model.requests] == [False, True]
    assert (answer.generator, answer.notice) == ("extractive", PHRASES[language].drifted)
    assert answer.sentences != ()


def test_a_second_attempt_in_the_right_language_counts(library: Library) -> None:
    class Learns(Says):
        def write(self, request: Request) -> Iterator[str]:
            self.pieces = (
                ("The total budget was about 250,000 euros [1].",)
                if request.insist
                else ("Het totale budget van het project bedroeg ongeveer 250.000 euro [1].",)
            )
            return super().write(request)

    answer = ask(library, Learns())
    assert (answer.generator, answer.notice) == ("says", "")
    assert [sentence.text for sentence in answer.sentences] == ["The total budget was about 250,000 euros."]


@pytest.mark.parametrize("language", BUDGET)
def test_where_the_model_finds_no_answer_the_assistant_says_so_in_its_own_words(
    library: Library, language: str
) -> None:
    [_, answer] = Assistant(library, Says("No idea, sorry. [0]")).stream(BUDGET[language])
    assert (answer.abstained, answer.reason) == (True, "the model finds no answer")
    assert (answer.sentences, answer.lead_in) == ((), PHRASES[language].abstained)
    assert answer.passages


def test_what_was_said_with_support_is_not_taken_back(library: Library) -> None:
    answer = ask(library, Says("The total budget was about 250,000 euros [1]. ", "The rest is not said. [0]"))
    assert not answer.abstained
    assert [sentence.text for sentence in answer.sentences] == ["The total budget was about 250,000 euros."]


def test_what_nothing_supports_can_be_shown_with_the_reason(library: Library) -> None:
    model = Says("The total budget was about 250,000 euros [1]. ", "It was about 999,000 euros [1].")
    answer = Assistant(library, model, unsupported="mark").answer(BUDGET["en"])
    right, wrong = answer.sentences
    assert (right.verdict, wrong.verdict) == ("supported", "unsupported")
    assert (len(right.citations), wrong.citations) == (1, ())
    assert "999000" in wrong.reason


def test_the_extract_stands_where_all_that_could_be_marked_is_unsupported(
    library: Library, extract: Answer
) -> None:
    model = Says("It was about 999,000 euros [1].")
    answer = Assistant(library, model, unsupported="mark").answer(BUDGET["en"])
    assert (answer.sentences, answer.notice) == (extract.sentences, PHRASES["en"].unsupported)


@pytest.mark.parametrize("language", BUDGET)
def test_an_answer_can_be_had_in_a_chosen_language(
    extractive: Assistant, library: Library, language: str
) -> None:
    answer = extractive.answer(BUDGET["nl"], language=language)
    check_citations(answer, library)
    assert (answer.language, answer.lead_in) == (language, PHRASES[language].found)
    assert any("250000" in find_facts(sentence.text) for sentence in answer.sentences)


def test_a_language_that_the_assistant_does_not_speak_cannot_be_chosen(extractive: Assistant) -> None:
    with pytest.raises(FastTrackError, match="does not speak it: choose one of nl, en, de, fr, es, cs"):
        extractive.answer(BUDGET["nl"], language="it")


def test_a_scope_narrows_what_may_answer(extractive: Assistant, library: Library) -> None:
    french = extractive.answer(BUDGET["nl"], scope=Scope(Filter(languages=frozenset({"fr"}))))
    check_citations(french, library)
    assert {hit.chunk.language for hit in french.passages} == {"fr"}
    nothing = Scope(narrow=lambda hit: replace(hit, chunk=replace(hit.chunk, statements=()), evidence=()))
    assert extractive.answer(BUDGET["nl"], scope=nothing).abstained


@pytest.mark.parametrize(
    "history",
    [[], [BUDGET["en"]], ["How do I bake bread?", "And how many people took part?"]],
    ids=["at first", "after a success", "after others"],
)
def test_what_no_document_says_is_never_answered(extractive: Assistant, history: list[str]) -> None:
    question = "How many disputes did the ombuds office for crowdworkers decide in 2019?"
    answer = extractive.answer(question, history)
    assert (answer.abstained, answer.reason) == (True, "no statement answers")


def test_a_model_is_not_asked_where_the_evidence_is_weak(library: Library) -> None:
    model = Says("Knead the dough [1].")
    answer = ask(library, model, BREAD["en"])
    assert answer.abstained
    assert model.requests == []


@pytest.mark.parametrize("snapshots", [1, 2], ids=["at the extract", "amid the writing"])
def test_leaving_a_stream_stops_the_model(library: Library, snapshots: int) -> None:
    model = Says("The total budget was about 250,000 euros [1]. ", *["Tim Buyse is the contact [1]. "] * 50)
    stream = Assistant(library, model).stream(BUDGET["en"])
    for _ in range(snapshots):
        assert not next(stream).complete
    assert not model.closed
    stream.close()
    assert model.closed is (snapshots > 1), "it is stopped where it has begun"
    assert next(stream, None) is None


def test_the_notice_of_a_missing_model_is_passed_on(library: Library) -> None:
    answer = ask(library, Extractive(), notice="The language model is not installed.")
    assert answer.notice == "The language model is not installed."


def test_the_summary_counts_what_the_library_holds(extractive: Assistant, project_folder: Path) -> None:
    summary = extractive.library_summary()
    assert summary.documents == sum(path.is_file() for path in (project_folder / "corpus").rglob("*"))
    assert summary.languages == ("cs", "de", "en", "es", "fr", "nl")
    assert summary.chunks > summary.documents
    assert extractive.generator_name == "extractive"
