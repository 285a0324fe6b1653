"""Markdown gives its words without its markup, its headings as sections, its front matter as metadata."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.content import Content
from ingest.errors import UnreadableError
from ingest.markdown import read_markdown


def read(text: str) -> Content:
    return read_markdown(text.encode())


FRONT = """\
---
title: "Sociální partneři: pruh"
language: cs
country: NO
organisation: SERV
kind: report
date: 2018-11-28
note: Shrnutí
themes: [skills, labour market]
sources:
  - "About the project (2018)"
  - SERV
unknown: ignored
---
"""


def test_front_matter_becomes_metadata_word_by_word() -> None:
    content = read(FRONT + "Text.")
    assert content.metadata == {
        "title": "Sociální partneři: pruh",
        "language": "cs",
        "country": "NO",
        "organisation": "SERV",
        "kind": "report",
        "date": "2018-11-28",
        "note": "Shrnutí",
    }
    assert content.themes == ("skills", "labour market")
    assert content.sources == ("About the project (2018)", "SERV")
    assert content.text == "Text."


@pytest.mark.parametrize(
    "date", ["2018-13-45", "2015/2021", "2018", "28 November 2018", "2018-11-28T25:61:00"]
)
def test_a_date_stays_as_the_document_states_it(date: str) -> None:
    assert read(f"---\ndate: {date}\n---\nText.").metadata["date"] == date


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte-order-mark"])
def test_line_ends_and_a_byte_order_mark_do_not_hide_the_front_matter(ends: str, mark: str) -> None:
    data = (mark + FRONT + "# Title\n\nText.").replace("\n", ends)
    assert read(data) == read(FRONT + "# Title\n\nText.")


def test_a_single_theme_needs_no_list_and_an_empty_value_is_none() -> None:
    content = read("---\nthemes: skills\nsources:\nlanguage:\n---\nText.")
    assert (content.themes, content.sources) == (("skills",), ())
    assert not content.metadata.get("language")


@pytest.mark.parametrize(
    "front",
    [
        *("title: [open", "title: a: b", "\tkind: tabbed", "a: &x *y", "a: &x b\nthemes: [*x, *x]"),
        *("title: [a, b]", "title: {a: b}", "themes: {a: b}", "sources: [[a, b]]", "themes:\n- a: b"),
        *("a: " + "[" * 5000, "a: " + "[" * 5000 + "]" * 5000, 'title: "\\UFFFFFFFF"'),
    ],
    ids=[
        *("open-list", "two-colons", "tab", "unknown-alias", "alias"),
        *("list-as-text", "mapping-as-text", "mapping-as-list", "list-in-list", "mapping-in-list"),
        *("open-depth", "depth", "no-character"),
    ],
)
def test_front_matter_that_is_not_valid_is_refused(front: str) -> None:
    with pytest.raises(UnreadableError, match="its front matter is not"):
        read(f"---\n{front}\n---\nText.")


@pytest.mark.parametrize("fence", ["---", "---  ", "--- \t"], ids=repr)
@pytest.mark.parametrize("after", ["", "\n", "\n\nText.\n"], ids=repr)
def test_a_fence_may_have_spaces_after_it_and_end_the_file(fence: str, after: str) -> None:
    content = read(f"{fence}\ntitle: Work\n{fence}{after}")
    assert (content.metadata, content.text) == ({"title": "Work"}, after.strip())


@pytest.mark.parametrize("front", ["", "\n", "# title: none\n"], ids=repr)
def test_front_matter_may_be_empty(front: str) -> None:
    content = read(f"---\n{front}---\nText.")
    assert (content.metadata, content.text) == ({}, "Text.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\nonly words\n\n---\nMore.", "only words\n\nMore."),
        ("---\n- a list\n\n---\nMore.", "- a list\n\nMore."),
        ("---\n{a: b}: c\n\n---\nMore.", "{a: b}: c\n\nMore."),
        ('---\n"Why?" she asked: "Now?"\n\n---\nMore.', '"Why?" she asked: "Now?"\n\nMore.'),
        ("---\ntitle: never closed\n", "title: never closed"),
    ],
    ids=["words", "list", "mapping-as-key", "quote", "open"],
)
def test_a_text_that_opens_with_a_rule_is_text(text: str, words: str) -> None:
    content = read(text)
    assert (content.metadata, content.text) == ({}, words)


def test_surrogates_in_front_matter_become_the_characters_they_mean() -> None:
    content = read('---\ntitle: "Work \\ud83d\\ude00"\nthemes: ["\\ud83d"]\n---\nText.')
    assert (content.metadata["title"], content.themes) == ("Work 😀", ("\ufffd",))


def test_values_that_are_not_used_may_be_of_any_kind() -> None:
    assert read("---\ntitle: Work\nother: {a: [b]}\n---\nText.").metadata == {"title": "Work"}


def test_text_without_front_matter_has_no_metadata() -> None:
    content = read("Text.\n\n---\n\nMore: text.\n")
    assert (content.text, content.metadata, content.themes) == ("Text.\n\nMore: text.", {}, ())


def sections(text: str) -> list[tuple[tuple[str, ...], str]]:
    content = read(text)
    return [(section.path, content.text[section.start : section.end].strip()) for section in content.sections]


def test_headings_are_paths_and_the_title_above_all_is_the_documents() -> None:
    text = "# Report\nIntro.\n## Work\nJobs.\n### Skills\nCourses.\n## Economy\nGrowth.\n#### Deep\nDetail."
    assert sections(text) == [
        ((), "Intro."),
        (("Work",), "Jobs."),
        (("Work", "Skills"), "Courses."),
        (("Economy",), "Growth."),
        (("Economy", "Deep"), "Detail."),
    ]
    assert read(text).title == "Report"


def test_several_headings_of_the_highest_level_are_parts_and_none_is_the_title() -> None:
    text = "# Work\nJobs.\n## Skills\nCourses.\n# Economy\nGrowth."
    assert sections(text) == [
        (("Work",), "Jobs."),
        (("Work", "Skills"), "Courses."),
        (("Economy",), "Growth."),
    ]
    assert read(text).title == ""


def test_a_highest_heading_that_comes_late_is_a_part_and_not_the_title() -> None:
    assert sections("## Work\nJobs.\n# Economy\nGrowth.") == [(("Work",), "Jobs."), (("Economy",), "Growth.")]
    assert read("## Work\nJobs.\n# Economy\nGrowth.").title == ""


def test_text_before_the_first_heading_is_a_section_without_heading() -> None:
    assert sections("Foreword.\n\n## Work\nJobs.") == [((), "Foreword."), (("Work",), "Jobs.")]
    assert read("Foreword.\n\n## Work\nJobs.").title == ""


def test_underlined_headings_and_markup_in_headings_are_headings() -> None:
    assert sections("Report\n======\n\nThe *new* `work`\n---\nJobs.") == [
        ((), ""),
        (("The new work",), "Jobs."),
    ]


def test_a_heading_with_nothing_below_it_is_its_own_text() -> None:
    assert sections("# Report\n## Budget: 250,000 euro in 2018\n## Partners\n### SERV\n") == [
        ((), ""),
        (("Budget: 250,000 euro in 2018",), "Budget: 250,000 euro in 2018"),
        (("Partners",), ""),
        (("Partners", "SERV"), "SERV"),
    ]


@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["", "Text.", "- a\n- b", "| a |\n|---|\n| b |"])))
)
def test_sections_and_heading_lines_together_are_the_whole_text(parts: list[tuple[int, str]]) -> None:
    content = read(
        "\n\n".join(f"{'#' * level} Heading {n}\n\n{body}" for n, (level, body) in enumerate(parts))
    )
    rest, position = "", 0
    for section in content.sections:
        assert position <= section.start <= section.end
        before, text = content.text[position : section.start], content.text[section.start : section.end]
        rest += before or text.strip()
        position = section.end
    assert position == len(content.text)
    assert rest == "".join(f"Heading {n}" for n in range(len(parts)))


BLOCKS = {
    "emphasis": ("The *social* __partners__ ~ `x_y` 2 * 3", "The social partners ~ x_y 2 * 3"),
    "wrapped-lines": ("one\ntwo  \nthree\\\nfour", "one two three four"),
    "link-and-image": ('[SERV *site*](https://serv.be "t") ![a **map**](m.png)', "SERV site a map"),
    "automatic-link": ("<https://serv.be>", "https://serv.be"),
    "reference-link": ("[SERV][1]\n\n[1]: https://serv.be", "SERV"),
    "entities": ("R&amp;D &copy; &#8364;", "R&D © €"),
    "list": ("- a\n- b\n  - c\n\n* d", "- a\n- b\n- c\n- d"),
    "numbered-list": ("3. a\n4. b\n   - c", "3. a\n4. b\n- c"),
    "date-in-a-list": ("- 2. a\n- 25. b", "- 2. a\n- 25. b"),
    "footnote": ("a[^n] b\n\nc\n\n[^n]: d", "a b\n\nd\n\nc"),
    "footnote-in-a-list": ("- a[^1]\n- b\n\n[^1]: c", "- a\n\nc\n\n- b"),
    "footnote-in-a-table": ("| A[^1] | B |\n|---|---|\n\n[^1]: c", "A | B\n\nc"),
    "footnote-of-two-paragraphs": ("a[^1]\n\n[^1]: b\n\n    c\n\nd", "a\n\nb\n\nc\n\nd"),
    "footnote-twice": ("a[^1]\n\nb[^1]\n\n[^1]: c", "a\n\nc\n\nb"),
    "footnote-of-a-footnote": ("a[^1]\n\nd\n\n[^1]: b[^2]\n[^2]: c", "a\n\nb\n\nd\n\nc"),
    "footnote-of-nothing": ("a\n\n[^1]: b", "a\n\nb"),
    "footnote-that-is-not-there": ("a[^1]", "a[^1]"),
    "list-of-paragraphs": ("- a\n\n  more\n- b", "- a\n\nmore\n\n- b"),
    "list-then-text": ("- a\n- b\n\nText.", "- a\n- b\n\nText."),
    "table": ("| A | B |\n|---|--:|\n| *x* | x |\n| y | |", "A | B\n\nx | x\n\ny | "),
    "table-in-list": ("- item\n\n  | A | B |\n  |---|---|\n  | x | y |", "- item\n\nA | B\n\nx | y"),
    "fenced-code": ("```py\na = *1*\n\n# b\n```", "a = *1*\n\n# b"),
    "indented-code": ("Text.\n\n    a = 1\n    b = 2", "Text.\n\na = 1\nb = 2"),
    "quote": ("> quoted\n> on\n\nText.", "quoted on\n\nText."),
    "rule": ("Text.\n\n***\n\nMore.", "Text.\n\nMore."),
    "inline-html": ("A <b>bold</b> word", "A bold word"),
    "inline-break": ("one<br>two<br/>\nthree", "one two three"),
    "inline-style": ("one <style>p {}</style><script>x()</script>two", "one two"),
    "style-block": ("<style>\np {}\n\nq {}\n</style>\n\nText.", "Text."),
    "script-in-block": ('<div>\nOne<script src="a">x < y > z</script>two\n</div>', "One two"),
    "block-break": ("<p>one<br>two</p>", "one two"),
    "signs-in-block": ("<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
    "open-comment": ("<p>one <!-- never closed", "one"),
    "comment": ("Text.\n\n<!-- a note to self -->\n\nMore.", "Text.\n\nMore."),
    "html-block": ("<div>\n<p>Kept &amp; read</p>\n</div>\n\nMore.", "Kept & read\n\nMore."),
}


@pytest.mark.parametrize(("source", "text"), BLOCKS.values(), ids=BLOCKS)
def test_each_block_gives_its_words(source: str, text: str) -> None:
    assert read(source).text == text


@pytest.mark.parametrize("mark", ["<!-- ", "x <!-- ", "<script ", "<div> < "], ids=repr)
def test_open_marks_do_not_take_quadratic_time(mark: str) -> None:
    started = time.process_time()
    read(mark * 20_000)
    assert time.process_time() - started < 3


CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.md")), ids=lambda path: path.stem)
def test_the_sample_documents_state_what_they_are_and_keep_their_words(path: Path) -> None:
    content = read_markdown(path.read_bytes())
    assert {"title", "language", "country", "organisation", "kind"} <= set(content.metadata)
    assert content.metadata["title"] == content.title
    body = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    assert [word for word in content.text.split() if word not in body] == []
    assert len("".join(content.text.split())) > 0.9 * len("".join(body.split()))
