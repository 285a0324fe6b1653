"""Runs `fasttrack` as people do, in a folder."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
UNSET = (
    "FASTTRACK_LIBRARY",
    "FASTTRACK_GENERATOR",
    "FASTTRACK_LLM",
    "FASTTRACK_ENCODER",
    "FASTTRACK_TRANSFORMERS_MODEL",
    "FASTTRACK_OPENAI_BASE_URL",
    "FASTTRACK_OPENAI_MODEL",
    "FASTTRACK_OPENAI_KEY",
)


@dataclass(frozen=True)
class FolderShell:
    """A folder in which commands are run with these environment variables, and no others of the product's."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name not in UNSET}
        environment |= {"COLUMNS": "500", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
        environment |= {**self.settings, **settings}
        return subprocess.run(
            [sys.executable, "-m", "fasttrack", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def json(self, *arguments: str, **settings: str) -> dict[str, Any]:
        """The object that a command prints."""
        done = self(*arguments, "--json", **settings)
        assert done.returncode == 0, done.stderr
        value = json.loads(done.stdout)
        assert isinstance(value, dict)
        return value
