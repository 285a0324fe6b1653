"""Reads Markdown: front matter as metadata, headings as sections, everything else as plain text."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.records import Section
from ingest.content import Content
from ingest.errors import UnreadableError
from ingest.plain import decode

_FENCE = "---\n"
_SINGLE_VALUES = ("title", "language", "country", "organisation", "kind", "date", "note")


def read_markdown(data: bytes) -> Content:
    """The text without its markup. Raises `UnreadableError` where the front matter is not valid."""
    front, body = _split_front_matter(decode(data))
    text, headings = _render(body)
    sections = _sections(text, headings)
    return Content(
        text=text,
        title=headings[0].title if headings and headings[0].level == 1 else "",
        sections=sections,
        metadata={name: str(front[name]).strip() for name in _SINGLE_VALUES if front.get(name) is not None},
        themes=_list_of(front, "themes"),
        sources=_list_of(front, "sources"),
    )


def _split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    if not text.startswith(_FENCE):
        return {}, text
    front, fence, body = text[len(_FENCE) :].partition(f"\n{_FENCE}")
    if not fence:
        return {}, text
    try:
        values = yaml.safe_load(front)
    except yaml.YAMLError as error:
        raise UnreadableError(f"its front matter is not valid YAML: {error}") from error
    if not isinstance(values, dict):
        raise UnreadableError("its front matter is not a list of `name: value` lines")
    return values, body


def _list_of(front: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = front.get(name) or []
    return tuple(str(value) for value in (values if isinstance(values, list) else [values]))


class _Heading:
    def __init__(self, level: int, title: str, start: int, end: int) -> None:
        self.level, self.title, self.start, self.end = level, title, start, end


def _render(body: str) -> tuple[str, list[_Heading]]:
    """The text of all blocks, a blank line between them, and where the headings stand in it."""
    text = ""
    headings: list[_Heading] = []
    for level, block in _blocks(MarkdownIt("commonmark").enable("table").parse(body)):
        if text:
            text += "\n" if block.startswith("- ") and _last_line(text).startswith("- ") else "\n\n"
        if level:
            headings.append(_Heading(level, block, len(text), len(text) + len(block)))
        text += block
    return text, headings


def _last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def _blocks(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Each block's heading level (0 for none) and text."""
    level, items = 0, 0
    row: list[str] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                items += 1
            case "list_item_close":
                items = 0
            case "tr_open":
                row = []
            case "tr_close":
                yield 0, " | ".join(row)
            case "fence" | "code_block":
                yield 0, token.content.rstrip("\n")
            case "inline":
                text = _inline_text(token.children or [])
                if token.level and row is not None and _in_table(token, tokens):
                    row.append(text)
                elif text:
                    yield level, f"- {text}" if items else text
                    items = 0
            case _:
                pass


def _in_table(token: Token, tokens: list[Token]) -> bool:
    return tokens[tokens.index(token) - 1].type in ("th_open", "td_open")


def _inline_text(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(_inline_text(token.children or []))
            case _:
                pass
    return "".join(parts).strip()


def _sections(text: str, headings: list[_Heading]) -> tuple[Section, ...]:
    """The stretches under the headings; a section begins after its heading's own line."""
    sections = []
    path: list[tuple[int, str]] = []
    bounds = [*headings, _Heading(0, "", len(text), len(text))]
    if bounds[0].start > 0:
        sections.append(Section((), 0, bounds[0].start))
    for heading, following in pairwise(bounds):
        path = [step for step in path if step[0] < heading.level] + [(heading.level, heading.title)]
        # A single title above everything names the document, not a part of it.
        titles = tuple(title for level, title in path if level > 1)
        sections.append(Section(titles, heading.end, following.start))
    return tuple(sections)
