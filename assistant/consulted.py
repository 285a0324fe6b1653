"""The passages of one answer under their numbers, and the statements inside them."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import QUOTED, Citation, Sentence
from assistant.evidence import Evidence
from index.records import Hit

_PASSAGES = 5
_MOST_CHARACTERS = 400
"""What a language model reads ends here, but for the first passage: with more, its first sentence takes
longer than people wait. On two cores it reads some 100 characters a second."""


class Consulted:
    """The best passages: those quoted, those with the best statements, then those without, ranked anew."""

    def __init__(
        self, extract: Sequence[Evidence], evidence: Sequence[Evidence], hits: Sequence[Hit]
    ) -> None:
        # As the search found them: evidence is sought in passages without the orders that they give.
        found = {hit.chunk.id: hit for hit in hits}
        best = list(dict.fromkeys([*(one.hit.chunk.id for one in (*extract, *evidence)), *found]))
        self.passages = tuple(
            replace(found[id_], rank=rank) for rank, id_ in enumerate(best[:_PASSAGES], start=1)
        )
        self._numbers = {hit.chunk.id: hit.rank for hit in self.passages}
        self._extract = extract
        self.evidence = [one for one in evidence if one.hit.chunk.id in self._numbers]

    def cite(self, one: Evidence) -> Citation:
        number = self._numbers[one.hit.chunk.id]
        page = one.hit.chunk.page_at(one.start)
        return Citation(number, self.passages[number - 1], one.start, one.end, page)

    def quote(self) -> tuple[Sentence, ...]:
        """The extract's statements in the documents' own words."""
        return tuple(
            Sentence(_flatten(one.text), (self.cite(one),), "supported", QUOTED) for one in self._extract
        )

    def chunk_ids(self, numbers: Sequence[int]) -> list[str]:
        """The chunks behind these numbers; a number that no passage has is passed over."""
        return [self.passages[number - 1].chunk.id for number in numbers if 1 <= number <= len(self.passages)]

    def excerpts(self) -> tuple[str, ...]:
        """For a generator: what is quoted of the first passages and, where there is room, its neighbours."""
        room = _MOST_CHARACTERS
        cores: list[list[Evidence]] = []
        for hit in self.passages:
            core = self._find_quoted(hit.chunk.id)
            length = sum(len(one.text) for one in core)
            if not core or (cores and length > room):
                break
            room -= length
            cores.append(core)
        excerpts = []
        for core in cores:
            for beside in self._find_beside(core):
                if len(beside.text) <= room:
                    room -= len(beside.text)
                    core.append(beside)
            excerpts.append(" ".join(_flatten(one.text) for one in sorted(core, key=_start)))
        return tuple(excerpts)

    def _find_quoted(self, chunk: str) -> list[Evidence]:
        """The statements of a passage that are quoted."""
        quoted = [one for one in self._extract if one.hit.chunk.id == chunk]
        return [
            one
            for one in self.evidence
            if one.hit.chunk.id == chunk and any(one.start < of.end and of.start < one.end for of in quoted)
        ]

    def _find_beside(self, core: Sequence[Evidence]) -> list[Evidence]:
        """The statement before and the one behind."""
        chunk, first, last = core[0].hit.chunk.id, min(core, key=_start), max(core, key=_start)
        inside = sorted((one for one in self.evidence if one.hit.chunk.id == chunk), key=_start)
        before, behind = inside[: inside.index(first)], inside[inside.index(last) + 1 :]
        return before[-1:] + behind[:1]


def _start(one: Evidence) -> int:
    return one.start


def _flatten(text: str) -> str:
    return " ".join(text.split())
