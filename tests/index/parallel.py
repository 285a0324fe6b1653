"""The sample library's documents that say the same in six languages."""

import re
from pathlib import Path

from index.language import LANGUAGES
from ingest.markdown import read_markdown

_DOCUMENTS = ("project/fast-track", "project/roundtables", "serv/vision-summary")


def read_blocks(project_folder: Path) -> dict[str, list[str]]:
    """Their headings and paragraphs, by language; at one place stand translations of each other."""
    return {
        language: [
            block
            for name in _DOCUMENTS
            for block in _split(project_folder / "corpus" / f"{name}-{language}.md")
        ]
        for language in LANGUAGES
    }


def _split(path: Path) -> list[str]:
    return re.split(r"\n+", read_markdown(path.read_bytes()).text)
