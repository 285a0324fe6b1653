"""An ingest tells what cannot be read, reads all else, and loses nothing when interrupted."""

import os
from pathlib import Path

import pytest

from index.errors import FastTrackError
from index.library import Library
from ingest.pipeline import ingest
from tests.doubles import WordEncoder
from tests.ingest.folders import counts, expect, list_texts, readings_of
from tests.ingest.pdfs import make_pdf
from tests.ingest.stored import read_stored

# What cannot be read

UNREADABLE = {
    "broken.pdf": (b"%PDF-1.7 and no more", "it is not a PDF that can be read"),
    "locked.pdf": (make_pdf(["x"], user_password="a", owner_password="b"), "it is locked with a password"),
    "scan.pdf": (make_pdf([]), "text recognition"),
    "front.md": (b"---\ntitle: [open\n---\nText.", "its front matter is not valid YAML"),
    "binary.txt": (b"\x89PNG\r\n\x1a\n\0\0\xff", "not text"),
    "empty.txt": (b"", "it holds no text"),
    "report.odt": (b"PK", ".odt is not a format that can be read (.docx, .htm, .html, .md, .pdf, .txt)"),
    "report.docx": (b"PK", "it is not a Word file of the format .docx"),
    "Makefile": (b"all:", "a file without ending is not a format that can be read"),
}


def test_what_cannot_be_read_is_told_with_the_reason_and_all_else_is_read(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    for name, (data, _) in UNREADABLE.items():
        (files / name).write_bytes(data)
    report = ingest([files], library, encoder)
    assert report.read == 7
    reasons = {skipped.source: skipped.reason for skipped in report.skipped}
    assert set(reasons) == set(UNREADABLE)
    assert [name for name, (_, reason) in UNREADABLE.items() if reason not in reasons[name]] == []
    assert not any("stays in the library" in reason for reason in reasons.values())


@pytest.mark.parametrize("name", ["en.md", "pages.pdf"])
def test_a_file_that_becomes_unreadable_keeps_its_earlier_version_until_it_is_gone(
    files: Path, library: Path, encoder: WordEncoder, name: str
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    readable = (files / name).read_bytes()
    (files / name).write_bytes(b"---\na: [\n---\n" if name.endswith(".md") else b"%PDF-")
    for _ in range(2):
        report = ingest([files], library, encoder)
        assert (report.read, report.unchanged, report.removed) == (0, 6, 0)
        (skipped,) = report.skipped
        assert skipped.source == name
        assert skipped.reason.endswith("; the version read earlier stays in the library")
        assert read_stored(library) == before
    (files / name).write_bytes(readable)
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)
    (files / name).write_bytes(b"---\na: [\n---\n")
    (files / name).unlink()
    assert counts(ingest([files], library, encoder)) == expect(unchanged=6, removed=1)


def test_a_name_that_is_not_utf8_is_told_and_all_else_is_read(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    (files / os.fsdecode(b"caf\xe9.txt")).write_text("Robots lift loads.")
    (files / os.fsdecode(b"\xe9t\xe9")).mkdir()
    (files / os.fsdecode(b"\xe9t\xe9") / "a.txt").write_text("Robots lift loads.")
    report = ingest([files], library, encoder)
    assert report.read == 7
    assert {skipped.source for skipped in report.skipped} == {"caf\ufffd.txt", "\ufffdt\ufffd/a.txt"}
    assert all("not valid UTF-8: rename" in skipped.reason for skipped in report.skipped)


def test_surrogates_in_front_matter_are_stored_as_characters(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    (files / "en.md").write_text('---\ntitle: "Work \\ud83d\\ude00 \\ud83d"\n---\nText.')
    assert ingest([files], library, encoder).read == 7
    assert "Work 😀 \ufffd" in {entry.metadata.title for entry in Library(library, encoder).entries()}


def refuse(name: str, error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let looking into a folder or at a file of this name fail, as the superuser sees no refusals."""
    scandir, stat = os.scandir, Path.stat

    def scandir_or_fail(path: str) -> object:
        if Path(path).name == name:
            error.filename = path
            raise error
        return scandir(path)

    def stat_or_fail(path: Path, **options: bool) -> os.stat_result:
        if path.name == name and path.suffix:
            raise error
        return stat(path, **options)

    monkeypatch.setattr(os, "scandir", scandir_or_fail)
    monkeypatch.setattr(Path, "stat", stat_or_fail)


DENIED = PermissionError(13, "Permission denied")
VANISHED = FileNotFoundError(2, "No such file or directory")


@pytest.mark.parametrize("name", ["below", "en.md"])
def test_what_cannot_be_looked_into_is_told_and_its_documents_stay(
    files: Path, library: Path, encoder: WordEncoder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    refuse(name, DENIED, monkeypatch)
    report = ingest([files], library, encoder)
    assert (report.unchanged, report.removed) == (6, 0)
    (skipped,) = report.skipped
    assert skipped.source == name
    assert skipped.reason.startswith("it cannot be read (Permission denied)")
    assert read_stored(library) == before


@pytest.mark.parametrize("name", ["below", "en.md"])
def test_what_vanishes_while_files_are_looked_for_is_gone(
    files: Path, library: Path, encoder: WordEncoder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([files], library, encoder)
    refuse(name, VANISHED, monkeypatch)
    assert counts(ingest([files], library, encoder)) == expect(unchanged=6, removed=1)


def test_a_root_that_cannot_be_looked_into_is_told_by_its_path(
    files: Path, library: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse("files", DENIED, monkeypatch)
    (skipped,) = ingest([files], library, encoder).skipped
    assert skipped.source == str(files)


def test_a_link_to_itself_is_told(tmp_path: Path, library: Path, encoder: WordEncoder) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(FastTrackError, match="loop cannot be read"):
        ingest([tmp_path / "loop"], library, encoder)


def test_links_that_lead_nowhere_end_no_ingest(files: Path, library: Path, encoder: WordEncoder) -> None:
    (files / "nowhere.md").symlink_to(files / "missing.md")
    (files / "loop.md").symlink_to(files / "loop.md")
    report = ingest([files], library, encoder)
    assert (report.read, [skipped.source for skipped in report.skipped]) == (7, ["loop.md"])


# Interruptions


@pytest.mark.parametrize("stop_after", [0, 1, 150, 250, 360])
def test_an_interrupted_ingest_ends_when_run_again_like_an_undisturbed_one(
    files: Path, library: Path, stop_after: int
) -> None:
    undisturbed = WordEncoder()
    report = ingest([files], library.with_name("undisturbed"), undisturbed)
    assert len(undisturbed.encoded) > stop_after
    interrupted, resumed = WordEncoder(stop_after=stop_after), WordEncoder()
    with pytest.raises(KeyboardInterrupt):
        ingest([files], library, interrupted)
    kept = read_stored(library)
    known = list_texts(readings_of(library).values()) if kept.documents else []
    again = ingest([files], library, resumed)
    assert again.read + again.unchanged == report.read
    assert again.unchanged == len(kept.documents)
    assert read_stored(library) == read_stored(library.with_name("undisturbed"))
    assert sorted({*interrupted.encoded, *resumed.encoded}) == sorted(undisturbed.encoded)
    assert len(resumed.encoded) == len(undisturbed.encoded) - len(known)
    assert again.encoded == report.encoded - len(kept.chunks)


def test_some_documents_are_kept_when_an_ingest_is_interrupted_late(files: Path, library: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ingest([files], library, WordEncoder(stop_after=250))
    kept = read_stored(library)
    assert 0 < len(kept.documents) < 7
    hits = Library(library, WordEncoder()).search("robots", question_language="en", count=999, mode="dense")
    assert {hit.chunk.id for hit in hits} == set(kept.chunks)


def test_an_interrupted_change_keeps_the_earlier_version(files: Path, library: Path) -> None:
    ingest([files], library, WordEncoder())
    before = read_stored(library)
    for path in files.glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("robots", "machines"), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        ingest([files], library, WordEncoder(stop_after=0))
    assert read_stored(library).chunks == before.chunks
