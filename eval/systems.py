"""The systems that a bench compares: named ways to search a library, and runs made elsewhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.collection import Passage, Query
from eval.trec import Run, read_run
from index.errors import FastTrackError
from index.library import Library
from index.records import Mode

SYSTEMS: Mapping[str, Mode] = {
    "bm25": "lexical",
    "dense": "dense",
    "dense-raw": "dense-raw",
    "hybrid": "hybrid",
}
"""`hybrid` is the product's default, `dense` the same without words; `dense-raw` the encoder as it is."""

MIXED = None
"""The pool of all passages, whatever their language."""

Runs = Mapping[str | None, Run]
"""A run for each pool: a passage language, or `MIXED`."""

DEPTH = 100


@dataclass(frozen=True, slots=True)
class System:
    """A way to rank passages; `origin` says what it is, for the record."""

    name: str
    mode: Mode | None
    origin: str


def name_systems(names: Sequence[str]) -> list[System]:
    """The systems with these names; a name that is a file is a run in TREC's format.

    Raises `FastTrackError` for any other name, and where two systems would bear the same.
    """
    systems = []
    for name in names:
        if name in SYSTEMS:
            systems.append(System(name, SYSTEMS[name], f"fasttrack {SYSTEMS[name]}"))
        elif Path(name).is_file():
            systems.append(System(Path(name).stem, None, str(Path(name))))
        else:
            raise FastTrackError(
                f"{name} is neither a system ({', '.join(SYSTEMS)}) nor a run file: check its name."
            )
    known = [system.name for system in systems]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise FastTrackError(
            f"Two systems are called {twice[0]}: name each once, and run files apart from all others."
        )
    return systems


def run_systems(
    systems: Sequence[System],
    library: Library,
    queries: Sequence[Query],
    passages: Sequence[Passage],
    tell: Callable[[int], None] = lambda _: None,
) -> dict[str, Runs]:
    """Each system's runs over all pools, `DEPTH` passages deep.

    `tell` is told how many queries are done. Raises `FastTrackError` for a run file that is broken or names
    an unknown passage, before anything is ranked.
    """
    pools = [MIXED, *sorted({passage.language for passage in passages})]
    language_of = {passage.id: passage.language for passage in passages}
    made_elsewhere = {
        system.name: part_by_language(read_run(Path(system.origin)), language_of, pools, system.origin)
        for system in systems
        if not system.mode
    }
    modes = list(dict.fromkeys(system.mode for system in systems if system.mode))
    found: dict[tuple[Mode, str | None], dict[str, dict[str, float]]] = {
        (mode, pool): {} for mode in modes for pool in pools
    }
    if modes:
        asked = [(query.text, query.language) for query in queries]
        rankings = library.rank_many(asked, modes, pools, DEPTH)
        for done, (query, ranking) in enumerate(zip(queries, rankings, strict=True), start=1):
            for key, ranked in ranking.items():
                found[key][query.id] = dict(ranked)
            tell(done)
    return {
        system.name: {pool: found[system.mode, pool] for pool in pools}
        if system.mode
        else made_elsewhere[system.name]
        for system in systems
    }


def part_by_language(
    run: Run, language_of: Mapping[str, str], pools: Iterable[str | None], origin: str
) -> dict[str | None, Run]:
    """A run over all passages, and what it says of each language. Raises `FastTrackError`, with the run's
    `origin`, for an unknown passage."""
    if unknown := next((id_ for found in run.values() for id_ in found if id_ not in language_of), None):
        raise FastTrackError(
            f"The run {origin} names a passage {unknown}, which the collection does not hold: "
            "make the run over the same corpus."
        )
    return {
        pool: run
        if pool is MIXED
        else {
            query: {id_: score for id_, score in found.items() if language_of[id_] == pool}
            for query, found in run.items()
        }
        for pool in pools
    }
