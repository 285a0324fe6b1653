"""A library built anew for another encoder is as if ingested with it; until then the old one answers."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import library as library_module
from index.errors import LibraryError
from index.library import Holdings, Library
from index.records import Chunk
from ingest.pipeline import ingest
from ingest.reencode import Reencoding, name_successor, reencode
from ingest.storing import Progress
from tests.doubles import WordEncoder
from tests.ingest.pdfs import make_pdf
from tests.ingest.stored import read_stored
from tests.sayings import SENTENCES

QUESTION = SENTENCES["nl"][3]
NEW = "shorter words"
NEW_LIMIT = 40


def make_new(stop_after: int | None = None) -> WordEncoder:
    """An encoder that reads less at once, so that documents are cut otherwise."""
    return WordEncoder(NEW, token_limit=NEW_LIMIT, stop_after=stop_after)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A document in each language, with headings and all that may be known, and one with pages."""
    folder = tmp_path / "documents" / "files"
    folder.mkdir(parents=True)
    for number, (language, sentences) in enumerate(SENTENCES.items()):
        known = f"---\ntitle: Document {number}\nlanguage: {language}\ncountry: BE\nthemes: [skills]\n---\n"
        parts = (f"## Part {part}\n\n{' '.join(sentences)} {part}." for part in range(6))
        text = f"{known}# Document {number}\n\n" + "\n\n".join(parts)
        (folder / f"{language}.md").write_text(text, encoding="utf-8")
    (folder / "pages.pdf").write_bytes(make_pdf(["Robots lift loads."], ["People watch."], title="Pages"))
    return folder


@pytest.fixture
def old() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def library(tmp_path: Path, files: Path, old: WordEncoder) -> Path:
    folder = tmp_path / "library"
    ingest([files], folder, old)
    return folder


@pytest.fixture
def expected(tmp_path: Path, files: Path, library: Path) -> Path:
    """What the new encoder makes of the files themselves."""
    folder = tmp_path / "expected"
    ingest([files], folder, make_new())
    assert read_stored(folder).chunks.keys() != read_stored(library).chunks.keys()
    return folder


@pytest.fixture
def half(tmp_path: Path, files: Path) -> int:
    """Half of the passages that the new encoder is given."""
    encoder = make_new()
    ingest([files], tmp_path / "counted", encoder)
    return len(encoder.encoded) // 2


def check_same(folder: Path, expected: Path) -> None:
    assert read_stored(folder) == read_stored(expected)
    assert not name_successor(folder).exists()
    found, wanted = (
        Library(one, make_new()).search(QUESTION, question_language="nl", count=50)
        for one in (folder, expected)
    )
    assert [(hit.chunk, round(hit.score, 5)) for hit in found] == [
        (hit.chunk, round(hit.score, 5)) for hit in wanted
    ]


def interrupt(library: Path, encoder: WordEncoder) -> None:
    with pytest.raises(KeyboardInterrupt):
        reencode(library, encoder)


# What comes out


def test_it_is_as_if_ingested_with_the_other_encoder_though_the_files_are_gone(
    library: Path, files: Path, expected: Path
) -> None:
    shutil.rmtree(files)
    done = reencode(library, make_new())
    counts = read_stored(expected)
    assert done == Reencoding(
        True, "words", NEW, len(counts.documents), len(counts.chunks), done.encoded, done.seconds
    )
    assert done.encoded == len(counts.chunks)
    check_same(library, expected)


def test_the_next_ingest_finds_nothing_to_do(library: Path, files: Path) -> None:
    reencode(library, make_new())
    encoder = make_new()
    report = ingest([files], library, encoder)
    assert (report.read, report.unchanged, encoder.encoded) == (0, 7, [])


def test_an_empty_library_gets_the_encoder_too(tmp_path: Path, old: WordEncoder) -> None:
    (tmp_path / "none").mkdir()
    ingest([tmp_path / "none"], tmp_path / "library", old)
    reencode(tmp_path / "library", make_new())
    assert Library(tmp_path / "library", make_new()).status().documents == 0


def test_what_the_next_search_needs_is_written(library: Path) -> None:
    reencode(library, make_new())
    before = {path.name: path.stat().st_mtime_ns for path in library.iterdir()}
    Library(library, make_new()).search(QUESTION, question_language="nl")
    derived = {"chunks.npz", "vectors.faiss", "words.bm25"}
    assert derived <= before.keys()
    after = {path.name: path.stat().st_mtime_ns for path in library.iterdir()}
    assert {name: after[name] for name in derived} == {name: before[name] for name in derived}


def test_progress_rises_to_the_whole(library: Path) -> None:
    told: list[Progress] = []
    chunks = len(read_stored(library).chunks)
    done = reencode(library, make_new(), told.append)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert {one.total for one in told} == {chunks}
    assert (told[-1].done, told[-1].encoded) == (pytest.approx(chunks), done.encoded)


def test_a_linked_library_is_built_anew_where_it_lies(library: Path, tmp_path: Path, expected: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link"
    link.symlink_to(library)
    reencode(link, make_new())
    assert link.is_symlink()
    check_same(library, expected)


# Where nothing is to be done


def test_with_its_own_encoder_nothing_is_done(library: Path) -> None:
    before, encoder = read_stored(library), WordEncoder()
    done = reencode(library, encoder)
    assert (done.changed, done.before, done.encoder, done.encoded) == (False, "words", "words", 0)
    assert (read_stored(library), encoder.encoded) == (before, [])


def test_what_another_encoder_began_stays_where_nothing_is_done(library: Path, half: int) -> None:
    interrupt(library, make_new(stop_after=half))
    reencode(library, WordEncoder())
    assert Holdings(name_successor(library)).manifest().encoder == NEW


def test_documents_cut_in_an_earlier_way_are_cut_anew_and_their_files_read_again(
    library: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_stored(library)
    monkeypatch.setattr(library_module, "READING", library_module.READING + 1)
    done = reencode(library, WordEncoder())
    assert (done.changed, done.documents) == (True, 7)
    assert read_stored(library).chunks == before.chunks
    assert not reencode(library, WordEncoder()).changed
    encoder = WordEncoder()
    assert ingest([files], library, encoder).read == 7
    assert encoder.encoded == []


# Interrupted


def test_an_interrupted_run_leaves_the_old_library_and_is_taken_up(
    library: Path, expected: Path, half: int
) -> None:
    before = read_stored(library)
    interrupt(library, make_new(stop_after=half))
    assert read_stored(library) == before
    assert Library(library, WordEncoder()).search(QUESTION, question_language="nl")
    kept = len(read_stored(name_successor(library)).chunks)
    assert kept
    encoder = make_new()
    done = reencode(library, encoder)
    assert done.encoded == done.chunks - kept
    assert len(encoder.encoded) < 2 * half
    check_same(library, expected)


def test_what_changed_since_the_interruption_is_seen(
    library: Path, files: Path, tmp_path: Path, half: int
) -> None:
    interrupt(library, make_new(stop_after=half))
    began = {Path(path).name for path in read_stored(name_successor(library)).documents}
    changed, gone, *_ = sorted(began)
    (files / changed).write_text("# Something else\n\nThe moth sleeps.\n", encoding="utf-8")
    (files / gone).unlink()
    ingest([files.parent], library, WordEncoder())  # the folder above, so that each has another source
    reencode(library, make_new())
    ingest([files.parent], tmp_path / "wanted", make_new())
    check_same(library, tmp_path / "wanted")


def test_what_a_third_encoder_began_is_removed(library: Path, expected: Path, half: int) -> None:
    interrupt(library, WordEncoder("third", stop_after=half))
    reencode(library, make_new())
    check_same(library, expected)


def test_a_folder_that_is_no_library_is_built_upon(library: Path, expected: Path) -> None:
    beside = name_successor(library)
    beside.mkdir()
    (beside / "catalogue.sqlite").write_bytes(b"half a page")
    reencode(library, make_new())
    check_same(library, expected)


# Others at work


def test_meanwhile_the_library_answers_and_nobody_else_writes(library: Path, files: Path) -> None:
    reader, old = Library(library, WordEncoder()), read_stored(library)
    before = reader.search(QUESTION, question_language="nl")
    refused: list[str] = []

    def look(_: Progress) -> None:
        assert reader.search(QUESTION, question_language="nl") == before
        assert read_stored(library) == old
        with pytest.raises(LibraryError) as told:
            ingest([files], library, WordEncoder())
        refused.append(str(told.value))
        with pytest.raises(LibraryError) as told:
            reencode(library, make_new())
        refused.append(str(told.value))

    reencode(library, make_new(), look)
    assert refused
    assert all("Another process is writing" in one for one in refused)
    with pytest.raises(LibraryError, match=f"words.*{NEW}|{NEW}.*words"):
        reader.search(QUESTION, question_language="nl")


def test_readers_see_the_old_or_the_new_and_never_a_mixture(library: Path, expected: Path) -> None:
    """Two threads search with an encoder each, while libraries of both take turns."""
    wholes = {
        encoder.name: find_all(Library(folder, encoder))
        for folder, encoder in ((library, WordEncoder()), (expected, make_new()))
    }
    stop = threading.Event()

    def read(encoder: WordEncoder) -> int:
        reader, found = None, 0
        while not stop.is_set():
            try:
                reader = reader or Library(library, encoder)
                assert find_all(reader) == wholes[encoder.name]
                found += 1
            except LibraryError as error:
                assert "was built with the encoder" in str(error)  # noqa: PT017 - it may succeed as well
        return found

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, encoder) for encoder in (WordEncoder(), make_new())]
        try:
            for encoder in (make_new(), WordEncoder()) * 4:
                reencode(library, encoder)
        finally:
            stop.set()
        assert all(reader.result() for reader in readers)


def find_all(library: Library) -> dict[str, Chunk]:
    hits = library.search(QUESTION, question_language="nl", count=1000)
    return {hit.chunk.id: hit.chunk for hit in hits}


# Refused


def test_there_must_be_a_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="There is no library"):
        reencode(tmp_path / "nowhere", make_new())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(library: Path) -> None:
    library.parent.chmod(0o555)
    try:
        with pytest.raises(LibraryError, match=r"library\.reencoded cannot be written"):
            reencode(library, make_new())
    finally:
        library.parent.chmod(0o755)


def test_both_encoders_and_both_ways_out_are_named(library: Path) -> None:
    with pytest.raises(LibraryError) as told:
        Library(library, make_new())
    message = str(told.value)
    assert f"encoder words and cannot be used with {NEW}" in message
    assert "`--encoder words`" in message
    assert f"`fasttrack library reencode --encoder '{NEW}'`" in message


def test_other_weights_of_one_name_are_told(library: Path) -> None:
    retrained = WordEncoder()
    retrained.digest = "0" * 64
    with pytest.raises(LibraryError, match=r"other weights.*reencode --encoder words"):
        Library(library, retrained)
    reencode(library, retrained)
    assert Library(library, retrained).status().encoder == "words"


# Killed

KILL = """
import os, shutil, signal, sys
from pathlib import Path
import ingest.reencode
from index.catalogue import Catalogue
from index.library import Writer
from tests.doubles import WordEncoder

moment, folder, name, limit = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def copy_some(self, other):
    # Page by page, so that it can end in the middle.
    left = []
    def count(_, remaining, total):
        left.append(remaining)
        if len(left) > total // 2:
            die()
    self._connection.backup(other._connection, pages=1, progress=count)

def tell(progress):
    if moment == "encoding" and progress.done > progress.total / 2:
        die()

if moment == "before the switch":
    Catalogue.copy_to = die
if moment == "in the switch":
    Catalogue.copy_to = copy_some
if moment == "after the switch":
    Writer.publish = die
if moment == "before the removal":
    ingest.reencode._remove = die
if moment == "in the removal":
    shutil.rmtree = die
ingest.reencode.reencode(Path(folder), WordEncoder(name, token_limit=int(limit)), tell)
"""


@pytest.mark.parametrize(
    ("moment", "switched"),
    [
        ("encoding", False),
        ("before the switch", False),
        ("in the switch", False),
        ("after the switch", True),
        ("before the removal", True),
        ("in the removal", True),
    ],
)
def test_a_kill_leaves_one_library_whole_and_the_next_run_ends_the_work(
    library: Path, expected: Path, half: int, project_folder: Path, moment: str, switched: bool
) -> None:
    before = read_stored(library)
    if moment == "before the removal":
        # Something must be there for it; the first removal of a run is that of a useless leftover.
        interrupt(library, make_new(stop_after=half))
    done = subprocess.run(
        [sys.executable, "-c", KILL, moment, str(library), NEW, str(NEW_LIMIT)],
        cwd=project_folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert name_successor(library).exists()
    left = Library(library, make_new() if switched else WordEncoder())
    assert left.search(QUESTION, question_language="nl")
    stored = read_stored(library)
    assert stored == (read_stored(expected) if switched else before)
    encoder = make_new()
    again = reencode(library, encoder)
    assert again.changed is not switched
    if moment != "encoding":
        assert encoder.encoded == []
    check_same(library, expected)
