"""Questions are asked once each, with their history; waiting is timed; a run that was cut off goes on."""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import assistant
from assistant.answer import Answer
from assistant.assistant import LONGEST_QUESTION, Assistant
from assistant.serialise import answer_to_json
from assistant.writing.generator import Extractive
from eval.questions import Question, Quote
from eval.replies import answer_questions, collect_replies, describe
from index.errors import FastTrackError
from index.library import Library
from tests.eval.golden import BUDGET_EN, CONTACT, Told, build_library, cite, make_answer


def make_question(id_: str, *history: str, text: str = "") -> Question:
    return Question(id_, "en", text or f"What about {id_}?", history, (), (), "near miss")


QUESTIONS = [make_question("q1"), make_question("q2", "Who?", "Why?"), make_question("q3")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build_library(tmp_path_factory.mktemp("small"))


@pytest.fixture
def told(library: Library) -> Told:
    cited = make_answer((BUDGET_EN, cite(library, "en/budget.md", BUDGET_EN)))
    return Told(library, {question.text: [replace(cited, question=question.text)] for question in QUESTIONS})


def read(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()]


def collect(told: Told, folder: Path, questions: Sequence[Question] = QUESTIONS) -> list[str]:
    replies = collect_replies(questions, told, folder, describe(questions, told))
    return [reply.id for reply in replies]


def test_each_question_is_asked_with_its_history_and_its_last_snapshot_kept(told: Told) -> None:
    done: list[int] = []
    replies = list(answer_questions(QUESTIONS, told, done.append))
    assert told.asked == [(question.text, question.history) for question in QUESTIONS]
    assert [reply.id for reply in replies] == ["q1", "q2", "q3"]
    assert [reply.answer for reply in replies] == [answer_to_json(*told.answers[q.text]) for q in QUESTIONS]
    assert done == [1, 2, 3]


class Slow(Told):
    """Takes one second for each snapshot, on a clock of its own."""

    now = 100.0

    def stream(self, question: str, history: Sequence[str] = ()) -> Iterator[Answer]:
        for snapshot in self.answers[question]:
            self.now += 1.0
            yield snapshot


def test_waiting_is_timed_to_the_sources_the_final_writers_first_sentence_and_the_end(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract = make_answer((BUDGET_EN, cite(library, "en/budget.md", BUDGET_EN)))
    written = make_answer(("It was large.", cite(library, "en/budget.md", BUDGET_EN)), generator="model")
    more = replace(written, sentences=written.sentences * 2)
    snapshots = {
        "it quotes": [extract, extract],
        "a model writes": [extract, written, more, more],
        "the model fails": [extract, written, extract],
        "it abstains": [make_answer()],
    }
    slow = Slow(library, snapshots)
    monkeypatch.setattr(time, "perf_counter", lambda: slow.now)
    replies = answer_questions([make_question(name, text=name) for name in snapshots], slow)
    waited = [(one.seconds.to_sources, one.seconds.to_first_sentence, one.seconds.to_end) for one in replies]
    assert waited == [(1.0, 1.0, 2.0), (1.0, 2.0, 4.0), (1.0, 1.0, 3.0), (1.0, None, 1.0)]


def test_the_file_holds_a_line_for_each_answer_as_ask_prints_it(told: Told, tmp_path: Path) -> None:
    written: list[int] = []

    def look(done: int) -> None:
        written.append(len(read(tmp_path)) if done else 0)

    collect_replies(QUESTIONS, told, tmp_path, describe(QUESTIONS, told), look)
    assert written == [0, 1, 2, 3], "what is answered is safe from whatever happens next"
    lines = read(tmp_path)
    assert [line["id"] for line in lines] == ["q1", "q2", "q3"]
    assert [line["answer"] for line in lines] == [answer_to_json(*told.answers[q.text]) for q in QUESTIONS]


def test_a_run_that_was_cut_off_asks_only_what_has_no_answer(told: Told, tmp_path: Path) -> None:
    told.most = 2
    with pytest.raises(KeyboardInterrupt):
        collect(told, tmp_path)
    before = (tmp_path / "answers.jsonl").read_bytes()
    again = Told(told.library, told.answers)
    done: list[int] = []
    replies = collect_replies(QUESTIONS, again, tmp_path, describe(QUESTIONS, again), done.append)
    assert again.asked == [(QUESTIONS[2].text, ())]
    assert done == [2, 3]
    assert [reply.id for reply in replies] == ["q1", "q2", "q3"]
    assert (tmp_path / "answers.jsonl").read_bytes().startswith(before)
    finished = Told(told.library, told.answers)
    assert collect_replies(QUESTIONS, finished, tmp_path, describe(QUESTIONS, finished)) == replies
    assert (finished.asked, finished.warm) == ([], False)


@pytest.mark.parametrize("lost", [1, 40])
def test_a_line_that_was_written_by_half_is_asked_again(told: Told, tmp_path: Path, lost: int) -> None:
    collect(told, tmp_path)
    file = tmp_path / "answers.jsonl"
    file.write_bytes(file.read_bytes()[:-lost])
    again = Told(told.library, told.answers)
    assert collect(again, tmp_path) == ["q1", "q2", "q3"]
    assert again.asked == [(QUESTIONS[2].text, ())]
    assert [line["id"] for line in read(tmp_path)] == ["q1", "q2", "q3"]


def test_a_line_that_no_run_has_written_is_refused_with_its_number(told: Told, tmp_path: Path) -> None:
    collect(told, tmp_path)
    with (tmp_path / "answers.jsonl").open("a") as lines:
        lines.write('{"id": "q4"}\n')
    with pytest.raises(FastTrackError, match=r"answers\.jsonl, line 4"):
        collect(told, tmp_path)


def test_answers_of_another_configuration_are_refused_with_what_differs(told: Told, tmp_path: Path) -> None:
    collect(told, tmp_path)
    told.generator_name = "other"
    with pytest.raises(FastTrackError, match=r"another configuration .*different: generator\)"):
        collect(told, tmp_path)
    with pytest.raises(FastTrackError, match=r"different: generator, questions\)"):
        collect(told, tmp_path, [*QUESTIONS, make_question("q4")])
    assert len(told.asked) == 3


@pytest.mark.parametrize("left", [None, "[]", "{"])
def test_answers_of_unknown_origin_are_refused(told: Told, tmp_path: Path, left: str | None) -> None:
    collect(told, tmp_path)
    (tmp_path / "configuration.json").unlink()
    if left:
        (tmp_path / "configuration.json").write_text(left)
    with pytest.raises(FastTrackError, match=r"configuration"):
        collect(told, tmp_path)


def test_the_digest_depends_on_what_decides_the_answers_and_on_nothing_else(
    told: Told, library: Library, tmp_path: Path
) -> None:
    digest = describe(QUESTIONS, told)["digest"]
    assert describe(QUESTIONS, Told(library, {}))["digest"] == digest
    mended = [replace(one, kind="other", quotes=(Quote("a.md", "words"),)) for one in QUESTIONS]
    assert describe(mended, told)["digest"] == digest, "what counts as right decides no answer"
    others = [
        describe(QUESTIONS[:2], told),
        describe([replace(QUESTIONS[0], history=("Who?",)), *QUESTIONS[1:]], told),
        describe([replace(QUESTIONS[0], text="What?"), *QUESTIONS[1:]], told),
        describe(QUESTIONS, Told(library, {}, generator_name="other")),
        describe(QUESTIONS, Told(build_library(tmp_path, {"a.md": "Else."}), {})),
        describe(QUESTIONS, told, model="a.gguf"),
        describe(QUESTIONS, told, model="b.gguf"),
    ]
    assert len({digest, *(other["digest"] for other in others)}) == 8


def test_a_library_that_has_changed_is_another_configuration(tmp_path: Path) -> None:
    files = {"a.md": "# One\n\nRobots lift loads.\n"}
    before = describe(QUESTIONS, Told(build_library(tmp_path, files), {}))
    assert describe(QUESTIONS, Told(build_library(tmp_path, files), {})) == before
    after = describe(QUESTIONS, Told(build_library(tmp_path, {"a.md": "# One\n\nRobots lift boats.\n"}), {}))
    assert {name for name in after if after[name] != before[name]} == {"library", "digest"}


def test_code_that_has_changed_is_another_configuration(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = describe(QUESTIONS, told)
    copy = shutil.copytree(Path(str(assistant.__file__)).parent, tmp_path / "assistant")
    monkeypatch.setattr(assistant, "__file__", str(copy / "__init__.py"))
    assert describe(QUESTIONS, told) == before
    with (copy / "evidence.py").open("a", encoding="utf-8") as file:
        file.write("\n_MARGIN = 0.5\n")
    after = describe(QUESTIONS, told)
    assert {name for name in after if after[name] != before[name]} == {"code", "digest"}


def test_the_real_assistant_is_asked(library: Library, tmp_path: Path) -> None:
    real = Assistant(library, Extractive())
    questions = [make_question("q1", text=CONTACT), make_question("q2", text="Zebras eat grass?")]
    found, refused = collect_replies(questions, real, tmp_path, describe(questions, real))
    assert [sentence["text"] for sentence in found.answer["sentences"]][:1] == [CONTACT]
    assert refused.answer["abstained"]
    assert 0 < found.seconds.to_sources <= (found.seconds.to_first_sentence or 0) <= found.seconds.to_end


def test_a_question_that_cannot_be_asked_is_named(library: Library) -> None:
    questions = [make_question("q1", text="x" * (LONGEST_QUESTION + 1))]
    with pytest.raises(FastTrackError, match=r"The question q1 could not be asked: .* at most 2000"):
        list(answer_questions(questions, Assistant(library, Extractive())))
