"""A library whose topics differ by language: the sample library without the texts that stand in all six.

There each country's practices are told in its own language, so what is removed from the vectors of a language
must not be what its documents are about.
"""

import shutil
from pathlib import Path
from statistics import fmean

import pytest

from eval.judgements import judge_chunks
from eval.questions import load_questions
from eval.retrieval import MAIN_MEASURE, score_views
from eval.systems import name_systems, run_systems
from index.encoder import PackagedEncoder
from index.library import Library
from ingest.pipeline import ingest

IN_ALL_LANGUAGES = ("fast-track-*", "roundtables-*", "vision-summary-*")


@pytest.fixture(scope="module")
def scores(
    project_folder: Path, packaged_encoder: PackagedEncoder, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, float]]:
    """nDCG@10 by system and view, over the development questions that such a library answers."""
    folder = tmp_path_factory.mktemp("topics")
    shutil.copytree(
        project_folder / "corpus", folder / "corpus", ignore=shutil.ignore_patterns(*IN_ALL_LANGUAGES)
    )
    ingest([folder / "corpus"], folder / "library", packaged_encoder)
    library = Library(folder / "library", packaged_encoder)
    sources = {entry.source for entry in library.entries()}
    questions = [
        question
        for question in load_questions(project_folder / "eval" / "gold" / "questions-dev.jsonl")
        if {quote.document for quote in question.quotes} <= sources
    ]
    collection = judge_chunks("topics", questions, library)
    systems = name_systems(["dense-raw", "dense", "hybrid"])
    runs = run_systems(systems, library, collection.queries, collection.passages)
    return {
        name: {
            view: fmean(scores[MAIN_MEASURE].values())
            for view, scores in score_views(collection, by_pool).items()
        }
        for name, by_pool in runs.items()
    }


@pytest.mark.parametrize("system", ["dense", "hybrid"])
def test_questions_in_the_topic_s_own_language_lose_nothing(
    scores: dict[str, dict[str, float]], system: str
) -> None:
    assert scores[system]["mixed-own"] >= scores["dense-raw"]["mixed-own"]


@pytest.mark.parametrize("system", ["dense", "hybrid"])
def test_questions_in_other_languages_gain(scores: dict[str, dict[str, float]], system: str) -> None:
    assert scores[system]["mixed-other"] > scores["dense-raw"]["mixed-other"] + 0.1
