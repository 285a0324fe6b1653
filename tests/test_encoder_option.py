"""The encoder is a choice: each command takes it, a library keeps to its own, and can be built anew."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

import fasttrack
from index.encoder import PackagedEncoder
from index.library import Library
from tests.sayings import SENTENCES
from tests.shell import FolderShell

PACKAGED_NAME = "multilingual-e5-small"
WITH_ENCODER = {
    *("ingest", "search", "ask", "compare", "practices", "chat", "bench"),
    *("library remove", "library reencode"),
    *("eval retrieval", "eval answers", "eval practices", "eval check"),
}
QUESTION = SENTENCES["nl"][3]
LIBRARY = {"FASTTRACK_LIBRARY": "library"}


class Shell(FolderShell):
    """A folder with documents, a library of the packaged encoder, and a small encoder called `small`."""

    def check_refused(self, arguments: Sequence[str], *told: str, **settings: str) -> None:
        done = self(*arguments, **settings)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert "Traceback" not in done.stderr
        shown = " ".join(done.stderr.split())
        assert all(part in shown for part in told), done.stderr


def make_encoder(folder: Path) -> None:
    """Save a model of one layer and 32 dimensions, with a word for a token, as sentence-transformers does."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(
        [text for texts in SENTENCES.values() for text in texts],
        trainers.WordLevelTrainer(special_tokens=list(marks.values())),
    )
    ends = [(name, words.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    words.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=words.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    bare = folder.with_name(f"{folder.name}-bare")
    BertModel(config).save_pretrained(bare)
    PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=64, **marks).save_pretrained(bare)
    transformer = Transformer(str(bare), max_seq_length=64)
    pooling = Pooling(transformer.get_embedding_dimension())
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(folder))
    shutil.rmtree(bare)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, packaged_encoder: object) -> Path:
    folder = tmp_path_factory.mktemp("encoders")
    make_encoder(folder / "small")
    (folder / "documents").mkdir()
    for language, sentences in SENTENCES.items():
        text = "\n\n".join(f"{sentence} ({part})" for part in range(3) for sentence in sentences)
        (folder / "documents" / f"{language}.txt").write_text(text, encoding="utf-8")
    done = Shell(folder, LIBRARY)("ingest", "documents")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def shell(made: Path, tmp_path: Path) -> Shell:
    """A folder of its own, where the documents' files are gone."""
    shutil.copytree(made / "library", tmp_path / "library")
    (tmp_path / "small").symlink_to(made / "small")
    return Shell(tmp_path, LIBRARY)


def list_commands(app: typer.Typer) -> dict[str, Any]:
    top: Any = typer.main.get_command(app)
    found = {}
    for name, command in top.commands.items():
        below = getattr(command, "commands", {})
        found |= {f"{name} {one}": of_one for one, of_one in below.items()} or {name: command}
    return found


def test_every_command_that_encodes_takes_an_encoder() -> None:
    taking = {
        name: parameter
        for name, command in list_commands(fasttrack.app).items()
        for parameter in command.params
        if "--encoder" in parameter.opts
    }
    assert taking.keys() == WITH_ENCODER
    assert {one.envvar for one in taking.values()} == {"FASTTRACK_ENCODER"}
    assert {one.default for one in taking.values()} == {None}


def test_a_library_of_another_encoder_is_refused_with_both_names_and_ways_out(shell: Shell) -> None:
    told = (
        f"built with the encoder {PACKAGED_NAME} and cannot be used with small",
        f"`--encoder {PACKAGED_NAME}`",
        "`fasttrack library reencode --encoder small`",
    )
    shell.check_refused(("search", QUESTION, "--encoder", "small"), *told)
    shell.check_refused(("ingest", "library"), *told, FASTTRACK_ENCODER="small")


@pytest.mark.parametrize("name", ["packaged", PACKAGED_NAME])
def test_the_packaged_encoder_is_chosen_by_either_name_before_the_environment(
    shell: Shell, name: str
) -> None:
    found = shell.json("search", QUESTION, "--encoder", name, FASTTRACK_ENCODER="small")
    assert QUESTION in found["hits"][0]["text"]


def test_what_only_lists_needs_no_encoder(shell: Shell, tmp_path: Path) -> None:
    settings = {"FASTTRACK_ENCODER": str(tmp_path / "nowhere"), "FASTTRACK_CACHE": str(tmp_path / "empty")}
    status = shell("library", "status", **settings)
    assert (status.returncode, status.stderr) == (0, "")
    assert f" chunks, encoder {PACKAGED_NAME}\n" in status.stdout
    listed = shell("library", "list", **settings)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "nl.txt" in listed.stdout
    assert not (tmp_path / "empty").exists()


def test_an_encoder_that_is_not_there_is_named(shell: Shell) -> None:
    shell.check_refused(("library", "reencode", "--encoder", "./no-such-encoder"), "no-such-encoder")
    assert shell.json("library", "status")["encoder"] == PACKAGED_NAME


def test_a_library_goes_over_to_another_encoder_and_back(
    shell: Shell, packaged_encoder: PackagedEncoder
) -> None:
    before = Library(shell.folder / "library", packaged_encoder).vectors()

    nothing = shell.json("library", "reencode")
    assert (nothing["changed"], nothing["encoded"]) == (False, 0)
    assert f"has the encoder {PACKAGED_NAME} already: nothing to do" in shell("library", "reencode").stdout

    done = shell.json("library", "reencode", "--encoder", "small")
    assert done.pop("seconds") > 0
    assert done["encoded"] == done["chunks"] > len(before), "it reads fewer tokens at once"
    assert done == done | {"changed": True, "before": PACKAGED_NAME, "encoder": "small", "documents": 6}
    found = shell.json("search", QUESTION, "--encoder", "small", "--mode", "lexical")
    assert QUESTION in found["hits"][0]["text"]
    refused = f"built with the encoder small and cannot be used with {PACKAGED_NAME}"
    shell.check_refused(("search", QUESTION), refused)

    back = shell("library", "reencode")
    assert back.returncode == 0, back.stderr
    assert f"6 documents, {len(before)} chunks, " in back.stdout
    assert f"has the encoder {PACKAGED_NAME} now, instead of small." in back.stdout
    assert (Library(shell.folder / "library", packaged_encoder).vectors() == before).all()
    assert {path.name for path in shell.folder.iterdir()} == {"library", "small"}
