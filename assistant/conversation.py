"""Makes a follow-up stand alone, so that it can be searched and answered without the conversation."""

from collections.abc import Sequence

_SHORT_FOLLOW_UP = 4


def make_standalone(question: str, history: Sequence[str], language: str) -> str:
    """The question as it would be asked without the earlier ones in `history`, the latest last."""
    if history and len(question.split()) <= _SHORT_FOLLOW_UP:
        return f"{history[-1]} {question}"
    return question
