"""What a reader finds in a file, before it is known where the file came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.records import Page, Section


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
