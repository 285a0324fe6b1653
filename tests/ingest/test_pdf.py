"""PDFs give the text of their pages without what belongs to the page, or say why they cannot."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import NameObject, NullObject

import ingest.pdf
from index.records import Page
from ingest.content import Content
from ingest.errors import UnreadableError
from ingest.pdf import read_pdf
from tests.ingest.pdfs import Line, Outline, Placed, Span, make_pdf

BODIES = [
    "The social partners of Flanders met in Brussels.",
    "They spoke of skills; the budget was (about) 250,000 euros.",
    "Überstunden, compétences y año: each in its language.",
    "A fourth page ends the report.",
]


def read_or_refuse(data: bytes) -> Content | str:
    """The content, or the reason why there is none; anything else goes through."""
    try:
        return read_pdf(data)
    except UnreadableError as error:
        return str(error)


def page_texts(content: Content) -> list[str]:
    return [content.text[page.start : page.end].strip() for page in content.pages]


def paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_each_page_has_its_number_and_its_text() -> None:
    content = read_pdf(make_pdf(*([body] for body in BODIES)))
    assert page_texts(content) == BODIES
    assert [page.number for page in content.pages] == [1, 2, 3, 4]


def test_pages_follow_each_other_and_cover_the_text() -> None:
    content = read_pdf(make_pdf(*([body] for body in BODIES), []))
    bounds = [0, *(page.end for page in content.pages)]
    assert bounds[:-1] == [page.start for page in content.pages]
    assert bounds[-1] == len(content.text)


def test_a_page_without_text_keeps_its_number() -> None:
    content = read_pdf(make_pdf([BODIES[0]], [], [BODIES[1]]))
    assert page_texts(content) == [BODIES[0], "", BODIES[1]]


def test_the_title_is_the_one_that_the_file_states() -> None:
    assert read_pdf(make_pdf([BODIES[0]], title="  Vision 2030 ")).title == "Vision 2030"
    assert read_pdf(make_pdf([BODIES[0]])).title == ""


def test_properties_state_what_is_known_of_the_file() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(make_pdf([BODIES[0]])))
    writer.add_metadata({"/Language": "nl-BE", "/themes": "skills; pay", "/Producer": "unknown"})
    writer._info[NameObject("/Note")] = NullObject()
    data = io.BytesIO()
    writer.write(data)
    content = read_pdf(data.getvalue())
    assert content.metadata == {"language": "nl-BE"}
    assert (content.themes, content.sources) == (("skills", "pay"), ())


def test_running_headers_footers_and_page_numbers_are_removed() -> None:
    pages = [
        ["SERV report", "Digital agenda", body, "Brussels 2018", f"Page {number} of {len(BODIES)}"]
        for number, body in enumerate(BODIES, start=1)
    ]
    assert page_texts(read_pdf(make_pdf(*pages))) == BODIES


def test_a_running_line_inside_the_text_stays() -> None:
    pages = [["SERV report", body, "and so on"] for body in BODIES]
    pages[2] = ["SERV report", BODIES[2], "", "This was printed:", "SERV report", "Vision", "", "The end"]
    assert paragraphs(page_texts(read_pdf(make_pdf(*pages)))[2]) == [
        *(BODIES[2], "This was printed: SERV report Vision", "The end"),
    ]


def test_amounts_at_the_end_of_a_page_are_not_taken_for_page_numbers() -> None:
    pages = [[body, "", "250000", "120000", "80000", str(n)] for n, body in enumerate(BODIES, start=1)]
    assert page_texts(read_pdf(make_pdf(*pages))) == ["\n".join(page[:-1]) for page in pages]


def test_no_more_lines_are_removed_than_were_looked_at() -> None:
    pages = [[body, "", *["Total: 250000 euro"] * 3, f"Page {n}"] for n, body in enumerate(BODIES)]
    assert page_texts(read_pdf(make_pdf(*pages))) == ["\n".join(page[:-2]) for page in pages]


def test_lines_that_only_some_pages_share_stay() -> None:
    sources = ["Source: SERV", "Source: SERV", "Source: own", "Source: own"]
    pages = [[body, "", source] for body, source in zip(BODIES, sources, strict=True)]
    assert page_texts(read_pdf(make_pdf(*pages))) == ["\n".join(page) for page in pages]


def test_two_pages_are_too_few_to_tell_a_header() -> None:
    pages = [["SERV report", body] for body in BODIES[:2]]
    assert page_texts(read_pdf(make_pdf(*pages))) == ["\n".join(page) for page in pages]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["the digi-", "talisation of work"], "the digitalisation of work"),
        (["the European E-", "Government plan"], "the European E-Government plan"),
        (["from 2018-", "2019 on"], "from 2018-2019 on"),
        (["new skills -", "also digital ones"], "new skills - also digital ones"),
        (["Über-", "stunden"], "Überstunden"),
        (["the digi\xad", "talisation"], "the digitalisation"),
        (["from 2018\xad2019 on"], "from 2018-2019 on"),
        (["público-", "-privada"], "público-privada"),
        (["Im-", "und Export"], "Im- und Export"),
        (["in- en", "uitvoer, korte-", "of lange termijn"], "in- en uitvoer, korte- of lange termijn"),
        (["de ESF-", "projecten"], "de ESF-projecten"),
        (["the long-", "term plan is long-term"], "the long-term plan is long-term"),
        (["the long-", "term plan"], "the longterm plan"),
        (["re-", "sign, or resign, or re-sign"], "resign, or resign, or re-sign"),
        (["state-of-the-", "art, a state-of-the-art plan"], "state-of-the-art, a state-of-the-art plan"),
    ],
    ids=[
        *("word", "compound-name", "years", "dash", "umlaut", "soft", "soft-in-a-line", "repeated", "und"),
        *("en-and-of", "acronym", "elsewhere-with", "elsewhere-nowhere", "elsewhere-without", "several"),
    ],
)
def test_words_cut_at_a_line_end_are_joined(lines: list[str], joined: str) -> None:
    assert read_pdf(make_pdf(lines)).text.strip() == joined


def test_a_word_cut_at_a_page_end_is_joined_and_begins_on_its_page() -> None:
    content = read_pdf(
        make_pdf(["We speak of digi-"], ["talisation and E-"], ["Government, and of 2018-"], ["2019"])
    )
    assert content.text == "We speak of digitalisation and E-Government, and of 2018-2019"
    assert page_texts(content) == [
        "We speak of digi",
        "talisation and E-",
        "Government, and of 2018-",
        "2019",
    ]


def test_a_word_that_the_title_of_the_file_writes_with_a_hyphen_keeps_it() -> None:
    assert read_pdf(make_pdf(["a long-", "term plan"], title="Long-term plan")).text == "a long-term plan"


def test_bullets_are_of_one_kind() -> None:
    assert read_pdf(make_pdf(["The points:", "• jobs", "  •  skills • pay"])).text.splitlines() == [
        *("The points:", "- jobs", "- skills • pay"),
    ]


OUTLINE: Outline = {"Work in towns": (1, {}), "The market and its institutions": (2, {})}
CHAPTERS = (["Work in towns", "Jobs change."], ["The market and its institutions", "It grows."])


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["Work in towns ........ 2", "The market and its institutions ...... 3"], []),
        (["Work in towns . . . . . . 2"], []),
        (["WORK IN TOWNS……………… 2"], []),
        (["The market and", "its institutions ........ 3"], []),
        (["The market", "and its", "institutions ........ 3", "Foreword."], ["Foreword."]),
        (["The market", "and", "its", "institutions ........ 3"], None),
        (["Bread ........ 2", "Work boots ........ 3"], None),
        (["Work in towns, they say ... 2"], None),
    ],
    ids=[
        *(
            "one-line",
            "spaced",
            "capitals",
            "two-lines",
            "three-lines",
            "too-many-lines",
            "prices",
            "sentence",
        ),
    ],
)
def test_contents_lines_go_but_other_lines_with_leaders_stay(
    lines: list[str], kept: list[str] | None
) -> None:
    content = read_pdf(make_pdf(["Overview", *lines], *CHAPTERS, outline=OUTLINE))
    assert (
        page_texts(content)[0].split() == " ".join(["Overview", *(lines if kept is None else kept)]).split()
    )
    assert [section.path for section in content.sections] == [(), *((title,) for title in OUTLINE)]


def test_without_an_outline_leaders_do_not_tell_contents() -> None:
    lines = ["Work in towns ........ 2", "Text."]
    assert read_pdf(make_pdf(lines)).text.splitlines() == lines


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("shape", ["{} / {}", "Page {} of {}", "– {}/{} –"])
def test_numbers_of_pages_are_removed_from_files_of_any_length(count: int, shape: str) -> None:
    pages = [[body, shape.format(n, count)] for n, body in enumerate(BODIES[:count], start=1)]
    assert page_texts(read_pdf(make_pdf(*pages))) == BODIES[:count]


def test_other_numbers_at_the_end_of_two_pages_stay() -> None:
    pages = [[BODIES[0], "", "2 / 3"], [BODIES[1], "", "Of 5 in 7"]]
    assert page_texts(read_pdf(make_pdf(*pages))) == ["\n".join(page) for page in pages]


def mark(number: int) -> Span:
    return Span(str(number), 7, 4)


def note(text: str) -> list[Span]:
    return [Span(text, 8)]


CUT = [Span("They agreed"), mark(1), Span(" in 2018 that the")]
FOOTNOTES: dict[str, tuple[list[list[Line]], str]] = {
    "mark-and-note": (
        [
            [
                "The plan was new.",
                [Span("It cost 250,000"), mark(3), Span(" in all.")],
                note("3 Without taxes."),
            ]
        ],
        "The plan was new. It cost 250,000 in all.\n\nWithout taxes.",
    ),
    "mark-without-note": ([[[Span("an area of 5 m"), mark(2), Span(" in all")]]], "an area of 5 m2 in all"),
    "sentence-goes-on": (
        [["It began.", "", CUT, note("1 In Brussels.")], ["talks go on."]],
        "It began.\n\nIn Brussels.\n\nThey agreed in 2018 that the talks go on.",
    ),
    "word-goes-on": (
        [
            ["It began.", "", [Span("They agreed"), mark(1), Span(" on digi-")], note("1 In Oslo.")],
            ["talisation."],
        ],
        "It began.\n\nIn Oslo.\n\nThey agreed on digitalisation.",
    ),
    "nothing-goes-on": (
        [["It began.", "", CUT, note("1 In Brussels.")], [[Span("The next chapter", 20)]]],
        "It began.\n\nThey agreed in 2018 that the\n\nIn Brussels.\n\nThe next chapter",
    ),
    "short-line-before-the-sentence": (
        [
            [*["All went well, and all were glad."] * 2, "It began.", CUT, note("1 In Oslo.")],
            ["talks go on."],
        ],
        "All went well, and all were glad. All went well, and all were glad. It began.\n\nIn Oslo.\n\n"
        "They agreed in 2018 that the talks go on.",
    ),
    "last-page": (
        [["It began.", "", CUT, note("1 In Brussels.")], []],
        "It began.\n\nThey agreed in 2018 that the\n\nIn Brussels.",
    ),
    "two-notes": (
        [
            [
                "It began.",
                [Span("One"), mark(1), Span(", two"), mark(2)],
                note("1 A"),
                note("b."),
                note("2 C."),
            ]
        ],
        "It began. One, two\n\nA b.\n\nC.",
    ),
    "footer": (
        [["The area was large.", note("1 SERV report")], ["It was in Flanders.", note("2 SERV report")]],
        "The area was large.\n\n1 SERV report\n\nIt was in Flanders.\n\n2 SERV report",
    ),
}


@pytest.mark.parametrize(("pages", "text"), FOOTNOTES.values(), ids=FOOTNOTES)
def test_footnotes_interrupt_no_sentence_and_leave_no_mark(pages: list[list[Line]], text: str) -> None:
    assert read_pdf(make_pdf(*pages)).text == text


def sections(content: Content) -> list[tuple[tuple[str, ...], str]]:
    return [(section.path, content.text[section.start : section.end].strip()) for section in content.sections]


def test_the_outline_tells_the_sections_where_its_titles_stand_as_lines() -> None:
    data = make_pdf(
        ["Foreword of the council."],
        ["work in", "Jobs change.", "Work in towns is not a heading."],
        ["SKILLS", "Courses are free.", "Economy", "It grows."],
        outline={
            "Work  in": (1, {"Skills": (2, {})}),
            "Economy": (2, {}),
            "Not in the text": (2, {}),
            "Nowhere": (None, {}),
        },
    )
    assert sections(read_pdf(data)) == [
        ((), "Foreword of the council."),
        (("Work in",), "Jobs change.\nWork in towns is not a heading."),
        (("Work in", "Skills"), "Courses are free."),
        (("Economy",), "It grows."),
    ]


def test_a_title_in_the_outline_is_looked_for_on_its_own_page_only() -> None:
    outline = {"Work": (1, {})}
    content = read_pdf(
        make_pdf(["Contents", "Work"], ["Jobs change.", "Work", "More of it."], outline=outline)
    )
    assert sections(content) == [((), "Contents Work\n\nJobs change."), (("Work",), "More of it.")]


TITLE = "The market for work and its institutions"


@pytest.mark.parametrize(
    ("lines", "paths"),
    [
        (["It ends here, and so ends the first part.", TITLE, "It grows."], [(), (TITLE,)]),
        (["It ends here.", "The market for work", "and its institutions", "It grows."], [(), (TITLE,)]),
        (["It ends here.", "The market for work and its insti-", "tutions", "It grows."], [(), (TITLE,)]),
        (["They study that which they call", f"{TITLE}.", "It grows."], []),
    ],
    ids=["one-line", "two-lines", "cut-word", "sentence"],
)
def test_a_title_in_the_outline_is_a_paragraph_though_it_looks_like_text(
    lines: list[str], paths: list[tuple[str, ...]]
) -> None:
    content = read_pdf(make_pdf(lines, outline={TITLE: (0, {})}))
    assert [section.path for section in content.sections] == paths
    assert len(paragraphs(content.text)) == (3 if paths else 1)


def test_a_title_is_found_however_its_letters_are_composed() -> None:
    data = make_pdf(["Avant-propos.", "Économie", "Elle croît."], outline={"E\u0301conomie": (0, {})})
    assert sections(read_pdf(data)) == [((), "Avant-propos."), (("Économie",), "Elle croît.")]


COLUMN = ["The social partners of Flanders", "spoke of skills and of work, and", "they agreed that all the"]
GOES_ON = ["Flemish towns need more of both.", "Then they went home."]
PAGE_ENDS = {
    "sentence": ([COLUMN, GOES_ON], "all the Flemish towns"),
    "word": ([[*COLUMN, "towns need more and more digi-"], ["talisation, and soon."]], "digitalisation, and"),
    "hyphen": ([[*COLUMN, "E-"], ["Government, and soon."]], "all the E-Government, and"),
    "date": (
        [[*COLUMN, "towns will have had more by the"], ["28. November, and soon."]],
        "by the 28. November",
    ),
    "ended": ([[*COLUMN, "towns need more."], GOES_ON], "need more.\n\nFlemish towns"),
    "heading": ([COLUMN, [[Span("Skills", 16)]]], "all the\n\nSkills"),
    "item": ([COLUMN, ["- skills"]], "all the\n\n- skills"),
    "items": ([["1. towns and cities"], ["2. skills"]], "1. towns and cities\n\n2. skills"),
    "short-line": ([[*COLUMN, "towns"], GOES_ON], "towns\n\nFlemish towns"),
    "small-letter": ([[*COLUMN, "towns"], ["need more."]], "towns need more."),
    "empty-page": ([COLUMN, [], GOES_ON], "all the Flemish towns"),
}


@pytest.mark.parametrize(("pages", "text"), PAGE_ENDS.values(), ids=PAGE_ENDS)
def test_a_page_end_parts_paragraphs_but_not_a_sentence(pages: list[list[Line]], text: str) -> None:
    assert text in read_pdf(make_pdf(*pages)).text


def test_what_stands_where_on_the_page_tells_paragraphs() -> None:
    left = [Placed(line, 60, 700 - 14 * place) for place, line in enumerate(COLUMN)]
    right = [Placed(line, 320, 700 - 14 * place) for place, line in enumerate(GOES_ON)]
    apart = [Placed("Another paragraph stands apart.", 320, 644)]
    content = read_pdf(make_pdf([Placed("Skills", 60, 740, 20), *left, *right, *apart]))
    assert paragraphs(content.text) == ["Skills", " ".join([*COLUMN, *GOES_ON]), apart[0].text]


def test_a_mark_from_a_font_of_symbols_is_a_bullet_too() -> None:
    assert "- jobs" in ingest.pdf._flow("\uf0a7 jobs", set())


def test_without_an_outline_there_are_no_sections() -> None:
    assert read_pdf(make_pdf(["Work", "Jobs change."])).sections == ()


def test_a_file_that_needs_a_password_is_told_so() -> None:
    with pytest.raises(UnreadableError, match="locked with a password"):
        read_pdf(make_pdf([BODIES[0]], user_password="secret", owner_password="other"))


def test_a_file_that_is_only_protected_against_changes_is_read() -> None:
    data = make_pdf([BODIES[0]], user_password="", owner_password="secret")
    assert read_pdf(data).text.strip() == BODIES[0]


def test_pages_without_any_text_are_told_to_need_text_recognition() -> None:
    with pytest.raises(UnreadableError, match="text recognition"):
        read_pdf(make_pdf([], []))


def test_a_file_that_claims_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.pdf, "_MOST_PAGES", 3)
    with pytest.raises(UnreadableError, match="claims 4 pages, more than 3"):
        read_pdf(make_pdf(*([body] for body in BODIES)))


@pytest.mark.parametrize(
    "data", [b"", b"Just some text.", b"%PDF-1.7\n", b"\0" * 2000], ids=["empty", "text", "head", "zeros"]
)
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="not a PDF that can be read"):
        read_pdf(data)


WHOLE = make_pdf(*([body] for body in BODIES), title="Vision")


@settings(max_examples=150)
@given(
    st.integers(0, len(WHOLE)),
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=6),
)
def test_a_damaged_file_is_read_or_refused_with_a_reason(length: int, changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    outcome = read_or_refuse(bytes(data[:length]))
    if isinstance(outcome, Content):
        assert outcome.pages[-1].end == len(outcome.text)
    else:
        assert outcome.startswith(("it is", "it claims", "its pages"))


SHARED = Path(__file__).parents[3] / "shared" / "data" / "pdfs"
MANIFEST = SHARED / "manifest.tsv"
ROWS = list(csv.DictReader(MANIFEST.open(encoding="utf-8"), delimiter="\t")) if MANIFEST.is_file() else []
# Its owner's password is empty, so whoever tries the empty one owns it. PDFium tries it as a user's only.
OPENS_FOR_ITS_OWNER = "enc_user_password.pdf"


def rows(*expected: str) -> pytest.MarkDecorator:
    """The real PDFs of which one of these outcomes is expected."""
    chosen = [pytest.param(row, id=row["file"]) for row in ROWS if row["expect"] in expected]
    absent = pytest.param({}, id="absent", marks=pytest.mark.skip(f"no PDFs at {SHARED}"))
    return pytest.mark.parametrize("row", chosen or [absent])


def read_shared(row: dict[str, str]) -> Content:
    return read_pdf((SHARED / row["file"]).read_bytes())


@rows("text")
def test_a_real_pdf_gives_about_as_much_text_as_another_reader_finds(row: dict[str, str]) -> None:
    content = read_shared(row)
    assert len(content.pages) == int(row["pages_pdfium"])
    assert len(content.text) == pytest.approx(int(row["chars_pdfium"]), rel=0.05, abs=10)
    assert content.pages[-1] == Page(len(content.pages), content.pages[-1].start, len(content.text))


@rows("reject", "reject_or_empty")
def test_a_real_file_that_is_no_pdf_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(UnreadableError, match="not a PDF that can be read"):
        read_shared(row)


@rows("needs_ocr")
def test_a_real_scan_is_told_to_need_text_recognition(row: dict[str, str]) -> None:
    with pytest.raises(UnreadableError, match="text recognition"):
        read_shared(row)


@rows("password")
def test_a_real_locked_file_is_told_so(row: dict[str, str]) -> None:
    if row["file"] == OPENS_FOR_ITS_OWNER:
        assert "pdf encryption test" in read_shared(row).text
    else:
        with pytest.raises(UnreadableError, match="locked with a password"):
            read_shared(row)


@rows("text_or_reject", "must_end")
def test_a_real_broken_file_is_read_or_refused_and_ends(row: dict[str, str]) -> None:
    outcome = read_or_refuse((SHARED / row["file"]).read_bytes())
    assert outcome.text.strip() if isinstance(outcome, Content) else "not a PDF that can be read" in outcome
