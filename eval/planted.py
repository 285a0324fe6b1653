"""Measures the check of sentences on planted errors (format: `eval/gold/README.md`).

Each sentence is checked as in an answer: against the passage that it cites and those that a search for its
question finds beside it.
"""

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from assistant.checking.check import Finding, check_draft
from assistant.evidence import Evidence
from assistant.writing.drafts import Draft
from eval.lines import check_language, read_objects
from index.errors import FastTrackError
from index.library import Library
from index.records import Hit

CORRECT = ("copy", "paraphrase", "translation")
ERRORS = ("figure", "date", "actors", "negation", "passage")
KINDS = (*CORRECT, *ERRORS)
HALVES = ("dev", "test")

_OTHERS = 4
"""Passages beside the cited one: five in all, as the assistant consults them."""
_Z = 1.959964
"""Of a 95% interval."""
_FIELDS = ("id", "half", "language", "kind", "sentence", "question", "document", "quote")


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence, what is wrong with it, if anything, and the words that it is held against.

    `document` is a path below the collection's root, `quote` its words, exact but for white space.
    """

    id: str
    half: str
    language: str
    kind: str
    sentence: str
    question: str
    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the check said of one sentence: whether it let it pass, why, and how long it took.

    `cited` says whether the passage that it rests on then is the one with the quote. `seconds` are those of
    an answer's first sentence; a later one, which needs no more vectors of statements, takes `later_seconds`.
    """

    id: str
    language: str
    kind: str
    across_languages: bool
    passed: bool
    cited: bool
    reason: str
    sentence: str
    seconds: float
    later_seconds: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` sentences with its 95% interval (Wilson, "Probable inference, the law of succession, and
    statistical inference", Journal of the American Statistical Association, 1927)."""

    share: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class CheckEvaluation:
    """The shares that the check refused: errors caught, or false alarms on correct sentences.

    `groups` maps a group of kinds to that share in all and by language. `milliseconds` is the median of an
    answer's first sentence, `later_milliseconds` that of the ones behind it.
    """

    half: str
    groups: Mapping[str, Mapping[str, Share]]
    milliseconds: float
    later_milliseconds: float
    judged: Sequence[Judged]


GROUPS: Mapping[str, tuple[str, ...]] = {
    "false alarms": CORRECT,
    "figures and dates": ("figure", "date"),
    "actors and negations": ("actors", "negation"),
    **{kind: (kind,) for kind in KINDS},
}


def load_planted(path: Path) -> tuple[Planted, ...]:
    """The sentences of a file, in their order.

    Raises `FastTrackError` with file and line where a field is missing or is not what it must be, or an id
    comes twice.
    """
    found: dict[str, Planted] = {}
    for line, fields in read_objects(path):
        for name in _FIELDS:
            if not isinstance(fields.get(name), str) or not fields[name].strip():
                raise line.broken(f"the field {name} is missing or holds no text")
        one = Planted(**{name: fields[name] for name in _FIELDS})
        if one.kind not in KINDS or one.half not in HALVES:
            raise line.broken(f"the kind must be one of {', '.join(KINDS)}, the half {' or '.join(HALVES)}")
        if one.id in found:
            raise line.broken(f"an earlier line has the id {one.id}, too; give each its own")
        check_language(line, one.language)
        found[one.id] = one
    if not found:
        raise FastTrackError(f"{path} holds no sentences.")
    return tuple(found.values())


def evaluate_check(
    planted: Iterable[Planted], half: str, library: Library, tell: Callable[[int], None] = lambda _: None
) -> CheckEvaluation:
    """Check every sentence of one half. `tell` is told how many are done.

    Raises `FastTrackError` where the half is empty or the library lacks a quote.
    """
    chosen = [one for one in planted if one.half == half]
    if not chosen:
        raise FastTrackError(f"There is no sentence of the half {half}: choose one of {', '.join(HALVES)}.")
    judged = []
    for done, one in enumerate(chosen, start=1):
        judged.append(judge(one, library))
        tell(done)
    return CheckEvaluation(
        half=half,
        groups={name: shares for name, kinds in GROUPS.items() if (shares := _group(judged, kinds))},
        milliseconds=1000 * median(one.seconds for one in judged),
        later_milliseconds=1000 * median(one.later_seconds for one in judged),
        judged=judged,
    )


def judge(one: Planted, library: Library) -> Judged:
    """Check one sentence against the passage with its quote and those that its question finds beside it."""
    passages = consult(one, library)
    evidence = [
        Evidence(hit, start, end, hit.chunk.text[start - hit.chunk.start : end - hit.chunk.start], cosine)
        for hit in passages
        for (start, end), cosine in zip(hit.chunk.statements, hit.evidence, strict=True)
    ]

    def check(sentence: str) -> tuple[Finding, float]:
        started = time.perf_counter()
        finding = check_draft(
            Draft(sentence, (1,)),
            question=one.question,
            language=one.language,
            earlier=[],
            evidence=evidence,
            cited=[passages[0].chunk.id],
            encoder=library.encoder,
        )
        return finding, time.perf_counter() - started

    # Without its last word the sentence costs as much, and leaves the vectors that a later one finds.
    _, seconds = check(one.sentence.rsplit(maxsplit=1)[0])
    finding, later_seconds = check(one.sentence)
    rests_on = finding.evidence.hit.chunk.id if finding.evidence else None
    return Judged(
        id=one.id,
        language=one.language,
        kind=one.kind,
        across_languages=passages[0].chunk.language != one.language,
        passed=finding.evidence is not None,
        cited=rests_on == passages[0].chunk.id,
        reason=finding.reason,
        sentence=one.sentence,
        seconds=seconds,
        later_seconds=later_seconds,
    )


def consult(one: Planted, library: Library) -> list[Hit]:
    """The passage with the quote, then the best others for the question.

    Raises `FastTrackError` where the library lacks it.
    """
    quote = " ".join(one.quote.split())
    everything = library.search(one.question, question_language=one.language, count=library.status().chunks)
    cited = next(
        (
            hit
            for hit in everything
            if hit.source == one.document and quote in " ".join(hit.chunk.text.split())
        ),
        None,
    )
    if cited is None:
        raise FastTrackError(
            f"The library at {library.folder} does not hold what {one.id} rests on, “{quote}” of "
            f"{one.document}: ingest the folder below which it has this path, or mend the quote."
        )
    return [cited, *[hit for hit in everything if hit is not cited][:_OTHERS]]


def write_check(evaluation: CheckEvaluation, out: Path) -> Path:
    """Write `check.json` below `out`: the shares, and what was said of each sentence."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "check.json"
    path.write_text(
        json.dumps(check_to_json(evaluation), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return path


def check_to_json(evaluation: CheckEvaluation) -> dict[str, Any]:
    """The whole evaluation as one object."""
    return asdict(evaluation)


def _group(judged: Sequence[Judged], kinds: Sequence[str]) -> dict[str, Share]:
    """The share refused of these kinds, in all and by language."""
    within = [one for one in judged if one.kind in kinds]
    languages = list(dict.fromkeys(one.language for one in judged))
    parts = {"all": within, **{name: [one for one in within if one.language == name] for name in languages}}
    return {name: count_share([not one.passed for one in part]) for name, part in parts.items() if part}


def count_share(outcomes: Sequence[bool]) -> Share:
    """The share that is true, with Wilson's interval. Raises `FastTrackError` where there is nothing."""
    n = len(outcomes)
    if not n:
        raise FastTrackError("There is nothing to count.")
    share = float(np.mean(outcomes))
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return Share(share, max(0.0, centre - half), min(1.0, centre + half), n)
