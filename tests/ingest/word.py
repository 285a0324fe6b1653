"""Makes Word files whose every paragraph is known."""

import io
import zipfile
from collections.abc import Iterable, Mapping

from docx import Document
from docx.document import Document as WordDocument

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_docx(*paragraphs: str, title: str = "") -> bytes:
    """A Word file of plain paragraphs; `title` goes into its properties."""
    document = Document()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return save(document)


def save(document: WordDocument) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def run(text: str) -> str:
    """The XML of a stretch of text."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str) -> str:
    return f"<w:p>{''.join(inner)}</w:p>"


def cell(*inner: str) -> str:
    return f"<w:tc>{''.join(inner)}</w:tc>"


def table(*rows: Iterable[str]) -> str:
    return "".join(["<w:tbl>", *(f"<w:tr>{''.join(row)}</w:tr>" for row in rows), "</w:tbl>"])


def mark(number: int, kind: str = "footnote") -> str:
    """The mark in the text to which a note belongs."""
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def make_raw_docx(*body: str, notes: Mapping[int, str] | None = None, kind: str = "footnote") -> bytes:
    """A Word file with this XML for its body, and for each note of this kind."""
    parts = {"word/document.xml": f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"}
    whole = make_docx()
    if notes:
        items = (f'<w:{kind} w:id="{number}">{inner}</w:{kind}>' for number, inner in notes.items())
        parts[f"word/{kind}s.xml"] = f"<w:{kind}s {W}>{''.join(items)}</w:{kind}s>"
        relation = (
            f'<Relationship Id="notes" Type="{RELATIONS}/{kind}s" Target="{kind}s.xml"/></Relationships>'
        )
        relations = read_part(whole, "word/_rels/document.xml.rels")
        parts["word/_rels/document.xml.rels"] = relations.replace("</Relationships>", relation)
    return with_parts(whole, parts)


def make_custom_properties(properties: Mapping[str, str]) -> str:
    """The part `docProps/custom.xml`."""
    values = (
        f'<property name="{name}"><vt:lpwstr>{text}</vt:lpwstr></property>'
        for name, text in properties.items()
    )
    return f'<Properties xmlns="{CUSTOM}" xmlns:vt="{TYPES}">{"".join(values)}</Properties>'


def read_part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return parts.read(name).decode()


def with_parts(data: bytes, changed: Mapping[str, str | None]) -> bytes:
    """The file with these parts in place of its own or besides them, without those that are None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        kept = {name: old.read(name) for name in old.namelist()}
        for name, text in {**kept, **changed}.items():
            if text is not None:
                new.writestr(name, text)
    return out.getvalue()
