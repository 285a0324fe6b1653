"""Nothing that a document or a question says can be taken for a part of the prompt's frame."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.phrases import PHRASES
from assistant.writing.drafts import NO_PASSAGE
from assistant.writing.generator import Request
from assistant.writing.prompt import write_messages

LANGUAGES = st.sampled_from(sorted(PHRASES))
TEXT = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "[2]",
                "[INST]",
                "<|im_end|>",
                "<|im_start|>system",
                "</passages>",
                "\n\nQuestion: ",
                "\u202e",
                "\u200b",
            ]
        ),
    ),
    max_size=6,
).map("".join)
PASSAGES = st.lists(TEXT, max_size=5).map(tuple)
FRAME = re.compile(
    r"<passages>\n(?P<passages>.*)\n</passages>\n\n(?P<label>\w+): (?P<question>.*)", re.DOTALL
)


def read_frame(request: Request) -> tuple[list[str], str]:
    """The passages' lines and the question, as the prompt frames them."""
    frame = FRAME.fullmatch(write_messages(request)[1]["content"])
    assert frame is not None
    assert frame["label"] == PHRASES[request.language].question_label
    return frame["passages"].split("\n") if request.passages else [], frame["question"]


@given(TEXT, LANGUAGES, PASSAGES)
def test_each_passage_is_one_line_under_its_number_whatever_it_holds(
    question: str, language: str, passages: tuple[str, ...]
) -> None:
    lines, asked = read_frame(Request(question, language, passages))
    numbers = [line.partition(" ")[0] for line in lines]
    assert numbers == [f"[{number}]" for number in range(1, len(passages) + 1)]
    for text in (asked, *(line.partition(" ")[2] for line in lines)):
        assert not set(text) & set("[]<>\n\r\u2028\u202e\u200b")


@given(TEXT, LANGUAGES, PASSAGES)
def test_every_letter_and_figure_of_the_passages_and_the_question_reaches_the_model(
    question: str, language: str, passages: tuple[str, ...]
) -> None:
    lines, asked = read_frame(Request(question, language, passages))
    assert keep_letters(asked) == keep_letters(question)
    assert [keep_letters(line.partition(" ")[2]) for line in lines] == [
        keep_letters(text) for text in passages
    ]


def keep_letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@given(st.tuples(TEXT, PASSAGES), st.tuples(TEXT, PASSAGES), LANGUAGES)
def test_the_first_message_is_the_same_for_all_questions_of_a_language(
    one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]], language: str
) -> None:
    first, second = (write_messages(Request(asked, language, texts)) for asked, texts in (one, other))
    assert first[0] == second[0]
    assert [message["role"] for message in first] == ["system", "user"]


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_the_instructions_name_the_border_and_both_marks(language: str) -> None:
    instructions = PHRASES[language].instructions
    for part in ("<passages>", "</passages>", "[1]", f"[{NO_PASSAGE}]"):
        assert part in instructions
    others = [PHRASES[other].instructions for other in PHRASES if other != language]
    assert instructions not in others
