"""Every figure of an evaluation of answers, against answers whose worth is known by hand."""

import json
import random
import re
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation
from assistant.phrases import PHRASES
from assistant.serialise import answer_to_json
from eval.answers import (
    MEASURES,
    AnswerScore,
    evaluate_answers,
    measure_abstention,
    score_replies,
    summarise,
    trace_risk,
)
from eval.questions import Question, Quote
from eval.replies import Reply, Seconds
from index.errors import FastTrackError
from index.library import Library
from tests.eval.golden import BUDGET_EN, BUDGET_NL, CONTACT, ROBOTS, Told, build_library, cite, make_answer

SECONDS = Seconds(0.5, 1.5, 2.0)
BUDGET = (Quote("en/budget.md", BUDGET_EN), Quote("nl/budget.md", BUDGET_NL))
PERSON = Quote("en/budget.md", CONTACT)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build_library(tmp_path_factory.mktemp("small"))


def make_question(
    id_: str, *facts: str, quotes: tuple[Quote, ...] = BUDGET, language: str = "en", kind: str = "one place"
) -> Question:
    """A question that is unanswerable where no facts are given."""
    groups = tuple((re.compile(fact, re.IGNORECASE),) for fact in facts)
    return Question(id_, language, f"{id_}?", (), quotes if facts else (), groups, kind)


def score(library: Library, question: Question, answer: Answer, **more: Any) -> AnswerScore:
    [scored] = score_replies([question], [Reply("q", {**answer_to_json(answer), **more}, SECONDS)], library)
    return scored


def values_of(scored: AnswerScore, *names: str) -> list[float | None]:
    return [scored.values[name] for name in names]


@pytest.fixture
def cites(library: Library) -> dict[str, Citation]:
    return {
        "en": cite(library, "en/budget.md", BUDGET_EN, 1),
        "nl": cite(library, "nl/budget.md", BUDGET_NL, 2),
        "contact": cite(library, "en/budget.md", CONTACT, 3),
        "robots": cite(library, "en/robots.txt", ROBOTS, 4),
    }


def answer_with(cites: dict[str, Citation], *sentences: tuple[str, str], **options: Any) -> Answer:
    """Each sentence with the name of what it cites; all four passages were consulted."""
    answer = make_answer(*((text, cites[name]) for text, name in sentences), **options)
    return replace(answer, passages=tuple(one.hit for one in cites.values()))


def test_facts_are_looked_for_in_the_sentences_whatever_their_case(
    library: Library, cites: dict[str, Citation]
) -> None:
    question = make_question("q", "250[.,]000", "EUROS", "tim", r"budget.*paid")
    answer = answer_with(cites, (BUDGET_EN, "en"), ("Europe paid.", "en"), lead_in="Tim says:")
    assert score(library, question, answer).values["fact_recall"] == 0.75


def test_each_group_of_facts_wants_one_of_its_patterns(library: Library, cites: dict[str, Citation]) -> None:
    question = replace(make_question("q", "x"), facts=((re.compile("zzz"), re.compile("euros")),))
    assert score(library, question, answer_with(cites, (BUDGET_EN, "en"))).values["fact_recall"] == 1.0


@pytest.mark.parametrize(
    ("cited", "precision", "recall"),
    [
        (["en"], 1.0, 1.0),
        (["nl"], 1.0, 1.0),  # one of two parallel texts is enough
        (["en", "nl"], 1.0, 1.0),
        (["nl", "robots"], 0.5, 1.0),
        (["robots", "contact"], 0.0, 0.0),
        (["en", "robots", "contact", "nl"], 0.5, 1.0),
    ],
)
def test_citations_of_one_place(
    library: Library, cites: dict[str, Citation], cited: list[str], precision: float, recall: float
) -> None:
    answer = answer_with(cites, *(("Words.", name) for name in cited))
    scored = score(library, make_question("q", r"250[.,]000"), answer)
    assert values_of(scored, "citation_precision", "citation_recall") == [precision, recall]


@pytest.mark.parametrize(
    ("cited", "recall"),
    [
        (["en"], 2 / 3),
        (["en", "nl"], 2 / 3),
        (["contact"], 1 / 3),
        (["nl", "contact"], 1.0),
        (["robots"], 0.0),
    ],
)
def test_where_two_places_are_needed_each_counts_by_its_facts(
    library: Library, cites: dict[str, Citation], cited: list[str], recall: float
) -> None:
    facts = r"250[.,]000", "budget", "Buyse"
    question = make_question("q", *facts, quotes=(*BUDGET, PERSON), kind="two places")
    answer = answer_with(cites, *(("Words.", name) for name in cited))
    assert score(library, question, answer).values["citation_recall"] == pytest.approx(recall)


def test_facts_that_no_quote_holds_leave_it_at_whether_one_is_cited(
    library: Library, cites: dict[str, Citation]
) -> None:
    question = make_question("q", "yes")
    assert score(library, question, answer_with(cites, ("No.", "en"))).values["citation_recall"] == 1.0
    assert score(library, question, answer_with(cites, ("Yes.", "robots"))).values["citation_recall"] == 0.0


def test_spans_overlap_from_one_character_on_and_in_one_document(
    library: Library, cites: dict[str, Citation]
) -> None:
    question = make_question("q", r"250[.,]000", quotes=BUDGET[:1])
    en, nl = cites["en"], cites["nl"]
    for start, end, right in [
        (en.end - 1, en.end + 5, 1.0),
        (en.end, en.end + 5, 0.0),
        (en.start - 3, en.start, 0.0),
        (en.start - 3, en.start + 1, 1.0),
        (en.start + 4, en.start + 5, 1.0),
    ]:
        answer = answer_with(cites | {"moved": replace(en, start=start, end=end)}, ("Words.", "moved"))
        assert score(library, question, answer).values["citation_precision"] == right
    elsewhere = replace(nl, start=en.start, end=en.end)
    answer = answer_with(cites | {"elsewhere": elsewhere}, ("Words.", "elsewhere"))
    assert score(library, question, answer).values["citation_precision"] == 0.0


def test_a_true_citation_is_valid_and_a_damaged_one_is_not(
    library: Library, cites: dict[str, Citation]
) -> None:
    question = make_question("q", "250")
    true = answer_to_json(answer_with(cites, (BUDGET_EN, "en"), (BUDGET_NL, "nl")))
    nl = true["sentences"][1]["citations"][0]

    def validity() -> float | None:
        [scored] = score_replies([question], [Reply("q", true, SECONDS)], library)
        return scored.values["citation_validity"]

    assert validity() == 1.0
    length = nl["end"] - nl["start"]
    for damage in (
        {"quote": nl["quote"].upper()},
        {"start": nl["start"] + 1},
        {"end": nl["end"] - 1},
        {"number": 0},
        {"number": 5},
        {"number": 1},  # a passage, but of another document
        {"number": -3},
        {"document": "none"},
        {"start": -length - 1, "end": -1},
        {"start": nl["end"], "quote": ""},
    ):
        true["sentences"][1]["citations"] = [nl | damage]
        assert validity() == 0.5, damage
    true["sentences"][1]["citations"] = [nl]
    place = dict(true["passages"][1])
    for damage in ({"start": nl["start"] + 1}, {"end": nl["end"] - 1}):
        true["passages"][1] = place | damage
        assert validity() == 0.5, "the words stand in the document, but not in the passage"
    true["passages"] = [true["passages"][0], place]
    true["sentences"][1]["citations"] = [nl | {"number": 0}]
    assert validity() == 0.5, "numbers count from 1"
    true["sentences"][1]["citations"] = [nl | {"document": "none"}]
    true["passages"] = [true["passages"][0], place | {"document": "none"}]
    assert validity() == 0.5, "the library does not hold this document"


def test_an_abstention_recalls_nothing_and_cites_nothing(library: Library) -> None:
    scored = score(library, make_question("q", "250"), make_answer())
    citations = "citation_validity", "citation_precision", "citation_recall"
    assert values_of(scored, "abstained", "fact_recall", *citations) == [1.0, 0.0, None, None, 0.0]


def test_an_unanswerable_question_has_no_facts_and_no_scores_of_citations(
    library: Library, cites: dict[str, Citation]
) -> None:
    for answer, abstained in ((answer_with(cites, (BUDGET_EN, "en")), 0.0), (make_answer(), 1.0)):
        scored = score(library, make_question("q"), answer)
        assert scored.values["abstained"] == abstained
        assert {name for name, value in scored.values.items() if value is None} == {
            "fact_recall",
            "citation_validity",
            "citation_precision",
            "citation_recall",
        }


@pytest.mark.parametrize("language", PHRASES)
def test_an_extract_and_an_abstention_speak_the_language_of_their_lead_in(
    library: Library, cites: dict[str, Citation], language: str
) -> None:
    other = "cs" if language != "cs" else "nl"
    found = answer_with(cites, (BUDGET_EN, "en"), lead_in=PHRASES[language].found)
    for answer in (found, make_answer(lead_in=PHRASES[language].abstained)):
        for asked, right in ((language, 1.0), (other, 0.0)):
            scored = score(library, make_question("q", "250", language=asked), answer)
            assert scored.values["language_match"] == right


@pytest.mark.parametrize(
    ("text", "right"), [(BUDGET_NL, 1.0), (CONTACT, 0.0), ("250.000", 1.0), (PHRASES["cs"].abstained, 0.0)]
)
def test_a_written_answer_speaks_the_language_of_its_sentences(
    library: Library, cites: dict[str, Citation], text: str, right: float
) -> None:
    answer = answer_with(cites, (text, "en"), generator="model")
    scored = score(library, make_question("q", "250", language="nl"), answer)
    assert scored.values["language_match"] == right


def make_score(
    evidence: float | None = None,
    *,
    answerable: bool = True,
    abstained: bool = False,
    facts: float = 0.0,
    language: str = "en",
) -> AnswerScore:
    values: dict[str, float | None] = dict.fromkeys(MEASURES)
    values |= {"abstained": float(abstained), "fact_recall": facts if answerable else None}
    return AnswerScore("q", language, "kind", answerable, values, evidence)


def test_abstention_counts_what_should_have_been_declined() -> None:
    scores = [
        *[make_score(answerable=False, abstained=True)] * 3,
        *[make_score(answerable=False)] * 1,
        *[make_score(abstained=True)] * 2,
        *[make_score()] * 10,
    ]
    found = measure_abstention(scores)
    assert found.precision is not None
    assert found.recall is not None
    assert (found.precision.mean, found.precision.n) == (pytest.approx(3 / 5), 5)
    assert (found.recall.mean, found.recall.n) == (3 / 4, 4)
    assert found.f1 == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))


def test_abstention_without_anything_to_count_has_no_figure() -> None:
    nothing = measure_abstention([make_score()])
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    missed = measure_abstention([make_score(answerable=False)])
    assert (missed.precision, missed.recall and missed.recall.mean, missed.f1) == (None, 0.0, 0.0)


def test_the_curve_takes_answers_from_the_strongest_evidence_on() -> None:
    scores = [
        make_score(0.5, answerable=False),
        make_score(0.9, facts=1.0),
        make_score(0.7, facts=0.5),
        make_score(0.7, answerable=False),
        make_score(0.3, abstained=True),
    ]
    points = [(point.evidence, point.coverage, point.risk) for point in trace_risk(scores)]
    assert points == [(0.9, 0.2, 0.0), (0.7, 0.6, 0.5), (0.5, 0.8, pytest.approx(2.5 / 4))]


some_scores = st.lists(
    st.builds(
        make_score,
        st.sampled_from([None, 0.1, 0.2, 0.3, 0.4]),
        answerable=st.booleans(),
        abstained=st.booleans(),
        facts=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    ),
    max_size=12,
)


@given(some_scores, st.randoms(use_true_random=False))
def test_the_curve_is_what_each_threshold_would_give_in_any_order(
    scores: list[AnswerScore], order: random.Random
) -> None:
    shuffled = order.sample(scores, len(scores))
    points = trace_risk(shuffled)
    answered = [one for one in scores if not one.has_abstained and one.evidence is not None]
    assert [point.evidence for point in points] == sorted({one.evidence for one in answered}, reverse=True)
    for point in points:
        above = [one for one in answered if one.evidence is not None and one.evidence >= point.evidence]
        assert point.coverage == pytest.approx(len(above) / len(scores))
        expected = fmean(
            1 - (one.values["fact_recall"] or 0.0) if one.is_answerable else 1.0 for one in above
        )
        assert point.risk == pytest.approx(expected)


def test_an_assistant_that_does_not_tell_its_evidence_has_no_curve(
    library: Library, cites: dict[str, Citation]
) -> None:
    answer = answer_with(cites, (BUDGET_EN, "en"))
    assert summarise([score(library, make_question("q", "250"), answer)]).risk_coverage == ()
    [point] = summarise([score(library, make_question("q", "250"), answer, evidence=0.87)]).risk_coverage
    assert (point.coverage, point.risk, point.evidence) == (1.0, 0.0, 0.87)


QUESTIONS = (
    make_question("budget-en", r"250[.,]000"),
    make_question(
        "budget-nl", r"250[.,]000", "Buyse", quotes=(*BUDGET, PERSON), language="nl", kind="two places"
    ),
    make_question("missed-nl", "Buyse", quotes=(PERSON,), language="nl"),
    make_question("bread-en", kind="other subject"),
    make_question("robots-nl", language="nl", kind="near miss"),
)


@pytest.fixture
def told(library: Library, cites: dict[str, Citation]) -> Told:
    """Quotes in the right language; writes in the wrong one; refuses once wrongly and once rightly; falls for
    a near miss."""
    quoted = answer_with(cites, (BUDGET_NL, "nl"), (ROBOTS, "robots"), lead_in=PHRASES["en"].found)
    refused = make_answer(lead_in=PHRASES["en"].abstained)
    answers = {
        "budget-en?": [quoted],
        "budget-nl?": [
            quoted,
            answer_with(cites, ("The budget of 250,000 euros was large.", "en"), generator="model"),
        ],
        "missed-nl?": [replace(refused, lead_in=PHRASES["nl"].abstained)],
        "bread-en?": [refused],
        "robots-nl?": [replace(quoted, lead_in=PHRASES["nl"].found)],
    }
    return Told(library, answers)


def test_an_evaluation_has_every_figure_with_its_number_of_questions(told: Told, tmp_path: Path) -> None:
    done: list[int] = []
    evaluation = evaluate_answers(QUESTIONS, told, tmp_path, done.append)
    assert done == [0, 1, 2, 3, 4, 5]
    overall = evaluation.overall
    assert (overall.questions, overall.answerable) == (5, 3)
    means = {name: found and (found.mean, found.n) for name, found in overall.measures.items()}
    assert {name: means[name] for name in MEASURES[:6]} == {
        "abstained": (pytest.approx(2 / 5), 5),
        "fact_recall": (pytest.approx((1 + 0.5 + 0) / 3), 3),
        "citation_validity": (1.0, 2),
        "citation_precision": (pytest.approx((0.5 + 1) / 2), 2),
        "citation_recall": (pytest.approx((1 + 0.5 + 0) / 3), 3),
        "language_match": (pytest.approx(4 / 5), 5),
    }
    assert [means[name] and means[name][1] for name in MEASURES[6:]] == [5, 3, 5]
    abstention = overall.abstention
    assert abstention.precision
    assert abstention.recall
    assert (abstention.precision.mean, abstention.recall.mean, abstention.f1) == (0.5, 0.5, 0.5)
    dutch = evaluation.languages["nl"]
    assert list(evaluation.languages) == ["en", "nl"]
    assert (dutch.questions, dutch.answerable, dutch.abstention.f1) == (3, 2, 0.0)
    assert dutch.measures["fact_recall"]
    assert (dutch.measures["fact_recall"].mean, dutch.measures["fact_recall"].n) == (0.25, 2)
    near_miss = evaluation.kinds["near miss"]
    assert near_miss.measures["citation_recall"] is None
    assert near_miss.measures["abstained"]
    assert near_miss.measures["abstained"].mean == 0.0


def test_the_files_hold_what_the_evaluation_holds(told: Told, tmp_path: Path) -> None:
    evaluation = evaluate_answers(QUESTIONS, told, tmp_path, model="some.gguf")
    rows = [json.loads(line) for line in (tmp_path / "scores.jsonl").read_text().splitlines()]
    assert [(row["id"], row["kind"]) for row in rows] == [(one.id, one.kind) for one in QUESTIONS]
    assert [{name: row[name] for name in MEASURES} for row in rows] == [
        dict(scored.values) for scored in evaluation.scores
    ]
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["overall"] == json.loads(json.dumps(asdict(evaluation.overall)))
    assert list(summary["languages"]) == ["en", "nl"]
    assert list(summary["kinds"]) == ["one place", "two places", "other subject", "near miss"]
    assert summary["configuration"]["model"] == "some.gguf"
    assert len((tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == len(QUESTIONS)


def test_a_second_run_asks_nothing_and_gives_the_same_to_the_last_digit(told: Told, tmp_path: Path) -> None:
    names = "answers.jsonl", "scores.jsonl", "summary.json", "configuration.json"
    evaluate_answers(QUESTIONS, told, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names}
    again = Told(told.library, {})
    evaluate_answers(QUESTIONS, again, tmp_path)
    assert again.asked == []
    assert {name: (tmp_path / name).read_bytes() for name in names} == before


def test_facts_that_were_mended_are_scored_anew_without_asking(told: Told, tmp_path: Path) -> None:
    evaluate_answers(QUESTIONS, told, tmp_path)
    mended = [replace(QUESTIONS[0], facts=((re.compile("nothing"),),)), *QUESTIONS[1:]]
    first = evaluate_answers(mended, Told(told.library, {}), tmp_path).scores[0]
    assert first.values["fact_recall"] == 0.0


def test_a_library_that_does_not_hold_the_gold_is_refused_before_anything_is_asked(
    told: Told, tmp_path: Path
) -> None:
    told.library = build_library(tmp_path, {"else.md": "Nothing of the kind."})
    with pytest.raises(FastTrackError, match=r"holds no document en/budget\.md"):
        evaluate_answers(QUESTIONS, told, tmp_path / "out")
    assert told.asked == []
    assert not (tmp_path / "out").exists()
