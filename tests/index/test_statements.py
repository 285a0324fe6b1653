"""Statements are exact stretches of a text: sentences, and announced lists with their items."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.statements import ends_sentence, find_statements, split_statements

LIST = """The partners meet four times. The topics are:

- labour market
- skills and competences
- social dialogue

After each meeting the group visits a firm."""

texts = st.text("ab .:\n-•1)", max_size=60)
languages = st.sampled_from(["en", "cs", "xx"])


def test_an_announced_list_is_one_statement() -> None:
    statements = [LIST[start:end] for start, end in split_statements(LIST, "en")]
    assert statements == [
        "The partners meet four times.",
        "The topics are:\n\n- labour market\n- skills and competences\n- social dialogue",
        "After each meeting the group visits a firm.",
    ]


@given(texts, languages)
def test_between_statements_lie_only_space_and_the_marks_of_list_items(text: str, language: str) -> None:
    spans = split_statements(text, language)
    assert all(start < end for start, end in spans)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        assert re.fullmatch(r"\s*(?:(?:[-•*]|\d[.)]|[a-z]\))\s+)?", text[start:end])


@given(texts, languages)
def test_a_statement_has_no_space_around_it(text: str, language: str) -> None:
    assert all(text[start:end] == text[start:end].strip() for start, end in split_statements(text, language))


@pytest.mark.parametrize("space", [" ", "  ", "\t", " \u00a0"], ids=ascii)
@pytest.mark.parametrize("mark", ["-", "–", "•", "*", "3.", "12)", "a)", "(b)"])
def test_the_mark_of_an_item_is_no_part_of_it_however_wide_the_space(mark: str, space: str) -> None:
    text = f"{mark}{space}Robots lift heavy loads."
    assert [text[start:end] for start, end in find_statements(text, "en")] == ["Robots lift heavy loads."]


@given(texts, languages, st.integers(0, 100))
def test_statements_that_are_found_are_those_of_four_words_or_more(
    text: str, language: str, offset: int
) -> None:
    expected = [
        (offset + start, offset + end)
        for start, end in split_statements(text, language)
        if len(text[start:end].split()) >= 4
    ]
    assert list(find_statements(text, language, offset)) == expected


def test_headings_labels_and_names_are_no_statements() -> None:
    text = "Budget and contact\n\nTim Buyse.\n\nThe budget was 250,000 euros."
    assert [text[start:end] for start, end in find_statements(text, "en")] == [
        "The budget was 250,000 euros."
    ]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        *(
            (text, True)
            for text in (
                "It is.",
                "Is it?",
                "So (it is).",
                "“It is!”",
                "« Ils… »",
                "«\u00a0Ils !\u202f»",
                "These are:",
            )
        ),
        *((text, False) for text in ("Budget and contact", "2018", "(see above)", "")),
    ],
)
def test_a_sentence_is_known_by_its_end(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends
