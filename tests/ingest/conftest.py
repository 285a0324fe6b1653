"""A folder to ingest, and where its library may lie."""

from pathlib import Path

import pytest

from tests.doubles import WordEncoder
from tests.ingest.folders import markdown
from tests.ingest.pdfs import make_pdf
from tests.sayings import SENTENCES


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of seven documents, one of them in a folder below and one with pages."""
    folder = tmp_path / "files"
    (folder / "below").mkdir(parents=True)
    for number, language in enumerate(SENTENCES):
        place = folder / "below" if language == "cs" else folder
        (place / f"{language}.md").write_text(markdown(language, number), encoding="utf-8")
    (folder / "pages.pdf").write_bytes(make_pdf(["Robots lift loads."], ["People watch."], title="Pages"))
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()
