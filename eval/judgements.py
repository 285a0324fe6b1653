"""Makes a retrieval collection of gold questions: where a quote stands in a library becomes judgements."""

from collections.abc import Sequence

from eval.collection import Collection, Passage, Query, digest_collection
from eval.questions import Question, locate_quotes
from index.library import Library
from index.records import Chunk

_SHARE = 0.5


def judge_chunks(name: str, questions: Sequence[Question], library: Library) -> Collection:
    """The library's chunks as passages, and the questions that it answers as queries.

    A chunk is relevant where it holds at least half of a quote, or the quote half of it. Follow-ups are left
    out, as they say by themselves too little to be searched. Raises `FastTrackError` where the library is
    not the one that the questions were written for.
    """
    asked = [question for question in questions if question.is_answerable and not question.history]
    places = locate_quotes(asked, library)
    chunks = {entry.id: library.chunks_of(entry.id) for entry in library.entries()}
    qrels = {
        question.id: {
            chunk.id: 1
            for place in places[question.id]
            for chunk in chunks[place.document]
            if _holds(chunk, place.start, place.end)
        }
        for question in asked
    }
    passages = tuple(
        Passage(chunk.id, chunk.text, "", chunk.language) for found in chunks.values() for chunk in found
    )
    queries = tuple(Query(question.id, question.text, question.language) for question in asked)
    return Collection(name, passages, queries, qrels, digest_collection(passages, queries, qrels))


def _holds(chunk: Chunk, start: int, end: int) -> bool:
    shared = min(chunk.end, end) - max(chunk.start, start)
    return shared >= _SHARE * min(end - start, chunk.end - chunk.start)
