"""A tokenizer over the few pieces that a text needs cuts it as the whole vocabulary does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import weights
from index.convert import PIECES_FILE, TOKENIZER_FILE
from index.e5file import Pieces
from index.encoder import PackagedEncoder
from index.tokenizer import build_tokenizer, tokenize_few, write_pieces
from tests.sayings import QUESTIONS, SENTENCES

Tokenize = Callable[[list[str]], list[list[int]]]


@pytest.fixture(scope="module")
def prepared(packaged_encoder: PackagedEncoder) -> Path:
    packaged_encoder.encode_questions(["Is it prepared?"])
    return weights.artefact_path(weights.ENCODER)


@pytest.fixture(scope="module")
def whole(prepared: Path) -> Tokenize:
    """The tokenizer over all 250,000 pieces."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(prepared / TOKENIZER_FILE))
    return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(texts)]


@pytest.fixture(scope="module")
def few(prepared: Path) -> Tokenize:
    return lambda texts: tokenize_few(texts, prepared / PIECES_FILE)


ODD = {
    "empty": "",
    "space": "  \t\n ",
    "emoji": "🤖🤖 👩‍🏭",
    "chinese": "数字化改变工作。",
    "decomposed": "pra\u0301ce",
    "ligature": "oﬃce ﬁn",
    "full-width": "ＳＥＲＶ　２０１８",
    "unknown-letters": "ᏣᎳᎩ ꙮ \U0001f9ff\U000e0001",
    "special-tokens": "<s> </s> <pad> <unk> <mask> x<mask>y",
    "metaspace": "▁▁ a▁b",
    "long-word": "Donaudampfschifffahrtsgesellschaftskapitän" * 5,
    "repeated": "-" * 100,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_texts_are_cut_as_by_the_whole_vocabulary(whole: Tokenize, few: Tokenize, text: str) -> None:
    assert few(["query: " + text]) == whole(["query: " + text])


def test_sentences_together_are_cut_as_by_the_whole_vocabulary(whole: Tokenize, few: Tokenize) -> None:
    texts = [text for table in (SENTENCES, QUESTIONS) for texts in table.values() for text in texts]
    assert few(texts) == whole(texts)


@settings(max_examples=200)
@given(
    text=st.one_of(st.text(), st.text(st.characters(max_codepoint=0x17F)), st.from_regex(r"[a-zěšč ]{0,40}"))
)
def test_any_text_is_cut_as_by_the_whole_vocabulary(whole: Tokenize, few: Tokenize, text: str) -> None:
    assert few([text]) == whole([text])


@pytest.mark.parametrize("name", ["cache #1", "50%41", "why?"])
def test_the_vocabulary_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    pieces = Pieces(
        [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁work", -1.0), ("s", -2.0)],
        bos=0,
        eos=2,
        pad=1,
        unk=3,
    )
    (tmp_path / name).mkdir()
    write_pieces(pieces, tmp_path / name / PIECES_FILE)
    expected = build_tokenizer(pieces).encode("works").ids
    assert tokenize_few(["works"], tmp_path / name / PIECES_FILE) == [expected]


def test_an_encoder_that_has_not_read_the_vocabulary_gives_the_same_vectors(
    packaged_encoder: PackagedEncoder,
) -> None:
    texts = [text for texts in QUESTIONS.values() for text in texts]
    packaged_encoder.count_tokens("This reads the whole vocabulary.")
    assert (PackagedEncoder().encode_questions(texts) == packaged_encoder.encode_questions(texts)).all()
