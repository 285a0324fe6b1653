"""Cuts a sentence into clauses, at the marks and conjunctions at which six languages do."""

import re
from functools import lru_cache

from index.records import Span

_END = re.compile(
    r"[,;:]\s|\s[–—]\s|[()]|\s(?=(?:but|maar|aber|sondern|mais|pero|sino|ale|avšak|while|terwijl|während|mientras"
    r"|because|omdat|weil|parce que|porque|protože|although|hoewel|obwohl|bien que|aunque|ačkoli)\s)|[.!?]\s"
)
_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 3
"""Shorter parts, such as the items of a list, belong to what follows."""


@lru_cache(maxsize=4096)
def split_clauses(text: str) -> tuple[Span, ...]:
    """The spans of the clauses, in order; together they hold the whole text."""
    spans: list[Span] = []
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        if len(_WORD.findall(text[start:end])) >= _FEWEST_WORDS:
            spans.append((start, end))
            start = end
    if start < len(text) and spans:
        spans[-1] = (spans[-1][0], len(text))
    elif start < len(text):
        spans.append((start, len(text)))
    return tuple(spans)
