"""Systems are named, run files stand beside them, and each is run over every pool."""

from pathlib import Path

import pytest

from eval.collection import Collection
from eval.lines import BrokenFileError
from eval.pool import open_pool
from eval.systems import DEPTH, MIXED, SYSTEMS, System, name_systems, part_by_language, run_systems
from eval.trec import write_run
from index.errors import FastTrackError
from index.filters import EVERYTHING, Filter
from index.library import Library
from tests.doubles import WordEncoder
from tests.eval.small import LANGUAGES, make_collection

LANGUAGE_OF = {"a": "nl", "b": "en", "c": "en"}
RUN = {"q1": {"a": 0.5, "b": 0.25, "c": 0.75}, "q2": {"b": 1.0}}


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return make_collection(tmp_path_factory.mktemp("collection") / "small")


@pytest.fixture
def library(collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path / "cache"))
    return open_pool(collection, WordEncoder())


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.v2.trec"
    write_run(path, {"nl-q0": {"nl-0": 2.0, "en-0": 1.0, "de-3": 0.5}, "en-q1": {"en-2": 1.0}}, "theirs")
    return path


def test_known_names_and_files_are_systems_in_the_order_given(run_file: Path) -> None:
    assert name_systems(["hybrid", str(run_file), "bm25"]) == [
        System("hybrid", "hybrid", "fasttrack hybrid"),
        System("theirs.v2", None, str(run_file)),
        System("bm25", "lexical", "fasttrack lexical"),
    ]
    assert [system.name for system in name_systems(list(SYSTEMS))] == list(SYSTEMS)


@pytest.mark.parametrize("name", ["BM25", "", "missing.trec", "."])
def test_any_other_name_is_an_error_that_lists_the_known_ones(name: str) -> None:
    with pytest.raises(FastTrackError, match=r"is neither a system \(bm25, dense, dense-raw, hybrid\) nor a"):
        name_systems(["dense", name])


def test_two_systems_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "dense.trec"
    path.touch()
    for names in (["dense", str(path)], ["dense", "dense"], [str(path), str(path)]):
        with pytest.raises(FastTrackError, match="Two systems are called dense"):
            name_systems(names)


def test_a_run_is_parted_by_the_language_of_what_it_found() -> None:
    parts = part_by_language(RUN, LANGUAGE_OF, [MIXED, "nl", "en", "de"], "x.trec")
    assert parts == {
        MIXED: RUN,
        "nl": {"q1": {"a": 0.5}, "q2": {}},
        "en": {"q1": {"b": 0.25, "c": 0.75}, "q2": {"b": 1.0}},
        "de": {"q1": {}, "q2": {}},
    }


def test_a_run_of_another_collection_is_refused_with_its_name() -> None:
    with pytest.raises(FastTrackError, match=r"The run x\.trec names a passage d, which the collection"):
        part_by_language({**RUN, "q3": {"d": 1.0}}, LANGUAGE_OF, [MIXED], "x.trec")


def test_every_system_is_run_over_all_passages_and_over_those_of_each_language(
    collection: Collection, library: Library, run_file: Path
) -> None:
    done: list[int] = []
    systems = name_systems(["bm25", "dense", "dense-raw", "hybrid", str(run_file)])
    runs = run_systems(systems, library, collection.queries, collection.passages, done.append)
    language_of = {passage.id: passage.language for passage in collection.passages}
    assert list(runs) == [system.name for system in systems]
    assert done == list(range(1, len(collection.queries) + 1))
    for name, by_pool in runs.items():
        assert set(by_pool) == {MIXED, *LANGUAGES}
        for pool, run in by_pool.items():
            found = {id_ for passages in run.values() for id_ in passages}
            assert pool is MIXED or {language_of[id_] for id_ in found} == {pool}
            assert name == "theirs.v2" or set(run) == {query.id for query in collection.queries}
    assert runs["theirs.v2"][MIXED] == {
        "nl-q0": {"nl-0": 2.0, "en-0": 1.0, "de-3": 0.5},
        "en-q1": {"en-2": 1.0},
    }


def test_runs_hold_what_a_search_finds(collection: Collection, library: Library) -> None:
    runs = run_systems(name_systems(list(SYSTEMS)), library, collection.queries, collection.passages)
    for name, mode in SYSTEMS.items():
        for pool, run in runs[name].items():
            for query in collection.queries:
                filter_ = EVERYTHING if pool is MIXED else Filter(languages=frozenset({pool}))
                hits = library.search(
                    query.text, question_language=query.language, count=DEPTH, mode=mode, filter_=filter_
                )
                expected = {hit.chunk.id: hit.score for hit in hits}
                assert run[query.id] == pytest.approx(expected, abs=1e-5)
                assert expected or mode == "lexical"


def test_run_files_alone_need_no_search(
    collection: Collection, library: Library, run_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "rank_many", None)
    runs = run_systems(name_systems([str(run_file)]), library, collection.queries, collection.passages)
    assert set(runs) == {"theirs.v2"}


@pytest.mark.parametrize(
    ("line", "error", "told"),
    [
        ("nl-q0 Q0 nl-0 1 high x", BrokenFileError, r"broken\.trec, line 1: the score 'high'"),
        ("nl-q0 Q0 elsewhere 1 0.5 x", FastTrackError, r"broken\.trec names a passage elsewhere"),
    ],
)
def test_a_broken_run_file_is_told_before_anything_is_ranked(
    collection: Collection, library: Library, tmp_path: Path, line: str, error: type[Exception], told: str
) -> None:
    path = tmp_path / "broken.trec"
    path.write_text(f"{line}\n")
    done: list[int] = []
    systems = name_systems(["dense", str(path)])
    with pytest.raises(error, match=told):
        run_systems(systems, library, collection.queries, collection.passages, done.append)
    assert done == []
