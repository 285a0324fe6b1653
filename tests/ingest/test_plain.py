"""Plain text is read in whatever encoding it is; what is no text is refused."""

import random
import unicodedata
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.plain import decode, join_surrogates, read_plain
from tests.sayings import QUESTIONS, SENTENCES

WESTERN, CENTRAL = ("cp1252", "latin-1", "iso8859-15"), ("cp1250", "iso8859-2")
ENCODINGS = [
    pytest.param(" ".join(texts), encoding, id=f"{language}-{kind}-{encoding}")
    for kind, table in (("sentences", SENTENCES), ("questions", QUESTIONS))
    for language, texts in table.items()
    for encoding in (*(CENTRAL if language == "cs" else WESTERN), "utf-8", "utf-8-sig", "utf-16", "utf-32")
]


@pytest.mark.parametrize(("text", "encoding"), ENCODINGS)
def test_text_in_an_encoding_of_its_language_is_read_letter_by_letter(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("café", "latin-1"),
        ("mañana", "cp1252"),
        ("„Digitalisierung“ – 250 € für „Übung“…", "cp1252"),
        ("De “sociale partners” vragen één ding: coördinatie.", "cp1252"),
        ("Řízení kvality", "cp1250"),
        ("Řízení kvality", "iso8859-2"),
        ("Odbory a Jørgen Müller, ředitel závodu v Kodani, podepsali společné prohlášení.", "utf-16"),
    ],
    ids=["café", "mañana", "quotes-de", "quotes-nl", "cp1250", "iso8859-2", "mixed"],
)
def test_a_few_words_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_name_from_elsewhere_does_not_change_the_encoding() -> None:
    text = SENTENCES["fr"][0] + SENTENCES["fr"][1] + SENTENCES["fr"][3] + " Signé : Jørgen."
    assert decode(text.encode("cp1252")) == text


def test_another_alphabet_is_still_recognised() -> None:
    text = "Социальные партнёры вместе изучают, как цифровизация меняет труд и навыки работников. " * 3
    assert decode(text.encode("cp1251")) == text


def shuffled_bytes(first: int, seed: int) -> bytes:
    return bytes(random.Random(seed).choices(range(first, 256), k=3000))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + shuffled_bytes(0, 1),
        zlib.compress(shuffled_bytes(0, 2)),
        shuffled_bytes(1, 3),
        shuffled_bytes(128, 4),
        b"text\0with a null",
    ],
    ids=["png", "zlib", "no-nulls", "no-ascii", "null"],
)
def test_binary_data_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="not text"):
        decode(data)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_utf8_comes_back_composed_and_with_uniform_line_ends(text: str) -> None:
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert decode(text.encode()) == unicodedata.normalize("NFC", expected)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("a \ud83d\ude00 b", "a 😀 b"),
        ("\ud83dx", "\ufffdx"),
        ("x\ude00", "x\ufffd"),
        ("end\ud83d", "end\ufffd"),
    ],
    ids=["pair", "high", "low", "last"],
)
def test_surrogates_are_joined_or_replaced(text: str, joined: str) -> None:
    assert join_surrogates(text) == joined


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UnreadableError):
        assert not {"\0", "\r"} & set(decode(data))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  About the project \n\nIt began in 2018.", "About the project"),
        ("The project began in 2018.\nIt ended.", ""),
        ("The questions are:\n- why", ""),
        ("2018\nThe year", ""),
        ("word " * 30 + "\nrest", ""),
        ("", ""),
    ],
    ids=["heading", "sentence", "announcement", "number", "long", "empty"],
)
def test_the_first_line_is_the_title_where_it_looks_like_one(text: str, title: str) -> None:
    content = read_plain(text.encode())
    assert (content.title, content.text) == (title, text)
    assert content.pages == content.sections == ()
