"""A small parallel collection in three languages, as a folder and loaded."""

import json
from collections.abc import Sequence
from pathlib import Path

from eval.collection import Collection, load_collection
from tests.sayings import QUESTIONS, SENTENCES

LANGUAGES = ("nl", "en", "de")
_ANSWERS = (0, 2, 3)  # the sentence that answers the first, second and third question


def write_collection(folder: Path, languages: Sequence[str] = LANGUAGES) -> Path:
    """Write a collection in BEIR's format: four passages and three queries in each language. Every language
    version of a query's passage is relevant to it."""
    folder.mkdir(parents=True, exist_ok=True)
    passages = [
        {"_id": f"{language}-{number}", "text": text, "lang": language}
        for language in languages
        for number, text in enumerate(SENTENCES[language])
    ]
    queries = [
        {"_id": f"{language}-q{number}", "text": text, "lang": language}
        for language in languages
        for number, text in enumerate(QUESTIONS[language])
    ]
    judgements = [
        f"{asked}-q{number}\t{language}-{answer}\t1"
        for asked in languages
        for number, answer in enumerate(_ANSWERS)
        for language in languages
    ]
    for name, objects in (("corpus", passages), ("queries", queries)):
        lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in objects)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judgements]) + "\n")
    return folder


def make_collection(folder: Path, languages: Sequence[str] = LANGUAGES) -> Collection:
    """The same, loaded; its name is the folder's."""
    return load_collection(write_collection(folder, languages))
