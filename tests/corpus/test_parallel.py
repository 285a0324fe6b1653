"""The texts that stand in all six languages say the same, paragraph by paragraph and sentence by sentence."""

import re
from functools import cache
from pathlib import Path

import pytest

from index.language import LANGUAGES
from index.sentences import split_sentences
from ingest.markdown import read_markdown

CORPUS = Path(__file__).parents[2] / "corpus"
TEXTS = ("project/fast-track", "project/roundtables", "serv/vision-summary")


@cache
def read_blocks(text: str, language: str) -> list[str]:
    """Headings, paragraphs and list items, each on its own."""
    content = read_markdown((CORPUS / f"{text}-{language}.md").read_bytes())
    return re.split(r"\n+", content.text)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
@pytest.mark.parametrize("text", TEXTS)
def test_the_same_blocks_follow_each_other(text: str, language: str) -> None:
    translated, english = read_blocks(text, language), read_blocks(text, "en")
    assert [block.startswith("- ") for block in translated] == [block.startswith("- ") for block in english]
    for ours, theirs in zip(translated, english, strict=True):
        assert 0.5 < len(ours) / len(theirs) < 2 or abs(len(ours) - len(theirs)) < 20
        assert find_figures(ours) == find_figures(theirs)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
@pytest.mark.parametrize("text", TEXTS)
def test_each_block_has_the_same_number_of_sentences(text: str, language: str) -> None:
    pairs = zip(read_blocks(text, language), read_blocks(text, "en"), strict=True)
    assert not [
        (ours, theirs)
        for ours, theirs in pairs
        if count_sentences(ours, language) != count_sentences(theirs, "en")
    ]


def find_figures(block: str) -> list[str]:
    """The figures, in their order or not, written as plain digits."""
    return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,\u00a0\u202f](?=\d{3})", "", block)))


def count_sentences(block: str, language: str) -> int:
    return len(split_sentences(block, language))
