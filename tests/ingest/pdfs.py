"""Makes PDFs whose every line is known."""

import io
from collections.abc import Sequence
from typing import NamedTuple

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, IndirectObject, NameObject

# Titles with their page, counted from 0, and what stands below them.
Outline = dict[str, tuple[int | None, "Outline"]]


class Span(NamedTuple):
    """A stretch of text in letters of one size, in points, raised above its line."""

    text: str
    size: float = 11
    rise: float = 0


class Placed(NamedTuple):
    """A line that begins at a place of its own, in points from the page's lower left corner."""

    text: str
    x: float
    y: float
    size: float = 11


Line = str | Sequence[Span] | Placed
"""Without a place it stands below the line before; an empty one is a space between paragraphs."""

FONT = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
        NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
    }
)


def make_pdf(
    *pages: Sequence[Line], title: str = "", outline: Outline | None = None, **passwords: str
) -> bytes:
    """A PDF of one text line below the other; `passwords` go to `PdfWriter.encrypt`."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        fonts = DictionaryObject({NameObject("/F1"): FONT})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(_draw(lines))
        page[NameObject("/Contents")] = writer._add_object(stream)
    _add_outline(writer, outline or {}, None)
    if title:
        writer.add_metadata({"/Title": title})
    if passwords:
        writer.encrypt(algorithm="AES-256", **passwords)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def _draw(lines: Sequence[Line]) -> bytes:
    drawn = [b"BT 14 TL 60 780 Td"]
    for line in lines:
        if isinstance(line, Placed):
            drawn.append(f"1 0 0 1 {line.x} {line.y} Tm".encode())
        for text, size, rise in _part(line):
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn.append(f"/F1 {size} Tf {rise} Ts (".encode() + escaped.encode("cp1252") + b") Tj")
        drawn.append(b"T*" if line else b"T* T*")
    return b"\n".join([*drawn, b"ET"])


def _part(line: Line) -> Sequence[Span]:
    if isinstance(line, str):
        return [Span(line)]
    return [Span(line.text, line.size)] if isinstance(line, Placed) else line


def _add_outline(writer: PdfWriter, outline: Outline, parent: IndirectObject | None) -> None:
    for title, (page, below) in outline.items():
        item = writer.add_outline_item(title=title, page_number=page, parent=parent)
        _add_outline(writer, below, item)
