"""Decides whether the evidence is strong enough to answer from."""

from collections.abc import Sequence

from assistant.evidence import Evidence

_LEAST_SCORE = 0.80


def is_answerable(question: str, language: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the best statement is near enough to the question."""
    return bool(evidence) and evidence[0].score >= _LEAST_SCORE
