"""Reads Markdown: front matter as metadata, headings as sections, everything else as plain text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from ingest.blocks import BULLET, Block, join_blocks
from ingest.content import STATED, Content
from ingest.errors import UnreadableError
from ingest.plain import decode, join_surrogates

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

# The plugin would gather the notes at the end, and lose those that nothing refers to.
PARSER = MarkdownIt("commonmark").enable("table").use(footnote_plugin, inline=False).disable("footnote_tail")


def read_markdown(data: bytes) -> Content:
    """The text without its markup. Raises `UnreadableError` where the front matter is not valid."""
    front, body = split_front_matter(decode(data))
    return replace(
        join_blocks(_find_blocks(PARSER.parse(body))),
        metadata={name: _text_of(name, front[name]).strip() for name in STATED if name in front},
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


def split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
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


def _find_blocks(tokens: list[Token]) -> Iterator[Block]:
    """The text's blocks, each followed by the footnotes that it is the first to refer to."""
    body, notes = part_notes(tokens)
    for block, labels in _read_blocks(body):
        yield block
        for label in labels:
            for note, _ in _read_blocks(notes.pop(label, [])):
                yield note
    for left in notes.values():  # nothing refers to them
        for note, _ in _read_blocks(left):
            yield note


def part_notes(tokens: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """The tokens outside footnotes, and those of each footnote by its label."""
    body: list[Token] = []
    notes: dict[str, list[Token]] = {}
    into = body
    for token in tokens:
        if token.type == "footnote_reference_open":
            into = notes.setdefault(token.meta["label"], [])
        elif token.type == "footnote_reference_close":
            into = body
        else:
            into.append(token)
    return body, notes


def _read_blocks(tokens: list[Token]) -> Iterator[tuple[Block, list[str]]]:
    """Each block, with the labels of the footnotes that it refers to."""
    level, mark = 0, ""
    row: list[str] = []
    labels: list[str] = []
    for before, token in pairwise([_START, *tokens]):
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                mark += f"{token.info}{token.markup} " if token.info else BULLET
            case "list_item_close":
                mark = ""
            case "tr_open":
                row, labels = [], []
            case "tr_close":
                yield Block(" | ".join(row)), labels
            case "fence" | "code_block":
                yield Block(token.content.rstrip("\n")), []
            case "html_block":
                if text := " ".join(_HTML_MARK.sub(" ", token.content).split()):
                    yield Block(unescape(text)), []
            case "inline":
                children = token.children or []
                text = _inline_text(children)
                referred = [child.meta["label"] for child in children if child.type == "footnote_ref"]
                if before.type in ("th_open", "td_open"):
                    row.append(text)
                    labels += referred
                elif text:
                    yield Block(text, level, mark), referred
                    mark = ""
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
