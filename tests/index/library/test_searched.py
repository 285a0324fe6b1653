"""A search of a library finds what a plain comparison with all its chunks finds."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.filters import EVERYTHING, Filter
from index.language import LANGUAGES
from index.library import Library
from index.offsets import NO_OFFSETS
from index.records import Mode
from tests.doubles import WordEncoder
from tests.index.library.collection import MODES, SAMPLES, SCORE_KINDS, texts
from tests.index.oracle import HALF, Compared, compare_all, rank_dense, rank_raw
from tests.index.samples import build, make_sample


def compare(library: Library, question: str, mode: Mode) -> list[Compared]:
    """Every chunk of the samples, by the cosines that the mode looks at."""
    offsets = NO_OFFSETS if mode == "dense-raw" else library.offsets()
    return compare_all(question, "en", SAMPLES, WordEncoder(), offsets)


def only(value: str | None) -> frozenset[str]:
    return frozenset() if value is None else frozenset({value})


def by_id(compared: list[Compared]) -> dict[str, Compared]:
    return {one.chunk.id: one for one in compared}


@pytest.mark.parametrize("count", [1, 10, 110, 1000])
@pytest.mark.parametrize("country", [None, "CZ", "", "XX"], ids=["any-country", "CZ", "unknown", "none-such"])
@pytest.mark.parametrize("language", [None, "nl", "it"], ids=["any-language", "nl", "none-such"])
@pytest.mark.parametrize("mode", ["dense", "dense-raw"])
def test_dense_search_is_the_exact_one_under_every_filter(
    shared_library: Library, mode: Mode, language: str | None, country: str | None, count: int
) -> None:
    question = "robots change the work of employers in Europe"
    eligible = [
        one
        for one in compare(shared_library, question, mode)
        if language in (None, one.chunk.language) and country in (None, one.metadata.country)
    ]
    filter_ = Filter(languages=only(language), countries=only(country))
    hits = shared_library.search(question, question_language="en", count=count, mode=mode, filter_=filter_)
    expected = by_id(eligible)
    if mode == "dense-raw":
        best = [one.similarity for one in rank_raw(eligible, count)]
        assert [hit.score for hit in hits] == pytest.approx(best, abs=1e-6)
    else:
        best = [one.score for one in rank_dense(eligible, count)]
        assert [hit.score for hit in hits] == pytest.approx(best, abs=HALF)
        for hit in hits:
            assert hit.score == pytest.approx(expected[hit.chunk.id].score, abs=HALF)
    for hit in hits:
        assert hit.similarity == pytest.approx(expected[hit.chunk.id].similarity, abs=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_a_narrow_filter_still_fills_the_list(tmp_path: Path, encoder: WordEncoder, mode: Mode) -> None:
    """The one Dutch chunk is far behind 300 better ones in English."""
    better = [make_sample(f"en-{number}", "robots work") for number in range(300)]
    behind = make_sample("nl", "hier staan alleen maar andere woorden en robots", language="nl", country="NL")
    library = build(tmp_path, encoder, [*better, behind])
    for filter_ in (Filter(languages=frozenset({"nl"})), Filter(countries=frozenset({"NL"}))):
        hits = library.search("robots work", question_language="nl", count=5, mode=mode, filter_=filter_)
        assert texts(hits) == behind.texts


@pytest.mark.parametrize("mode", MODES)
def test_ranks_count_from_one_and_scores_fall(shared_library: Library, mode: Mode) -> None:
    hits = shared_library.search("robots work in Europe", question_language="en", count=20, mode=mode)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.score_kind for hit in hits} == {SCORE_KINDS[mode]}
    assert len({hit.chunk.id for hit in hits}) == len(hits)
    assert len(hits) == 20 or (mode == "lexical" and hits)


@pytest.mark.parametrize("mode", MODES)
def test_the_similarity_is_the_cosine_in_every_mode(shared_library: Library, mode: Mode) -> None:
    question = "robots work in Europe"
    expected = by_id(compare(shared_library, question, mode))
    hits = shared_library.search(question, question_language="en", count=30, mode=mode)
    assert [hit.similarity for hit in hits] == pytest.approx(
        [expected[hit.chunk.id].similarity for hit in hits], abs=1e-6
    )
    assert hits


@pytest.mark.parametrize("mode", MODES)
def test_the_evidence_is_the_cosine_of_each_statement_in_every_mode(
    shared_library: Library, mode: Mode
) -> None:
    question = "robots work in Europe"
    expected = by_id(compare(shared_library, question, mode))
    hits = shared_library.search(question, question_language="en", count=120, mode=mode)
    for hit in hits:
        assert len(hit.evidence) == len(hit.chunk.statements)
        assert hit.evidence == pytest.approx(expected[hit.chunk.id].evidence, abs=HALF)
    assert {0, 1, 2} <= {len(hit.evidence) for hit in hits} or mode == "lexical"


def test_the_score_of_mode_dense_is_made_of_similarity_and_evidence(shared_library: Library) -> None:
    for hit in shared_library.search("robots work", question_language="en", count=120, mode="dense"):
        best = max(hit.evidence, default=hit.similarity)
        assert hit.score == pytest.approx(0.4 * hit.similarity + 0.6 * best, abs=1e-6)


def test_languages_make_no_difference_to_the_plain_cosine(shared_library: Library) -> None:
    searches = [
        shared_library.search("robots work", question_language=language, count=30, mode="dense-raw")
        for language in (*LANGUAGES, "und")
    ]
    assert all(hits == searches[0] for hits in searches)


def test_asking_for_everything_is_asking_without_a_filter(shared_library: Library) -> None:
    for mode in MODES:
        search = partial(shared_library.search, "robots work", question_language="en", count=30, mode=mode)
        assert search(filter_=EVERYTHING) == search()


@pytest.mark.parametrize(
    ("question", "language"),
    [("What does an employer pay?", "en"), ("Was zahlen die Arbeitgeber?", "de"), ("ČMKOS 2019", "cs")],
    ids=["inflected-en", "inflected-de", "acronym-and-number"],
)
def test_words_find_inflected_forms_names_and_numbers(
    tmp_path: Path, encoder: WordEncoder, question: str, language: str
) -> None:
    samples = [
        make_sample("en", "The employers met.", "Nobody else did."),
        make_sample("de", "Ein Arbeitgeber war da.", "Sonst niemand.", language="de"),
        make_sample("cs", "Odbory zastupovala ČMKOS (2019).", "Nikdo jiný.", language="cs"),
    ]
    library = build(tmp_path, encoder, samples)
    hits = library.search(question, question_language=language, mode="lexical")
    assert [hit.chunk.document_id for hit in hits] == [language]


OPERATORS = [
    *('"robots', '"robots"', "robots*", "^robots", "robots:", "stems : robots", "NEAR(robots haven)"),
    *("robots AND", "OR robots", "NOT robots", "robots NEAR/2", "-robots", "+robots", "(robots", "{robots}"),
    *("robots; DROP TABLE words; --", "robots' OR '1'='1", "robots\\", "🤖 robots", "ROBOTS_", "robots\0x"),
]


@pytest.mark.parametrize("question", OPERATORS)
def test_what_is_an_operator_elsewhere_is_text(tmp_path: Path, encoder: WordEncoder, question: str) -> None:
    samples = [make_sample("robots", "Many robots work here."), make_sample("people", "Many people do too.")]
    library = build(tmp_path, encoder, samples)
    hits = library.search(question, question_language="en", mode="lexical")
    assert texts(hits) == ["Many robots work here."]
    assert library.status().chunks == 2


@pytest.mark.parametrize("question", ["", " ", '"', "*", "-", "()", "🤖", "_", "\0", "…"], ids=repr)
def test_a_question_without_words_matches_no_words_and_is_still_answered(
    shared_library: Library, question: str
) -> None:
    assert shared_library.search(question, question_language="und", mode="lexical") == []
    assert len(shared_library.search(question, question_language="und")) == 10


@given(st.text(), st.sampled_from([*LANGUAGES, "und"]), st.sampled_from(MODES))
def test_any_text_can_be_asked(shared_library: Library, question: str, language: str, mode: Mode) -> None:
    hits = shared_library.search(question, question_language=language, mode=mode)
    assert len(hits) == 10 or mode == "lexical"


def test_a_question_of_thousands_of_words_can_be_asked(shared_library: Library) -> None:
    question = " ".join([*(f"word{number}" for number in range(5000)), "robots"])
    hits = shared_library.search(question, question_language="en", mode="lexical")
    assert hits
    assert all("robot" in hit.chunk.text.lower() for hit in hits)


def test_an_empty_library_answers_with_nothing(tmp_path: Path, encoder: WordEncoder) -> None:
    library = build(tmp_path, encoder, [])
    for mode in MODES:
        assert library.search("robots", question_language="en", mode=mode) == []
    assert (library.status().documents, library.entries()) == (0, [])


def test_a_question_is_encoded_once_while_it_is_among_the_latest(
    folder: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    encode = encoder.encode_questions
    monkeypatch.setattr(encoder, "encode_questions", lambda texts: asked.extend(texts) or encode(texts))
    monkeypatch.setattr("index.library._QUESTIONS_KEPT", 2)
    library = Library(folder, encoder)
    first = library.search("robots", question_language="en")
    for question in ("telework", "robots", "skills", "robots", "telework"):
        library.search(question, question_language="en")
    assert asked == ["robots", "telework", "skills", "telework"]
    assert library.search("robots", question_language="en") == first
