"""Decides whether the evidence is strong enough to answer from."""

import math
from collections.abc import Sequence

from assistant.evidence import Evidence

_LEAST_SCORE = 0.84
"""Of the development questions in `eval/gold` over the sample library, none of 60 answerable ones lies below,
and none of 12 on other subjects above."""
LEAST_ODDS = 2.5
"""Of these 60, six lie below, of the last turns of 48 conversations six, and of 48 questions on a subject of
the library whose answer is not in it 33."""
LEAST_ODDS_IN_A_GROUP = 2.0
"""For a question to some of the documents only. Of 31 groups of the development comparisons that answer, five
lie below, and 68 of 72 that do not; at 2.5, eight and 68."""


def find_lack(evidence: Sequence[Evidence], least_odds: float = LEAST_ODDS) -> str:
    """Why the evidence does not answer; empty where it does.

    A question on another subject is near no statement. One on a subject of the library whose answer is not in
    it is as near as one that is answered; there the reader finds that no statement answers.
    """
    if max((one.score for one in evidence), default=-1.0) < _LEAST_SCORE:
        return "weak evidence"
    if max(one.odds for one in evidence) < least_odds:
        return "no statement answers"
    return ""


def judge_evidence(evidence: Sequence[Evidence]) -> float | None:
    """The reader's probability, 0 to 1, that the best statement answers; None where there is none."""
    best = max((one.odds for one in evidence), default=None)
    return None if best is None else 1 / (1 + math.exp(-best))
