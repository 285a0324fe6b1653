"""A language model reads what is quoted of the first passages, and no more than it can read in time."""

import numpy as np
import pytest

from assistant import consulted
from assistant.consulted import Consulted
from assistant.evidence import Evidence
from assistant.extract import choose_extract
from tests.assistant.passages import make_hit

SENTENCES = (
    "Unions wrote the first draft of it.",
    "Employers answered in spring.",
    "Nobody has counted the costs so far.",
)


def consult(passages: int) -> Consulted:
    """So many passages of three sentences, of which the first answers, in this order."""
    hits, evidence = [], []
    for place in range(passages):
        text = " ".join(SENTENCES).replace("Nobody", f"Body {place}")
        hit = make_hit(f"d{place}", 10, text, 0.9, 0.9, 0.9)
        hits.append(hit)
        for number, (start, end) in enumerate(hit.chunk.statements):
            relevance = 50 - place - 20 * number
            vector = np.eye(3 * passages, dtype=np.float32)[3 * place + number]
            statement = text[start - 10 : end - 10]
            evidence.append(Evidence(hit, start, end, statement, 0.9, 5.0, relevance, vector))
    evidence.sort(key=lambda one: -one.relevance)
    return Consulted(choose_extract(evidence, "en"), evidence, hits)


@pytest.mark.parametrize("room", [0, 40, 80, 120, 200, 10_000])
def test_what_is_read_are_the_first_passages_that_fit(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr(consulted, "_MOST_CHARACTERS", room)
    found = consult(3)
    read = found.excerpts()
    assert 1 <= len(read) <= 3
    assert len(read) == 1 or sum(map(len, read)) <= room + 2 * len(read), "and a space between two sentences"
    for excerpt, hit in zip(read, found.passages, strict=False):
        assert SENTENCES[0] in excerpt
        assert excerpt in hit.chunk.text
    if room == 10_000:
        assert all(SENTENCES[1] in excerpt for excerpt in read), "neighbours, where there is room"
