"""A note that a mark names is parted from the text, and its mark is gone; all else stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.footnotes import part_footnotes
from ingest.lines import Line, Span, split_lines, text_of

BODY = 11.0


def body(text: str) -> Span:
    return Span(text, BODY)


def mark(number: int | str) -> Span:
    return Span(str(number), 7.0)


def note(text: str) -> Span:
    return Span(text, 9.0)


def said(lines: list[Line]) -> str:
    return "\n".join(map(text_of, lines))


def part(*spans: Span) -> tuple[str, list[str]]:
    """What the page says without its notes, and what each note says."""
    page = part_footnotes(split_lines(spans), BODY)
    return said(page.lines), list(map(said, page.notes.values()))


COST = (body("It cost 250,000"), mark(3), body(" in all.\n"))


@pytest.mark.parametrize(
    "start", ["3 Without", "3. Without", "3) Without", "3Without", "  3  Without"], ids=repr
)
def test_a_mark_and_the_note_of_its_number_are_parted_from_the_text(start: str) -> None:
    assert part(*COST, body("It ended.\n"), note(f"{start} taxes.\n"), note("See SERV.")) == (
        *("It cost 250,000 in all.\nIt ended.", ["Without taxes.\nSee SERV."]),
    )


@pytest.mark.parametrize("opening", ["„Ohne“", "“Without”", "«Sans»", "(Without)", "Ďalší"])
def test_a_note_may_open_with_a_quote_or_any_letter(opening: str) -> None:
    assert part(*COST, note(f"3 {opening} taxes.")) == (*("It cost 250,000 in all.", [f"{opening} taxes."]),)


def test_notes_follow_each_other_and_the_text_goes_on_behind_them() -> None:
    spans = (
        *(body("One"), mark(1), body(", two"), mark(2), body(" and\n")),
        *(note("1 First,\n"), note("on two lines.\n"), note("2 Second.\n"), body("three.")),
    )
    assert part(*spans) == ("One, two and\nthree.", ["First,\non two lines.", "Second."])


STAYS = {
    "mark-without-note": (body("5 m"), mark(2), body(" of land.")),
    "note-without-mark": (body("It ended.\n"), note("3 Without taxes.")),
    "other-number": (body("5 m"), mark(2), body(" of land.\n"), note("3 Without taxes.")),
    "footer": (body("It cost 250,000 in all.\n"), note("12 SERV report")),
    "note-of-full-size": (body("5 m"), mark(2), body(" of land.\n"), body("2 Without taxes.")),
    "mark-of-full-size": (body("In all "), body("3"), body(" came.\n"), note("3 Without taxes.")),
    "small-figures": (*COST[:2], body("\n"), note("3 250 000")),
    "large-number": (body("It cost"), mark(2018), body(".\n"), note("2018 Without taxes.")),
    "mark-in-a-note": (
        body("It ended.\n"),
        note("area of 5 m"),
        Span("2", 5.0),
        note("\n"),
        note("2 Taxes."),
    ),
}


@pytest.mark.parametrize("spans", STAYS.values(), ids=STAYS)
def test_what_is_no_pair_of_mark_and_note_stays(spans: tuple[Span, ...]) -> None:
    assert part(*spans) == ("".join(span.text for span in spans), [])


def test_a_mark_without_note_stays_beside_one_that_has_a_note() -> None:
    spans = (body("5 m"), mark(2), body(" of land"), mark(1), body(".\n"), note("1 Without taxes."))
    assert part(*spans) == ("5 m2 of land.", ["Without taxes."])


SPANS = st.builds(Span, st.text("ab1 2.\n", max_size=6), st.sampled_from([7.0, 9.0, BODY]))


@given(st.lists(SPANS))
def test_no_letter_is_lost(spans: list[Span]) -> None:
    text, notes = part(*spans)
    letters = [character for span in spans for character in span.text if character.isalpha()]
    assert sorted(filter(str.isalpha, "".join([text, *notes]))) == sorted(letters)
