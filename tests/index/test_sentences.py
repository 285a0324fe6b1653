"""Sentences and paragraphs are exact spans that leave out nothing but white space."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.language import LANGUAGES
from index.sentences import Span, split_paragraphs, split_sentences

FRAGMENTS = [
    *("Das", "robots", "z. B.", "bijv.", "např.", "28.", "November", "3.5", "e.g.", "Ano", "¿Qué", "M."),
    *(".", "!", "?", "…", ":", ";", ",", "”", "«", "(", ")", "-", "•", "- ", "1. ", "a) ", "🤖", "é"),
    *(" ", "  ", "\n", "\n\n", "\n    ", "\t", "\r\n", "\u00a0", "\u2028", "\x1e", "\x0c"),
]
texts = st.one_of(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.text())
languages = st.sampled_from([*LANGUAGES, "und", "it"])


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and a stretch of it."""
    text = draw(texts)
    start = draw(st.integers(0, len(text)))
    return text, start, draw(st.integers(start, len(text)))


def assert_spans_leave_out_only_space(text: str, spans: list[Span], start: int, end: int) -> None:
    position = start
    for first, last in spans:
        assert position <= first < last <= end
        assert text[position:first].strip() == ""
        assert text[first:last] == text[first:last].strip()
        position = last
    assert text[position:end].strip() == ""


@given(stretches(), languages)
@example(("Ano.\x1eNe. \x1f", 0, 10), "cs")
def test_spans_are_ordered_disjoint_and_leave_out_only_white_space(
    stretch: tuple[str, int, int], language: str
) -> None:
    text, start, end = stretch
    assert_spans_leave_out_only_space(text, split_paragraphs(text, start, end), start, end)
    assert_spans_leave_out_only_space(text, split_sentences(text, language, start, end), start, end)


@given(texts, languages)
def test_every_sentence_lies_in_one_paragraph(text: str, language: str) -> None:
    paragraphs = split_paragraphs(text)
    for start, end in split_sentences(text, language):
        assert sum(first <= start and end <= last for first, last in paragraphs) == 1


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences with their line breaks made spaces."""
    return [" ".join(text[start:end].split()) for start, end in split_sentences(text, language)]


def paragraphs(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in split_paragraphs(text)]


# A bar marks where the next sentence begins.
ABBREVIATIONS = {
    "nl-bijv.": ("nl", "Er zijn voorbeelden, bijv. in Gent. | Ze werken goed."),
    "nl-o.a.": ("nl", "De SERV sprak met o.a. Agoria en Voka. | Beide stemden in."),
    "nl-m.b.t.": ("nl", "De afspraken m.b.t. Vlaamse opleidingen gelden. | Ze zijn nieuw."),
    "nl-dhr.": ("nl", "De vraag komt van dhr. Peeters. | Mevr. Claes antwoordt."),
    "nl-art.": ("nl", "Volgens art. 3 is er overleg. | Dat is verplicht."),
    "en-Dr.": ("en", "The report is by Dr. Jones. | He works in Leeds."),
    "en-Mr.": ("en", "It was Mr. Smith who asked. | Nobody answered."),
    "en-e.g.": ("en", "Some tasks, e.g. welding, are gone. | Others remain."),
    "en-initial": ("en", "The chair was J. Smith. | She left in 2019."),
    "de-z. B.": ("de", "Es gibt Beispiele, z. B. in Bremen. | Sie wirken."),
    "de-z.B.": ("de", "Es gibt Beispiele, z.B. Bremen. | Sie wirken."),
    "de-d. h.": ("de", "Alle, d. h. Bund und Länder, stimmen zu. | Das ist neu."),
    "de-Dr.": ("de", "Das Institut leitet Dr. Müller. | Er forscht."),
    "de-Nr.": ("de", "Siehe Nr. 7 der Liste. | Sie ist lang."),
    "de-ordinal": ("de", "Der Beginn war am 28. November 2018. | Das Projekt lief gut."),
    "fr-M.": ("fr", "Le conseil est présidé par M. Dupont. | Il est élu."),
    "fr-Mme.": ("fr", "La lettre de Mme. Martin est claire. | Elle demande une réponse."),
    "fr-n°": ("fr", "La loi n° 5 s'applique. | Elle est récente."),
    "fr-art.": ("fr", "Selon l'art. 5, un délai existe. | Il est court."),
    "es-art.": ("es", "Según el art. 5 hay un plazo. | Es corto."),
    "es-Sr.": ("es", "La propuesta es del Sr. García. | Nadie se opuso."),
    "es-p. ej.": ("es", "Hay ejemplos, p. ej. Bilbao y Gijón. | Funcionan."),
    "cs-např.": ("cs", "Jsou to např. Praha a Brno. | Obě rostou."),
    "cs-tzv.": ("cs", "Vznikla tzv. Aliance práce. | Má tři členy."),
    "cs-čl.": ("cs", "Podle čl. 5 platí výjimka. | Jiná není."),
    "cs-ordinal": ("cs", "Projekt byl schválen 28. listopadu 2018. | Trval rok."),
    "en-decimal": ("en", "Growth was 3.5 per cent. | It had been 2.1 before."),
    "en-question": ("en", "Why? | Because of robots! | Indeed…"),
    "es-inverted": ("es", "¿Cuánto dinero había? | ¡Mucho! | Vino de Europa."),
    "de-quote": ("de", "Er sagte: „Wir üben.“ | Dann ging er."),
}


@pytest.mark.parametrize(("language", "marked"), ABBREVIATIONS.values(), ids=ABBREVIATIONS)
def test_an_abbreviation_does_not_end_a_sentence(language: str, marked: str) -> None:
    expected = marked.split(" | ")
    assert sentences(" ".join(expected), language) == expected


WRAPPED = """\
The social partners of Flanders studied together how digitalisation
changes work, skills and the economy. They met four times, for the
first time in Brussels, and visited good practices in
each of the regions that took part in the project.

A second paragraph follows, which is as wide as the first one is
and ends here.
"""


def test_lines_that_were_wrapped_make_one_sentence() -> None:
    (first, *_) = sentences(WRAPPED)
    assert first.startswith("The social partners")
    assert first.endswith("and the economy.")
    assert paragraphs(WRAPPED) == [" ".join(part.split()) for part in WRAPPED.split("\n\n")]


def test_a_wrapped_line_that_begins_with_an_ordinal_is_no_list_item() -> None:
    text = (
        "Die Sozialpartner haben das Projekt gemeinsam beantragt, und am\n"
        "28. November 2018 hat der Europäische Sozialfonds es bewilligt."
    )
    assert len(sentences(text, "de")) == len(paragraphs(text)) == 1


def test_blank_lines_between_all_lines_change_no_sentence() -> None:
    assert sentences(WRAPPED.replace("\n", "\n\n")) == sentences(WRAPPED)


def test_windows_line_ends_change_no_sentence() -> None:
    assert sentences(WRAPPED.replace("\n", "\r\n")) == sentences(WRAPPED)


@pytest.mark.parametrize("bullet", ["•", "-", "–", "*", "▪", "+"])
def test_each_list_item_is_a_paragraph(bullet: str) -> None:
    items = [f"{bullet} skills and training", f"{bullet} labour market", f"{bullet} Social dialogue itself"]
    assert paragraphs("The themes are:\n" + "\n".join(items)) == ["The themes are:", *items]


def test_numbered_items_are_paragraphs_and_a_number_in_running_text_is_not() -> None:
    items = ["1. Skills are taught at work.", "2. Markets change.", "3. Partners talk."]
    assert paragraphs("\n".join(items)) == items
    assert (
        len(
            paragraphs(
                "In that year the council counted the members of its committees, which were\n12."
                " Nobody had expected so many of them in a single region of Flanders."
            )
        )
        == 1
    )


def test_indented_list_items_are_paragraphs_even_where_they_are_wrapped() -> None:
    text = (
        "The questions that the partners put to each other were the following ones:\n"
        "    • How do social partners seize the opportunities offered by the new\n"
        "    technologies, and who pays for them in the end?\n"
        "    • How do they meet the challenges?\n"
    )
    assert [part[:5] for part in paragraphs(text)] == ["The q", "• How", "• How"]
    assert paragraphs(text)[1].endswith("in the end?")


def test_an_indented_line_that_begins_with_a_capital_is_a_new_paragraph() -> None:
    text = (
        "The council was founded in 1985 and advises the Flemish government on\n"
        "all that concerns work and the economy in the region of Flanders, and\n"
        "    It publishes reports on digitalisation every year since two thousand and\n"
        "fifteen, which are read widely in the other regions of the country too.\n"
    )
    assert [part[:3] for part in paragraphs(text)] == ["The", "It "]


def test_a_heading_without_full_stop_stands_alone() -> None:
    text = f"Purpose and questions\n{WRAPPED}"
    assert sentences(text)[0] == "Purpose and questions"


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 100_000 + "b",
        "Robots lift heavy loads. People watch. " * 60_000,
        "Gem. Rat " * 60_000,
    ],
    ids=["spaces", "sentences", "abbreviations"],
)
def test_long_texts_do_not_take_quadratic_time(text: str) -> None:
    started = time.process_time()
    split_sentences(text, "de")
    assert time.process_time() - started < 3


def test_an_abbreviation_counts_however_many_spaces_follow_it() -> None:
    assert sentences(f"It is Dr. J.{' ' * 100}Smith. So there.") == ["It is Dr. J. Smith.", "So there."]


@pytest.mark.parametrize("text", ["", " \n\t", "\n\n\n"], ids=repr)
def test_white_space_has_no_sentences(text: str) -> None:
    assert split_sentences(text, "nl") == split_paragraphs(text) == []
