"""Similar practices are sought among documents in other languages, and graded."""

import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from assistant.practices import find_practices
from eval.practices import PRODUCT, PracticeQuery, evaluate_practices, read_practices
from eval.systems import SYSTEMS
from eval.trec import read_run
from index.errors import FastTrackError
from index.filters import Filter
from index.library import Library, open_for_writing
from ingest.pipeline import ingest
from tests.doubles import WordEncoder
from tests.index.samples import make_sample, put

LINE: dict[str, Any] = {
    "id": "p1",
    "language": "nl",
    "query": "robots lift loads",
    "about": "a.md",
    "similar": [{"document": "b.md", "grade": 2}, {"document": "c.pdf", "grade": 1}],
    "unjudged": ["d.md"],
}
SAMPLES = [
    make_sample("about", "robots lift loads", language="nl", country="BE"),
    make_sample("same-language", "robots lift loads", "here", language="nl", country="NL"),
    make_sample("unjudged", "robots lift loads", language="de", country="DE"),
    make_sample("best", "nothing at all", "robots lift loads", language="en", country="BE"),
    make_sample("good", "robots lift boats there", language="fr", country="FR"),
    make_sample("worse", "robots stand still all day", language="en", country="FR"),
]
GOOD = PracticeQuery(
    "p1",
    "nl",
    "robots lift loads",
    "about.txt",
    {"best.txt": 1, "good.txt": 2},
    frozenset({"unjudged.txt"}),
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    encoder = WordEncoder()
    with open_for_writing(tmp_path / "library", encoder) as writer:
        put(writer, encoder, SAMPLES)
    return Library(tmp_path / "library", encoder)


def write(path: Path, *lines: Any) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    assert read_practices(write(tmp_path / "gold.jsonl", LINE)) == [
        PracticeQuery("p1", "nl", "robots lift loads", "a.md", {"b.md": 2, "c.pdf": 1}, frozenset({"d.md"}))
    ]


@pytest.mark.parametrize(
    "broken",
    [
        *({name: value for name, value in LINE.items() if name != left_out} for left_out in LINE),
        LINE | {"similar": ["b.md"]},
        LINE | {"similar": [{"document": "b.md", "grade": "high"}]},
        LINE | {"unjudged": None},
        ["p1"],
    ],
    ids=str,
)
def test_a_broken_line_is_named(tmp_path: Path, broken: Any) -> None:
    path = write(tmp_path / "gold.jsonl", LINE, broken)
    with pytest.raises(FastTrackError, match=r"gold\.jsonl, line 2: "):
        read_practices(path)


def test_what_is_no_json_and_no_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", LINE)
    with path.open("a") as file:
        file.write("\n{'id'\n")
    with pytest.raises(FastTrackError, match=r"gold\.jsonl, line 3: not a JSON object"):
        read_practices(path)
    with pytest.raises(FastTrackError, match=r"none\.jsonl cannot be read"):
        read_practices(tmp_path / "none.jsonl")


@pytest.mark.parametrize("system", SYSTEMS)
def test_documents_in_other_languages_are_ranked_by_their_best_chunk(
    library: Library, tmp_path: Path, system: str
) -> None:
    result = evaluate_practices([GOOD], library, [system], tmp_path / "out").systems[system]
    found = read_run(tmp_path / "out" / "runs" / f"{system}.trec")["p1"]
    ranked = sorted(found, key=lambda source: -found[source])
    assert ranked[:2] == ["best.txt", "good.txt"]
    assert set(ranked) <= {"best.txt", "good.txt", "worse.txt"}
    expected = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert result.ndcg.mean == pytest.approx(expected)
    assert result.by_language == {"nl": result.ndcg.mean}
    assert result.countries == 2  # Belgium and France


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_score_of_a_document_is_that_of_its_best_chunk(
    library: Library, tmp_path: Path, system: str
) -> None:
    evaluate_practices([GOOD], library, [system], tmp_path)
    hits = library.search(GOOD.query, question_language="nl", count=99, mode=SYSTEMS[system])
    scores = [(hit.source, hit.score) for hit in hits if hit.metadata.language != "nl"]
    expected = {
        source: max(score for other, score in scores if other == source)
        for source, _ in scores
        if source != "unjudged.txt"
    }
    found = read_run(tmp_path / "runs" / f"{system}.trec")["p1"]
    assert found == pytest.approx(expected, abs=1e-5)
    assert system != "dense-raw" or found["best.txt"] == pytest.approx(1)


def test_the_product_lists_documents_in_other_languages_by_rank(library: Library, tmp_path: Path) -> None:
    result = evaluate_practices([GOOD], library, [PRODUCT], tmp_path).systems[PRODUCT]
    found = read_run(tmp_path / "runs" / "practices.trec")["p1"]
    assert set(found) <= {"best.txt", "good.txt", "worse.txt"}
    practices = find_practices(GOOD.query, library, filter_=Filter(except_language="nl"))
    ranked = [one.hit.source for one in practices if one.hit.source != "unjudged.txt"]
    assert found == pytest.approx({source: 1 / rank for rank, source in enumerate(ranked, start=1)})
    assert result.ndcg.n == 1


def test_every_two_systems_are_compared_query_by_query(library: Library, tmp_path: Path) -> None:
    missed = PracticeQuery("p2", "en", "zzz", "best.txt", {"good.txt": 1}, frozenset())
    found = PracticeQuery("p3", "en", "robots lift boats there", "best.txt", {"good.txt": 1}, frozenset())
    names = ["bm25", "dense", "dense-raw"]
    evaluation = evaluate_practices([missed, found], library, names, tmp_path)
    assert [(one.first, one.second) for one in evaluation.tests] == list(combinations(names, 2))
    means = {name: result.ndcg.mean for name, result in evaluation.systems.items()}
    for one in evaluation.tests:
        assert one.comparison.difference == pytest.approx(means[one.first] - means[one.second])
        assert one.comparison.p <= one.holm <= 1
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert [(one["first"], one["second"]) for one in summary["tests"]] == list(combinations(names, 2))
    assert evaluate_practices([found], library, ["dense"], tmp_path / "one").tests == []


def test_means_are_over_queries_and_by_language(library: Library, tmp_path: Path) -> None:
    missed = PracticeQuery("p2", "en", "zzz", "best.txt", {"good.txt": 1}, frozenset())
    found = PracticeQuery("p3", "en", "robots lift boats there", "best.txt", {"good.txt": 1}, frozenset())
    results = evaluate_practices([missed, found], library, ["bm25", "dense"], tmp_path).systems
    bm25 = results["bm25"]
    assert (bm25.ndcg.mean, bm25.ndcg.n) == (0.5, 2)
    assert bm25.by_language == {"en": 0.5}
    assert list(results) == ["bm25", "dense"]
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["systems"]["bm25"]["ndcg"]["mean"] == 0.5
    assert summary["systems"]["bm25"]["countries"] == bm25.countries


def test_only_the_ten_best_count_for_countries(tmp_path: Path) -> None:
    encoder = WordEncoder()
    near = [make_sample(f"near{n}", f"robots lift loads {n}", country="DE") for n in range(10)]
    far = [make_sample(f"far{n}", "something else here", country="CZ") for n in range(3)]
    with open_for_writing(tmp_path / "library", encoder) as writer:
        put(writer, encoder, [*near, *far, SAMPLES[0]])
    query = PracticeQuery("p", "nl", "robots lift loads", "about.txt", {"near0.txt": 1}, frozenset())
    results = evaluate_practices([query], Library(tmp_path / "library", encoder), ["dense"], tmp_path / "out")
    assert results.systems["dense"].countries == 1


@pytest.mark.parametrize(
    "query",
    [
        PracticeQuery("p9", "nl", "x", "nowhere.txt", {"best.txt": 1}, frozenset()),
        PracticeQuery("p9", "nl", "x", "best.txt", {"nowhere.txt": 1}, frozenset()),
    ],
    ids=["about", "similar"],
)
def test_a_library_without_the_documents_is_refused(
    library: Library, tmp_path: Path, query: PracticeQuery
) -> None:
    with pytest.raises(FastTrackError, match=r"p9 names nowhere\.txt, which the library at"):
        evaluate_practices([GOOD, query], library, ["dense"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_system_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(FastTrackError, match=r"oracle is no system: choose among practices, bm25, dense"):
        evaluate_practices([GOOD], library, ["dense", "oracle"], tmp_path / "out")


def test_a_rerun_writes_the_same_bytes(library: Library, tmp_path: Path) -> None:
    for name in ("first", "second"):
        evaluate_practices([GOOD], library, [PRODUCT, *SYSTEMS], tmp_path / name)
    files = [Path("summary.json"), *(Path("runs") / f"{name}.trec" for name in (PRODUCT, *SYSTEMS))]
    for file in files:
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


@pytest.mark.parametrize("half", ["dev", "test"])
def test_the_gold_fits_the_sample_library(project_folder: Path, tmp_path: Path, half: str) -> None:
    encoder = WordEncoder()
    ingest([project_folder / "corpus"], tmp_path / "library", encoder)
    library = Library(tmp_path / "library", encoder)
    queries = read_practices(project_folder / f"eval/gold/practices-{half}.jsonl")
    results = evaluate_practices(queries, library, ["practices", "bm25", "dense"], tmp_path / "out").systems
    language_of = {entry.source: entry.metadata.language for entry in library.entries()}
    for name, result in results.items():
        assert result.ndcg.n == len(queries) == 18
        assert len(result.by_language) == 6
        run = read_run(tmp_path / "out" / "runs" / f"{name}.trec")
        for query in queries:
            found = run.get(query.id, {})
            assert query.about not in found
            assert query.unjudged.isdisjoint(found)
            assert query.language not in {language_of[source] for source in found}
