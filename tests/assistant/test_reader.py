"""The reader tells an answer from a statement on the same subject, and computes what was trained."""

import re
from pathlib import Path

import numpy as np
import pytest
import train
from lessons import read_passages

from assistant.reader import FILE, NOT_READ, Judge, Reader, load_reader, part_weights
from index.encoder import PackagedEncoder, Tokens
from index.records import Hit
from tests.assistant.passages import make_hit


def make_tokens(states: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Tokens:
    """Tokens of two characters each."""
    spans = np.array([[2 * place, 2 * place + 2] for place in range(len(states))], np.int64).reshape(-1, 2)
    return Tokens(np.arange(len(states)), spans, states)


def draw_tokens(seed: int, count: int) -> Tokens:
    states = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    return make_tokens(states / np.linalg.norm(states, axis=1, keepdims=True))


@pytest.mark.parametrize(("asked", "statements"), [(1, [3]), (7, [5, 1, 12]), (30, [40, 2, 90])])
def test_it_computes_what_is_trained(asked: int, statements: list[int]) -> None:
    import torch

    model = train.Trained(384)
    with torch.no_grad():
        for number, one in enumerate(model.parameters()):
            torch.manual_seed(number)
            one.add_(0.1 * torch.randn_like(one))
    model.train(False)
    question, passage = draw_tokens(1, asked), draw_tokens(2, 4 + sum(statements))
    places = np.concatenate([np.full(4, -1), np.repeat(np.arange(len(statements)), statements)])
    with torch.no_grad():
        [expected] = model(
            torch.from_numpy(question.states)[None],
            torch.from_numpy(passage.states)[None],
            torch.from_numpy(places)[None],
        )
    weights = {name: one.numpy() for name, one in model.state_dict().items()}
    ends = 8 + 2 * np.cumsum(statements)
    spans = [(int(end) - 2 * size, int(end)) for end, size in zip(ends, statements, strict=True)]
    computed = Judge(weights).score_statements(question, passage, spans)
    assert computed == pytest.approx(expected.numpy(), abs=1e-3)


def test_its_file_holds_what_is_trained_and_each_languages_mean() -> None:
    trained = {name: tuple(one.shape) for name, one in train.Trained(384).state_dict().items()}
    reader = load_reader()
    assert len(reader.judges) == len(train.JUDGES)
    for judge in reader.judges:
        assert {name: one.shape for name, one in judge.weights.items()} == trained
    means = {f"{use}.{language}": (384,) for use in ("questions", "passages") for language in ASKED}
    assert {name: one.shape for name, one in reader.means.items()} == means
    assert train.TARGET.stat().st_size < 2**21


def test_its_judges_have_the_same_say() -> None:
    reader, question, passage = load_reader(), draw_tokens(1, 3), draw_tokens(2, 4)
    spans = [(0, 4), (4, 8), (50, 60)]
    alone = [Reader([one], reader.encoder, reader.means) for one in reader.judges]
    each = [one.score_statements(question, passage, spans) for one in alone]
    assert reader.score_statements(question, passage, spans) == pytest.approx(sum(each) / len(each), abs=1e-5)


QUANTITY = re.compile(r"\b(hoeveel|how (?:many|much)|wie ?viele?|combien|cuánt[oa]s?|kolik)\b", re.IGNORECASE)


def test_what_it_learned_from_asks_for_quantities_that_are_there_as_often_as_for_others() -> None:
    """A reader that saw quantities asked for in vain, and nothing else, refused them, and nothing else."""
    answered: dict[bool, list[bool]] = {True: [], False: []}
    for passage in train.choose_passages(read_passages(), train.JUDGES[-1]):
        for question in passage.questions:
            answered[bool(QUANTITY.search(question.text))].append(bool(question.answers))
    shares = [np.mean(found) for found in answered.values()]
    assert shares == pytest.approx([np.mean(shares)] * 2, abs=0.05)


def test_what_is_not_read_or_not_there_answers_nothing() -> None:
    reader, question, passage = load_reader(), draw_tokens(1, 3), draw_tokens(2, 4)
    nothing = make_tokens(np.zeros((0, 384), np.float32))
    assert reader.score_statements(question, passage, []).tolist() == []
    assert reader.score_statements(question, nothing, [(0, 4)]).tolist() == [NOT_READ]
    assert reader.score_statements(nothing, passage, [(0, 4)]).tolist() == [NOT_READ]
    assert reader.score_statements(question, passage, [(0, 4), (50, 60)])[1] == NOT_READ
    assert reader.read("Who?", "en", []) == []


PASSAGE = (
    "The regional skills fund was set up in 2011 after long talks between unions and employers. "
    "Its yearly budget is four million euros, which the government pays. "
    "Companies with fewer than fifty workers can apply for a grant. "
    "Karin Holub has led the secretariat since 2017. "
    "Critics say that the procedure takes too long."
)
ASKED = {
    "en": ("Who is head of the secretariat of the skills fund?", 3),
    "nl": ("Hoeveel geld heeft het fonds per jaar?", 1),
    "de": ("Welche Unternehmen können einen Zuschuss beantragen?", 2),
    "fr": ("Que reproche-t-on au fonds ?", 4),
    "es": ("¿En qué año se creó el fondo?", 0),
    "cs": ("Kdo vede sekretariát fondu?", 3),
}


def make_passage(language: str = "en") -> Hit:
    hit = make_hit("d1", 40, PASSAGE, 0.8, 0.8, 0.8, 0.8, 0.8, language=language)
    assert len(hit.chunk.statements) == 5
    return hit


@pytest.mark.parametrize("language", ASKED)
def test_a_question_in_any_language_finds_the_statement_that_answers(language: str) -> None:
    question, answer = ASKED[language]
    [odds] = load_reader().read(question, language, [make_passage()])
    assert int(np.argmax(odds)) == answer


def test_documents_that_it_did_not_learn_from_are_read_well() -> None:
    reader, passages = load_reader(), read_passages()
    unseen = sorted(train.find_unseen(passages))[::12]  # all would take minutes
    reads = train.read_tokens(
        [one for one in passages if one.document in unseen], reader.encoder, reader.means
    )
    first: list[bool] = []
    best: dict[bool, list[float]] = {True: [], False: []}
    for read in reads:
        for asked, question in zip(read.questions, read.passage.questions, strict=True):
            odds = reader.score_statements(asked, read.tokens, read.passage.statements)
            best[bool(question.answers)].append(float(odds.max()))
            if question.answers:
                first.append(int(odds.argmax()) in question.answers)
    assert len(first) > 200
    assert np.mean(first) > 0.8, "by chance one in seven"
    assert np.greater.outer(best[True], best[False]).mean() > 0.75, "by chance a half"


def test_passages_are_read_each_for_itself() -> None:
    reader, first, second = (
        load_reader(),
        make_passage(),
        make_hit("d2", 0, "Robots lift heavy loads here.", 0.5),
    )
    together = reader.read("Who pays?", "en", [first, second])
    for one, hit in zip(together, (first, second), strict=True):
        assert one == pytest.approx(reader.read("Who pays?", "en", [hit])[0], abs=0.15)


def test_a_language_that_was_not_measured_is_read_with_the_mean_of_all() -> None:
    [odds] = load_reader().read("Chi dirige il segretariato del fondo?", "it", [make_passage()])
    assert int(np.argmax(odds)) == 3


def test_every_training_passage_can_be_read() -> None:
    passages = read_passages()
    assert {one.language for one in passages} == {"nl", "en", "de", "fr", "es", "cs"}
    questions = [(passage, question) for passage in passages for question in passage.questions]
    assert len(passages) > 1_000
    assert len(questions) > 8_000
    for passage, question in questions:
        assert all(0 <= one < len(passage.statements) for one in question.answers)
        assert question.text.strip() == question.text != ""
    for passage in passages:
        texts = [passage.text[start:end] for start, end in passage.statements]
        assert all(one.strip() == one != "" for one in texts)
        assert passage.text.endswith(texts[-1])


def test_a_broken_line_of_the_training_passages_is_named(tmp_path: Path) -> None:
    (tmp_path / "nl-01.txt").write_text("## Titel | Kop\n1. Een zin.\n! nl | 1 | Wat?\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"nl-01\.txt: neither a statement nor a question: '! nl"):
        read_passages(tmp_path)


def test_a_few_passages_are_learned_and_written(packaged_encoder: PackagedEncoder, tmp_path: Path) -> None:
    import torch

    reader = load_reader()
    passages = read_passages()[:12]
    asked = train.find_rivals(train.read_tokens(passages, packaged_encoder, reader.means), packaged_encoder)
    assert all(one.read not in one.rivals for one in asked)
    torch.manual_seed(1)
    model = train.Trained(384).train(False)
    nobody = [None] * len(asked)
    with torch.no_grad():
        before = float(train.measure_loss(model, asked, nobody))
    train.train(model, train.Stage(4, 1e-3, 0.5), asked, asked[:10])
    model.train(False)
    with torch.no_grad():
        after = float(train.measure_loss(model, asked, nobody))
    assert after < 0.9 * before
    train.write([model, model], reader.means, tmp_path / FILE)
    with np.load(tmp_path / FILE) as written:
        judges = part_weights({name: written[name] for name in written.files})
    for name, part in judges.items():
        expected = reader.means if name == "means" else reader.judges[0].weights
        assert set(part) == set(expected)
    assert set(judges) == {"judge1", "judge2", "means"}
