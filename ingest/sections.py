"""Turns headings, wherever a format shows them, into the sections of a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.records import Section


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the text: its level (smaller is higher), its words, and where they stand."""

    level: int
    title: str
    start: int
    end: int


def build_sections(text: str, headings: Sequence[Heading]) -> tuple[Section, ...]:
    """The stretches under the headings, in order; a section begins after its heading's own words.

    A heading with nothing below it is its section's whole text, so that it can be found. Text before the
    first heading is a section without a path; without headings there are no sections.
    """
    if not headings:
        return ()
    sections = [Section((), 0, headings[0].start)] if headings[0].start > 0 else []
    path: list[Heading] = []
    for heading, following in pairwise([*headings, Heading(0, "", len(text), len(text))]):
        path = [above for above in path if above.level < heading.level] + [heading]
        alone = following.level <= heading.level and not text[heading.end : following.start].strip()
        start = heading.start if alone else heading.end
        sections.append(Section(tuple(step.title for step in path), start, following.start))
    return tuple(sections)
