"""The command line: the one place where the parts are put together and errors become text for people.

Exit codes: 0 done, 1 could not, 2 wrong use.
"""

import io
import json
import math
import os
import shlex
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.errors import FastTrackError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from eval.speed.bench import Part
    from index.encoder import Encoder
    from index.filters import Filter
    from index.library import Library
    from ingest.storing import Progress as StoringProgress

# Each command imports what it needs, so that a search does not wait for what only an ingest uses.

app = typer.Typer(
    name="fasttrack",
    help="Search and question multilingual project documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
library_app = typer.Typer(help="Look at the library, or remove documents from it.", no_args_is_help=True)
app.add_typer(library_app, name="library")
eval_app = typer.Typer(help="Measure retrieval, answers and similar practices.", no_args_is_help=True)
app.add_typer(eval_app, name="eval")

# What comes from documents and file names is shown as it is: "[…]" is no markup, ":…:" no picture.
# Lines are folded for people only: what reads a pipe wants them whole.
output = Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False, emoji=False)
messages = Console(stderr=True, highlight=False, markup=False, emoji=False)

DEFAULT_LIBRARY = Path("var/library")


class SearchMode(StrEnum):
    """How passages are found."""

    hybrid = "hybrid"
    dense = "dense"
    dense_raw = "dense-raw"
    lexical = "lexical"


class CollectionVariant(StrEnum):
    """What becomes of a parallel collection before it is searched."""

    disjoint = "disjoint"
    skewed = "skewed"
    alone = "alone"
    crowded = "crowded"


class Unsupported(StrEnum):
    """What becomes of a sentence that no passage supports."""

    drop = "drop"
    mark = "mark"


class ComparedBy(StrEnum):
    """What documents are compared by."""

    country = "country"
    organisation = "organisation"
    language = "language"


class PlantedHalf(StrEnum):
    """Which sentences with planted errors are checked."""

    dev = "dev"
    test = "test"


class BenchPart(StrEnum):
    """What a bench measures."""

    encoding = "encoding"
    ingest = "ingest"
    search = "search"
    answers = "answers"


def read_text(text: str | None) -> str | None:
    """An argument in the locale's encoding, or, where that cannot be it (`LC_ALL=C`), in UTF-8."""
    if text is None:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode(errors="replace")
    return text


def read_date(text: str) -> str:
    """A date in ISO 8601, which may be shortened to a month or year. Raises `typer.BadParameter`."""
    formats = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}
    try:
        if text:
            datetime.strptime(text, formats.get(len(text), "no date"))
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no date: write it as 2018, 2018-11 or 2018-11-28.") from error
    return text


LibraryOption = Annotated[
    Path,
    typer.Option(
        "--library",
        envvar="FASTTRACK_LIBRARY",
        help="The library's folder.",
        show_default=str(DEFAULT_LIBRARY),
    ),
]
EncoderOption = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        envvar="FASTTRACK_ENCODER",
        help="What encodes texts: packaged, or a hub name or folder for sentence-transformers.",
        show_default="packaged",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
OutOption = Annotated[
    Path, typer.Option(file_okay=False, writable=True, help="The folder for all that is written.")
]
LanguageOption = Annotated[list[str] | None, typer.Option(help="Only passages in this language, such as nl.")]
CountryOption = Annotated[
    list[str] | None, typer.Option(help="Only documents from this country, such as BE.")
]
OrganisationOption = Annotated[list[str] | None, typer.Option(help="Only documents of this organisation.")]
KindOption = Annotated[list[str] | None, typer.Option(help="Only documents of this kind.")]
ThemeOption = Annotated[list[str] | None, typer.Option(help="Only documents on this theme.")]
SinceOption = Annotated[
    str,
    typer.Option(
        help="Only documents of this day or later: 2018, 2018-11 or 2018-11-28.", callback=read_date
    ),
]
UntilOption = Annotated[str, typer.Option(help="Only documents of this day or earlier.", callback=read_date)]
GeneratorOption = Annotated[
    str | None,
    typer.Option(
        "--generator",
        envvar="FASTTRACK_GENERATOR",
        help="Who writes the answer: extractive, llama.cpp, transformers or openai.",
    ),
]

UnsupportedOption = Annotated[
    Unsupported,
    typer.Option(help="What becomes of a model's sentence that no passage supports: left out, or marked."),
]


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders: .md, .pdf, .docx, .html, .txt.", metavar="PATH…")
    ],
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the library up to date with files and folders; unchanged files cost nothing."""
    from ingest.pipeline import ingest as run_ingest

    _refuse_missing(paths)
    with readable_errors(), _show_progress("reading and encoding") as tell:
        report = run_ingest(paths, library, _load_encoder(encoder), tell)
    if as_json:
        print_json(asdict(report))
        return
    output.print(
        f"{report.read} read, {report.unchanged} unchanged, {report.removed} removed, "
        f"{len(report.skipped)} skipped. {report.encoded} chunks encoded in {report.seconds:.1f} s; "
        f"the library at {library} has {report.chunks}."
    )
    for skipped in report.skipped:
        output.print(show(f"  skipped {skipped.source}: {skipped.reason}"))


@app.command()
def search(
    text: Annotated[
        str, typer.Argument(help="A question or some words, in any language.", callback=read_text)
    ],
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=1000, help="How many passages.")] = 10,
    language: LanguageOption = None,
    country: CountryOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
    theme: ThemeOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    around: Annotated[
        int, typer.Option(min=0, max=20, help="Also show so many chunks before and after each passage.")
    ] = 0,
    mode: Annotated[SearchMode, typer.Option(help="How passages are found.")] = SearchMode.hybrid,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages that fit a text best, whatever their language.

    Each restriction may be given several times, and then lets each of its values through.
    """
    from assistant.serialise import hits_to_json
    from index.language import detect_language
    from index.library import Library

    if not text.strip():
        raise typer.BadParameter("The text is empty: write what you are looking for.")
    filter_ = _make_filter(language, country, organisation, kind, theme, since, until)
    with readable_errors():
        opened = Library(library, _load_encoder(encoder))
        opened.warm_up()
        detected = detect_language(text)
        hits = opened.search(text, question_language=detected, count=count, mode=mode.value, filter_=filter_)
        neighbours = (
            [opened.neighbours(hit.chunk, around) for hit in hits] if around else [([], [])] * len(hits)
        )
    if as_json:
        shown = hits_to_json(hits)
        for one, (before, after) in zip(shown, neighbours, strict=True):
            one["before"] = [chunk.text for chunk in before]
            one["after"] = [chunk.text for chunk in after]
        print_json({"question": text, "language": detected, "mode": mode.value, "hits": shown})
        return
    for hit, (before, after) in zip(hits, neighbours, strict=True):
        place = describe_place(hit.source, hit.chunk.first_page, hit.chunk.heading)
        output.print(show(f"{hit.rank}. {hit.metadata.title}", style="bold"))
        output.print(
            show(f"   {hit.chunk.language} · {place} · {hit.score_kind} {hit.score:.3f}", style="dim")
        )
        for chunk in (*before, hit.chunk, *after):
            output.print(show(f"   {' '.join(chunk.text.split())}", "" if chunk is hit.chunk else "dim"))
        output.print()
    if not hits:
        output.print("No passage fits.")


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="A question in nl, en, de, fr, es or cs.", callback=read_text)],
    answer_in: Annotated[
        str, typer.Option(help="The answer's language, such as nl.", show_default="the question's")
    ] = "",
    generator: GeneratorOption = None,
    unsupported: UnsupportedOption = Unsupported.drop,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the documents, with citations, or say that they do not answer it."""
    from assistant.serialise import answer_to_json

    if not text.strip():
        raise typer.BadParameter("The question is empty: write what you want to know.")
    with readable_errors():
        assistant = _open_assistant(library, encoder, generator, unsupported)
        assistant.library.warm_up()
        answer = assistant.answer(text, language=answer_in)
    if as_json:
        print_json(answer_to_json(answer))
        return
    if answer.notice:
        output.print(show(answer.notice, style="dim"))
    if answer.lead_in:
        output.print(show(answer.lead_in))
    cited = [citation for sentence in answer.sentences for citation in sentence.citations]
    for sentence in answer.sentences:
        marks = "".join(f" [{citation.number}]" for citation in sentence.citations)
        if sentence.verdict == "unsupported":
            marks = f" (unsupported: {sentence.reason})"
        for language in sorted(sentence.quoted_languages - {answer.language}):
            marks += f" ({language})"
        output.print(show(f"  {sentence.text}{marks}"))
    numbers = {citation.number: citation.page for citation in cited}
    for hit in answer.passages:
        if answer.abstained or hit.rank in numbers:
            place = describe_place(hit.source, numbers.get(hit.rank, hit.chunk.first_page), hit.chunk.heading)
            output.print(
                show(f"[{hit.rank}] {hit.metadata.title} ({hit.chunk.language}, {place})", style="dim")
            )
    output.print(show(f"{answer.generator}, {answer.seconds:.1f} s", style="dim"))


@app.command()
def compare(
    text: Annotated[str, typer.Argument(help="A question in nl, en, de, fr, es or cs.", callback=read_text)],
    by: Annotated[ComparedBy, typer.Option(help="What gets an answer each.")] = ComparedBy.country,
    language: LanguageOption = None,
    country: CountryOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
    theme: ThemeOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    generator: GeneratorOption = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question for each country, organisation or language, from its own documents alone.

    A cell is empty where these do not answer it.
    """
    from assistant.compare import compare as run_compare
    from assistant.compare import find_groups
    from assistant.serialise import comparison_to_json

    if not text.strip():
        raise typer.BadParameter("The question is empty: write what you want to know.")
    filter_ = _make_filter(language, country, organisation, kind, theme, since, until)
    with readable_errors():
        assistant = _open_assistant(library, encoder, generator)
        groups = find_groups(assistant.library, by.value, filter_)
        assistant.library.warm_up()
        with _show_steps("answering", len(groups.names)) as tell:
            found = run_compare(text, groups, assistant, filter_, tell)
    if as_json:
        print_json(comparison_to_json(found))
        return
    for notice in found.notices:
        output.print(show(notice, style="dim"))
    table = Table(show_lines=True)
    for heading in (by.value.capitalize(), "Answer", "Sources"):
        table.add_column(heading, overflow="fold")
    for cell in found.cells:
        answer = cell.answer
        if answer.abstained:
            table.add_row(show(cell.group), show(answer.lead_in, style="dim"), "")
            continue
        marked = [
            " ".join((sentence.text, *(f"[{citation.number}]" for citation in sentence.citations)))
            for sentence in answer.sentences
        ]
        numbered = {citation.number: citation for one in answer.sentences for citation in one.citations}
        places = [
            f"[{number}] {cited.hit.chunk.language}, "
            + describe_place(cited.hit.source, cited.page, cited.hit.chunk.heading)
            for number, cited in sorted(numbered.items())
        ]
        table.add_row(show(cell.group), show("\n".join(marked)), show("\n".join(places), style="dim"))
    output.print(table if found.cells else "No passage fits.")
    if groups.without:
        states = "document states" if groups.without == 1 else "documents state"
        output.print(f"{groups.without} {states} no {by.value}: in no row.")
    output.print(f"{found.seconds:.1f} s", style="dim")


@app.command()
def practices(
    text: Annotated[
        str | None,
        typer.Argument(help="A paragraph that describes a practice, in any language.", callback=read_text),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A file that describes it: .md, .pdf, .docx, .html, .txt.", dir_okay=False),
    ] = None,
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=100, help="How many documents.")] = 10,
    language: LanguageOption = None,
    country: CountryOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
    theme: ThemeOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find similar practices in other languages and countries, from a paragraph or page about one.

    The score says how near the nearest statement is: of documents from 0.40 on, six in ten are similar; from
    0.30 on, one in four; below, few.
    """
    from assistant.practices import PERHAPS, find_practices
    from assistant.serialise import practices_to_json

    if (text is None) == (file is None):
        raise typer.BadParameter("Describe the practice in words, or name a file that does: one of the two.")
    filter_ = _make_filter(language, country, organisation, kind, theme, since, until)
    with readable_errors():
        described = _read_file(file) if file is not None else text or ""
        found = find_practices(described, _open_library(library, encoder), count=count, filter_=filter_)
    if as_json:
        print_json({"description": described, "practices": practices_to_json(found)})
        return
    if not found or found[0].score < PERHAPS:
        output.print("Nothing in the library seems similar; this is what comes nearest.")
    for one in found:
        known = one.hit.metadata
        place = describe_place(one.hit.source, one.page, one.hit.chunk.heading)
        about = " · ".join(filter(None, (known.language, known.country, known.organisation, place)))
        output.print(show(f"{one.rank}. {known.title}", style="bold"))
        output.print(show(f"   {one.score:.2f} · {about}", style="dim"))
        output.print(show(f"   described: {one.sentence}"))
        output.print(show(f"   {one.hit.chunk.language}: {one.statement}"))
        if one.themes:
            output.print(show(f"   themes: {', '.join(one.themes)}", style="dim"))


@app.command()
def chat(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
    generator: GeneratorOption = None,
    unsupported: UnsupportedOption = Unsupported.drop,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
) -> None:
    """Open the chat page for a browser."""
    with readable_errors():
        from assistant.page.chat import serve

        assistant = _open_assistant(library, encoder, generator, unsupported)
        assistant.warm_up()

        serve(
            assistant, host, port, lambda address: messages.print(f"The chat is at {address} (stop: Ctrl+C).")
        )


@app.command()
def models(as_json: JsonOption = False) -> None:
    """Show the default models: what is installed, where from, under which licence, and its digest."""
    from index import weights

    rows = [weights.describe(model) for model in (weights.ENCODER, weights.LANGUAGE_MODEL)]
    if as_json:
        print_json({"models": [asdict(row) for row in rows]})
        return
    table = Table(show_lines=True)
    for heading in ("Model", "Role", "Licence", "State", "From", "SHA-256"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(row.name, row.role, row.licence, row.state, row.origin, row.sha256)
    output.print(table)


@app.command()
def bench(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to measure with.", metavar="PATH…")],
    part: Annotated[
        list[BenchPart],
        typer.Option(
            default_factory=lambda: list(BenchPart),
            show_default="all",
            help="What is measured; several times for several.",
        ),
    ],
    size: Annotated[
        list[int],
        typer.Option(
            default_factory=lambda: [1_000, 10_000],
            show_default="1000 and 10000",
            min=1,
            help="Chunks of a library to search, up to a million (8 GB); several times for several.",
        ),
    ],
    runs: Annotated[int, typer.Option(min=1, max=50, help="Measured runs of each.")] = 3,
    out: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            writable=True,
            help="A folder for bench.json and, where searches of several sizes are measured, a picture.",
        ),
    ] = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and memory, each against a plain reference in the same run."""
    _refuse_missing(paths)
    with readable_errors(), messages.status("starting") as line:
        from eval.speed.bench import run_bench
        from index import weights
        from index.encoder import PACKAGED

        parts: list[Part] = [one.value for one in part]
        chosen = _load_encoder(encoder)
        # What is measured runs in other processes, which know no option of this one.
        packaged = chosen.name == weights.ENCODER.name
        os.environ["FASTTRACK_ENCODER"] = PACKAGED if packaged else chosen.name
        found = run_bench(paths, chosen, parts, size, runs, lambda step: line.update(f"{step} …"))
    if out is not None:
        with readable_errors(), _eval_extra():
            from eval.speed.growth import write_bench

            write_bench(found, out)
    if as_json:
        print_json(asdict(found))
        return
    output.print(
        show(f"{found.documents} documents, {found.chunks} chunks, {runs} runs, encoder {found.encoder}")
    )
    table = Table()
    for heading in ("", "Chunks", "Unit", "n", "Min", "Median", "p95", "Max", "Ratio", "to the median of"):
        table.add_column(heading)
    for one in found.measurements:
        values, reference = one.values, one.reference
        shown = [values.minimum, values.median, values.p95, values.maximum]
        row = [f"{one.part}: {one.name}", f"{one.chunks}", one.unit, f"{values.n}", *map(_round, shown)]
        if reference:
            ratios = reference.ratios
            spread = f" ({_round(ratios.minimum)} to {_round(ratios.maximum)})" if ratios.n > 1 else ""
            row += [f"{_round(ratios.median)}{spread}"]
            row += [f"{reference.name}: {_round(reference.values.median)}"]
        table.add_row(*row)
    output.print(table)


@library_app.command()
def status(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """Count the library's documents, by language, country, organisation, kind, theme and format."""
    from index.library import Holdings

    with readable_errors():
        found = Holdings(library).status()
    if as_json:
        print_json(asdict(found))
        return
    output.print(f"{found.documents} documents, {found.chunks} chunks, encoder {found.encoder}")
    for name in ("languages", "countries", "organisations", "kinds", "themes", "formats"):
        output.print(show(f"{name}: {_list_counts(getattr(found, name))}"))


@library_app.command("list")
def list_documents(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """List the library's documents."""
    from index.library import Holdings

    with readable_errors():
        entries = Holdings(library).entries()
    if as_json:
        print_json({"documents": [_flatten(asdict(entry)) for entry in entries]})
        return
    table = Table()
    for heading in ("Document", "Title", "Language", "Country", "Kind", "Chunks", "Source"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        known = entry.metadata
        described = (known.title, known.language, known.country, known.kind)
        table.add_row(entry.id, *map(show, described), str(entry.chunks), show(entry.source))
    output.print(table)


@library_app.command()
def remove(
    documents: Annotated[list[str], typer.Argument(help="Documents, as `library list` shows them.")],
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove documents from the library; their files stay where they are."""
    from index.library import Holdings, open_for_writing

    with readable_errors():
        known = {entry.id for entry in Holdings(library).entries()}
        if unknown := [id_ for id_ in documents if id_ not in known]:
            raise FastTrackError(f"The library at {library} holds no document {', '.join(unknown)}.")
        with open_for_writing(library, _load_encoder(encoder)) as writer:
            removed = writer.remove(documents)
            writer.publish()
    if as_json:
        print_json({"removed": removed})
        return
    output.print(f"{removed} removed.")


@library_app.command()
def reencode(
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the library anew for another encoder, from the documents that it holds.

    The library answers as before until the new one is whole. Interrupted, run it again: it goes on.
    """
    from ingest.reencode import reencode as run_reencode

    with readable_errors(), _show_progress("encoding") as tell:
        done = run_reencode(library, _load_encoder(encoder), tell)
    if as_json:
        print_json(asdict(done))
        return
    if not done.changed:
        output.print(show(f"The library at {library} has the encoder {done.encoder} already: nothing to do."))
        return
    instead = f", instead of {done.before}" if done.before != done.encoder else ""
    output.print(
        show(
            f"{done.documents} documents, {done.chunks} chunks, {done.encoded} encoded in "
            f"{done.seconds:.1f} s; the library at {library} has the encoder {done.encoder} now{instead}."
        )
    )


@eval_app.command("retrieval")
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
    _refuse_missing([collection])
    if variant and not collection.is_dir():
        raise typer.BadParameter(f"--variant needs a folder with a collection; {collection} is a file.")
    with readable_errors(), _eval_extra():
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
            with _show_steps("encoding passages", len(loaded.passages)) as tell:
                opened = open_pool(loaded, _load_encoder(encoder), tell)
        else:
            opened = _open_library(library, encoder)
            loaded = judge_chunks(collection.stem, load_questions(collection), opened)
        with _show_steps("ranking", len(loaded.queries)) as tell:
            evaluation = evaluate_retrieval(loaded, systems, opened, out, tell)
        report = report_retrieval(evaluation, out, _repeat_command())
    if as_json:
        print_json(json.loads((out / "summary.json").read_text(encoding="utf-8")))
        return
    table = Table()
    for heading in ("System", "View", "nDCG@10", "95% interval", "R@100", "n"):
        table.add_column(heading)
    for name, views in evaluation.intervals.items():
        for view, measures in views.items():
            main, recall = measures["nDCG@10"], measures["R@100"]
            interval = f"{main.low:.3f} to {main.high:.3f}"
            table.add_row(show(name), view, f"{main.mean:.3f}", interval, f"{recall.mean:.3f}", str(main.n))
    output.print(table)
    for name, own in evaluation.own_language.items():
        output.print(
            show(f"{name}: {own.share:.0%} of the top ten in the question's language, even {own.even:.0%}")
        )
    for test in evaluation.tests:
        difference = f"{test.comparison.difference:+.3f}"
        output.print(
            show(f"{test.first} – {test.second}, {test.view}: {difference}, p {test.holm:.4f} (Holm)")
        )
    output.print(show(f"Report: {report}"))


@eval_app.command("answers")
def eval_answers(
    gold: Annotated[Path, typer.Argument(help="A gold file, such as eval/gold/questions-dev.jsonl.")],
    out: OutOption,
    generator: GeneratorOption = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a gold file, and score facts, citations, abstention, language and time."""
    _refuse_missing([gold])
    with readable_errors(), _eval_extra():
        from eval.answers import evaluate_answers
        from eval.answers_report import report_answers
        from eval.questions import load_questions

        questions = load_questions(gold)
        assistant = _open_assistant(library, encoder, generator)
        model = os.environ.get("FASTTRACK_LLM", "packaged")
        with _show_steps("answering", len(questions)) as tell:
            evaluation = evaluate_answers(questions, assistant, out, tell, model=model)
        report = report_answers(evaluation, out, _repeat_command())
    if as_json:
        print_json(json.loads((out / "summary.json").read_text(encoding="utf-8")))
        return
    table = Table()
    for heading in ("", "n", "Facts", "Cited right", "Gold cited", "Declined rightly", "Language", "Seconds"):
        table.add_column(heading)
    for name, group in {"all": evaluation.overall, **evaluation.languages}.items():
        names = ("fact_recall", "citation_precision", "citation_recall")
        found = [group.measures[measure] for measure in names]
        found += [group.abstention.recall, group.measures["language_match"], group.measures["to_end"]]
        table.add_row(name, str(group.questions), *(f"{one.mean:.2f}" if one else "–" for one in found))
    output.print(table)
    output.print(show(f"Report: {report}"))


@eval_app.command("practices")
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
    _refuse_missing([gold])
    with readable_errors(), _eval_extra():
        from eval.practices import evaluate_practices, read_practices

        found = evaluate_practices(read_practices(gold), _open_library(library, encoder), system, out)
    if as_json:
        print_json(asdict(found))
        return
    table = Table()
    for heading in ("System", "nDCG@10", "95% interval", "n", "Countries in top 10"):
        table.add_column(heading)
    for name, result in found.systems.items():
        ndcg = result.ndcg
        interval = f"{ndcg.low:.3f} to {ndcg.high:.3f}"
        table.add_row(name, f"{ndcg.mean:.3f}", interval, str(ndcg.n), f"{result.countries:.1f}")
    output.print(table)
    for test in found.tests:
        difference = f"{test.comparison.difference:+.3f}"
        output.print(show(f"{test.first} – {test.second}: {difference}, p {test.holm:.4f} (Holm)"))


@eval_app.command("check")
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
    _refuse_missing([planted])
    with readable_errors():
        from eval.planted import check_to_json, evaluate_check, load_planted, write_check

        sentences = load_planted(planted)
        with _show_steps("checking", sum(one.half == half.value for one in sentences)) as tell:
            found = evaluate_check(sentences, half.value, _open_library(library, encoder), tell)
        report = write_check(found, out)
    if as_json:
        print_json(check_to_json(found))
        return
    languages = [name for name in next(iter(found.groups.values())) if name != "all"]
    table = Table(title=f"Refused, half {found.half}")
    for heading in ("", "n", "All", "95% interval", *languages):
        table.add_column(heading)
    for name, shares in found.groups.items():
        overall = shares["all"]
        interval = f"{overall.low:.2f} to {overall.high:.2f}"
        by_language = [f"{one.share:.2f} ({one.n})" if (one := shares.get(key)) else "–" for key in languages]
        table.add_row(name, str(overall.n), f"{overall.share:.2f}", interval, *by_language)
    output.print(table)
    output.print(
        show(
            f"Median of a first sentence {found.milliseconds:.0f} ms, of a later one "
            f"{found.later_milliseconds:.0f} ms. Each sentence: {report}"
        )
    )


def _load_encoder(name: str | None) -> "Encoder":
    """The encoder of this name, after telling people when it has to be prepared first."""
    from index import weights
    from index.encoder import PACKAGED, load_encoder

    # What a library tells of the packaged encoder, its own name, chooses it, too.
    encoder = load_encoder(PACKAGED if name == weights.ENCODER.name else name)
    if encoder.name == weights.ENCODER.name and not weights.artefact_path(weights.ENCODER).exists():
        messages.print("Preparing the encoder, once on this machine: about half a minute …")
    return encoder


def _refuse_missing(paths: list[Path]) -> None:
    if missing := [str(path) for path in paths if not path.exists()]:
        raise typer.BadParameter(f"There is no file or folder {', '.join(missing)}.")


def _open_library(folder: Path, encoder: str | None) -> "Library":
    from index.library import Library

    return Library(folder, _load_encoder(encoder))


def _open_assistant(
    folder: Path, encoder: str | None, generator: str | None, unsupported: Unsupported = Unsupported.drop
) -> "Assistant":
    from assistant.assistant import Assistant
    from assistant.choose import choose_generator

    chosen, notice = choose_generator(generator)
    return Assistant(_open_library(folder, encoder), chosen, notice, unsupported.value)


@contextmanager
def _show_progress(what: str) -> Iterator[Callable[["StoringProgress"], None]]:
    """A bar with rate and time left on the terminal; nothing where the output goes elsewhere."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[encoded]} chunks, {task.fields[rate]:.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task("", total=None, encoded=0, rate=0.0)

        def tell(progress: "StoringProgress") -> None:
            seconds = bar.tasks[task].elapsed or 1.0
            bar.update(
                task,
                completed=progress.done,
                total=progress.total,
                encoded=progress.encoded,
                rate=progress.encoded / max(seconds, 0.1),
            )

        yield tell


@contextmanager
def _show_steps(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that counts to `total` on the terminal; nothing where the output goes elsewhere."""
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def _eval_extra() -> Iterator[None]:
    """Tell how to get the packages that only measuring needs."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("ir_measures", "pytrec_eval", "matplotlib"):
            raise
        raise FastTrackError(
            f"Measuring needs the package {error.name}: pip install -c constraints.txt -e '.[eval]'"
        ) from error


def _repeat_command() -> str:
    """What was typed, for the record."""
    return shlex.join(["fasttrack", *sys.argv[1:]])


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn the errors that people are meant to read into a line on standard error and exit code 1."""
    try:
        yield
    except FastTrackError as error:
        messages.print(show(str(error)))
        raise typer.Exit(1) from error


def print_json(value: Any) -> None:
    """Print one JSON object, in UTF-8 whatever the terminal's own encoding."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")


def show(text: str, style: str = "") -> Text:
    """Text for the terminal, with a space for each control character: documents must not steer it."""
    return Text("".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text), style)


def _make_filter(
    languages: list[str] | None,
    countries: list[str] | None,
    organisations: list[str] | None,
    kinds: list[str] | None,
    themes: list[str] | None,
    since: str,
    until: str,
) -> "Filter":
    from index.filters import Filter

    if since and until and until < since[: len(until)]:
        raise typer.BadParameter(f"Nothing lies between {since} and {until}: the first is the later one.")
    return Filter(
        languages=frozenset(one.lower() for one in languages or ()),
        countries=frozenset(one.upper() for one in countries or ()),
        organisations=frozenset(organisations or ()),
        kinds=frozenset(kinds or ()),
        themes=frozenset(themes or ()),
        since=since,
        until=until,
    )


def _read_file(path: Path) -> str:
    """The text of a file in any format that can be ingested."""
    from ingest.errors import UnreadableError
    from ingest.read import read_document

    _refuse_missing([path])
    try:
        return read_document(path, path.read_bytes(), path.name).text
    except (OSError, UnreadableError) as error:
        raise FastTrackError(f"{path} cannot be read: {error}") from error


def describe_place(source: str, page: int | None, heading: tuple[str, ...]) -> str:
    parts = [source, *([f"p. {page}"] if page is not None else []), *heading[-1:]]
    return ", ".join(parts)


def _flatten(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with what is known of the document beside its place, not below it."""
    known: dict[str, Any] = entry.pop("metadata")
    return entry | known


def _round(value: float | None) -> str:
    """Three digits that tell, or all before the point; nothing where there is no value."""
    if value is None:
        return ""
    leading = math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(0, 2 - leading)}f}"


def _list_counts(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name or 'unknown'} {count}" for name, count in ranked)


def main() -> None:
    """The `fasttrack` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal does not know is no failure
    # The models are packages or already here; nothing is looked up on a hub unless the user names it.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    app()


if __name__ == "__main__":
    main()
