"""Decides whether the evidence is strong enough to answer from."""

from collections.abc import Sequence

from assistant.evidence import Evidence

_LEAST_SCORE = 0.84
"""Of the development questions in `eval/gold` over the sample library, none of 60 answerable ones lies below,
and none of 12 on other subjects above."""
_LEAST_COUNTED = 0.52
"""Of 17 answerable questions there that ask for a quantity, 2 lie below, and 13 of 15 whose answer is not in
the library."""


def find_lack(evidence: Sequence[Evidence], extract: Sequence[Evidence]) -> str:
    """Why the evidence does not answer; empty where it does.

    `evidence` are all statements, `extract` those that would be quoted. A question on a subject of the
    library whose answer is not in it scores as high as one that is answered; but where it asks for a
    quantity, no figure that would be quoted counts what it asks about.
    """
    if max((one.score for one in evidence), default=-1.0) < _LEAST_SCORE:
        return "weak evidence"
    if max((one.counted for one in extract), default=0.0) < _LEAST_COUNTED:
        return "no figure for what is asked"
    return ""
