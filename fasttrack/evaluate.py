"""`fasttrack eval`: a collection or a gold file, and the scores of what is found, answered or checked."""

import json
import os
import shlex
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fasttrack.console import explain_errors, explain_missing_packages, print_json, show_steps
from fasttrack.opening import load_encoder, open_assistant, open_library
from fasttrack.options import (
    DEFAULT_LIBRARY,
    EncoderOption,
    GeneratorOption,
    JsonOption,
    LibraryOption,
    refuse_missing,
)
from fasttrack.scores import print_answers, print_check, print_practices, print_retrieval

app = typer.Typer(help="Measure retrieval, answers and similar practices.", no_args_is_help=True)

OutOption = Annotated[
    Path, typer.Option(file_okay=False, writable=True, help="The folder for all that is written.")
]


class CollectionVariant(StrEnum):
    """What becomes of a parallel collection before it is searched."""

    disjoint = "disjoint"
    skewed = "skewed"
    alone = "alone"
    crowded = "crowded"


class PlantedHalf(StrEnum):
    """Which sentences with planted errors are checked."""

    dev = "dev"
    test = "test"


@app.command("retrieval")
def eval_retrieval(
    collection: Annotated[
        Path, typer.Argument(help="A folder in BEIR's or TREC's format, or a gold file with --library.")
    ],
    out: OutOption,
    system: Annotated[
        list[str],
        typer.Option(
            default_factory=lambda: ["dense", "hybrid"],
            show_default="dense and hybrid",
            help="bm25, dense, dense-raw, hybrid, or a run file; several times for several.",
        ),
    ],
    variant: Annotated[
        CollectionVariant | None,
        typer.Option(
            help="Of a parallel collection, each passage in one language only, in turn (disjoint) or mostly "
            "in the first (skewed); or the first language by itself (alone) and among the others (crowded)."
        ),
    ] = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run systems over a collection: TREC runs, scores with intervals and tests, and a report."""
    refuse_missing([collection])
    if variant and not collection.is_dir():
        raise typer.BadParameter(f"--variant needs a folder with a collection; {collection} is a file.")
    with explain_errors(), explain_missing_packages():
        from eval.collection import load_collection
        from eval.judgements import judge_chunks
        from eval.pool import open_pool
        from eval.questions import load_questions
        from eval.retrieval import evaluate_retrieval
        from eval.retrieval_report import report_retrieval
        from eval.systems import name_systems
        from eval.variants import make_variant

        systems = name_systems(system)
        if collection.is_dir():
            loaded = load_collection(collection)
            if variant:
                loaded = make_variant(loaded, variant.value)
            with show_steps("encoding passages", len(loaded.passages)) as tell:
                opened = open_pool(loaded, load_encoder(encoder), tell)
        else:
            opened = open_library(library, encoder)
            loaded = judge_chunks(collection.stem, load_questions(collection), opened)
        with show_steps("ranking", len(loaded.queries)) as tell:
            evaluation = evaluate_retrieval(loaded, systems, opened, out, tell)
        report = report_retrieval(evaluation, out, _repeat_command())
    if as_json:
        _print_summary(out)
        return
    print_retrieval(evaluation, report)


@app.command("answers")
def eval_answers(
    gold: Annotated[Path, typer.Argument(help="A gold file, such as eval/gold/questions-dev.jsonl.")],
    out: OutOption,
    generator: GeneratorOption = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a gold file, and score facts, citations, abstention, language and time."""
    refuse_missing([gold])
    with explain_errors(), explain_missing_packages():
        from eval.answers import evaluate_answers
        from eval.answers_report import report_answers
        from eval.questions import load_questions

        questions = load_questions(gold)
        assistant = open_assistant(library, encoder, generator)
        model = os.environ.get("FASTTRACK_LLM", "packaged")
        with show_steps("answering", len(questions)) as tell:
            evaluation = evaluate_answers(questions, assistant, out, tell, model=model)
        report = report_answers(evaluation, out, _repeat_command())
    if as_json:
        _print_summary(out)
        return
    print_answers(evaluation, report)


@app.command("practices")
def eval_practices(
    gold: Annotated[Path, typer.Argument(help="A gold file, such as eval/gold/practices-dev.jsonl.")],
    out: OutOption,
    system: Annotated[
        list[str],
        typer.Option(
            default_factory=lambda: ["practices", "dense-raw"],
            show_default="practices and dense-raw",
            help="practices, bm25, dense, dense-raw or hybrid; several times for several.",
        ),
    ],
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for similar practices in other languages, and score what is found."""
    refuse_missing([gold])
    with explain_errors(), explain_missing_packages():
        from eval.practices import evaluate_practices, read_practices

        found = evaluate_practices(read_practices(gold), open_library(library, encoder), system, out)
    if as_json:
        print_json(asdict(found))
        return
    print_practices(found)


@app.command("check")
def eval_check(
    planted: Annotated[Path, typer.Argument(help="Sentences to check, such as eval/gold/planted.jsonl.")],
    out: OutOption,
    half: Annotated[
        PlantedHalf, typer.Option(help="Which of them: dev to choose on, test to report.")
    ] = PlantedHalf.dev,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check sentences with planted errors and correct ones: what is caught, and what wrongly so."""
    refuse_missing([planted])
    with explain_errors():
        from eval.planted import check_to_json, evaluate_check, load_planted, write_check

        sentences = load_planted(planted)
        with show_steps("checking", sum(one.half == half.value for one in sentences)) as tell:
            found = evaluate_check(sentences, half.value, open_library(library, encoder), tell)
        report = write_check(found, out)
    if as_json:
        print_json(check_to_json(found))
        return
    print_check(found, report)


def _print_summary(out: Path) -> None:
    print_json(json.loads((out / "summary.json").read_text(encoding="utf-8")))


def _repeat_command() -> str:
    """What was typed, for the record."""
    return shlex.join(["fasttrack", *sys.argv[1:]])
