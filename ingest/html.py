"""Reads HTML: the page's main text, block by block, without navigation, scripts and what is hidden."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString, PreformattedString, Tag

from ingest.blocks import BULLET, Block, join_blocks
from ingest.content import Content, state_properties
from ingest.plain import decode

_WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_XML = re.compile(r"^\s*<\?xml[^>]*>")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
# What these names mean to browsers.
_MEANT = {"ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252"}
# fmt: off
_LEFT_OUT = frozenset((
    "head", "title", "script", "style", "template", "noscript", "nav", "footer", "aside", "button", "select",
    "textarea", "iframe", "object", "svg", "math", "audio", "video", "canvas",
))
# Where one of these begins or ends, a block does.
_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "form", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", *HEADINGS,
))
# fmt: on


def read_html(data: bytes) -> Content:
    """The text of a page, in the encoding that it declares or else is likely to be in."""
    page = BeautifulSoup(_decode(data), "lxml")
    main = page.find("main") or page.find(role="main") or page
    content = join_blocks(find_blocks(main))
    if not content.text:
        content = join_blocks(find_blocks(page))
    title = page.select_one("title:not(svg *)")
    properties = {"title": title.get_text()} if title else {}
    for tag in page.find_all("meta", attrs={"name": True, "content": True}):
        properties[str(tag["name"])] = str(tag["content"])
    return state_properties(content, properties)


def _decode(data: bytes) -> str:
    """The page's characters. Bytes that are UTF-8 are that, whatever the page declares."""
    try:
        data.decode()
    except UnicodeDecodeError:
        declared = EncodingDetector.find_declared_encoding(data, is_html=True) or ""
        with suppress(LookupError, ValueError):
            data = data.decode(_MEANT.get(declared, declared)).encode()
    return _XML.sub("", decode(data))  # Beautiful Soup would warn of it


def find_blocks(root: Tag) -> Iterator[Block]:
    """The blocks below `root`, in their order; a row of a table is one block, its cells parted by a bar."""
    # A stack of our own, as pages can be nested deeper than Python's.
    waiting: list[tuple[Tag | NavigableString, bool]] = [(root, False)]
    block = _Growing()
    while waiting:
        node, ended = waiting.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # a comment, for one
                block.add(node)
        elif node.name in _LEFT_OUT or node.has_attr("hidden"):
            continue
        elif ended:
            yield from block.close(node)
        else:
            yield from block.open(node)
            waiting.append((node, True))
            waiting.extend(
                (child, False)
                for child in reversed(node.contents)
                if isinstance(child, Tag | NavigableString)
            )
    yield from block.finish()


class _Growing:
    """The block that is being gathered."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.level = 0
        self.mark = ""
        self.lists: list[int | None] = []
        """The number of the next item in each list that is open, or None where they have bullets."""
        self.verbatim = False
        self.row: list[str] | None = None

    def add(self, text: str) -> None:
        """Text without the hyphens that would only show at a line's end."""
        self.parts.append(unicodedata.normalize("NFC", text).replace("\u00ad", ""))

    def open(self, tag: Tag) -> Iterator[Block]:
        if tag.name == "br":
            self.add("\n")
        elif tag.name == "img":
            self.add(f" {tag.get('alt') or ''} ")
        if tag.name not in _BLOCKS:
            return
        if self.row is None:
            yield from self.finish()
            self.level = HEADINGS.get(tag.name, 0)
        elif tag.name not in ("td", "th"):
            self.add(" ")
        match tag.name:
            case "ol":
                self.lists.append(_read_number(tag, "start", 1))
            case "ul":
                self.lists.append(None)
            case "li" if self.row is None:
                self.mark += self.mark_item(tag)
            case "pre":
                self.verbatim = True
            case "tr" if _holds_data(tag):
                self.row = []

    def close(self, tag: Tag) -> Iterator[Block]:
        if tag.name not in _BLOCKS:
            return
        if self.row is None:
            yield from self.finish()
            self.mark = "" if tag.name == "li" else self.mark
            self.level = 0
        elif tag.name in ("td", "th"):
            self.row.append(_collapse(self.take()))
        elif tag.name == "tr":
            row, self.row = self.row, None
            if any(row):
                yield Block(" | ".join(row))
        else:
            self.add(" ")
        if tag.name == "pre":
            self.verbatim = False
        elif tag.name in ("ol", "ul"):
            self.lists.pop()

    def finish(self) -> Iterator[Block]:
        """What was gathered, if it is anything."""
        text = self.take().strip("\n") if self.verbatim else _collapse(self.take())
        if text.strip():
            yield Block(text, self.level, self.mark)
            self.mark = ""

    def take(self) -> str:
        text = "".join(self.parts)
        self.parts.clear()
        return text

    def mark_item(self, item: Tag) -> str:
        """The bullet, or the number that a browser would show."""
        if not self.lists or self.lists[-1] is None:
            return BULLET
        number = _read_number(item, "value", self.lists[-1])
        self.lists[-1] = number + 1
        return f"{number}. "


def _holds_data(row: Tag) -> bool:
    """Whether a row's cells are data, and not a table's way to lay out a page."""
    return row.find(["table", "tr", "ul", "ol", *HEADINGS]) is None and all(
        len(cell.find_all(["p", "div"])) <= 1 for cell in row.find_all(["td", "th"])
    )


def _collapse(text: str) -> str:
    """The text as a browser shows it: white space is one space, but for that which no line may break at."""
    return _WHITE_SPACE.sub(" ", text).strip(" ")


def _read_number(tag: Tag, name: str, default: int) -> int:
    stated = str(tag.get(name, "")).strip()
    return int(stated) if _NUMBER.fullmatch(stated) else default
