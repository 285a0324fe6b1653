"""Decides whether the evidence is strong enough to answer from."""

from collections.abc import Sequence

from assistant.evidence import Evidence, judge_cosine
from index.encoder import Encoder

_LEAST_SCORE = 0.84
"""Calibrated on `eval/gold/dev.jsonl` over the sample library: of 60 answerable questions one lies below,
of 18 on other subjects none above. A question on a subject of the library whose answer is not in it scores
as high as an answer (18 questions), and is not told apart by this."""
_READ_CLOSELY = 4


def is_answerable(question: str, language: str, evidence: Sequence[Evidence], encoder: Encoder) -> bool:
    """Whether one of the best statements is near enough to the question, in its context or by itself.

    A title that has little to do with the statement, as where the format shows no headings, would
    otherwise hide it.
    """
    best = evidence[:_READ_CLOSELY]
    if not best:
        return False
    bare = encoder.encode_passages([one.text for one in best]) @ encoder.encode_questions([question])[0]
    return any(
        max(one.score, judge_cosine(float(cosine), one.text, one.hit, language)) >= _LEAST_SCORE
        for one, cosine in zip(best, bare, strict=True)
    )
