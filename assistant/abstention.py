"""Decides whether the evidence is strong enough to answer from."""

import math
from collections.abc import Sequence

from assistant.evidence import Evidence

_LEAST_SCORE = 0.84
"""Of the development questions in `eval/gold` over the sample library, none of 60 answerable ones lies below,
and none of 12 on other subjects above."""
_LEAST_ODDS = 2.0
"""Of these 60, five lie below, of the last turns of 48 conversations four, and of 48 questions on a subject
of the library whose answer is not in it 27. A higher limit leaves cells of comparisons empty, see
eval/DECISIONS.md."""


def find_lack(evidence: Sequence[Evidence]) -> str:
    """Why the evidence does not answer; empty where it does.

    A question on another subject is near no statement. One on a subject of the library whose answer is not in
    it is as near as one that is answered; there the reader finds that no statement answers.
    """
    if max((one.score for one in evidence), default=-1.0) < _LEAST_SCORE:
        return "weak evidence"
    if max(one.odds for one in evidence) < _LEAST_ODDS:
        return "no statement answers"
    return ""


def judge_evidence(evidence: Sequence[Evidence]) -> float | None:
    """The reader's probability, 0 to 1, that the best statement answers; None where there is none."""
    best = max((one.odds for one in evidence), default=None)
    return None if best is None else 1 / (1 + math.exp(-best))
