"""A library of all samples."""

from pathlib import Path

import pytest

from index.library import Library
from tests.doubles import WordEncoder
from tests.index.library.collection import SAMPLES
from tests.index.samples import build


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def folder(tmp_path: Path, encoder: WordEncoder) -> Path:
    """A library of all samples, published."""
    return build(tmp_path / "library", encoder, SAMPLES).folder


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """For tests that only read."""
    return build(tmp_path_factory.mktemp("shared") / "library", WordEncoder(), SAMPLES)
