"""Hits and answers as plain JSON values: the shapes that `--json` prints."""

from collections.abc import Sequence
from typing import Any

from assistant.answer import Answer, Citation, Sentence
from assistant.comparing.compare import Comparison
from assistant.practices import Practice
from index.records import Hit


def hits_to_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """One object for each hit, in order."""
    return [
        {
            "rank": hit.rank,
            "score": hit.score,
            "document": hit.chunk.document_id,
            "title": hit.metadata.title,
            "source": hit.source,
            "language": hit.chunk.language,
            "country": hit.metadata.country,
            "page": hit.chunk.first_page,
            "heading": list(hit.chunk.heading),
            "start": hit.chunk.start,
            "end": hit.chunk.end,
            "text": hit.chunk.text,
            "statements": [
                {"start": start, "end": end, "cosine": cosine}
                for (start, end), cosine in zip(hit.chunk.statements, hit.evidence, strict=True)
            ],
        }
        for hit in hits
    ]


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The whole answer as one object."""
    return {
        "question": answer.question,
        "language": answer.language,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "evidence": answer.evidence,
        "generator": answer.generator,
        "notice": answer.notice,
        "lead_in": answer.lead_in,
        "sentences": [_sentence_to_json(sentence) for sentence in answer.sentences],
        "passages": hits_to_json(answer.passages),
        "seconds": answer.seconds,
    }


def _sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "supported": sentence.verdict == "supported",
        "reason": sentence.reason,
        "citations": [_citation_to_json(citation) for citation in sentence.citations],
    }


def _citation_to_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.hit.chunk.document_id,
        "source": citation.hit.source,
        "language": citation.hit.chunk.language,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def practices_to_json(practices: Sequence[Practice]) -> list[dict[str, Any]]:
    """One object for each practice, in order."""
    return [
        {
            "rank": practice.rank,
            "score": practice.score,
            "document": practice.hit.chunk.document_id,
            "title": practice.hit.metadata.title,
            "source": practice.hit.source,
            "language": practice.hit.metadata.language,
            "country": practice.hit.metadata.country,
            "organisation": practice.hit.metadata.organisation,
            "themes": list(practice.themes),
            "page": practice.page,
            "start": practice.start,
            "end": practice.end,
            "statement": practice.statement,
            "sentence": practice.sentence,
        }
        for practice in practices
    ]


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison as one object; each cell's answer as it would be by itself."""
    return {
        "question": comparison.question,
        "asked": comparison.asked,
        "by": comparison.groups.by,
        "without": comparison.groups.without,
        "cells": [{"group": cell.group, "answer": answer_to_json(cell.answer)} for cell in comparison.cells],
        "seconds": comparison.seconds,
    }
