"""The assistant answers where the best statement is near enough to the question, and only there."""

import numpy as np
import pytest

from assistant.abstention import is_answerable
from assistant.evidence import Evidence
from index.records import Chunk, Hit, Metadata

TEXT = "The budget was 250,000 euros."
HIT = Hit(
    1, 0.03, "fused", 0.8, Chunk("c1", "d1", 0, len(TEXT), TEXT, "en"), "d1.md", Metadata("Report", "en")
)


def state(*scores: float) -> list[Evidence]:
    return [Evidence(HIT, 0, len(TEXT), TEXT, score, np.array([1, 0], np.float32)) for score in scores]


@pytest.mark.parametrize(
    ("evidence", "answerable"),
    [
        pytest.param(state(), False, id="no statement"),
        pytest.param(state(0.83, 0.83, 0.83), False, id="several that are nearly near"),
        pytest.param(state(0.85), True, id="one near statement"),
        pytest.param(state(0.85, 0.70, 0.70), True, id="one near statement among others"),
    ],
)
def test_the_best_statement_decides(evidence: list[Evidence], answerable: bool) -> None:
    assert is_answerable(evidence) is answerable
