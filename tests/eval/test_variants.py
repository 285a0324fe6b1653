"""Variants hold what they say of a parallel collection, against plain computations; others are refused."""

from pathlib import Path
from random import Random
from statistics import fmean
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.collection import Collection, Passage, Qrels, Query, digest_collection, load_collection
from eval.pool import open_pool
from eval.retrieval import evaluate_retrieval
from eval.systems import name_systems
from eval.variants import Variant, group_translations, make_variant
from index.errors import FastTrackError
from tests.doubles import WordEncoder
from tests.sayings import QUESTIONS, SENTENCES

VARIANTS: tuple[Variant, ...] = get_args(Variant)


def collect(passages: list[str], qrels: Qrels) -> Collection:
    """A collection whose ids begin with their languages."""
    found = tuple(Passage(id_, f"text of {id_}", "", id_[:2]) for id_ in passages)
    queries = tuple(Query(id_, f"question {id_}", id_[:2]) for id_ in qrels)
    return Collection("books", found, queries, qrels, digest_collection(found, queries, qrels))


def make_parallel(languages: tuple[str, ...], count: int) -> Collection:
    """Passages `en0`, `en1` … in every language, and a query to each, which all its translations answer."""
    numbers = range(count)
    passages = [f"{language}{number}" for language in languages for number in numbers]
    qrels = {
        f"{asked}-q{number}": {f"{language}{number}": 1 for language in languages}
        for asked in languages
        for number in numbers
    }
    return collect(passages, qrels)


def list_ids(collection: Collection) -> list[str]:
    return [passage.id for passage in collection.passages]


# By hand


def test_disjoint_takes_the_languages_in_turn() -> None:
    made = make_variant(make_parallel(("nl", "en", "de"), 5), "disjoint")
    assert list_ids(made) == ["nl0", "nl3", "en1", "en4", "de2"]
    assert made.qrels["de-q3"] == {"nl3": 1}
    assert len(made.queries) == 15


def test_passages_are_counted_in_the_order_of_the_corpus_and_languages_as_they_appear() -> None:
    qrels = {"en-a": {"en8": 1, "de9": 1}, "en-b": {"de1": 1, "en2": 1}}
    made = make_variant(collect(["de1", "de9", "en8", "en2"], qrels), "disjoint")
    assert list_ids(made) == ["de1", "en8"]


def test_skewed_draws_four_of_five_in_the_first_language() -> None:
    made = make_variant(make_parallel(("es", "en", "de"), 400), "skewed")
    drawn = np.random.default_rng(0).random(400)
    wanted = {f"{'es' if u < 0.8 else 'en' if u < 0.95 else 'de'}{number}" for number, u in enumerate(drawn)}
    assert set(list_ids(made)) == wanted


@pytest.mark.parametrize(
    ("languages", "shares"),
    [(("nl", "en"), (0.8, 0.2)), (("nl", "en", "de", "fr", "cs"), (0.8, 0.15, 0.05 / 3, 0.05 / 3, 0.05 / 3))],
)
def test_other_numbers_of_languages_share_what_is_left(
    languages: tuple[str, ...], shares: tuple[float, ...]
) -> None:
    count = 2000
    made = make_variant(make_parallel(languages, count), "skewed")
    for language, share in zip(languages, shares, strict=True):
        found = sum(passage.language == language for passage in made.passages)
        assert found == pytest.approx(share * count, abs=4 * (count * share * (1 - share)) ** 0.5)


def test_the_same_queries_are_asked_alone_and_crowded() -> None:
    collection = make_parallel(("en", "de"), 2)
    alone, crowded = make_variant(collection, "alone"), make_variant(collection, "crowded")
    assert list_ids(alone) == ["en0", "en1"]
    assert list_ids(crowded) == ["en0", "en1", "de0", "de1"]
    assert [query.id for query in alone.queries] == ["en-q0", "en-q1"]
    assert alone.queries == crowded.queries
    assert alone.qrels == crowded.qrels == {"en-q0": {"en0": 1}, "en-q1": {"en1": 1}}


def test_grades_are_kept_and_a_grade_of_0_ties_nothing() -> None:
    qrels = {"en-a": {"en0": 2, "de0": 1, "en1": 0}, "de-b": {"en1": 1, "de1": 3}}
    made = make_variant(collect(["en0", "en1", "de0", "de1"], qrels), "alone")
    assert made.qrels == {"en-a": {"en0": 2, "en1": 0}}
    assert make_variant(collect(["en0", "en1", "de0", "de1"], qrels), "disjoint").qrels == {
        "en-a": {"en0": 2},
        "de-b": {"de1": 3},
    }


def test_queries_whose_answers_are_in_other_languages_tie_them_together() -> None:
    """No query has all translations for an answer, as where its own language is not judged."""
    qrels = {"en-q": {"de0": 1, "fr0": 1}, "de-q": {"en0": 1, "fr0": 1}}
    made = make_variant(collect(["en0", "de0", "fr0"], qrels), "disjoint")
    assert list_ids(made) == ["en0"]
    assert made.qrels == {"de-q": {"en0": 1}}, "the other one has no answer left"


# Invariants


@st.composite
def parallel_collections(draw: st.DrawFn) -> Collection:
    """Passages in any order. All translations of a passage answer one query in the first language, and one of
    them answers another in any language."""
    languages = draw(st.permutations(["en", "de", "es", "nl"]))[: draw(st.integers(2, 4))]
    random = Random(draw(st.integers(0, 10_000)))
    groups = [[f"{language}{number}" for language in languages] for number in range(draw(st.integers(1, 9)))]
    passages = [id_ for group in groups for id_ in group]
    random.shuffle(passages)
    asked = [(passages[0][:2], group) for group in groups]
    asked += [(random.choice(languages), random.sample(group, 1)) for group in groups]
    random.shuffle(asked)
    qrels = {
        f"{language}-q{number}": {random.choice(passages): 0} | {id_: random.randint(1, 3) for id_ in answers}
        for number, (language, answers) in enumerate(asked)
    }
    return collect(passages, qrels)


@given(parallel_collections())
def test_groups_are_found_whatever_the_order(collection: Collection) -> None:
    languages = list(dict.fromkeys(passage.language for passage in collection.passages))
    numbers = list(dict.fromkeys(passage.id[2:] for passage in collection.passages))
    assert group_translations(collection) == [
        tuple(f"{language}{number}" for language in languages) for number in numbers
    ]


@given(parallel_collections(), st.sampled_from(VARIANTS))
def test_a_variant_is_a_part_of_its_collection(collection: Collection, variant: Variant) -> None:
    first = collection.passages[0].language
    made = make_variant(collection, variant)
    ids = list_ids(made)
    assert made.name == f"books-{variant}"
    assert made.digest == digest_collection(made.passages, made.queries, made.qrels)
    assert ids == [id_ for id_ in list_ids(collection) if id_ in ids]
    assert list(made.qrels) == [query.id for query in made.queries]
    assert [query for query in collection.queries if query in made.queries] == list(made.queries)
    judged = ids if variant != "crowded" else [id_ for id_ in ids if id_.startswith(first)]
    asked = first if variant in ("alone", "crowded") else ""
    assert made.qrels == {
        query: {id_: grade for id_, grade in grades.items() if id_ in judged}
        for query, grades in collection.qrels.items()
        if query.startswith(asked) and any(grade > 0 and id_ in judged for id_, grade in grades.items())
    }


@given(parallel_collections(), st.sampled_from(["disjoint", "skewed", "alone"]))
def test_each_passage_is_there_in_one_language(collection: Collection, variant: Variant) -> None:
    made = make_variant(collection, variant)
    assert sorted(passage.id[2:] for passage in made.passages) == sorted(
        {passage.id[2:] for passage in collection.passages}
    )


# What is not parallel


@pytest.mark.parametrize(
    ("passages", "qrels", "told"),
    [
        pytest.param(["en0", "en1"], {"en-q": {"en0": 1}}, "all its passages are in en", id="one language"),
        pytest.param(
            ["en0", "de0", "en1"],
            {"en-q": {"en0": 1, "de0": 1}},
            "no query ties en1 to a passage in de",
            id="not translated",
        ),
        pytest.param(
            ["en0", "de0", "en1", "de1"],
            {"en-a": {"en0": 1, "de0": 1}, "en-b": {"en1": 1, "de1": 1}, "en-c": {"en0": 1, "en1": 1}},
            "the query en-c ties en0 to en1, both in en",
            id="two answers in a language",
        ),
        pytest.param(
            ["en0", "de0", "en1", "fr0"],
            {"en-a": {"en0": 1, "de0": 1}, "en-b": {"en1": 1, "fr0": 1}, "en-c": {"de0": 1, "fr0": 1}},
            "the query en-c ties en0 to en1, both in en",
            id="two in a language by way of others",
        ),
    ],
)
@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_not_parallel_is_refused(
    passages: list[str], qrels: Qrels, told: str, variant: Variant
) -> None:
    with pytest.raises(FastTrackError, match=f"books has no variants, as it is not parallel: {told}."):
        make_variant(collect(passages, qrels), variant)


@pytest.mark.parametrize("variant", ["alone", "crowded"])
def test_without_answers_in_the_first_language_nothing_can_be_crowded_out(variant: Variant) -> None:
    qrels = {"en-q": {"de0": 1}, "de-q": {"en0": 1, "de0": 1}}
    with pytest.raises(FastTrackError, match="books cannot show whether passages in en are crowded out"):
        make_variant(collect(["en0", "de0"], qrels), variant)


# Real ones


@pytest.mark.parametrize(("variant", "counts"), [("disjoint", (80, 80, 80)), ("skewed", (178, 45, 17))])
def test_xquad_r_agrees_with_the_numbers_in_its_ids(
    shared_folder: Path, variant: Variant, counts: tuple[int, ...]
) -> None:
    collection = load_collection(shared_folder / "data" / "xquad_r")
    made = make_variant(collection, variant)
    numbers = np.arange(240)
    draw = np.random.default_rng(0).choice(3, 240, p=[0.8, 0.15, 0.05])
    language_of = np.array(["en", "de", "es"])[numbers % 3 if variant == "disjoint" else draw]
    assert set(list_ids(made)) == {f"{language_of[number]}-p{number:03}" for number in numbers}
    assert tuple((language_of == language).sum() for language in ("en", "de", "es")) == counts
    assert len(made.queries) == 3570
    assert all(len(grades) == 1 for grades in made.qrels.values())


def test_a_variant_is_evaluated_as_any_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that languages share are few, so a question finds its own language's passages first."""
    monkeypatch.setenv("FASTTRACK_CACHE", str(tmp_path / "cache"))
    languages, answers = ("nl", "en", "de"), (0, 2, 3)
    passages = tuple(
        Passage(f"{language}{number}", SENTENCES[language][number], "", language)
        for language in languages
        for number in answers
    )
    queries = tuple(
        Query(f"{language}-q{number}", QUESTIONS[language][number], language)
        for language in languages
        for number in range(3)
    )
    qrels = {
        query.id: {f"{language}{answers[int(query.id[-1])]}": 1 for language in languages}
        for query in queries
    }
    made = make_variant(Collection("small", passages, queries, qrels, "digest"), "disjoint")
    library = open_pool(made, WordEncoder())
    evaluation = evaluate_retrieval(made, name_systems(["dense"]), library, tmp_path / "out")
    found = {view: interval["RR@10"] for view, interval in evaluation.intervals["dense"].items()}
    assert {view: interval.n for view, interval in found.items()} == {
        "mixed": 9,
        "mixed-own": 3,
        "mixed-other": 6,
        "monolingual": 3,
        "across": 6,
    }
    assert found["mixed"].mean == pytest.approx(
        fmean([found["mixed-own"].mean, *[found["mixed-other"].mean] * 2])
    )
    assert evaluation.configuration["collection"] == "small-disjoint"
    assert evaluation.configuration["collection_digest"] == made.digest
