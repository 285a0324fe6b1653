"""The tokens of a text are read alike by both encoders, and cover the text and nothing else."""

import numpy as np
import pytest

from index import weights
from index.encoder import PackagedEncoder, TorchEncoder, Use

TEXTS = ["The budget was 250,000 euros.", "Kolik stál projekt?", "", " ", "x " * 700]


@pytest.fixture(scope="module")
def same_through_torch(packaged_encoder: PackagedEncoder) -> TorchEncoder:
    """The same weights in sentence-transformers."""
    folder = weights.prepare(weights.ENCODER, lambda *_: pytest.fail("the encoder is prepared already"))
    return TorchEncoder(str(folder / "sentence-transformers"))


@pytest.mark.parametrize("use", ["questions", "passages"])
def test_both_encoders_read_the_same_tokens(
    packaged_encoder: PackagedEncoder, same_through_torch: TorchEncoder, use: Use
) -> None:
    ours, theirs = packaged_encoder.encode_tokens(TEXTS, use), same_through_torch.encode_tokens(TEXTS, use)
    for one, other in zip(ours, theirs, strict=True):
        assert one.ids.tolist() == other.ids.tolist()
        assert one.spans.tolist() == other.spans.tolist()
        lengths = np.linalg.norm(one.states, axis=1) * np.linalg.norm(other.states, axis=1)
        assert ((one.states * other.states).sum(axis=1) / lengths).min(initial=1.0) > 0.99


@pytest.mark.parametrize("use", ["questions", "passages"])
def test_tokens_cover_every_letter_of_a_text_and_nothing_of_its_prefix(
    packaged_encoder: PackagedEncoder, use: Use
) -> None:
    for text, one in zip(TEXTS, packaged_encoder.encode_tokens(TEXTS, use), strict=True):
        covered = {place for start, end in one.spans for place in range(start, end)}
        letters = {place for place, letter in enumerate(text) if letter.strip()}
        assert letters <= covered or len(one.ids) > 500, "the encoder reads so many tokens at most"
        assert all(0 <= start < end <= len(text) for start, end in one.spans)
        assert one.ids.shape == (len(one.spans),) == (len(one.states),)


def test_a_text_is_read_alike_alone_and_among_others(packaged_encoder: PackagedEncoder) -> None:
    among = packaged_encoder.encode_tokens(TEXTS, "passages")[0]
    [alone] = packaged_encoder.encode_tokens(TEXTS[:1], "passages")
    assert among.states == pytest.approx(alone.states, abs=0.05)
