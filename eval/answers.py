"""Evaluates answers against gold questions: facts, citations, abstention, risk, language, waiting.

What is measured of each answer, None where it does not apply:

- `abstained`: 1 where the assistant declines.
- `fact_recall`: of an answerable question's groups of facts, the share that the answer's sentences match;
  0 where the assistant abstains.
- `citation_validity`: of the citations, the share whose quote stands at its offsets in the document it names,
  inside the passage that has its number.
- `citation_precision`: of the citations, the share that overlaps a gold quote.
- `citation_recall`: of the groups of facts that the gold quotes hold, the share held by a quote that a
  citation overlaps. So one of several parallel texts is enough, and where an answer needs two places, each
  counts by its facts. 0 where the assistant abstains.
- `language_match`: 1 where the assistant's own words are in the question's language: its sentences, or, where
  it quotes or abstains, its lead-in. A text that does not tell, such as a number, counts as matching.
- `to_sources`, `to_first_sentence`, `to_end`: seconds, as in `eval.replies.Seconds`.

Unanswerable questions have no facts and no scores of citations; an answer without citations has neither
validity nor precision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.writing.generator import EXTRACTIVE
from eval.files import write_json, write_rows
from eval.questions import Place, Question, Quote, locate_quotes
from eval.replies import Reply, collect_replies, describe
from eval.significance import Interval, bootstrap_interval
from index.language import detect_language
from index.library import Library

MEASURES = (
    "abstained",
    "fact_recall",
    "citation_validity",
    "citation_precision",
    "citation_recall",
    "language_match",
    "to_sources",
    "to_first_sentence",
    "to_end",
)


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """One answer's value in each measure; `evidence` is the assistant's own judgement of how well the library
    answers, None where it does not tell."""

    id: str
    language: str
    kind: str
    is_answerable: bool
    values: Mapping[str, float | None]
    evidence: float | None

    @property
    def has_abstained(self) -> bool:
        return self.values["abstained"] == 1.0

    @property
    def risk(self) -> float:
        """What giving this answer costs: the share of facts that it lacks; 1 where none is right."""
        return 1.0 - (self.values["fact_recall"] or 0.0)


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well the assistant declines what the library does not answer; None where nothing is to be counted.

    `precision`: of the questions declined, the share that is unanswerable; `recall`: of the unanswerable
    ones, the share declined; `f1`: their harmonic mean.
    """

    precision: Interval | None
    recall: Interval | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What comes of answering only where the evidence is at least `evidence`: the share of all questions that
    is answered, and the mean risk of these answers."""

    coverage: float
    risk: float
    evidence: float


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of some questions. A measure that applies to none of them is None."""

    questions: int
    answerable: int
    measures: Mapping[str, Interval | None]
    abstention: Abstention
    risk_coverage: tuple[RiskPoint, ...]


@dataclass(frozen=True, slots=True)
class AnswerEvaluation:
    """What came out, for all questions and for those of each language and kind."""

    configuration: Mapping[str, str]
    scores: tuple[AnswerScore, ...]
    overall: Group
    languages: Mapping[str, Group]
    kinds: Mapping[str, Group]


def evaluate_answers(
    questions: Sequence[Question],
    assistant: Assistant,
    out: Path,
    tell: Callable[[int], None] = lambda _: None,
    **configuration: str,
) -> AnswerEvaluation:
    """Ask the questions, score the answers, and write answers, scores and a summary below `out`.

    `configuration` is what decides the answers besides what `eval.replies.describe` finds; `tell` is told how
    many questions are done. Run again, it asks only what has no answer yet. Raises `FastTrackError` where the
    library is not the one that the questions were written for, or `out` holds answers of another run.
    """
    locate_quotes(questions, assistant.library)  # a library that does not fit is refused before the work
    described = describe(questions, assistant, **configuration)
    replies = collect_replies(questions, assistant, out, described, tell)
    scores = score_replies(questions, replies, assistant.library)
    evaluation = AnswerEvaluation(
        configuration=described,
        scores=scores,
        overall=summarise(scores),
        languages=_summarise_by(scores, lambda score: score.language),
        kinds=_summarise_by(scores, lambda score: score.kind),
    )
    write_rows(out / "scores.jsonl", map(_flatten, scores))
    write_json(out / "summary.json", _to_json(evaluation))
    return evaluation


def score_replies(
    questions: Sequence[Question], replies: Sequence[Reply], library: Library
) -> tuple[AnswerScore, ...]:
    """Score each reply to the question at its place, over the library that it was given from."""
    places = locate_quotes(questions, library)
    originals = _Originals(library)
    return tuple(
        _score(question, reply, places[question.id], originals)
        for question, reply in zip(questions, replies, strict=True)
    )


def summarise(scores: Sequence[AnswerScore]) -> Group:
    """The means with their 95% intervals, abstention, and the risk–coverage curve."""
    return Group(
        questions=len(scores),
        answerable=sum(score.is_answerable for score in scores),
        measures={name: _find_interval(score.values[name] for score in scores) for name in MEASURES},
        abstention=measure_abstention(scores),
        risk_coverage=trace_risk(scores),
    )


def measure_abstention(scores: Iterable[AnswerScore]) -> Abstention:
    """Precision, recall and F1 of declining, where an unanswerable question is what should be declined."""
    pairs = [(score.has_abstained, not score.is_answerable) for score in scores]
    declined = [unanswerable for abstained, unanswerable in pairs if abstained]
    found = [abstained for abstained, unanswerable in pairs if unanswerable]
    total = len(declined) + len(found)
    return Abstention(
        precision=_find_interval(map(float, declined)),
        recall=_find_interval(map(float, found)),
        f1=2 * sum(found) / total if total else None,
    )


def trace_risk(scores: Sequence[AnswerScore]) -> tuple[RiskPoint, ...]:
    """The risk–coverage curve, from the strongest evidence to the weakest that the assistant answered on.

    Answers of equal evidence enter together, since no threshold parts them. What the assistant declined has
    no answer whose risk could be known: it counts among all questions, and the curve ends before it. Empty
    where the assistant does not tell its evidence. The curve is that of El-Yaniv and Wiener, "On the
    Foundations of Noise-free Selective Classification", JMLR 11 (2010), 1605–1641.
    """
    answered = [
        (score.evidence, score.risk)
        for score in scores
        if not score.has_abstained and score.evidence is not None
    ]
    answered.sort(key=lambda pair: -pair[0])
    points: list[RiskPoint] = []
    count, total = 0, 0.0
    for evidence, same in groupby(answered, lambda pair: pair[0]):
        risks = [risk for _, risk in same]
        count, total = count + len(risks), total + sum(risks)
        points.append(RiskPoint(count / len(scores), total / count, evidence))
    return tuple(points)


class _Originals:
    """The texts of a library's documents, each read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known = {entry.id for entry in library.entries()}
        self._texts: dict[str, str] = {}

    def quote(self, document: str, start: int, end: int) -> str | None:
        """The words at these offsets, or None where the library does not hold the document."""
        if document not in self._known:
            return None
        if document not in self._texts:
            self._texts[document] = self._library.document(document).text
        return self._texts[document][start:end]


def _score(question: Question, reply: Reply, places: Sequence[Place], originals: _Originals) -> AnswerScore:
    answer = reply.answer
    citations = [citation for sentence in answer["sentences"] for citation in sentence["citations"]]
    values: dict[str, float | None] = dict.fromkeys(MEASURES)
    if question.is_answerable:
        values["fact_recall"] = _measure_fact_recall(question, answer)
        values["citation_recall"] = _measure_citation_recall(question, citations, places)
        if citations:
            valid = [_is_valid(one, answer["passages"], originals) for one in citations]
            right = [any(_overlaps(one, place) for place in places) for one in citations]
            values["citation_validity"] = sum(valid) / len(valid)
            values["citation_precision"] = sum(right) / len(right)
    values["abstained"] = float(answer["abstained"])
    values["language_match"] = float(_is_in_language(answer, question.language))
    values.update(asdict(reply.seconds))
    return AnswerScore(
        id=question.id,
        language=question.language,
        kind=question.kind,
        is_answerable=question.is_answerable,
        values=values,
        evidence=answer.get("evidence"),
    )


def _measure_fact_recall(question: Question, answer: Mapping[str, Any]) -> float:
    text = " ".join(sentence["text"] for sentence in answer["sentences"])
    found = [any(pattern.search(text) for pattern in group) for group in question.facts]
    return sum(found) / len(found)


def _measure_citation_recall(
    question: Question, citations: Sequence[Mapping[str, Any]], places: Sequence[Place]
) -> float:
    cited = {place.quote for place in places if any(_overlaps(one, place) for one in citations)}
    held = _find_facts(question, {place.quote for place in places})
    if not held:  # patterns that fit a right answer need not fit the words that it rests on
        return float(bool(cited))
    return len(_find_facts(question, cited)) / len(held)


def _find_facts(question: Question, quotes: Iterable[Quote]) -> set[int]:
    """The places of those groups of facts that the quotes hold."""
    texts = [" ".join(quote.text.split()) for quote in quotes]
    return {
        place
        for place, group in enumerate(question.facts)
        if any(pattern.search(text) for pattern in group for text in texts)
    }


def _is_valid(
    citation: Mapping[str, Any], passages: Sequence[Mapping[str, Any]], originals: _Originals
) -> bool:
    document, number = citation["document"], citation["number"]
    start, end = citation["start"], citation["end"]
    if not 1 <= number <= len(passages):
        return False
    passage = passages[number - 1]
    inside: bool = passage["document"] == document and passage["start"] <= start < end <= passage["end"]
    return inside and originals.quote(document, start, end) == citation["quote"]


def _overlaps(citation: Mapping[str, Any], place: Place) -> bool:
    first, last = max(citation["start"], place.start), min(citation["end"], place.end)
    return bool(citation["document"] == place.document and first < last)


def _is_in_language(answer: Mapping[str, Any], language: str) -> bool:
    """Whether the assistant's own words are; what it quotes stays in its document's language."""
    quotes = answer["generator"] == EXTRACTIVE
    text = answer["lead_in"] if quotes else " ".join(sentence["text"] for sentence in answer["sentences"])
    return detect_language(text, default=language) == language


def _summarise_by(scores: Sequence[AnswerScore], key: Callable[[AnswerScore], str]) -> dict[str, Group]:
    """The figures of each group, in the order in which the groups come first."""
    names = dict.fromkeys(map(key, scores))
    return {name: summarise([score for score in scores if key(score) == name]) for name in names}


def _find_interval(values: Iterable[float | None]) -> Interval | None:
    applying = [value for value in values if value is not None]
    return bootstrap_interval(applying) if applying else None


def _flatten(score: AnswerScore) -> dict[str, Any]:
    """One object of single values, such as a table's row."""
    row = asdict(score)
    values = row.pop("values")
    return {**row, **values}


def _to_json(evaluation: AnswerEvaluation) -> dict[str, Any]:
    """The figures, without those of single answers."""
    return {
        "configuration": dict(evaluation.configuration),
        "overall": asdict(evaluation.overall),
        "languages": {name: asdict(group) for name, group in evaluation.languages.items()},
        "kinds": {name: asdict(group) for name, group in evaluation.kinds.items()},
    }
