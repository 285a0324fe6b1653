"""Word files give their text with headings, lists, tables and notes, or say why they cannot be read."""

import io
import zipfile
from contextlib import suppress

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.docx
from ingest.content import Content
from ingest.docx import read_docx
from ingest.errors import UnreadableError
from tests.ingest.word import (
    W,
    cell,
    make_custom_properties,
    make_docx,
    make_raw_docx,
    mark,
    paragraph,
    run,
    save,
    table,
    with_parts,
)


def sections(content: Content) -> list[tuple[tuple[str, ...], str]]:
    return [(section.path, content.text[section.start : section.end].strip()) for section in content.sections]


def test_paragraphs_are_the_text() -> None:
    content = read_docx(make_docx("First & “best”.", "", "Second\u00a0one."))
    assert content.text == "First & “best”.\n\nSecond\u00a0one."
    assert content.pages == content.sections == ()


def make_report() -> bytes:
    document = Document()
    document.core_properties.title = "Template of 2009"
    document.add_heading("Vision 2030", 0)
    document.add_paragraph("Foreword.")
    document.add_heading("Work", 1)
    document.add_paragraph("Jobs change.")
    document.add_heading("Skills", 2)
    document.add_paragraph("Courses are free.")
    document.add_heading("Economy", 1)
    document.add_paragraph("It grows.")
    return save(document)


def test_headings_are_paths_and_the_title_in_the_text_goes_before_that_of_the_file() -> None:
    content = read_docx(make_report())
    assert content.title == "Vision 2030"
    assert sections(content) == [
        ((), "Foreword."),
        (("Work",), "Jobs change."),
        (("Work", "Skills"), "Courses are free."),
        (("Economy",), "It grows."),
    ]


def test_without_a_title_in_the_text_the_files_own_is_the_title() -> None:
    assert read_docx(make_docx("Text.", title=" Vision\n2030 ")).title == "Vision 2030"
    assert read_docx(make_docx("Text.")).title == ""


def test_a_single_first_heading_is_a_part_as_word_has_a_style_for_titles() -> None:
    document = Document()
    document.core_properties.title = "Vision"
    document.add_heading("Foreword", 1)
    document.add_paragraph("Text.")
    content = read_docx(save(document))
    assert (content.title, sections(content)) == ("Vision", [(("Foreword",), "Text.")])


def test_properties_that_people_add_are_metadata() -> None:
    properties = {
        "Language": "nl-BE",
        "ORGANISATION": "SERV",
        "themes": "skills; labour market ;",
        "Editor": "unknown",
    }
    data = with_parts(make_docx("Text."), {"docProps/custom.xml": make_custom_properties(properties)})
    content = read_docx(data)
    assert content.metadata == {"language": "nl-BE", "organisation": "SERV"}
    assert (content.themes, content.sources) == (("skills", "labour market"), ())


def test_lists_have_bullets_or_numbers() -> None:
    document = Document()
    document.add_paragraph("The points:")
    for text in ("jobs", "skills"):
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("The steps:")
    for text in ("plan", "act"):
        document.add_paragraph(text, style="List Number")
    assert (
        read_docx(save(document)).text == "The points:\n\n- jobs\n- skills\n\nThe steps:\n\n1. plan\n2. act"
    )


def test_a_table_gives_its_rows() -> None:
    document = Document()
    grid = document.add_table(2, 2)
    for place, text in enumerate(["Country", "Budget", "Flanders", "250,000"]):
        grid.cell(*divmod(place, 2)).text = text
    document.add_paragraph("In euro.")
    assert read_docx(save(document)).text == "Country | Budget\n\nFlanders | 250,000\n\nIn euro."


@pytest.mark.parametrize(
    "kind", [WD_BREAK.PAGE, WD_BREAK.COLUMN, WD_BREAK.LINE], ids=["page", "column", "line"]
)
def test_no_break_joins_words(kind: WD_BREAK) -> None:
    document = Document()
    text = document.add_paragraph("one").add_run()
    text.add_break(kind)
    text.add_text("two")
    assert read_docx(save(document)).text == "one two"


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02"
    "fe0def46b80000000049454e44ae426082"
)


def test_pictures_are_left_out() -> None:
    document = Document()
    document.add_paragraph("Before.")
    document.add_picture(io.BytesIO(PIXEL))
    document.add_paragraph("After.")
    assert read_docx(save(document)).text == "Before.\n\nAfter."


INLINE = {
    "insertion": (f'<w:ins w:id="1">{run("new")}</w:ins>', "new"),
    "deletion": ('<w:del w:id="1"><w:r><w:delText>old</w:delText></w:r></w:del>', ""),
    "moved-here": (f'<w:moveTo w:id="1">{run("moved")}</w:moveTo>', "moved"),
    "moved-away": (f'<w:moveFrom w:id="1">{run("moved")}</w:moveFrom>', ""),
    "content-control": (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('chosen')}</w:sdtContent></w:sdt>", "chosen"),
    "link": (f'<w:hyperlink w:anchor="a">{run("a link")}</w:hyperlink>', "a link"),
    "field-code": ("<w:r><w:instrText>PAGE</w:instrText></w:r>", ""),
    "comment": ('<w:r><w:commentReference w:id="0"/></w:r>', ""),
    "tab": ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>", "a b"),
    "soft-hyphen": ("<w:r><w:t>digi</w:t><w:softHyphen/><w:t>tal</w:t></w:r>", "digital"),
    "firm-hyphen": ("<w:r><w:t>E</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r>", "E\u2011mail"),
    "accents-apart": (run("e\u0301te\u0301"), "été"),
}


@pytest.mark.parametrize(("inner", "text"), INLINE.values(), ids=INLINE)
def test_what_stands_in_a_line_gives_the_words_that_word_shows(inner: str, text: str) -> None:
    assert read_docx(make_raw_docx(paragraph(run("One "), inner, run(".")))).text == f"One {text}."


def test_paragraphs_in_content_controls_and_text_boxes_are_text() -> None:
    control = f"<w:sdt><w:sdtContent>{paragraph(run('Inside.'))}</w:sdtContent></w:sdt>"
    shape = f"<w:txbxContent>{paragraph(run('In a box.'))}</w:txbxContent>"
    box = (
        f'<w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml">{shape}</v:textbox></w:pict></w:r>'
    )
    assert read_docx(make_raw_docx(control, paragraph(box))).text == "Inside.\n\nIn a box."


NOTES = {2: paragraph(run(" Without taxes.")), 3: paragraph(run("See SERV.")) + paragraph(run("And Oslo."))}
FIRST, SECOND = "Without taxes.", "See SERV.\n\nAnd Oslo."


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            [paragraph(run("It cost 250,000"), mark(2), run(" in all.")), paragraph(run("Then it ended."))],
            f"It cost 250,000 in all.\n\n{FIRST}\n\nThen it ended.",
        ),
        (
            [paragraph(run("One"), mark(2), run(" and two"), mark(3), run(".")), paragraph(run("End."))],
            f"One and two.\n\n{FIRST}\n\n{SECOND}\n\nEnd.",
        ),
        (
            [
                table([cell(paragraph(run("a"), mark(2))), cell(paragraph(run("b"), mark(3)))]),
                paragraph(run("c")),
            ],
            f"a | b\n\n{FIRST}\n\n{SECOND}\n\nc",
        ),
        ([paragraph(run("Nothing is marked."))], "Nothing is marked."),
    ],
    ids=["one", "two", "table", "none"],
)
def test_a_note_stands_behind_its_paragraph_and_leaves_no_mark(kind: str, body: list[str], text: str) -> None:
    marked = [part.replace("footnoteReference", f"{kind}Reference") for part in body]
    assert read_docx(make_raw_docx(*marked, notes=NOTES, kind=kind)).text == text


def test_a_note_to_a_heading_is_no_part_of_the_heading() -> None:
    styled = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    body = paragraph(styled, run("Work"), mark(2)) + paragraph(run("Jobs change."))
    assert sections(read_docx(make_raw_docx(body, notes=NOTES))) == [(("Work",), f"{FIRST}\n\nJobs change.")]


def test_a_file_without_text_has_none() -> None:
    assert read_docx(make_docx()) == Content(text="")


def zip_of(**parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as new:
        for name, text in parts.items():
            new.writestr(name, text)
    return data.getvalue()


WHOLE = make_report()
WORDS = set(read_docx(WHOLE).text.split())
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
DEEP = "<w:sdt><w:sdtContent>" * 3000 + paragraph(run("deep")) + "</w:sdtContent></w:sdt>" * 3000


@pytest.mark.parametrize(
    "data",
    [b"", b"Just some text.", OLE + bytes(2000), WHOLE[: len(WHOLE) // 2], WHOLE[:-10]],
    ids=["empty", "text", "old-doc", "half", "end-lost"],
)
def test_what_is_no_zip_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"an old \.doc, has to be saved as \.docx first"):
        read_docx(data)


@pytest.mark.parametrize(
    "data",
    [
        zip_of(),
        zip_of(readme="text"),
        with_parts(WHOLE, {"word/document.xml": None}),
        with_parts(WHOLE, {"word/document.xml": ""}),
        with_parts(WHOLE, {"word/document.xml": f"<w:document {W}><w:body>"}),
        with_parts(WHOLE, {"word/document.xml": f"<w:document {W}/>"}),
        with_parts(WHOLE, {"word/styles.xml": "<a>"}),
        with_parts(WHOLE, {"docProps/core.xml": "<a>"}),
        with_parts(WHOLE, {"docProps/custom.xml": "<a>"}),
        make_raw_docx(DEEP),
    ],
    ids=["no-parts", "other-zip", "no-text", "empty", "cut", "no-body", "styles", "core", "custom", "deep"],
)
def test_a_zip_that_is_no_word_file_or_a_broken_one_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="not a Word file that can be read"):
        read_docx(data)


def test_entities_that_multiply_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "many bytes">{entities}]><a>&e9;</a>'
    for part in ("word/document.xml", "docProps/core.xml"):
        with pytest.raises(UnreadableError, match="not a Word file that can be read"):
            read_docx(with_parts(WHOLE, {part: bomb}))


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.docx, "_MOST_BYTES", 1000)
    with pytest.raises(UnreadableError, match=r"it unpacks to \d+ bytes, more than 1000"):
        read_docx(WHOLE)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_file_is_refused_or_gives_only_words_that_were_in_it(
    changes: list[tuple[int, int]],
) -> None:
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    with suppress(UnreadableError):
        assert set(read_docx(bytes(data)).text.split()) <= WORDS
