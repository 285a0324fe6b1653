"""Decides whether the evidence is strong enough to answer from."""

from collections.abc import Sequence

from assistant.evidence import Evidence

_LEAST_SCORE = 0.84
"""Calibrated on `eval/gold/dev.jsonl` over the sample library: of 60 answerable questions one lies below,
of 18 on other subjects none above. A question on a subject of the library whose answer is not in it scores
as high as an answer (18 questions), and is not told apart by this."""


def is_answerable(evidence: Sequence[Evidence]) -> bool:
    """Whether the best statement is near enough to the question."""
    return bool(evidence) and evidence[0].score >= _LEAST_SCORE
