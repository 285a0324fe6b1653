"""Makes words whole that are cut at a line's end."""

import re
from collections.abc import Iterable
from itertools import pairwise

_HYPHENATED = re.compile(r"([^\W_]+)[-\u2010]\n([-\u2010]?)(?=([^\W_]+))")
_RANGE = re.compile(r"(?<=\d–)\n(?=\d)")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# "Im- und Export"
_CONJUNCTION = re.compile("en|of|tot|and|or|und|oder|bis|et|ou|y|e|o|u|a|i|nebo|či")


def find_words(texts: Iterable[str]) -> set[str]:
    """All words, and of those with hyphens all pairs of parts that follow each other, as "von-Morgen"."""
    words: set[str] = set()
    for text in texts:
        for word in _WORD.findall(text):
            parts = word.casefold().split("-")
            words.update(parts, map("-".join, pairwise(parts)))
    return words


def join_cut_words(text: str, known: set[str]) -> str:
    """Join words cut at line ends. The hyphen stays before a capital, after a figure or an acronym, where it
    is repeated, and where the document writes the word with it elsewhere; "im- and export" stays apart."""

    def join(match: re.Match[str]) -> str:
        before, repeated, after = match[1], match[2], match[3]
        if f"{before}{after}".casefold() in known:
            return before
        if _CONJUNCTION.fullmatch(after):
            return match[0]
        stays = not after[0].islower() or before[-1].isdigit() or (before.isupper() and len(before) > 1)
        return f"{before}-" if stays or repeated or f"{before}-{after}".casefold() in known else before

    return _RANGE.sub("", _HYPHENATED.sub(join, text))
