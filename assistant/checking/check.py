"""Checks a written sentence against the passages that it cites. Deterministic, and without a language model.

A sentence is supported when a statement of a passage is near to it in meaning, holds its figures, dates,
amounts, acronyms and names, denies nothing that it affirms, and gives each actor the same part. A passage
among those consulted that supports it better takes over the citation.
"""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from assistant.checking.actors import (
    find_mentions,
    find_strange_persons,
    find_strangers,
    replaces_party,
    swaps_actors,
)
from assistant.checking.facts import SIGNS, find_facts, find_held
from assistant.checking.polarity import contradicts, find_telling
from assistant.evidence import Evidence
from assistant.writing.drafts import Draft
from index.encoder import Encoder
from index.language import detect_language
from index.sentences import split_sentences
from index.stems import find_words

_WORD_INSIDE = re.compile(r"(?<=[\w,;:)»”’] )[^\W\d_]{3,}")
# Names are inflected, so their beginnings are compared.
_NAME_BEGINNING = 4
# German writes every noun with a capital.
_NOUNS_WITH_CAPITALS = "de"
_LEAST_NEARNESS = 0.87
"""Of 1,260 pairs of a sentence and its translation (the project's digest in six languages) 99.5% lie above.
Of 21 sentences on other subjects, held against the whole digest, 2 lie above in their own language and 2 of
105 in another one."""
_LEAST_IN_OTHER_WORDS = 0.95
_ACROSS_LANGUAGES = 0.02
"""What a statement in another language is given, since the encoder brings texts of one language together."""
_WORDS = 0.05
"""Weight of the words that a statement shares with a sentence: "not" alone brings others nearer by 0.005."""
_AS_NEAR = 0.04
_BESIDE = 0.06
_NEARLY_THE_SAME = 0.01
"""Of what a sentence says, an actor may stand in another statement of the passage that is at most `_AS_NEAR`
farther, a figure in one at most `_BESIDE` farther. Where a nearer statement has other figures, the one with
the sentence's must be as near but for `_NEARLY_THE_SAME`. Chosen on the dev half of the planted errors."""
OTHER_LANGUAGE = "it is in another language"
"""The reason that tells a text in another language than the question's."""

_ECHO = 0.85
_FEWEST_WORDS = 4
"""A bare name or figure is near to any statement that holds it, whatever it is the answer to."""
_TELLING_LETTERS = 30
_MOST_VECTORS = 4096


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check found: the statement that a sentence rests on, or why there is none."""

    evidence: Evidence | None
    reason: str


def check_draft(
    draft: Draft,
    *,
    question: str,
    language: str,
    earlier: Sequence[str],
    evidence: Sequence[Evidence],
    cited: Sequence[str],
    encoder: Encoder,
) -> Finding:
    """Find the statement that supports a sentence.

    `evidence` holds the statements of all passages consulted, `cited` the chunk ids that the sentence
    names, `earlier` the sentences before it. Returns a finding without evidence where nothing supports it.
    """
    if fault := _find_fault(draft.text, question, language, earlier):
        return Finding(None, fault)
    sentence = _Sentence(draft.text, language, question, find_facts(draft.text, language), encoder)
    with_facts = [one for one in evidence if not sentence.missing_in(one)]
    if not with_facts:
        missing = min((sentence.missing_in(one) for one in evidence), key=len, default=sentence.facts)
        return Finding(
            None, f"no passage holds {', '.join(sorted(missing))}" if missing else "no passage says this"
        )
    supporting = [one for one in with_facts if not sentence.find_strange_names(one)]
    if not supporting:
        return Finding(None, "no passage holds its names")
    nearness = sentence.measure(evidence)
    near = [one for one in supporting if nearness[one] >= sentence.least_nearness(one)]
    if not near:
        return Finding(None, "no passage says this")
    near = [one for one in near if sentence.holds_facts_near(one, evidence, nearness)]
    if not near:
        return Finding(None, "its figures belong to another statement")
    near.sort(
        key=lambda one: (-sentence.count_held(one), -nearness[one] - _WORDS * sentence.share_words(one))
    )
    if fault := sentence.find_contradiction(near[0], evidence, nearness):
        return Finding(None, fault)
    for one in near:
        if one.hit.chunk.id in cited and not sentence.find_contradiction(one, evidence, nearness):
            return Finding(one, "cited passage")
    return Finding(near[0], "another passage supports it")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence under check."""

    text: str
    language: str
    question: str
    facts: frozenset[str]
    encoder: Encoder

    def missing_in(self, one: Evidence) -> frozenset[str]:
        """The facts that the statement's passage does not hold."""
        return self.facts - _held_by(one, one.hit.chunk.text)

    def find_strange_names(self, one: Evidence) -> set[str]:
        """Names that neither the statement's passage nor the question holds.

        Between languages names differ too much ("Vlámsko", "Vlaanderen"), so there nothing is strange.
        """
        if one.hit.chunk.language != self.language:
            return set()
        around = find_words(" ".join((_heading_of(one), one.hit.chunk.text, self.question)))
        if self.language == _NOUNS_WITH_CAPITALS:
            return find_strange_persons(self.text, around)
        known = {word[:_NAME_BEGINNING] for word in around}
        names = {word for word in _WORD_INSIDE.findall(self.text) if word[0].isupper()}
        # "Jan" is "Janem" in some cases.
        return {name for name in names if not known & {name.lower()[:_NAME_BEGINNING], name.lower()[:3]}}

    def measure(self, evidence: Sequence[Evidence]) -> dict[Evidence, float]:
        """How near each statement is: the cosine of both by themselves. In one context any two are near."""
        for one in evidence:
            if one.vector is not None:
                _VECTORS.put(self.encoder, one.text, one.vector)
        parts = [_split(one) for one in evidence]
        texts = [text for of_one in parts for text in of_one]
        cosines = iter(self.compare(self.text, texts))
        return {
            one: max(next(cosines) for _ in of_one)
            + (_ACROSS_LANGUAGES if one.hit.chunk.language != self.language else 0.0)
            for one, of_one in zip(evidence, parts, strict=True)
        }

    def least_nearness(self, one: Evidence) -> float:
        """How near the statement must be; nearer where its passage has few of the words."""
        if one.hit.chunk.language != self.language:
            return _LEAST_NEARNESS
        ours = find_telling(self.text, self.language)
        theirs = find_telling(f"{_heading_of(one)} {one.hit.chunk.text} {self.question}", self.language)
        return _LEAST_NEARNESS if len(ours & theirs) >= len(ours) / 2 else _LEAST_IN_OTHER_WORDS

    def share_words(self, one: Evidence) -> float:
        """The share of the telling words that the statement has, too; in another language, as if half."""
        if one.hit.chunk.language != self.language:
            return 0.5
        ours = find_telling(self.text, self.language)
        return len(ours & find_telling(one.text, self.language)) / max(1, len(ours))

    def compare(self, text: str, others: Sequence[str]) -> list[float]:
        vector, *vectors = _VECTORS.encode(self.encoder, [text, *others])
        return [float(vector @ other) for other in vectors]

    def count_held(self, one: Evidence) -> int:
        return len(self.facts & _held_by(one, one.text))

    def holds_facts_near(
        self, one: Evidence, evidence: Sequence[Evidence], nearness: Mapping[Evidence, float]
    ) -> bool:
        """Whether the facts stand in the statement, or some of them in another of its passage.

        That one must be about as near, unless the sentence has all figures of the statement. A nearer
        statement with other figures shows that the sentence takes a figure from elsewhere.
        """
        figures = self.facts - SIGNS
        if not figures:
            return True
        if not figures & _held_by(one, one.text):
            return False
        language = one.hit.chunk.language
        alike = [other for other in evidence if other.hit.chunk.language == language]
        nearest = max(alike, key=lambda other: nearness[other])
        elsewhere = find_facts(nearest.text, language) - SIGNS
        margin = _BESIDE if figures & _held_by(nearest, nearest.text) or not elsewhere else _NEARLY_THE_SAME
        if nearness[one] < nearness[nearest] - margin:
            return False
        left = self.facts - _held_by(one, one.text)
        own = find_facts(one.text, language) - SIGNS
        for other in evidence:
            if other.hit.chunk.id == one.hit.chunk.id and (
                own <= figures or nearness[other] >= nearness[one] - _BESIDE
            ):
                left -= _held_by(other, other.text)
        return not left

    def find_contradiction(
        self, one: Evidence, evidence: Sequence[Evidence], nearness: Mapping[Evidence, float]
    ) -> str:
        """Why the statement speaks against the sentence, or nothing."""
        other = one.hit.chunk.language
        stands = self._narrow(one)
        if contradicts(self.text, self.language, stands, other, self.compare):
            return "a negation differs from the passage"
        passage = sorted(
            (near for near in evidence if near.hit.chunk.id == one.hit.chunk.id), key=lambda near: near.start
        )
        place = passage.index(one)
        # Where the statement names another party instead, its surroundings do not speak for the sentence's.
        is_replaced = replaces_party(self.text, self.language, one.text, other)
        known = one.text if is_replaced else f"{_heading_of(one)}. {one.text}"
        if place and not find_mentions(one.text, other):
            known = f"{known} {passage[place - 1].text}"  # whom it means was said before
        strangers = find_strangers(self.text, self.language, known, other)
        if strangers and not is_replaced:
            for near in passage:
                if near is not one and nearness[near] >= nearness[one] - _AS_NEAR:
                    strangers &= find_strangers(self.text, self.language, near.text, other)
        if strangers:
            return f"the passage does not say this of {', '.join(sorted(strangers))}"
        around = " ".join(near.text for near in passage[max(0, place - 1) : place + 2])
        for text in (stands, around):
            if swaps_actors(self.text, self.language, text, other, self.compare):
                return "the passage gives the actors other parts"
        return ""

    def _narrow(self, one: Evidence) -> str:
        """Of an announced list, the item that says most nearly this; any other statement is one sentence."""
        parts = _split(one)
        return parts[int(np.argmax(self.compare(self.text, parts)))] if len(parts) > 1 else one.text


class _Vectors:
    """The vectors of texts that were encoded lately, by encoder: an answer's sentences share statements."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Encoder, dict[str, NDArray[np.float32]]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def put(self, encoder: Encoder, text: str, vector: NDArray[np.float32]) -> None:
        with self._lock:
            self._known.setdefault(encoder, {})[text] = vector

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        with self._lock:
            known = dict(self._known.setdefault(encoder, {}))
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            added = dict(zip(new, encoder.encode_passages(new), strict=True))
            known |= added
            with self._lock:
                stored = self._known.setdefault(encoder, {})
                if len(stored) + len(added) > _MOST_VECTORS:
                    stored.clear()
                stored |= added
        return [known[text] for text in texts]


_VECTORS = _Vectors()


def _split(one: Evidence) -> list[str]:
    """The statement, or, of an announced list, it and its items."""
    spans = split_sentences(one.text, one.hit.chunk.language)
    return [one.text, *(one.text[start:end] for start, end in spans)] if len(spans) > 1 else [one.text]


def _held_by(one: Evidence, text: str) -> frozenset[str]:
    """What a text vouches for under a statement's title and headings."""
    return find_held(text, one.hit.chunk.language) | find_held(_heading_of(one), one.hit.chunk.language)


def _heading_of(one: Evidence) -> str:
    return ". ".join((one.hit.metadata.title, *one.hit.chunk.heading))


def _find_fault(text: str, question: str, language: str, earlier: Sequence[str]) -> str:
    """Why a sentence is broken whatever it says, or nothing."""
    if _is_like(text, question) and find_telling(text, language) <= find_telling(question, language):
        return "it repeats the question"
    if any(_is_like(text, other) for other in earlier):
        return "it repeats an earlier sentence"
    words = text.casefold().split()
    if len(words) < _FEWEST_WORDS:
        return "it says too little to be checked"
    if len(words) >= 8 and len(set(words)) < len(words) / 2:
        return "it repeats itself"
    if sum(map(str.isalpha, text)) >= _TELLING_LETTERS and detect_language(text, language) != language:
        return OTHER_LANGUAGE
    return ""


def _is_like(text: str, other: str) -> bool:
    return SequenceMatcher(None, text.casefold(), other.casefold()).ratio() > _ECHO
