"""HTML gives the words of a page's main text, block by block, in whatever encoding it is."""

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.content import Content
from ingest.errors import UnreadableError
from ingest.html import read_html


def read(text: str) -> Content:
    return read_html(text.encode())


CZECH, FRENCH = "Žluťoučký kůň příliš pěl – „ďábelské“ ódy", "L’année où l’été coûte 5 €"
CHARSET, EQUIVALENT = (
    '<meta charset="{}">',
    '<meta http-equiv="Content-Type" content="text/html; charset={}">',
)


@pytest.mark.parametrize(
    ("text", "encoding", "head"),
    [
        (CZECH, "utf-8", ""),
        (CZECH, "utf-8-sig", ""),
        (CZECH, "utf-16", ""),
        (CZECH, "utf-8", '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'),
        (CZECH, "cp1250", CHARSET.format("windows-1250")),
        ("Žluťoučký kůň příliš pěl", "iso8859-2", EQUIVALENT.format("ISO-8859-2")),
        (CZECH, "cp1250", ""),
        (FRENCH, "cp1252", CHARSET.format("windows-1252")),
        (FRENCH, "cp1252", CHARSET.format("iso-8859-1")),
        (FRENCH, "cp1252", ""),
        (FRENCH, "cp1252", CHARSET.format("utf-8")),
        (FRENCH, "cp1252", CHARSET.format("nonsense")),
        (FRENCH, "utf-8", CHARSET.format("iso-8859-1")),
        (FRENCH, "utf-8", CHARSET.format("utf-16")),
        ("a\u200bb", "utf-8", ""),
        ("Социальные партнёры", "koi8-r", CHARSET.format("koi8-r")),
    ],
    ids=[
        *(
            "utf8",
            "byte-order-mark",
            "utf16",
            "xml",
            "declared-cp1250",
            "declared-latin2",
            "undeclared-cp1250",
        ),
        *("declared-cp1252", "called-latin1", "undeclared-cp1252", "wrongly-utf8", "unknown-name"),
        *("utf8-called-latin1", "utf8-called-utf16", "few-letters", "koi8"),
    ],
)
def test_a_page_is_read_letter_by_letter_in_the_encoding_it_is_in(
    text: str, encoding: str, head: str
) -> None:
    assert read_html(f"{head}<p>{text}</p>".encode(encoding)).text == text


def test_xhtml_gives_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert (
        read('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><p>a</p></html>').text == "a"
    )
    assert not list(recwarn)


@pytest.mark.parametrize(
    "data", [b"<p>text\0with a null", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"], ids=["null", "png"]
)
def test_binary_data_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="not text"):
        read_html(data)


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n",
        "\ufeff",
        "<html></html>",
        "<body><!-- nothing --></body>",
        "<nav>Home</nav>",
        "<p>&nbsp;</p>",
    ],
    ids=repr,
)
def test_a_page_without_text_has_none(page: str) -> None:
    content = read(page)
    assert (content.text.strip(), content.sections) == ("", ())


BLOCKS = {
    "paragraphs": ("<p>one<p>two</p>three", "one\n\ntwo\n\nthree"),
    "white-space": ("<p>one\n\t two </p> <p> </p>", "one two"),
    "inline": ("<p>a <b>bold</b>er <i>w</i>ord</p>", "a bolder word"),
    "break": ("<p>one<br>two<br/>three</p>", "one two three"),
    "no-break-space": ("<p>250&nbsp;000 €\u00a0</p>", "250\u00a0000 €\u00a0"),
    "soft-hyphen": ("<p>digi&shy;tali\u00adsation</p>", "digitalisation"),
    "accents-apart": ("<p>e\u0301te&#x301;</p>", "été"),
    "entities": ("<p>R&amp;D &lt;b&gt; &copy; &#8364;</p>", "R&D <b> © €"),
    "lone-surrogate": ("<p>a&#xd800;b</p>", "a\ufffdb"),
    "picture": ('<p>a <img src="m.png" alt="map"><img src="n.png"> b</p>', "a map b"),
    "comment": ("<p>a<!-- b --><!-- c</p><p>d --></p>", "a"),
    "cdata": ("<p>a<![CDATA[b]]></p>c", "a\n\nc"),
    "instruction": ("<?php echo 1 ?><p>a</p>", "a"),
    "doctype": ("<!DOCTYPE html><p>a</p>", "a"),
    "verbatim": ("<pre>\na = 1\n\n  b  = 2\n</pre>c", "a = 1\n\n  b  = 2\n\nc"),
    "verbatim-break": ("<pre>a<br>b</pre>", "a\nb"),
    "verbatim-ends": ("<pre>a\nb</pre><p>c\nd</p>", "a\nb\n\nc d"),
    "quote": ("a<blockquote>b</blockquote>c", "a\n\nb\n\nc"),
    "definitions": ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n\nb"),
    "details": ("<details><summary>a</summary>b</details>", "a\n\nb"),
    "form-around-all": ("<form><p>a</p><input value=b><select><option>c</select></form>", "a"),
    "list": ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
    "list-in-list": ("<ul><li>a<ul><li>b</li></ul></li><li>c</ul>", "- a\n- b\n- c"),
    "list-of-paragraphs": ("<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>", "- a\n\nb\n\n- c"),
    "empty-item": ("<ul><li></li><li>a</li></ul>b", "- a\n\nb"),
    "numbers": ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
    "numbers-start": ("<ol start=9><li>a<li>b</ol>", "9. a\n10. b"),
    "numbers-below-zero": ("<ol start=-1><li>a<li>b</ol>", "-1. a\n0. b"),
    "numbers-value": ("<ol><li>a<li value=5>b<li>c</ol>", "1. a\n5. b\n6. c"),
    "numbers-no-start": ("<ol start=two><li>a</ol>", "1. a"),
    "numbers-raised-start": ("<ol start=²><li>a</ol>", "1. a"),
    "numbers-huge": (f"<ol start={'9' * 5000}><li>a</ol>", "1. a"),
    "numbers-in-numbers": ("<ol><li>a<ol><li>b<li>c</ol><li>d</ol>", "1. a\n1. b\n2. c\n2. d"),
    "bullets-in-numbers": ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n- b\n2. c"),
    "numbers-wrapped": ("<ol><div><li>a<li>b</div></ol>", "1. a\n2. b"),
    "item-of-no-list": ("<li>a", "- a"),
}


@pytest.mark.parametrize(("page", "text"), BLOCKS.values(), ids=BLOCKS)
def test_each_block_gives_its_words(page: str, text: str) -> None:
    assert read(page).text == text


TABLES = {
    "rows": ("<table><tr><th>A<th>B<tr><td>x<td>y</table>", "A | B\n\nx | y"),
    "groups": ("<table><thead><tr><th>A<tbody><tr><td>x<tfoot><tr><td>y</table>", "A\n\nx\n\ny"),
    "caption": ("<table><caption>T</caption><tr><td>a<td>b</table>c", "T\n\na | b\n\nc"),
    "empty-cell": ("<table><tr><td>a<td><td>c<tr><td><td></table>", "a |  | c"),
    "paragraph-in-each-cell": ("<table><tr><td><p>a</p><td><div>b</div></table>", "a | b"),
    "lines-in-a-cell": ("<table><tr><td>a<br>b<td><pre>c\nd</pre></table>", "a b | c d"),
    "text-around-a-paragraph": ("<table><tr><td>a<p>b</p>c<td>d</table>", "a b c | d"),
    "hidden-cell": ("<table><tr><td>a<td hidden>b<td>c</table>", "a | c"),
    "layout-by-paragraphs": ("<table><tr><td><p>a</p><p>b</p><td>c</table>", "a\n\nb\n\nc"),
    "layout-by-heading": ("<table><tr><td><h2>a</h2>b<td>c</table>", "a\n\nb\n\nc"),
    "layout-by-list": ("<table><tr><td><ul><li>a<li>b</ul><td>c</table>", "- a\n- b\n\nc"),
    "data-in-layout": (
        "<table><tr><td>menu<td><table><tr><th>A<th>B<tr><td>x<td>y</table>end</table>",
        "menu\n\nA | B\n\nx | y\n\nend",
    ),
    "row-in-a-row": ("<table><tr><td>a<td><div><tr><td>b<td>c</table>d", "a\n\nb | c\n\nd"),
    "layout-in-layout": (
        "<table><tr><td><table><tr><td><p>a</p><p>b</p></table><td>c</table>",
        "a\n\nb\n\nc",
    ),
}


@pytest.mark.parametrize(("page", "text"), TABLES.values(), ids=TABLES)
def test_rows_of_data_are_lines_and_a_layout_is_not(page: str, text: str) -> None:
    assert read(page).text == text


LEFT_OUT = [
    *(
        "nav",
        "footer",
        "aside",
        "script",
        "style",
        "template",
        "noscript",
        "button",
        "textarea",
        "svg",
        "iframe",
    ),
]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_not_the_text_is_left_out(name: str) -> None:
    assert read(f"<p>One</p><{name}>Not this.</{name}><p>two</p>").text == "One\n\ntwo"


@pytest.mark.parametrize(
    "page",
    [
        "<p>One</p><div hidden><p>Not this.</p></div><p>two</p>",
        "<p>One</p><nav><ul><li>Not<li>this.</ul></nav><p>two</p>",
        "<main><p>One</p><p>two</p></main><p>Not this.</p>",
        "<div>Not this.</div><div role=main><p>One</p><p>two</p></div>",
        "Not this.<article><main><nav>Not this.</nav>One<p>two</main></article>",
        "<main></main><p>One<p>two",
        "<main hidden>Not this.</main><p>One<p>two",
    ],
    ids=["hidden", "navigation", "main", "role", "navigation-in-main", "empty-main", "hidden-main"],
)
def test_the_main_text_is_read_where_the_page_tells_it(page: str) -> None:
    assert read(page).text == "One\n\ntwo"


def sections(page: str) -> list[tuple[tuple[str, ...], str]]:
    content = read(page)
    return [(section.path, content.text[section.start : section.end].strip()) for section in content.sections]


def test_headings_are_paths_and_the_single_highest_is_the_title() -> None:
    page = (
        "<h1>Vision <em>2030</em></h1>Intro.<h2>Work</h2>Jobs.<h3>Skills</h3>Courses.<h2>Trade</h2>It grows."
    )
    assert sections(page) == [
        ((), "Intro."),
        (("Work",), "Jobs."),
        (("Work", "Skills"), "Courses."),
        (("Trade",), "It grows."),
    ]
    assert read(page).title == "Vision 2030"


def test_a_block_in_a_heading_or_behind_it_is_no_part_of_the_heading() -> None:
    assert sections("<h2>Work<p>Jobs.</p></h2>More.") == [(("Work",), "Jobs.\n\nMore.")]
    assert sections("<h2>Work<ul><li>Jobs.</ul></h2>More.") == [(("Work",), "- Jobs.\n\nMore.")]


META = '<meta name="title" content="Stated">'


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Tab</title><h1>Shown</h1>a", "Shown"),
        (f"<title>Tab</title>{META}<h1>Shown</h1>a", "Shown"),
        (f"<title>Tab</title>{META}<h2>Part</h2>a", "Stated"),
        ("<title> Tab\n of it </title><h1>Part</h1>a<h1>Other</h1>b", "Tab of it"),
        ("<svg><title>Icon</title></svg><p>a</p>", ""),
        ("<p>a</p>", ""),
    ],
    ids=["heading", "heading-before-meta", "meta-before-tab", "tab", "icon", "none"],
)
def test_the_title_is_the_one_shown_or_else_the_one_stated(page: str, title: str) -> None:
    assert read(page).title == title


def test_meta_tags_state_what_is_known_in_any_case() -> None:
    head = {
        "Language": "cs",
        "KIND": "report",
        "themes": "skills; labour market",
        "viewport": "wide",
        "date": " ",
    }
    tags = "".join(f'<meta name="{name}" content="{value}">' for name, value in head.items())
    content = read(f"<head>{tags}<meta name=note><meta content=x></head>a")
    assert content.metadata == {"language": "cs", "kind": "report"}
    assert (content.themes, content.sources, content.text) == (("skills", "labour market"), (), "a")


@pytest.mark.parametrize("name", ["div", "b", "span", "blockquote", "ul><li", "ol><li", "table><tr><td"])
def test_deep_nesting_is_read(name: str) -> None:
    closed = "".join(f"</{part}>" for part in reversed(name.split("><")))
    text = read(f"<{name}>" * 5000 + "deep" + closed * 5000 + "<p>after").text
    assert [word for word in text.split() if word.isalpha()] == ["deep", "after"]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_is_read(page: str) -> None:
    text = read(page).text
    assert text == text.strip("\n")


MARKUP = st.sampled_from(
    [
        "<tr><td><div>",
        *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<ul>", "</ul>", "<ol start=3>", "</ol>"),
        *(
            "<li>",
            "</li>",
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<th>",
            "<caption>",
            "<h1>",
        ),
        *("</h1>", "<h2>", "<pre>", "</pre>", "<form>", "</form>", "<!-- -->", "&nbsp;", "&", "<", "\n", " "),
    ]
)
WORD = st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x17F), min_size=1, max_size=8)


@given(st.lists(MARKUP | WORD.map("<p>{}</p>".format)))
def test_no_word_of_a_paragraph_is_lost_whatever_is_around_it(parts: list[str]) -> None:
    words = [part[3:-4] for part in parts if part.startswith("<p>") and part != "<p>"]
    found = iter(read("".join(parts)).text.replace("\u00a0", " ").split())
    assert all(word in found for word in words)


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1), min_size=1))
def test_a_paragraph_keeps_its_words_and_their_spaces(words: list[str]) -> None:
    text = " ".join(words)
    assert read(f"<p>{html.escape(text)}</p>").text == unicodedata.normalize("NFC", text)
