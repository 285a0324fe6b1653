"""The parallel sentences on which is measured what an encoder does with each language."""

import csv
import io
from functools import cache
from importlib.resources import files


@cache
def read_sentences() -> str:
    """The parallel sentences of the sample library: a column for each language, a line for each sentence."""
    return files("index").joinpath("parallel.tsv").read_text(encoding="utf-8")


def part_by_language(text: str) -> dict[str, list[str]]:
    """The sentences of each language, in their order."""
    languages, *rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        language: list(column) for language, column in zip(languages, zip(*rows, strict=True), strict=True)
    }
