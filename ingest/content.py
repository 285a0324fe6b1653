"""What a reader finds in a file, before it is known where the file came from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from index.records import Page, Section

STATED = ("title", "language", "country", "organisation", "kind", "date", "note")
"""The names under which a file may state what is known of it, one value each."""

STATED_LISTS = ("themes", "sources")
"""The names with several values."""

_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")


@dataclass(frozen=True, slots=True)
class Content:
    """Text with its structure. `title` is what the format shows; `metadata` what the file states."""

    text: str
    title: str = ""
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def state_properties(content: Content, properties: Mapping[str, str]) -> Content:
    """The content with what a format's own properties say of it, under any spelling of `STATED` names.

    The formats that have properties give each one a single text; a semicolon parts the values of a list.
    What the text itself shows as its title goes before a property, which is often left over from elsewhere.
    """
    known = {name.strip().lower(): _LINE_BREAK.sub(" ", value).strip() for name, value in properties.items()}
    themes, sources = (_part(known.get(name, "")) for name in STATED_LISTS)
    return replace(
        content,
        title=content.title or known.get("title", ""),
        metadata={name: known[name] for name in STATED if name != "title" and known.get(name)},
        themes=themes,
        sources=sources,
    )


def _part(values: str) -> tuple[str, ...]:
    return tuple(value for part in values.split(";") if (value := part.strip()))
