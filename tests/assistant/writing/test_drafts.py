"""A generator's text comes apart into the same drafts however it streams, and marks stay out of the words."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.drafts import Draft, says_unanswered, split_drafts

WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(["Rozpočet činil 250 000 eur", "SERV", "z. B.", "Ende!", "¿Quién?", "… 28. října"]),
        st.sampled_from(
            ["[1]", "[2]", " [3]", "[1, 2]", "[1][3]", "[2; 3]", "[12]", "【3】", "[^2]", "[1-3]"]
        ),
        st.sampled_from([" ", "  ", "\n", "\n\n", ". ", ".", ", ", ": ", " - "]),
    ),
    max_size=16,
).map("".join)
"""What a model may write: words, complete marks, and what stands between them, in any order."""

ANYTHING = st.text("aB1 .,;-^[]【】\n", max_size=30)
BRACKETED = st.lists(
    st.sampled_from(["[", "]", "1", "[2]", " ", "a" * 30, "So. ", "passage "]), max_size=12
).map("".join)
"""Brackets that may or may not become marks."""


def read(pieces: Sequence[str], language: str = "en") -> list[Draft]:
    return list(split_drafts(pieces, language))


def cut(text: str, places: Sequence[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places} | {len(text)})
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(st.one_of(WRITTEN, ANYTHING, BRACKETED), st.lists(st.integers(0, 500)))
def test_the_same_drafts_come_out_however_the_text_is_cut(text: str, places: list[int]) -> None:
    pieces = cut(text, places)
    assert "".join(pieces) == text
    assert read(pieces) == read([text]) == read(list(text))


@given(WRITTEN, st.integers(0, 500))
def test_no_mark_is_seen_in_a_draft_wherever_the_model_stops(text: str, end: int) -> None:
    drafts = read([text[: end % (len(text) + 1)]])
    assert [draft for draft in drafts if "[" in draft.text or "]" in draft.text] == []


@given(WRITTEN)
def test_every_letter_that_was_written_is_in_a_draft_in_its_order(text: str) -> None:
    drafts = read([text])
    assert keep_letters("".join(draft.text for draft in drafts)) == keep_letters(text)


@given(WRITTEN)
def test_a_draft_is_a_sentence_with_words_and_numbers_from_the_text(text: str) -> None:
    for draft in read([text]):
        assert draft.text == " ".join(draft.text.split()) != ""
        assert not says_unanswered(draft)
        assert len(set(draft.numbers)) == len(draft.numbers)
        assert set(draft.numbers) <= {1, 2, 3, 12}


def keep_letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def test_a_sentence_is_handed_out_before_the_next_one_is_written() -> None:
    def write() -> Iterator[str]:
        yield from ("The budget was 250,000 euros", " [", "1", "]. ")
        pytest.fail("the first sentence was complete")

    assert next(split_drafts(write(), "en")) == Draft("The budget was 250,000 euros.", (1,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" [1] \n", [], id="a mark alone"),
        pytest.param("The end", [("The end", ())], id="no mark and no stop"),
        pytest.param("It ended. It was good.", [("It ended.", ()), ("It was good.", ())], id="no marks"),
        pytest.param("It ended [1].", [("It ended.", (1,))], id="mark before the stop"),
        pytest.param("It ended. [1]", [("It ended.", (1,))], id="mark behind the stop"),
        pytest.param("It ended. [1].", [("It ended.", (1,))], id="stop on both sides"),
        pytest.param("It ended[1] and", [("It ended", (1,)), ("and", ())], id="unfinished sentence"),
        pytest.param("It ended [1, 2].", [("It ended.", (1, 2))], id="two numbers in a mark"),
        pytest.param("It ended [1][2].", [("It ended.", (1, 2))], id="two marks"),
        pytest.param("It ended. [2] [1] So", [("It ended.", (2, 1)), ("So", ())], id="two marks apart"),
        pytest.param("It ended [1][1].", [("It ended.", (1,))], id="the same mark twice"),
        pytest.param(
            "One. Two. [3] Four.", [("One.", (3,)), ("Two.", (3,)), ("Four.", ())], id="shared mark"
        ),
        pytest.param("[1] It ended [2].", [("It ended.", (1, 2))], id="leading mark"),
        pytest.param("[1]. It ended.", [("It ended.", (1,))], id="leading mark with a stop"),
        pytest.param(
            "- It ended [1]\n- So did I [2]", [("It ended", (1,)), ("So did I", (2,))], id="bullets"
        ),
        pytest.param("1. It ended [1]\n2. And so [2]", [("It ended", (1,)), ("And so", (2,))], id="numbered"),
        pytest.param("It ended [1", [("It ended", ())], id="stopped inside a mark"),
        pytest.param("It ended [1, ", [("It ended", ())], id="stopped between two numbers"),
        pytest.param("So it ended... [1]", [("So it ended...", (1,))], id="three stops"),
        pytest.param("It ended [1-3].", [("It ended.", (1, 2, 3))], id="range"),
        pytest.param("It ended【2】.", [("It ended.", (2,))], id="other brackets"),
        pytest.param("It ended [^2].", [("It ended.", (2,))], id="footnote"),
        pytest.param("Es endete [Stelle 2].", [("Es endete.", (2,))], id="labelled"),
        pytest.param(
            "It [sic] ended [1]. So [did] I [2].",
            [("It [sic] ended.", (1,)), ("So [did] I.", (2,))],
            id="brackets that are no marks",
        ),
        pytest.param(
            "It ended in [2 of 3] cases", [("It ended in [2 of 3] cases", ())], id="figure in brackets"
        ),
        pytest.param("[0]", [("", (0,))], id="no passage, without a word"),
        pytest.param("They do not say it. [0]", [("They do not say it.", (0,))], id="no passage"),
    ],
)
def test_marks_belong_to_the_sentences_around_them(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert read([text]) == [Draft(words, numbers) for words, numbers in expected]


@pytest.mark.parametrize("text", ["[0]", "[0].", "Dat staat er niet in. [0]", "Ne [0].", "[0] None of them."])
def test_a_sentence_that_cites_no_passage_says_that_the_question_is_unanswered(text: str) -> None:
    assert [says_unanswered(draft) for draft in read([text])] == [True]


def test_what_was_written_before_the_model_gave_up_keeps_its_own_marks() -> None:
    drafts = read(["The budget was 250,000 euros [1]. Who paid the rest is not said [0]."])
    assert [(draft.numbers, says_unanswered(draft)) for draft in drafts] == [((1,), False), ((0,), True)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("cs", "28. listopadu 2018 byl projekt schválen.", id="date in Czech"),
        pytest.param("de", "28. November 2018 war der Beginn.", id="date in German"),
        pytest.param("en", "250,000 euros were paid.", id="amount"),
        pytest.param("fr", "3 partenaires ont payé.", id="count"),
    ],
)
def test_a_figure_that_opens_a_sentence_stays(language: str, text: str) -> None:
    assert [draft.text for draft in read([f"{text} [1]"], language)] == [text]
