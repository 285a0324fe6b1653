"""The `transformers` generator: the packaged model from its GGUF file, and small models of several kinds that
are made here, with random weights: what they write has no meaning, but is certain, so it can be compared."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers as hub
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from assistant.errors import GeneratorError
from assistant.writing import transformers
from assistant.writing.drafts import split_drafts
from assistant.writing.generator import MOST_WAITING, Request
from assistant.writing.prompt import write_messages
from assistant.writing.transformers import Transformers
from index.errors import FastTrackError
from index.library import Library
from tests.assistant.ten_questions import check_ten_answers

REQUEST = Request(
    "What was the total budget of the project?",
    "en",
    (
        "The total budget was about 250,000 euros. Of this, 150,000 euros was a subsidy from ESF Flanders.",
        "The partners learn from one another. Four roundtables are planned, each on a topic of its own.",
    ),
)
OTHER = Request("Who is the contact person?", "en", ("The contact person is Tim Buyse.",))
MESSAGES = write_messages(REQUEST)

WORDS = sorted(
    {word for message in (*MESSAGES, *write_messages(OTHER)) for word in message["content"].split()}
)
VOCABULARY = {
    word: number for number, word in enumerate(("<unknown>", "<end>", "<system>", "<user>", *WORDS))
}
TEMPLATE = """{% for message in messages %}<{{ message.role }}> {{ message.content }} {% endfor %}"""
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
THINKING = TEMPLATE + "{% if enable_thinking is defined and not enable_thinking %}<end>{% endif %}"

SHORT = 40

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTTRACK_TRANSFORMERS_MODEL", raising=False)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Writes a folder with a small model and its tokenizer. It writes 40 words, in full precision.

    One thread computes: with so little to do, several would mostly wait for each other.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(transformers, "_choose_precision", lambda: torch.float32)
    monkeypatch.setattr(transformers, "MOST_TOKENS", SHORT)

    def write(template: str | None = TEMPLATE, config: Any = None) -> Path:
        plain = Tokenizer(WordLevel(VOCABULARY, "<unknown>"))
        plain.pre_tokenizer = WhitespaceSplit()
        tokenizer = hub.PreTrainedTokenizerFast(
            tokenizer_object=plain, unk_token="<unknown>", eos_token="<end>", pad_token="<end>"
        )
        tokenizer.chat_template = template
        tokenizer.save_pretrained(tmp_path / "model")
        torch.manual_seed(1)
        model = hub.AutoModelForCausalLM.from_config(config or configure_small())
        # Otherwise a model that has never learnt may go on for ever, or end at once.
        model.generation_config.eos_token_id = None
        model.save_pretrained(tmp_path / "model")
        return tmp_path / "model"

    yield write
    torch.set_num_threads(threads)


def configure_small() -> Any:
    return hub.LlamaConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        initializer_range=0.5,
    )


def continue_plainly(folder: Path, prompt: str) -> str:
    """What the model writes after a prompt, by the plainest way there is: one best token after the other."""
    tokenizer = hub.AutoTokenizer.from_pretrained(folder)
    model: Any = hub.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokens = tokenizer(prompt, return_tensors="pt").input_ids
    size = tokens.shape[1]
    with torch.no_grad():
        for _ in range(SHORT):
            best = model(tokens).logits[:, -1].argmax(dim=-1, keepdim=True)
            tokens = torch.cat([tokens, best], dim=1)
    text = tokenizer.decode(tokens[0, size:], skip_special_tokens=True)
    assert isinstance(text, str)
    return text


def render(messages: list[dict[str, str]]) -> str:
    return "".join(f"<{message['role']}> {message['content']} " for message in messages)


def test_what_streams_is_what_the_model_writes_after_the_prompt(make: Make) -> None:
    folder = make()
    pieces = list(Transformers(str(folder)).write(REQUEST))
    assert len(pieces) > 1
    assert "".join(pieces) == continue_plainly(folder, render(MESSAGES))


def test_a_template_without_a_system_message_gets_all_from_the_user(make: Make) -> None:
    folder = make(NO_SYSTEM)
    content = f"{MESSAGES[0]['content']}\n\n{MESSAGES[1]['content']}"
    text = "".join(Transformers(str(folder)).write(REQUEST))
    assert text == continue_plainly(folder, render([{"role": "user", "content": content}]))


def test_a_model_without_a_template_reads_the_messages_as_text(make: Make) -> None:
    folder = make(None)
    text = "".join(Transformers(str(folder)).write(REQUEST))
    assert text == continue_plainly(folder, f"{MESSAGES[0]['content']}\n\n{MESSAGES[1]['content']}\n\n")


def test_a_model_that_could_think_aloud_is_told_not_to(make: Make) -> None:
    folder = make(THINKING)
    text = "".join(Transformers(str(folder)).write(REQUEST))
    assert text == continue_plainly(folder, f"{render(MESSAGES)}<end>")


def test_a_model_with_a_running_state_writes(make: Make) -> None:
    folder = make(
        config=hub.MambaConfig(
            vocab_size=len(VOCABULARY),
            hidden_size=32,
            num_hidden_layers=2,
            state_size=8,
            initializer_range=0.5,
        )
    )
    text = "".join(Transformers(str(folder)).write(REQUEST))
    assert len(text.split()) > SHORT / 2


def test_an_answer_ends_where_the_model_ends_it(make: Make) -> None:
    folder = make()
    text = "".join(Transformers(str(folder)).write(REQUEST))
    words = text.split()
    last = next(word for word in words[5:] if word not in words[:5])
    settings = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    settings["eos_token_id"] = VOCABULARY[last]
    (folder / "generation_config.json").write_text(json.dumps(settings), encoding="utf-8")
    assert "".join(Transformers(str(folder)).write(REQUEST)).split() == words[: words.index(last) + 1]


def test_two_answers_at_once_are_the_same_as_one_by_one(make: Make) -> None:
    model = Transformers(str(make()))
    alone = ["".join(model.write(request)) for request in (REQUEST, OTHER)]
    first, second = model.write(REQUEST), model.write(OTHER)
    began = next(first)
    assert ["".join(second), began + "".join(first)] == alone[::-1]


def test_an_answer_that_is_left_ends_and_makes_way_for_the_next(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformers, "MOST_TOKENS", 1_000_000)
    model = Transformers(str(make()))
    left = model.write(REQUEST)
    assert next(left)
    left.close()
    monkeypatch.setattr(transformers, "MOST_TOKENS", 5)
    assert len("".join(model.write(OTHER)).split()) <= 5


def test_an_answer_that_takes_too_long_ends_and_what_has_come_stands(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make()
    whole = "".join(Transformers(str(folder)).write(REQUEST))
    monkeypatch.setattr(transformers, "_MOST_SECONDS", 0.0)
    begun = "".join(Transformers(str(folder)).write(REQUEST))
    assert 0 < len(begun) < len(whole)
    assert whole.startswith(begun)


def test_who_comes_when_too_many_wait_is_told_at_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    run = Transformers._run

    def wait_and_run(model: Transformers, generation: Any) -> None:
        go_on.wait()
        run(model, generation)

    monkeypatch.setattr(Transformers, "_run", wait_and_run)
    model = Transformers(str(make()))
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append("".join(model.write(OTHER))))
        for _ in range(MOST_WAITING + 1)
    ]
    try:
        for thread in threads:
            thread.start()
        while model._places._value:
            pass
        with pytest.raises(GeneratorError, match="waiting"):
            next(model.write(REQUEST))
    finally:
        go_on.set()
        for thread in threads:
            thread.join()
    assert len(texts) == MOST_WAITING + 1
    assert "".join(model.write(OTHER)) == texts[0]


# Failures.


def fail(model: str) -> str:
    """The message of the failure: one line, a sentence, with the model and the setting."""
    with pytest.raises(GeneratorError) as raised:
        list(Transformers(model).write(REQUEST))
    message = str(raised.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert model in message
    assert "FASTTRACK_TRANSFORMERS_MODEL" in message
    return message


def test_a_model_that_a_hub_does_not_have_is_named() -> None:
    fail("nobody/no-such-model")


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    fail(str(tmp_path))


def test_weights_that_are_cut_off_are_told(make: Make) -> None:
    folder = make()
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    fail(str(folder))


@pytest.mark.parametrize(
    "content", [b"", b"This is no model.", b"GGUF\x03\0\0\0"], ids=["empty", "text", "cut off"]
)
def test_a_gguf_file_that_is_no_model_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.gguf").write_bytes(content)
    fail(str(tmp_path / "model.gguf"))


def test_code_that_comes_with_a_model_is_never_run(make: Make, tmp_path: Path) -> None:
    folder = make()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["model_type"] = "of_its_own"
    config["auto_map"] = {"AutoConfig": "code.Config", "AutoModelForCausalLM": "code.Model"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    fail(str(folder))
    assert not (tmp_path / "ran").exists()


def test_without_a_setting_the_setting_is_named() -> None:
    with pytest.raises(FastTrackError, match="FASTTRACK_TRANSFORMERS_MODEL"):
        Transformers()


def test_a_gguf_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"gone\.gguf"):
        Transformers(str(tmp_path / "gone.gguf"))


def test_a_package_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.gguf").touch()
    monkeypatch.setattr(transformers, "find_spec", lambda name: None if name == "gguf" else object())
    with pytest.raises(GeneratorError, match=r"needs gguf, not installed: run `pip install"):
        Transformers(str(tmp_path / "model.gguf"))


# The packaged model.


@pytest.fixture(scope="module")
def packaged(language_model_file: Path) -> Transformers:
    return Transformers(str(language_model_file))


def test_the_packaged_model_writes_the_figure_and_cites_the_passage(packaged: Transformers) -> None:
    drafts = list(split_drafts(packaged.write(REQUEST), "en"))
    assert any("250,000" in draft.text and draft.numbers == (1,) for draft in drafts), drafts


def test_ten_gold_questions(packaged: Transformers, library: Library) -> None:
    check_ten_answers(packaged, library)
