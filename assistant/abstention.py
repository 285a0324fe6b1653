"""Decides whether the evidence is strong enough to answer from."""

from collections.abc import Sequence

from assistant.evidence import Evidence

_LEAST_SCORE = 0.84
"""Of the development questions in `eval/gold` over the sample library, 2 of 60 answerable ones lie below, and
none of 12 on other subjects above. A question on a subject of the library whose answer is not in it scores as
high as an answer (18 questions), and is not told apart by this."""


def is_answerable(evidence: Sequence[Evidence]) -> bool:
    """Whether the best statement is near enough to the question."""
    return bool(evidence) and evidence[0].score >= _LEAST_SCORE
