"""An answer becomes HTML.

Documents and questions are untrusted. Everything here is built with `Markup.format`, which escapes each
value that it is given, so no text can become a tag, an attribute, a link or an image; and nothing is
ever read as Markdown. What comes from a document is marked with the document's language.

The browser's sanitiser keeps `class`, `lang`, `title`, `name`, `value`, `hidden` and `open`, and drops
`data-` and `aria-` attributes. So a citation is a button whose value is `passage.quotation`, and it
finds its passage by the class `passage-2` and its quotation by the class `quotation-5`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Protocol

from markupsafe import Markup, escape

from assistant.answer import Answer, Citation, Sentence
from assistant.page.reasons import explain
from assistant.page.words import EXAMPLES, WORDS, Words, speak
from assistant.writing.generator import EXTRACTIVE
from index.records import Chunk, Hit

NOTHING = Markup()

# Characters that turn the direction of what follows them, and those that keep this to what they enclose.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATED = "\u2068{}\u2069"


class LibrarySummary(Protocol):
    """How much the library holds."""

    @property
    def documents(self) -> int: ...
    @property
    def languages(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Quotation:
    """A citation with its own number within the answer, by which its highlight is found."""

    key: int
    citation: Citation


Quoted = list[tuple[Sentence, list[Quotation]]]


def render_question(question: str) -> Markup:
    return Markup('<div class="ft-question">{}</div>').format(question)


def render_reply(answer: Answer, ended: bool = True, extract: Answer | None = None) -> Markup:
    """The reply in the chat, with its sources in a hidden part that the panel shows.

    `ended` is false while more of the answer may come; an incomplete answer that has ended was stopped.
    `extract` is what was quoted before a language model began to write `answer`: it stands above the model's
    sentences until they are complete, and can be opened below them afterwards.
    """
    words = speak(answer.language)
    quoted = number_quotations([] if extract is None else extract.sentences)
    said = number_quotations(answer.sentences, first=1 + sum(len(quotations) for _, quotations in quoted))
    state = " working" * (not ended) + " abstained" * answer.abstained
    return Markup('<article class="ft-reply{}" lang="{}">{}{}{}{}</article>').format(
        state,
        words.code,
        _join(_render_body(answer, said, extract, quoted, words)),
        _paragraph("notice", answer.notice),
        _render_foot(answer, words) if ended else _render_working(words.answering),
        render_sources(answer, quoted + said, words),
    )


def render_waiting(words: Words) -> Markup:
    """The reply before the first of its answer is there."""
    return Markup('<article class="ft-reply working" lang="{}">{}</article>').format(
        words.code, _render_working(words.searching)
    )


def render_ending(message: str, css: str) -> Markup:
    """The reply to a question that was stopped or failed before it had an answer."""
    return Markup('<article class="ft-reply"><p class="{}">{}</p></article>').format(css, message)


def number_quotations(sentences: Sequence[Sentence], first: int = 1) -> Quoted:
    """The sentences with their citations, numbered from `first` in reading order."""
    keys = count(first)
    return [(s, [Quotation(next(keys), citation) for citation in s.citations]) for s in sentences]


def render_sources(answer: Answer, quoted: Quoted, words: Words) -> Markup:
    """The passages of one answer: those cited first, then the others that were consulted."""
    cited: dict[int, list[Quotation]] = {}
    for _, quotations in quoted:
        for quotation in quotations:
            cited.setdefault(quotation.citation.number, []).append(quotation)
    numbered = list(enumerate(answer.passages, start=1))
    first = [_render_passage(n, hit, cited[n], words) for n, hit in numbered if n in cited]
    others = [_render_passage(n, hit, (), words) for n, hit in numbered if n not in cited]
    if first and others:
        others = [
            Markup('<details class="others"><summary>{} ({})</summary>{}</details>').format(
                words.also_consulted, len(others), _join(others)
            )
        ]
    return Markup(
        '<div class="sources" lang="{}" hidden><h2>{}</h2><p class="asked">{}</p>{}{}</div>'
    ).format(
        words.code,
        _name_sources(answer, words),
        answer.question,
        _join(first + others),
        _paragraph("hint", "" if numbered else words.no_passages),
    )


def highlight(chunk: Chunk, quotations: Iterable[Quotation]) -> Markup:
    """The chunk's text with each quoted span marked, and nothing else.

    Spans may overlap: the text is cut wherever one begins or ends, and each piece says which quotations
    it belongs to. A span that does not lie in the chunk is not marked at all.
    """
    spans = {
        quotation.key: (quotation.citation.start - chunk.start, quotation.citation.end - chunk.start)
        for quotation in quotations
    }
    spans = {key: (start, end) for key, (start, end) in spans.items() if 0 <= start < end <= len(chunk.text)}
    cuts = sorted({0, len(chunk.text), *(cut for span in spans.values() for cut in span)})
    pieces = []
    for left, right in pairwise(cuts):
        keys = [key for key, (start, end) in spans.items() if start <= left and right <= end]
        pieces.append(_mark(chunk.text[left:right], keys))
    return _join(pieces)


def render_header(summary: LibrarySummary, generator: str, words: Words) -> Markup:
    """What this is, what its library holds, and what writes the answers."""
    codes = Markup(", ").join(
        Markup('<abbr title="{}">{}</abbr>').format(words.name_language(code), code)
        for code in summary.languages
    )
    how = words.answers_quote if generator == EXTRACTIVE else words.answers_write.format(name=generator)
    return Markup(
        '<header class="ft-header" lang="{}"><h1>Fast Track</h1><p class="purpose">{}</p>'
        '<p class="library"><span>{}: {}</span> <span>{}: {}</span> <span>{}: {}</span></p></header>'
    ).format(
        words.code,
        words.purpose,
        words.documents,
        summary.documents,
        words.library_languages,
        codes,
        words.answers,
        how,
    )


def render_welcome(words: Words) -> Markup:
    """The empty page: what to ask, and a question in each language, the reader's own first."""
    languages = sorted(EXAMPLES, key=lambda code: code != words.code)
    examples = _join(
        Markup(
            '<li><button type="button" class="example" value="{}" lang="{}">'
            '<span class="language">{}</span>{}</button></li>'
        ).format(code, code, WORDS[code].name, EXAMPLES[code])
        for code in languages
    )
    return Markup(
        '<section class="ft-welcome" lang="{}"><h2>{}</h2><p>{}</p><h3>{}</h3><ul>{}</ul></section>'
    ).format(words.code, words.welcome, words.welcome_more, words.try_one, examples)


def render_panel(words: Words) -> Markup:
    """The panel before anything is in it; `sources.js` fills `.content`."""
    return Markup(
        '<section class="ft-panel" lang="{}" aria-label="{}">'
        '<p class="bar" hidden><button type="button" class="back">{}</button></p>'
        '<div class="content"></div><div class="empty"><h2>{}</h2><p class="hint">{}</p></div></section>'
    ).format(words.code, words.sources, words.back, words.sources, words.sources_hint)


def _render_body(
    answer: Answer, said: Quoted, extract: Answer | None, quoted: Quoted, words: Words
) -> Iterator[Markup]:
    """What the reply says. While the model writes, nothing that is already read moves."""
    if extract is not None and not answer.complete:
        yield _paragraph("lead", extract.lead_in)
        yield from _render_quotes(quoted, answer, words)
    yield _paragraph("lead", answer.lead_in)
    if answer.generator == EXTRACTIVE:
        yield from _render_quotes(said, answer, words)
    elif said:
        written = Markup(" ").join(_render_said(*one, words) for one in said)
        yield Markup('<p class="written">{}</p>').format(written)
    if extract is not None and answer.complete:
        yield Markup('<details class="extract"><summary>{} ({})</summary>{}</details>').format(
            words.extract, len(quoted), _join(_render_quotes(quoted, answer, words))
        )


def _render_quotes(quoted: Quoted, answer: Answer, words: Words) -> Iterator[Markup]:
    return (_render_quote(*one, answer, words) for one in quoted)


def _render_quote(
    sentence: Sentence, quotations: Sequence[Quotation], answer: Answer, words: Words
) -> Markup:
    """A sentence in a document's own words, in the document's language."""
    language = quotations[0].citation.hit.chunk.language if quotations else answer.language
    label = words.name_language(language) if language != answer.language else ""
    return Markup('<blockquote class="quote" lang="{}">{}{}</blockquote>').format(
        language,
        _render_said(sentence, quotations, words),
        Markup('<span class="language" lang="{}">{}</span>').format(words.code, label) if label else NOTHING,
    )


def _render_said(sentence: Sentence, quotations: Sequence[Quotation], words: Words) -> Markup:
    """A sentence, the numbers of its citations, and a mark where the check did not confirm it.

    The last word and the first number stay on one line, lest the number seem to open the next sentence.
    """
    css, flag = "said", NOTHING
    if sentence.verdict == "unsupported":
        css = "said unsupported"
        why = explain(sentence.reason, words.code)
        flag = Markup(' <span class="flag" lang="{}">{}</span>').format(
            words.code, f"{words.unsupported} – {why}" if why else words.unsupported
        )
    cut = _find_last_word(sentence.text)
    numbers = [_render_citation(quotation, words) for quotation in quotations]
    return Markup(
        '<span class="{}"><span class="text">{}</span>'
        '<span class="end"><span class="text">{}</span>{}</span>{}{}</span>'
    ).format(css, sentence.text[:cut], sentence.text[cut:], _join(numbers[:1]), _join(numbers[1:]), flag)


def _find_last_word(text: str, longest: int = 24) -> int:
    """Where the last word begins; where the text ends, if that word is too long to be kept whole."""
    spoken = text.rstrip()
    cut = len(spoken) - len(spoken.rsplit(maxsplit=1)[-1]) if spoken else 0
    return cut if len(text) - cut <= longest else len(text)


def _render_citation(quotation: Quotation, words: Words) -> Markup:
    citation = quotation.citation
    where = [citation.hit.metadata.title, _name_pages(citation.page, citation.page, words)]
    return Markup(
        '<button type="button" class="cite" value="{}.{}" title="{}" lang="{}">'
        '<span class="unseen">{} </span>{}</button>'
    ).format(
        citation.number,
        quotation.key,
        _separate(where),
        words.code,
        words.source,
        citation.number,
    )


def _render_foot(answer: Answer, words: Words) -> Markup:
    """The way to the sources, and what wrote the answer in how many seconds, or that it was stopped."""
    how = words.quoted if answer.generator == EXTRACTIVE else words.written.format(name=answer.generator)
    told = [how] if answer.sentences else []
    told.append(words.tell_seconds(answer.seconds) if answer.complete else words.stopped)
    return Markup(
        '<footer class="foot"><button type="button" class="all-sources" value="0.0">{} ({})</button>'
        '<span class="how">{}</span></footer>'
    ).format(
        _name_sources(answer, words),
        len(answer.passages),
        _separate(told),
    )


def _name_sources(answer: Answer, words: Words) -> str:
    return words.nearest if answer.abstained else words.sources


def _render_working(what: str) -> Markup:
    return Markup('<p class="progress">{}<span class="dots"></span></p>').format(what)


def _render_passage(number: int, hit: Hit, quotations: Sequence[Quotation], words: Words) -> Markup:
    chunk, known = hit.chunk, hit.metadata
    return Markup(
        '<details class="passage passage-{}"><summary><span class="number">{}</span>'
        '<span class="title" lang="{}">{}</span><span class="about">{}</span></summary>'
        '{}<blockquote class="text" lang="{}">{}</blockquote>{}</details>'
    ).format(
        number,
        number,
        known.language,
        known.title or hit.source,
        _separate(
            [
                words.name_language(chunk.language),
                words.name_country(known.country),
                _name_pages(chunk.first_page, chunk.last_page, words),
                known.organisation,
                known.date,
            ]
        ),
        _render_heading(chunk),
        chunk.language,
        highlight(chunk, quotations),
        Markup('<p class="file">{}: <span class="path">{}</span></p>').format(words.file, hit.source),
    )


def _render_heading(chunk: Chunk) -> Markup:
    if not chunk.heading:
        return NOTHING
    steps = _join(Markup("<li>{}</li>").format(step) for step in chunk.heading)
    return Markup('<ol class="heading" lang="{}">{}</ol>').format(chunk.language, steps)


def _name_pages(first: int | None, last: int | None, words: Words) -> str:
    """`p. 3`, `pp. 3–4`, or nothing where the format has no pages."""
    if first is None:
        return ""
    if last is None or last == first:
        return f"{words.page} {first}"
    return f"{words.pages} {first}–{last}"


def _mark(text: str, keys: Sequence[int]) -> Markup:
    if not keys:
        return escape(text)
    names = " ".join(f"quotation-{key}" for key in keys)
    return Markup('<mark class="{}">{}</mark>').format(names, text)


def _paragraph(css: str, text: str) -> Markup:
    return Markup('<p class="{}">{}</p>').format(css, text) if text else NOTHING


def _separate(parts: Iterable[str]) -> str:
    """The parts in one line, of which none turns the direction of another."""
    return " · ".join(_ISOLATED.format(part) if _TURNING.search(part) else part for part in parts if part)


def _join(parts: Iterable[Markup]) -> Markup:
    return NOTHING.join(parts)
