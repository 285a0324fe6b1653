"""The whole way: a question typed into the page, answered by the real assistant from the sample library."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from assistant.assistant import Assistant
from assistant.phrases import PHRASES
from assistant.writing.generator import Extractive
from index.library import Library

ABOUT_A_DUTCH_DOCUMENT = "Kdo zastupuje SERV v ILERA?"
ABOUT_BREAD = "Jak upéct kváskový chléb z žitné mouky?"


@pytest.fixture(scope="module")
def assistant(library: Library) -> Assistant:
    return Assistant(library, Extractive())


@pytest.fixture(scope="module")
def url(assistant: Assistant, serve_page: Callable[[Assistant], str]) -> str:
    return serve_page(assistant)


def test_a_czech_question_opens_the_quotation_in_a_dutch_document(
    url: str, visit: Callable[..., Any], assistant: Assistant
) -> None:
    answer = assistant.answer(ABOUT_A_DUTCH_DOCUMENT)
    citations = [citation for sentence in answer.sentences for citation in sentence.citations]
    seen = visit(url, locale="cs")
    reply = seen.ask(ABOUT_A_DUTCH_DOCUMENT)
    expect(reply.locator(".lead")).to_have_text(PHRASES["cs"].found)
    expect(reply.locator(".cite")).to_have_count(len(citations))
    sources = set()
    for place, citation in enumerate(citations):
        reply.locator(".cite").nth(place).click()
        expect(seen.panel.locator(".passage.chosen .path")).to_have_text(citation.hit.source)
        expect(seen.panel.locator("mark.chosen").first).to_be_in_viewport()
        highlighted = " ".join(seen.chosen_text.split())
        document = assistant.library.document(citation.hit.chunk.document_id)
        assert highlighted == " ".join(citation.quote.split())
        assert highlighted in " ".join(document.text.split())
        sources.add(document.source)
    assert "serv/mission-nl.pdf" in sources
    assert "Pieter Kerremans" in " ".join(citation.quote for citation in citations)


def test_a_question_on_another_subject_is_refused_in_its_language(
    url: str, visit: Callable[..., Any]
) -> None:
    seen = visit(url, locale="cs")
    reply = seen.ask(ABOUT_BREAD)
    expect(reply.locator(".lead")).to_have_text(PHRASES["cs"].abstained)
    expect(reply.locator(".cite")).to_have_count(0)
    expect(seen.panel.locator(".passage")).to_have_count(5)
    expect(seen.panel.locator("mark")).to_have_count(0)


def test_a_short_follow_up_is_understood_from_the_conversation(url: str, visit: Callable[..., Any]) -> None:
    seen = visit(url)
    seen.ask("What was the total budget of the digital fast track project?")
    reply = seen.ask("And the rest?")
    reply.locator(".cite").first.click()
    expect(seen.panel.locator(".passage.chosen .text")).to_contain_text(re.compile(r"250[., \s]000"))
