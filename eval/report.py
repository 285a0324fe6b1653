"""One HTML file that holds a whole report: text, tables and pictures, for the screen and for print.

Nothing in it is loaded from elsewhere and nothing in it runs; a content security policy makes the browser
hold to that. Names of systems and collections are data: all is built with `Markup.format`, which escapes
each value that it is given. The same report is the same bytes.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup
from matplotlib.figure import Figure

from eval.files import write_text
from eval.pictures import clean_text, render_svg, save
from index.errors import FastTrackError

Cell = str | int | float | None
"""What stands in a table: text, a number, or None where there is nothing (shown as "–", as NaN is)."""

_NOTHING = "–"
_NOT_MEASURED = Markup("<p>Nothing was measured.</p>\n")
_FIGURES = re.compile(r"[<>≤≥±+\-−(\[\s]*\d[\d\s.,:;%‰×e+\-−–±()\[\]/]*")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class ReportError(FastTrackError):
    """The report could not be written."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as `columns`; the first cell of each row names it.

    Numbers are shown with three decimals, small ones with two significant digits, large ones without
    decimals. Text is shown as it is; a column of figures written as text ("0.955 [0.948, 0.962]") is aligned
    as numbers are.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Row {number} of “{self.caption}” has {len(row)} cells for {len(self.columns)} columns."
                )


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of `eval.pictures` and the sentence below it, which also stands for it unseen."""

    figure: Figure
    caption: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report. Blank lines part the paragraphs of `text`."""

    title: str
    text: str = ""
    tables: Sequence[Table] = ()
    figures: Sequence[Picture] = ()


def publish_report(out: Path, title: str, sections: Sequence[Section], how_to_repeat: str) -> Path:
    """Write `report.html`, and each picture as SVG and PNG in `pictures/`, below `out`."""
    for section in sections:
        name = section.title.lower().replace(" ", "-")
        for number, picture in enumerate(section.figures, start=1):
            save(picture.figure, out / "pictures" / f"{name}-{number}")
    path = out / "report.html"
    write_report(path, title, sections, how_to_repeat)
    return path


def write_report(path: Path, title: str, sections: Sequence[Section], how_to_repeat: str) -> None:
    """Write the report whole or not at all. `how_to_repeat` is shown letter by letter, such as commands."""
    page = render_report(title, sections, how_to_repeat)
    try:
        write_text(path, str(page))
    except OSError as error:
        raise ReportError(
            f"The report {path} cannot be written ({error.strerror}): choose another place for it."
        ) from error


def render_report(title: str, sections: Sequence[Section], how_to_repeat: str) -> Markup:
    """The report as an HTML document."""
    headings = [*(section.title for section in sections), "How to repeat this"]
    links = (
        Markup('<li><a href="#section-{}">{}</a></li>\n').format(number, clean_text(heading))
        for number, heading in enumerate(headings, start=1)
    )
    parts = [_render_section(number, section) for number, section in enumerate(sections, start=1)]
    return _PAGE.format(
        style=_STYLE,
        title=clean_text(title),
        links=_join(links),
        sections=_join(parts) or _NOT_MEASURED,
        last=len(headings),
        repeat=clean_text(how_to_repeat),
    )


def _render_section(number: int, section: Section) -> Markup:
    text = _join(
        Markup("<p>{}</p>\n").format(paragraph.strip())
        for paragraph in re.split(r"\n\s*\n", clean_text(section.text))
        if paragraph.strip()
    )
    tables = _join(
        _render_table(f"table-{number}-{place}", table) for place, table in enumerate(section.tables, start=1)
    )
    figures = _join(
        _render_picture(f"picture-{number}-{place}", picture)
        for place, picture in enumerate(section.figures, start=1)
    )
    return Markup('<section id="section-{}">\n<h2>{}</h2>\n{}</section>\n').format(
        number, clean_text(section.title), text + tables + figures or _NOT_MEASURED
    )


def _render_table(name: str, table: Table) -> Markup:
    """A region of its own that scrolls where the table is wider than the page, with the keyboard, too.

    The caption stands outside of it, so that it stays in sight.
    """
    caption = clean_text(table.caption)
    if not table.rows:
        return Markup('<p class="caption">{}</p>\n').format(caption) + _NOT_MEASURED
    classes = [
        Markup(' class="number"') if _is_numeric(row[place] for row in table.rows) else Markup()
        for place in range(len(table.columns))
    ]
    head = _join(
        Markup('<th scope="col"{}>{}</th>').format(css, clean_text(column))
        for css, column in zip(classes, table.columns, strict=True)
    )
    rows = _join(Markup("<tr>{}</tr>\n").format(_join(_render_cells(row, classes))) for row in table.rows)
    return Markup(
        '<figure class="table">\n<figcaption id="{name}">{caption}</figcaption>\n'
        '<div class="wide" role="region" tabindex="0" aria-labelledby="{name}">\n'
        '<table aria-labelledby="{name}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n'
        "</table>\n</div>\n</figure>\n"
    ).format(name=name, caption=caption, head=head, rows=rows)


def _render_cells(row: Sequence[Cell], classes: Sequence[Markup]) -> Iterator[Markup]:
    for place, (cell, css) in enumerate(zip(row, classes, strict=True)):
        kind = Markup("<td{}>{}</td>") if place else Markup('<th scope="row"{}>{}</th>')
        yield kind.format(css, format_cell(cell))


def format_cell(cell: Cell) -> str:
    """A cell as it is shown; a minus is a real one, and thousands are parted by commas."""
    if isinstance(cell, str):
        return clean_text(cell)
    if cell is None or math.isnan(cell):
        return _NOTHING
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Integral):
        shown = f"{cell:,}"
    elif math.isinf(cell):
        shown = f"{cell}".replace("inf", "∞")
    elif cell and abs(cell) < 0.001:
        shown = f"{cell:.2g}"
    else:
        shown = f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3f}"
    return shown.replace("-", "−")


def _is_numeric(cells: Iterable[Cell]) -> bool:
    """Whether there are figures and nothing but figures."""
    filled = [cell for cell in cells if cell is not None and cell not in ("", _NOTHING)]
    return bool(filled) and all(
        bool(_FIGURES.fullmatch(cell.strip()))
        if isinstance(cell, str)
        else isinstance(cell, Real) and not isinstance(cell, bool)
        for cell in filled
    )


def _render_picture(name: str, picture: Picture) -> Markup:
    caption = clean_text(picture.caption)
    return Markup(
        '<figure>\n<div class="wide card" role="region" tabindex="0" aria-labelledby="{name}">\n{svg}\n'
        '</div>\n<figcaption id="{name}">{caption}</figcaption>\n</figure>\n'
    ).format(caption=caption, name=name, svg=_inline(picture.figure, name))


def _inline(figure: Figure, name: str) -> Markup:
    """The figure as an `<svg>` element of the page, described by the element with the id `name`.

    A page has one space of ids for all its pictures, and a style element would reach beyond its own. So ids
    that something refers to begin with `name`, all others are dropped, and so are metadata and namespaces.
    """
    root = ElementTree.fromstring(render_svg(figure))  # comments are left out in reading
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    used: set[str] = set()
    for element in root.iter():
        element.tag = _local(element.tag)
        attributes = {_local(key): value for key, value in element.attrib.items()}
        used.update(reference for value in attributes.values() for reference in _REFERENCE.findall(value))
        if attributes.get("href", "").startswith("#"):
            used.add(attributes["href"][1:])
            attributes["href"] = f"#{name}-{attributes['href'][1:]}"
        element.attrib.clear()
        element.attrib.update(
            {key: _REFERENCE.sub(rf"url(#{name}-\1)", value) for key, value in attributes.items()}
        )
    for element in root.iter():
        if (id_ := element.attrib.pop("id", None)) in used:
            element.set("id", f"{name}-{id_}")
    root.attrib.pop("version", None)
    # What matplotlib's style element says of every line.
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
    root.attrib.update({"role": "img", "aria-labelledby": name})
    root.set("style", f"--natural: {root.get('width')}")
    # Safe as it is: matplotlib draws names as outlines, and the writer escapes what is left.
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)


_STYLE = Markup("""
:root {
  color-scheme: light;
  --paper: #f6f7f7;
  --card: #ffffff;
  --ink: #1c262c;
  --muted: #55636b;
  --line: #dde3e5;
  --accent: #0f5b78;
  --soft: #eef3f5;
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --paper: #12181b;
    --card: #1a2226;
    --ink: #e4eaec;
    --muted: #9fafb6;
    --line: #36434a;
    --accent: #7cc5dd;
    --soft: #202b30;
  }

  /* The pictures keep the light ground that their colours were chosen for, a little dimmed. */
  .card {
    filter: brightness(0.88);
  }
}

* {
  box-sizing: border-box;
}

body {
  max-width: 68rem;
  margin: 0 auto;
  padding: 2rem clamp(1rem, 4vw, 3rem) 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}

h1,
h2 {
  line-height: 1.25;
  text-wrap: balance;
}

h1 {
  margin: 0 0 1rem;
  font-size: 1.75rem;
}

h2 {
  margin: 3rem 0 0.75rem;
  padding-top: 1rem;
  border-top: 1px solid var(--line);
  font-size: 1.25rem;
}

p {
  max-width: 44rem;
  margin: 0 0 0.75rem;
}

a {
  color: var(--accent);
}

nav ol {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1.5rem;
  margin: 0;
  padding-left: 1.25rem;
}

.wide {
  max-width: 100%;
  overflow-x: auto;
}

.wide:focus-visible,
a:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}

table {
  border-collapse: collapse;
  font-size: 0.9375rem;
  font-variant-numeric: tabular-nums lining-nums;
  overflow-wrap: normal;
}

figcaption,
.caption {
  max-width: 44rem;
  margin: 0.5rem 0;
  color: var(--muted);
  font-size: 0.9375rem;
}

th,
td {
  padding: 0.375rem 0.75rem;
  border-bottom: 1px solid var(--line);
  text-align: left;
  vertical-align: baseline;
}

thead th {
  border-bottom: 2px solid var(--muted);
  font-weight: 600;
  vertical-align: bottom;
}

tbody th {
  font-weight: 500;
}

tr > th:first-child {
  position: sticky;
  left: 0;
  min-width: 8.5rem;
  max-width: 40vw;
  background: var(--paper);
  overflow-wrap: anywhere;
}

.number {
  text-align: right;
}

tbody .number {
  white-space: nowrap;
}

figure {
  margin: 1.5rem 0 2rem;
}

.card {
  width: fit-content;
  padding: clamp(0.5rem, 2vw, 1rem);
  border: 1px solid var(--line);
  border-radius: 6px;
  background: #ffffff;
}

/* Scrolled rather than shrunk until its letters cannot be read. */
.card svg {
  display: block;
  min-width: calc(var(--natural) * 0.65);
  max-width: 100%;
  height: auto;
}

pre {
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--soft);
  font: 0.875rem/1.5 ui-monospace, Consolas, "DejaVu Sans Mono", monospace;
  overflow-x: auto;
}

@media print {
  @page {
    margin: 16mm;
  }

  :root {
    --paper: #ffffff;
    --muted: #3d474d;
    font-size: 10pt;
  }

  body {
    max-width: none;
    padding: 0;
  }

  nav {
    display: none;
  }

  h2,
  .table figcaption {
    break-after: avoid;
  }

  tr,
  figure:not(.table) {
    break-inside: avoid;
  }

  .wide {
    overflow: visible;
  }

  table {
    font-size: 0.8rem;
  }

  th,
  td {
    padding: 0.25rem 0.4rem;
  }

  tr > th:first-child {
    position: static;
    min-width: 0;
  }

  .card {
    padding: 0;
    border: 0;
  }

  .card svg {
    min-width: 0;
  }

  pre {
    white-space: pre-wrap;
  }
}
""")

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<nav aria-label="Sections">
<ol>
{links}</ol>
</nav>
</header>
<main>
{sections}<section id="section-{last}">
<h2>How to repeat this</h2>
<pre tabindex="0"><code>{repeat}</code></pre>
</section>
</main>
</body>
</html>
""")
