"""Variants of a parallel collection: what becomes of a search where languages hold different passages.

In a parallel collection every passage is there in every language, as in few libraries. Its variants are
smaller collections, named after it (`xquad_r-disjoint`):

- `disjoint`: each passage in one language only, the languages in turn;
- `skewed`: each passage in one language only, drawn so that most are in the first language;
- `alone`: the passages in the first language, and the queries in that language;
- `crowded`: the queries and judgements of `alone` over the passages in all languages.

What a system finds in `alone` and no longer in `crowded` was crowded out by the translations that were added.
They count as not relevant there, so recall among the first ten tells more than the order does.
"""

from collections.abc import Sequence, Set
from typing import Literal

import numpy as np

from eval.collection import Collection, Query, digest_collection
from index.errors import FastTrackError

Variant = Literal["disjoint", "skewed", "alone", "crowded"]

Translations = tuple[str, ...]
"""The ids of one passage in all languages, in the order in which these first appear in the corpus."""

_SEED = 0
_FIRST, _SECOND, _OTHERS = 0.80, 0.15, 0.05  # shares of the languages; the others share theirs evenly


def make_variant(collection: Collection, variant: Variant) -> Collection:
    """The variant, with passages, queries and judgements in the order of the collection.

    Queries that have no relevant passage left are left out. Raises `FastTrackError` where the collection is
    not parallel, or where no query has a relevant passage in the language that is to be crowded.
    """
    groups = group_translations(collection)
    if variant in ("disjoint", "skewed"):
        kept = _take_turns(groups) if variant == "disjoint" else _draw(groups)
        return _cut(collection, variant, kept, kept, collection.queries)
    first = collection.passages[0].language
    asked = [query for query in collection.queries if query.language == first]
    originals = {group[0] for group in groups}
    searched = originals if variant == "alone" else {id_ for group in groups for id_ in group}
    made = _cut(collection, variant, searched, originals, asked)
    if not made.queries:
        raise FastTrackError(
            f"{collection.name} cannot show whether passages in {first} are crowded out: "
            "no query in this language has a relevant passage in it."
        )
    return made


def group_translations(collection: Collection) -> list[Translations]:
    """The passages that are translations of each other, in the order of the corpus.

    Passages that are relevant to the same query are taken for translations of each other, and so are
    translations of the same passage. Raises `FastTrackError` where that does not give every passage one
    translation in each of the other languages.
    """
    languages = list(dict.fromkeys(passage.language for passage in collection.passages))
    if len(languages) == 1:
        raise _refuse(collection, f"all its passages are in {languages[0]}")
    group_of = {passage.id: {passage.language: passage.id} for passage in collection.passages}
    for query, judged in collection.qrels.items():
        together: dict[str, str] = {}
        for relevant in (id_ for id_, grade in judged.items() if grade > 0):
            for language, id_ in group_of[relevant].items():
                if (known := together.setdefault(language, id_)) != id_:
                    told = f"the query {query} ties {known} to {id_}, both in {language}"
                    raise _refuse(collection, told)
        group_of |= dict.fromkeys(together.values(), together)
    for passage in collection.passages:
        if lacking := [language for language in languages if language not in group_of[passage.id]]:
            raise _refuse(collection, f"no query ties {passage.id} to a passage in {lacking[0]}")
    return list(
        dict.fromkeys(
            tuple(group_of[passage.id][language] for language in languages) for passage in collection.passages
        )
    )


def _refuse(collection: Collection, why: str) -> FastTrackError:
    return FastTrackError(
        f"{collection.name} has no variants, as it is not parallel: {why}. "
        "Each passage must be there once in every language, all of them relevant to the same queries."
    )


def _take_turns(groups: Sequence[Translations]) -> set[str]:
    return {group[number % len(group)] for number, group in enumerate(groups)}


def _draw(groups: Sequence[Translations]) -> set[str]:
    languages = len(groups[0])
    drawn = np.random.default_rng(_SEED).choice(languages, len(groups), p=_share_out(languages))
    return {group[language] for group, language in zip(groups, drawn, strict=True)}


def _share_out(languages: int) -> list[float]:
    """The share of each language among the passages of a skewed library."""
    if languages == 2:
        return [_FIRST, _SECOND + _OTHERS]
    others = languages - 2
    return [_FIRST, _SECOND, *[_OTHERS / others] * others]


def _cut(
    collection: Collection, variant: Variant, searched: Set[str], judged: Set[str], asked: Sequence[Query]
) -> Collection:
    """The passages in `searched`, and of the queries `asked` those with a relevant passage in `judged`."""
    passages = tuple(passage for passage in collection.passages if passage.id in searched)
    grades_of = {
        query.id: {id_: grade for id_, grade in collection.qrels[query.id].items() if id_ in judged}
        for query in asked
    }
    qrels = {id_: grades for id_, grades in grades_of.items() if max(grades.values(), default=0) > 0}
    queries = tuple(query for query in asked if query.id in qrels)
    digest = digest_collection(passages, queries, qrels)
    return Collection(f"{collection.name}-{variant}", passages, queries, qrels, digest)
