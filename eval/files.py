"""Writes result files, whole or not at all."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.files import write_bytes


def write_text(path: Path, text: str) -> None:
    """Write a text file; its folder is made."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write one JSON object, for people to read, too; what is not finite becomes null."""
    write_text(path, json.dumps(_keep_finite(value), ensure_ascii=False, indent=2) + "\n")


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line."""
    write_text(path, "".join(json.dumps(_keep_finite(row), ensure_ascii=False) + "\n" for row in rows))


def _keep_finite(value: Any) -> Any:
    """JSON knows no infinity, such as an effect size may be."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _keep_finite(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_keep_finite(part) for part in value]
    return value
