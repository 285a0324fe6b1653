"""Each format has its reader, and every document a title, a language and an identity."""

from pathlib import Path

import pytest

from index.records import UNDETERMINED, Document
from ingest.errors import UnreadableError
from ingest.read import READERS, read_document
from tests.ingest.pdfs import make_pdf
from tests.ingest.word import make_docx
from tests.sayings import SENTENCES


def read(name: str, data: bytes | str) -> Document:
    path = Path("/documents") / name
    return read_document(path, data.encode() if isinstance(data, str) else data, name)


FILES = {
    "report.docx": make_docx("The text.", title="Report"),
    "report.htm": b"<title>Report</title><p>The text.",
    "report.html": b"<h1>Report</h1><p>The text.</p>",
    "report.md": b"# Report\n\nThe text.",
    "report.txt": b"Report\n\nThe text.",
    "report.pdf": make_pdf(["The text."], title="Report"),
}


def test_every_format_is_tried() -> None:
    assert {Path(name).suffix for name in FILES} == set(READERS)


@pytest.mark.parametrize("name", FILES)
def test_the_ending_chooses_the_reader_whatever_its_case(name: str) -> None:
    upper = name.upper()
    document = read(upper, FILES[name])
    assert "The text." in document.text
    assert document.metadata.title == "Report"
    assert document.source == upper


@pytest.mark.parametrize("name", FILES)
def test_only_formats_with_pages_have_pages(name: str) -> None:
    assert bool(read(name, FILES[name]).pages) == name.endswith(".pdf")


@pytest.mark.parametrize("name", ["report.odt", "report", "report.md.bak"])
def test_an_unknown_format_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(UnreadableError, match=r"is not a format that can be read \(.docx, .htm, "):
        read(name, "text")


@pytest.mark.parametrize("name", ["empty.md", "empty.txt"])
@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"], ids=repr)
def test_a_file_without_text_is_refused(name: str, text: str) -> None:
    with pytest.raises(UnreadableError, match="it holds no text"):
        read(name, text)


def test_what_the_file_states_comes_before_what_it_shows_and_what_it_is_called() -> None:
    assert read("the-file_name.md", "---\ntitle: Stated\n---\n# Shown\n\nText.").metadata.title == "Stated"
    assert read("the-file_name.md", "# Shown\n\nText.").metadata.title == "Shown"
    assert read("the-file_name.md", "Text.").metadata.title == "the file name"


@pytest.mark.parametrize("language", SENTENCES)
def test_the_language_is_told_from_the_text_where_the_file_does_not_state_it(language: str) -> None:
    text = " ".join(SENTENCES[language])
    assert read("text.md", text).metadata.language == language
    assert read("text.md", f"---\nlanguage: it\n---\n{text}").metadata.language == "it"


def test_an_unknown_language_is_undetermined_and_all_else_unknown_is_empty() -> None:
    metadata = read("numbers.txt", "12345").metadata
    assert metadata.language == UNDETERMINED
    assert (metadata.country, metadata.organisation, metadata.date, metadata.themes) == ("", "", "", ())


def test_a_document_is_identified_by_where_its_file_lies() -> None:
    assert read("a.txt", "one").id == read("a.txt", "two").id != read("b.txt", "one").id


@pytest.mark.parametrize(
    ("stated", "known"), [("nl-BE", "nl"), ("NL", "nl"), ("pt_BR", "pt"), ("", "en")], ids=str
)
def test_a_stated_language_is_known_by_its_first_part(stated: str, known: str) -> None:
    text = "The social partners of five countries learned from each other."
    document = read("report.md", f"---\nlanguage: {stated}\ncountry: be\n---\n{text}")
    assert document.metadata.language == known
    assert document.metadata.country == "BE"
