"""Reads Word files (.docx): mammoth makes HTML of them, which is read as any HTML."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

import mammoth
from bs4 import BeautifulSoup

from ingest.blocks import join_blocks
from ingest.content import Content, state_properties
from ingest.errors import UnreadableError
from ingest.html import HEADINGS, find_blocks

# The title stands above all headings, which Word counts from 1 below it.
_STYLES = "\n".join(
    ["p[style-name='Title'] => h1:fresh"]
    + [f"p[style-name='Heading {level}'] => h{level + 1}:fresh" for level in range(1, 6)]
    + [f"br[type='{kind}'] => br" for kind in ("page", "column")]
)
_NOTE_MARKS = "sup > a[id^=footnote-ref-], sup > a[id^=endnote-ref-]"
_NOTE_LINKS = "li > p > a[href^='#footnote-ref-'], li > p > a[href^='#endnote-ref-']"
_MOST_BYTES = 500_000_000
_CORE = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}language": "language",
}
# What mammoth and the standard library let through from broken files. Anything else is a fault of ours.
_PARSER_FAULTS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    ExpatError,
    LookupError,
    OSError,
    RuntimeError,  # files too deep, or packed in a way that is not known
    TypeError,
    ValueError,
    ElementTree.ParseError,
    zlib.error,
)
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"


def read_docx(data: bytes) -> Content:
    """The text with headings, lists, tables and footnotes. Raises `UnreadableError` with the reason."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if (size := sum(part.file_size for part in parts.infolist())) > _MOST_BYTES:
                raise UnreadableError(f"it unpacks to {size} bytes, more than {_MOST_BYTES}")
            properties = _read_properties(parts)
        # Pictures have no text, and would be copied into the HTML.
        pictures_left_out = mammoth.images.img_element(lambda image: {})
        html = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=pictures_left_out
        ).value
    except zipfile.BadZipFile as error:
        raise UnreadableError(
            "it is not a Word file of the format .docx; one that is locked with a password, or an old .doc, "
            "has to be saved as .docx first"
        ) from error
    except _PARSER_FAULTS as error:
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise UnreadableError(f"it is not a Word file that can be read ({reason})") from error
    page = BeautifulSoup(html, "lxml")
    _place_notes(page)
    return state_properties(join_blocks(find_blocks(page)), properties)


def _place_notes(page: BeautifulSoup) -> None:
    """Puts each note behind the paragraph, list item or table with its mark; mammoth lists all at the end."""
    for link in page.select(_NOTE_LINKS):
        link.decompose()
    notes = {f"#{item['id']}": item for item in page.select("li[id]")}
    for mark in reversed(page.select(_NOTE_MARKS)):
        note = notes.get(str(mark.get("href")))
        tables = mark.find_parents("table")
        place = tables[-1] if tables else mark.find_parent(["li", "p", *HEADINGS])
        if note and place and note not in place.parents:
            note.name = "div"
            place.insert_after(note.extract())
        mark.decompose()


def _read_properties(parts: zipfile.ZipFile) -> Mapping[str, str]:
    """The title and language that Word keeps, and the custom properties that people may add."""
    names = set(parts.namelist())
    properties: dict[str, str] = {}
    if "docProps/core.xml" in names:
        for element in ElementTree.fromstring(parts.read("docProps/core.xml")):
            if element.tag in _CORE and element.text:
                properties[_CORE[element.tag]] = element.text
    if "docProps/custom.xml" in names:
        for element in ElementTree.fromstring(parts.read("docProps/custom.xml")).iter(_CUSTOM):
            properties[element.get("name", "")] = "".join(element.itertext())
    return properties
