"""Lines are joined into the paragraphs that a reader sees, by where they stand; nothing is lost."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lines import Line, Span, text_of
from ingest.paragraphs import Paragraph, join_lines, make_paragraph, measure

WIDE = [
    "The social partners of Flanders met in Brussels and",
    "spoke of skills, of work and of all the things that",
    "Flemish towns need now that the economy is changing",
    "for good, and they agreed on most of what was said.",
]
MORE = [
    "Another year they met in Antwerp, in the old harbour",
    "House, and again spoke of skills, which are wanted",
    "Everywhere, and of the budget for the coming years.",
]


def line(text: str, y: float, x: float = 60, size: float = 11) -> Line:
    return [Span(text, size, x, y)]


def column(
    *texts: str, top: float = 700, x: float = 60, size: float = 11, distance: float = 14
) -> list[Line]:
    """Lines below each other; the last stands at `top - distance * (len(texts) - 1)`."""
    return [line(text, top - distance * place, x, size) for place, text in enumerate(texts)]


def join(*pages: list[Line]) -> list[list[Paragraph]]:
    return [join_lines(page, found) for page, found in zip(pages, measure(pages), strict=True)]


def texts(*pages: list[Line]) -> list[str]:
    return [paragraph.text.replace("\n", " ") for page in join(*pages) for paragraph in page]


def one(*lines: str) -> str:
    return " ".join(lines)


BASE = column(*WIDE)  # ends at 658
PAGES: dict[str, tuple[list[Line], list[str]]] = {
    "columns": (
        [*column(*WIDE[:2]), *column(*WIDE[2:], x=320)],
        [one(*WIDE)],
    ),
    "column-ends-with-its-sentence": (
        [*BASE, *column(*MORE, x=320)],
        [one(*WIDE), one(*MORE)],
    ),
    "heading": (
        [*column("Skills for the towns of Flanders, and the work in them", top=730, size=16), *BASE],
        ["Skills for the towns of Flanders, and the work in them", one(*WIDE)],
    ),
    "heading-of-two-lines": (
        [*column("Skills for the towns of Flanders,", "Work in them", top=748, size=16, distance=20), *BASE],
        ["Skills for the towns of Flanders, Work in them", one(*WIDE)],
    ),
    "space": (
        [*BASE, *column(*MORE, top=636)],
        [one(*WIDE), one(*MORE)],
    ),
    "first-line-indent": (
        [*BASE, line(MORE[0], 644, x=75), *column(*MORE[1:], top=630)],
        [one(*WIDE), one(*MORE)],
    ),
    "indent-after-a-single-line": (
        [*BASE, line(MORE[0], 630, x=60), line(MORE[1], 616, x=75), line(MORE[2], 602, x=60)],
        [one(*WIDE), MORE[0], one(*MORE[1:])],
    ),
    "hanging-items": (
        [
            *BASE,
            *(line(f"• {WIDE[1]}", 644), line(WIDE[2], 630, x=70)),
            *(line(f"1. {MORE[1]}", 616), line(MORE[2], 602, x=75)),
        ],
        [one(*WIDE), f"• {one(*WIDE[1:3])}", f"1. {one(*MORE[1:])}"],
    ),
    "items-without-a-stop": (
        [*BASE, *column(f"1. {WIDE[1]}", f"2. {WIDE[1]}", f"– {WIDE[1]}", f"(a) {WIDE[1]}", top=644)],
        [one(*WIDE), f"1. {WIDE[1]}", f"2. {WIDE[1]}", f"– {WIDE[1]}", f"(a) {WIDE[1]}"],
    ),
    "item-in-the-next-column": (
        [*column(*WIDE[:3]), *column(f"D. {MORE[0]}", x=320)],
        [one(*WIDE[:3]), f"D. {MORE[0]}"],
    ),
    "short-last-line": (
        [*column(*WIDE, "They left.", *MORE)],
        [one(*WIDE, "They left."), one(*MORE)],
    ),
    "short-line-amid-a-sentence": (
        [*column(*WIDE[:2], "all the", "towns of Flanders need now that they are changing.")],
        [one(*WIDE[:2], "all the", "towns of Flanders need now that they are changing.")],
    ),
    "short-lines": (
        [*BASE, *column("They want:", "Jobs", "Skills", "Pay", top=644)],
        [one(*WIDE, "They want:"), "Jobs", "Skills", "Pay"],
    ),
    "number-amid-a-sentence": (
        [*column(WIDE[0], WIDE[1], "28. November is the day on which all of it began.")],
        [one(WIDE[0], WIDE[1], "28. November is the day on which all of it began.")],
    ),
    "dash-amid-a-sentence": (
        [*column(WIDE[0], WIDE[1], "– as we said – the towns need, and what they do not.")],
        [one(WIDE[0], WIDE[1], "– as we said – the towns need, and what they do not.")],
    ),
    "wide-distance-amid-a-sentence": (
        [*BASE, line(WIDE[0], 630), line(WIDE[1], 609), line("towns need.", 588)],
        [one(*WIDE), one(WIDE[0], WIDE[1], "towns need.")],
    ),
    "centred-sentence": (
        [line(WIDE[0], 730, x=70), line("towns and skills", 716, x=100), *BASE],
        [f"{WIDE[0]} towns and skills", one(*WIDE)],
    ),
    "raised-mark-amid-a-line": (
        [
            line(WIDE[0], 700),
            [Span("the budget.", 11, 60, 686), Span("7 And all of the things that", 7, 120, 690)],
            *column(*WIDE[2:], top=672),
        ],
        [one(WIDE[0], "the budget.7 And all of the things that", *WIDE[2:])],
    ),
    "ornate-capital": (
        [[Span("T", 30, 60, 700), Span(WIDE[0][1:], 11, 80, 700)], *column(*WIDE[1:], top=686)],
        [one(*WIDE)],
    ),
    "heading-at-a-column-end": (
        [*BASE, line("The second year", 630), *column(*MORE, x=320)],
        [one(*WIDE), "The second year", one(*MORE)],
    ),
    "short-lines-wide-apart": (
        [*BASE, line("jobs", 638), line("skills", 618), line("pay", 598)],
        [one(*WIDE), "jobs", "skills", "pay"],
    ),
    "small-letter-after-a-sentence": ([*BASE, line(WIDE[1], 638)], [one(*WIDE), WIDE[1]]),
    "small-letter-far-below": ([*BASE[:3], line(WIDE[1], 600)], [one(*WIDE[:3]), WIDE[1]]),
    "small-letter-far-aside": ([*BASE[:3], line(WIDE[1], 660, x=320)], [one(*WIDE[:3]), WIDE[1]]),
    "items-with-hollow-bullets": (
        [*BASE, *column("They want", "o jobs", f"o {WIDE[1]}", f"o {WIDE[1]}", top=644)],
        [one(*WIDE, "They want"), "o jobs", f"o {WIDE[1]}", f"o {WIDE[1]}"],
    ),
    "cut-word": (
        [*column(*WIDE[:2], "digi-"), *column("Talisation", x=320)],
        [one(*WIDE[:2], "digi- Talisation")],
    ),
    "leaders": (
        [*column("Bread ........ 2", "and the price of all that is sold with it ........ 3")],
        ["Bread ........ 2", "and the price of all that is sold with it ........ 3"],
    ),
    "cells": (
        [
            *BASE,
            *(line("Country", 620, size=9), line("Jobs", 620, x=200, size=9)),
            *(line("Spain", 600, size=9), line("250,000", 600, x=200, size=9)),
        ],
        [one(*WIDE), "Country", "Jobs", "Spain", "250,000"],
    ),
    "blank-lines": (
        [line(" ", 714), *column(*WIDE[:2]), line("", 0), line("  ", 3), *column(*WIDE[2:], top=672)],
        [one(*WIDE)],
    ),
    "nothing": ([line(" ", 700), []], []),
}


@pytest.mark.parametrize(("page", "paragraphs"), PAGES.values(), ids=PAGES)
def test_lines_make_the_paragraphs_that_a_reader_sees(page: list[Line], paragraphs: list[str]) -> None:
    assert texts(page) == paragraphs


def test_space_parts_paragraphs_but_a_new_line_does_not() -> None:
    want = column("They want:", "Jobs", "Pay", top=644)
    page = [*column("Skills", top=730, size=16), *BASE, *want, line("Apart", 590)]
    assert [(paragraph.text.split()[0], paragraph.apart) for paragraph in join(page)[0]] == [
        *(("Skills", True), ("The", True), ("Jobs", False), ("Pay", False), ("Apart", True)),
    ]


def test_each_page_has_its_own_distance_but_a_page_of_few_lines_that_of_the_document() -> None:
    wide = column(*WIDE, *MORE, distance=18)
    narrow = column(*WIDE, *MORE, distance=13)
    parted = [*column(*WIDE, *MORE, distance=13), *column(*MORE, top=700 - 6 * 13 - 18, distance=13)]
    few = column(*MORE[:2], distance=13)
    assert texts(wide, narrow, parted, few) == [
        *(one(*WIDE, *MORE), one(*WIDE, *MORE), one(*WIDE, *MORE), one(*MORE), one(*MORE[:2])),
    ]


def test_a_paragraph_knows_whether_its_last_line_is_full() -> None:
    assert [paragraph.is_full for paragraph in join(column(*WIDE, "They left."), BASE)[0]] == [False]
    assert [paragraph.is_full for paragraph in join(BASE)[0]] == [True]


@pytest.mark.parametrize(
    ("first", "following", "goes_on"),
    [
        (Paragraph("They met in", 11, is_full=True), Paragraph("Brussels.", 11), True),
        (Paragraph("They met in", 11), Paragraph("old Brussels.", 11), True),
        (Paragraph("They met in", 11), Paragraph("Brussels.", 11), False),
        (Paragraph("They met.", 11, is_full=True), Paragraph("Then they left.", 11), False),
        (Paragraph("“They met.”", 11, is_full=True), Paragraph("Then they left.", 11), False),
        (Paragraph("They met on the E-", 11), Paragraph("Government day.", 11), True),
        (Paragraph("They met on", 11, is_full=True), Paragraph("28. November.", 11), True),
        (Paragraph("1. Work", 11, is_full=True), Paragraph("2. Skills", 11), False),
        (Paragraph("They want", 11, is_full=True), Paragraph("• skills", 11), False),
        (Paragraph("They met in", 11, is_full=True), Paragraph("Brussels.", 16), False),
        (Paragraph("They met in", 11.0, is_full=True), Paragraph("Brussels.", 11.1), True),
        (Paragraph("They met in", 11, is_full=True), Paragraph("Brussels", 11, is_title=True), False),
        (Paragraph("The work in", 11, is_full=True, is_title=True), Paragraph("Brussels.", 11), False),
    ],
    ids=[
        *("full", "small-letter", "short", "ended", "quote", "half-word", "date", "items", "bullet"),
        *("heading", "rounded-size", "before-a-title", "after-a-title"),
    ],
)
def test_a_paragraph_goes_on_where_its_sentence_does(
    first: Paragraph, following: Paragraph, goes_on: bool
) -> None:
    assert first.goes_on(following) is goes_on


def test_a_paragraph_is_made_of_what_its_lines_say() -> None:
    made = make_paragraph(
        [line(" Without taxes, ", 60, size=8), line(" ", 50), line("as agreed.", 40, size=8)]
    )
    assert made == Paragraph("Without taxes,\nas agreed.", 8)


PLACES = st.one_of(st.just(0.0), st.integers(0, 60).map(lambda step: step * 7.0), st.floats(-1000, 1000))
SPANS = st.builds(
    Span,
    st.one_of(st.sampled_from(["• ", "1. ", "digi-", "Work", "and", ".", "... 3", " "]), st.text(max_size=5)),
    st.sampled_from([0.0, 7.0, 9.0, 11.0, 20.0]),
    PLACES,
    PLACES,
)
ANY_PAGES = st.lists(st.lists(st.lists(SPANS, max_size=3), max_size=12), max_size=3)


def letters_of(text: str) -> str:
    return "".join(text.split())


@given(ANY_PAGES)
def test_no_letter_is_lost_or_doubled_or_moved_wherever_lines_stand(pages: list[list[Line]]) -> None:
    for page, paragraphs in zip(pages, join(*pages), strict=True):
        joined = letters_of("".join(paragraph.text for paragraph in paragraphs))
        assert joined == letters_of("".join(map(text_of, page)))
        assert all(letters_of(paragraph.text) for paragraph in paragraphs)


@given(st.lists(st.text("abAB .•1", max_size=20)))
def test_lines_without_places_stay_apart(lines: list[str]) -> None:
    page = [[Span(text, 11)] for text in lines]
    assert texts(page) == [text.strip() for text in lines if text.strip()]


WORDS = st.sampled_from(
    ["Work", "skills", "of", "the", "Flemish", "towns", "250", "E-mail", "and", "Antwerp"]
)
PARAGRAPHS = st.lists(
    st.lists(WORDS, min_size=50, max_size=90).map(lambda words: f"{' '.join(words)}."), min_size=1, max_size=5
)


@given(PARAGRAPHS, st.integers(40, 60), st.one_of(st.just(0), st.integers(3, 50)), st.integers(9, 14))
def test_paragraphs_are_found_however_they_are_wrapped_and_set(
    paragraphs: list[str], width: int, height: int, size: int
) -> None:
    page: list[Line] = []
    x, y = 60.0, 10_000.0
    for paragraph in paragraphs:
        for text in textwrap.wrap(paragraph, width, break_on_hyphens=False):
            page.append(line(text, y, x, size))
            y -= 1.25 * size
            if height and len(page) % height == 0:
                x, y = x + 300, 10_000.0
        y -= size
    assert texts(page) == paragraphs
