"""What is true of the page's HTML for any text: nothing becomes markup, and only quotations are marked."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from html.parser import HTMLParser
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import orders
from assistant.answer import Answer, Citation, Sentence
from assistant.checking import check
from assistant.page.reasons import REASONS, explain
from assistant.page.render import (
    LibrarySummary,
    number_quotations,
    render_header,
    render_question,
    render_reply,
    render_welcome,
)
from assistant.page.words import EXAMPLES, WORDS, Words, prefer_language, speak
from index.records import Chunk, Hit, Metadata

TAGS = {
    *("article", "blockquote", "button", "details", "div", "footer", "h2", "li", "mark", "ol", "p"),
    *("span", "summary"),
}
ATTRIBUTES = {"class", "hidden", "lang", "title", "type", "value"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</details></article><iframe src=//elsewhere.example>",
    "![image](http://elsewhere.example/i.png) [link](javascript:alert(1))",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "$$x^2$$ \\(y\\) `code` **bold**",
    "<!-- comment --> <![CDATA[ x ]]> <?php ?>",
)


@dataclass
class Node:
    """An element of parsed HTML; `children` are nodes and strings in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, css: str, tag: str = "") -> list["Node"]:
        return [node for node in self.walk() if css in node.classes and tag in ("", node.tag)]


class Reader(HTMLParser):
    """An independent reader of what was written: it closes what is opened, and refuses all else."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data!r}")


def read(html: str) -> Node:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]


def shape(root: Node) -> list[tuple[str, dict[str, str]]]:
    """The elements without the words in them: tags, attributes, and the values that words do not fill."""
    kept = ("class", "value", "type", "lang")
    return [
        (node.tag, {name: value if name in kept else "" for name, value in node.attributes.items()})
        for node in root.walk()
    ]


texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(min_size=1, max_size=60),
    st.tuples(st.text(max_size=20), st.sampled_from(HOSTILE), st.text(max_size=20)).map("".join),
)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    text, start = draw(texts), draw(st.integers(0, 500))
    page = draw(st.one_of(st.none(), st.integers(1, 90)))
    chunk = Chunk(
        id=draw(texts),
        document_id=draw(texts),
        start=start,
        end=start + len(text),
        text=text,
        language=draw(st.sampled_from([*WORDS, "und"])),
        first_page=page,
        last_page=page and page + draw(st.integers(0, 2)),
        heading=tuple(draw(st.lists(texts, max_size=2))),
    )
    metadata = Metadata(draw(texts), "nl", draw(texts), draw(texts), date=draw(texts))
    return Hit(1, 0.5, "fused", 0.8, chunk, draw(texts), metadata)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    passages = draw(st.lists(hits(), min_size=1, max_size=3))

    def cite() -> Citation:
        number = draw(st.integers(1, len(passages)))
        chunk = passages[number - 1].chunk
        start = draw(st.integers(0, len(chunk.text) - 1))
        end = draw(st.integers(start + 1, len(chunk.text)))
        return Citation(
            number, passages[number - 1], chunk.start + start, chunk.start + end, chunk.first_page
        )

    sentences = [
        Sentence(
            draw(texts),
            tuple(cite() for _ in range(draw(st.integers(0, 3)))),
            draw(st.sampled_from(["supported", "unsupported"])),
            draw(texts),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return Answer(
        question=draw(texts),
        language=draw(st.sampled_from([*WORDS, "it"])),
        sentences=tuple(sentences),
        passages=tuple(passages),
        generator=draw(st.sampled_from(["extractive", "llama.cpp"])),
        lead_in=draw(texts),
        notice=draw(texts),
    )


def extract_of(answer: Answer) -> Answer | None:
    """What was quoted before a language model wrote the answer."""
    if answer.generator == "extractive":
        return None
    return replace(answer, generator="extractive", sentences=answer.sentences[:2], complete=False)


def read_reply(answer: Answer) -> Node:
    return read(render_reply(answer, extract=extract_of(answer)))


def silence(text: str) -> str:
    """A harmless text with words where the text has words."""
    return re.sub(r"\S", "x", text)


def silence_hit(hit: Hit) -> Hit:
    chunk = replace(hit.chunk, text=silence(hit.chunk.text), heading=tuple(map(silence, hit.chunk.heading)))
    known = replace(
        hit.metadata,
        title=silence(hit.metadata.title),
        country=silence(hit.metadata.country),
        organisation=silence(hit.metadata.organisation),
        date=silence(hit.metadata.date),
    )
    return replace(hit, chunk=chunk, source=silence(hit.source), metadata=known)


def silence_answer(answer: Answer) -> Answer:
    sentences = tuple(
        replace(
            sentence,
            text=silence(sentence.text),
            reason=silence(sentence.reason),
            citations=tuple(replace(c, hit=silence_hit(c.hit)) for c in sentence.citations),
        )
        for sentence in answer.sentences
    )
    return replace(
        answer,
        question=silence(answer.question),
        sentences=sentences,
        passages=tuple(map(silence_hit, answer.passages)),
        lead_in=silence(answer.lead_in),
        notice=silence(answer.notice),
    )


@given(answers())
def test_no_text_changes_the_elements_or_their_attributes(answer: Answer) -> None:
    root = read_reply(answer)
    assert shape(root) == shape(read_reply(silence_answer(answer)))
    assert {node.tag for node in root.walk()} <= {"root", *TAGS}
    assert {name for node in root.walk() for name in node.attributes} <= ATTRIBUTES


@given(answers())
def test_every_text_is_shown_as_it_stands(answer: Answer) -> None:
    root = read_reply(answer)
    said = ["".join(part.text for part in node.find("text")) for node in root.find("said")]
    extract = extract_of(answer)
    assert said == [one.text for one in (*answer.sentences, *(extract.sentences if extract else ()))]
    assert [node.text for node in root.find("lead")] == [answer.lead_in]
    assert [node.text for node in root.find("asked")] == [answer.question]
    for number, hit in enumerate(answer.passages, start=1):
        (passage,) = root.find(f"passage-{number}")
        assert passage.find("text", "blockquote")[0].text == hit.chunk.text
        assert passage.find("title")[0].text == hit.metadata.title
        assert passage.find("path")[0].text == hit.source
        assert [step.text for step in passage.walk() if step.tag == "li"] == list(hit.chunk.heading)


@given(texts)
def test_a_question_is_shown_as_it_was_typed(question: str) -> None:
    root = read(render_question(question))
    assert [node.tag for node in root.walk()] == ["root", "div"]
    assert root.text == question


@given(answers())
def test_what_is_highlighted_is_the_quotation_and_nothing_else(answer: Answer) -> None:
    root = read_reply(answer)
    extract = extract_of(answer)
    sentences = (*(extract.sentences if extract else ()), *answer.sentences)
    quotations = [quotation for _, quoted in number_quotations(sentences) for quotation in quoted]
    for quotation in quotations:
        marked = "".join(node.text for node in root.find(f"quotation-{quotation.key}", "mark"))
        assert marked == quotation.citation.quote
    for number, hit in enumerate(answer.passages, start=1):
        covered = [False] * len(hit.chunk.text)
        for citation in (q.citation for q in quotations if q.citation.number == number):
            start, end = citation.start - hit.chunk.start, citation.end - hit.chunk.start
            covered[start:end] = [True] * (end - start)
        (passage,) = root.find(f"passage-{number}")
        shown: list[bool] = []
        for child in passage.find("text", "blockquote")[0].children:
            text = child if isinstance(child, str) else child.text
            shown += [isinstance(child, Node)] * len(text)
        assert shown == covered


@given(answers())
def test_every_citation_leads_to_its_passage_and_its_quotation(answer: Answer) -> None:
    root = read_reply(answer)
    buttons = root.find("cite", "button")
    extract = extract_of(answer)
    sentences = (*answer.sentences, *(extract.sentences if extract else ()))
    assert len(buttons) == sum(len(sentence.citations) for sentence in sentences)
    assert len({button.attributes["value"] for button in buttons}) == len(buttons)
    for button in buttons:
        passage, quotation = button.attributes["value"].split(".")
        assert button.text.endswith(f" {passage}")
        (found,) = root.find(f"passage-{passage}", "details")
        assert found.find(f"quotation-{quotation}", "mark")


BUDGET = "The budget was 250,000 euros. It lasted two years."


def make_hit(text: str = BUDGET, language: str = "en", page: int | None = None, start: int = 40) -> Hit:
    chunk = Chunk("c", "d", start, start + len(text), text, language, page, page)
    return Hit(1, 0.5, "fused", 0.8, chunk, "corpus/report.pdf", Metadata("Report", language, "BE"))


def make_answer(hit: Hit, generator: str = "extractive", language: str = "en") -> Answer:
    end = hit.chunk.text.index(".") + 1
    citation = Citation(1, hit, hit.chunk.start, hit.chunk.start + end, hit.chunk.first_page)
    sentence = Sentence(hit.chunk.text[:end], (citation,), "supported")
    return Answer("How much?", language, (sentence,), (hit,), generator, "It says:", seconds=0.44)


@pytest.mark.parametrize("span", [(0, 10), (40, 40), (45, 900), (60, 50)], ids=str)
def test_a_span_that_does_not_lie_in_its_passage_is_not_highlighted(span: tuple[int, int]) -> None:
    hit = make_hit()
    answer = make_answer(hit)
    citation = Citation(1, hit, *span, page=None)
    answer = replace(answer, sentences=(replace(answer.sentences[0], citations=(citation,)),))
    assert "<mark" not in render_reply(answer)


def test_a_page_is_shown_only_where_there_is_one() -> None:
    (about,) = read(render_reply(make_answer(make_hit(page=7)))).find("about")
    assert about.text == "English · Belgium · p. 7"
    (about,) = read(render_reply(make_answer(make_hit(page=None)))).find("about")
    assert about.text == "English · Belgium"


def test_a_quotation_names_its_language_where_it_differs_from_the_answers() -> None:
    czech = make_hit("Rozpočet činil 250 000 eur. Trval dva roky.", "cs")
    root = read(render_reply(make_answer(czech, language="nl")))
    (quote,) = root.find("quote")
    assert quote.attributes["lang"] == "cs"
    assert [node.text for node in quote.find("language")] == ["Tsjechisch"]
    assert read(render_reply(make_answer(czech, language="cs"))).find("language") == []


def test_an_extract_is_quoted_and_a_written_answer_is_not() -> None:
    extract = read(render_reply(make_answer(make_hit())))
    assert len(extract.find("quote", "blockquote")) == 1
    assert extract.find("how")[0].text == "Literal quotations, no language model · 0.4\N{NO-BREAK SPACE}s"
    written = read(render_reply(make_answer(make_hit(), generator="llama.cpp", language="nl")))
    assert written.find("quote") == []
    assert (
        written.find("how")[0].text
        == "Geschreven door llama.cpp, getoetst aan de bronnen · 0,4\N{NO-BREAK SPACE}s"
    )


@pytest.mark.parametrize("words", WORDS.values(), ids=lambda words: words.code)
def test_an_unsupported_sentence_is_marked_with_the_reason_in_the_replys_language(words: Words) -> None:
    answer = make_answer(make_hit(), generator="llama.cpp", language=words.code)
    doubtful = replace(answer.sentences[0], verdict="unsupported", reason="no passage holds 2021, SERV")
    root = read(render_reply(replace(answer, sentences=(answer.sentences[0], doubtful))))
    assert [len(node.find("flag")) for node in root.find("said")] == [0, 1]
    [flag] = root.find("flag")
    assert flag.attributes["lang"] == words.code
    assert flag.text == f"{words.unsupported} – {REASONS['no passage holds'][words.code]} 2021, SERV"


def test_a_reason_that_the_page_does_not_know_is_left_out() -> None:
    answer = make_answer(make_hit(), generator="llama.cpp")
    doubtful = replace(answer.sentences[0], verdict="unsupported", reason="the moon was full")
    assert read(render_reply(replace(answer, sentences=(doubtful,)))).find("flag")[0].text == (
        speak("en").unsupported
    )


def find_phrases(module: ModuleType) -> set[str]:
    """The phrases that a module's functions return, or hand to `Finding`, up to what is filled in."""
    tree = ast.parse(inspect.getsource(module))
    given = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given += [call.args[1] for call in calls if getattr(call.func, "id", "") == "Finding"]
    given += [branch for one in given if isinstance(one, ast.IfExp) for branch in (one.body, one.orelse)]
    named = [getattr(module, one.id, "") for one in given if isinstance(one, ast.Name)]
    first = [one.values[0] if isinstance(one, ast.JoinedStr) else one for one in given]
    plain = [one.value for one in first if isinstance(one, ast.Constant)]
    return {text for text in (*named, *plain) if isinstance(text, str) and " " in text.strip()}


def test_every_reason_of_the_check_is_explained_in_every_language() -> None:
    supported = {"cited passage", "another passage supports it"}
    phrases = (find_phrases(check) | find_phrases(orders)) - supported
    assert phrases >= {"it repeats the question", "no passage says this", "it repeats the instructions"}
    unexplained = {one for one in phrases for code in WORDS if not explain(one, code)}
    assert unexplained == set()


def test_an_extract_stays_above_what_a_model_writes_and_can_be_opened_below_it_afterwards() -> None:
    extract = make_answer(make_hit())
    growing = replace(make_answer(make_hit(), generator="llama.cpp"), lead_in="", complete=False)
    root = read(render_reply(growing, ended=False, extract=extract))
    assert not root.find("extract")
    assert [node.tag for node in root.children[0].children if "lead" not in node.classes][:2] == [
        "blockquote",
        "p",
    ]
    complete = read(render_reply(replace(growing, complete=True), extract=extract))
    [folded] = complete.find("extract", "details")
    assert "open" not in folded.attributes
    assert [node.text for node in folded.find("quote")] == [node.text for node in root.find("quote")]
    places = [node.classes for node in complete.children[0].children]
    assert places.index(["written"]) < places.index(["extract"])


@given(st.sampled_from("\u202a\u202b\u202d\u202e\u2066\u2067\u2068"), st.text(max_size=9))
def test_a_text_that_turns_the_direction_turns_nothing_beside_it(turn: str, text: str) -> None:
    hit = make_hit(page=7)
    known = replace(hit.metadata, title=f"{text}{turn}Report", organisation=f"{turn}SERV", date="2018")
    answer = make_answer(replace(hit, metadata=known))
    root = read(render_reply(answer))
    for shown, own in (
        (root.find("about")[0].text, known.organisation),
        (root.find("cite")[0].attributes["title"], known.title),
    ):
        assert f"\u2068{own}\u2069" in shown


def test_an_abstention_shows_the_nearest_passages_and_marks_nothing() -> None:
    answer = replace(make_answer(make_hit()), sentences=(), abstained=True, lead_in="No answer.")
    root = read(render_reply(answer))
    assert root.find("lead")[0].text == "No answer."
    assert root.find("all-sources")[0].text == "Nearest passages (1)"
    assert len(root.find("passage-1")) == 1
    assert [node for node in root.walk() if node.tag == "mark"] == []


def test_an_answer_that_grows_says_so_and_one_that_was_stopped_too() -> None:
    growing = replace(make_answer(make_hit()), complete=False)
    assert read(render_reply(growing, ended=False)).find("working")
    stopped = read(render_reply(growing, ended=True))
    assert not stopped.find("working")
    assert stopped.find("how")[0].text.endswith("Stopped.")


@dataclass(frozen=True)
class Summary:
    documents: int = 42
    languages: tuple[str, ...] = ("nl", "cs")


@pytest.mark.parametrize("words", WORDS.values(), ids=lambda words: words.code)
def test_the_header_tells_what_the_library_holds_and_what_writes_the_answers(words: Words) -> None:
    summary: LibrarySummary = Summary()
    quoting = read(render_header(summary, "extractive", words)).text
    assert all(part in quoting for part in ("42", "nl, cs", words.answers_quote))
    assert "Qwen" in read(render_header(summary, "Qwen", words)).text


@pytest.mark.parametrize("words", WORDS.values(), ids=lambda words: words.code)
def test_every_language_has_all_its_words(words: Words) -> None:
    assert all(getattr(words, each.name) for each in fields(words))
    assert set(words.languages) == set(WORDS)
    assert all(phrases[words.code] for phrases in REASONS.values())
    assert all("{name}" in phrase for phrase in (words.answers_write, words.written))


def test_the_welcome_offers_a_question_in_each_language_the_readers_own_first() -> None:
    examples = read(render_welcome(speak("de"))).find("example", "button")
    assert examples[0].attributes["lang"] == "de"
    assert {button.attributes["value"] for button in examples} == set(EXAMPLES) == set(WORDS)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("pt-BR, cs;q=0.5", "cs"),
        ("NL-be", "nl"),
        ("pt", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_page_speaks_the_language_that_the_browser_prefers(header: str, language: str) -> None:
    assert prefer_language(header) == language
