"""Makes the documents of corpus/ that are not Markdown from the Markdown beside this script.

`serv/vision-en.pdf.md` becomes `corpus/serv/vision-en.pdf`, and so on: PDF, Word (.docx) and HTML. The same
source gives the same bytes. What the front matter states goes into the properties that each format has.

    python docs/corpus/typeset.py [FOLDER]     writes below FOLDER, by default below corpus/
"""

import html
import io
import json
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import typst
from docx import Document as new_word_document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from markdown_it.token import Token
from pypdf import PdfReader, PdfWriter

from ingest.markdown import PARSER, part_notes, split_front_matter

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus"
_LONG = 600  # words; a longer text becomes a report with a cover and contents
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_IN_CELL = 4  # markdown-it's level of a table cell's text


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file: its front matter, each value one text, and its body."""

    front: dict[str, str]
    body: str


def read_source(path: Path) -> Source:
    values, body = split_front_matter(path.read_text(encoding="utf-8"))
    # A semicolon parts the values of a list, so none may hold one.
    joined = {name: "; ".join(v) if isinstance(v, list) else v for name, v in values.items()}
    return Source(joined, body.strip())


def make_all(folder: Path) -> None:
    """Write every document below `folder`, at the place that it has in the library."""
    for path in sorted(HERE.glob("*/*.*.md")):
        target = folder / path.relative_to(HERE).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        make = {".pdf": make_pdf, ".docx": make_docx, ".html": make_html}[target.suffix]
        target.write_bytes(make(read_source(path)))


def make_pdf(source: Source) -> bytes:
    """A report or a short paper, with footnotes at the foot of the page and an outline."""
    tokens = PARSER.parse(source.body)
    front = source.front
    style = "report" if len(source.body.split()) > _LONG else "paper"
    settings = ", ".join(
        f"{name}: {_quote(front[name])}" for name in ("title", "organisation", "note", "language")
    )
    template = (HERE / "report.typ").read_text(encoding="utf-8")
    text = f"{template}\n#show: {style}.with({settings})\n\n{_Typst(tokens).write()}"
    pdf = typst.compile(text.encode(), ignore_system_fonts=True)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.add_metadata({f"/{name}": value for name, value in front.items() if name != "title"})
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class _Typst:
    """Markdown's tokens as Typst's markup. All text goes in as string literals, so none of it is markup."""

    def __init__(self, tokens: list[Token]) -> None:
        self.body, self.notes = part_notes(tokens)

    def write(self) -> str:
        return self._blocks(_leave_out_title(self.body))

    def _blocks(self, tokens: Iterable[Token]) -> str:
        parts: list[str] = []
        columns = 0
        for token in tokens:
            match token.type:
                case "heading_open":
                    parts.append(f"#heading(level: {int(token.tag[1:]) - 1})[")
                case "bullet_list_open":
                    parts.append("#list(")
                case "list_item_open" | "td_open" | "th_open":
                    columns += token.type == "th_open"
                    parts.append("[")
                case "list_item_close" | "td_close" | "th_close":
                    parts.append("],")
                case "bullet_list_close":
                    parts.append(")\n\n")
                case "heading_close":
                    parts.append("]\n\n")
                case "paragraph_close" if not token.hidden:
                    parts.append("\n\n")
                case "table_open":
                    parts.append("#table(")
                    columns, place = 0, len(parts)
                case "thead_open":
                    parts.append("table.header(")
                case "thead_close":
                    parts.append("),")
                    parts.insert(place, f"columns: {columns}, ")
                case "table_close":
                    parts.append(")\n\n")
                case "inline":
                    parts.append(self._inline(token.children or []))
                case _:
                    pass
        return "".join(parts)

    def _inline(self, tokens: Sequence[Token]) -> str:
        return "".join(
            f"#footnote[{self._blocks(self.notes[token.meta['label']]).strip()}]"
            if token.type == "footnote_ref"
            else f"#{_quote(token.content or ' ')};"
            for token in tokens
        )


def _leave_out_title(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without the first heading, which the title's own place repeats."""
    return tokens[3:] if tokens and tokens[0].tag == "h1" else tokens


def make_docx(source: Source) -> bytes:
    """A Word file with the built-in styles, and the front matter as custom properties."""
    document = new_word_document()
    style = "Normal"
    rows: list[list[str]] = []
    for token in PARSER.parse(source.body):
        match token.type:
            case "heading_open":
                style = "Title" if token.tag == "h1" else f"Heading {int(token.tag[1:]) - 1}"
            case "list_item_open":
                style = "List Bullet"
            case "heading_close" | "list_item_close":
                style = "Normal"
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
                for row, texts in zip(table.rows, rows, strict=True):
                    for cell, text in zip(row.cells, texts, strict=True):
                        cell.text = text
            case "inline" if token.level == _IN_CELL:
                rows[-1].append(token.content)
            case "inline":
                document.add_paragraph(token.content, style=style)
            case _:
                pass
    core = document.core_properties
    core.title, core.author, core.language = (source.front[n] for n in ("title", "organisation", "language"))
    core.created = core.modified = _NO_DATE
    core.last_modified_by = source.front["organisation"]
    _add_custom_properties(document, source.front)
    data = io.BytesIO()
    document.save(data)
    return _without_times(data.getvalue())


def _add_custom_properties(document: Any, values: dict[str, str]) -> None:
    """What Word shows under File, Properties, Custom."""
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), start=2)
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        f"{properties}</Properties>"
    )
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, xml.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _without_times(data: bytes) -> bytes:
    """The same archive, its parts without the time at which they were written."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename), old.read(part), zipfile.ZIP_DEFLATED)
    return result.getvalue()


def make_html(source: Source) -> bytes:
    """A web page with a head, a navigation and a foot around its text, as pages have them."""
    front = {name: html.escape(value) for name, value in source.front.items()}
    meta = "\n".join(f'<meta name="{name}" content="{value}">' for name, value in front.items())
    return f"""<!DOCTYPE html>
<html lang="{front["language"]}">
<head>
<meta charset="utf-8">
<title>{front["title"]}</title>
{meta}
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }}</style>
</head>
<body>
<header><nav><a href="#text">{front["title"]}</a></nav></header>
<main id="text">
{PARSER.render(source.body)}</main>
<footer>{front["organisation"]} · {front["note"]}</footer>
</body>
</html>
""".encode()


if __name__ == "__main__":
    make_all(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
