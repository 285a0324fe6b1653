"""The tokenizer that is just large enough cuts a text as the whole one does."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index import weights
from index.convert import PIECES_FILE, TOKENIZER_FILE
from index.encoder import PackagedEncoder
from index.tokenizer import tokenize_few

SENTENCES = [
    "Welke netwerken is het SERV-secretariaat lid van?",
    "What was the total budget of the project, and who paid part of it?",
    "Größe, Maß und „Übung“: § 87 Abs. 1 Nr. 14 BetrVG",
    "D’où vient l’« œuvre » n° 2016-1088 ?",
    "¿Cuántos años? ¡Ninguno!",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "你好, мир 😀 ﬁ ½ Ａ \u00ad \x00 <s> </s> <mask>",
    "",
    "   ",
]


@pytest.fixture(scope="module")
def folder(packaged_encoder: PackagedEncoder) -> Path:
    packaged_encoder.encode_questions(["?"])
    return weights.artefact_path(weights.ENCODER)


@pytest.fixture(scope="module")
def whole(folder: Path) -> Any:
    return Tokenizer.from_file(str(folder / TOKENIZER_FILE))


def test_sentences_of_all_languages_are_cut_alike(folder: Path, whole: Any) -> None:
    assert tokenize_few(SENTENCES, folder / PIECES_FILE) == [whole.encode(text).ids for text in SENTENCES]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_is_cut_alike(folder: Path, whole: Any, text: str) -> None:
    assert tokenize_few([text], folder / PIECES_FILE) == [whole.encode(text).ids]
