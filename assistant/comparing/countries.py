"""Tells which countries a statement speaks of.

A document of one country often tells of another for comparison. In a table by country that would stand in the
wrong row, so such statements are no evidence there.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from index.records import Chunk, Hit

EUROPE = "EU"

_BEGINNINGS: Mapping[str, str] = {
    "BE": "belg bélg flem fland flaman flamen flämisch vlaam vlaand vlám",
    "CZ": "czech tsjech tschech tchèqu tchéqu checo checa chequia česk",
    "DE": "german duits deutsch allema alema alemá němec",
    "ES": "spain spanish spanj spaans spani espagn españ španěl",
    "FR": "france french frankr frans franz franç franci francés frances francou",
    "NL": "netherland dutch nederland niederl néerl neerl nizozem pays-bas países\\sbajos holland holand",
    EUROPE: "europ evrop eu\\b",
}
"""How the names of the sample library's countries, their regions and people begin, in six languages."""

_NAMES = {
    country: re.compile(rf"\b(?:{'|'.join(beginnings.split())})")
    for country, beginnings in _BEGINNINGS.items()
}
_PARAGRAPH = re.compile(r"\n\s*\n")


def find_countries(text: str) -> frozenset[str]:
    """The countries that a text names, as far as this module knows them; `EUROPE` is one."""
    text = unicodedata.normalize("NFC", text).lower()
    return frozenset(country for country, names in _NAMES.items() if names.search(text))


def keep_own_statements(hit: Hit, country: str) -> Hit:
    """The hit without those of its statements that speak of other countries than this one.

    A statement that names no country speaks of the one that its paragraph named last, at first of the
    document's own. Europe is no other country: what names it mostly tells of the country in Europe. Nothing
    is left out for a country whose names are not known.
    """
    if country not in _NAMES:
        return hit
    kept = list(_find_own(hit.chunk, country))
    return replace(
        hit,
        chunk=replace(hit.chunk, statements=tuple(hit.chunk.statements[place] for place in kept)),
        evidence=tuple(hit.evidence[place] for place in kept),
    )


def _find_own(chunk: Chunk, country: str) -> Iterator[int]:
    """The places among the chunk's statements of those that speak of its country."""
    own, read = True, 0
    for place, (start, end) in enumerate(chunk.statements):
        start, end = start - chunk.start, end - chunk.start
        if _PARAGRAPH.search(chunk.text, read, start):
            own = True
        named = find_countries(chunk.text[start:end])
        if named - {EUROPE} or country in named:
            own = country in named
        if own:
            yield place
        read = end
