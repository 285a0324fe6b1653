"""Joins a format's blocks (headings, paragraphs, list items, table rows) into one text with its sections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.records import Section
from ingest.content import Content
from ingest.sections import Heading, build_sections

BULLET = "- "
"""What an item of a list without numbers begins with."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that stands alone; `level` is a heading's, counted from 1, or 0.

    The `mark` of a list item stands before its text; items follow each other without a blank line.
    """

    text: str
    level: int = 0
    mark: str = ""


def join_blocks(blocks: Iterable[Block]) -> Content:
    """The text of all blocks, a blank line between them, its title and its sections."""
    text, headings = _join(blocks)
    title = _find_title(headings)
    return Content(text=text, title=title, sections=_leave_out(title, build_sections(text, headings)))


def _join(blocks: Iterable[Block]) -> tuple[str, list[Heading]]:
    text, after_item = "", False
    headings: list[Heading] = []
    for block in blocks:
        if text:
            text += "\n" if block.mark and after_item else "\n\n"
        text += block.mark
        if block.level:
            headings.append(Heading(block.level, block.text, len(text), len(text) + len(block.text)))
        text += block.text
        after_item = bool(block.mark)
    return text, headings


def _find_title(headings: Sequence[Heading]) -> str:
    """The single heading above all others, which names the document and not a part of it."""
    highest = [heading for heading in headings if heading.level == 1]
    return highest[0].title if len(highest) == 1 and highest[0] is headings[0] else ""


def _leave_out(title: str, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections, without the document's own title at the head of their paths."""
    return tuple(
        replace(section, path=section.path[1:]) if title and section.path[:1] == (title,) else section
        for section in sections
    )
