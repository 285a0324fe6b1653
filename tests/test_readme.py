"""The README's commands work as they stand there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_LINES = [
    line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()
]
COMMANDS = [line for line in SHELL_LINES if line.startswith(".venv/bin/fasttrack")]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: object) -> dict[str, str]:
    library = tmp_path_factory.mktemp("readme") / "library"
    return os.environ | {"FASTTRACK_LIBRARY": str(library), "PYTHONIOENCODING": "utf-8"}


def test_every_command_in_order(environment: dict[str, str]) -> None:
    assert COMMANDS
    for line in COMMANDS:
        words = shlex.split(line)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "fasttrack", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout.strip(), line


@pytest.mark.parametrize("line", [line for line in SHELL_LINES if line.startswith("make ")])
def test_every_make_target_exists(line: str) -> None:
    assert f"\n{line.split()[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("fasttrack", "index", "ingest", "assistant", "eval")
        for path in (ROOT / folder).rglob("*.py")
    )
    settings = set(re.findall(r"FASTTRACK_[A-Z]+(?:_[A-Z]+)*", code))
    assert settings
    assert {name for name in settings if f"`{name}`" not in README} == set()


@pytest.mark.parametrize("name", ["README.md", "eval/README.md", "docs/json.md"])
def test_every_link_to_a_file_leads_there(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []
