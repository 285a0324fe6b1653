"""A filter lets through what a reading of each document's properties lets through, and inside the search."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.filters import EVERYTHING, Filter, choose_positions
from index.library import Library
from index.offsets import NO_OFFSETS
from index.records import Metadata, Mode
from index.rows import ChunkRows
from tests.index.oracle import HALF, compare_all, rank_dense, rank_raw
from tests.index.samples import Sample, ScatteredEncoder, build, make_sample

LANGUAGES = ("nl", "en", "und")
COUNTRIES = ("BE", "CZ", "")
ORGANISATIONS = ("SERV", "ČMKOS", "")
KINDS = ("report", "digest", "")
THEMES = ("work", "skills", "social dialogue")


# What a filter lets through


def read_days(text: str) -> tuple[date, date]:
    """The first and the last day of a date, which may be shortened to a month or year, or of an interval."""
    first, _, last = text.partition("/")
    return _read_day(first, 0), _read_day(last or first, -1)


def _read_day(text: str, which: int) -> date:
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    month = month or (1, 12)[which]
    return date(year, month, day or (1, monthrange(year, month)[1])[which])


@st.composite
def dates(draw: st.DrawFn) -> str:
    day = draw(st.dates(date(2015, 11, 1), date(2017, 3, 31)))
    return day.isoformat()[: draw(st.sampled_from([4, 7, 10]))]


@st.composite
def intervals(draw: st.DrawFn) -> str:
    ends = sorted((draw(dates()), draw(dates())), key=lambda text: read_days(text)[0])
    return "/".join(ends)


def subsets(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.just(frozenset()) | st.frozensets(st.sampled_from([*values, "none such"]), max_size=3)


known = st.builds(
    Metadata,
    title=st.just("title"),
    language=st.sampled_from(LANGUAGES),
    country=st.sampled_from(COUNTRIES),
    organisation=st.sampled_from(ORGANISATIONS),
    kind=st.sampled_from(KINDS),
    date=st.just("") | dates() | intervals(),
    themes=st.lists(st.sampled_from(THEMES), unique=True).map(tuple),
)
documents = st.lists(known, max_size=8)
filters = st.builds(
    Filter,
    languages=subsets(LANGUAGES),
    except_language=st.sampled_from(["", *LANGUAGES]),
    countries=subsets(COUNTRIES),
    organisations=subsets(ORGANISATIONS),
    kinds=subsets(KINDS),
    themes=subsets(THEMES),
    since=st.just("") | dates(),
    until=st.just("") | dates(),
)


def choose(filter_: Filter, all_known: list[Metadata]) -> list[int]:
    """The documents that a filter lets through, where each has one chunk in its language."""
    numbers = np.arange(len(all_known), dtype=np.int64)
    # The numbers of documents and of chunks are neither each other's nor places.
    rows = ChunkRows(numbers + 50, numbers * 3 + 7, np.array([one.language for one in all_known], np.str_))
    chosen = choose_positions(filter_, rows, {number * 3 + 7: one for number, one in enumerate(all_known)})
    assert chosen.dtype == np.int64
    return [int(position) for position in chosen]


def fits_plainly(filter_: Filter, one: Metadata) -> bool:
    if filter_.languages and one.language not in filter_.languages:
        return False
    if filter_.except_language and one.language == filter_.except_language:
        return False
    if filter_.countries and one.country not in filter_.countries:
        return False
    if filter_.organisations and one.organisation not in filter_.organisations:
        return False
    if filter_.kinds and one.kind not in filter_.kinds:
        return False
    if filter_.themes and not any(theme in filter_.themes for theme in one.themes):
        return False
    if (filter_.since or filter_.until) and not one.date:
        return False
    if filter_.since and read_days(one.date)[1] < read_days(filter_.since)[0]:
        return False
    return not (filter_.until and read_days(one.date)[0] > read_days(filter_.until)[1])


@given(filters, documents)
def test_a_filter_lets_through_what_fits_in_all_its_properties(
    filter_: Filter, all_known: list[Metadata]
) -> None:
    expected = [place for place, one in enumerate(all_known) if fits_plainly(filter_, one)]
    assert choose(filter_, all_known) == expected


@given(documents, st.just("") | dates(), st.just("") | dates())
def test_dates_and_intervals_are_compared_as_days(all_known: list[Metadata], since: str, until: str) -> None:
    filter_ = Filter(since=since, until=until)
    expected = [place for place, one in enumerate(all_known) if fits_plainly(filter_, one)]
    assert choose(filter_, all_known) == expected


@pytest.mark.parametrize(
    ("stated", "since", "until", "fits"),
    [
        ("2018-11-28", "2018-11-28", "2018-11-28", True),
        ("2018-11-28", "2018-11-29", "", False),
        ("2018-11-28", "", "2018-11-27", False),
        ("2018-11-28", "2018", "2018", True),
        ("2018-02-28", "2018-02", "2018-02", True),
        ("2018-02", "2018-02-28", "", True),
        ("2018-02", "2018-03", "", False),
        ("2018", "2018-12-31", "", True),
        ("2018", "", "2018-01-01", True),
        ("2018", "2019", "", False),
        ("2018", "", "2017-12-31", False),
        ("2015/2021", "2018", "2018", True),
        ("2015/2021", "2021-12-31", "", True),
        ("2015/2021", "", "2015-01-01", True),
        ("2015/2021", "2022", "", False),
        ("2015/2021", "", "2014", False),
        ("2021-06-15/2021-12-09", "2021-12-10", "", False),
        ("2021-06-15/2021-12-09", "2021-12", "", True),
        ("", "1900", "", False),
        ("", "", "2100", False),
        ("", "", "", True),
    ],
)
def test_a_document_fits_where_its_time_touches_the_one_asked_for(
    stated: str, since: str, until: str, fits: bool
) -> None:
    assert choose(Filter(since=since, until=until), [Metadata("title", date=stated)]) == [0] * fits


def test_no_restriction_lets_everything_through() -> None:
    all_known = [Metadata("one"), Metadata("two", "nl", "BE", "SERV", "report", "2018", ("work",))]
    assert choose(EVERYTHING, all_known) == [0, 1]
    assert Filter() == EVERYTHING


@pytest.mark.parametrize(
    "filter_",
    [
        Filter(languages=frozenset({"nl"})),
        Filter(except_language="en"),
        Filter(countries=frozenset({"BE"})),
        Filter(organisations=frozenset({"SERV"})),
        Filter(kinds=frozenset({"report"})),
        Filter(themes=frozenset({"work"})),
        Filter(since="2018"),
        Filter(until="2018"),
    ],
    ids=lambda filter_: next(name for name in Filter.__slots__ if getattr(filter_, name)),
)
def test_each_property_restricts_by_itself(filter_: Filter) -> None:
    fitting = Metadata("one", "nl", "BE", "SERV", "report", "2018", ("skills", "work"))
    other = Metadata("two", "en", "CZ", "ČMKOS", "digest", "", ("skills",))
    assert choose(filter_, [other, fitting]) == [1]
    assert choose(filter_, []) == []


# Inside the search

QUESTION = "which robots lift heavy loads"
PLANTED = Metadata("planted", "nl", "BE", "SERV", "report", "2018-02", ("skills", "work"))
NARROW = [
    Filter(organisations=frozenset({"SERV"})),
    Filter(kinds=frozenset({"report"}), countries=frozenset({"BE"})),
    Filter(themes=frozenset({"skills"}), languages=frozenset({"nl"})),
    Filter(since="2018-02-15", until="2018-02-20", except_language="en"),
]


def make_lines(random: Random, count: int) -> list[str]:
    words = [
        "robots",
        "people",
        "lift",
        "loads",
        "watch",
        "ports",
        "work",
        "heavy",
        "light",
        "every",
        "day",
        "night",
    ]
    return [f"{' '.join(random.sample(words, 5))} {random.random()}." for _ in range(count)]


def make_many() -> list[Sample]:
    """3,000 chunks in 30 documents, and 12 more in three documents among them."""
    random = Random(9)
    samples = [
        make_sample(f"many-{number}", *make_lines(random, 100), language=("en", "nl", "cs")[number % 3])
        for number in range(30)
    ]
    for place in (5, 14, 29):
        sample = make_sample(f"planted-{place}", *make_lines(random, 4), language="nl")
        samples.insert(place, replace(sample, document=replace(sample.document, metadata=PLANTED)))
    return samples


MANY = make_many()
IN_PLANTED = [sample for sample in MANY if sample.document.metadata == PLANTED]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build(tmp_path_factory.mktemp("many"), ScatteredEncoder(), MANY)


def test_the_planted_chunks_are_few_among_many(many: Library) -> None:
    assert many.status().chunks == 3012
    assert sum(len(sample.chunks) for sample in IN_PLANTED) == 12


@pytest.mark.parametrize(
    "filter_", NARROW, ids=["organisation", "kind+country", "theme+language", "time+not-en"]
)
@pytest.mark.parametrize("mode", ["dense", "dense-raw"])
def test_a_narrow_filter_finds_all_that_fits_in_the_order_of_the_exact_search(
    many: Library, mode: Mode, filter_: Filter
) -> None:
    offsets = NO_OFFSETS if mode == "dense-raw" else many.offsets()
    compared = compare_all(QUESTION, "en", IN_PLANTED, many.encoder, offsets)
    hits = many.search(QUESTION, question_language="en", count=100, mode=mode, filter_=filter_)
    expected = rank_raw(compared, 100) if mode == "dense-raw" else rank_dense(compared, 100)
    assert [hit.chunk for hit in hits] == [one.chunk for one in expected]
    scores = [one.similarity if mode == "dense-raw" else one.score for one in expected]
    assert [hit.score for hit in hits] == pytest.approx(scores, abs=1e-6 if mode == "dense-raw" else HALF)


@pytest.mark.parametrize("mode", ["dense", "dense-raw", "lexical"])
def test_a_filter_changes_no_score(many: Library, mode: Mode) -> None:
    search = partial(many.search, QUESTION, question_language="en", count=4000, mode=mode)
    everywhere = {hit.chunk.id: hit.score for hit in search()}
    for filter_ in NARROW:
        for hit in search(filter_=filter_):
            assert hit.score == pytest.approx(everywhere[hit.chunk.id], abs=1e-6)


def test_fusion_finds_all_that_fits(many: Library) -> None:
    for filter_ in NARROW:
        hits = many.search(QUESTION, question_language="en", count=100, filter_=filter_)
        assert {hit.chunk.id for hit in hits} == {
            chunk.id for sample in IN_PLANTED for chunk in sample.chunks
        }


def test_words_find_all_that_fits_and_shares_one(many: Library) -> None:
    expected = {
        chunk.id
        for sample in IN_PLANTED
        for chunk in sample.chunks
        if set(chunk.text.split()) & {"robots", "lift"}
    }
    for filter_ in NARROW:
        hits = many.search("robots lift", question_language="nl", count=100, mode="lexical", filter_=filter_)
        assert {hit.chunk.id for hit in hits} == expected
        assert 0 < len(expected) < 12


def test_a_filter_that_fits_nothing_finds_nothing(many: Library) -> None:
    filter_ = Filter(organisations=frozenset({"SERV"}), languages=frozenset({"en"}))
    for mode in ("hybrid", "dense", "dense-raw", "lexical"):
        assert many.search(QUESTION, question_language="en", mode=mode, filter_=filter_) == []


def test_the_language_is_that_of_the_chunk_and_not_of_its_document(tmp_path: Path) -> None:
    sample = make_sample("mixed", "robots lift loads here", "robots tillen lasten hier")
    dutch = replace(sample.chunks[1], language="nl")
    library = build(tmp_path, ScatteredEncoder(), [replace(sample, chunks=[sample.chunks[0], dutch])])
    only_dutch = Filter(languages=frozenset({"nl"}))
    for filter_ in (only_dutch, Filter(except_language="en")):
        hits = library.search("robots", question_language="en", filter_=filter_)
        assert [hit.chunk for hit in hits] == [dutch]
