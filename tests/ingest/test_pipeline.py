"""An ingest does what is new and nothing else, loses nothing when interrupted, and leaves nothing behind."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from index.errors import FastTrackError, LibraryError
from index.library import Library
from index.reading import Reading, read_chunk
from index.records import Mode
from ingest.pipeline import Progress, Report, ingest
from tests.doubles import WordEncoder
from tests.ingest.pdfs import make_pdf
from tests.ingest.stored import read_stored
from tests.sayings import SENTENCES

MODES: tuple[Mode, ...] = ("hybrid", "dense", "dense-raw", "lexical")


def paragraph(language: str, seed: int) -> str:
    """Four sentences of the language, each with a number of its own."""
    random = Random(f"{language} {seed}")
    sentences = random.sample(SENTENCES[language], len(SENTENCES[language]))
    return " ".join(f"{sentence[:-1]} {random.randrange(10_000)}." for sentence in sentences)


def markdown(language: str, seed: int, paragraphs: int = 12) -> str:
    body = "\n\n".join(paragraph(language, 100 * seed + number) for number in range(paragraphs))
    return (
        f"---\ntitle: Document {seed}\nlanguage: {language}\ncountry: BE\n---\n# Document {seed}\n\n{body}\n"
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of seven documents, one of them in a folder below and one with pages."""
    folder = tmp_path / "files"
    (folder / "below").mkdir(parents=True)
    for number, language in enumerate(SENTENCES):
        place = folder / "below" if language == "cs" else folder
        (place / f"{language}.md").write_text(markdown(language, number), encoding="utf-8")
    (folder / "pages.pdf").write_bytes(make_pdf(["Robots lift loads."], ["People watch."], title="Pages"))
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


def without_times(report: Report) -> Report:
    return replace(report, seconds=0.0)


def keep_times(path: Path, data: str) -> None:
    """Change a file so that only its bytes tell: same size, same time."""
    before = path.stat()
    assert len(data.encode()) == before.st_size
    path.write_text(data, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def make_newer(path: Path) -> None:
    before = path.stat()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))


def readings_of(folder: Path, path: Path | None = None) -> dict[str, Reading]:
    """What the encoder reads of each chunk of a library, or of one of its files, by chunk id."""
    library = Library(folder, WordEncoder())
    return {
        chunk.id: read_chunk(entry.metadata.title, chunk)
        for entry in library.entries()
        for chunk in library.chunks_of(entry.id)
        if path is None or entry.path == str(path)
    }


def list_texts(readings: Iterable[Reading]) -> list[str]:
    """All that the encoder is given of these, each text once."""
    return sorted({text for reading in readings for text in (reading.whole, *reading.statements)})


def encode(reading: Reading) -> tuple[bytes, bytes]:
    """A reading's vectors as they are stored."""
    whole, *statements = WordEncoder().encode_passages([reading.whole, *reading.statements])
    return whole.tobytes(), b"".join(vector.astype("<f2").tobytes() for vector in statements)


def expect(read: int = 0, unchanged: int = 0, removed: int = 0, encoded: int = 0) -> dict[str, int]:
    return {"read": read, "unchanged": unchanged, "removed": removed, "encoded": encoded, "skipped": 0}


def counts(report: Report) -> dict[str, int]:
    counted = {name: getattr(report, name) for name in ("read", "unchanged", "removed", "encoded")}
    return counted | {"skipped": len(report.skipped)}


# What is read


def test_every_file_becomes_a_document_with_all_that_is_known_of_it(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    report = ingest([files], library, encoder)
    stored = read_stored(library)
    assert counts(report) == expect(read=7, encoded=report.chunks)
    assert set(stored.documents) == {str(path) for path in files.rglob("*.*")}
    reader = Library(library, encoder)
    assert {
        entry.source: (entry.metadata.title, entry.metadata.language, entry.metadata.country)
        for entry in reader.entries()
    } == {
        **{
            f"{'below/' if language == 'cs' else ''}{language}.md": (f"Document {number}", language, "BE")
            for number, language in enumerate(SENTENCES)
        },
        "pages.pdf": ("Pages", "en", ""),
    }
    assert len(stored.chunks) == report.chunks == reader.status().chunks
    (hit, *_) = reader.search("People watch.", question_language="en")
    assert hit.chunk.last_page == 2


def test_every_chunk_and_statement_is_encoded_once_with_its_context(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    report = ingest([files], library, encoder)
    assert sorted(encoder.encoded) == list_texts(readings_of(library).values())
    assert len(encoder.encoded) > 2 * report.encoded, "a chunk has several statements"
    assert {text.split("\n")[0] for text in encoder.encoded} == {
        *(f"Document {n}" for n in range(6)),
        "Pages",
    }


def test_hidden_files_and_folders_are_left_alone(files: Path, library: Path, encoder: WordEncoder) -> None:
    for hidden in (
        files / ".hidden.md",
        files / ".git" / "notes.md",
        files / "below" / ".cache" / "a" / "b.md",
    ):
        hidden.parent.mkdir(parents=True, exist_ok=True)
        hidden.write_text("Hidden text.")
    report = ingest([files], library, encoder)
    assert counts(report) == expect(read=7, encoded=report.chunks)
    assert not any("Hidden" in text for text in encoder.encoded)


def test_a_hidden_folder_above_the_root_hides_nothing(tmp_path: Path, encoder: WordEncoder) -> None:
    folder = tmp_path / ".home" / "files"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Robots lift loads.")
    assert ingest([folder], tmp_path / "library", encoder).read == 1


def test_a_hidden_file_that_is_named_is_read(tmp_path: Path, library: Path, encoder: WordEncoder) -> None:
    (tmp_path / ".notes.txt").write_text("Robots lift loads.")
    assert ingest([tmp_path / ".notes.txt"], library, encoder).read == 1


def test_an_empty_folder_makes_an_empty_library(tmp_path: Path, library: Path, encoder: WordEncoder) -> None:
    (tmp_path / "empty").mkdir()
    report = ingest([tmp_path / "empty"], library, encoder)
    assert (counts(report), report.chunks) == (expect(), 0)
    assert Library(library, encoder).search("robots", question_language="en") == []


def test_a_path_that_is_not_there_is_named_and_nothing_is_made(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    with pytest.raises(FastTrackError, match=r"There is no file or folder .*nowhere"):
        ingest([files, files / "nowhere"], library, encoder)
    assert not library.exists()


def test_texts_that_stand_in_two_files_are_encoded_once(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    (files / "copy.md").write_bytes((files / "en.md").read_bytes())
    report = ingest([files], library, encoder)
    stored = read_stored(library)
    assert sorted(encoder.encoded) == list_texts(readings_of(library).values())
    assert report.encoded == report.chunks - len(stored.of(files / "copy.md")) < report.chunks
    vectors = [[stored.embedding(id_) for id_ in stored.of(files / name)] for name in ("en.md", "copy.md")]
    assert vectors[0] == vectors[1]


# What is not read again


def test_a_second_run_reads_and_encodes_nothing(files: Path, library: Path, encoder: WordEncoder) -> None:
    first = ingest([files], library, encoder)
    before = read_stored(library), Library(library, encoder).status()
    encoder.encoded.clear()
    second = ingest([files], library, encoder)
    assert counts(second) == expect(unchanged=7)
    assert (second.chunks, encoder.encoded) == (first.chunks, [])
    assert (read_stored(library), Library(library, encoder).status()) == before


def test_a_file_of_the_same_size_and_time_is_not_opened(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    text = (files / "en.md").read_text(encoding="utf-8")
    keep_times(files / "en.md", text.replace("robots", "people"))
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)
    assert read_stored(library) == before


def test_a_touched_file_is_unchanged_and_its_new_time_is_kept(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    encoder.encoded.clear()
    make_newer(files / "en.md")
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)
    assert (read_stored(library).chunks, encoder.encoded) == (before.chunks, [])
    # With its new time kept, it is not opened at the next run.
    text = (files / "en.md").read_text(encoding="utf-8")
    keep_times(files / "en.md", text.replace("robots", "people"))
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)


def test_a_changed_file_encodes_only_the_chunks_that_changed(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    encoder.encoded.clear()
    path = files / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("robots", "machines", 1), encoding="utf-8")
    report = ingest([files], library, encoder)
    after = read_stored(library)
    assert counts(report) == expect(read=1, unchanged=6, encoded=1)
    assert len(after.texts - before.texts) == len(before.texts - after.texts) == 1
    assert len(after.of(path)) == len(before.of(path)) > 1
    [changed] = [one for one in readings_of(library, path).values() if "machines" in one.whole]
    assert len(changed.statements) > 1
    assert sorted(encoder.encoded) == list_texts([changed])


def test_a_chunk_that_only_moves_keeps_its_vectors_and_those_of_its_statements(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    path = files / "more.md"
    sections = [f"## Section {number}\n\n{paragraph('en', 900 + number)}\n\n" for number in range(4)]
    path.write_text("# More\n\n" + "".join(sections[1:]), encoding="utf-8")
    ingest([files], library, encoder)
    known, stored = readings_of(library, path), read_stored(library)
    before = {reading: stored.embedding(id_) for id_, reading in known.items()}
    assert max(len(reading.statements) for reading in known.values()) > 1
    encoder.encoded.clear()
    path.write_text("# More\n\n" + "".join(sections), encoding="utf-8")
    report = ingest([files], library, encoder)
    moved, stored = readings_of(library, path), read_stored(library)
    new = [reading for reading in moved.values() if reading not in before]
    assert counts(report) == expect(read=1, unchanged=7, encoded=len(new))
    assert len(moved) == len(known) + len(new) > len(known)
    assert not set(known) & set(moved), "every chunk begins elsewhere"
    assert sorted(encoder.encoded) == list_texts(new)
    for id_, reading in moved.items():
        assert stored.embedding(id_) == before.get(reading, stored.embedding(id_)) == encode(reading)


def test_a_changed_title_encodes_the_whole_document_anew(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    encoder.encoded.clear()
    path = files / "en.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: Document 1", "title: Other"), encoding="utf-8"
    )
    report = ingest([files], library, encoder)
    readings = readings_of(library, path).values()
    assert counts(report) == expect(read=1, unchanged=6, encoded=len(readings))
    assert sorted(encoder.encoded) == list_texts(readings)


def test_a_renamed_file_is_read_again_and_encodes_nothing(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    encoder.encoded.clear()
    (files / "en.md").rename(files / "below" / "renamed.md")
    assert counts(ingest([files], library, encoder)) == expect(read=1, unchanged=6, removed=1)
    after = read_stored(library)
    assert set(before.documents) - set(after.documents) == {str(files / "en.md")}
    assert set(after.documents) - set(before.documents) == {str(files / "below" / "renamed.md")}
    assert after.texts == before.texts


def test_a_text_that_moves_to_a_later_file_keeps_its_vector(
    tmp_path: Path, library: Path, encoder: WordEncoder
) -> None:
    """The first file gives its text up in the same run in which the second one takes it over."""
    folder = tmp_path / "moving"
    folder.mkdir()
    (folder / "a.md").write_text("# Same title\n\nRobots lift heavy loads.")
    ingest([folder], library, encoder)
    encoder.encoded.clear()
    (folder / "a.md").write_text("# Same title\n\nPeople watch the robots.")
    (folder / "b.md").write_text("# Same title\n\nRobots lift heavy loads.")
    assert counts(ingest([folder], library, encoder)) == expect(read=2, encoded=1)
    assert encoder.encoded == ["Same title\nPeople watch the robots."]
    stored = read_stored(library)
    for id_, reading in readings_of(library).items():
        assert reading.statements == (reading.whole,)
        assert stored.embedding(id_) == encode(reading)


# What is gone


def test_a_removed_file_leaves_nothing_behind(files: Path, library: Path, encoder: WordEncoder) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    (files / "en.md").unlink()
    assert counts(ingest([files], library, encoder)) == expect(unchanged=6, removed=1)
    after = read_stored(library)
    gone = before.of(files / "en.md")
    assert set(after.documents) == set(before.documents) - {str(files / "en.md")}
    assert after.chunks == {id_: chunk for id_, chunk in before.chunks.items() if id_ not in gone}
    for mode in MODES:
        hits = Library(library, encoder).search("robots", question_language="en", count=999, mode=mode)
        assert not {hit.chunk.id for hit in hits} & set(gone)


def test_the_source_of_an_unchanged_file_follows_the_folder_that_was_ingested_last(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    for folder, source in ((files / "below", "cs.md"), (files, "below/cs.md"), (files / "below", "cs.md")):
        ingest([folder], library, encoder)
        entries = Library(library, encoder).entries()
        assert [entry.source for entry in entries if entry.source.endswith("cs.md")] == [source]
    assert len(encoder.encoded) == len(set(encoder.encoded))


def test_an_ingest_of_one_folder_removes_nothing_elsewhere(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    (files / "en.md").unlink()
    (files / "below" / "cs.md").unlink()
    assert counts(ingest([files / "below"], library, encoder)) == expect(removed=1)
    assert str(files / "en.md") in read_stored(library).documents


def test_a_folder_whose_name_begins_alike_is_another_folder(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    beside = files.with_name("files-2")
    beside.mkdir()
    (beside / "a.txt").write_text("Robots lift loads.")
    ingest([files, beside], library, encoder)
    (beside / "a.txt").unlink()
    assert counts(ingest([files], library, encoder)) == expect(unchanged=7)


@pytest.mark.parametrize(
    "chosen",
    [
        [["."], ["below"], ["below/cs.md"]],
        [["below/cs.md"], ["below"], ["."]],
        [[".", "below", "below/cs.md", "."]],
        [["below/cs.md", "below", "."]],
        [["below/../below"], ["."]],
    ],
    ids=["inwards", "outwards", "at-once", "at-once-outwards", "dots"],
)
def test_overlapping_folders_give_no_document_twice(
    files: Path, library: Path, encoder: WordEncoder, chosen: list[list[str]]
) -> None:
    for names in chosen:
        ingest([files / name for name in names], library, encoder)
    alone = WordEncoder()
    ingest([files], library.with_name("alone"), alone)
    assert read_stored(library).chunks == read_stored(library.with_name("alone")).chunks
    assert sorted(encoder.encoded) == sorted(alone.encoded)


def test_a_relative_path_and_a_link_lead_to_the_same_documents(
    files: Path, library: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([files], library, encoder)
    monkeypatch.chdir(files.parent)
    assert counts(ingest([Path("files")], library, encoder)) == expect(unchanged=7)
    Path("link").symlink_to(files)
    assert counts(ingest([Path("link")], library, encoder)) == expect(unchanged=7)


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


# Progress and refusals


def test_progress_rises_to_the_end(files: Path, library: Path, encoder: WordEncoder) -> None:
    (files / "broken.pdf").write_bytes(b"%PDF-")
    size = sum(path.stat().st_size for path in files.rglob("*.*"))
    for _ in range(2):
        told: list[Progress] = []
        report = ingest([files], library, encoder, told.append)
        assert [step.done for step in told] == sorted(step.done for step in told)
        assert {step.total for step in told} == {size}
        assert told[-1].done == pytest.approx(size)
        assert told[-1].encoded == report.encoded


def test_a_library_of_another_encoder_is_refused_before_anything_is_read(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    ingest([files], library, encoder)
    before = read_stored(library)
    other = WordEncoder("letters")
    with pytest.raises(LibraryError, match="built with the encoder words"):
        ingest([files], library, other)
    assert (other.encoded, read_stored(library)) == ([], before)


def test_two_runs_into_new_libraries_give_the_same_report_and_the_same_rows(
    files: Path, library: Path, encoder: WordEncoder
) -> None:
    first = ingest([files], library, encoder)
    second = ingest([files], library.with_name("second"), WordEncoder())
    assert without_times(first) == without_times(second)
    assert read_stored(library) == read_stored(library.with_name("second"))
