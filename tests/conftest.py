"""What every test may use: the packaged encoder, data beside the project, and a network that is shut."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from index import weights
from index.encoder import PackagedEncoder
from index.errors import WeightsError

os.environ.setdefault("HF_HUB_OFFLINE", "1")

# How long an example takes says more of the machine than of the code.
settings.register_profile("fasttrack", deadline=None, max_examples=100)
settings.load_profile("fasttrack")


@pytest.fixture(scope="session")
def project_folder() -> Path:
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_folder(project_folder: Path) -> Path:
    """Test data too large for the project, beside it."""
    folder = project_folder.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"no shared test data at {folder}")
    return folder


@pytest.fixture(scope="session")
def packaged_encoder() -> PackagedEncoder:
    """The real encoder. Where its package is missing, the tests that need it are skipped, but never in CI."""
    try:
        weights.locate_files(weights.ENCODER)
    except WeightsError as error:
        pytest.fail(str(error)) if os.environ.get("CI") else pytest.skip(str(error))
    return PackagedEncoder()
