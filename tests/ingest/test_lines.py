"""Lines are the spans of a page, cut where they end, each with its size and its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lines import Span, find_letter_size, split_lines, text_of

SIZES = st.sampled_from([7.0, 9.0, 11.0])


@given(st.lists(st.builds(Span, st.text("a1 \n"), SIZES, st.floats(0, 600), st.floats(0, 800))))
def test_lines_are_the_spans_cut_at_their_line_ends(spans: list[Span]) -> None:
    lines = split_lines(spans)
    assert "\n".join(text_of(line) for line in lines) == "".join(span.text for span in spans)
    places = {(span.size, span.x, span.y) for span in spans}
    assert {(span.size, span.x, span.y) for line in lines for span in line} <= places


@pytest.mark.parametrize(
    "end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"], ids=repr
)
def test_every_kind_of_line_end_ends_one_line(end: str) -> None:
    assert [text_of(line) for line in split_lines([Span(f"Work{end}and ", 11), Span("skills", 11)])] == [
        *("Work", "and skills"),
    ]


@pytest.mark.parametrize(
    ("spans", "size"),
    [
        ([Span("Most of it.", 11), Span("A little.", 9)], 11),
        ([Span("a", 11), Span("12345.67890,", 9), Span("b", 9)], 11),
        ([Span("ab", 9), Span("c", 11)], 9),
        ([], 0),
    ],
    ids=["most", "figures-do-not-count", "small", "none"],
)
def test_the_size_of_most_letters_is_the_texts(spans: list[Span], size: float) -> None:
    assert find_letter_size([spans]) == size
