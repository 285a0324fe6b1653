"""Writes files whole or not at all."""

import os
import threading
from pathlib import Path


def write_bytes(path: Path, *parts: bytes) -> None:
    """Write a file beside its place first, then rename it; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines(parts)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
