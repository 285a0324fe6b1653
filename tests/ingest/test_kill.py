"""An ingest that is killed outright goes on where it was, and others read the library all the while."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from index.encoder import PackagedEncoder
from index.errors import LibraryError
from index.library import Library
from ingest.pipeline import ingest
from tests.ingest.stored import read_stored
from tests.sayings import SENTENCES

DOCUMENTS = 40
POLLS = 1200


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Documents of a few chunks each, in all six languages."""
    folder = tmp_path / "files"
    folder.mkdir()
    random = Random(5)
    for number in range(DOCUMENTS):
        language = list(SENTENCES)[number % len(SENTENCES)]
        lines = [f"{random.choice(SENTENCES[language])} ({random.randrange(1000)})" for _ in range(20)]
        (folder / f"{number:02}.txt").write_text(
            f"Document {number}\n\n" + "\n\n".join(lines), encoding="utf-8"
        )
    return folder


def command(files: Path, library: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "fasttrack",
        "ingest",
        str(files),
        "--library",
        str(library),
        "--json",
    ]


def count_documents(folder: Path, encoder: PackagedEncoder) -> int:
    """How many there are by now; none while the library is still being made."""
    try:
        return Library(folder, encoder).status().documents
    except LibraryError:
        return 0


def wait_for_documents(process: "subprocess.Popen[bytes]", folder: Path, encoder: PackagedEncoder) -> None:
    """Until some are there, while the process is at work."""
    for _ in range(POLLS):
        if count_documents(folder, encoder) >= 3:
            return
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
    pytest.fail("the ingest stored no documents")


def test_a_killed_ingest_goes_on_where_it_was_and_ends_like_an_undisturbed_one(
    packaged_encoder: PackagedEncoder, project_folder: Path, files: Path, tmp_path: Path
) -> None:
    question = SENTENCES["nl"][3]
    packaged_encoder.encode_questions([question])
    library = tmp_path / "library"
    with subprocess.Popen(
        command(files, library),
        cwd=project_folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for_documents(process, library, packaged_encoder)
        hits = Library(library, packaged_encoder).search(question, question_language="nl")
        at_work = process.poll() is None
        process.kill()
    assert at_work
    assert len(hits) == 10
    kept = read_stored(library)
    assert 3 <= len(kept.documents) < DOCUMENTS

    done = subprocess.run(command(files, library), cwd=project_folder, check=True, capture_output=True)
    report = json.loads(done.stdout)
    assert (report["read"], report["unchanged"]) == (DOCUMENTS - len(kept.documents), len(kept.documents))
    assert report["encoded"] == report["chunks"] - len(kept.chunks)

    ingest([files], tmp_path / "undisturbed", packaged_encoder)
    resumed, undisturbed = read_stored(library), read_stored(tmp_path / "undisturbed")
    assert resumed.chunks == undisturbed.chunks
    assert resumed.documents == undisturbed.documents
