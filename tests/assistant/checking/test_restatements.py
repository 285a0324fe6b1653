"""How the check judges sentences that say a statement in other words, or twist it (docs/reader/README.md).

Its limits are those of eval/DECISIONS.md: whoever changes the check sees here what it costs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lessons import Passage, read_passages

from assistant.checking.check import check_draft
from assistant.evidence import Evidence
from assistant.writing.drafts import Draft
from index.encoder import PackagedEncoder
from index.records import Hit, Metadata
from tests.assistant.passages import make_chunk

TRUE = "true"


@dataclass(frozen=True, slots=True)
class Restatement:
    """A sentence about one statement of a passage; `kind` is how it twists it, or `TRUE`."""

    passage: str
    language: str
    kind: str
    text: str


def read_restatements(folder: Path) -> Iterator[Restatement]:
    for file in sorted((folder / "restatements").glob("*.txt")):
        passage = ""
        for line in filter(None, file.read_text(encoding="utf-8").splitlines()):
            if line.startswith("## "):
                passage = f"{file.stem} {line}"
                continue
            match = re.fullmatch(r"[=!] \d+ \| (\w\w) \| (?:(actors|denial|claim) \| )?(.+)", line)
            assert match, f"{file}: {line}"
            yield Restatement(passage, match[1], match[2] or TRUE, match[3])


def read_evidence() -> dict[str, list[Evidence]]:
    """The statements of each passage, by its file and its heading line."""
    return {
        f"{one.language}-{one.file:02} ## {one.title} | {one.heading}": _find_statements(one)
        for one in read_passages()
    }


def _find_statements(passage: Passage) -> list[Evidence]:
    name = f"{passage.title} {passage.heading}"
    chunk = make_chunk(name, name, 0, passage.text, passage.language, (passage.heading,))
    chunk = replace(chunk, statements=passage.statements)
    hit = Hit(1, 0.03, "fused", 0.8, chunk, f"{name}.md", Metadata(passage.title, passage.language))
    return [Evidence(hit, start, end, passage.text[start:end], 0.9) for start, end in passage.statements]


@pytest.fixture(scope="module")
def refused(project_folder: Path, packaged_encoder: PackagedEncoder) -> dict[str, float]:
    """By kind, the share that the check refuses."""
    evidence = read_evidence()
    asked, against = Counter[str](), defaultdict[str, int](int)
    for one in read_restatements(project_folder / "docs" / "reader"):
        statements = evidence[one.passage]
        finding = check_draft(
            Draft(one.text, (1,)),
            question="",
            language=one.language,
            earlier=[],
            evidence=statements,
            cited=[statements[0].hit.chunk.id],
            encoder=packaged_encoder,
        )
        asked[one.kind] += 1
        against[one.kind] += finding.evidence is None
    assert asked == {TRUE: 1890, "actors": 1260, "denial": 450, "claim": 180}
    return {kind: against[kind] / count for kind, count in asked.items()}


def test_few_true_sentences_are_refused(refused: dict[str, float]) -> None:
    assert refused[TRUE] <= 0.18


def test_twisted_ones_are_refused_more_often(refused: dict[str, float]) -> None:
    assert refused["denial"] >= 0.6
    assert refused["actors"] >= 0.24
