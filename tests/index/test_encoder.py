"""The packaged encoder against the published way to run its weights: sentence-transformers in float32."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import weights
from index.encoder import PACKAGED, PackagedEncoder, TorchEncoder, Vectors, load_encoder
from index.errors import WeightsError
from tests.sayings import QUESTIONS, SENTENCES

PASSAGES = [text for texts in SENTENCES.values() for text in texts]
ASKED = [text for texts in QUESTIONS.values() for text in texts]
ODD = ["x", "", "\n", "🤖", "SERV 2018–2019 (€ 250 000)", "数字化改变工作。", " ".join(PASSAGES)]


@pytest.fixture(scope="module")
def torch_folder(packaged_encoder: PackagedEncoder) -> Path:
    packaged_encoder.encode_questions(["Is it prepared?"])
    return weights.artefact_path(weights.ENCODER) / "sentence-transformers"


@pytest.fixture(scope="module")
def published(torch_folder: Path) -> Any:
    """A plain sentence-transformers model that knows nothing of this project."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(torch_folder), device="cpu")
    assert {str(parameter.dtype) for parameter in model.parameters()} == {"torch.float32"}
    return model


@pytest.fixture(scope="module")
def torch_encoder(torch_folder: Path) -> TorchEncoder:
    return TorchEncoder(str(torch_folder))


def rowwise_cosines(ours: Vectors, theirs: Vectors) -> Vectors:
    """The cosine of each row with the row opposite."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return np.asarray((ours * theirs).sum(1) / lengths, np.float32)


@pytest.mark.parametrize(
    ("prefix", "encode", "texts"),
    [
        ("passage: ", PackagedEncoder.encode_passages, PASSAGES + ODD),
        ("query: ", PackagedEncoder.encode_questions, ASKED + ODD),
    ],
    ids=["passages", "questions"],
)
def test_vectors_are_those_of_the_published_model_with_its_prefix(
    packaged_encoder: PackagedEncoder,
    published: Any,
    prefix: str,
    encode: Callable[[PackagedEncoder, Sequence[str]], Vectors],
    texts: list[str],
) -> None:
    expected = published.encode([prefix + text for text in texts], prompt="", show_progress_bar=False)
    cosines = rowwise_cosines(encode(packaged_encoder, texts), expected)
    assert {text: cosine for text, cosine in zip(texts, cosines, strict=True) if cosine < 0.999} == {}


def test_any_sentence_transformers_folder_gives_the_same_vectors(
    packaged_encoder: PackagedEncoder, torch_encoder: TorchEncoder
) -> None:
    passages = rowwise_cosines(
        packaged_encoder.encode_passages(PASSAGES), torch_encoder.encode_passages(PASSAGES)
    )
    questions = rowwise_cosines(
        packaged_encoder.encode_questions(ASKED), torch_encoder.encode_questions(ASKED)
    )
    assert min(passages.min(), questions.min()) >= 0.999


def test_both_encoders_count_tokens_alike(
    packaged_encoder: PackagedEncoder, torch_encoder: TorchEncoder
) -> None:
    texts = PASSAGES + ASKED + ODD
    assert [packaged_encoder.count_tokens(text) for text in texts] == [
        torch_encoder.count_tokens(text) for text in texts
    ]
    assert packaged_encoder.token_limit == torch_encoder.token_limit
    assert packaged_encoder.dimension == torch_encoder.dimension


def test_encoders_with_other_weights_or_arithmetic_are_told_apart(
    packaged_encoder: PackagedEncoder, torch_encoder: TorchEncoder
) -> None:
    assert packaged_encoder.digest != torch_encoder.digest
    assert torch_encoder.digest == TorchEncoder(torch_encoder.name).digest


def test_vectors_have_unit_length_and_the_stated_dimension(packaged_encoder: PackagedEncoder) -> None:
    vectors = packaged_encoder.encode_passages(PASSAGES + ODD)
    assert vectors.shape == (len(PASSAGES + ODD), packaged_encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_no_texts_give_no_vectors(packaged_encoder: PackagedEncoder) -> None:
    assert packaged_encoder.encode_passages([]).shape == (0, packaged_encoder.dimension)


def texts_of_many_lengths() -> list[str]:
    return [
        " ".join(PASSAGES[first : first + size]) for size in (1, 2, 5, 12, 24) for first in range(0, 8, 2)
    ]


@pytest.fixture(scope="module")
def tolerance() -> float:
    """Zero where the processor multiplies in bfloat16; elsewhere sums may be taken in another order."""
    import openvino

    capabilities = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return 0.0 if "BF16" in capabilities else 1e-5


def test_a_vector_does_not_depend_on_its_neighbours_in_the_batch(
    packaged_encoder: PackagedEncoder, tolerance: float
) -> None:
    texts = texts_of_many_lengths()
    together = packaged_encoder.encode_passages(texts)
    order = random.Random(7).sample(range(len(texts)), len(texts))
    shuffled = np.empty_like(together)
    shuffled[order] = packaged_encoder.encode_passages([texts[place] for place in order])
    alone = np.concatenate([packaged_encoder.encode_passages([text]) for text in texts])
    assert np.abs(shuffled - together).max() <= tolerance
    assert np.abs(alone - together).max() <= tolerance


def test_threads_that_encode_at_once_get_their_own_vectors(
    packaged_encoder: PackagedEncoder, tolerance: float
) -> None:
    alone = [packaged_encoder.encode_questions([text])[0] for text in ASKED]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda text: packaged_encoder.encode_questions([text])[0], ASKED))
    assert np.abs(np.stack(alone) - np.stack(at_once)).max() <= tolerance


def test_every_token_up_to_the_limit_is_read_and_none_beyond(
    packaged_encoder: PackagedEncoder, tolerance: float
) -> None:
    word = " work"
    full = "work" + word * (packaged_encoder.token_limit - 1)
    assert packaged_encoder.count_tokens(full) == packaged_encoder.token_limit
    last, other_last = packaged_encoder.encode_passages([full, full.removesuffix(word) + " port"])
    assert not np.array_equal(last, other_last)
    longer, other_longer = packaged_encoder.encode_passages([full + word * 20, full + word * 19 + " port"])
    assert np.abs(longer - other_longer).max() <= tolerance


def test_a_question_and_a_passage_of_the_same_words_differ(packaged_encoder: PackagedEncoder) -> None:
    cosines = rowwise_cosines(
        packaged_encoder.encode_questions(PASSAGES), packaged_encoder.encode_passages(PASSAGES)
    )
    assert cosines.max() < 0.999


def test_a_question_is_nearest_to_the_passage_that_answers_it_in_any_language(
    packaged_encoder: PackagedEncoder,
) -> None:
    english = packaged_encoder.encode_passages(SENTENCES["en"])
    about_money = packaged_encoder.encode_questions([asked[1] for asked in QUESTIONS.values()])
    assert (about_money @ english.T).argmax(1).tolist() == [2] * len(QUESTIONS)


def test_answering_a_question_imports_no_torch(
    packaged_encoder: PackagedEncoder, project_folder: Path
) -> None:
    packaged_encoder.encode_questions(["Is it prepared?"])
    program = (
        "import sys; from index.encoder import load_encoder; load_encoder().encode_questions(['Why?']); "
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    environment = {**os.environ, "FASTTRACK_ENCODER": PACKAGED}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project_folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_setting_names_the_encoder(monkeypatch: pytest.MonkeyPatch, torch_folder: Path) -> None:
    monkeypatch.setenv("FASTTRACK_ENCODER", str(torch_folder))
    assert load_encoder().name == str(torch_folder)
    assert load_encoder(PACKAGED).name == weights.ENCODER.name


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="could not be loaded"):
        TorchEncoder(str(tmp_path))


def test_an_encoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "no-such-encoder")
    with pytest.raises(WeightsError, match="no-such-encoder"):
        TorchEncoder(missing)
