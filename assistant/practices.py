"""Finds practices similar to one that is described, in other languages and countries.

What two practices share is seldom more than a thought, so a document counts as near as its nearest statement.
How this was chosen, and what the scores of similar and of other practices are, is in eval/DECISIONS.md.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Vectors
from index.errors import FastTrackError
from index.filters import EVERYTHING, Filter
from index.language import detect_language
from index.library import Library
from index.offsets import Offsets
from index.records import Hit, Span
from index.statements import find_statements

LONGEST_DESCRIPTION = 12_000
"""In characters: some four pages."""

PERHAPS = 0.30
"""Of documents between this and 0.40 one in four was judged similar; above six in ten, below few."""

_HITS = 500
_DOCUMENTS = 40
_STATEMENTS = 3
_OF_ONE_COUNTRY = 2
_SAME_PRACTICE = 0.55
"""Mean over the sentences of the nearest statement's cosine: 0.60 or more for a text and its translation,
0.46 at most for any other two."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A document that tells of something similar.

    `score` is the cosine, -1 to 1, of the description with the document's nearest statement, which stands at
    `start` to `end` in the document and is on `page`, less what their languages and texts in general have in
    common. `sentence` is the one of the description that is nearest to it. `themes` are those of the
    document that at least half of the ten nearest documents share.
    """

    rank: int
    score: float
    hit: Hit
    start: int
    end: int
    page: int | None
    statement: str
    sentence: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Statement:
    hit: Hit
    span: Span
    evidence: float

    @property
    def text(self) -> str:
        offset = self.hit.chunk.start
        return self.hit.chunk.text[self.span[0] - offset : self.span[1] - offset]


@dataclass(frozen=True, slots=True, eq=False)
class _Description:
    """What is described: its sentences, and the centred unit vectors of the whole and of each sentence."""

    sentences: list[str]
    whole: NDArray[np.float32]
    parts: Vectors


def find_practices(
    text: str,
    library: Library,
    *,
    count: int = 10,
    filter_: Filter = EVERYTHING,
    without: Collection[str] = (),
) -> list[Practice]:
    """The `count` documents that tell of something most similar, best first, of each country two at most
    before any third.

    Documents in the text's own language are left out, unless the filter names languages; so are those in
    `without` (ids), the text's own document and its translations. Raises `FastTrackError` for a text that
    is empty or too long.
    """
    text = text.strip()
    if not text:
        raise FastTrackError("The description is empty: write what the practice is about.")
    if len(text) > LONGEST_DESCRIPTION:
        raise FastTrackError(
            f"The description has {len(text)} characters and may have {LONGEST_DESCRIPTION}: "
            "take the page that tells most."
        )
    language = detect_language(text)
    if not filter_.languages:
        filter_ = replace(filter_, except_language=language)
    encoder, offsets = library.encoder, library.offsets()
    described = _read_description(text, language, encoder, offsets)
    hits = library.search(text, question_language=language, count=_HITS, mode="dense", filter_=filter_)
    by_document = _group(
        [
            hit
            for hit in hits
            # A chunk may be in another language than its document.
            if hit.chunk.document_id not in without and hit.metadata.language != filter_.except_language
        ]
    )
    judged = [
        practice
        for statements in list(by_document.values())[:_DOCUMENTS]
        if (practice := _judge(described, statements, encoder, offsets)) is not None
    ]
    judged.sort(key=lambda one: -one.score)
    usual = _find_usual_themes(judged)
    return [
        replace(one, rank=rank, themes=tuple(theme for theme in one.hit.metadata.themes if theme in usual))
        for rank, one in enumerate(list(_mix_countries(judged))[:count], start=1)
    ]


def _read_description(text: str, language: str, encoder: Encoder, offsets: Offsets) -> _Description:
    sentences = [text[start:end] for start, end in find_statements(text, language)] or [text]
    pieces = list(_fit(sentences, encoder))
    vectors = encoder.encode_passages([*pieces, *sentences])
    centred = offsets.centre_passages(vectors, [language] * len(vectors))
    whole = centred[: len(pieces)].mean(axis=0)
    return _Description(sentences, whole / np.linalg.norm(whole), centred[len(pieces) :])


def _fit(sentences: Sequence[str], encoder: Encoder) -> Iterator[str]:
    """The sentences joined to pieces that the encoder reads whole."""
    piece, room = "", encoder.token_limit
    for sentence in sentences:
        tokens = encoder.count_tokens(sentence)
        if piece and tokens > room:
            yield piece
            piece, room = "", encoder.token_limit
        piece = f"{piece} {sentence}" if piece else sentence
        room -= tokens
    yield piece


def _group(hits: Sequence[Hit]) -> dict[str, list[_Statement]]:
    """The statements of each document, best first; the documents by their best."""
    found = [
        _Statement(hit, span, evidence)
        for hit in hits
        for span, evidence in zip(hit.chunk.statements, hit.evidence, strict=True)
    ]
    grouped: dict[str, list[_Statement]] = {}
    for statement in sorted(found, key=lambda one: -one.evidence):
        grouped.setdefault(statement.hit.chunk.document_id, []).append(statement)
    return grouped


def _judge(
    described: _Description, statements: Sequence[_Statement], encoder: Encoder, offsets: Offsets
) -> Practice | None:
    """The document with its nearest statement, or None where it is the description's own."""
    nearest = statements[:_STATEMENTS]
    vectors = _encode(nearest, encoder, offsets)
    cosines = vectors @ described.whole
    best = int(np.argmax(cosines))
    score = float(cosines[best])
    if score >= _SAME_PRACTICE and _is_same(described, _encode(statements, encoder, offsets)):
        return None
    hit, (start, end) = nearest[best].hit, nearest[best].span
    return Practice(
        rank=0,
        score=score,
        hit=hit,
        start=start,
        end=end,
        page=hit.chunk.page_at(start),
        statement=" ".join(nearest[best].text.split()),
        sentence=" ".join(described.sentences[int(np.argmax(described.parts @ vectors[best]))].split()),
        themes=(),
    )


def _encode(statements: Sequence[_Statement], encoder: Encoder, offsets: Offsets) -> Vectors:
    """The statements by themselves: in one context any two are near."""
    vectors = encoder.encode_passages([one.text for one in statements])
    return offsets.centre_passages(vectors, [one.hit.chunk.language for one in statements])


def _is_same(described: _Description, statements: Vectors) -> bool:
    return float((described.parts @ statements.T).max(axis=1).mean()) >= _SAME_PRACTICE


def _mix_countries(practices: Sequence[Practice]) -> Iterator[Practice]:
    """Those that are among the first of their country, then all others; an unknown country is no country."""
    seen: Counter[str] = Counter()
    later = []
    for one in practices:
        country = one.hit.metadata.country
        if country and seen[country] >= _OF_ONE_COUNTRY:
            later.append(one)
        else:
            yield one
        seen[country] += 1
    yield from later


def _find_usual_themes(practices: Sequence[Practice]) -> set[str]:
    """The themes of at least half of the ten nearest documents: what the description seems to be about."""
    nearest = practices[:10]
    themes = Counter(theme for one in nearest for theme in one.hit.metadata.themes)
    return {theme for theme, times in themes.items() if times >= len(nearest) / 2}
