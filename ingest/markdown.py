"""Reads Markdown: front matter as metadata, headings as sections, everything else as plain text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.records import Section
from ingest.content import Content
from ingest.errors import UnreadableError
from ingest.plain import decode, join_surrogates
from ingest.sections import Heading, build_sections

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<front>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_NAME_AND_VALUE = re.compile(r"""\s*["']?[\w-]+["']?[ \t]*:(?=\s|$)""")
# A comment, script or style sheet that is left open ends with the text, as it does in a browser.
_HTML_MARK = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)(?=[\s/>]).*?(?:</\1\s*>|\Z)|</?[a-z][^<>]*>|<[!?][^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_HTML_BREAK = re.compile(r"</?(?:br|hr|p|div|ul|ol|li|td|th|tr|h[1-6])\b", re.IGNORECASE)
_HTML_HIDDEN = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE)
_START = Token("", "", 0)
_SINGLE_VALUES = ("title", "language", "country", "organisation", "kind", "date", "note")


def read_markdown(data: bytes) -> Content:
    """The text without its markup. Raises `UnreadableError` where the front matter is not valid."""
    front, body = _split_front_matter(decode(data))
    text, headings = _render(body)
    title = _find_title(headings)
    return Content(
        text=text,
        title=title,
        sections=_leave_out(title, build_sections(text, headings)),
        metadata={name: _text_of(name, front[name]).strip() for name in _SINGLE_VALUES if name in front},
        themes=_list_of(front, "themes"),
        sources=_list_of(front, "sources"),
    )


class _FrontMatterLoader(yaml.BaseLoader):
    """Leaves every value the text that it is: a date need not exist, and NO is Norway.

    It reads no aliases, by which a small file can stand for an endless one.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it uses an alias (*)")
        return super().compose_node(parent, index)


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


def _split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """The values between two fences, and what follows; a text that only begins with a rule has none."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    front = match["front"]
    try:
        values = yaml.load(front, Loader=_FrontMatterLoader)
    except RecursionError as error:
        raise UnreadableError("its front matter is not valid: it is nested too deeply") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if not _NAME_AND_VALUE.match(front):
            return {}, text
        raise UnreadableError(f"its front matter is not valid YAML: {error}") from error
    if values is None or values == "":
        return {}, text[match.end() :]
    return (values, text[match.end() :]) if isinstance(values, dict) else ({}, text)


def _list_of(front: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = front.get(name) or []
    return tuple(_text_of(name, value) for value in (values if isinstance(values, list) else [values]))


def _text_of(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableError(f"its front matter is not plain: the value of {name} is not a text")
    return join_surrogates(value)


def _render(body: str) -> tuple[str, list[Heading]]:
    """The text of all blocks, a blank line between them, and where the headings stand in it."""
    text = ""
    headings: list[Heading] = []
    for level, block in _blocks(MarkdownIt("commonmark").enable("table").parse(body)):
        if text:
            text += "\n" if block.startswith("- ") and _last_line(text).startswith("- ") else "\n\n"
        if level:
            headings.append(Heading(level, block, len(text), len(text) + len(block)))
        text += block
    return text, headings


def _last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def _blocks(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Each block's heading level (0 for none) and text."""
    level, items = 0, 0
    row: list[str] = []
    for before, token in pairwise([_START, *tokens]):
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
            case "html_block":
                if text := " ".join(_HTML_MARK.sub(" ", token.content).split()):
                    yield 0, unescape(text)
            case "inline":
                text = _inline_text(token.children or [])
                if before.type in ("th_open", "td_open"):
                    row.append(text)
                elif text:
                    yield level, f"- {text}" if items else text
                    items = 0
            case _:
                pass


def _inline_text(tokens: list[Token]) -> str:
    parts: list[str] = []
    hidden = False
    for token in tokens:
        if token.type == "html_inline" and (mark := _HTML_HIDDEN.match(token.content)):
            hidden = not mark[1]
        elif not hidden:
            part = _inline_part(token)
            if part != " " or not parts or not parts[-1].endswith(" "):
                parts.append(part)
    return "".join(parts).strip()


def _inline_part(token: Token) -> str:
    match token.type:
        case "text" | "code_inline":
            return token.content
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline":
            return " " if _HTML_BREAK.match(token.content) else ""
        case "image":
            return _inline_text(token.children or [])
        case _:
            return ""
