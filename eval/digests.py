"""Digests of what figures depend on, so that a result says what it is a result of."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType


def digest_texts(*texts: str) -> str:
    """One digest for a sequence of texts, 24 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=12)
    for text in texts:
        data = text.encode(errors="surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def digest_code(*packages: ModuleType) -> str:
    """A digest of the packages' sources: while one works on them, no version number changes."""
    return digest_texts(*_read_sources(packages))


def _read_sources(packages: tuple[ModuleType, ...]) -> Iterator[str]:
    for package in packages:
        folder = Path(str(package.__file__)).parent
        for file in sorted(folder.rglob("*.py")):
            yield file.relative_to(folder).as_posix()
            yield file.read_text(encoding="utf-8")
