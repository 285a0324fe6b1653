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


Line = str | Sequence[Span]

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
        for text, size, rise in [Span(line)] if isinstance(line, str) else line:
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn.append(f"/F1 {size} Tf {rise} Ts (".encode() + escaped.encode("cp1252") + b") Tj")
        drawn.append(b"T*")
    return b"\n".join([*drawn, b"ET"])


def _add_outline(writer: PdfWriter, outline: Outline, parent: IndirectObject | None) -> None:
    for title, (page, below) in outline.items():
        item = writer.add_outline_item(title=title, page_number=page, parent=parent)
        _add_outline(writer, below, item)
