"""The chat page in a real browser, before an assistant whose answers are known."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect

from assistant.answer import Answer, Citation, Sentence
from assistant.phrases import OTHER_LANGUAGE
from index.errors import LibraryError
from index.records import Chunk, Hit, Metadata
from tests.assistant.hostile import Hostile, load_hostile

Open = Callable[..., Any]
"""Opens a tab on a page: the fixture `visit`."""

A_MOMENT = 300
"""Milliseconds in which a request that should not be made would be made."""


def make_hit(rank: int, language: str, country: str, title: str, text: str, page: int | None = None) -> Hit:
    chunk = Chunk(f"c{rank}", f"d{rank}", 200, 200 + len(text), text, language, page, page, ("Part", title))
    return Hit(rank, 0.03, "fused", 0.8, chunk, f"corpus/{title}.txt", Metadata(title, language, country))


def cite(hit: Hit, quote: str) -> Citation:
    start = hit.chunk.start + hit.chunk.text.index(quote)
    return Citation(hit.rank, hit, start, start + len(quote), hit.chunk.first_page)


def quote(hit: Hit, text: str) -> Sentence:
    return Sentence(text, (cite(hit, text),), "supported")


LONG = "Nothing of note was said here. " * 60
ENGLISH = make_hit(1, "en", "BE", "Report", f"{LONG}The budget was 250,000 euros. {LONG}")
CZECH = make_hit(2, "cs", "CZ", "Zpráva", "Projekt trval dva roky. Rozpočet činil 250 000 eur.", page=12)
GERMAN = make_hit(3, "de", "DE", "Bericht", "Die Partner trafen sich viermal.")
HOSTILE = make_hit(
    1,
    "en",
    "BE",
    "<img src=http://elsewhere.example/title.png onerror=alert(1)>",
    "<script>alert('script')</script><img src='http://elsewhere.example/p.png' onerror=alert(2)>"
    " ![image](http://elsewhere.example/m.png) [link](http://elsewhere.example/) $$x^2$$ **bold**"
    " <a href='javascript:alert(3)'>a</a></details></article><iframe src='//elsewhere.example'></iframe>",
)

ANSWERS = {
    "budget": Answer(
        question="budget",
        language="en",
        sentences=(
            quote(ENGLISH, "The budget was 250,000 euros."),
            quote(CZECH, "Rozpočet činil 250 000 eur."),
        ),
        passages=(ENGLISH, CZECH, GERMAN),
        generator="extractive",
        lead_in="The documents say:",
        seconds=0.2,
    ),
    "meetings": Answer(
        question="meetings",
        language="nl",
        sentences=(quote(replace(GERMAN, rank=1), "Die Partner trafen sich viermal."),),
        passages=(GERMAN,),
        generator="extractive",
        lead_in="De documenten zeggen:",
    ),
    "weather": Answer(
        question="weather",
        language="en",
        sentences=(),
        passages=(GERMAN, CZECH),
        generator="extractive",
        lead_in="The documents do not answer this.",
        abstained=True,
        reason="weak evidence",
    ),
    "Qual era il budget?": Answer(
        question="Qual era il budget?",
        language="en",
        sentences=(quote(ENGLISH, "The budget was 250,000 euros."),),
        passages=(ENGLISH,),
        generator="extractive",
        lead_in="The documents say:",
        notice=OTHER_LANGUAGE,
    ),
    "hostile <b>$$y$$</b> ![i](http://elsewhere.example/q.png)": Answer(
        question="hostile <b>$$y$$</b> ![i](http://elsewhere.example/q.png)",
        language="en",
        sentences=(quote(HOSTILE, HOSTILE.chunk.text),),
        passages=(HOSTILE,),
        generator="extractive",
        lead_in="<b>It says:</b>",
    ),
}

INJECTED = [one for one in load_hostile() if one.language in ("en", "cs")]


def find_injected(place: int, one: Hostile) -> Hit:
    return make_hit(place, one.language, "BE", f"{one.title} {one.injection}", one.before + one.injection)


def obey(hits: Sequence[Hit]) -> Answer:
    """An answer that says whatever the passages want said, and was not checked."""
    sentences = [
        Sentence(one.obedient_text, (cite(hit, hit.chunk.text),), verdict, "it holds a link or markup")
        for one, hit, verdict in zip(INJECTED, hits, ("supported", "unsupported") * len(hits), strict=False)
    ]
    return Answer("obey", "en", tuple(sentences), tuple(hits), "llama.cpp", lead_in=INJECTED[0].injection)


ANSWERS["obey"] = obey([find_injected(place, one) for place, one in enumerate(INJECTED, start=1)])
WRITTEN = replace(
    ANSWERS["budget"],
    sentences=(
        Sentence("It was a quarter of a million.", ANSWERS["budget"].sentences[0].citations, "supported"),
        Sentence("It came from 2021.", (), "unsupported", "no passage holds 2021"),
    ),
    generator="llama.cpp",
    lead_in="",
)


class Summary(NamedTuple):
    documents: int = 42
    chunks: int = 900
    languages: tuple[str, ...] = ("nl", "en", "cs")


class Double:
    """Answers what it knows, in two snapshots; asked for `endless`, goes on until it is stopped."""

    generator_name = "extractive"

    def __init__(self) -> None:
        self.histories: list[tuple[str, ...]] = []
        self.closed = threading.Event()

    def library_summary(self) -> Summary:
        return Summary()

    def stream(self, question: str, history: Sequence[str] = ()) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        if question == "broken":
            raise LibraryError("There is no library: run `fasttrack ingest` first.")
        if question == "unforeseen":
            raise ZeroDivisionError
        if question == "speechless":
            self.closed.clear()
            self.closed.wait(20)
        if question == "written":
            yield replace(ANSWERS["budget"], complete=False)
            yield replace(WRITTEN, sentences=WRITTEN.sentences[:1], complete=False)
            self.closed.clear()
            self.closed.wait(20)
            yield WRITTEN
            return
        if question == "endless":
            yield from self._go_on(ANSWERS["budget"])
        answer = ANSWERS.get(question, ANSWERS["budget"])
        yield replace(answer, sentences=answer.sentences[:1], complete=False)
        yield answer

    def _go_on(self, answer: Answer) -> Iterator[Answer]:
        self.closed.clear()
        try:
            while True:
                yield replace(answer, complete=False, generator="llama.cpp")
                self.closed.wait(0.05)
        finally:
            self.closed.set()


@pytest.fixture(scope="module")
def double() -> Double:
    return Double()


@pytest.fixture(scope="module")
def url(double: Double, serve_page: Callable[[Double], str]) -> str:
    return serve_page(double)


def test_an_answer_quotes_its_sources_and_tells_what_wrote_it(url: str, visit: Open) -> None:
    seen = visit(url)
    reply = seen.ask("budget")
    expect(reply.locator(".lead")).to_have_text("The documents say:")
    expect(reply.locator(".quote")).to_have_count(2)
    expect(reply.locator(".quote").nth(1)).to_have_attribute("lang", "cs")
    expect(reply.locator(".quote").nth(1).locator(".language")).to_have_text("Czech")
    expect(reply.locator(".how")).to_have_text("Literal quotations, no language model · 0.2 s")
    expect(seen.box).to_have_value("")
    expect(seen.box).to_be_focused()


def test_a_citation_opens_its_source_with_the_quotation_highlighted(url: str, visit: Open) -> None:
    seen = visit(url)
    reply = seen.ask("budget")
    seen.page.wait_for_timeout(A_MOMENT)
    before = len(seen.requests)
    reply.locator(".cite").nth(1).click()
    assert seen.chosen_text == "Rozpočet činil 250 000 eur."
    passage = seen.panel.locator(".passage.chosen")
    expect(passage.locator(".title")).to_have_text("Zpráva")
    expect(passage.locator(".about")).to_have_text("Czech · Czech Republic · p. 12")
    expect(passage.locator(".heading li")).to_have_text(["Part", "Zpráva"])
    expect(passage.locator(".path")).to_have_text("corpus/Zpráva.txt")
    expect(passage.locator("mark.chosen")).to_be_in_viewport(ratio=1)

    reply.locator(".cite").nth(0).click()
    assert seen.chosen_text == "The budget was 250,000 euros."
    expect(seen.panel.locator("mark.chosen")).to_be_in_viewport(ratio=1)
    expect(seen.panel.locator(".passage.chosen")).to_have_count(1)
    seen.page.wait_for_timeout(A_MOMENT)
    assert len(seen.requests) == before, "a citation is shown without asking the server"


def test_a_citation_is_reached_by_keyboard_and_left_by_it(url: str, visit: Open) -> None:
    seen = visit(url)
    citation = seen.ask("budget").locator(".cite").nth(1)
    citation.focus()
    seen.page.keyboard.press("Enter")
    expect(seen.panel.locator(".passage.chosen > summary")).to_be_focused()
    seen.page.keyboard.press("Escape")
    expect(citation).to_be_focused()


def test_a_citation_of_an_earlier_reply_shows_that_replys_sources(url: str, visit: Open) -> None:
    seen = visit(url)
    earlier = seen.ask("budget")
    seen.ask("meetings")
    expect(seen.panel.locator(".asked")).to_have_text("meetings")
    earlier.locator(".cite").nth(1).click()
    expect(seen.panel.locator(".asked")).to_have_text("budget")
    assert seen.chosen_text == "Rozpočet činil 250 000 eur."
    expect(seen.page.locator("#ft-chat .cite.chosen")).to_have_count(1)


def test_a_chosen_source_stays_when_the_page_changes_its_language(url: str, visit: Open) -> None:
    seen = visit(url)
    earlier = seen.ask("budget")
    seen.ask("meetings")
    earlier.locator(".cite").nth(1).click()
    seen.page.get_by_role("radio", name="DE").click()
    expect(seen.panel.locator(".back")).to_have_text("Zurück zur Antwort")
    expect(seen.panel.locator(".passage.chosen mark.chosen")).to_be_visible()
    assert seen.chosen_text == "Rozpočet činil 250 000 eur."
    expect(seen.page.locator("html")).to_have_attribute("lang", "de")


def test_an_abstention_shows_the_nearest_passages(url: str, visit: Open) -> None:
    seen = visit(url)
    reply = seen.ask("weather")
    expect(reply.locator(".lead")).to_have_text("The documents do not answer this.")
    expect(seen.panel.locator("h2").first).to_have_text("Nearest passages")
    expect(seen.panel.locator(".passage")).to_have_count(2)
    expect(seen.panel.locator("mark")).to_have_count(0)


def test_a_hostile_document_is_shown_as_text(url: str, visit: Open) -> None:
    seen = visit(url)
    question = "hostile <b>$$y$$</b> ![i](http://elsewhere.example/q.png)"
    reply = seen.ask(question)
    reply.locator(".cite").click()
    assert seen.chosen_text == HOSTILE.chunk.text
    expect(seen.page.locator(".ft-question")).to_have_text(question)
    expect(seen.panel.locator(".passage .title")).to_have_text(HOSTILE.metadata.title)
    foreign = "script, img, a, iframe, b, strong, code, .katex"
    expect(seen.page.locator("#ft-chat, .ft-panel").locator(foreign)).to_have_count(0)
    seen.page.wait_for_timeout(A_MOMENT)
    # Leaving the test, `visit` sees that no other server was asked and no dialog was opened.


def test_whatever_a_passage_wants_said_is_shown_as_text(url: str, visit: Open) -> None:
    seen = visit(url)
    reply = seen.ask("obey")
    said = [" ".join(text.split()) for text in reply.locator(".said > .text").all_text_contents()]
    assert [first in one.obedient_text for first, one in zip(said, INJECTED, strict=True)]
    reply.locator(".cite").last.click()
    shown = seen.panel.locator(".passage blockquote.text").all_text_contents()
    assert shown == [hit.chunk.text for hit in ANSWERS["obey"].passages]
    titles = seen.panel.locator(".passage .title").all_text_contents()
    assert titles == [hit.metadata.title for hit in ANSWERS["obey"].passages]
    foreign = (
        "script, img, a, iframe, object, embed, form, style, svg, b, strong, code, [onerror], [href], [src]"
    )
    expect(seen.page.locator("#ft-chat .bot-row, .ft-panel .content").locator(foreign)).to_have_count(0)
    seen.page.wait_for_timeout(A_MOMENT)


def test_the_extract_stays_until_the_models_text_is_complete_and_can_be_opened_then(
    url: str, visit: Open, double: Double
) -> None:
    seen = visit(url)
    seen.begin("written")
    expect(seen.replies.locator(".written .said")).to_have_count(1)
    expect(seen.replies.locator(".quote").nth(1)).to_be_visible()
    seen.replies.locator(".quote .cite").nth(1).click()
    double.closed.set()
    seen.replies.locator(".foot").wait_for()
    expect(seen.replies.locator(".written .said")).to_have_count(2)
    expect(seen.replies.locator(".quote").nth(1)).to_be_hidden()
    assert seen.chosen_text == "Rozpočet činil 250 000 eur.", "what was chosen meanwhile stays chosen"
    seen.panel.locator(".back").click()
    expect(seen.replies.locator(".quote .cite").nth(1)).to_be_focused()
    expect(seen.replies.locator(".quote").nth(1)).to_be_visible()
    seen.replies.locator(".extract > summary").click()
    expect(seen.replies.locator(".quote").nth(1)).to_be_hidden()


def test_a_sentence_that_is_not_supported_is_marked_where_it_stands(
    url: str, visit: Open, double: Double
) -> None:
    seen = visit(url)
    seen.begin("written")
    expect(seen.replies.locator(".written .said")).to_have_count(1)
    double.closed.set()
    reply = seen.replies
    expect(reply.locator(".unsupported")).to_have_text(
        "It came from 2021. not confirmed by the sources – no passage holds 2021"
    )
    expect(reply.locator(".flag")).to_be_visible()


def test_a_question_in_a_seventh_language_is_answered_with_a_notice(url: str, visit: Open) -> None:
    reply = visit(url).ask("Qual era il budget?")
    expect(reply.locator(".notice")).to_have_text(OTHER_LANGUAGE)
    expect(reply).to_have_attribute("lang", "en")


def test_the_browser_itself_would_refuse_to_ask_another_server(url: str) -> None:
    with urllib.request.urlopen(url) as response:
        policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1400])
def test_nothing_scrolls_sideways(url: str, visit: Open, width: int, scheme: str) -> None:
    seen = visit(url, width=width, color_scheme=scheme)

    def overflow() -> int:
        excess: int = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return excess

    assert overflow() <= 0
    seen.ask("budget").locator(".cite").nth(1).click()
    assert overflow() <= 0
    seen.ask("hostile <b>$$y$$</b> ![i](http://elsewhere.example/q.png)")
    assert overflow() <= 0


def test_on_a_phone_a_citation_leads_to_its_source_and_back(url: str, visit: Open) -> None:
    seen = visit(url, width=390, height=844, has_touch=True, is_mobile=True)
    citation = seen.ask("budget").locator(".cite").nth(0)
    citation.tap()
    expect(seen.panel.locator("mark.chosen")).to_be_in_viewport(ratio=1)
    expect(citation).not_to_be_in_viewport()
    seen.panel.locator(".back").tap()
    expect(citation).to_be_in_viewport(ratio=1)
    expect(citation).to_be_focused()


def test_an_example_is_asked_at_once_and_the_examples_give_way(url: str, visit: Open) -> None:
    seen = visit(url)
    example = seen.page.locator(".example").nth(2)
    example.click()
    seen.replies.locator(".foot").wait_for()
    asked = seen.page.locator(".ft-question")
    expect(asked).to_have_count(1)
    assert asked.text_content() in (example.text_content() or "")
    expect(example).to_be_hidden()


@pytest.mark.parametrize("attempt", range(5))
def test_stop_ends_the_answer_and_the_work_behind_it(
    url: str, visit: Open, double: Double, attempt: int
) -> None:
    seen = visit(url)
    seen.begin("endless")
    expect(seen.replies.locator(".said")).to_have_count(2)
    seen.begin("a question too early")
    seen.page.wait_for_timeout(attempt * 20)
    seen.page.get_by_role("button", name="Stop").click()
    expect(seen.replies.locator(".how")).to_contain_text("Stopped.")
    assert double.closed.wait(5)
    seen.page.wait_for_timeout(A_MOMENT)
    expect(seen.page.locator(".working")).to_have_count(0)
    expect(seen.replies).to_have_count(1)
    expect(seen.box).to_have_value("a question too early")
    seen.ask("weather")
    expect(seen.replies.nth(1).locator(".lead")).to_be_visible()


def test_stop_need_not_wait_for_the_assistants_first_word(url: str, visit: Open, double: Double) -> None:
    seen = visit(url)
    seen.begin("speechless")
    seen.page.get_by_role("button", name="Stop").click()
    expect(seen.replies).to_have_text("Stopped.")
    seen.ask("weather")
    double.closed.set()


def test_an_empty_question_is_not_asked(url: str, visit: Open, double: Double) -> None:
    seen = visit(url)
    seen.begin("  ")
    seen.page.wait_for_timeout(A_MOMENT)
    expect(seen.replies).to_have_count(0)
    seen.ask("budget")


def test_a_new_conversation_forgets_the_old_one(url: str, visit: Open, double: Double) -> None:
    seen = visit(url)
    seen.ask("budget")
    seen.ask("weather")
    assert list(double.histories[-1]) == ["budget"]
    seen.page.get_by_role("button", name="New conversation").click()
    expect(seen.replies).to_have_count(0)
    expect(seen.page.locator(".ft-welcome")).to_be_visible()
    seen.ask("weather")
    assert list(double.histories[-1]) == []
    expect(seen.replies).to_have_count(1)


def test_two_visitors_have_a_conversation_each(url: str, visit: Open, double: Double) -> None:
    one, other = visit(url), visit(url)
    one.begin("endless")
    expect(one.replies.locator(".said")).to_have_count(2)
    other.ask("budget")
    assert list(double.histories[-1]) == []
    expect(other.page.locator(".ft-question")).to_have_text(["budget"])
    expect(one.page.locator(".ft-question")).to_have_text(["endless"])
    one.page.get_by_role("button", name="Stop").click()
    expect(one.replies.locator(".how")).to_contain_text("Stopped.")


def test_an_error_is_told_in_its_own_words_and_the_page_goes_on(url: str, visit: Open) -> None:
    seen = visit(url)
    expect(seen.ask("broken")).to_have_text("There is no library: run `fasttrack ingest` first.")
    expect(seen.ask("unforeseen")).to_have_text("Something went wrong. Please try again.")
    seen.ask("budget")


def test_the_page_speaks_the_visitors_language(url: str, visit: Open) -> None:
    seen = visit(url, locale="cs")
    expect(seen.page.locator(".ft-header")).to_contain_text("Dokumenty: 42")
    expect(seen.page.locator(".ft-header")).to_contain_text("nl, en, cs")
    expect(seen.box).to_have_attribute("placeholder", "Položte otázku")
    expect(seen.page.locator(".example").first).to_have_attribute("lang", "cs")


def test_nothing_is_offered_to_other_programs(url: str) -> None:
    with urllib.request.urlopen(f"{url}/gradio_api/info") as response:
        assert json.load(response) == {"named_endpoints": {}, "unnamed_endpoints": {}}
