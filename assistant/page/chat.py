"""The chat page: its layout, its events, and the way it is served.

The page calls one function of the assistant, `stream`, and holds nothing itself: a conversation is a
tuple of turns in the session of the person who has it.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any, Literal, NamedTuple, Protocol

import gradio as gr
from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer
from assistant.assistant import LONGEST_QUESTION
from assistant.page.render import (
    LibrarySummary,
    render_ending,
    render_header,
    render_panel,
    render_question,
    render_reply,
    render_waiting,
    render_welcome,
)
from assistant.page.words import EXAMPLES, FALLBACK, WORDS, Words, prefer_language, speak
from assistant.writing.generator import EXTRACTIVE
from index.errors import FastTrackError

HERE = Path(__file__).parent

ANSWERS_AT_ONCE = 8
"""Answers written at the same time, over all visitors; further questions wait for their turn."""

CONVERSATIONS_KEPT = 1000
"""Conversations held in memory; beyond them the one that has rested longest is forgotten."""

NOTHING_FROM_ELSEWHERE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
"""A content security policy under which the browser asks no other server for anything. Gradio builds
its page with inline scripts and `new Function`, hence the two `unsafe-` words."""

ICON = (
    "<link rel='icon' href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'"
    "%3E%3Crect width='32' height='32' rx='7' fill='%230f5b78'/%3E%3Cpath d='M9 10h14M9 16h9M9 22h14' "
    "stroke='white' stroke-width='3' stroke-linecap='round'/%3E%3C/svg%3E\">"
)

SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")

ASK_EXAMPLE = """
element.addEventListener("click", (event) => {
  const example = event.target.closest(".example");
  if (example) trigger("click", { example: example.value });
});
"""


class Answers(Protocol):
    """What the page needs of the assistant."""

    @property
    def generator_name(self) -> str: ...
    def library_summary(self) -> LibrarySummary: ...
    def stream(self, question: str, history: Sequence[str] = ()) -> Iterator[Answer]: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and how far its answer has come. `error` is a message for the person who asked.

    `extract` is the answer as it was quoted, before a language model wrote its own.
    """

    question: str
    state: Literal["waiting", "answering", "ended", "stopped", "failed"] = "waiting"
    answer: Answer | None = None
    extract: Answer | None = None
    error: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "answering")

    def take(self, answer: Answer) -> "Turn":
        """The turn with the next snapshot of its answer."""
        quoted = self.answer is not None and self.answer.generator == EXTRACTIVE
        extract = self.answer if quoted else self.extract
        return replace(
            self,
            answer=answer,
            extract=None if answer.generator == EXTRACTIVE else extract,
            state="ended" if answer.complete else "answering",
        )


Turns = tuple[Turn, ...]
Messages = list[dict[str, Any]]


class Frame(NamedTuple):
    """The components of the page."""

    header: gr.HTML
    language: gr.Radio
    new: gr.Button
    welcome: gr.HTML
    chat: gr.Chatbot
    question: gr.Textbox
    panel: gr.HTML


class Conversation:
    """The handlers of the page's events. It keeps nothing: what was said is passed in and given back."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def take(self, question: str, turns: Turns, language: str) -> tuple[str, Turns, Messages]:
        """Put the question into the conversation at once; one question is answered at a time."""
        if not question.strip() or (turns and turns[-1].is_open):
            return question, turns, show(turns, language)
        turns = (*turns, Turn(question.strip()[:LONGEST_QUESTION]))
        return "", turns, show(turns, language)

    def take_example(self, turns: Turns, language: str, event: gr.EventData) -> tuple[str, Turns, Messages]:
        return self.take(EXAMPLES[event.example], turns, language)

    async def answer(self, turns: Turns, language: str) -> AsyncIterator[tuple[Turns, Messages]]:
        """Answer the question that waits, if one does, showing the answer as it grows.

        After an error that nobody foresaw the reply says so before the error goes its way.
        """
        if not turns or turns[-1].state != "waiting":
            return
        *earlier, turn = turns
        before = show(earlier, language)

        def show_turn() -> tuple[Turns, Messages]:
            return (*earlier, turn), before + show([turn], language)

        try:
            stream = self._answers.stream(turn.question, [past.question for past in earlier])
            async with aclosing(draw(stream)) as snapshots:
                async for answer in snapshots:
                    turn = turn.take(answer)
                    yield show_turn()
        except FastTrackError as error:
            turn = replace(turn, state="failed", error=str(error))
            yield show_turn()
        except Exception:
            turn = replace(turn, state="failed")
            yield show_turn()
            raise

    def settle(self, turns: Turns, language: str) -> tuple[Any, Any]:
        """After an answer has ended, of itself or not: leave no turn open."""
        if not turns or not turns[-1].is_open:
            return gr.skip(), gr.skip()
        turns = (*turns[:-1], replace(turns[-1], state="stopped"))
        return turns, show(turns, language)

    def begin_anew(self) -> tuple[Turns, Messages]:
        return (), []

    def greet(self, request: gr.Request) -> tuple[Any, ...]:
        """Show the page in the language that the browser prefers."""
        language = prefer_language(request.headers.get("accept-language", ""))
        return language, *self.speak(language)

    def speak(self, language: str) -> tuple[Any, ...]:
        """The frame's own words in a language: header, welcome, panel, text box, button."""
        words = speak(language)
        return (
            str(render_header(self._answers.library_summary(), self._answers.generator_name, words)),
            str(render_welcome(words)),
            str(render_panel(words)),
            gr.update(**label_textbox(words)),
            words.new_conversation,
        )


async def draw(stream: Iterator[Answer]) -> AsyncGenerator[Answer]:
    """What the assistant yields, drawn from a thread.

    When this is cancelled, the thread is left to itself, so that stopping need not wait for the
    assistant's next word; the assistant's generator is closed as soon as it is not at work.
    """
    left = Event()

    def close() -> None:
        if isinstance(stream, Generator):
            stream.close()

    def advance() -> Answer | None:
        try:
            return next(stream, None)
        finally:
            if left.is_set():
                close()

    try:
        while answer := await to_thread.run_sync(advance, abandon_on_cancel=True):
            yield answer
    finally:
        left.set()
        with suppress(ValueError):  # already executing: then `advance` closes it
            close()


def show(turns: Sequence[Turn], language: str) -> Messages:
    """The conversation as the chat's messages. Their HTML is passed on as it is."""
    messages: Messages = []
    for turn in turns:
        messages.append(_message("user", render_question(turn.question)))
        messages.append(_message("assistant", _show_reply(turn, speak(language))))
    return messages


def _show_reply(turn: Turn, words: Words) -> str:
    if turn.state == "failed":
        return render_ending(turn.error or words.failed, "failed")
    if turn.answer is not None:
        return render_reply(turn.answer, ended=not turn.is_open, extract=turn.extract)
    return render_waiting(words) if turn.is_open else render_ending(words.stopped, "notice")


def _message(role: str, html: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": str(html)}]}


def label_textbox(words: Words) -> dict[str, Any]:
    return {
        "label": words.question,
        "placeholder": words.placeholder,
        "submit_btn": words.ask,
        "stop_btn": words.stop,
    }


def build_page(answers: Answers) -> gr.Blocks:
    """The chat page; `serve` it, or launch it with `launch_options`."""
    conversation = Conversation(answers)
    page = gr.Blocks(title="Fast Track", analytics_enabled=False, fill_width=True)
    with page:
        frame = _lay_out(conversation)
        turns = gr.State(())
        _wire(page, frame, turns, conversation)
    page.queue(api_open=False)
    return page


def _lay_out(conversation: Conversation) -> Frame:
    """The frame in the fallback language; each visitor's own follows when the page has loaded."""
    words = speak(FALLBACK)
    header, welcome, panel, *_ = conversation.speak(FALLBACK)
    with gr.Row(elem_id="ft-top"):
        top = gr.HTML(header, apply_default_css=False)
        language = gr.Radio(
            [(code.upper(), code) for code in WORDS],
            value=FALLBACK,
            label=words.page_language,
            show_label=False,
            container=False,
            elem_id="ft-language",
        )
        new = gr.Button(words.new_conversation, size="sm", elem_id="ft-new")
    with gr.Row(elem_id="ft-body"):
        with gr.Column(elem_id="ft-left"):
            begin = gr.HTML(welcome, elem_id="ft-begin", apply_default_css=False, js_on_load=ASK_EXAMPLE)
            chat = gr.Chatbot(
                elem_id="ft-chat",
                height=None,
                show_label=False,
                container=False,
                render_markdown=False,
                sanitize_html=True,
                latex_delimiters=[],
                allow_tags=False,
                autoscroll=False,
                buttons=[],
                feedback_options=None,
            )
            question = gr.Textbox(
                elem_id="ft-question",
                lines=1,
                max_lines=6,
                max_length=LONGEST_QUESTION,
                show_label=False,
                container=False,
                autofocus=True,
                **label_textbox(words),
            )
        with gr.Column(elem_id="ft-right"):
            sources = gr.HTML(
                panel, elem_id="ft-sources", apply_default_css=False, js_on_load=_read("sources.js")
            )
    return Frame(top, language, new, begin, chat, question, sources)


def _wire(page: gr.Blocks, frame: Frame, turns: gr.State, conversation: Conversation) -> None:
    """Connect the events. None of them is an endpoint for other programs."""
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    at_once = {**private, "queue": False}
    in_turn = {**private, "concurrency_limit": ANSWERS_AT_ONCE, "concurrency_id": "answers"}
    said = [turns, frame.chat]
    ours = [frame.header, frame.welcome, frame.panel, frame.question, frame.new]

    asking = []
    for event, take, given in (
        (frame.question.submit, conversation.take, [frame.question, turns, frame.language]),
        (frame.welcome.click, conversation.take_example, [turns, frame.language]),
    ):
        taken = event(take, given, [frame.question, *said], **at_once)
        answering = taken.success(conversation.answer, [turns, frame.language], said, **in_turn)
        answering.then(conversation.settle, [turns, frame.language], said, **at_once)
        asking.append(answering)

    frame.question.stop(None, cancels=asking)
    frame.new.click(conversation.begin_anew, None, said, **at_once)
    frame.language.input(conversation.speak, frame.language, ours, **at_once)
    frame.language.change(None, frame.language, js="(code) => { document.documentElement.lang = code; }")
    page.load(conversation.greet, None, [frame.language, *ours], **at_once)


def launch_options(host: str, port: int) -> dict[str, Any]:
    """How a page is launched: its look, nothing from other servers, nothing offered that it does not use.

    The style sheet goes into the head, because Gradio rewrites what it is given as `css` and, in doing so,
    breaks selector lists and drops what it does not know.
    """
    return {
        "server_name": host,
        "server_port": port,
        "share": False,
        "quiet": True,
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "max_file_size": 1,
        "state_session_capacity": CONVERSATIONS_KEPT,
        "theme": gr.themes.Base(font=SYSTEM_FONTS, font_mono=SYSTEM_MONO),
        "head": f"{ICON}<style>{_read('style.css')}</style>",
        "app_kwargs": {
            "middleware": [Middleware(Guard)],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
    }


def serve(answers: Answers, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve the page until it is interrupted; `tell` gets its address once it answers.

    Raises `FastTrackError` where the page cannot listen there.
    """
    page = build_page(answers)
    try:
        page.launch(prevent_thread_lock=True, **launch_options(host, port))
    except OSError as error:
        raise FastTrackError(
            f"The page cannot listen on port {port} of {host}, it may be in use: choose another port."
        ) from error
    tell(f"http://{host}:{port}")
    page.block_thread()


class Guard:
    """Adds to every response what keeps the browser from asking elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = NOTHING_FROM_ELSEWHERE
                headers["referrer-policy"] = "no-referrer"
                headers["x-content-type-options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, send_guarded)


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
